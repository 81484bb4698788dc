tasks-type-cron = Cron-Aufgabe
tasks-type-side = Nebenaufgabe

tasks-priority-critical = Kritisch
tasks-priority-high = Hoch
tasks-priority-medium = Mittel
tasks-priority-low = Niedrig
tasks-priority-background = Hintergrund

tasks-status-pending = Ausstehend
tasks-status-running = Läuft
tasks-status-completed = Abgeschlossen
tasks-status-failed = Fehlgeschlagen
tasks-status-timeout = Zeit überschritten
tasks-status-cancelled = Abgebrochen
tasks-status-skipped = Übersprungen
tasks-status-blocked = Blockiert

tasks-error-timeout = Zeitüberschreitung
tasks-error-execution = Fehler in der Aufgabe
tasks-error-system = Systemfehler
tasks-error-dependency = Fehler in einer Abhängigkeit
tasks-error-configuration = Konfigurationsfehler

tasks-health-healthy = In Ordnung
tasks-health-warning = Warnung
tasks-health-critical = Kritisch
tasks-health-unknown = Unbekannt

tasks-trigger-schedule = Nach Zeitplan
tasks-trigger-manual = Von Hand
tasks-trigger-retry = Wiederholung
tasks-trigger-dependency = Nach einer Abhängigkeit

tasks-reason-previous-instance-running = Der vorige Lauf war noch nicht beendet
tasks-reason-missed = Der Termin wurde verpasst
tasks-reason-dependency-failed = Eine Abhängigkeit ist fehlgeschlagen
tasks-reason-paused = Die Aufgabe war pausiert
tasks-reason-previous-instance-waiting = Ein früherer Termin wartete noch
tasks-reason-queue-full = Zu viele Termine warteten
tasks-reason-caught-up = Ein späterer Termin lief an seiner Stelle
tasks-reason-concurrency-limit = Zu viele ihrer Art liefen
tasks-reason-budget-spent = Dem Puls blieb zu wenig Zeit
tasks-reason-maintenance = Das System war in Wartung

tasks-category-development = Entwicklung
tasks-category-build = Build
tasks-category-watch = Überwachung von Dateien
tasks-category-generator = Generatoren
tasks-category-test = Tests
tasks-category-maintenance = Wartung
tasks-category-database = Datenbank
tasks-category-system = System
tasks-category-monitoring = Monitoring

tasks-catch-up-latest = Der neueste wird nachgeholt
tasks-catch-up-all = Jeder wird nachgeholt
tasks-catch-up-skip = Keiner wird nachgeholt

tasks-overlap-skip = Der Termin wird übersprungen
tasks-overlap-queue-one = Ein Termin wartet
tasks-overlap-queue-all = Termine warten der Reihe nach
tasks-overlap-cancel-running = Der laufende Lauf wird abgebrochen
tasks-overlap-allow = Sie laufen nebeneinander

tasks-runs-on-any = Überall
tasks-runs-on-worker = Auf dauerhaften Maschinen
tasks-runs-on-function = In serverlosen Funktionen

tasks-change-set = Gesetzt
tasks-change-reset = Zurückgesetzt
tasks-change-pause = Pausiert
tasks-change-resume = Fortgesetzt
tasks-change-start = Gestartet
tasks-change-stop = Beendet
tasks-change-restart = Neu gestartet

tasks-environment-development = Entwicklung
tasks-environment-production = Betrieb
tasks-environment-serverless = Serverlos

tasks-runner-worker = Worker
tasks-runner-pulse = Puls
tasks-runner-command = Befehl

tasks-runner-state-alive = Lebt
tasks-runner-state-silent = Stumm
tasks-runner-state-stopped = Beendet
tasks-runner-state-lost = Verloren

tasks-side-state-running = Läuft
tasks-side-state-waiting = Wartet auf einen Worker
tasks-side-state-restarting = Startet neu
tasks-side-state-stopping = Hält an
tasks-side-state-stopped = Angehalten
tasks-side-state-paused = Pausiert
tasks-side-state-disabled = Aus
tasks-side-state-completed = Abgeschlossen
tasks-side-state-failed = Fehlgeschlagen
tasks-side-state-never-started = Nie gestartet
tasks-side-state-retired = Nicht mehr im Code

tasks-side-health-healthy = Gesund
tasks-side-health-unhealthy = Nicht gesund

task-database-health-title = Zustand der Datenbank
task-database-health-description = Prüft Verbindungen, Sperren, Transaktionen und Tabellen der Datenbank und warnt, wenn ein Schwellenwert überschritten ist.
task-file-watcher-title = Dateibeobachter
task-file-watcher-description = Meldet, welche Dateien sich in den angegebenen Ordnern ändern.
task-heartbeat-monitor-title = Lebenszeichen-Wächter
task-heartbeat-monitor-description = Meldet, wenn ein Runner verstummt oder fällige Termine liegen bleiben, und wenn das vorbei ist.
task-http-check-title = HTTP-Prüfung
task-http-check-description = Prüft, ob die angegebenen Adressen wie erwartet und rechtzeitig antworten und ihr Zertifikat noch lange genug gültig ist.
task-prune-history-title = Verlauf aufräumen
task-prune-history-description = Löscht Ausführungen, Pulse und Runner, deren Aufbewahrungszeit abgelaufen ist.

