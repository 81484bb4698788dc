# Dlaczego zadanie się wykonało albo nie.

## Co z tego wyszło, jednym słowem

tasks-verdict-ran = Wykonane
tasks-verdict-ran-late = Wykonane z opóźnieniem
tasks-verdict-running = W toku
tasks-verdict-waiting = Czeka
tasks-verdict-skipped = Pominięte
tasks-verdict-blocked = Zablokowane
tasks-verdict-failed = Nieudane
tasks-verdict-cancelled = Anulowane
tasks-verdict-not-due = Bez terminu
tasks-verdict-nobody-decided = Nikt nie zdecydował
tasks-verdict-not-recorded = Nie zapisano
tasks-verdict-disabled = Wyłączone
tasks-verdict-paused = Wstrzymane
tasks-verdict-maintenance = Konserwacja
tasks-verdict-retired = Usunięte z kodu

explain-headline-slot = { $verdict }: { $task }, termin { $slot }
explain-headline-moment = { $verdict }: { $task }, { $at }

# Stoją po „przez” i „na”.
explain-somebody = kogoś
explain-some-runner = nieznanym już runnerze

## Co się stało

explain-by-hand = O wykonanie poproszono ręcznie { $at }.
explain-completed =
    { $attempt ->
        [1] Początek { $started } na { $runner }, zakończone, czas trwania: { $took }.
       *[other] Próba { $attempt }: początek { $started } na { $runner }, zakończona, czas trwania: { $took }.
    }
explain-runs =
    { $attempt ->
        [1] Trwa od { $since } na { $runner }.
       *[other] Próba { $attempt } trwa od { $since } na { $runner }.
    }
explain-attempt-failed = Próba { $attempt } z { $of } nie udała się { $at } na { $runner }: { $error } ({ $code })
explain-runner-lost = Próba { $attempt } na { $runner } przepadła razem z runnerem, którego śmierć stwierdzono { $at }.
explain-interrupted = Próba { $attempt } na { $runner } została przerwana { $at }: host się zatrzymał albo pulsowi zabrakło czasu.
explain-cancelled-by = Anulowane przez { $by } { $at }.
explain-superseded = Późniejszy termin zajął jego miejsce { $at }.
explain-last-attempt =
    { $attempts ->
        [one] Była to jedyna próba.
       *[other] Była to ostatnia z { $attempts } prób.
    }
explain-not-retried = Takiego błędu się nie ponawia.
explain-not-undone = To, co zrobiło, miało zostać cofnięte, a nie zostało: { $status }.
explain-skipped-at = { $at } na { $runner } postanowiono go nie wykonywać.
explain-blocked-at = { $at } na { $runner } stwierdzono, że nie może się wykonać.
explain-waits = Czeka w kolejce od { $since }.
explain-undecided = Pora przyszła { $due } i nikt o nim nie zdecydował.
explain-never-decided = Pora przyszła { $due } i nikt wtedy o nim nie zdecydował.
explain-yet-to-come = Pora przyjdzie dopiero { $due }.
explain-no-row = Po tym terminie nie ma żadnego zapisu.

## Dlaczego

explain-late = Początek nastąpił { $late } po czasie, na który przypadał: { $due }.
explain-starts-spread = Początki zadań są rozłożone; to zaczyna się zawsze { $offset } po swoim terminie.
explain-no-runner = Od { $from } do { $until } nie działał żaden runner.
explain-no-runner-until = Do { $until } nie działał żaden runner.
explain-no-runner-since = Od { $from } nie działa żaden runner.
explain-no-runner-ever = Nie było żadnego runnera.
explain-no-pulse = Po pulsie z { $from } następny przyszedł dopiero { $until }.
explain-no-pulse-since = Ostatni puls przyszedł { $from }, potem żaden.
explain-not-taken = Nie przyjęły go działające runnery: { $runners }. Wszystkie miejsca były tam zajęte albo zadanie nie jest tam znane.
explain-bound-to =
    { $hosts ->
        [function] Wykonuje się tylko w funkcjach bezserwerowych.
       *[worker] Wykonuje się tylko na stałych maszynach.
    }
explain-not-taken-unknown = Nie zapisano, co go zatrzymało.
explain-previous-instance = Poprzednie wykonanie, z terminu { $slot }, trwało na { $runner } od { $since } do { $until }.
explain-previous-instance-runs = Poprzednie wykonanie, z terminu { $slot }, trwa na { $runner } od { $since }.
explain-previous-waiting = Przed nim czekał termin { $slot }.
explain-queue-full =
    { $limit ->
        [one] Czekał już { $limit } termin i więcej czekać nie może.
        [few] Czekały już { $limit } terminy i więcej czekać nie może.
       *[other] Czekało już { $limit } terminów i więcej czekać nie może.
    }
