# What can be wrong in the registry of tasks.
registry-invalid-name = Aufgabe „{ $task }“: Ein Name besteht aus 1 bis 100 der Zeichen a–z, 0–9 und „-“ und beginnt mit einem Buchstaben
registry-duplicate-name = Aufgabe „{ $task }“: Der Name ist doppelt vergeben
registry-schedule = Aufgabe „{ $task }“: { $error }
registry-never-comes = Aufgabe „{ $task }“: Der Zeitplan „{ $expression }“ ergibt nie einen Termin
registry-unknown-zone = Aufgabe „{ $task }“: „{ $zone }“ ist keine IANA-Zeitzone
registry-unknown-zone-nearest = Aufgabe „{ $task }“: „{ $zone }“ ist keine IANA-Zeitzone; war „{ $nearest }“ gemeint?
registry-timeout = Aufgabe „{ $task }“: Das Zeitlimit muss zwischen 1 ms und 24 Tagen liegen
registry-too-long = Aufgabe „{ $task }“: Eine Dauer ist länger als 24 Tage
registry-unknown-dependency = Aufgabe „{ $task }“: Sie hängt von „{ $dependency }“ ab, aber das ist keine Cron-Aufgabe
registry-unknown-dependency-nearest = Aufgabe „{ $task }“: Sie hängt von „{ $dependency }“ ab, aber das ist keine Cron-Aufgabe; war „{ $nearest }“ gemeint?
registry-cycle = Aufgaben warten aufeinander: { $path }
