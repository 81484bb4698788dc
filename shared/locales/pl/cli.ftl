# Wiersz poleceń: jego pomoc, tabele i to, co mówi, gdy coś jest nie tak.

## Pomoc: nagłówki

cli-usage-options = [OPCJE]
cli-usage-command = POLECENIE
cli-heading-usage = Użycie:
cli-heading-commands = Polecenia
cli-heading-arguments = Argumenty
cli-heading-options = Opcje
cli-heading-global = Wszędzie
cli-heading-examples = Przykłady:
cli-heading-exit-codes = Kody wyjścia:
cli-help-values = { $help } [{ $values }]
cli-help-default = { $help } (domyślnie: { $default })

## Pomoc: polecenia. Wyszukiwane po nazwie polecenia.

cli-about-worker = Zadania zaplanowane i działające w tle na własnym PostgreSQL.
cli-about-dev = Uruchom wszystko na potrzeby programowania, z własnym PostgreSQL, jeśli żadnego nie ustawiono
cli-about-start = Uruchom wszystko produkcyjnie
cli-about-migrate = Dostosuj bazę danych do tej wersji; można wywołać z wielu miejsc naraz
cli-about-doctor = Obejrzyj cały system i powiedz, co jest nie tak i co zrobić
cli-about-cron = Zadania cron i ich wykonania
cli-about-cron-tasks = Wypisz zadania cron
cli-about-cron-show = Pokaż jedno zadanie cron i jego najnowsze wykonania
cli-about-cron-history = Wypisz wykonania, od najnowszego
cli-about-cron-stats = Pokaż statystyki wykonań
cli-about-cron-run = Wykonaj zadanie cron teraz
cli-about-cron-execution = Pokaż jedno wykonanie
cli-about-cron-enable = Pozwól zadaniu cron znów działać według harmonogramu
cli-about-cron-disable = Wyłącz zadanie cron; ręcznie nadal można je uruchomić
cli-about-cron-set = Ustaw coś ponad to, co o zadaniu cron mówi kod; od teraz i na wszystkich runnerach
cli-about-cron-reset = Wróć do tego, co o zadaniu cron mówi kod
cli-about-cron-pause = Pomijaj terminy zadania cron, aż zostanie wznowione
cli-about-cron-resume = Zakończ pauzę zadania cron
cli-about-cron-retry = Spróbuj jeszcze raz wykonać termin tego wykonania
cli-about-cron-cancel = Anuluj wykonanie, oczekujące lub trwające, gdziekolwiek trwa
cli-about-cron-explain = Powiedz, dlaczego zadanie cron w danej chwili się wykonało albo nie
cli-about-pulse = Puls: to, co wywołuje cron platformy
cli-about-pulse-execute = Wykonaj to, na co przyszła pora, tak jak ścieżka /api/pulse
cli-about-pulse-status = Pokaż stan systemu
cli-about-pulse-history = Wypisz najnowsze pulsy
cli-about-side = Zadania poboczne, które działają, dopóki się ich nie zatrzyma
cli-about-side-tasks = Wypisz zadania poboczne wszystkich workerów
cli-about-side-start = Każ workerom uruchomić zadanie poboczne
cli-about-side-stop = Każ workerom zatrzymać zadanie poboczne i go nie ruszać
cli-about-side-restart = Każ workerom zakończyć zadanie poboczne i uruchomić je od nowa
cli-about-runner = Instancje runnera; samo polecenie pokazuje ich stan
cli-about-runner-status = Wypisz instancje runnera i to, co wykonują
cli-about-runner-start = To samo co „worker start”: uruchom wszystko na produkcji
cli-about-runner-pause = Nie uruchamiaj zadań na żadnym runnerze: konserwacja
cli-about-runner-resume = Pozwól znów uruchamiać zadania na wszystkich runnerach
cli-about-runner-stop = Każ runnerowi dokończyć to, co wykonuje, i zakończyć pracę
cli-about-runner-restart = Każ runnerowi dokończyć to, co wykonuje, i zacząć od nowa
cli-about-schedule = Co znaczą wyrażenia cron
cli-about-schedule-next = Pokaż najbliższe terminy wyrażenia cron
cli-about-schedule-explain = Opisz wyrażenie cron słowami
cli-about-health = Czy wdrożenie działa i może pracować: o to pytają load balancery
cli-about-health-live = Powiedz, czy proces odpowiada
cli-about-health-ready = Powiedz, czy może pracować: czy odpowiada baza danych z tabelami tej wersji
cli-about-types = Pokaż słowa systemu i pola każdego zadania
cli-about-openapi = Wypisz opis OpenAPI interfejsu HTTP
cli-about-metrics = Wypisz metryki tak, jak pobiera je Prometheus
cli-about-registry = Wypisz zadania, które zna ten program
cli-about-new = Zapisz pliki na początek
cli-about-new-task = Zapisz zadanie na początek oraz indeks, który je zna
cli-about-new-project = Zapisz własny projekt: dwa zadania, ich testy, worker i funkcję
cli-about-generate = Zapisz indeks folderu z zadaniami
cli-about-completions = Wypisz uzupełnienia dla powłoki

