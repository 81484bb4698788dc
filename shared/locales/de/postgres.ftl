# Das eigene PostgreSQL, das startet, wo keine DATABASE_URL angegeben ist.

postgres-programs-missing =
    Es wurden keine PostgreSQL-Serverprogramme gefunden. Gesucht wurde in: { $searched }.
    So lassen sie sich installieren:
      Debian, Ubuntu:  apt install postgresql
      Fedora, RHEL:    dnf install postgresql-server
      macOS:           brew install postgresql
    Sonst DOWNBEAT_PG_BIN auf den Ordner mit initdb und postgres setzen oder mit DATABASE_URL eine vorhandene Datenbank angeben.
postgres-programs-unusable =
    DOWNBEAT_PG_BIN verweist auf { $folder }, aber von dort lassen sich initdb und postgres nicht ausführen.
    Bitte den Ordner angeben, der beide enthält, oder DOWNBEAT_PG_BIN weglassen; dann wird danach gesucht.
postgres-account-missing =
    PostgreSQL läuft nicht als root, und auf diesem Rechner gibt es weder ein Konto „postgres“ noch ein Konto „nobody“, unter dem es laufen könnte.
    Bitte als gewöhnlicher Benutzer starten oder DATABASE_URL setzen.
postgres-folder-of-somebody-else =
    { $folder } gehört nicht dem Konto, unter dem PostgreSQL laufen soll, sondern dem Benutzer { $owner }, oder ist gar kein Ordner.
    Bitte entfernen oder mit DOWNBEAT_DATA_DIR einen anderen Ort wählen.
postgres-initialise-failed =
    Eine neue PostgreSQL-Datenbank ließ sich nicht anlegen. Das Ende des Protokolls ({ $log }):
    { $details }
postgres-start-failed =
    PostgreSQL ließ sich nicht starten. Das Ende seines Protokolls ({ $log }):
    { $details }
postgres-unanswered =
    { $seconds ->
        [one] PostgreSQL hat innerhalb von { $seconds } Sekunde nicht geantwortet.
       *[other] PostgreSQL hat innerhalb von { $seconds } Sekunden nicht geantwortet.
    }
    Womit es beschäftigt ist, steht in { $log }.
postgres-io-failed = { $path } lässt sich nicht verwenden: { $reason }
