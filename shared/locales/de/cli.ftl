# Die Kommandozeile: ihre Hilfe, ihre Tabellen, und was sie sagt, wenn etwas nicht stimmt.

## Hilfe: Überschriften

cli-usage-options = [OPTIONEN]
cli-usage-command = BEFEHL
cli-heading-usage = Aufruf:
cli-heading-commands = Befehle
cli-heading-arguments = Argumente
cli-heading-options = Optionen
cli-heading-global = Überall
cli-heading-examples = Beispiele:
cli-heading-exit-codes = Exit-Codes:
cli-help-values = { $help } [{ $values }]
cli-help-default = { $help } (Vorgabe: { $default })

## Hilfe: Befehle. Nachgeschlagen unter dem Namen des Befehls.

cli-about-worker = Geplante Aufgaben und Hintergrundaufgaben auf dem eigenen PostgreSQL.
cli-about-dev = Alles für die Entwicklung starten, mit einem eigenen PostgreSQL, wo keines eingestellt ist
cli-about-start = Alles im Betrieb starten
cli-about-migrate = Die Datenbank auf den Stand dieser Version bringen; gefahrlos auch von vielen Stellen zugleich
cli-about-doctor = Das ganze System ansehen und sagen, was nicht stimmt und was zu tun ist
cli-about-cron = Cron-Aufgaben und ihre Ausführungen
cli-about-cron-tasks = Die Cron-Aufgaben auflisten
cli-about-cron-show = Eine Cron-Aufgabe mit ihren jüngsten Ausführungen zeigen
cli-about-cron-history = Ausführungen auflisten, die jüngste zuerst
cli-about-cron-stats = Die Statistik der Ausführungen zeigen
cli-about-cron-run = Eine Cron-Aufgabe jetzt ausführen
cli-about-cron-execution = Eine Ausführung zeigen
cli-about-cron-enable = Eine Cron-Aufgabe wieder nach Zeitplan laufen lassen
cli-about-cron-disable = Eine Cron-Aufgabe abschalten; von Hand läuft sie weiterhin
cli-about-cron-set = Für eine Cron-Aufgabe etwas anderes festlegen, als der Code sagt; ab jetzt und auf allen Runnern
cli-about-cron-reset = Für eine Cron-Aufgabe zu dem zurückkehren, was der Code sagt
cli-about-cron-pause = Die Termine einer Cron-Aufgabe auslassen, bis sie fortgesetzt wird
cli-about-cron-resume = Die Pause einer Cron-Aufgabe beenden
cli-about-cron-retry = Den Termin einer Ausführung noch einmal versuchen
cli-about-cron-cancel = Eine wartende oder laufende Ausführung abbrechen, wo immer sie läuft
cli-about-cron-explain = Sagen, warum eine Cron-Aufgabe zu einem Zeitpunkt lief oder nicht
cli-about-pulse = Der Puls: was der Cron-Dienst einer Plattform aufruft
cli-about-pulse-execute = Ausführen, was fällig ist, wie es die Route /api/pulse tut
cli-about-pulse-status = Zeigen, wie es dem System geht
cli-about-pulse-history = Die jüngsten Pulse auflisten
cli-about-side = Nebenaufgaben; sie laufen, bis man sie anhält
cli-about-side-tasks = Die Nebenaufgaben aller Worker auflisten
cli-about-side-start = Die Worker eine Nebenaufgabe ausführen lassen
cli-about-side-stop = Die Worker eine Nebenaufgabe anhalten und ruhen lassen
cli-about-side-restart = Die Worker eine Nebenaufgabe beenden und neu starten lassen
cli-about-runner = Die Runner-Instanzen; allein: ihr Zustand
cli-about-runner-status = Die Runner-Instanzen auflisten, und was sie ausführen
cli-about-runner-start = Dasselbe wie „worker start“: alles im Betrieb laufen lassen
cli-about-runner-pause = Auf keinem Runner eine Aufgabe starten: Wartung
cli-about-runner-resume = Auf allen Runnern wieder Aufgaben starten lassen
cli-about-runner-stop = Einen Runner zu Ende führen lassen, was er ausführt, und beenden
cli-about-runner-restart = Einen Runner zu Ende führen lassen, was er ausführt, und neu beginnen lassen
cli-about-schedule = Was Cron-Ausdrücke bedeuten
cli-about-schedule-next = Die nächsten Termine eines Cron-Ausdrucks zeigen
cli-about-schedule-explain = Einen Cron-Ausdruck in Worten sagen
cli-about-health = Ob eine Installation lebt und arbeiten kann: was Load-Balancer fragen
cli-about-health-live = Sagen, ob der Prozess antwortet
cli-about-health-ready = Sagen, ob er arbeiten kann: ob die Datenbank antwortet, mit den Tabellen dieser Version
cli-about-types = Die Wörter des Systems und die Felder jeder Aufgabe zeigen
cli-about-openapi = Die OpenAPI-Beschreibung der HTTP-API ausgeben
cli-about-metrics = Die Metriken so ausgeben, wie Prometheus sie abfragt
cli-about-registry = Die Aufgaben auflisten, die dieses Programm kennt
cli-about-new = Dateien für den Anfang schreiben
cli-about-new-task = Eine Aufgabe für den Anfang schreiben, und den Index, der sie kennt
cli-about-new-project = Ein eigenes Projekt schreiben, mit zwei Aufgaben, ihren Tests, einem Worker und einer Funktion
cli-about-generate = Den Index des Aufgabenordners schreiben
cli-about-completions = Die Vervollständigungen für eine Shell ausgeben