## Pomoc: argumenty. Wyszukiwane po nazwie argumentu albo polecenia i argumentu.

cli-arg-json = Wypisz jeden dokument JSON i nic więcej
cli-arg-locale = Język
cli-arg-database-url = Baza PostgreSQL, której użyć zamiast DATABASE_URL
cli-arg-url = Pytaj wdrożenie pod tym adresem zamiast bazy danych; otwiera je TASK_API_TOKEN
cli-arg-verbose = Zapisuj więcej w dzienniku; dwa razy – jeszcze więcej
cli-arg-log-format = Format dziennika na stderr
cli-arg-help = Pokaż tę pomoc
cli-arg-version = Pokaż wersję
cli-arg-listen = Gdzie odpowiadać na HTTP
cli-arg-doctor-listen = Gdzie ma słuchać „worker start”
cli-arg-no-http = W ogóle nie odpowiadać na HTTP
cli-arg-concurrency = Ile zadań działa naraz, zamiast TASK_CONCURRENCY
cli-arg-start-dry-run = Tylko sprawdź, czy by wystartował, i powiedz, jako co
cli-arg-runner-start-dry-run = Tylko sprawdź, czy by wystartował, i powiedz, jako co
cli-arg-runner-stop-dry-run = Tylko powiedz, co by się stało
cli-arg-runner-restart-dry-run = Tylko powiedz, co by się stało
cli-arg-migrate-status = Tylko pokaż, które migracje wykonano
cli-arg-shell = Powłoka
cli-arg-task = Nazwa zadania
cli-arg-cron-history-task = Tylko wykonania tego zadania
cli-arg-cron-stats-task = Tylko to zadanie
cli-arg-pulse-execute-task = Tylko te zadania
cli-arg-cron-tasks-priority = Tylko zadania o tych priorytetach
cli-arg-cron-tasks-status = Tylko zadania, których ostatnie wykonanie tak się skończyło
cli-arg-cron-tasks-category = Tylko zadania tej kategorii
cli-arg-cron-tasks-enabled = Tylko zadania działające według harmonogramu
cli-arg-cron-tasks-disabled = Tylko zadania wyłączone
cli-arg-cron-history-status = Tylko wykonania w tych stanach
cli-arg-since = Tylko to, o czym zdecydowano od podanej chwili: 30m, 24h, 7d lub 2027-03-28T00:00:00Z
cli-arg-limit = Ile najwyżej
cli-arg-cursor = Zacznij tam, gdzie skończyła się poprzednia strona
cli-arg-period = Jak daleko wstecz patrzeć
cli-arg-kind = Którą część pokazać; domyślnie wszystkie oprócz trendu
cli-arg-config = Obiekt JSON nakładany na ustawienia zadania tylko dla tego wykonania
cli-arg-wait = Poczekaj na koniec; gdy zadanie się nie powiedzie, polecenie też
cli-arg-cron-run-dry-run = Tylko sprawdź ustawienia
cli-arg-pulse-execute-dry-run = Tylko powiedz, co by się wykonało
cli-arg-force = Wykonaj je bez względu na to, czy przyszła pora
cli-arg-cron-execution-id = Identyfikator wykonania
cli-arg-schedule = Wyrażenie cron
cli-arg-timezone = Strefa czasowa IANA, w której należy je rozumieć
cli-arg-timeout = Ile może trwać jedna próba: 500ms, 90s, 30m
cli-arg-retries = Ile dalszych prób następuje po nieudanej pierwszej
cli-arg-retry-delay = Najdłuższe oczekiwanie przed drugą próbą: 500ms, 90s, 30m
cli-arg-cron-set-priority = Kto zaczyna pierwszy, gdy miejsca jest mniej niż pracy
cli-arg-cron-set-config = Obiekt JSON nakładany na ustawienia zadania; null wycofuje daną nazwę
cli-arg-catch-up = Co się dzieje z terminami, które minęły, gdy nic nie działało
cli-arg-overlap = Co się dzieje z terminem, który nadchodzi, gdy zadanie jeszcze trwa
cli-arg-overlap-limit = Ile terminów może czekać albo ile może trwać obok siebie
cli-arg-runs-on = Gdzie może się wykonywać
cli-arg-not-before = Żadnych terminów przed tą chwilą
cli-arg-not-after = Żadnych terminów po tej chwili
cli-arg-environment = Tylko tam, gdzie runnery mają to środowisko; dla limitu czasu, ponowień i ustawień
cli-arg-unset = Wycofaj: timeout, config, config.limit, …
cli-arg-until = Kiedy samo się skończy: 2027-03-28T00:00:00Z
cli-arg-span = Po jakim czasie samo się skończy: 90s, 30m, 2h, 7d
cli-arg-only = Tylko zadania tego rodzaju
cli-arg-cron-retry-id = Identyfikator wykonania
cli-arg-cron-cancel-id = Identyfikator wykonania
cli-arg-instance = Jego nazwa, identyfikator albo jednoznaczny początek identyfikatora
cli-arg-at = Chwila do wyjaśnienia zamiast obecnej: 30m, 24h, 7d temu albo 2027-03-28T00:00:00Z
cli-arg-expression = Wyrażenie cron z pięciu lub sześciu pól albo @daily i podobne
cli-arg-tz = Strefa czasowa IANA, w której należy je rozumieć
cli-arg-from = Licz od tej chwili zamiast od teraz
cli-arg-count = Ile terminów
cli-arg-check = Tylko sprawdź, czy indeks jest aktualny
cli-arg-which = Tylko zadania cron, tylko zadania poboczne, zadania jednej kategorii albo jedno po nazwie; bez tego wszystkie
cli-arg-dir = Folder zadań, zamiast shared/src/tasks lub src/tasks stąd w górę
cli-arg-name = Jak ma się nazywać zadanie: małe litery, słowa połączone znakiem „-”
cli-arg-side = Zadanie poboczne, które działa, póki się go nie zatrzyma, zamiast zadania cron
cli-arg-folder = Gdzie ma leżeć; folder, którego jeszcze nie ma, albo pusty
cli-arg-git = Weź Downbeat z tego repozytorium git
cli-arg-path = Weź Downbeat z tej kopii roboczej zamiast z tej, z której zbudowano ten program

