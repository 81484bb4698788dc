# Co mówi „worker doctor”: co zobaczył, co to znaczy i co zrobić.

doctor-configuration-fine = Każdą zmienną da się odczytać.
doctor-configuration-doubtful = { $doubts }
doctor-configuration-doubtful-means = Takiej zmiennej nikt nie czyta, obowiązuje wartość domyślna.
doctor-configuration-doubtful-advice = Popraw jej nazwę albo ją usuń.
doctor-configuration-wrong = { $mistakes }
doctor-configuration-wrong-means = Z tym żaden program nie wystartuje. Resztę obejrzano z wartościami domyślnymi w tym miejscu.
doctor-configuration-wrong-advice = Popraw to; .env.example mówi, co przyjmuje każda zmienna.
doctor-tasks-fine = Zadania cron: { $cron }, zadania poboczne: { $side }.
doctor-tasks-wrong = { $mistakes }
doctor-tasks-wrong-means = Program z tymi zadaniami nie wystartuje.
doctor-tasks-wrong-advice = Popraw ich definicje.
doctor-secrets-fine = To, co potrzebne, jest ustawione, dość długie i różne.
doctor-secrets-not-needed = Żaden nie jest ustawiony; odpowiedź dostają tylko wywołania z tej maszyny.
doctor-nobody-may-pulse = Nie ustawiono ani CRON_SECRET, ani TASK_API_TOKEN.
doctor-nobody-may-pulse-means = Każdy puls jest odrzucany, więc nic nie działa.
doctor-nobody-may-pulse-advice = Ustaw CRON_SECRET na wynik „openssl rand -hex 32”, tu i na platformie.
doctor-cron-secret-missing = Nie ustawiono CRON_SECRET.
doctor-cron-secret-missing-means = To właśnie wysyła cron Vercela; bez niego jego pulsy są odrzucane.
doctor-cron-secret-missing-advice = Ustaw go na wynik „openssl rand -hex 32”, tu i na platformie.
doctor-token-missing = Nie ustawiono TASK_API_TOKEN.
doctor-token-missing-means = API HTTP odmawia wszystkim, także --url. Zadania działają mimo to.
doctor-token-missing-advice = Jeśli ktoś ma używać API, ustaw go na wynik „openssl rand -hex 32”.
doctor-secrets-equal = CRON_SECRET i TASK_API_TOKEN są takie same.
doctor-secrets-equal-means = Kto może wywołać puls, może zmienić wszystko.
doctor-secrets-equal-advice = Nadaj jednemu z nich inną wartość: „openssl rand -hex 32”.
doctor-secret-weak = { $variable } jest krótki albo złożony z niewielu różnych znaków.
doctor-secret-weak-means = Można go odgadnąć.
doctor-secret-weak-advice = Ustaw go na wynik „openssl rand -hex 32”.
doctor-listens-here = „worker start” słucha na { $address }: dociera tam tylko ta maszyna.
doctor-listens-to-others = „worker start” ma słuchać na { $address }, poza tą maszyną.
doctor-listens-to-others-means = HTTP nie jest szyfrowane, token można odczytać po drodze.
doctor-listens-to-others-advice = Postaw przed nim proxy z TLS albo słuchaj na 127.0.0.1.
doctor-listens-unprotected = „worker start” ma słuchać na { $address }, a TASK_API_TOKEN nie jest ustawiony.
doctor-listens-unprotected-means = Tak nie wystartuje.
doctor-listens-unprotected-advice = Ustaw TASK_API_TOKEN albo słuchaj na 127.0.0.1.
doctor-platform-listens = Słucha platforma, nie ten program.
doctor-overlap-prevented = Zadanie nie rusza, póki już działa.
doctor-overlap-allowed = TASK_OVERLAP_PREVENTION jest wyłączone. Środowisko: { $environment }.
doctor-overlap-allowed-means = Dwa uruchomienia jednego zadania mogą działać naraz.
doctor-overlap-allowed-advice = Poza testami usuń tę zmienną.
doctor-no-vercel-file = W tym folderze nie ma vercel.json.
doctor-vercel-fine = Crony: { $crons }. Puls przychodzi według { $schedules }.
doctor-vercel-fine-on-pro = Crony: { $crons }. Puls przychodzi według { $schedules }, do czego trzeba planu Pro: w planie Hobby cron przychodzi raz dziennie, a wdrożenie z częstszym się nie udaje.
doctor-vercel-rarer-than-expected = Platforma wywołuje puls co { $every }, a PULSE_INTERVAL mówi: co { $expected }.
doctor-vercel-rarer-than-expected-means = Między dwoma pulsami status jest krytyczny, a zadania, które niczego nie nadrabiają, nigdy nie ruszają.
doctor-vercel-rarer-than-expected-advice = Ustaw PULSE_INTERVAL={ $every_ms }, tu i na platformie.
doctor-vercel-crons-too-many = vercel.json ma crony: { $crons }; dozwolonych jest { $most }.
doctor-vercel-crons-too-many-means = Platforma odrzuca wdrożenie.
doctor-vercel-crons-too-many-advice = Wystarczy jeden dla /api/pulse: uruchamia każde zadanie, na które przyszła pora.
doctor-vercel-unreadable = Nie da się odczytać vercel.json: { $error }
doctor-vercel-unreadable-means = Nie da się tego wdrożyć.
doctor-vercel-unreadable-advice = Popraw plik.
doctor-vercel-without-pulse = Żaden cron w vercel.json nie wywołuje /api/pulse.
doctor-vercel-without-pulse-means = Na Vercelu nic nie działa, chyba że wywoła to ktoś inny.
doctor-vercel-without-pulse-advice = Dodaj do "crons": "path" równe "/api/pulse" i "schedule" równe "* * * * *".
doctor-vercel-cron-refused = Cron dla { $path } to „{ $schedule }”: { $fault }.
doctor-vercel-cron-refused-means = Platforma go odrzuci albo nigdy nie wywoła.
doctor-vercel-cron-refused-advice = Napisz pięć pól z liczbami, w UTC.
doctor-limits-fine = Nazwane limity: { $limits }; żaden bez zadań.
doctor-limits-unused = Żadne zadanie nie ma tagu limitu: { $tags }.
doctor-limits-unused-means = Limit niczego nie ogranicza; może jest w nim literówka.
doctor-limits-unused-advice = Nadaj tag właściwym zadaniom albo usuń limit.
doctor-no-database = { $reason }
doctor-no-database-means = Nic nie może działać.
doctor-no-database-advice = Uruchom PostgreSQL albo popraw DATABASE_URL.
doctor-database-fine = „{ $database }” na PostgreSQL { $version }.
doctor-database-old = PostgreSQL { $version }.
doctor-database-old-means = Nasze zapytania wymagają wersji { $least } lub nowszej.
doctor-database-old-advice = Zaktualizuj serwer.
doctor-database-read-only = „{ $database }” na PostgreSQL { $version } nie przyjmuje zmian.
doctor-database-read-only-means = To replika albo baza tylko do odczytu; niczego nie da się na niej przejąć.
doctor-database-read-only-advice = Użyj adresu serwera głównego.
doctor-migrations-fine = Wszystkie zastosowano: { $applied }.
doctor-migrations-missing = Niezastosowane albo niedokończone: { $files }.
doctor-migrations-missing-means = Program w tej wersji nie wystartuje.
doctor-migrations-missing-advice = Uruchom: worker migrate
doctor-migrations-edited = Zastosowano z inną treścią niż nasza: { $files }.
doctor-migrations-edited-means = Tabele mogą nie być takie, jakich oczekuje ten program, i nie wystartuje.
doctor-migrations-edited-advice = Przywróć pliki w zastosowanej postaci; zmiany umieść w nowej migracji.
doctor-migrations-newer = Nowsza wersja zastosowała: { $files }.
doctor-migrations-newer-means = Ten program działa dalej, ale nie zna nowości.
doctor-migrations-newer-advice = Zaktualizuj ten program.
doctor-tls-not-needed = Serwer jest na tej maszynie.
doctor-tls-verified = Szyfrowane przez { $version }; certyfikat jest sprawdzany.
doctor-tls-unverified = Szyfrowane przez { $version }; tożsamość serwera nie jest sprawdzana.
doctor-tls-unverified-means = Ktoś po drodze mógłby podszyć się pod bazę.
doctor-tls-unverified-advice = Dodaj do adresu sslmode=verify-full; jeśli certyfikatu nie podpisał urząd publiczny, dodaj też sslrootcert=PLIK z certyfikatem tego urzędu, który go podpisał.
doctor-tls-missing = Serwer jest gdzie indziej, a droga do niego nie jest szyfrowana.
doctor-tls-missing-means = Ustawienia i wyniki można odczytać po drodze.
doctor-tls-missing-advice = Włącz TLS na serwerze i dodaj do adresu sslmode=require albo verify-full.
doctor-tls-unknown = Odpowiada pooler; baza nie wie, jak ten program do niego dociera.
doctor-no-pooler = Brak; każde połączenie zachowuje swój backend. TASK_LOCK_MODE: { $lock_mode }.
doctor-pooler-passed = Zapytania idą przez pooler transakcyjny, blokady obok niego. TASK_LOCK_MODE: { $lock_mode }.
doctor-pooler-with-transactions = Pooler transakcyjny i blokady na czas transakcji.
doctor-pooler-with-sessions = Pooler transakcyjny i blokady, które mają trwać całą sesję.
doctor-pooler-with-sessions-means = Taka blokada nic nie chroni: żywe runnery uchodzą za martwe.
doctor-pooler-with-sessions-advice = Ustaw DATABASE_URL_UNPOOLED na adres bezpośredni albo TASK_LOCK_MODE=transaction.
doctor-direct-pooled = DATABASE_URL_UNPOOLED też prowadzi przez pooler transakcyjny.
doctor-direct-pooled-means = Blokady na sesję nic za nim nie chronią.
doctor-direct-pooled-advice = Ustaw ją na adres samej bazy, często to inny port albo host.
doctor-direct-elsewhere = DATABASE_URL_UNPOOLED prowadzi do innej bazy niż DATABASE_URL.
doctor-direct-elsewhere-means = Blokady powstają tam, gdzie nikt ich nie szuka.
doctor-direct-elsewhere-advice = Ustaw obie na tę samą bazę.
doctor-clocks-agree =
    Baza { $direction ->
        [behind] jest w tyle za tą maszyną
       *[ahead] wyprzedza tę maszynę
    } o { $offset }.
