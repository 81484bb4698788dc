# Własny PostgreSQL, uruchamiany, gdy nie podano DATABASE_URL.

postgres-programs-missing =
    Nie znaleziono programów serwera PostgreSQL. Przeszukano: { $searched }.
    Można je zainstalować:
      Debian, Ubuntu:  apt install postgresql
      Fedora, RHEL:    dnf install postgresql-server
      macOS:           brew install postgresql
    albo wskazać w DOWNBEAT_PG_BIN katalog z programami initdb i postgres, albo podać w DATABASE_URL adres istniejącej bazy danych.
postgres-programs-unusable =
    DOWNBEAT_PG_BIN wskazuje na { $folder }, ale nie da się stamtąd uruchomić programów initdb i postgres.
    Należy podać katalog, który zawiera oba, albo usunąć DOWNBEAT_PG_BIN, a zostaną wyszukane.
postgres-account-missing =
    PostgreSQL nie działa na koncie root, a na tym komputerze nie ma ani konta „postgres”, ani „nobody”, na którym można by go uruchomić.
    Należy uruchomić program jako zwykły użytkownik albo ustawić DATABASE_URL.
postgres-folder-of-somebody-else =
    { $folder } nie jest katalogiem konta, na którym ma działać PostgreSQL: należy do użytkownika { $owner } albo w ogóle nie jest katalogiem.
    Należy go usunąć albo wybrać inne miejsce w DOWNBEAT_DATA_DIR.
postgres-initialise-failed =
    Nie udało się utworzyć nowej bazy danych PostgreSQL. Koniec dziennika ({ $log }):
    { $details }
postgres-start-failed =
    Nie udało się uruchomić PostgreSQL. Koniec jego dziennika ({ $log }):
    { $details }
postgres-unanswered =
    { $seconds ->
        [one] PostgreSQL nie odpowiedział w ciągu { $seconds } sekundy.
        [few] PostgreSQL nie odpowiedział w ciągu { $seconds } sekund.
        [many] PostgreSQL nie odpowiedział w ciągu { $seconds } sekund.
       *[other] PostgreSQL nie odpowiedział w ciągu { $seconds } sekundy.
    }
    Co teraz robi, można sprawdzić w pliku { $log }.
postgres-io-failed = Nie można użyć { $path }: { $reason }