## Co jest nie tak

cli-error = błąd: { $what }
cli-warning = ostrzeżenie: { $what }
cli-no-database = nie ma bazy danych: ustaw DATABASE_URL, podaj --database-url albo uruchom raz „worker dev”
cli-not-by-url = to polecenie działa w tym procesie i nie można go wysłać do --url
cli-unreachable = { $url } jest nieosiągalny: { $reason }
cli-not-ours = odpowiedź (HTTP { $status }) nie pochodzi od tego API; czy adres jest właściwy?
cli-answer-broken = odpowiedzi nie da się odczytać: { $reason }
cli-hint-token = Ustaw w TASK_API_TOKEN token tego wdrożenia.
cli-registry-invalid = zadania tego programu są błędne:
cli-no-task-folder = ani tu, ani wyżej nie znaleziono folderu z zadaniami; szukano: { $places }. Wskaż go przez --dir.
cli-file-unusable = nie można użyć { $path }: { $reason }
cli-task-files-wrong = indeks folderu { $folder } nie został zapisany:
cli-task-file-misnamed = { $file }: nazwa nie jest modułem Rusta; dozwolone są słowa małymi literami połączone _
cli-task-file-empty = { $file }: nie ma tu zadania; brakuje „impl CronTask for …” lub „impl SideTask for …”
cli-task-file-crowded = { $file }: jest tu kilka zadań ({ $names }); każde potrzebuje własnego pliku
cli-index-stale = { $file } nie jest tym, co zapisałoby „worker generate”:

