### Zeitpläne: was an einem Cron-Ausdruck falsch war, und was einer in Worten sagt.

## Die Felder eines Cron-Ausdrucks

schedule-field-second = Sekunde
schedule-field-minute = Minute
schedule-field-hour = Stunde
schedule-field-day-of-month = Tag des Monats
schedule-field-month = Monat
schedule-field-day-of-week = Wochentag

schedule-allowed-minute = 0–59, *, Listen, Bereiche wie 10-20, Schritte wie */5
schedule-allowed-hour = 0–23, *, Listen, Bereiche wie 9-17, Schritte wie */2
schedule-allowed-day-of-month = 1–31, *, Listen, Bereiche wie 1-7, Schritte wie */2, L, LW, 15W
schedule-allowed-month = 1–12 oder JAN–DEC, *, Listen, Bereiche wie 6-8, Schritte wie */3
schedule-allowed-day-of-week = 0–7 oder SUN–SAT, *, Listen, Bereiche wie MON-FRI, Schritte wie 1-5/2, 5L, MON#2

## Was falsch war

schedule-empty = Der Zeitplan ist leer. Er braucht fünf Felder: Minute, Stunde, Tag des Monats, Monat, Wochentag.
schedule-too-long = Der Zeitplan ist { $length } Bytes lang; höchstens { $limit } werden gelesen.
schedule-field-count =
    { $count ->
        [one] Der Zeitplan hat ein Feld
       *[other] Der Zeitplan hat { $count } Felder
    }; er braucht fünf (Minute, Stunde, Tag des Monats, Monat, Wochentag) oder sechs mit Sekunden davor.
schedule-unknown-nickname = { $written } ist unbekannt. Kurznamen sind @yearly, @annually, @monthly, @weekly, @daily, @midnight und @hourly.
schedule-reboot = @reboot hat keinen eigenen Zeitpunkt und kann hier kein Zeitplan sein.
schedule-empty-part = { $field }: Vor oder nach einem Komma fehlt ein Wert
schedule-unreadable = { $field }: „{ $written }“ ist nicht lesbar; erlaubt sind { $allowed }
schedule-out-of-range = { $field }: { $value } liegt nicht im Bereich { $allowed }
schedule-backwards = { $field }: { $written } läuft rückwärts, von { $from } nach { $to }; der kleinere Wert steht vorn
schedule-backwards-to-sunday = { $field }: { $written } läuft rückwärts, weil der Sonntag dort als 0 zählt; richtig ist { $instead }
schedule-step-out-of-range = { $field }: Schrittweite { $step } liegt nicht im Bereich { $allowed }
schedule-step-without-range = { $field }: { $written } hat eine Schrittweite, aber keinen Stern oder Bereich davor
schedule-nth-out-of-range = { $field }: Woche { $nth } des Monats liegt nicht im Bereich 1–5

## In Worten: Sätze

schedule-never = { $schedule } (nie: einen solchen Tag gibt es nicht)
schedule-and-when = { $what }, { $when }
schedule-and = { $first } und { $last }
schedule-or = { $first } oder { $last }
schedule-comma = { $first }, { $rest }

## In Worten: Zeiten

schedule-at = um { $times } Uhr
schedule-every-day-at = täglich um { $times } Uhr
schedule-every-from-to = { $every } von { $from } bis { $to } Uhr
schedule-every-seconds =
    { $count ->
        [one] jede Sekunde
       *[other] alle { $count } Sekunden
    }
schedule-every-minutes =
    { $count ->
        [one] jede Minute
       *[other] alle { $count } Minuten
    }
schedule-every-hours =
    { $count ->
        [one] jede Stunde
       *[other] alle { $count } Stunden
    }
# $count ist 0, wo es jede Sekunde, Minute oder Stunde ist.
schedule-at-seconds =
    { $count ->
        [0] jede Sekunde
        [one] in Sekunde { $list }
       *[other] in den Sekunden { $list }
    } { $minutes }
schedule-of-minutes =
    { $count ->
        [0] jeder Minute
        [one] der Minute { $list }
       *[other] der Minuten { $list }
    } { $hours }
