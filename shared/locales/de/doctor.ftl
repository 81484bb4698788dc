# Was „worker doctor“ sagt: was es sah, was das heißt und was zu tun ist.

doctor-configuration-fine = Jede Variable lässt sich lesen.
doctor-configuration-doubtful = { $doubts }
doctor-configuration-doubtful-means = Eine solche Variable liest niemand; es gilt die Voreinstellung.
doctor-configuration-doubtful-advice = Umbenennen oder entfernen.
doctor-configuration-wrong = { $mistakes }
doctor-configuration-wrong-means = Damit startet kein Programm. Alles Weitere wurde stattdessen mit der Voreinstellung angesehen.
doctor-configuration-wrong-advice = Berichtigen; .env.example sagt, was jede Variable annimmt.
doctor-tasks-fine = Cron-Aufgaben: { $cron }, Nebenaufgaben: { $side }.
doctor-tasks-wrong = { $mistakes }
doctor-tasks-wrong-means = Mit diesen Aufgaben startet kein Programm.
doctor-tasks-wrong-advice = Ihre Definitionen berichtigen.
doctor-secrets-fine = Was nötig ist, ist gesetzt, lang genug und verschieden.
doctor-secrets-not-needed = Keines ist gesetzt; nur Aufrufer auf diesem Rechner bekommen Antwort.
doctor-nobody-may-pulse = Weder CRON_SECRET noch TASK_API_TOKEN ist gesetzt.
doctor-nobody-may-pulse-means = Jeder Puls wird abgewiesen, also läuft nichts.
doctor-nobody-may-pulse-advice = CRON_SECRET auf die Ausgabe von „openssl rand -hex 32“ setzen, hier und auf der Plattform.
doctor-cron-secret-missing = CRON_SECRET ist nicht gesetzt.
doctor-cron-secret-missing-means = Das ist, was der Cron von Vercel mitschickt; ohne wird sein Puls abgewiesen.
doctor-cron-secret-missing-advice = Auf die Ausgabe von „openssl rand -hex 32“ setzen, hier und auf der Plattform.
doctor-token-missing = TASK_API_TOKEN ist nicht gesetzt.
doctor-token-missing-means = Die HTTP-API weist alle ab, auch --url. Aufgaben laufen trotzdem.
doctor-token-missing-advice = Soll jemand die API benutzen, auf die Ausgabe von „openssl rand -hex 32“ setzen.
doctor-secrets-equal = CRON_SECRET und TASK_API_TOKEN sind gleich.
doctor-secrets-equal-means = Wer den Puls rufen darf, darf alles ändern.
doctor-secrets-equal-advice = Einem davon einen anderen Wert geben: „openssl rand -hex 32“.
doctor-secret-weak = { $variable } ist kurz oder aus wenigen verschiedenen Zeichen.
doctor-secret-weak-means = Es ließe sich erraten.
doctor-secret-weak-advice = Auf die Ausgabe von „openssl rand -hex 32“ setzen.
doctor-listens-here = „worker start“ lauscht auf { $address }: Nur dieser Rechner erreicht es.
doctor-listens-to-others = „worker start“ soll auf { $address } lauschen, über diesen Rechner hinaus.
doctor-listens-to-others-means = HTTP ist unverschlüsselt; das Token lässt sich unterwegs mitlesen.
doctor-listens-to-others-advice = Einen Proxy davorstellen, der TLS spricht, oder auf 127.0.0.1 lauschen.
doctor-listens-unprotected = „worker start“ soll auf { $address } lauschen, und TASK_API_TOKEN ist nicht gesetzt.
doctor-listens-unprotected-means = So startet es nicht.
doctor-listens-unprotected-advice = TASK_API_TOKEN setzen oder auf 127.0.0.1 lauschen.
doctor-platform-listens = Es lauscht die Plattform, nicht dieses Programm.
doctor-overlap-prevented = Keine Aufgabe läuft, während sie schon läuft.
doctor-overlap-allowed = TASK_OVERLAP_PREVENTION ist aus. Umgebung: { $environment }.
doctor-overlap-allowed-means = Zwei Läufe einer Aufgabe können zugleich arbeiten.
doctor-overlap-allowed-advice = Außerhalb von Tests entfernen.
doctor-no-vercel-file = In diesem Ordner liegt keine vercel.json.
doctor-vercel-fine = Crons: { $crons }. Der Puls kommt zu { $schedules }.
doctor-vercel-fine-on-pro = Crons: { $crons }. Der Puls kommt zu { $schedules }; das braucht den Tarif Pro: Mit Hobby kommt ein Cron einmal am Tag, und ein häufigerer lässt sich nicht ausrollen.
doctor-vercel-rarer-than-expected = Die Plattform ruft den Puls alle { $every }, und PULSE_INTERVAL sagt alle { $expected }.
doctor-vercel-rarer-than-expected-means = Zwischen zwei Pulsen ist der Status kritisch, und Aufgaben, die nichts nachholen, laufen nie.
doctor-vercel-rarer-than-expected-advice = PULSE_INTERVAL={ $every_ms } setzen, hier und auf der Plattform.
doctor-vercel-crons-too-many = vercel.json hat { $crons } Crons; erlaubt sind { $most }.
doctor-vercel-crons-too-many-means = Die Plattform weist das Ausrollen ab.
doctor-vercel-crons-too-many-advice = Einer für /api/pulse genügt: Er führt jede fällige Aufgabe aus.
doctor-vercel-unreadable = vercel.json lässt sich nicht lesen: { $error }
doctor-vercel-unreadable-means = So lässt sich nichts ausrollen.
doctor-vercel-unreadable-advice = Die Datei berichtigen.
doctor-vercel-without-pulse = Kein Cron in vercel.json ruft /api/pulse.
doctor-vercel-without-pulse-means = Auf Vercel läuft nichts, wenn ihn nicht jemand anders ruft.
doctor-vercel-without-pulse-advice = In "crons" ergänzen: "path" mit "/api/pulse" und "schedule" mit "* * * * *".
doctor-vercel-cron-refused = Der Cron für { $path } lautet „{ $schedule }“: { $fault }.
doctor-vercel-cron-refused-means = Die Plattform weist ihn ab oder ruft nie.
doctor-vercel-cron-refused-advice = Fünf Felder aus Zahlen schreiben, in UTC.
doctor-limits-fine = Benannte Grenzen: { $limits }; keine ohne Aufgaben.
doctor-limits-unused = Keine Aufgabe trägt das Schlagwort der Grenze: { $tags }.
doctor-limits-unused-means = Die Grenze begrenzt nichts; vielleicht ist sie verschrieben.
doctor-limits-unused-advice = Das Schlagwort den gemeinten Aufgaben geben oder die Grenze entfernen.
doctor-no-database = { $reason }
doctor-no-database-means = Es kann nichts laufen.
doctor-no-database-advice = PostgreSQL starten oder DATABASE_URL berichtigen.
doctor-database-fine = „{ $database }“ auf PostgreSQL { $version }.
doctor-database-old = PostgreSQL { $version }.
doctor-database-old-means = Unsere Anweisungen brauchen { $least } oder neuer.
doctor-database-old-advice = Den Server aktualisieren.
doctor-database-read-only = „{ $database }“ auf PostgreSQL { $version } nimmt keine Änderungen an.
doctor-database-read-only-means = Es ist eine Replik oder schreibgeschützt; darauf lässt sich nichts beanspruchen.
doctor-database-read-only-advice = Die Adresse des Hauptservers benutzen.
doctor-migrations-fine = Alle sind angewandt: { $applied }.
doctor-migrations-missing = Nicht oder nicht zu Ende angewandt: { $files }.
doctor-migrations-missing-means = Kein Programm dieser Version startet.
doctor-migrations-missing-advice = Ausführen: worker migrate
doctor-migrations-edited = Mit anderem Text angewandt als unserem: { $files }.
doctor-migrations-edited-means = Die Tabellen sind vielleicht nicht, was dieses Programm erwartet; es startet nicht.
doctor-migrations-edited-advice = Die Dateien wiederherstellen, wie sie angewandt wurden; Änderungen in eine neue Migration schreiben.
doctor-migrations-newer = Eine neuere Version hat angewandt: { $files }.
doctor-migrations-newer-means = Dieses Programm arbeitet weiter und kennt das Neue nicht.
doctor-migrations-newer-advice = Dieses Programm aktualisieren.
doctor-tls-not-needed = Der Server steht auf diesem Rechner.
doctor-tls-verified = Verschlüsselt mit { $version }; das Zertifikat wird geprüft.
doctor-tls-unverified = Verschlüsselt mit { $version }; wer der Server ist, wird nicht gefragt.
doctor-tls-unverified-means = Jemand auf dem Weg könnte sich als die Datenbank ausgeben.
doctor-tls-unverified-advice = sslmode=verify-full in die Adresse schreiben; hat keine öffentliche Stelle das Zertifikat unterschrieben, dazu sslrootcert=DATEI der Stelle, die es war.
doctor-tls-missing = Der Server steht anderswo, und der Weg dorthin ist unverschlüsselt.
doctor-tls-missing-means = Einstellungen und Ergebnisse lassen sich unterwegs mitlesen.
doctor-tls-missing-advice = TLS am Server einschalten und sslmode=require oder verify-full in die Adresse schreiben.
doctor-tls-unknown = Es antwortet ein Pooler; die Datenbank weiß nicht, wie dieses Programm ihn erreicht.
doctor-no-pooler = Keiner; jede Verbindung behält ihr Backend. TASK_LOCK_MODE: { $lock_mode }.
doctor-pooler-passed = Anweisungen gehen durch einen Transaktions-Pooler, Sperren daran vorbei. TASK_LOCK_MODE: { $lock_mode }.
doctor-pooler-with-transactions = Ein Transaktions-Pooler, und Sperren für die Dauer einer Transaktion.
doctor-pooler-with-sessions = Ein Transaktions-Pooler, und Sperren, die eine Sitzung lang halten sollen.
doctor-pooler-with-sessions-means = Eine solche Sperre schützt nichts: Lebende Runner gelten als tot.
doctor-pooler-with-sessions-advice = DATABASE_URL_UNPOOLED auf eine direkte Adresse setzen, oder TASK_LOCK_MODE=transaction.
doctor-direct-pooled = Auch DATABASE_URL_UNPOOLED führt durch einen Transaktions-Pooler.
doctor-direct-pooled-means = Sperren für eine Sitzung schützen dahinter nichts.
doctor-direct-pooled-advice = Auf eine Adresse der Datenbank selbst setzen, oft ein anderer Port oder Rechner.
doctor-direct-elsewhere = DATABASE_URL_UNPOOLED führt zu einer anderen Datenbank als DATABASE_URL.
doctor-direct-elsewhere-means = Sperren liegen, wo niemand nach ihnen sieht.
doctor-direct-elsewhere-advice = Beide auf dieselbe Datenbank setzen.
doctor-clocks-agree =
    Die Datenbank geht { $offset } { $direction ->
        [behind] nach gegenüber diesem Rechner
       *[ahead] vor gegenüber diesem Rechner
    }.