## Tabele: nazwy kolumn i danych

cli-name-task = Zadanie
cli-name-schedule = Harmonogram
cli-name-meaning = Słowami
cli-name-last-run = Ostatnie wykonanie
cli-name-next-run = Następne
cli-name-paused-since = Wstrzymane od
cli-name-paused-until = Wstrzymane do
cli-name-paused-by = Wstrzymane przez
cli-name-priority = Priorytet
cli-name-category = Kategoria
cli-name-error = Błąd
cli-name-enabled = Włączone
cli-name-tags = Znaczniki
cli-name-dependencies = Czeka na
cli-name-timeout = Limit czasu
cli-name-retries = Ponowienia
cli-name-missed-slots = Przegapione terminy
cli-name-overlap = Nakładanie się
cli-name-runs-on = Gdzie działa
cli-name-start-jitter = Starty rozłożone na
cli-name-not-before = Nie przed (UTC)
cli-name-not-after = Nie po (UTC)
cli-name-history = Historia
cli-name-runs = Wykonania
cli-name-config = Ustawienia
cli-name-overrides = Nadpisane
cli-name-version = Wersja
cli-name-slot = Termin (UTC)
cli-name-slot-in = Termin ({ $zone })
cli-name-in = Kiedy
cli-name-status = Stan
cli-name-took = Czas
cli-name-detail = Szczegóły
cli-name-attempt = Próba
cli-name-id = ID
cli-name-reason = Powód
cli-name-started = Początek
cli-name-trigger = Uruchomione
cli-name-dry-run = Na próbę
cli-name-runner = Runner
cli-name-result = Wynik
cli-name-retry-of = Ponawia
cli-name-cancel-requested = Zażądano końca
cli-name-cancel-requested-by = Kto zażądał
cli-name-progress = Postęp
cli-name-checkpoint = Punkt wznowienia
cli-name-rollback = Wycofanie
cli-name-time = Czas (UTC)
cli-name-level = Poziom
cli-name-line = Wiersz
cli-name-executions = Wykonania
cli-name-success-rate = Skuteczność
cli-name-shortest = Najkrócej
cli-name-mean = Średnio
cli-name-median = Mediana
cli-name-p95 = 95 na 100 w
cli-name-longest = Najdłużej
cli-name-slowest = Najwolniejsze zadania
cli-name-failing = Zadania z błędami
cli-name-failed = Błędy
cli-name-last-error = Ostatni błąd
cli-name-from = Od (UTC)
cli-name-last-pulse = Ostatni puls
cli-name-success-rate-day = Skuteczność, 24 godz.
cli-name-executions-day = Wykonania, 24 godz.
cli-name-failures-in-a-row = Błędy z rzędu
cli-name-overdue = Zaległe terminy
cli-name-workers = Działające workery
cli-name-running = Teraz w toku
cli-name-stuck = Zawieszone
cli-name-silent-runners = Milczące runnery
cli-name-failed-side-tasks = Porzucone zadania poboczne
cli-name-began = Początek (UTC)
cli-name-due = Do wykonania
cli-name-ran = Wykonane
cli-name-not-run = Pominięte
cli-name-caller = Wywołany przez
cli-name-environment = Środowisko
cli-name-state = Stan
cli-name-database = Baza danych
cli-name-address = HTTP
cli-name-cron-tasks = Zadania cron
cli-name-side-tasks = Zadania poboczne
cli-name-at-once = Naraz
cli-name-heartbeat = Znak życia
cli-name-runs-now = Wykonuje
cli-name-kind = Rodzaj
cli-name-since = Od kiedy
cli-name-restarts = Restarty
cli-name-health = Kondycja
cli-name-type = Typ
cli-name-value = Wartość
cli-name-label = Etykieta
cli-name-description = Opis
cli-name-migration = Migracja
cli-name-applied = Wykonana (UTC)
cli-name-by = Przez
cli-name-source = Skąd
cli-name-setting = Ustawienie
cli-name-before = Przedtem
cli-name-now = Teraz
cli-name-changed = Kiedy
cli-name-action = Co