schedule-at-minutes =
    { $count ->
        [0] jede Minute
        [one] in Minute { $list }
       *[other] in den Minuten { $list }
    } { $hours }
schedule-of-hours =
    { $count ->
        [0] jeder Stunde
        [one] der Stunde { $list }
       *[other] der Stunden { $list }
    }

## In Worten: Tage

schedule-either-day = { $dates } sowie { $weekdays }
schedule-both-days = { $dates }, falls es { $weekdays } ist
schedule-date = { $day }.
schedule-dates = { $first }.–{ $last }.
# Im Deutschen gleich für einen und für mehrere Tage.
schedule-on-dates =
    { $count ->
       *[other] am { $dates } des Monats
    }
schedule-on-last-day = am letzten Tag des Monats
schedule-on-last-workday = am letzten Werktag (Montag bis Freitag) des Monats
schedule-on-nearest-workday = am Werktag (Montag bis Freitag), der dem { $date }. des Monats am nächsten liegt

schedule-weekday-each =
    { $weekday ->
        [1] Montag
        [2] Dienstag
        [3] Mittwoch
        [4] Donnerstag
        [5] Freitag
        [6] Samstag
       *[7] Sonntag
    }
schedule-weekday-in-range =
    { $weekday ->
        [1] Montag
        [2] Dienstag
        [3] Mittwoch
        [4] Donnerstag
        [5] Freitag
        [6] Samstag
       *[7] Sonntag
    }
schedule-is-weekday =
    { $weekday ->
        [1] ein Montag
        [2] ein Dienstag
        [3] ein Mittwoch
        [4] ein Donnerstag
        [5] ein Freitag
        [6] ein Samstag
       *[7] ein Sonntag
    }
schedule-each-weekday = jeden { $weekdays }
schedule-weekday-range = { $first } bis { $last }
schedule-on-last-weekday =
    { $weekday ->
        [1] am letzten Montag des Monats
        [2] am letzten Dienstag des Monats
        [3] am letzten Mittwoch des Monats
        [4] am letzten Donnerstag des Monats
        [5] am letzten Freitag des Monats
        [6] am letzten Samstag des Monats
       *[7] am letzten Sonntag des Monats
    }
schedule-is-last-weekday =
    { $weekday ->
        [1] der letzte Montag des Monats
        [2] der letzte Dienstag des Monats
        [3] der letzte Mittwoch des Monats
        [4] der letzte Donnerstag des Monats
        [5] der letzte Freitag des Monats
        [6] der letzte Samstag des Monats
       *[7] der letzte Sonntag des Monats
    }
schedule-on-nth-weekday =
    am { $nth ->
        [1] ersten
        [2] zweiten
        [3] dritten
        [4] vierten
       *[5] fünften
    } { $weekday ->
        [1] Montag
        [2] Dienstag
        [3] Mittwoch
        [4] Donnerstag
        [5] Freitag
        [6] Samstag
       *[7] Sonntag
    } des Monats
schedule-is-nth-weekday =
    der { $nth ->
        [1] erste
        [2] zweite
        [3] dritte
        [4] vierte
       *[5] fünfte
    } { $weekday ->
        [1] Montag
        [2] Dienstag
        [3] Mittwoch
        [4] Donnerstag
        [5] Freitag
        [6] Samstag
       *[7] Sonntag
    } des Monats

## In Worten: Monate

schedule-month =
    { $month ->
        [1] Januar
        [2] Februar
        [3] März
        [4] April
        [5] Mai
        [6] Juni
        [7] Juli
        [8] August
        [9] September
        [10] Oktober
        [11] November
       *[12] Dezember
    }
schedule-month-in-range =
    { $month ->
        [1] Januar
        [2] Februar
        [3] März
        [4] April
        [5] Mai
        [6] Juni
        [7] Juli
        [8] August
        [9] September
        [10] Oktober
        [11] November
       *[12] Dezember
    }
schedule-in-months = im { $months }
schedule-month-range = von { $first } bis { $last }