# Was geschah, in einer Zeile der laufenden Ereignisse.
tasks-event-execution-started = Begonnen
tasks-event-execution-finished = Beendet
tasks-event-execution-withdrawn = Zurückgenommen
tasks-event-runner-joined = Runner beigetreten
tasks-event-runner-left = Runner gegangen
tasks-event-task-changed = Geändert
tasks-event-stream-gap = Lücke

# What somebody waits for who is due or queued.
tasks-wait-runner = Auf einen Runner
tasks-wait-host = Auf ihre Art von Host
tasks-wait-time = Auf ihre Zeit
tasks-wait-maintenance = Wartung
tasks-wait-disabled = Ausgeschaltet
tasks-wait-paused = Pausiert
tasks-wait-dependency = Auf andere Aufgaben
tasks-wait-limit = Auf einen Platz unter ihrer Grenze
tasks-wait-previous-instance = Auf den vorigen Lauf

# Was ein solches Wort bedeutet, wo die Bezeichnung nicht alles sagt.
tasks-status-pending-about = Steht in der Warteschlange: von Hand verlangt, ein weiterer Versuch, oder ein Termin, der auf etwas wartet. wait_reason sagt, worauf.
tasks-status-running-about = Ein Runner besitzt und bearbeitet sie.
tasks-status-completed-about = Wurde erfolgreich abgeschlossen.
tasks-status-failed-about = Endete mit einem Fehler; error_kind sagt, welcher Art. Weitere Versuche haben eigene Zeilen.
tasks-status-timeout-about = Dauerte länger, als ihr Zeitlimit erlaubt. Weitere Versuche haben eigene Zeilen.
tasks-status-cancelled-about = Jemand verlangte ihr Ende, ein späterer Termin ersetzte sie, oder ihr Host hielt an.
tasks-status-skipped-about = Über ihren Termin wurde entschieden, ohne dass sie lief; skipped_reason sagt, warum.
tasks-status-blocked-about = Eine Aufgabe, von der sie abhängt, wurde nicht erfolgreich abgeschlossen; darum kann sie nicht laufen.
tasks-error-timeout-about = Dauerte länger, als das Zeitlimit erlaubt. Wird wiederholt.
tasks-error-execution-about = Die Aufgabe selbst meldete einen Fehler oder geriet in Panik. Wird wiederholt.
tasks-error-system-about = Etwas um die Aufgabe herum versagte: ein Runner oder die Datenbank ging verloren. Wird wiederholt.
tasks-error-dependency-about = Eine Aufgabe, von der sie abhängt, wurde nicht erfolgreich abgeschlossen; sie begann nie. Wird nicht wiederholt.
tasks-error-configuration-about = Ihre Einstellungen sind falsch. Wird nie wiederholt, denn es ginge ebenso schief.
tasks-reason-previous-instance-running-about = Die Aufgabe lief noch, als dieser Termin kam, und ihre Überschneidungsregel überspringt solche Termine.
tasks-reason-previous-instance-waiting-about = Ein früherer Termin der Aufgabe wartete noch, und ihre Überschneidungsregel lässt nur einen warten.
tasks-reason-queue-full-about = Es warteten so viele Termine der Aufgabe, wie ihre Überschneidungsregel zulässt.
tasks-reason-missed-about = Der Termin verstrich, während nichts lief, und liegt außerhalb dessen, was nachgeholt wird.
tasks-reason-caught-up-about = Der Termin verstrich, während nichts lief, und ein späterer lief für ihn.
tasks-reason-dependency-failed-about = Eine Aufgabe, von der diese abhängt, wurde nicht erfolgreich abgeschlossen; ihr Name folgt nach einem Doppelpunkt.
tasks-reason-concurrency-limit-about = Es liefen so viele Aufgaben, wie eine benannte Grenze erlaubt; ihr Schlagwort folgt nach einem Doppelpunkt.
tasks-reason-budget-spent-about = Dem Puls blieb weniger Zeit, als die Aufgabe braucht; der nächste Puls oder ein Worker führt sie aus.
tasks-reason-paused-about = Jemand hatte die Aufgabe pausiert.
tasks-reason-maintenance-about = Jemand hatte das ganze System in Wartung versetzt.
tasks-wait-runner-about = Nichts hält sie auf: Der nächste Runner mit freiem Platz nimmt sie.
tasks-wait-host-about = Nur ein Runner auf der Art von Host, an die sie gebunden ist, nimmt sie; waits_for nennt sie.
tasks-wait-time-about = Sie darf erst zu ihrer Zeit beginnen, etwa nach einem fehlgeschlagenen Versuch.
tasks-wait-maintenance-about = Das ganze System ist in Wartung; danach beginnt sie.
tasks-wait-disabled-about = Die Aufgabe ist ausgeschaltet.
tasks-wait-paused-about = Die Aufgabe ist pausiert; danach beginnt sie.
tasks-wait-dependency-about = Aufgaben, von denen sie abhängt, sind noch nicht beendet; waits_for nennt sie.
tasks-wait-limit-about = Es laufen so viele Aufgaben, wie eine benannte Grenze erlaubt; waits_for nennt sie.
tasks-wait-previous-instance-about = Die Aufgabe läuft noch oder wird noch einmal versucht, und ihre Regeln lassen Termine warten.

# Why one of the shipped tasks refuses a setting.
tasks-refused-address = das ist keine Adresse; richtig wäre eine wie https://example.com/health
tasks-refused-scheme = die Adresse muss mit http:// oder https:// beginnen
