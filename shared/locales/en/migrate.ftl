# Bringing the tables to the form this version needs. Said by repository/migrate.

migrate-pending =
    { $count ->
        [one] The migration { $missing } is not applied to this database.
       *[other] { $count } migrations are not applied to this database: { $missing }.
    } Run “worker migrate”.
migrate-edited = The migration { $file } was changed after it had been applied (checksum { $recorded } then, { $found } now). What is applied never changes: restore the file, and put the change into a new migration.
migrate-failed = The migration { $file } failed in line { $line }: { $reason }. It is not applied.
migrate-busy = The migration { $file } waits in line { $line } for a table that has been in use for too long. It is not applied. Try again, or when there is less going on.
# $step is a file: of migrations/, or one of our own statements.
migrate-forbidden = This database user may not migrate ({ $step }): { $reason }. Migrate as the user who owns the tables, or grant the right.
migrate-read-only = This database is read-only, so it cannot be migrated. It may be a standby: migrate its primary.
migrate-no-schema = No schema of the search path exists in this database. Create it, or change search_path.
migrate-database = Migrating failed ({ $step }): { $reason }.

migrate-state-applied = Applied
migrate-state-pending = Pending
migrate-state-started = Under way or broken off
migrate-state-edited = Changed after it was applied
migrate-state-unknown = Of a newer version