## Tabele: nagłówki

cli-heading-newest-runs = Najnowsze wykonania
cli-heading-changes = Zmieniono w trakcie pracy
cli-heading-log = Dziennik
cli-heading-overview = Przegląd
cli-heading-performance = Czas trwania
cli-heading-errors = Błędy
cli-heading-trends = Trend

## Tabele: wartości

cli-yes = tak
cli-no = nie
cli-never = nigdy
cli-stopping = zatrzymywane
cli-disabled = wyłączone
cli-paused = wstrzymane
cli-retired = usunięte z kodu
cli-draining = Kończy pracę
cli-stuck = { $task } (zawieszone, { $since })
cli-dry-run = na próbę
cli-would-run = Do wykonania
cli-dry-run-done = To była próba na sucho: nic nie zostało zrobione.
cli-not-run-here = nie są tu wykonywane
cli-as-configured = jak w konfiguracji
cli-asked-every = pytane co { $interval }
cli-schedule-by-hand = tylko ręcznie
cli-schedule-always = zawsze
cli-percent = { $number }%
cli-instant-alone = { $at } UTC
cli-instant = { $at } UTC, { $relative }
cli-period = od { $from } do { $to } UTC
cli-status-ago = { $status } { $ago }
cli-status-ago-times = { $status } { $ago } (×{ $times })
cli-until-now = teraz
cli-until-seconds = za { $count } s
cli-until-minutes = za { $count } min
cli-until-hours = za { $count } godz.
cli-until-days =
    { $count ->
        [one] za { $count } dzień
       *[other] za { $count } dni
    }
cli-retries =
    { $count ->
        [0] brak
        [one] { $count }; przedtem najwyżej { $delay } oczekiwania
       *[other] { $count }; przed pierwszym najwyżej { $delay } oczekiwania
    }
cli-missed-slots = { $policy }, najwyżej { $window } po terminie
cli-overlap-at-most = { $policy }, najwyżej { $limit }
cli-history-interval = jedno zakończone wykonanie na { $interval }
cli-runs =
    { $count ->
        [0] jeszcze żadnego
       *[other] { $count }, w tym zakończone: { $completed }, nieudane: { $failed }; średnio { $mean }
    }
cli-lines-left-out =
    { $count ->
        [one] … pominięto { $count } wiersz
        [few] … pominięto { $count } wiersze
       *[other] … pominięto { $count } wierszy
    }
cli-by-next-slot = następny termin
cli-stands-for =
    { $count ->
        [one] także za { $count } przegapiony termin
        [few] także za { $count } przegapione terminy
       *[other] także za { $count } przegapionych terminów
    }
cli-clock-change = zmiana czasu

## Tabele: zdania wokół nich

cli-count-tasks =
    { $count ->
        [one] { $count } zadanie
        [few] { $count } zadania
       *[other] { $count } zadań
    }
cli-count-cron-tasks =
    { $count ->
        [one] { $count } zadanie cron
        [few] { $count } zadania cron
       *[other] { $count } zadań cron
    }
cli-count-side-tasks =
    { $count ->
        [one] { $count } zadanie poboczne
        [few] { $count } zadania poboczne
       *[other] { $count } zadań pobocznych
    }
