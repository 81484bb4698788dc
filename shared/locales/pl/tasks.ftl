tasks-type-cron = Zadanie cron
tasks-type-side = Zadanie poboczne

tasks-priority-critical = Krytyczny
tasks-priority-high = Wysoki
tasks-priority-medium = Średni
tasks-priority-low = Niski
tasks-priority-background = W tle

tasks-status-pending = Oczekuje
tasks-status-running = W toku
tasks-status-completed = Zakończone
tasks-status-failed = Nieudane
tasks-status-timeout = Przekroczono czas
tasks-status-cancelled = Anulowane
tasks-status-skipped = Pominięte
tasks-status-blocked = Zablokowane

tasks-error-timeout = Przekroczenie czasu
tasks-error-execution = Błąd zadania
tasks-error-system = Błąd systemu
tasks-error-dependency = Błąd zależności
tasks-error-configuration = Błąd konfiguracji

tasks-health-healthy = W porządku
tasks-health-warning = Ostrzeżenie
tasks-health-critical = Stan krytyczny
tasks-health-unknown = Nieznany

tasks-trigger-schedule = Według harmonogramu
tasks-trigger-manual = Ręcznie
tasks-trigger-retry = Ponowienie
tasks-trigger-dependency = Po zależności

tasks-reason-previous-instance-running = Poprzednie wykonanie jeszcze trwało
tasks-reason-missed = Termin został przegapiony
tasks-reason-dependency-failed = Zależność zakończyła się niepowodzeniem
tasks-reason-paused = Zadanie było wstrzymane
tasks-reason-previous-instance-waiting = Wcześniejszy termin jeszcze czekał
tasks-reason-queue-full = Zbyt wiele terminów czekało
tasks-reason-caught-up = Wykonał się zamiast niego późniejszy termin
tasks-reason-concurrency-limit = Zbyt wiele takich zadań trwało
tasks-reason-budget-spent = Pulsowi zostało zbyt mało czasu
tasks-reason-maintenance = Trwała konserwacja systemu

tasks-category-development = Programowanie
tasks-category-build = Kompilacja
tasks-category-watch = Obserwowanie plików
tasks-category-generator = Generatory
tasks-category-test = Testy
tasks-category-maintenance = Konserwacja
tasks-category-database = Baza danych
tasks-category-system = System
tasks-category-monitoring = Monitorowanie

tasks-catch-up-latest = Wykonuje się najnowszy
tasks-catch-up-all = Wykonuje się każdy
tasks-catch-up-skip = Nie wykonuje się żaden

tasks-overlap-skip = Termin jest pomijany
tasks-overlap-queue-one = Jeden termin czeka
tasks-overlap-queue-all = Terminy czekają w kolejce
tasks-overlap-cancel-running = Trwające wykonanie jest anulowane
tasks-overlap-allow = Wykonują się obok siebie

tasks-runs-on-any = Wszędzie
tasks-runs-on-worker = Na stałych maszynach
tasks-runs-on-function = W funkcjach bezserwerowych

tasks-change-set = Ustawiono
tasks-change-reset = Przywrócono
tasks-change-pause = Wstrzymano
tasks-change-resume = Wznowiono
tasks-change-start = Uruchomiono
tasks-change-stop = Zatrzymano
tasks-change-restart = Uruchomiono ponownie

tasks-environment-development = Programowanie
tasks-environment-production = Produkcja
tasks-environment-serverless = Bezserwerowe

tasks-runner-worker = Worker
tasks-runner-pulse = Puls
tasks-runner-command = Polecenie

tasks-runner-state-alive = Działa
tasks-runner-state-silent = Milczy
tasks-runner-state-stopped = Zakończony
tasks-runner-state-lost = Utracony

tasks-side-state-running = W toku
tasks-side-state-waiting = Czeka na workera
tasks-side-state-restarting = Uruchamiane ponownie
tasks-side-state-stopping = Zatrzymywane
tasks-side-state-stopped = Zatrzymane
tasks-side-state-paused = Wstrzymane
tasks-side-state-disabled = Wyłączone
tasks-side-state-completed = Zakończone
tasks-side-state-failed = Nieudane
tasks-side-state-never-started = Nigdy nie uruchomione
tasks-side-state-retired = Usunięte z kodu

tasks-side-health-healthy = Zdrowe
tasks-side-health-unhealthy = Niezdrowe

task-database-health-title = Stan bazy danych
task-database-health-description = Sprawdza połączenia, blokady, transakcje i tabele bazy danych i ostrzega, gdy któryś próg zostanie przekroczony.
task-file-watcher-title = Obserwator plików
task-file-watcher-description = Informuje, które pliki zmieniają się w podanych folderach.
task-heartbeat-monitor-title = Monitor oznak życia
task-heartbeat-monitor-description = Informuje, gdy runner zamilknie lub zaległe terminy pozostają bez decyzji, oraz gdy to minie.
task-http-check-title = Sprawdzanie HTTP
task-http-check-description = Sprawdza, czy podane adresy odpowiadają zgodnie z oczekiwaniami i na czas oraz czy ich certyfikat będzie jeszcze wystarczająco długo ważny.
task-prune-history-title = Czyszczenie historii
task-prune-history-description = Usuwa wykonania, pulsy i runnery, których okres przechowywania minął.

