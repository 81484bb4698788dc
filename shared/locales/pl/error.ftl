# Why executions and side tasks ended as they did. Stored in English with what each was made of, and told in the reader's
# language.

error-timeout = trwało dłużej niż { $limit }
error-cancelled = ktoś poprosił o zakończenie
error-cancelled-waiting = anulowane przed startem przez { $actor }
error-superseded = zastąpił je późniejszy termin
error-interrupted = runner się zatrzymał
error-lease-lost = runner nie mógł połączyć się z bazą danych
error-runner-lost = w trakcie wykonywania utracono runnera { $runner }
error-worker-lost = utracono workera, na którym działało
error-defect = w runnerze wystąpił panic; to błąd w Downbeat
error-task-unknown = ten program nie zna tego zadania
error-dependency-failed = zadanie { $task } nie zostało ukończone
error-panicked = panic: { $message }
error-panicked-silently = panic bez komunikatu
error-schedule-function-failed = funkcja harmonogramu { $function } zawiodła: { $error }
error-schedule-function-slow = funkcja harmonogramu { $function } trwała zbyt długo
error-ownership-lost = to wykonanie przekazano innemu runnerowi

# A setting and why it is refused.
error-setting = { $path }: { $reason }
error-report-not-json = raportu nie da się zapisać jako JSON: { $reason }
error-checkpoint-not-json = punktu wznowienia nie da się zapisać jako JSON: { $reason }
error-checkpoint-too-large = { $bytes ->
    [one] punkt wznowienia może mieć najwyżej { $most } bajtów, a ten ma { $bytes } bajt
    [few] punkt wznowienia może mieć najwyżej { $most } bajtów, a ten ma { $bytes } bajty
   *[other] punkt wznowienia może mieć najwyżej { $most } bajtów, a ten ma { $bytes } bajtów
}
error-checkpoint-unreadable = punktu wznowienia nie da się odczytać: { $reason }

# Side tasks.
error-ended-early = zakończyło się, choć nikt o to nie prosił
error-unhealthy = { $count ->
    [one] nie powiodło się { $count } sprawdzenie stanu: { $error }
    [few] nie powiodły się { $count } kolejne sprawdzenia stanu: { $error }
   *[other] nie powiodło się { $count } kolejnych sprawdzeń stanu: { $error }
}
error-no-health-answer = brak odpowiedzi w ciągu { $limit }
error-restart-storm = { $restarts ->
    [one] { $restarts } ponowne uruchomienie w ciągu { $span } i znów koniec: { $error }
    [few] { $restarts } ponowne uruchomienia w ciągu { $span } i znów koniec: { $error }
   *[other] { $restarts } ponownych uruchomień w ciągu { $span } i znów koniec: { $error }
}

# Of http-check.
error-targets-failed = nieudane: { $failed } z { $all }: { $targets }
error-target = { $url }: { $error }
error-target-invalid = nieprawidłowy adres
error-target-answered = odpowiedź { $status } zamiast { $expected }
error-target-answered-no-success = odpowiedź { $status } zamiast od 200 do 299
error-target-slow = odpowiedź zajęła { $latency } ms, dozwolone jest { $most } ms
error-target-redirects = zbyt wiele przekierowań
error-target-certificate-expired = certyfikat wygasł
error-target-certificate-not-yet-valid = certyfikat nie jest jeszcze ważny
error-target-certificate-of-other-host = certyfikat jest dla innego hosta
error-target-certificate-unknown = certyfikatu nie podpisał nikt, komu ten program ufa
error-target-certificate-refused = certyfikat odrzucono: { $reason }
error-target-not-asked = nie udało się zapytać: { $reason }

error-refused = odmowa połączenia
error-broken-off = połączenie zostało zerwane
error-host-not-found = nie znaleziono hosta
error-silent = nie było odpowiedzi na czas
error-none-free = żadne połączenie nie zwolniło się na czas
error-address-in-use = adres jest zajęty
error-address-elsewhere = ten komputer nie ma takiego adresu
error-not-permitted = brak uprawnień
error-not-there = nie ma takiego pliku ani folderu
error-no-such-database = serwer nie ma bazy o tej nazwie
error-login-refused = serwer nie przyjmuje tego użytkownika lub tego hasła
