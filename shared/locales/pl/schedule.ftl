### Harmonogramy: co było nie tak w wyrażeniu cron i co ono znaczy słowami.

## Pola wyrażenia cron

schedule-field-second = sekunda
schedule-field-minute = minuta
schedule-field-hour = godzina
schedule-field-day-of-month = dzień miesiąca
schedule-field-month = miesiąc
schedule-field-day-of-week = dzień tygodnia

schedule-allowed-minute = 0–59, *, listy, zakresy jak 10-20, kroki jak */5
schedule-allowed-hour = 0–23, *, listy, zakresy jak 9-17, kroki jak */2
schedule-allowed-day-of-month = 1–31, *, listy, zakresy jak 1-7, kroki jak */2, L, LW, 15W
schedule-allowed-month = 1–12 lub JAN–DEC, *, listy, zakresy jak 6-8, kroki jak */3
schedule-allowed-day-of-week = 0–7 lub SUN–SAT, *, listy, zakresy jak MON-FRI, kroki jak 1-5/2, 5L, MON#2

## Co było nie tak

schedule-empty = Harmonogram jest pusty. Potrzebuje pięciu pól: minuta, godzina, dzień miesiąca, miesiąc, dzień tygodnia.
schedule-too-long =
    { $length ->
        [one] Harmonogram ma { $length } bajt
        [few] Harmonogram ma { $length } bajty
       *[other] Harmonogram ma { $length } bajtów
    } długości; czytanych jest najwyżej { $limit }.
schedule-field-count =
    { $count ->
        [one] Harmonogram ma jedno pole
        [few] Harmonogram ma { $count } pola
       *[other] Harmonogram ma { $count } pól
    }; potrzebuje pięciu (minuta, godzina, dzień miesiąca, miesiąc, dzień tygodnia) albo sześciu, z sekundami na początku.
schedule-unknown-nickname = Nazwa { $written } jest nieznana. Dostępne są @yearly, @annually, @monthly, @weekly, @daily, @midnight i @hourly.
schedule-reboot = @reboot nie ma własnej pory, więc nie może tu być harmonogramem.
schedule-empty-part = { $field }: brakuje wartości przed przecinkiem lub po nim
schedule-unreadable = { $field }: nie da się odczytać „{ $written }”; dozwolone są { $allowed }
schedule-out-of-range = { $field }: { $value } jest poza zakresem { $allowed }
schedule-backwards = { $field }: { $written } biegnie wstecz, od { $from } do { $to }; mniejsza wartość stoi na początku
schedule-backwards-to-sunday = { $field }: { $written } biegnie wstecz, bo niedziela liczy się tam jako 0; należy napisać { $instead }
schedule-step-out-of-range = { $field }: krok { $step } jest poza zakresem { $allowed }
schedule-step-without-range = { $field }: { $written } ma krok, ale nie ma przed nim gwiazdki ani zakresu
schedule-nth-out-of-range = { $field }: tydzień { $nth } miesiąca jest poza zakresem 1–5

## Słownie: zdania

schedule-never = { $schedule } (nigdy: takiego dnia nie ma)
schedule-and-when = { $what }, { $when }
schedule-and = { $first } i { $last }
schedule-or = { $first } lub { $last }
schedule-comma = { $first }, { $rest }

## Słownie: godziny

schedule-at = o { $times }
schedule-every-day-at = codziennie o { $times }
schedule-every-from-to = { $every } od { $from } do { $to }
schedule-every-seconds =
    { $count ->
        [one] co sekundę
        [few] co { $count } sekundy
       *[other] co { $count } sekund
    }
schedule-every-minutes =
    { $count ->
        [one] co minutę
        [few] co { $count } minuty
       *[other] co { $count } minut
    }
schedule-every-hours =
    { $count ->
        [one] co godzinę
        [few] co { $count } godziny
       *[other] co { $count } godzin
    }
# $count to 0 tam, gdzie chodzi o każdą sekundę, minutę lub godzinę.
schedule-at-seconds =
    { $count ->
        [0] w każdej sekundzie
        [one] w sekundzie { $list }
       *[other] w sekundach { $list }
    } { $minutes }
schedule-of-minutes =
    { $count ->
        [0] każdej minuty
        [one] minuty { $list }
       *[other] minut { $list }
    } { $hours }
schedule-at-minutes =
    { $count ->
        [0] w każdej minucie
        [one] w minucie { $list }
       *[other] w minutach { $list }
    } { $hours }
schedule-of-hours =
    { $count ->
        [0] każdej godziny
        [one] godziny { $list }
       *[other] godzin { $list }
    }

## Słownie: dni

schedule-either-day = { $dates } oraz { $weekdays }
schedule-both-days = { $dates }, jeśli jest to { $weekdays }
schedule-date = { $day }
schedule-dates = { $first }–{ $last }
schedule-on-dates =
    { $count ->
        [one] { $dates }. dnia miesiąca
       *[other] w dniach { $dates } miesiąca
    }
schedule-on-last-day = w ostatni dzień miesiąca
schedule-on-last-workday = w ostatni dzień roboczy (od poniedziałku do piątku) miesiąca
schedule-on-nearest-workday = w dzień roboczy (od poniedziałku do piątku) najbliższy { $date }. dniowi miesiąca

schedule-weekday-each =
    { $weekday ->
        [1] w każdy poniedziałek
        [2] w każdy wtorek
        [3] w każdą środę
        [4] w każdy czwartek
        [5] w każdy piątek
        [6] w każdą sobotę
       *[7] w każdą niedzielę
    }
schedule-weekday-in-range =
    { $weekday ->
        [1] poniedziałku
        [2] wtorku
        [3] środy
        [4] czwartku
        [5] piątku
        [6] soboty
       *[7] niedzieli
    }