## Hilfe: Argumente. Nachgeschlagen unter dem Namen des Arguments, oder unter dem des Befehls und des Arguments.

cli-arg-json = Ein JSON-Dokument ausgeben und sonst nichts
cli-arg-locale = Die Sprache
cli-arg-database-url = Das PostgreSQL, auf dem gearbeitet wird, statt DATABASE_URL
cli-arg-url = Die Installation unter dieser Adresse fragen statt der Datenbank; TASK_API_TOKEN öffnet sie
cli-arg-verbose = Mehr protokollieren; zweimal für noch mehr
cli-arg-log-format = Wie auf stderr protokolliert wird
cli-arg-help = Diese Hilfe zeigen
cli-arg-version = Die Version zeigen
cli-arg-listen = Wo HTTP beantwortet wird
cli-arg-doctor-listen = Wo „worker start“ lauschen soll
cli-arg-no-http = Gar kein HTTP beantworten
cli-arg-concurrency = Wie viele Aufgaben zugleich laufen, statt TASK_CONCURRENCY
cli-arg-start-dry-run = Nur nachsehen, ob es starten würde, und sagen, als was
cli-arg-runner-start-dry-run = Nur nachsehen, ob es starten würde, und sagen, als was
cli-arg-runner-stop-dry-run = Nur sagen, was geschähe
cli-arg-runner-restart-dry-run = Nur sagen, was geschähe
cli-arg-migrate-status = Nur zeigen, welche Migrationen ausgeführt sind
cli-arg-shell = Die Shell
cli-arg-task = Der Name der Aufgabe
cli-arg-cron-history-task = Nur Ausführungen dieser Aufgabe
cli-arg-cron-stats-task = Nur diese Aufgabe
cli-arg-pulse-execute-task = Nur diese Aufgaben
cli-arg-cron-tasks-priority = Nur Aufgaben dieser Prioritäten
cli-arg-cron-tasks-status = Nur Aufgaben, deren jüngster Lauf so ausging
cli-arg-cron-tasks-category = Nur Aufgaben dieser Kategorie
cli-arg-cron-tasks-enabled = Nur Aufgaben, die nach Zeitplan laufen
cli-arg-cron-tasks-disabled = Nur Aufgaben, die ausgeschaltet sind
cli-arg-cron-history-status = Nur Ausführungen in diesen Zuständen
cli-arg-since = Nur was seither entschieden wurde: 30m, 24h, 7d oder 2027-03-28T00:00:00Z
cli-arg-limit = Wie viele höchstens
cli-arg-cursor = Dort weitermachen, wo die Seite davor endete
cli-arg-period = Wie weit zurückgeblickt wird
cli-arg-kind = Welcher Teil gezeigt wird; sonst alle außer dem Trend
cli-arg-config = Ein JSON-Objekt, das für diesen Lauf über die Einstellungen der Aufgabe gelegt wird
cli-arg-wait = Auf das Ende warten; schlägt die Aufgabe fehl, dann auch der Befehl
cli-arg-cron-run-dry-run = Nur die Einstellungen prüfen
cli-arg-pulse-execute-dry-run = Nur sagen, was laufen würde
cli-arg-force = Sie ausführen, ob fällig oder nicht
cli-arg-cron-execution-id = Die ID der Ausführung
cli-arg-schedule = Der Cron-Ausdruck
cli-arg-timezone = Die IANA-Zeitzone, in der er gemeint ist
cli-arg-timeout = Wie lange ein Versuch dauern darf: 500ms, 90s, 30m
cli-arg-retries = Wie viele weitere Versuche auf einen fehlgeschlagenen ersten folgen
cli-arg-retry-delay = Die längste Wartezeit vor dem zweiten Versuch: 500ms, 90s, 30m
cli-arg-cron-set-priority = Wer zuerst startet, wenn weniger Platz als Arbeit ist
cli-arg-cron-set-config = Ein JSON-Objekt, das über die Einstellungen der Aufgabe gelegt wird; null nimmt einen Namen zurück
cli-arg-catch-up = Was mit Terminen geschieht, die vergingen, während nichts lief
cli-arg-overlap = Was mit einem Termin geschieht, der kommt, während die Aufgabe läuft
cli-arg-overlap-limit = Wie viele Termine warten dürfen, oder wie viele nebeneinander laufen dürfen
cli-arg-runs-on = Wo sie laufen darf
cli-arg-not-before = Keine Termine vor diesem Zeitpunkt
cli-arg-not-after = Keine Termine nach diesem Zeitpunkt
cli-arg-environment = Nur wo Runner in dieser Umgebung laufen; für Zeitlimit, Wiederholungen und Einstellungen
cli-arg-unset = Dies zurücknehmen: timeout, config, config.limit, …
cli-arg-until = Wann es von selbst endet: 2027-03-28T00:00:00Z
cli-arg-span = Nach welcher Zeit es von selbst endet: 90s, 30m, 2h, 7d
cli-arg-only = Nur Aufgaben dieser Art
cli-arg-cron-retry-id = Die Kennung der Ausführung
cli-arg-cron-cancel-id = Die Kennung der Ausführung
cli-arg-instance = Sein Name, seine Kennung oder ihr Anfang, wenn keine andere so beginnt
cli-arg-at = Der Zeitpunkt, statt jetzt: vor 30m, 24h, 7d, oder 2027-03-28T00:00:00Z
cli-arg-expression = Ein Cron-Ausdruck aus fünf oder sechs Feldern, oder @daily und dergleichen
cli-arg-tz = Die IANA-Zeitzone, in der er gemeint ist
cli-arg-from = Ab diesem Zeitpunkt zählen statt ab jetzt
cli-arg-count = Wie viele Termine
cli-arg-check = Nur prüfen, ob der Index aktuell ist
cli-arg-which = Nur Cron-Aufgaben, nur Nebenaufgaben, die einer Kategorie oder eine nach ihrem Namen; sonst alle
cli-arg-dir = Der Ordner der Aufgaben, statt shared/src/tasks oder src/tasks von hier an aufwärts
cli-arg-name = Wie die Aufgabe heißen soll: kleine Wörter, verbunden durch „-“
cli-arg-side = Eine Nebenaufgabe, die läuft, bis man sie anhält, statt einer Cron-Aufgabe
cli-arg-folder = Wo es liegen soll; noch nicht da, oder leer
cli-arg-git = Downbeat aus diesem Git-Repository nehmen
cli-arg-path = Downbeat aus diesem Checkout nehmen, statt aus dem, woraus dieses Programm gebaut wurde

