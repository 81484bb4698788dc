-- Runs under the migration lock. The row that may stand there already is an abandoned claim.
insert into downbeat_migrations (version, name, checksum, started_at, applied_by)
values ($1, $2, $3, clock_timestamp(), $4 || ' as ' || current_user)
on conflict (version) do update
set name = excluded.name, checksum = excluded.checksum, started_at = excluded.started_at, applied_by = excluded.applied_by
returning started_at
