# The private PostgreSQL that is started where no DATABASE_URL is given.

postgres-programs-missing =
    No PostgreSQL server programs were found. Searched: { $searched }.
    Install them:
      Debian, Ubuntu:  apt install postgresql
      Fedora, RHEL:    dnf install postgresql-server
      macOS:           brew install postgresql
    or set DOWNBEAT_PG_BIN to the folder that holds initdb and postgres, or set DATABASE_URL to use a database you already have.
postgres-programs-unusable =
    DOWNBEAT_PG_BIN names { $folder }, but initdb and postgres cannot be run from there.
    Name the folder that holds both, or unset DOWNBEAT_PG_BIN to have them searched for.
postgres-account-missing =
    PostgreSQL does not run as root, and this machine has neither an account “postgres” nor “nobody” to run it under.
    Start as an ordinary user, or set DATABASE_URL.
postgres-folder-of-somebody-else =
    { $folder } is not a folder of the account that PostgreSQL is to run under; it belongs to user { $owner } or is not a folder at all.
    Remove it, or choose another place with DOWNBEAT_DATA_DIR.
postgres-initialise-failed =
    A new PostgreSQL database could not be initialised. The end of the log ({ $log }):
    { $details }
postgres-start-failed =
    PostgreSQL could not be started. The end of its log ({ $log }):
    { $details }
postgres-unanswered =
    { $seconds ->
        [one] PostgreSQL did not answer within { $seconds } second.
       *[other] PostgreSQL did not answer within { $seconds } seconds.
    }
    What it is doing is in { $log }.
postgres-io-failed = { $path } cannot be used: { $reason }