## Was nicht stimmt

cli-error = Fehler: { $what }
cli-warning = Warnung: { $what }
cli-no-database = Es gibt keine Datenbank: DATABASE_URL setzen, --database-url angeben oder einmal „worker dev“ starten
cli-not-by-url = Dieser Befehl arbeitet in diesem Prozess und lässt sich nicht an --url schicken
cli-unreachable = { $url } ist nicht erreichbar: { $reason }
cli-not-ours = Die Antwort (HTTP { $status }) stammt nicht von dieser API; stimmt die Adresse?
cli-answer-broken = Die Antwort ist nicht lesbar: { $reason }
cli-hint-token = TASK_API_TOKEN muss das Token dieser Installation enthalten.
cli-registry-invalid = Die Aufgaben dieses Programms sind fehlerhaft:
cli-no-task-folder = Weder hier noch darüber wurde ein Ordner mit Aufgaben gefunden; gesucht: { $places }. Mit --dir lässt er sich nennen.
cli-file-unusable = { $path } ist nicht verwendbar: { $reason }
cli-task-files-wrong = Der Index von { $folder } wurde nicht geschrieben:
cli-task-file-misnamed = { $file }: Der Name ist kein Rust-Modul; erlaubt sind kleingeschriebene Wörter, verbunden mit _
cli-task-file-empty = { $file }: Hier steht keine Aufgabe; es fehlt „impl CronTask for …“ oder „impl SideTask for …“
cli-task-file-crowded = { $file }: Hier stehen mehrere Aufgaben ({ $names }); jede braucht eine eigene Datei
cli-index-stale = { $file } ist nicht das, was „worker generate“ schreiben würde:

