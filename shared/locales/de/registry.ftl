# What can be wrong in the registry of tasks.
registry-invalid-name = Aufgabe „{ $task }“: Ein Name besteht aus 1 bis 100 der Zeichen a–z, 0–9 und „-“ und beginnt mit einem Buchstaben
registry-reserved-name = Aufgabe „{ $task }“: { $reserved } stehen in den Pfaden der API für anderes; sie braucht einen anderen Namen
registry-duplicate-name = Aufgabe „{ $task }“: Der Name ist doppelt vergeben
registry-schedule = Aufgabe „{ $task }“: { $error }
registry-never-comes = Aufgabe „{ $task }“: Der Zeitplan „{ $expression }“ ergibt nie einen Termin
registry-unknown-zone = Aufgabe „{ $task }“: „{ $zone }“ ist keine IANA-Zeitzone
registry-unknown-zone-nearest = Aufgabe „{ $task }“: „{ $zone }“ ist keine IANA-Zeitzone; war „{ $nearest }“ gemeint?
registry-timeout = Aufgabe „{ $task }“: Das Zeitlimit muss zwischen 1 ms und 24 Tagen liegen
registry-too-long = Aufgabe „{ $task }“: Eine Dauer ist länger als 24 Tage
registry-jitter = Aufgabe „{ $task }“: Die Streuung der Starts muss kürzer als ein Tag sein
registry-overlap = Aufgabe „{ $task }“: Die Zahl ihrer Überschneidungsregel muss mindestens 1 sein
registry-instant = Aufgabe „{ $task }“: „{ $written }“ ist kein Zeitpunkt; richtig wäre einer wie 2027-03-28T00:00:00Z
registry-backwards = Aufgabe „{ $task }“: Der letzte Zeitpunkt ihrer Termine liegt vor dem ersten
registry-schema = Aufgabe „{ $task }“: Das JSON-Schema ihrer Einstellungen lässt sich nicht prüfen: { $problem }
registry-default-config = Aufgabe „{ $task }“: Die Einstellungen, mit denen sie kommt, sind nicht, was ihr JSON-Schema sagt: { $path }: { $reason }
registry-limit = Obergrenze „{ $tag }“: Mindestens 1 muss erlaubt sein
registry-two-limits = Aufgabe „{ $task }“: Für sie gilt mehr als eine Obergrenze: { $tags }
registry-unknown-dependency = Aufgabe „{ $task }“: Sie hängt von „{ $dependency }“ ab, aber das ist keine Cron-Aufgabe
registry-unknown-dependency-nearest = Aufgabe „{ $task }“: Sie hängt von „{ $dependency }“ ab, aber das ist keine Cron-Aufgabe; war „{ $nearest }“ gemeint?
registry-cycle = Aufgaben warten aufeinander: { $path }

# Was ein Programm von seinen eigenen Aufgaben sagt.
registry-unknown-language = Texte: die Sprache „{ $language }“ gibt es nicht; es gibt { $known }
registry-messages = Texte: { $problem }
registry-unknown-message = Texte, { $place }: „{ $id }“ ist weder Titel noch Beschreibung einer Aufgabe
registry-unknown-message-nearest = Texte, { $place }: „{ $id }“ ist weder Titel noch Beschreibung einer Aufgabe; war „{ $nearest }“ gemeint?
