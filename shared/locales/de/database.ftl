# What can go wrong between us and the database.
database-not-configured = Es gibt keine Datenbank: DATABASE_URL ist nicht gesetzt
database-not-migrated = Die Datenbank ist noch nicht migriert; das erledigt „worker migrate“
database-unreachable = Die Datenbank ist nicht erreichbar: { $reason }
database-statement-failed = Die Datenbank hat { $statement } abgelehnt: { $reason }
database-timed-out = Die Datenbank hat auf { $statement } nicht rechtzeitig geantwortet
database-unexpected = Die Datenbank enthält etwas Unerwartetes: { $reason }
database-url-syntax = { $variable } ist keine PostgreSQL-Adresse: { $reason }
database-url-option = { $variable }: „{ $value }“ ist für die Option { $option } nicht erlaubt