## Tabellen: Namen von Spalten und Angaben

cli-name-task = Aufgabe
cli-name-schedule = Zeitplan
cli-name-meaning = In Worten
cli-name-last-run = Letzter Lauf
cli-name-next-run = Nächster Lauf
cli-name-paused-since = Pausiert seit
cli-name-paused-until = Pausiert bis
cli-name-paused-by = Pausiert von
cli-name-priority = Priorität
cli-name-category = Kategorie
cli-name-error = Fehler
cli-name-enabled = Eingeschaltet
cli-name-tags = Schlagwörter
cli-name-dependencies = Wartet auf
cli-name-timeout = Zeitlimit
cli-name-retries = Wiederholungen
cli-name-missed-slots = Verpasste Termine
cli-name-overlap = Überschneidung
cli-name-runs-on = Läuft
cli-name-start-jitter = Starts verteilt über
cli-name-not-before = Nicht vor (UTC)
cli-name-not-after = Nicht nach (UTC)
cli-name-history = Verlauf
cli-name-runs = Läufe
cli-name-config = Einstellungen
cli-name-overrides = Überschrieben
cli-name-version = Version
cli-name-slot = Termin (UTC)
cli-name-slot-in = Termin ({ $zone })
cli-name-in = Wann
cli-name-status = Status
cli-name-took = Dauer
cli-name-detail = Näheres
cli-name-attempt = Versuch
cli-name-id = ID
cli-name-reason = Grund
cli-name-started = Begonnen
cli-name-trigger = Auslöser
cli-name-dry-run = Probelauf
cli-name-runner = Runner
cli-name-result = Ergebnis
cli-name-retry-of = Wiederholung von
cli-name-cancel-requested = Ende verlangt
cli-name-cancel-requested-by = Verlangt von
cli-name-progress = Fortschritt
cli-name-checkpoint = Zwischenstand
cli-name-rollback = Rücknahme
cli-name-time = Zeit (UTC)
cli-name-level = Stufe
cli-name-line = Zeile
cli-name-executions = Ausführungen
cli-name-success-rate = Erfolgsquote
cli-name-shortest = Kürzeste
cli-name-mean = Mittel
cli-name-median = Median
cli-name-p95 = 95 von 100 in
cli-name-longest = Längste
cli-name-slowest = Langsamste Aufgaben
cli-name-failing = Aufgaben mit Fehlern
cli-name-failed = Fehler
cli-name-last-error = Letzter Fehler
cli-name-from = Ab (UTC)
cli-name-last-pulse = Letzter Puls
cli-name-success-rate-day = Erfolgsquote, 24 h
cli-name-executions-day = Ausführungen, 24 h
cli-name-failures-in-a-row = Fehler in Folge
cli-name-overdue = Überfällige Termine
cli-name-workers = Lebende Worker
cli-name-running = Läuft gerade
cli-name-stuck = Hängen fest
cli-name-silent-runners = Stumme Runner
cli-name-failed-side-tasks = Aufgegebene Nebenaufgaben
cli-name-began = Beginn (UTC)
cli-name-due = Fällig
cli-name-ran = Gelaufen
cli-name-not-run = Ausgelassen
cli-name-caller = Aufgerufen von
cli-name-environment = Umgebung
cli-name-state = Zustand
cli-name-database = Datenbank
cli-name-address = HTTP
cli-name-cron-tasks = Cron-Aufgaben
cli-name-side-tasks = Nebenaufgaben
cli-name-at-once = Zugleich
cli-name-heartbeat = Lebenszeichen
cli-name-runs-now = Führt aus
cli-name-kind = Art
cli-name-since = Seit
cli-name-restarts = Neustarts
cli-name-health = Befinden
cli-name-type = Typ
cli-name-value = Wert
cli-name-label = Bezeichnung
cli-name-description = Beschreibung
cli-name-migration = Migration
cli-name-applied = Ausgeführt (UTC)
cli-name-by = Von
cli-name-source = Woher
cli-name-setting = Einstellung
cli-name-before = Vorher
cli-name-now = Jetzt
cli-name-changed = Wann
cli-name-action = Was

