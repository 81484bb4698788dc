# Was das JSON-Schema der Einstellungen einer Aufgabe sagt und diese nicht sind.
settings-too-small = { $written } ist zu klein; erlaubt ist mindestens { $least }
settings-too-large = { $written } ist zu groß; erlaubt ist höchstens { $most }
settings-not-above = { $written } ist nicht erlaubt; es muss größer als { $bound } sein
settings-not-below = { $written } ist nicht erlaubt; es muss kleiner als { $bound } sein
settings-no-multiple = { $written } ist kein Vielfaches von { $step }
settings-wanted-range = einer Zahl von { $least } bis { $most }
settings-text-too-short = der Text ist zu kurz: Länge { $length }, erlaubt ist mindestens { $least }
settings-text-too-long = der Text ist zu lang: Länge { $length }, erlaubt ist höchstens { $most }
settings-pattern = der Text hat nicht die Form `{ $pattern }`
settings-list-too-short = die Liste ist zu kurz: Länge { $length }, erlaubt ist mindestens { $least }
settings-list-too-long = die Liste ist zu lang: Länge { $length }, erlaubt ist höchstens { $most }
settings-twice = dasselbe steht schon weiter vorn in der Liste; erlaubt ist jedes nur einmal
settings-contains-too-few = zu wenig von dem, was die Liste enthalten muss: Anzahl { $fitting }, erlaubt ist mindestens { $least }
settings-contains-too-many = zu viel von dem, was die Liste nicht so oft enthalten darf: Anzahl { $fitting }, erlaubt ist höchstens { $most }
settings-too-few-fields = zu wenige Felder: Anzahl { $size }, erlaubt ist mindestens { $least }
settings-too-many-fields = zu viele Felder: Anzahl { $size }, erlaubt ist höchstens { $most }
settings-other-word = das ist nicht erlaubt; erlaubt: { $allowed }
settings-no-form = das hat keine der Formen, die hier erlaubt sind
settings-several-forms = das hat mehrere der erlaubten Formen zugleich; erlaubt ist nur eine davon
settings-not-allowed = gerade das ist hier nicht erlaubt
settings-nothing-allowed = hier darf nichts stehen
settings-too-much = das ist zu viel, um es bis zum Ende zu prüfen

# Was von so einem Schema nicht geprüft werden kann.
settings-pattern-unreadable = das Muster `{ $pattern }` lässt sich nicht lesen
settings-reference-astray = der Verweis `{ $reference }` führt im Schema nirgends hin
settings-keyword-unchecked = das Schlüsselwort `{ $keyword }` wird nicht unterstützt
settings-no-schema = `{ $written }` steht da, wo ein Schema stehen sollte
