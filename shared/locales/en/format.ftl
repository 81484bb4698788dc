# Numbers, spans of time and lists. Used by locale/format.rs and nowhere else.

format-decimal = { $integer }.{ $tenth }

format-milliseconds = { $count } ms
format-seconds = { $count } s
format-minutes = { $count } min
format-hours = { $count } h
format-days = { $count } d
# Two neighbouring units: "4 min 10 s".
format-pair = { $large } { $small }

format-ago-now = just now
format-ago-seconds = { $count ->
    [one] { $count } second ago
   *[other] { $count } seconds ago
}
format-ago-minutes = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
format-ago-hours = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
format-ago-days = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}

format-list = { $items }
format-list-and = { $items } and { $last }
format-list-or = { $items } or { $last }
# Stands between the items of a list.
format-list-separator = { ", " }
# The same, between items that have commas themselves.
format-list-long-separator = { "; " }