# Co się stało, w wierszu zdarzeń na żywo.
tasks-event-execution-started = Rozpoczęto
tasks-event-execution-finished = Zakończono
tasks-event-execution-withdrawn = Wycofano
tasks-event-runner-joined = Runner dołączył
tasks-event-runner-left = Runner odszedł
tasks-event-task-changed = Zmieniono
tasks-event-stream-gap = Luka

# What somebody waits for who is due or queued.
tasks-wait-runner = Na runnera
tasks-wait-host = Na swój rodzaj hosta
tasks-wait-time = Na swoją porę
tasks-wait-maintenance = Konserwacja
tasks-wait-disabled = Wyłączone
tasks-wait-paused = Wstrzymane
tasks-wait-dependency = Na inne zadania
tasks-wait-limit = Na miejsce w ramach limitu
tasks-wait-previous-instance = Na poprzednie wykonanie

# Co takie słowo znaczy, gdy etykieta nie mówi wszystkiego.
tasks-status-pending-about = Stoi w kolejce: zlecone ręcznie, kolejna próba albo termin, który na coś czeka. wait_reason mówi, na co.
tasks-status-running-about = Należy do runnera, który je wykonuje.
tasks-status-completed-about = Zakończyło się pomyślnie.
tasks-status-failed-about = Zakończyło się błędem; error_kind mówi, jakim. Kolejne próby mają własne wiersze.
tasks-status-timeout-about = Trwało dłużej, niż pozwala limit czasu. Kolejne próby mają własne wiersze.
tasks-status-cancelled-about = Ktoś zażądał jego zakończenia, zastąpił je późniejszy termin albo zatrzymał się jego host.
tasks-status-skipped-about = Podjęto decyzję, że termin zostanie pominięty; skipped_reason mówi, dlaczego.
tasks-status-blocked-about = Zadanie, od którego zależy, nie zakończyło się pomyślnie, więc nie może się wykonać.
tasks-error-timeout-about = Trwało dłużej, niż pozwala limit czasu. Jest ponawiane.
tasks-error-execution-about = Samo zadanie zgłosiło błąd albo wpadło w panikę. Jest ponawiane.
tasks-error-system-about = Zawiodło otoczenie zadania: utracono runnera albo bazę danych. Jest ponawiane.
tasks-error-dependency-about = Zadanie, od którego zależy, nie zakończyło się pomyślnie, więc się nie zaczęło. Nie jest ponawiane.
tasks-error-configuration-about = Ustawienia są błędne. Nigdy nie jest ponawiane, bo skończyłoby się tak samo.
tasks-reason-previous-instance-running-about = Zadanie jeszcze trwało, gdy nadszedł ten termin, a reguła nakładania się pomija takie terminy.
tasks-reason-previous-instance-waiting-about = Wcześniejszy termin zadania jeszcze czekał, a reguła nakładania się pozwala czekać tylko jednemu.
tasks-reason-queue-full-about = Czekało już tyle terminów zadania, na ile pozwala reguła nakładania się.
tasks-reason-missed-about = Termin minął, gdy nic nie działało, i leży poza tym, co się nadrabia.
tasks-reason-caught-up-about = Termin minął, gdy nic nie działało, a za niego wykonał się późniejszy.
tasks-reason-dependency-failed-about = Zadanie, od którego to zależy, nie zakończyło się pomyślnie; jego nazwa następuje po dwukropku.
tasks-reason-concurrency-limit-about = Trwało tyle zadań, na ile pozwala nazwany limit; jego tag następuje po dwukropku.
tasks-reason-budget-spent-about = Pulsowi zostało mniej czasu, niż potrzebuje zadanie; wykona je następny puls albo worker.
tasks-reason-paused-about = Ktoś wstrzymał zadanie.
tasks-reason-maintenance-about = Ktoś włączył konserwację całego systemu.
tasks-wait-runner-about = Nic go nie wstrzymuje: weźmie je następny runner, który ma miejsce.
tasks-wait-host-about = Weźmie je tylko runner na tym rodzaju hosta, z którym jest związane; waits_for go wymienia.
tasks-wait-time-about = Nie może się rozpocząć przed swoją porą, na przykład po nieudanej próbie.
tasks-wait-maintenance-about = Trwa konserwacja całego systemu; zacznie się po niej.
tasks-wait-disabled-about = Zadanie jest wyłączone.
tasks-wait-paused-about = Zadanie jest wstrzymane; zacznie się po wznowieniu.
tasks-wait-dependency-about = Zadania, od których zależy, jeszcze się nie zakończyły; waits_for je wymienia.
tasks-wait-limit-about = Trwa tyle zadań, na ile pozwala nazwany limit; waits_for go wymienia.
tasks-wait-previous-instance-about = Zadanie jeszcze trwa lub czeka na ponowną próbę, a jego reguły pozwalają terminom czekać.

# Why one of the shipped tasks refuses a setting.
tasks-refused-address = to nie jest adres; napisz np. https://example.com/health
tasks-refused-scheme = adres musi zaczynać się od http:// lub https://