doctor-clocks-differ =
    Die Datenbank geht { $offset } { $direction ->
        [behind] nach gegenüber diesem Rechner
       *[ahead] vor gegenüber diesem Rechner
    }.
doctor-clocks-differ-means = Termine gehen nach der Datenbank und stimmen, wenn sie stimmt; Logs dieses Rechners laufen nicht im Takt.
doctor-clocks-differ-advice = Beide ihre Zeit von NTP beziehen lassen.
doctor-connections-fine = { $used } von { $most } in Gebrauch; ein Prozess von uns braucht bis zu { $need }.
doctor-connections-short = { $used } von { $most } in Gebrauch; ein Prozess von uns braucht bis zu { $need }.
doctor-connections-short-means = Ein weiterer Prozess findet vielleicht keine Verbindung und wartet darauf.
doctor-connections-short-advice = max_connections erhöhen, einen Pooler dazwischenstellen oder weniger Prozesse laufen lassen.
doctor-transactions-fine = Keine bleibt lange offen.
doctor-transaction-idle = Eine von { $application } (pid { $pid }) ist offen und seit { $age } untätig.
doctor-transaction-idle-means = Bis sie endet, verschwindet nirgends eine tote Zeile.
doctor-transaction-idle-advice = Nach dem Programm sehen, oder: select pg_terminate_backend({ $pid })
doctor-transaction-long = Eine von { $application } (pid { $pid }) ist seit { $age } offen.
doctor-transaction-long-means = Bis sie endet, verschwindet nirgends eine tote Zeile.
doctor-transaction-long-advice = Falls sie nicht so lange dauern soll: select pg_terminate_backend({ $pid })
doctor-vacuum-fine = Tote Zeilen in unseren Tabellen: { $rows }.
doctor-autovacuum-off = Autovacuum ist aus.
doctor-autovacuum-off-means = Unsere Tabellen ändern sich mit jedem Herzschlag; ohne wachsen sie und werden langsam.
doctor-autovacuum-off-advice = Einschalten: alter system set autovacuum = on
doctor-tables-bloated = Viele tote Zeilen in { $tables }.
doctor-tables-bloated-means = Vacuum kommt nicht nach, oder etwas hält es auf.
doctor-tables-bloated-advice = Alte Transaktionen beenden, dann: vacuum (analyze) TABELLE
doctor-statistics-fine = Der Planer kennt unsere Tabellen, wie sie sind.
doctor-statistics-stale = Seit sie für { $tables } erhoben wurden, hat sich viel geändert.
doctor-statistics-stale-means = Der Planer wählt vielleicht langsame Wege.
doctor-statistics-stale-advice = analyze TABELLE
doctor-disk-fine = Die Datenbank belegt { $size } MB; frei sind { $free } MB.
doctor-disk-low = Die Datenbank belegt { $size } MB; frei sind nur { $free } MB.
doctor-disk-low-means = Eine Datenbank, die nicht schreiben kann, bleibt stehen.
doctor-disk-low-advice = Platz schaffen oder TASK_HISTORY_RETENTION senken.
doctor-disk-full = Die Datenbank belegt { $size } MB; es bleiben gerade { $free } MB.
doctor-disk-full-means = Sie steht kurz vor dem Stillstand.
doctor-disk-full-advice = Sofort Platz schaffen.
doctor-disk-unknown = Die Datenbank belegt { $size } MB; was frei ist, ist von hier nicht zu sehen.
doctor-runners-fine = Es leben: { $runners }.
doctor-no-runners = Im Augenblick lebt keiner.
doctor-runners-silent = Überfällig und nicht beendet: { $runners }.
doctor-runners-silent-means = Er wurde getötet, ist eingefroren oder von der Datenbank abgeschnitten. Was er ausführt, geht mit Ablauf seiner Frist an andere.
doctor-runners-silent-advice = Nach dem Prozess sehen: worker runner status
doctor-versions-fine = Alle Runner haben { $version }, wie dieses Programm.
doctor-versions-mixed = Dieses Programm hat { $ours }; Runner haben { $versions }.
doctor-versions-mixed-means = Die älteren kennen vielleicht nicht alle Aufgaben oder führen sie auf alte Art aus.
doctor-versions-mixed-advice = Das Ausrollen beenden oder stoppen, was vom alten bleibt: worker runner stop
doctor-versions-unknown = Es lebt kein Runner, dessen Version sich vergleichen ließe.
doctor-schedules-fine = Der Puls kommt alle { $every }, und kein Zeitplan ist feiner.
doctor-schedules-by-workers = Worker entscheiden jeden Termin zu seiner Zeit.
doctor-schedules-finer = Der Puls kommt alle { $every }. Öfter laufen will: { $tasks }.
doctor-schedules-finer-means = Termine zwischen zwei Pulsen laufen spät oder einmal für mehrere, je nach Nachholen.
doctor-schedules-finer-advice = Den Puls öfter rufen, einen Worker laufen lassen oder der Aufgabe einen selteneren Zeitplan geben.
doctor-hosts-fine = Keine Aufgabe ist an eine Art von Host gebunden, die fehlt.
doctor-hosts-missing = An eine Art von Host gebunden, die fehlt: { $tasks }.
doctor-hosts-missing-means = Sie warten; anderswo laufen sie nicht.
doctor-hosts-missing-advice = Einen Worker starten (worker start), nach dem sehen, was /api/pulse ruft, oder sie überall laufen lassen (runs_on).
doctor-nothing-overdue = Über jeden fälligen Termin ist entschieden.
doctor-overdue = Worker leben, und niemand entschied die Termine von { $tasks }.
doctor-overdue-means = Ihre Plätze sind belegt, oder ihr Programm kennt die Aufgabe nicht.
doctor-overdue-advice = worker cron explain AUFGABE
doctor-overdue-unattended = Kein Worker lebt, kein Puls kam, und überfällig sind Termine von { $tasks }.
doctor-overdue-unattended-means = Nach Zeitplan läuft nichts.
doctor-overdue-unattended-advice = Einen Worker starten (worker start) oder nach dem sehen, was /api/pulse ruft.
doctor-none-without-run = Jede Aufgabe, die einen Termin hatte, ist gelaufen.
doctor-never-ran = Hatte Termine und lief noch nie: { $tasks }.
doctor-never-ran-means = Etwas steht von Anfang an im Weg.
doctor-never-ran-advice = worker cron explain AUFGABE
doctor-no-streaks = Keine Aufgabe scheitert wieder und wieder.
doctor-failure-streaks = Fehler in Folge: { $tasks }.
doctor-failure-streaks-means = Vielleicht scheitert sie bald ganz.
doctor-failure-streaks-advice = worker cron history --task AUFGABE --status failed,timeout
doctor-failure-streaks-long = Fehler in Folge: { $tasks }.
doctor-failure-streaks-long-means = Von selbst wird das nicht mehr.
doctor-failure-streaks-long-advice = worker cron history --task AUFGABE --status failed,timeout
doctor-side-tasks-fine = Keine wurde aufgegeben.
doctor-side-tasks-given-up = Nach zu vielen Neustarts aufgegeben: { $tasks }.
doctor-side-task-given-up = { $task } ({ $error })
doctor-side-tasks-given-up-means = Sie läuft nicht und wird nicht mehr versucht.
doctor-side-tasks-given-up-advice = Die Ursache beheben, dann: worker side restart AUFGABE
doctor-nothing-paused = Nichts ist seit Langem pausiert.
doctor-maintenance-forgotten = Wartung seit { $since }.
doctor-maintenance-forgotten-means = Nirgends startet eine Cron-Aufgabe.
doctor-maintenance-forgotten-advice = Ausführen: worker runner resume
doctor-pauses-forgotten = Seit mehr als einem Tag pausiert: { $tasks }.
doctor-pauses-forgotten-means = Ihre Termine werden übersprungen.
doctor-pauses-forgotten-advice = worker cron resume AUFGABE, oder abschalten: worker cron disable AUFGABE
doctor-nothing-retired-waits = Nichts wartet auf eine Aufgabe, die es nicht mehr gibt.
doctor-retired-waits = Diese Aufgaben verlor der Code, und Versuche von ihnen warten: { $tasks }.
doctor-retired-waits-means = Sie warten, bis ein Programm läuft, das die Aufgabe kennt.
doctor-retired-waits-advice = Dieses Programm starten, oder: worker cron cancel AUSFÜHRUNG

