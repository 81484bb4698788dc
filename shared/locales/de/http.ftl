# What the HTTP API, and the command line with it, answers when something is wrong.
http-credential-not-configured = Diese Route bleibt gesperrt, solange nichts davon gesetzt ist: { $variables }
http-credential-missing = Die Zugangsdaten fehlen oder sind falsch
http-no-such-route = Diese Route gibt es nicht
http-wrong-method = Diese Route unterstützt diese Methode nicht
http-configuration-wrong = Diese Installation ist falsch konfiguriert; Näheres steht im Protokoll
http-server-error = Bei uns ist etwas schiefgegangen; Näheres steht im Protokoll
http-database-unreachable = Die Datenbank ist zurzeit nicht erreichbar
http-request-invalid = Die Anfrage ist fehlerhaft: { $reason }
http-at-path = { $path }: { $reason }
http-limit-out-of-range = { $name } muss zwischen 1 und { $most } liegen
http-body-not-read = diese Route liest keinen Rumpf; bitte weglassen
http-cursor-invalid = Dieser Cursor stammt nicht von dieser Liste
http-no-such-task = Es gibt keine Aufgabe „{ $name }“
http-no-such-task-nearest = Es gibt keine Aufgabe „{ $name }“; war „{ $nearest }“ gemeint?
http-is-side-task = „{ $name }“ ist eine Nebenaufgabe; hier geht es um Cron-Aufgaben
http-is-cron-task = „{ $name }“ ist eine Cron-Aufgabe; hier geht es um Nebenaufgaben
http-no-such-execution = Es gibt keine Ausführung { $id }
http-no-such-zone = „{ $name }“ ist keine IANA-Zeitzone
http-no-such-zone-nearest = „{ $name }“ ist keine IANA-Zeitzone; war „{ $nearest }“ gemeint?
http-already-running = „{ $task }“ läuft noch; dieser Lauf wurde als übersprungen vermerkt
http-config-refused = Die Einstellungen wurden abgelehnt:{ $mistakes }
http-config-not-an-object = Die Einstellungen müssen ein JSON-Objekt sein

# Ereignisse.
http-event-id-invalid = Diese Ereignis-ID stammt nicht von diesem System

# Schlüssel von Anfragen, die wiederholt werden dürfen.
http-idempotency-key-invalid = Der Idempotency-Key muss aus 1 bis { $most } sichtbaren ASCII-Zeichen ohne Leerzeichen bestehen und darf nur einmal vorkommen
http-idempotency-key-reused = Dieser Idempotency-Key wurde schon für eine andere Anfrage verwendet

http-body-too-large = der Rumpf ist länger als { $most } Bytes
http-body-too-slow = der Rumpf kam nicht binnen { $span } zu Ende
http-media-type-unsupported = der Rumpf ist als „{ $written }“ angegeben; gelesen wird nur application/json
http-nul-character = das Zeichen U+0000 ist nicht erlaubt
http-unknown-parameter = es gibt keinen Parameter „{ $name }“
