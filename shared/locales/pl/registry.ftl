# What can be wrong in the registry of tasks.
registry-invalid-name = zadanie „{ $task }”: nazwa składa się z 1–100 znaków a–z, 0–9 i „-”, a zaczyna się od litery
registry-reserved-name = zadanie „{ $task }”: w ścieżkach API zarezerwowane są nazwy: { $reserved }; potrzebna jest inna
registry-duplicate-name = zadanie „{ $task }”: ta nazwa występuje dwa razy
registry-schedule = zadanie „{ $task }”: { $error }
registry-never-comes = zadanie „{ $task }”: z harmonogramu „{ $expression }” nie wynika żaden termin
registry-unknown-zone = zadanie „{ $task }”: „{ $zone }” nie jest strefą czasową IANA
registry-unknown-zone-nearest = zadanie „{ $task }”: „{ $zone }” nie jest strefą czasową IANA; czy chodziło o „{ $nearest }”?
registry-timeout = zadanie „{ $task }”: limit czasu musi mieścić się w zakresie od 1 ms do 24 dni
registry-too-long = zadanie „{ $task }”: jeden z podanych czasów jest dłuższy niż 24 dni
registry-jitter = zadanie „{ $task }”: rozrzut startów musi być krótszy niż doba
registry-overlap = zadanie „{ $task }”: liczba w regule nakładania musi wynosić co najmniej 1
registry-instant = zadanie „{ $task }”: „{ $written }” nie jest chwilą; proszę ją zapisać jak 2027-03-28T00:00:00Z
registry-backwards = zadanie „{ $task }”: ostatnia chwila jego terminów leży przed pierwszą
registry-schema = zadanie „{ $task }”: nie da się sprawdzić schematu JSON jego ustawień: { $problem }
registry-default-config = zadanie „{ $task }”: jego własne ustawienia domyślne nie są takie, jak mówi ich schemat JSON: { $path }: { $reason }
registry-limit = limit „{ $tag }”: trzeba dopuścić co najmniej 1
registry-two-limits = zadanie „{ $task }”: podlega więcej niż jednemu limitowi: { $tags }
registry-unknown-dependency = zadanie „{ $task }”: zależy od „{ $dependency }”, ale to nie jest zadanie cron
registry-unknown-dependency-nearest = zadanie „{ $task }”: zależy od „{ $dependency }”, ale to nie jest zadanie cron; czy chodziło o „{ $nearest }”?
registry-cycle = zadania czekają na siebie nawzajem: { $path }

# Co program mówi o własnych zadaniach.
registry-unknown-language = teksty: nie ma języka „{ $language }”; są { $known }
registry-messages = teksty: { $problem }
registry-unknown-message = teksty, { $place }: „{ $id }” nie jest ani tytułem, ani opisem zadania
registry-unknown-message-nearest = teksty, { $place }: „{ $id }” nie jest ani tytułem, ani opisem zadania; może chodziło o „{ $nearest }”?
