format-decimal = { $integer },{ $tenth }

format-milliseconds = { $count } ms
format-seconds = { $count } s
format-minutes = { $count } min
format-hours = { $count } godz.
format-days = { $count ->
    [one] { $count } dzień
   *[other] { $count } dni
}
format-pair = { $large } { $small }

format-ago-now = przed chwilą
format-ago-seconds = { $count ->
    [one] { $count } sekundę temu
    [few] { $count } sekundy temu
    [many] { $count } sekund temu
   *[other] { $count } sekundy temu
}
format-ago-minutes = { $count ->
    [one] { $count } minutę temu
    [few] { $count } minuty temu
    [many] { $count } minut temu
   *[other] { $count } minuty temu
}
format-ago-hours = { $count ->
    [one] { $count } godzinę temu
    [few] { $count } godziny temu
    [many] { $count } godzin temu
   *[other] { $count } godziny temu
}
format-ago-days = { $count ->
    [one] { $count } dzień temu
    [few] { $count } dni temu
    [many] { $count } dni temu
   *[other] { $count } dnia temu
}

format-list = { $items }
format-list-and = { $items } i { $last }
format-list-or = { $items } lub { $last }
format-list-separator = { ", " }
format-list-long-separator = { "; " }