schedule-is-weekday =
    { $weekday ->
        [1] poniedziałek
        [2] wtorek
        [3] środa
        [4] czwartek
        [5] piątek
        [6] sobota
       *[7] niedziela
    }
schedule-each-weekday = { $weekdays }
schedule-weekday-range = od { $first } do { $last }
schedule-on-last-weekday =
    { $weekday ->
        [1] w ostatni poniedziałek miesiąca
        [2] w ostatni wtorek miesiąca
        [3] w ostatnią środę miesiąca
        [4] w ostatni czwartek miesiąca
        [5] w ostatni piątek miesiąca
        [6] w ostatnią sobotę miesiąca
       *[7] w ostatnią niedzielę miesiąca
    }
schedule-is-last-weekday =
    { $weekday ->
        [1] ostatni poniedziałek miesiąca
        [2] ostatni wtorek miesiąca
        [3] ostatnia środa miesiąca
        [4] ostatni czwartek miesiąca
        [5] ostatni piątek miesiąca
        [6] ostatnia sobota miesiąca
       *[7] ostatnia niedziela miesiąca
    }
schedule-on-nth-weekday =
    { $nth ->
        [1] { $weekday ->
            [1] w pierwszy poniedziałek miesiąca
            [2] w pierwszy wtorek miesiąca
            [3] w pierwszą środę miesiąca
            [4] w pierwszy czwartek miesiąca
            [5] w pierwszy piątek miesiąca
            [6] w pierwszą sobotę miesiąca
           *[7] w pierwszą niedzielę miesiąca
        }
        [2] { $weekday ->
            [1] w drugi poniedziałek miesiąca
            [2] w drugi wtorek miesiąca
            [3] w drugą środę miesiąca
            [4] w drugi czwartek miesiąca
            [5] w drugi piątek miesiąca
            [6] w drugą sobotę miesiąca
           *[7] w drugą niedzielę miesiąca
        }
        [3] { $weekday ->
            [1] w trzeci poniedziałek miesiąca
            [2] w trzeci wtorek miesiąca
            [3] w trzecią środę miesiąca
            [4] w trzeci czwartek miesiąca
            [5] w trzeci piątek miesiąca
            [6] w trzecią sobotę miesiąca
           *[7] w trzecią niedzielę miesiąca
        }
        [4] { $weekday ->
            [1] w czwarty poniedziałek miesiąca
            [2] w czwarty wtorek miesiąca
            [3] w czwartą środę miesiąca
            [4] w czwarty czwartek miesiąca
            [5] w czwarty piątek miesiąca
            [6] w czwartą sobotę miesiąca
           *[7] w czwartą niedzielę miesiąca
        }
       *[5] { $weekday ->
            [1] w piąty poniedziałek miesiąca
            [2] w piąty wtorek miesiąca
            [3] w piątą środę miesiąca
            [4] w piąty czwartek miesiąca
            [5] w piąty piątek miesiąca
            [6] w piątą sobotę miesiąca
           *[7] w piątą niedzielę miesiąca
        }
    }
schedule-is-nth-weekday =
    { $nth ->
        [1] { $weekday ->
            [1] pierwszy poniedziałek miesiąca
            [2] pierwszy wtorek miesiąca
            [3] pierwsza środa miesiąca
            [4] pierwszy czwartek miesiąca
            [5] pierwszy piątek miesiąca
            [6] pierwsza sobota miesiąca
           *[7] pierwsza niedziela miesiąca
        }
        [2] { $weekday ->
            [1] drugi poniedziałek miesiąca
            [2] drugi wtorek miesiąca
            [3] druga środa miesiąca
            [4] drugi czwartek miesiąca
            [5] drugi piątek miesiąca
            [6] druga sobota miesiąca
           *[7] druga niedziela miesiąca
        }
        [3] { $weekday ->
            [1] trzeci poniedziałek miesiąca
            [2] trzeci wtorek miesiąca
            [3] trzecia środa miesiąca
            [4] trzeci czwartek miesiąca
            [5] trzeci piątek miesiąca
            [6] trzecia sobota miesiąca
           *[7] trzecia niedziela miesiąca
        }
        [4] { $weekday ->
            [1] czwarty poniedziałek miesiąca
            [2] czwarty wtorek miesiąca
            [3] czwarta środa miesiąca
            [4] czwarty czwartek miesiąca
            [5] czwarty piątek miesiąca
            [6] czwarta sobota miesiąca
           *[7] czwarta niedziela miesiąca
        }
       *[5] { $weekday ->
            [1] piąty poniedziałek miesiąca
            [2] piąty wtorek miesiąca
            [3] piąta środa miesiąca
            [4] piąty czwartek miesiąca
            [5] piąty piątek miesiąca
            [6] piąta sobota miesiąca
           *[7] piąta niedziela miesiąca
        }
    }

## Słownie: miesiące

schedule-month =
    { $month ->
        [1] w styczniu
        [2] w lutym
        [3] w marcu
        [4] w kwietniu
        [5] w maju
        [6] w czerwcu
        [7] w lipcu
        [8] w sierpniu
        [9] we wrześniu
        [10] w październiku
        [11] w listopadzie
       *[12] w grudniu
    }
schedule-month-in-range =
    { $month ->
        [1] stycznia
        [2] lutego
        [3] marca
        [4] kwietnia
        [5] maja
        [6] czerwca
        [7] lipca
        [8] sierpnia
        [9] września
        [10] października
        [11] listopada
       *[12] grudnia
    }
schedule-in-months = { $months }
schedule-month-range = od { $first } do { $last }
