-- Whether a server process is at it is only asked of one that is not done: it begins what it runs with the marker.
select
  checksum,
  started_at,
  applied_at is not null as is_applied,
  applied_at is null and exists (
    select
    from pg_stat_activity
    where datname = current_database()
      and pid <> pg_backend_pid()
      and state = 'active'
      and starts_with(query, $2)
  ) as is_running
from downbeat_migrations
where version = $1
