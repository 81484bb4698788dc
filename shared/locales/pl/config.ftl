config-mistakes =
    { $count ->
        [one] Konfiguracja zawiera błąd:
        [few] Konfiguracja zawiera { $count } błędy:
        [many] Konfiguracja zawiera { $count } błędów:
       *[other] Konfiguracja zawiera { $count } błędu:
    }
    { $list }
config-mistakes-list =
    { $list }
    { $next }

config-wrong-value = { $variable } ma wartość „{ $read }”. Dozwolone: { $allowed }.
config-wrong-hidden = Wartości { $variable } nie można użyć. Dozwolone: { $allowed }.
config-short-lease = TASK_LEASE wynosi { $lease }, a przy TASK_HEARTBEAT_INTERVAL równym { $heartbeat } musi wynosić co najmniej { $least }: trzy sygnały życia.
config-misspelt = { $variable } nie jest naszym ustawieniem. Czy chodziło o { $meant }?

config-allowed-flag = true, yes, on, 1, false, no, off lub 0
config-allowed-number = liczba całkowita od { $least } do { $most }
config-allowed-span = czas od { $least } do { $most }, na przykład 500ms, 30s, 5m, 2h lub 1d; liczba bez jednostki oznacza milisekundy
config-allowed-secret = co najmniej { $least } znaków ASCII (litery, cyfry, znaki przestankowe), bez spacji
config-allowed-address = adres PostgreSQL, na przykład postgres://user@host/database
config-allowed-origins = źródła takie jak https://example.org, rozdzielone przecinkami, albo samo *

config-about-example = Wszystkie ustawienia z wartościami domyślnymi. Czas podaje się w milisekundach albo z jednostką: 500ms, 30s, 5m, 2h, 1d.
config-about-database-url = Baza PostgreSQL, na której pracujemy. Jeśli jej nie podano, „worker dev” uruchamia własną.
config-about-database-url-unpooled = Bezpośredni adres tej samej bazy, z pominięciem poolera transakcyjnego; używany do blokad i migracji.
config-about-lock-mode = Jak runner trzyma swoją blokadę: session albo, za poolerem transakcyjnym, transaction. Bez tego ustawienia wybierana jest właściwa wartość.
config-about-cron-secret = To, co cron platformy wysyła do ścieżki pulse; co najmniej 16 znaków.
config-about-api-token = To, co otwiera API HTTP; co najmniej 16 znaków. Bez niego odpowiada tylko „worker dev”, i tylko na własnym komputerze.
config-about-cors-origins = Czyje strony mogą pytać API HTTP z przeglądarki: źródła takie jak https://example.org, rozdzielone przecinkami, albo *.
config-about-runner-enabled = Czy ten proces wykonuje zadania.
config-about-environment = development, production lub serverless. Vercel i AWS Lambda są rozpoznawane.
config-about-default-timeout = Jak długo może trwać próba, jeśli zadanie tego nie określa.
config-about-default-retries = Ile prób następuje po nieudanej pierwszej, jeśli zadanie tego nie określa.
config-about-overlap-prevention = Czy zapobiegać ponownemu uruchomieniu zadania, które jeszcze trwa. Wyłączać tylko na czas testów.
config-about-concurrency = Ile zadań ten proces wykonuje jednocześnie.
config-about-pulse-interval = Jak często oczekiwane są pulsy i odpytywane funkcje harmonogramu.
config-about-pulse-budget = Jak długo może trwać jeden puls; musi to być mniej niż limit platformy.
config-about-side-tasks = Czy działają zadania poboczne. W środowisku serverless nie działają nigdy.
config-about-shutdown-grace = Jak długo trwające zadania mogą jeszcze działać, gdy proces ma się zakończyć.
config-about-heartbeat-interval = Jak często pracujący runner daje znak życia; bezczynny co 15 s.
config-about-lease = Jak długo runner może milczeć, zanim inni przejmą jego pracę; co najmniej trzy sygnały życia.
config-about-history-retention = Jak długo przechowywane są zakończone wykonania.
config-about-locale = Język, gdy nikt nie prosi o inny, z tych, które podaje „worker --help”. Domyślnie język systemu.
config-about-pg-bin = Katalog z programami initdb i postgres dla własnego PostgreSQL. Domyślnie są wyszukiwane.
config-about-data-dir = Katalog, w którym znajduje się własny PostgreSQL. Domyślnie .downbeat w projekcie.
