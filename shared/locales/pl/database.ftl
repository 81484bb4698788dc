# What can go wrong between us and the database.
database-not-configured = nie ma bazy danych: nie ustawiono DATABASE_URL
database-not-migrated = w bazie danych nie wykonano jeszcze migracji; uruchom „worker migrate”
database-read-only = Baza danych nie przyjmuje zmian: to serwer zapasowy albo baza tylko do odczytu. Właściwy jest adres serwera głównego
database-unreachable = baza danych jest nieosiągalna: { $reason }
database-statement-failed = baza danych odrzuciła { $statement }: { $reason }
database-timed-out = baza danych nie odpowiedziała na czas na { $statement }
database-lock-taken = blokadę tego runnera trzyma inne połączenie, może jego własne, utracone; zostanie przejęta, gdy tylko tamto się skończy
database-no-row = { $statement } nie zwróciło żadnego wiersza, choć zawsze jakiś zwraca; czy zmieniono wiersze ręcznie?
database-unknown-value = w bazie danych { $column } ma wartość „{ $value }”, której ta wersja nie zna; czy działa inna wersja, czy zmieniono to ręcznie?
database-url-syntax = { $variable } nie jest adresem PostgreSQL: { $reason }. Poprawny adres to postgresql://użytkownik:hasło@host:5432/baza, a znaki : / ? # [ ] @ % w nazwie użytkownika i w haśle trzeba zakodować procentowo
database-url-scheme = { $variable } zaczyna się od { $scheme }://, więc nie jest adresem PostgreSQL; podaj ten, który zaczyna się od postgresql://
database-url-no-host = { $variable } nie zawiera hosta; napisz postgresql://użytkownik@host/baza albo, dla gniazda, postgresql://użytkownik@/baza?host=/var/run/postgresql
database-url-unencoded = { $variable } zawiera przed hostem więcej niż jeden znak @; w nazwie użytkownika i w haśle zapisz @ jako %40
database-url-option = { $variable }: wartość „{ $value }” nie jest dozwolona dla opcji { $option }; dozwolone: { $allowed }
database-url-instead = { $variable }: { $written } rozumieją tylko inne sterowniki; napisz { $instead }
database-url-unknown-option = { $variable }: nie ma opcji { $option }; usuń ją z adresu
database-url-root-certificate = { $variable }: nie można użyć sslrootcert={ $path }: { $reason }. Podaj plik, który ten program może odczytać, z certyfikatami urzędu w formacie PEM, albo sslrootcert=system dla urzędów publicznych
database-url-binding-without-tls = { $variable }: channel_binding=require wymaga TLS, a sslmode=disable je wyłącza; napisz sslmode=require albo usuń channel_binding
database-tls-missing = serwer bazy danych nie oferuje TLS, a adres go wymaga; włącz je na serwerze (ssl = on) albo, jeśli droga do niego jest bezpieczna, napisz sslmode=prefer
database-tls-expired = certyfikat serwera bazy danych wygasł; odnów go na serwerze
database-tls-not-yet-valid = certyfikat serwera bazy danych nie jest jeszcze ważny; porównaj zegar serwera z zegarem tego komputera albo odnów certyfikat
database-tls-unknown-issuer = certyfikatu serwera bazy danych nie podpisał nikt, komu ten program ufa; wskaż plik z certyfikatem jego urzędu albo sam certyfikat podpisany przez siebie: sslrootcert=/ścieżka/do/ca.pem
database-tls-other-host = certyfikat serwera bazy danych wystawiono dla innego hosta; wpisz do adresu nazwę, dla której go wystawiono, albo postaraj się o certyfikat dla tego hosta
database-tls-failed = brak szyfrowanego połączenia z serwerem bazy danych: { $reason }
database-tls-unbound = serwer bazy danych nie powiązał hasła z szyfrowanym połączeniem, czego wymaga channel_binding=require; potrzebne są TLS i hasło zapisane jako scram-sha-256. W przeciwnym razie usuń channel_binding z adresu