explain-missed = Gdy ktoś zajrzał, pora już minęła i nie będzie nadrobiony: { $policy }, najwyżej { $window } po terminie.
explain-stood-for = Zamiast niego wykonał się termin { $slot }.
explain-stood-for-later = Zamiast niego wykonał się późniejszy termin.
explain-together = Zapisano go razem z innymi, w jednym wpisie z terminem { $slot }.
explain-stands-for =
    { $missed ->
        [one] Nadrobiono { $missed } termin, który minął, gdy nic nie działało.
        [few] Nadrobiono { $missed } terminy, które minęły, gdy nic nie działało.
       *[other] Nadrobiono { $missed } terminów, które minęły, gdy nic nie działało.
    }
explain-paused = Zadanie było wstrzymane przez { $by } od { $since } do { $until }.
explain-paused-open = Zadanie zostało wstrzymane przez { $by } { $since }, bez ustalonego końca.
explain-paused-unknown = Zadanie było wstrzymane.
explain-maintenance = Cały system był w trybie konserwacji, włączonym przez { $by }, od { $since } do { $until }.
explain-maintenance-open = Cały system został przełączony w tryb konserwacji przez { $by } { $since }, bez ustalonego końca.
explain-maintenance-unknown = Cały system był w trybie konserwacji.
explain-parent-failed = Zależy od „{ $parent }”, którego termin { $slot } skończył się tak: { $status }.
explain-parent-failed-error = Zależy od „{ $parent }”, którego termin { $slot } skończył się tak: { $status } ({ $error }).
explain-parent-never-ran = Zależy od „{ $parent }”, a o żadnym jego terminie jeszcze nie zdecydowano.
explain-parent-awaited = Czeka na „{ $parent }”, o którego terminie jeszcze nie zdecydowano.
explain-parent-awaited-slot = Czeka na „{ $parent }”, którego termin { $slot } jest w kolejce.
explain-parent-awaited-running = Czeka na „{ $parent }”, którego termin { $slot } trwa na { $runner }.
explain-parent-ended = Czekał na „{ $parent }”; skończyło się to { $at } na { $runner }.
explain-limit-full =
    { $most ->
        [one] Z etykietą „{ $limit }” może naraz działać najwyżej { $most } zadanie; miejsce zajmowało: { $holders }.
        [few] Z etykietą „{ $limit }” mogą naraz działać najwyżej { $most } zadania; miejsca zajmowały: { $holders }.
       *[other] Z etykietą „{ $limit }” może naraz działać najwyżej { $most } zadań; miejsca zajmowały: { $holders }.
    }
explain-budget-spent = Pulsowi, który zajrzał { $at }, zostało zbyt mało czasu, więc wstawił go do kolejki.
explain-cancel-asked = Zakończenia zażądano przez { $by } { $at }.
explain-stuck = Miało się zakończyć, a od { $since } blokuje swój wątek.
explain-runner-silent = Na { $runner } od { $since } nie było oznak życia.
explain-other-reason = Zapisany powód: { $reason }.
explain-function-said-no = Funkcja { $function } powiedziała nie albo nie została zapytana.
explain-disabled = Zadanie zostało wyłączone przez { $by } { $since }.
explain-disabled-unknown = Zadanie zostało wyłączone w trakcie pracy.
explain-disabled-in-code = Zadanie jest wyłączone w kodzie.
explain-retired = Zadanie zniknęło z kodu { $since }.
explain-history-begins = Historia zadania zaczyna się { $at }.
explain-thinned = Z zakończonych wykonań tego zadania zachowuje się tylko jedno na { $interval }.
explain-definition-changed = To, co obowiązuje dla zadania, zmieniono później, ostatnio { $at }.
explain-by-hand-only = Zadanie nie ma harmonogramu; wykonuje się tylko ręcznie.
explain-no-slot-yet = Odkąd zadanie jest tu znane, nie przyszedł żaden termin.
explain-not-before = Przed { $at } zadanie nie ma terminów.
explain-not-after = Po { $at } zadanie nie ma terminów.

## Co dalej

explain-schedule-changed = Harmonogram został zmieniony przez { $by } { $at }, z { $before } na { $after }.
explain-no-schedule = żadnego
explain-run-by-hand-since = { $at } poproszono ręcznie o wykonanie; wyszło z tego: { $status }.
explain-next-attempt = Próba { $attempt } z { $of } może się zacząć { $at }.
explain-decided-next = Kto zajrzy następny, zdecyduje o nim. Terminy, które minęły: { $policy }, najwyżej { $window } po terminie.
explain-next-slot = Następny termin to { $slot }.
explain-no-next-slot = Następnego terminu nie ma.