cli-count-registry = { $cron }, { $side }
cli-count-migrations =
    { $count ->
        [one] Wykonano { $count } migrację
        [few] Wykonano { $count } migracje
       *[other] Wykonano { $count } migracji
    }
cli-no-tasks = Nie są tu jeszcze znane żadne zadania cron. Worker lub puls ogłasza je przy pierwszym uruchomieniu.
cli-no-known-tasks = Ten program nie zna jeszcze żadnych zadań. Napisz jedno w folderze zadań, a potem uruchom „worker generate”.
cli-no-task-matches = Nie pasuje żadne zadanie cron. Wszystkie wypisuje „worker cron tasks”.
cli-no-executions = Nie ma tu wykonań. „worker pulse execute” wykona to, na co przyszła pora.
cli-no-errors = Nie było żadnych błędów.
cli-no-pulses = Nie było jeszcze pulsu. „worker pulse execute” wywołuje jeden; „worker start” wykonuje zadania bez pulsu.
cli-no-runners = Żaden runner nie działa i żaden nie zakończył pracy w ostatniej godzinie. Uruchamia go „worker start”.
cli-no-side-tasks = Nie ma zadań pobocznych. Worker ujawnia zadania ze swojego kodu, gdy startuje: „worker start”.
cli-nothing-due =
    { $count ->
        [0] Nie ma nic do wykonania; ten program nie zna żadnych zadań.
        [one] Nie ma nic do wykonania; jedyne zadanie czeka na swoją porę.
        [few] Nie ma nic do wykonania; { $count } zadania czekają na swoją porę.
       *[other] Nie ma nic do wykonania; { $count } zadań czeka na swoją porę.
    }
cli-nothing-to-migrate = Baza danych jest taka, jakiej potrzebuje ta wersja; nie było nic do zrobienia.
cli-never-comes = Żaden termin nigdy nie nadejdzie.
cli-is-live = Proces odpowiada.
cli-is-ready = Proces odpowiada, baza danych też, z tabelami tej wersji.
cli-more = Więcej: { $option }
cli-more-columns = W szerszym oknie lub z --json jest więcej kolumn.
cli-queued = „{ $task }” czeka w kolejce; wykona je worker albo następny puls.
cli-dry-run-queued = Próba na sucho „{ $task }” czeka w kolejce: worker lub następny puls sprawdzi ustawienia i niczego nie wykona.
cli-next-attempt = Nastąpi próba { $attempt } z { $most }, chyba że zadanie z niej zrezygnowało.
cli-changed = Zmieniono „{ $task }”, na wszystkich runnerach.
cli-source-code = kod
cli-source-set = ustawiono w trakcie działania
cli-nothing-changed = „{ $task }” bez zmian: to już obowiązuje.
cli-runs-next = Następne uruchomienie: { $at }
cli-task-paused = „{ $task }” jest wstrzymane do wznowienia. Jego terminy są pomijane.
cli-task-paused-until = „{ $task }” jest wstrzymane do { $at }; jego terminy są pomijane.
cli-task-resumed = „{ $task }” działa dalej.
cli-task-not-paused = „{ $task }” nie było wstrzymane.
cli-retry-queued = Próba { $attempt } dla terminu { $slot } zadania „{ $task }” czeka; wykona ją worker albo następny puls.
cli-cancelled = „{ $task }” czekało i jest anulowane.
cli-cancel-requested = Runner { $runner } dostał polecenie zakończenia „{ $task }”.
cli-cron-held = Na żadnym runnerze nie rusza zadanie cron, aż do „worker runner resume”.
cli-cron-held-until = Do { $at } na żadnym runnerze nie rusza zadanie cron.
cli-cron-free = Zadania cron ruszają.
cli-in-maintenance = Konserwacja: na żadnym runnerze nie rusza zadanie cron. Kończy ją „worker runner resume”.
cli-side-held = Na żadnym workerze nie działa zadanie poboczne, aż do „worker runner resume”.
cli-side-held-until = Do { $at } na żadnym workerze nie działa zadanie poboczne.
cli-side-free = Zadania poboczne działają.
cli-runner-stops =
    { $running ->
        [0] { $name } niczego nie wykonuje; nie przyjmuje już niczego i kończy pracę.
        [one] { $name } nie przyjmuje już niczego, dokończy trwające zadanie i zakończy pracę.
        [few] { $name } nie przyjmuje już niczego, dokończy { $running } trwające zadania i zakończy pracę.
       *[other] { $name } nie przyjmuje już niczego, dokończy { $running } trwających zadań i zakończy pracę.
    }
