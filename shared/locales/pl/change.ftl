# What an operator may change at run time, and why it is refused.
change-nothing = nie podano niczego do zmiany
change-no-object = musi to być obiekt JSON
change-unknown-name = nie ma takiego ustawienia; są { $allowed }
change-unknown-name-nearest = nie ma takiego ustawienia; czy chodziło o „{ $nearest }”?
change-no-switch = musi to być true albo false
change-no-text = musi to być tekst
change-never-comes = z tego harmonogramu nie wynika żaden termin
change-has-function = kod pyta zamiast tego funkcję „{ $function }”; nie może być obok niej harmonogramu
change-out-of-range = musi to być liczba całkowita od { $least } do { $most }
change-not-allowed = „{ $written }” nie jest dozwolone; dozwolone są { $allowed }
change-not-allowed-nearest = „{ $written }” nie jest dozwolone; może chodziło o „{ $nearest }”? Dozwolone są { $allowed }
change-no-instant = musi to być chwila zapisana jak 2027-03-28T00:00:00Z
change-backwards = nie może leżeć przed not_before
change-refused-by-task = zadanie tego nie przyjmuje: { $reason }
change-refused-by-task-nearest = zadanie tego nie przyjmuje: { $reason }; może chodziło o „{ $nearest }”?
change-task-refused =
    { $count ->
        [one] To jest błędne i niczego nie zapisano:{ $mistakes }
        [few] Te { $count } wartości są błędne i niczego nie zapisano:{ $mistakes }
       *[other] Tych { $count } wartości jest błędnych i niczego nie zapisano:{ $mistakes }
    }
change-task-retired = zadania „{ $task }” nie ma już w kodzie; nie działa i nie można go zmienić
change-meanwhile = zadanie „{ $task }” było wciąż zmieniane przez innych; proszę spróbować jeszcze raz
change-until-passed = ta chwila już minęła; pauza skończyłaby się, zanim by się zaczęła
change-retry-underway = termin tego wykonania ma próbę, która się jeszcze nie skończyła: { $id }
change-retry-not-final = to wykonanie jeszcze się nie skończyło; powtórzyć można tylko to, co się skończyło
change-cancel-final = to wykonanie już się skończyło; nie ma czego anulować
change-no-such-runner = żadna instancja runnera nie nazywa się „{ $written }”
change-runner-ambiguous = kilka instancji runnera nazywa się „{ $written }”: { $instances }
change-runner-ended = instancja runnera „{ $written }” już się zakończyła
