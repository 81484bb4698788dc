config-mistakes =
    { $count ->
        [one] Die Konfiguration enthält einen Fehler:
       *[other] Die Konfiguration enthält { $count } Fehler:
    }
    { $list }
config-mistakes-list =
    { $list }
    { $next }

config-wrong-value = { $variable } ist „{ $read }“. Erlaubt: { $allowed }.
config-wrong-hidden = { $variable } ist nicht verwendbar. Erlaubt: { $allowed }.
config-short-lease = TASK_LEASE ist { $lease }, muss bei TASK_HEARTBEAT_INTERVAL = { $heartbeat } aber mindestens { $least } sein: drei Lebenszeichen.
config-misspelt = { $variable } ist keine unserer Einstellungen. War { $meant } gemeint?

config-allowed-flag = true, yes, on, 1, false, no, off oder 0
config-allowed-number = eine ganze Zahl von { $least } bis { $most }
config-allowed-span = eine Dauer von { $least } bis { $most }, etwa 500ms, 30s, 5m, 2h oder 1d; eine Zahl ohne Einheit bedeutet Millisekunden
config-allowed-secret = mindestens { $least } ASCII-Zeichen (Buchstaben, Ziffern, Satzzeichen), ohne Leerzeichen
config-allowed-address = eine PostgreSQL-Adresse wie postgres://user@host/database
config-allowed-origins = Origins wie https://example.org, durch Kommas getrennt, oder * allein

config-about-example = Alle Einstellungen mit ihren Vorgaben. Dauern sind Millisekunden oder haben eine Einheit: 500ms, 30s, 5m, 2h, 1d.
config-about-database-url = Die PostgreSQL-Datenbank, mit der gearbeitet wird. Ohne Angabe startet „worker dev“ eine eigene.
config-about-database-url-unpooled = Eine direkte Adresse derselben Datenbank, an jedem Transaktions-Pooler vorbei; für Sperren und Migrationen.
config-about-lock-mode = Wie ein Runner seine Sperre hält: session, oder transaction hinter einem Transaktions-Pooler. Ohne Angabe wird passend gewählt.
config-about-cron-secret = Was der Cron-Dienst der Plattform an die Puls-Route sendet; mindestens 16 Zeichen.
config-about-api-token = Was die HTTP-API öffnet; mindestens 16 Zeichen. Ohne Angabe antwortet nur „worker dev“, und nur auf dem eigenen Rechner.
config-about-cors-origins = Wessen Seiten die HTTP-API aus einem Browser fragen dürfen: Origins wie https://example.org, durch Kommas getrennt, oder *.
config-about-runner-enabled = Ob dieser Prozess Aufgaben ausführt.
config-about-environment = development, production oder serverless. Vercel und AWS Lambda werden erkannt.
config-about-default-timeout = Wie lange ein Versuch dauern darf, wenn die Aufgabe nichts dazu sagt.
config-about-default-retries = Wie viele Versuche auf einen fehlgeschlagenen ersten folgen, wenn die Aufgabe nichts dazu sagt.
config-about-overlap-prevention = Ob verhindert wird, dass eine noch laufende Aufgabe erneut startet. Nur für Tests ausschalten.
config-about-concurrency = Wie viele Aufgaben dieser Prozess gleichzeitig ausführt.
config-about-pulse-interval = Wie oft Pulse erwartet und Zeitplan-Funktionen gefragt werden.
config-about-pulse-budget = Wie lange ein Puls dauern darf; muss unter der Grenze der Plattform bleiben.
config-about-side-tasks = Ob Nebenaufgaben laufen. In serverlosen Umgebungen laufen sie nie.
config-about-shutdown-grace = Wie lange laufende Aufgaben weiterlaufen dürfen, wenn der Prozess beendet werden soll.
config-about-heartbeat-interval = Wie oft ein arbeitender Runner ein Lebenszeichen gibt; im Leerlauf alle 15 s.
config-about-lease = Wie lange ein Runner schweigen darf, bevor andere seine Arbeit übernehmen; mindestens drei Lebenszeichen.
config-about-history-retention = Wie lange beendete Ausführungen aufbewahrt werden.
config-about-locale = Die Sprache, wenn niemand eine andere verlangt, wie „worker --help“ sie aufzählt. Ohne Angabe die des Systems.
config-about-pg-bin = Der Ordner mit initdb und postgres für das eigene PostgreSQL. Ohne Angabe wird gesucht.
config-about-data-dir = Der Ordner, in dem das eigene PostgreSQL liegt. Ohne Angabe .downbeat im Projekt.