cli-runner-restarts =
    { $running ->
        [0] { $name } niczego nie wykonuje; nie przyjmuje już niczego i zaczyna od nowa.
        [one] { $name } nie przyjmuje już niczego, dokończy trwające zadanie i zacznie od nowa.
        [few] { $name } nie przyjmuje już niczego, dokończy { $running } trwające zadania i zacznie od nowa.
       *[other] { $name } nie przyjmuje już niczego, dokończy { $running } trwających zadań i zacznie od nowa.
    }
cli-follow = Śledź przez: { $command }
cli-pulse-done = Wykonane: { $ran }, nieudane: { $failed }, pominięte: { $other }, w { $took }.
cli-pulse-dry-run =
    { $count ->
        [0] Nic by się nie wykonało.
       *[other] Do wykonania: { $count }. Nic nie zrobiono.
    }
cli-budget-spent = Czas jednego pulsu minął; następny będzie kontynuował.
cli-schemas-in-json = Z --json: schematy JSON wszystkich ustawień, wyników i ustaleń.
cli-index-written = Zapisano { $file }: { $count }
cli-index-current = { $file } jest aktualny: { $count }
cli-page-stale = { $file } nie jest tym, co zapisałby ten program; uruchom „worker generate”
cli-page-written = Zapisano { $file }

# What is wrong with the arguments.
cli-quoted = „{ $word }”
cli-unknown-command = nie ma polecenia „{ $written }”
cli-unknown-command-nearest = nie ma polecenia „{ $written }”; czy chodziło o { $nearest }?
cli-unknown-argument = nie ma tu opcji „{ $written }”
cli-unknown-argument-nearest = nie ma tu opcji „{ $written }”; czy chodziło o { $nearest }?
cli-unexpected-argument = nieoczekiwany argument „{ $written }”
cli-nothing-to-set = nie ma nic do ustawienia; podaj co najmniej jedno z: { $options }
cli-missing-arguments = brakuje: { $missing }
cli-conflicting-arguments = { $argument } i { $other } się wykluczają
cli-missing-value = { $argument } wymaga wartości
cli-value-not-allowed = „{ $value }” nie jest dozwolone dla { $argument }; dozwolone: { $allowed }
cli-value-not-allowed-nearest = wartość „{ $value }” jest niedozwolona dla { $argument }; czy chodziło o { $nearest }? Dozwolone: { $allowed }
cli-value-refused = „{ $value }” nie jest dozwolone dla { $argument }: { $reason }
cli-value-not-taken = { $argument } nie przyjmuje wartości: „{ $value }”
cli-no-text = argument nie jest tekstem: jego bajty to nie UTF-8
cli-missing-command = brakuje polecenia; dostępne: { $commands }
cli-given-twice = { $argument } występuje dwukrotnie
cli-value-no-number = „{ $value }” nie jest dozwolone dla { $argument }: to nie jest liczba całkowita
cli-value-out-of-range = „{ $value }” nie jest dozwolone dla { $argument }; dozwolone od { $least } do { $most }
cli-registry-unknown = „{ $written }” nie jest ani zadaniem, ani kategorią, ani typem; oprócz nazw zadań są { $allowed }
cli-registry-unknown-nearest = „{ $written }” nie jest ani zadaniem, ani kategorią, ani typem; czy chodziło o „{ $nearest }”?
cli-hint-help = Więcej pod --help.

