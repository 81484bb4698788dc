-- No row where nothing is encrypted, or the server may not say.
select s.version from pg_stat_ssl s where s.pid = pg_backend_pid() and s.ssl and s.version is not null
