-- What the server says of itself, as one document; needs no table of ours.
select json_build_object(
  'version', current_setting('server_version'),
  'version_number', current_setting('server_version_num')::integer,
  'is_read_only', pg_is_in_recovery() or current_setting('transaction_read_only')::boolean,
  -- Over a Unix socket there are no addresses.
  'is_local', coalesce(inet_client_addr() = inet_server_addr(), true),
  'tls', (select s.version from pg_stat_ssl s where s.pid = pg_backend_pid() and s.ssl),
  'data_directory', case
    when pg_has_role('pg_read_all_settings', 'usage') then current_setting('data_directory')
  end,
  'has_autovacuum', current_setting('autovacuum')::boolean,
  'connections_used', (select sum(d.numbackends) from pg_stat_database d),
  'connections_max',
    current_setting('max_connections')::integer
    - current_setting('superuser_reserved_connections')::integer
    - coalesce(current_setting('reserved_connections', true), '0')::integer,
  'size_bytes', pg_database_size(current_database())
)
