start-private-database = Własny PostgreSQL: { $url }
start-database = Baza danych: { $name }
start-migrated =
    { $count ->
        [one] Wykonano { $count } migrację
        [few] Wykonano { $count } migracje
        [many] Wykonano { $count } migracji
       *[other] Wykonano { $count } migracji
    }
start-port-taken = Port { $taken } jest zajęty; użyty zostanie { $instead }.
start-listening = Adres: { $url }
start-next = Najbliższe:
start-next-slot = { "  " }{ $task } za { $wait }, { $at }: { $explanation }
start-asked = jeśli tak zdecyduje funkcja zadania
start-nothing-next = Nic nie jest zaplanowane.
start-stopping = Zatrzymywanie. Uruchomione zadania mają na zakończenie { $grace }; ponowne Ctrl-C przerywa natychmiast.

# Co systemd pokazuje jako stan usługi.
start-status-database = Czeka na bazę danych.
start-status-running = Wykonuje zadania.
start-status-serving = Obsługuje API HTTP; nie wykonuje zadań.
start-status-joining = Nie wykonuje zadań: na nowo dołącza do pozostałych runnerów.
start-status-stopping = Zatrzymywanie. Uruchomione zadania mają na zakończenie { $grace }.

start-database-required = „worker start” wymaga bazy danych: należy ustawić DATABASE_URL. („worker dev” uruchamia własną).
start-open-to-others = { $address } jest dostępny z innych komputerów, a TASK_API_TOKEN nie jest ustawiony. Należy go ustawić albo nasłuchiwać na 127.0.0.1.
start-nothing-to-do = Nie ma nic do zrobienia: TASK_RUNNER_ENABLED ma wartość false, a „--no-http” wyłącza API HTTP.
start-address-in-use = { $address } jest już zajęty. Należy zakończyć tamten proces albo wybrać inny adres za pomocą „--listen”.
start-listen-failed = Nie można nasłuchiwać na { $address }: { $reason }
start-signals-failed = Nie można odbierać sygnałów: { $reason }
