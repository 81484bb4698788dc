-- Counts what the executions of an hour that is over came to: all of them, and those of each task that had many. One counts at a
-- time; for others there is no row.
-- $1 beginning of the hour
with gate as materialized (
  select
    pg_try_advisory_xact_lock(4611003922851748103)
    and not exists (
      select from cron_task_hours
      where task_id = '00000000-0000-0000-0000-000000000000'
        and hour = $1
    ) as is_ours
),
those as materialized (
  select
    e.id, e.task_id, e.status, e.duration_ms, e.error_kind, e.created_at,
    -- What its task may yet thin out is open, too: the newest of those that completed.
    e.status in ('PENDING', 'RUNNING') or (e.status = 'COMPLETED' and coalesce(e.scheduled_for > t.thinned_until, false)) as is_open
  from cron_task_executions e
  left join (
    select id, coalesce(last_history_logged_at, '-infinity') as thinned_until
    from cron_tasks
    where history_interval > 0
  ) as t on t.id = e.task_id
  where (select is_ours from gate)
    and e.created_at >= $1
    and e.created_at < $1::timestamptz + interval '1 hour'
    and not e.is_dry_run
),
-- Of the others there is little to read.
busy as materialized (
  select task_id
  from those
  group by task_id
  having count(*) >= 10
),
of_scopes as materialized (
  select '00000000-0000-0000-0000-000000000000'::uuid as scope, * from those
  union all
  select task_id, * from those where task_id in (select task_id from busy)
),
counted as materialized (
  select * from of_scopes where not is_open
),
scopes as (
  select '00000000-0000-0000-0000-000000000000'::uuid as scope
  union all
  select task_id from busy
),
totals as (
  select
    scope,
    count(*) filter (where status = 'COMPLETED') as completed,
    count(*) filter (where status in ('FAILED', 'TIMEOUT')) as failed,
    count(*) filter (where status = 'SKIPPED') as skipped,
    count(*) filter (where status = 'BLOCKED') as blocked,
    count(*) filter (where status = 'CANCELLED') as cancelled,
    count(duration_ms) as timed,
    sum(duration_ms) as total_ms,
    min(duration_ms) as min_ms,
    max(duration_ms) as max_ms
  from counted
  group by scope
),
open as (
  select scope, array_agg(id) as open
  from of_scopes
  where is_open
  group by scope
),
-- From 64 ms on a duration is counted with its neighbours, 32 to each doubling: none is told longer or shorter by more than a
-- 64th.
durations as (
  select scope, array_agg(ms order by ms) as durations, array_agg(n order by ms) as times
  from (
    select
      scope, case when duration_ms < 64 then duration_ms else duration_ms / width * width + width / 2 end as ms,
      sum(n) as n
    from (
      select scope, duration_ms, count(*) as n
      from counted
      where duration_ms is not null
      group by scope, duration_ms
    ) as exactly
    cross join lateral (select 1 << greatest(length(ltrim(duration_ms::bit(32)::text, '0')) - 6, 0) as width) as bits
    group by 1, 2
  ) as d
  group by scope
),
longest as (
  select scope, jsonb_agg(jsonb_build_object('task_id', task_id, 'max_ms', max_ms)) as longest
  from (
    select
      scope, task_id, max(duration_ms) as max_ms,
      row_number() over (partition by scope order by max(duration_ms) desc, task_id) as place
    from counted
    where duration_ms is not null
    group by scope, task_id
  ) as l
  where place <= 10
  group by scope
),
failures as (
  select
    scope,
    jsonb_agg(jsonb_build_object('task_id', task_id, 'error_kind', error_kind, 'n', n, 'newest', newest)) as failures
  from (
    select scope, task_id, error_kind, count(*) as n, max(created_at) as newest
    from counted
    where status in ('FAILED', 'TIMEOUT')
    group by scope, task_id, error_kind
  ) as f
  group by scope
)
insert into cron_task_hours (
  task_id, hour, completed, failed, skipped, blocked, cancelled, timed, total_ms, min_ms, max_ms, durations, times, longest,
  failures, open
)
select
  scope, $1, coalesce(t.completed, 0), coalesce(t.failed, 0), coalesce(t.skipped, 0), coalesce(t.blocked, 0),
  coalesce(t.cancelled, 0), coalesce(t.timed, 0), coalesce(t.total_ms, 0), t.min_ms, t.max_ms,
  coalesce(d.durations, '{}'), coalesce(d.times, '{}'), coalesce(l.longest, '[]'), coalesce(f.failures, '[]'),
  coalesce(o.open, '{}')
from scopes
left join totals t using (scope)
left join durations d using (scope)
left join longest l using (scope)
left join failures f using (scope)
left join open o using (scope)
where (select is_ours from gate)
order by scope
-- Another one may have counted it since this statement began.
on conflict do nothing
returning 1