doctor-clocks-differ =
    Baza { $direction ->
        [behind] jest w tyle za tą maszyną
       *[ahead] wyprzedza tę maszynę
    } o { $offset }.
doctor-clocks-differ-means = Terminy biorą się z bazy i są dobre, jeśli ona jest; logi tej maszyny się rozjeżdżają.
doctor-clocks-differ-advice = Niech obie biorą czas z NTP.
doctor-connections-fine = W użyciu { $used } z { $most }; nasz proces potrzebuje do { $need }.
doctor-connections-short = W użyciu { $used } z { $most }; nasz proces potrzebuje do { $need }.
doctor-connections-short-means = Kolejny proces może nie dostać połączenia i będzie czekał.
doctor-connections-short-advice = Zwiększ max_connections, postaw pooler albo uruchom mniej procesów.
doctor-transactions-fine = Żadna nie pozostaje długo otwarta.
doctor-transaction-idle = Otwarta przez { $application } (pid { $pid }) jest bezczynna od { $age }.
doctor-transaction-idle-means = Póki się nie skończy, nigdzie nie zniknie żaden martwy wiersz.
doctor-transaction-idle-advice = Zajmij się tym programem albo: select pg_terminate_backend({ $pid })
doctor-transaction-long = Otwarta przez { $application } (pid { $pid }) trwa od { $age }.
doctor-transaction-long-means = Póki się nie skończy, nigdzie nie zniknie żaden martwy wiersz.
doctor-transaction-long-advice = Jeśli nie ma trwać tak długo: select pg_terminate_backend({ $pid })
doctor-vacuum-fine = Martwe wiersze w naszych tabelach: { $rows }.
doctor-autovacuum-off = Autovacuum jest wyłączone.
doctor-autovacuum-off-means = Nasze tabele zmieniają się z każdym biciem serca; bez niego rosną i zwalniają.
doctor-autovacuum-off-advice = Włącz je: alter system set autovacuum = on
doctor-tables-bloated = Wiele martwych wierszy w { $tables }.
doctor-tables-bloated-means = Vacuum nie nadąża albo coś je wstrzymuje.
doctor-tables-bloated-advice = Zakończ stare transakcje, potem: vacuum (analyze) TABELA
doctor-statistics-fine = Planista zna nasze tabele takimi, jakie są.
doctor-statistics-stale = Wiele się zmieniło, odkąd zebrano je dla { $tables }.
doctor-statistics-stale-means = Planista może wybierać wolne drogi.
doctor-statistics-stale-advice = analyze TABELA
doctor-disk-fine = Baza zajmuje { $size } MB; wolne: { $free } MB.
doctor-disk-low = Baza zajmuje { $size } MB; wolne tylko: { $free } MB.
doctor-disk-low-means = Baza, która nie może pisać, staje.
doctor-disk-low-advice = Zrób miejsce albo zmniejsz TASK_HISTORY_RETENTION.
doctor-disk-full = Baza zajmuje { $size } MB; zostało zaledwie { $free } MB.
doctor-disk-full-means = Zaraz stanie.
doctor-disk-full-advice = Zrób miejsce natychmiast.
doctor-disk-unknown = Baza zajmuje { $size } MB; ile jest wolne, stąd nie widać.
doctor-runners-fine = Żyje: { $runners }.
doctor-no-runners = W tej chwili żaden nie żyje.
doctor-runners-silent = Spóźnione i niezakończone: { $runners }.
doctor-runners-silent-means = Proces zabito, zamarł albo stracił łączność z bazą. Jego pracę przejmą inni, gdy minie dzierżawa.
doctor-runners-silent-advice = Sprawdź ten proces: worker runner status
doctor-versions-fine = Wszystkie runnery mają { $version }, jak ten program.
doctor-versions-mixed = Ten program ma { $ours }; runnery mają { $versions }.
doctor-versions-mixed-means = Starsze mogą nie znać wszystkich zadań albo wykonywać je po staremu.
doctor-versions-mixed-advice = Dokończ wdrożenie albo zatrzymaj resztki starego: worker runner stop
doctor-versions-unknown = Nie żyje żaden runner, którego wersję można by porównać.
doctor-schedules-fine = Puls przychodzi co { $every } i żaden harmonogram nie jest gęstszy.
doctor-schedules-by-workers = Workery rozstrzygają każdy termin o jego czasie.
doctor-schedules-finer = Puls przychodzi co { $every }. Częściej chce działać: { $tasks }.
doctor-schedules-finer-means = Terminy między pulsami ruszają późno albo raz za kilka, zależnie od nadrabiania.
doctor-schedules-finer-advice = Wywołuj puls częściej, uruchom workera albo daj zadaniu rzadszy harmonogram.
doctor-hosts-fine = Żadne zadanie nie jest przypisane do rodzaju hosta, którego brak.
doctor-hosts-missing = Przypisane do rodzaju hosta, którego brak: { $tasks }.
doctor-hosts-missing-means = Czekają; gdzie indziej się nie wykonają.
doctor-hosts-missing-advice = Uruchom workera (worker start), sprawdź, co wywołuje /api/pulse, albo pozwól im działać wszędzie (runs_on).
doctor-nothing-overdue = Każdy termin, który nadszedł, jest rozstrzygnięty.
doctor-overdue = Workery żyją, a nikt nie rozstrzygnął terminów: { $tasks }.
doctor-overdue-means = Ich miejsca są zajęte albo ich program nie zna zadania.
doctor-overdue-advice = worker cron explain ZADANIE
doctor-overdue-unattended = Żaden worker nie żyje, puls nie przyszedł, a zaległe są terminy: { $tasks }.
doctor-overdue-unattended-means = Nic nie działa według harmonogramu.
doctor-overdue-unattended-advice = Uruchom workera (worker start) albo sprawdź, co wywołuje /api/pulse.
doctor-none-without-run = Każde zadanie, które miało termin, już działało.
doctor-never-ran = Miało terminy i nigdy nie działało: { $tasks }.
doctor-never-ran-means = Coś stoi na drodze od początku.
doctor-never-ran-advice = worker cron explain ZADANIE
doctor-no-streaks = Żadne zadanie nie zawodzi raz po raz.
doctor-failure-streaks = Niepowodzenia z rzędu: { $tasks }.
doctor-failure-streaks-means = Może wkrótce zawodzić na stałe.
doctor-failure-streaks-advice = worker cron history --task ZADANIE --status failed,timeout
doctor-failure-streaks-long = Niepowodzenia z rzędu: { $tasks }.
doctor-failure-streaks-long-means = Samo się to nie naprawi.
doctor-failure-streaks-long-advice = worker cron history --task ZADANIE --status failed,timeout
doctor-side-tasks-fine = Żadnego nie porzucono.
doctor-side-tasks-given-up = Porzucono po zbyt wielu restartach: { $tasks }.
doctor-side-task-given-up = { $task } ({ $error })
doctor-side-tasks-given-up-means = Nie działa i nie będzie ponawiane.
doctor-side-tasks-given-up-advice = Usuń przyczynę, potem: worker side restart ZADANIE
doctor-nothing-paused = Nic nie jest wstrzymane od dawna.
doctor-maintenance-forgotten = Konserwacja od { $since }.
doctor-maintenance-forgotten-means = Nigdzie nie rusza żadne zadanie cron.
doctor-maintenance-forgotten-advice = Uruchom: worker runner resume
doctor-pauses-forgotten = Wstrzymane dłużej niż dobę: { $tasks }.
doctor-pauses-forgotten-means = Terminy są pomijane.
doctor-pauses-forgotten-advice = worker cron resume ZADANIE albo wyłącz je: worker cron disable ZADANIE
doctor-nothing-retired-waits = Nic nie czeka na zadanie, którego już nie ma.
doctor-retired-waits = Kod stracił te zadania, a ich próby czekają: { $tasks }.
doctor-retired-waits-means = Poczekają, aż ruszy program, który zna zadanie.
doctor-retired-waits-advice = Uruchom ten program albo: worker cron cancel WYKONANIE