## Tabellen: Überschriften

cli-heading-newest-runs = Jüngste Ausführungen
cli-heading-changes = Im Betrieb geändert
cli-heading-log = Protokoll
cli-heading-overview = Überblick
cli-heading-performance = Dauer
cli-heading-errors = Fehler
cli-heading-trends = Trend

## Tabellen: Werte

cli-yes = ja
cli-no = nein
cli-never = nie
cli-stopping = hält an
cli-disabled = aus
cli-paused = pausiert
cli-retired = nicht mehr im Code
cli-draining = Läuft aus
cli-stuck = { $task } (hängt, { $since })
cli-dry-run = Probelauf
cli-would-run = Würde laufen
cli-dry-run-done = Das war ein Probelauf: Nichts wurde getan.
cli-not-run-here = laufen hier nicht
cli-as-configured = wie eingestellt
cli-asked-every = wird alle { $interval } gefragt
cli-schedule-by-hand = nur von Hand
cli-schedule-always = immer
cli-percent = { $number } %
cli-instant-alone = { $at } UTC
cli-instant = { $at } UTC, { $relative }
cli-period = { $from } bis { $to } UTC
cli-status-ago = { $status } { $ago }
cli-status-ago-times = { $status } { $ago } (×{ $times })
cli-until-now = jetzt
cli-until-seconds = in { $count } s
cli-until-minutes = in { $count } min
cli-until-hours = in { $count } h
cli-until-days =
    { $count ->
        [one] in { $count } Tag
       *[other] in { $count } Tagen
    }
cli-retries =
    { $count ->
        [0] keine
        [one] { $count }; davor höchstens { $delay } Wartezeit
       *[other] { $count }; vor der ersten höchstens { $delay } Wartezeit
    }
cli-missed-slots = { $policy }, höchstens { $window } alt
cli-overlap-at-most = { $policy }, höchstens { $limit }
cli-history-interval = ein abgeschlossener Lauf je { $interval }
cli-runs =
    { $count ->
        [0] noch keine
       *[other] { $count }, davon { $completed } abgeschlossen und { $failed } fehlgeschlagen; im Mittel { $mean }
    }
cli-lines-left-out =
    { $count ->
        [one] … { $count } Zeile ausgelassen
       *[other] … { $count } Zeilen ausgelassen
    }
cli-by-next-slot = dem nächsten Termin
cli-stands-for =
    { $count ->
        [one] auch für { $count } verpassten Termin
       *[other] auch für { $count } verpasste Termine
    }
cli-clock-change = die Uhr wird umgestellt

## Tabellen: Sätze darum herum

cli-count-tasks =
    { $count ->
        [one] { $count } Aufgabe
       *[other] { $count } Aufgaben
    }
cli-count-cron-tasks =
    { $count ->
        [one] { $count } Cron-Aufgabe
       *[other] { $count } Cron-Aufgaben
    }
