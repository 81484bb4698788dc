# What can go wrong between us and the database.
database-not-configured = nie ma bazy danych: nie ustawiono DATABASE_URL
database-not-migrated = w bazie danych nie wykonano jeszcze migracji; uruchom „worker migrate”
database-unreachable = baza danych jest nieosiągalna: { $reason }
database-statement-failed = baza danych odrzuciła { $statement }: { $reason }
database-timed-out = baza danych nie odpowiedziała na czas na { $statement }
database-unexpected = w bazie danych jest coś nieoczekiwanego: { $reason }
database-url-syntax = { $variable } nie jest adresem PostgreSQL: { $reason }
database-url-option = { $variable }: wartość „{ $value }” nie jest dozwolona dla opcji { $option }
