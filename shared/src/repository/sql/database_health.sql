-- How the database fares, as one document.
--
-- Waits for nobody: sizes of tables are what the last vacuum or analyze counted, since asking for exact ones waits for
-- locks on them. Our own runners' open transactions are left out: they write nothing and are open on purpose.
-- $1 now
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
presence as (
  select l.pid
  from pg_locks l
  join task_runners r on r.lock_key = (l.classid::bigint << 32) | l.objid::bigint
  where l.locktype = 'advisory'
    and r.ended_at is null
),
transactions as materialized (
  select a.pid, a.application_name, a.xact_start, a.state, a.state_change
  from pg_stat_activity a
  where a.datname = current_database()
    and a.backend_type = 'client backend'
    and a.xact_start is not null
    and a.pid <> pg_backend_pid()
    and a.pid not in (select pid from presence)
),
waits as (
  select count(*) as waiting, min(l.waitstart) as since
  from pg_locks l
  join pg_stat_activity a on a.pid = l.pid
  where not l.granted
    and a.datname = current_database()
),
biggest as (
  select
    t.schemaname || '.' || t.relname as name,
    pages.total * current_setting('block_size')::bigint as size_bytes,
    t.n_live_tup as live_rows,
    t.n_dead_tup as dead_rows
  from pg_stat_user_tables t
  join pg_class c on c.oid = t.relid
  cross join lateral (
    select sum(p.relpages)::bigint as total
    from pg_class p
    where p.oid in (t.relid, c.reltoastrelid)
      or p.oid in (select i.indexrelid from pg_index i where i.indrelid in (t.relid, c.reltoastrelid))
  ) as pages
  order by pages.total desc, t.n_live_tup desc, t.relname
  limit 10
)
select json_build_object(
  'connections_used', (select sum(d.numbackends) from pg_stat_database d),
  'connections_max',
    current_setting('max_connections')::integer
    - current_setting('superuser_reserved_connections')::integer
    - coalesce(current_setting('reserved_connections', true), '0')::integer,
  'lock_waits', waits.waiting,
  'longest_lock_wait_ms', (extract(epoch from clock.now - waits.since) * 1000)::bigint,
  'oldest_transaction', (
    select json_build_object(
      'pid', t.pid,
      'application_name', t.application_name,
      'age_ms', (extract(epoch from clock.now - t.xact_start) * 1000)::bigint
    )
    from transactions t
    order by t.xact_start
    limit 1
  ),
  'oldest_idle_in_transaction', (
    select json_build_object(
      'pid', t.pid,
      'application_name', t.application_name,
      'age_ms', (extract(epoch from clock.now - t.state_change) * 1000)::bigint
    )
    from transactions t
    where t.state like 'idle in transaction%'
    order by t.state_change
    limit 1
  ),
  'size_bytes', pg_database_size(current_database()),
  'biggest_tables', coalesce((select json_agg(b) from biggest b), '[]')
)
from clock
cross join waits