cli-count-side-tasks =
    { $count ->
        [one] { $count } Nebenaufgabe
       *[other] { $count } Nebenaufgaben
    }
cli-count-registry = { $cron }, { $side }
cli-count-migrations =
    { $count ->
        [one] { $count } Migration ausgeführt
       *[other] { $count } Migrationen ausgeführt
    }
cli-no-tasks = Hier sind noch keine Cron-Aufgaben bekannt. Ein Worker oder ein Puls macht sie bei seinem ersten Lauf bekannt.
cli-no-known-tasks = Dieses Programm kennt noch keine Aufgaben. Eine in den Ordner der Aufgaben schreiben, dann „worker generate“ aufrufen.
cli-no-task-matches = Keine Cron-Aufgabe passt dazu. „worker cron tasks“ zeigt alle.
cli-no-executions = Hier gibt es keine Ausführungen. „worker pulse execute“ führt aus, was fällig ist.
cli-no-errors = Nichts ist fehlgeschlagen.
cli-no-pulses = Es gab noch keinen Puls. „worker pulse execute“ löst einen aus; „worker start“ führt Aufgaben auch ohne Puls aus.
cli-no-runners = Kein Runner lebt, und in der letzten Stunde wurde auch keiner beendet. „worker start“ startet einen.
cli-no-side-tasks = Es gibt keine Nebenaufgaben. Ein Worker macht die seines Codes bekannt, wenn er startet: „worker start“.
cli-nothing-due =
    { $count ->
        [0] Nichts ist fällig; dieses Programm kennt keine Aufgaben.
        [one] Nichts ist fällig; die einzige Aufgabe wartet auf ihre Zeit.
       *[other] Nichts ist fällig; { $count } Aufgaben warten auf ihre Zeit.
    }
cli-nothing-to-migrate = Die Datenbank ist auf dem Stand dieser Version; es war nichts zu tun.
cli-never-comes = Es kommt nie ein Termin.
cli-is-live = Der Prozess antwortet.
cli-is-ready = Der Prozess antwortet und die Datenbank auch, mit den Tabellen dieser Version.
cli-more = Mehr: { $option }
cli-more-columns = In einem breiteren Fenster oder mit --json gibt es weitere Spalten.
cli-queued = „{ $task }“ ist eingereiht; ein Worker oder der nächste Puls führt sie aus.
cli-dry-run-queued = Ein Probelauf von „{ $task }“ wartet: Ein Worker oder der nächste Puls prüft die Einstellungen und führt nichts aus.
cli-next-attempt = Versuch { $attempt } von { $most } folgt, falls die Aufgabe nicht darauf verzichtet.
cli-changed = „{ $task }“ ist geändert, auf allen Runnern.
cli-source-code = der Code
cli-source-set = zur Laufzeit gesetzt
cli-nothing-changed = „{ $task }“ ist, wie es war: Das gilt schon.
cli-runs-next = Nächster Lauf: { $at }
cli-task-paused = „{ $task }“ ist pausiert, bis es fortgesetzt wird. Die Termine werden ausgelassen.
cli-task-paused-until = „{ $task }“ ist pausiert bis { $at }. Die Termine werden ausgelassen.
cli-task-resumed = „{ $task }“ läuft weiter.
cli-task-not-paused = „{ $task }“ war nicht pausiert.
cli-retry-queued = Versuch { $attempt } für den Termin { $slot } von „{ $task }“ wartet; ein Worker oder der nächste Puls führt ihn aus.
cli-cancelled = „{ $task }“ wartete und ist abgebrochen.
cli-cancel-requested = Der Runner { $runner } ist angewiesen, „{ $task }“ zu beenden.
cli-cron-held = Auf keinem Runner startet eine Cron-Aufgabe, bis „worker runner resume“ kommt.
cli-cron-held-until = Bis { $at } startet auf keinem Runner eine Cron-Aufgabe.
cli-cron-free = Cron-Aufgaben starten.
cli-in-maintenance = Wartung: Auf keinem Runner startet eine Cron-Aufgabe. „worker runner resume“ beendet sie.
cli-side-held = Auf keinem Worker läuft eine Nebenaufgabe, bis „worker runner resume“ kommt.
cli-side-held-until = Bis { $at } läuft auf keinem Worker eine Nebenaufgabe.
cli-side-free = Nebenaufgaben laufen.
cli-runner-stops =
    { $running ->
        [0] { $name } führt nichts aus; er nimmt nichts mehr an und endet.
        [one] { $name } nimmt nichts mehr an, führt die laufende Aufgabe zu Ende und endet.
       *[other] { $name } nimmt nichts mehr an, führt die { $running } laufenden Aufgaben zu Ende und endet.
    }