doctor-not-asked-no-database = Nie ma bazy, którą można by zapytać.
doctor-not-asked-not-migrated = Brakuje tabel.
doctor-not-asked-misconfigured = Ustawień nie da się odczytać: zob. Konfiguracja.
doctor-fault-fields = dozwolone jest pięć pól
doctor-fault-names = nazwy takie jak MON są niedozwolone
doctor-fault-both-days = dzień miesiąca i dzień tygodnia naraz są niedozwolone
doctor-fault-unreadable = to nie jest wyrażenie cron
doctor-fault-never-comes = to nigdy nie nadchodzi
doctor-some-program = program bez nazwy
doctor-advice = → { $advice }

doctor-summary =
    { $total ->
        [one] { $total } kontrola
        [few] { $total } kontrole
        [many] { $total } kontroli
       *[other] { $total } kontroli
    }: { $counts }
doctor-count-fine = { $count } w porządku
doctor-count-warnings =
    { $count ->
        [one] { $count } ostrzeżenie
        [few] { $count } ostrzeżenia
        [many] { $count } ostrzeżeń
       *[other] { $count } ostrzeżenia
    }
doctor-count-failed = { $count } z błędem
doctor-count-skipped = { $count } niesprawdzone

## Etykiety

tasks-check-group-setup = Ustawienia
tasks-check-group-database = Baza danych
tasks-check-group-work = Praca
tasks-check-status-ok = W porządku
tasks-check-status-warning = Ostrzeżenie
tasks-check-status-failed = Błąd
tasks-check-status-skipped = Niesprawdzone
tasks-check-configuration = Konfiguracja
tasks-check-tasks = Zadania
tasks-check-secrets = Sekrety
tasks-check-listening = HTTP
tasks-check-overlap = Nakładanie
tasks-check-vercel = Vercel
tasks-check-limits = Limity
tasks-check-database = Baza danych
tasks-check-migrations = Migracje
tasks-check-tls = Szyfrowanie
tasks-check-pooler = Pooler
tasks-check-clock = Zegar
tasks-check-connections = Połączenia
tasks-check-transactions = Transakcje
tasks-check-vacuum = Vacuum
tasks-check-statistics = Statystyki
tasks-check-disk = Dysk
tasks-check-runners = Runnery
tasks-check-versions = Wersje
tasks-check-schedules = Harmonogramy
tasks-check-hosts = Hosty
tasks-check-overdue = Terminy
tasks-check-never-ran = Pierwsze starty
tasks-check-failures = Niepowodzenia
tasks-check-side-tasks = Zadania poboczne
tasks-check-pauses = Pauzy
tasks-check-retired = Wycofane
