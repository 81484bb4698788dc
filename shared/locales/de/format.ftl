format-decimal = { $integer },{ $tenth }

format-milliseconds = { $count } ms
format-seconds = { $count } s
format-minutes = { $count } min
format-hours = { $count } h
format-days = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tage
}
format-pair = { $large } { $small }

format-ago-now = gerade eben
format-ago-seconds = { $count ->
    [one] vor { $count } Sekunde
   *[other] vor { $count } Sekunden
}
format-ago-minutes = { $count ->
    [one] vor { $count } Minute
   *[other] vor { $count } Minuten
}
format-ago-hours = { $count ->
    [one] vor { $count } Stunde
   *[other] vor { $count } Stunden
}
format-ago-days = { $count ->
    [one] vor { $count } Tag
   *[other] vor { $count } Tagen
}

format-list = { $items }
format-list-and = { $items } und { $last }
format-list-or = { $items } oder { $last }
format-list-separator = { ", " }
format-list-long-separator = { "; " }
