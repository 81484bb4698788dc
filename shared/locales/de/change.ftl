# What an operator may change at run time, and why it is refused.
change-nothing = Es ist nichts verlangt
change-no-object = Es muss ein JSON-Objekt sein
change-unknown-name = Diese Einstellung gibt es nicht; es gibt { $allowed }
change-unknown-name-nearest = Diese Einstellung gibt es nicht; war „{ $nearest }“ gemeint?
change-no-switch = Es muss true oder false sein
change-no-text = Es muss ein Text sein
change-never-comes = Dieser Zeitplan ergibt nie einen Termin
change-has-function = Der Code fragt stattdessen die Funktion „{ $function }“; einen Zeitplan kann es daneben nicht geben
change-out-of-range = Es muss eine ganze Zahl zwischen { $least } und { $most } sein
change-not-allowed = „{ $written }“ ist nicht erlaubt; erlaubt sind { $allowed }
change-not-allowed-nearest = „{ $written }“ ist nicht erlaubt; war „{ $nearest }“ gemeint? Erlaubt sind { $allowed }
change-no-instant = Es muss ein Zeitpunkt wie 2027-03-28T00:00:00Z sein
change-backwards = Es darf nicht vor not_before liegen
change-refused-by-task = Die Aufgabe lehnt es ab: { $reason }
change-refused-by-task-nearest = Die Aufgabe lehnt es ab: { $reason }; war „{ $nearest }“ gemeint?
change-task-refused =
    { $count ->
        [one] Dies ist falsch, und nichts wurde gespeichert:{ $mistakes }
       *[other] Diese { $count } sind falsch, und nichts wurde gespeichert:{ $mistakes }
    }
change-task-retired = „{ $task }“ gibt es im Code nicht mehr; die Aufgabe läuft nicht und kann nicht geändert werden
change-meanwhile = „{ $task }“ wurde immer wieder von anderen geändert; bitte noch einmal versuchen
change-until-passed = Dieser Zeitpunkt ist vorbei; die Pause wäre zu Ende, bevor sie anfinge
change-retry-underway = Der Termin dieser Ausführung hat einen Versuch, der noch nicht zu Ende ist: { $id }
change-retry-not-final = Diese Ausführung ist noch nicht zu Ende; nur was zu Ende ist, kann wiederholt werden
change-cancel-final = Diese Ausführung ist zu Ende; es gibt nichts abzubrechen
change-no-such-runner = Keine Runner-Instanz heißt „{ $written }“
change-runner-ambiguous = Mehrere Runner-Instanzen heißen „{ $written }“: { $instances }
change-runner-ended = Die Runner-Instanz „{ $written }“ ist beendet