cli-runner-restarts =
    { $running ->
        [0] { $name } führt nichts aus; er nimmt nichts mehr an und beginnt neu.
        [one] { $name } nimmt nichts mehr an, führt die laufende Aufgabe zu Ende und beginnt neu.
       *[other] { $name } nimmt nichts mehr an, führt die { $running } laufenden Aufgaben zu Ende und beginnt neu.
    }
cli-follow = Verfolgen mit: { $command }
cli-pulse-done = { $ran } gelaufen, { $failed } fehlgeschlagen, { $other } ausgelassen, in { $took }.
cli-pulse-dry-run =
    { $count ->
        [0] Nichts würde laufen.
        [one] { $count } würde laufen. Nichts wurde getan.
       *[other] { $count } würden laufen. Nichts wurde getan.
    }
cli-budget-spent = Die Zeit für einen Puls ist um; der nächste macht weiter.
cli-schemas-in-json = Mit --json: die JSON-Schemas aller Einstellungen, Ergebnisse und Befunde.
cli-index-written = { $file } ist geschrieben: { $count }
cli-index-current = { $file } ist aktuell: { $count }
cli-page-stale = { $file } ist nicht, was dieses Programm schreiben würde; das erledigt „worker generate“
cli-page-written = { $file } geschrieben

# What is wrong with the arguments.
cli-quoted = „{ $word }“
cli-unknown-command = den Befehl „{ $written }“ gibt es nicht
cli-unknown-command-nearest = den Befehl „{ $written }“ gibt es nicht; war { $nearest } gemeint?
cli-unknown-argument = die Option „{ $written }“ gibt es hier nicht
cli-unknown-argument-nearest = die Option „{ $written }“ gibt es hier nicht; war { $nearest } gemeint?
cli-unexpected-argument = unerwartetes Argument „{ $written }“
cli-nothing-to-set = nichts soll gesetzt werden; zu nennen ist mindestens eines von { $options }
cli-missing-arguments = es fehlt: { $missing }
cli-conflicting-arguments = { $argument } und { $other } vertragen sich nicht
cli-missing-value = { $argument } braucht einen Wert
cli-value-not-allowed = „{ $value }“ ist für { $argument } nicht erlaubt; erlaubt sind { $allowed }
cli-value-not-allowed-nearest = „{ $value }“ ist bei { $argument } nicht erlaubt; war { $nearest } gemeint? Erlaubt sind { $allowed }
cli-value-refused = „{ $value }“ ist für { $argument } nicht erlaubt: { $reason }
cli-value-not-taken = { $argument } nimmt keinen Wert: „{ $value }“
cli-no-text = ein Argument ist kein Text: seine Bytes sind kein UTF-8
cli-missing-command = es fehlt ein Befehl; es gibt { $commands }
cli-given-twice = { $argument } steht zweimal da
cli-value-no-number = „{ $value }“ ist für { $argument } nicht erlaubt: es ist keine ganze Zahl
cli-value-out-of-range = „{ $value }“ ist für { $argument } nicht erlaubt; erlaubt ist { $least } bis { $most }
cli-registry-unknown = „{ $written }“ ist weder eine Aufgabe noch eine Kategorie noch eine Art; neben den Namen der Aufgaben gibt es { $allowed }
cli-registry-unknown-nearest = „{ $written }“ ist weder eine Aufgabe noch eine Kategorie noch eine Art; ist „{ $nearest }“ gemeint?
cli-hint-help = Mehr dazu mit --help.

