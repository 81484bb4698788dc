# What can go wrong between us and the database.
database-not-configured = Es gibt keine Datenbank: DATABASE_URL ist nicht gesetzt
database-not-migrated = Die Datenbank ist noch nicht migriert; das erledigt „worker migrate“
database-read-only = Die Datenbank nimmt keine Änderungen an: Sie ist ein Standby oder schreibgeschützt. Richtig ist die Adresse des Primärservers
database-unreachable = Die Datenbank ist nicht erreichbar: { $reason }
database-statement-failed = Die Datenbank hat { $statement } abgelehnt: { $reason }
database-timed-out = Die Datenbank hat auf { $statement } nicht rechtzeitig geantwortet
database-lock-taken = Die Sperre dieses Runners hält eine andere Verbindung, vielleicht seine eigene verlorene; sobald diese endet, wird sie wieder genommen
database-no-row = { $statement } ergab keine Zeile, obwohl es immer eine gibt; wurden Zeilen von Hand geändert?
database-unknown-value = In der Datenbank steht in { $column } „{ $value }“, was diese Version nicht kennt; läuft eine andere Version, oder wurde es von Hand geändert?
database-url-syntax = { $variable } ist keine PostgreSQL-Adresse: { $reason }. Richtig ist postgresql://benutzer:passwort@host:5432/datenbank, wobei : / ? # [ ] @ % in Benutzer und Passwort prozentkodiert sein müssen
database-url-scheme = { $variable } beginnt mit { $scheme }:// und ist damit keine PostgreSQL-Adresse; anzugeben ist die, die mit postgresql:// beginnt
database-url-no-host = { $variable } nennt keinen Host; richtig ist postgresql://benutzer@host/datenbank oder für einen Socket postgresql://benutzer@/datenbank?host=/var/run/postgresql
database-url-unencoded = { $variable } enthält vor dem Host mehr als ein @; in Benutzer und Passwort ist @ als %40 zu schreiben
database-url-option = { $variable }: „{ $value }“ ist für die Option { $option } nicht erlaubt; möglich ist { $allowed }
database-url-instead = { $variable }: { $written } verstehen nur andere Treiber; hier heißt es { $instead }
database-url-unknown-option = { $variable }: Die Option { $option } gibt es nicht; bitte aus der Adresse entfernen
database-url-root-certificate = { $variable }: sslrootcert={ $path } ist nicht verwendbar: { $reason }. Anzugeben ist eine für dieses Programm lesbare Datei mit den Zertifikaten der Zertifizierungsstelle in PEM oder sslrootcert=system für die öffentlichen Stellen
database-url-binding-without-tls = { $variable }: channel_binding=require braucht TLS, doch sslmode=disable schaltet es ab; entweder sslmode=require schreiben oder channel_binding entfernen
database-tls-missing = Der Datenbankserver bietet kein TLS an, die Adresse verlangt es aber; entweder dort einschalten (ssl = on) oder, wenn der Weg dorthin sicher ist, sslmode=prefer schreiben
database-tls-expired = Das Zertifikat des Datenbankservers ist abgelaufen; es muss dort erneuert werden
database-tls-not-yet-valid = Das Zertifikat des Datenbankservers ist noch nicht gültig; bitte seine Uhr mit der dieses Rechners vergleichen oder das Zertifikat erneuern
database-tls-unknown-issuer = Das Zertifikat des Datenbankservers ist von niemandem unterschrieben, dem dieses Programm vertraut; anzugeben ist die Datei mit dem Zertifikat seiner Zertifizierungsstelle oder dem selbst unterschriebenen: sslrootcert=/pfad/zu/ca.pem
database-tls-other-host = Das Zertifikat des Datenbankservers gilt für einen anderen Host; entweder den Namen, für den es ausgestellt ist, in die Adresse schreiben oder eines für diesen Host ausstellen lassen
database-tls-failed = Keine verschlüsselte Verbindung zum Datenbankserver: { $reason }
database-tls-unbound = Der Datenbankserver hat das Passwort nicht an die verschlüsselte Verbindung gebunden, wie channel_binding=require es verlangt; nötig sind TLS und ein als scram-sha-256 gespeichertes Passwort. Andernfalls channel_binding aus der Adresse entfernen