# Zdarzenia na żywo.
cli-about-events = Opowiadaj, co się dzieje, na bieżąco, aż do Ctrl-C
cli-arg-events-task = Tylko to, co dotyczy tego zadania
cli-arg-events-after = Zacznij za zdarzeniem o tym identyfikatorze; ma go każdy wiersz --json
cli-arg-events-limit = Zakończ po tylu zdarzeniach
cli-arg-events-once = Zakończ, gdy opowiedziano wszystko, co się wydarzyło
cli-events-gap = Od { $at } może brakować zdarzeń.
cli-events-everything = wszystko

cli-arg-idempotency-key = Zadziałaj raz, choćby wysłano to wielokrotnie z tym samym kluczem; ważny jeden dzień

## Co dalej

cli-about-cron-queue = Pokaż, co trwa, co czeka i dlaczego, oraz następny termin każdego zadania
cli-arg-cron-queue-limit = Ile najwyżej, z każdego rodzaju
cli-name-waits = Czeka
cli-name-slot-zoned = Termin
cli-heading-running = W toku
cli-heading-waiting = Do wykonania lub w kolejce
cli-heading-upcoming = Następne terminy
cli-waits-for = { $reason }: { $names }
cli-waits-until = { $reason }, do { $at }
cli-waits-until-time = { $reason }, { $relative }
cli-queue-stuck = zawieszone, { $since }
cli-queue-nothing-waits = Nic nie trwa i nic nie czeka.
cli-queue-empty = Nic nie trwa, nic nie czeka i żaden termin nie nadchodzi. „worker cron tasks” wymienia zadania.
cli-queue-more = Jest tego więcej: --limit mówi, ile pokazać.

## Pytania do człowieka przy terminalu

cli-arg-yes = O nic nie pytaj przed tym, co trudno cofnąć
cli-ask = { $what }:
cli-ask-choice-help = ↑↓ przesuwa, pisanie filtruje, Enter wybiera, Esc kończy
cli-ask-broken-off = – przerwano
cli-nothing-to-choose = brakuje { $argument }, a nie ma z czego wybrać
cli-terminal-unusable = nie można użyć terminala: { $reason }
cli-confirm-unclear = Proszę odpowiedzieć { $yes } lub { $no }.
cli-confirm-reset = Porzucić wszystko, co ustawiono ponad kod zadania „{ $task }”?
cli-confirm-cancel = Anulować wykonanie { $id }?
cli-confirm-pause = Nie uruchamiać zadań na żadnym runnerze aż do wznowienia?
cli-confirm-stop = Kazać runnerowi { $instance } skończyć pracę i zakończyć się?
cli-confirm-restart = Kazać runnerowi { $instance } skończyć pracę i zacząć od nowa?
cli-confirm-force = Wykonać teraz wszystkie zadania, bez względu na porę?
cli-nothing-done = Nic nie zrobiono.

## Kody wyjścia

cli-exit-done = wykonano
cli-exit-failed = nie powiodło się, albo nie powiodło się wykonane zadanie
cli-exit-input = błąd w poleceniu
cli-exit-setup = brak bazy danych lub błędna konfiguracja
cli-exit-refused = brak danych dostępowych lub są błędne
cli-exit-broken-off = pytanie pozostało bez odpowiedzi

## Śledzenie historii

cli-arg-follow = Pokazuj dalej nowe wykonania i zmiany, aż do Ctrl-C; z --json jeden obiekt w wierszu
cli-follow-lost = Utracono połączenie: { $reason } Trwają kolejne próby.
cli-follow-back = Połączono ponownie.

## Gdy coś trwa

cli-progress-waiting = Oczekiwanie na odpowiedź, { $elapsed }
cli-progress-migrating = Trwają migracje, { $elapsed }
cli-progress-waits = { $task } czeka ({ $reason })
cli-progress-running = { $what }, { $elapsed }

cli-arg-pulse-history-since = Tylko to, co zaczęło się od podanej chwili: 30m, 24h, 7d lub 2027-03-28T00:00:00Z
cli-arg-cron-history-until = Tylko to, o czym zdecydowano przed podaną chwilą: 30m, 24h, 7d lub 2027-03-28T00:00:00Z