doctor-not-asked-no-database = Es ist keine Datenbank da, die man fragen könnte.
doctor-not-asked-not-migrated = Die Tabellen fehlen.
doctor-not-asked-misconfigured = Was gesetzt ist, lässt sich nicht lesen: siehe Konfiguration.
doctor-fault-fields = erlaubt sind fünf Felder
doctor-fault-names = Namen wie MON sind nicht erlaubt
doctor-fault-both-days = ein Tag des Monats und einer der Woche zugleich sind nicht erlaubt
doctor-fault-unreadable = das ist kein Cron-Ausdruck
doctor-fault-never-comes = das kommt nie
doctor-some-program = einem namenlosen Programm
doctor-advice = → { $advice }

doctor-summary =
    { $total ->
        [one] { $total } Prüfung
       *[other] { $total } Prüfungen
    }: { $counts }
doctor-count-fine = { $count } in Ordnung
doctor-count-warnings =
    { $count ->
        [one] { $count } Warnung
       *[other] { $count } Warnungen
    }
doctor-count-failed = { $count } gescheitert
doctor-count-skipped = { $count } nicht angesehen

## Bezeichnungen

tasks-check-group-setup = Einrichtung
tasks-check-group-database = Datenbank
tasks-check-group-work = Arbeit
tasks-check-status-ok = In Ordnung
tasks-check-status-warning = Warnung
tasks-check-status-failed = Gescheitert
tasks-check-status-skipped = Nicht angesehen
tasks-check-configuration = Konfiguration
tasks-check-tasks = Aufgaben
tasks-check-secrets = Geheimnisse
tasks-check-listening = HTTP
tasks-check-overlap = Überschneidung
tasks-check-vercel = Vercel
tasks-check-limits = Grenzen
tasks-check-database = Datenbank
tasks-check-migrations = Migrationen
tasks-check-tls = Verschlüsselung
tasks-check-pooler = Pooler
tasks-check-clock = Uhr
tasks-check-connections = Verbindungen
tasks-check-transactions = Transaktionen
tasks-check-vacuum = Vacuum
tasks-check-statistics = Statistiken
tasks-check-disk = Platte
tasks-check-runners = Runner
tasks-check-versions = Versionen
tasks-check-schedules = Zeitpläne
tasks-check-hosts = Hosts
tasks-check-overdue = Fällige Termine
tasks-check-never-ran = Erste Läufe
tasks-check-failures = Fehler
tasks-check-side-tasks = Nebenaufgaben
tasks-check-pauses = Pausen
tasks-check-retired = Alte Aufgaben