# Laufende Ereignisse.
cli-about-events = Erzählen, was geschieht, während es geschieht, bis Strg-C
cli-arg-events-task = Nur was diese Aufgabe betrifft
cli-arg-events-after = Hinter dem Ereignis mit dieser ID weitermachen; jede Zeile von --json hat eine
cli-arg-events-limit = Nach so vielen Ereignissen aufhören
cli-arg-events-once = Aufhören, wenn alles erzählt ist, was geschehen ist
cli-events-gap = Ereignisse seit { $at } fehlen vielleicht.
cli-events-everything = alles

cli-arg-idempotency-key = Nur einmal handeln, wie oft dies auch mit demselben Schlüssel gesendet wird; er gilt einen Tag

## Was als Nächstes kommt

cli-about-cron-queue = Zeigen, was läuft, was warum wartet und wann jede Aufgabe als Nächstes drankommt
cli-arg-cron-queue-limit = Wie viele höchstens, von jedem
cli-name-waits = Wartet
cli-name-slot-zoned = Termin
cli-heading-running = Läuft
cli-heading-waiting = Fällig oder eingereiht
cli-heading-upcoming = Nächste Termine
cli-waits-for = { $reason }: { $names }
cli-waits-until = { $reason }, bis { $at }
cli-waits-until-time = { $reason }, { $relative }
cli-queue-stuck = hängt, { $since }
cli-queue-nothing-waits = Nichts läuft, und nichts wartet.
cli-queue-empty = Nichts läuft, nichts wartet, und kein Termin steht bevor. „worker cron tasks“ zählt die Aufgaben auf.
cli-queue-more = Es gibt noch mehr: --limit sagt, wie viel gezeigt wird.

## Fragen an einen Menschen vor dem Terminal

cli-arg-yes = Nichts fragen vor dem, was sich schwer zurücknehmen lässt
cli-ask = { $what }:
cli-ask-choice-help = ↑↓ bewegt, Tippen filtert, Enter wählt, Esc verlässt
cli-ask-broken-off = – verlassen
cli-nothing-to-choose = { $argument } fehlt, und es gibt nichts zur Auswahl
cli-terminal-unusable = das Terminal ist nicht benutzbar: { $reason }
cli-confirm-unclear = Bitte mit { $yes } oder { $no } antworten.
cli-confirm-reset = Alles verwerfen, was bei „{ $task }“ über den Code gesetzt wurde?
cli-confirm-cancel = Die Ausführung { $id } abbrechen?
cli-confirm-pause = Auf keinem Runner mehr Aufgaben starten, bis es wieder erlaubt wird?
cli-confirm-stop = Den Runner { $instance } seine Arbeit beenden und aufhören lassen?
cli-confirm-restart = Den Runner { $instance } seine Arbeit beenden und neu beginnen lassen?
cli-confirm-force = Alle Aufgaben jetzt ausführen, fällig oder nicht?
cli-nothing-done = Es wurde nichts getan.

## Exit-Codes

cli-exit-done = erledigt
cli-exit-failed = fehlgeschlagen, oder die Aufgabe, die ausgeführt wurde
cli-exit-input = falsch getippt
cli-exit-setup = keine Datenbank oder eine falsche Konfiguration
cli-exit-refused = die Zugangsdaten fehlen oder sind falsch
cli-exit-broken-off = eine Frage wurde nicht beantwortet

## Dem Verlauf folgen

cli-arg-follow = Mit neuen Ausführungen und Änderungen weitermachen, bis Strg-C; mit --json ein Objekt je Zeile
cli-follow-lost = Verbindung verloren: { $reason } Es wird weiter versucht.
cli-follow-back = Wieder verbunden.

## Solange etwas dauert

cli-progress-waiting = Warten auf die Antwort, { $elapsed }
cli-progress-migrating = Migrationen laufen, { $elapsed }
cli-progress-waits = { $task } wartet ({ $reason })
cli-progress-running = { $what }, { $elapsed }

cli-arg-pulse-history-since = Nur was seither begann: 30m, 24h, 7d oder 2027-03-28T00:00:00Z
cli-arg-cron-history-until = Nur was davor entschieden wurde: 30m, 24h, 7d oder 2027-03-28T00:00:00Z
