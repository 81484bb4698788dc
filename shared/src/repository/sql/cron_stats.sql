-- What executions came to in a period, as one document.
-- $1 now  $2 length of the period in ms  $3 task  $4 step of the trend in ms
--
-- The period begins with a whole step, so that its first one is not told as if it were one.
-- A period may have many executions. Of an hour that was counted the counts are read; other executions are read once and
-- counted in the same way. All else is told from the counts, and the newest error of those that failed most is looked up.
-- Hours that follow each other uncounted are read as one range: there are few of these, and the server expects few rows.
with clock as materialized (
  select
    now, date_bin($4 * interval '1 millisecond', now - $2 * interval '1 millisecond', '2000-01-01 00:00:00Z') as begins,
    -- What was created at this very moment is in it.
    now + interval '1 microsecond' as ends
  from (select coalesce($1, clock_timestamp()) as now) as c
),
scope as materialized (
  select '00000000-0000-0000-0000-000000000000'::uuid as id
  where $3::text is null
  union all
  select t.id
  from cron_tasks t
  where t.name = $3
),
hours as materialized (
  select
    greatest(at, clock.begins) as begins, least(at + interval '1 hour', clock.ends) as ends,
    at >= clock.begins and at + interval '1 hour' <= clock.ends as is_whole
  from clock
  cross join lateral (
    select date_bin('1 hour', clock.begins, '2000-01-01 00:00:00Z') + n * interval '1 hour' as at
    -- A step is no longer than a day.
    from generate_series(0, $2 / 3600000 + 24) n
  ) as every
  where at < clock.ends
),
counted as materialized (
  -- How many were counted up to an hour is the same for all that follow each other uncounted.
  select hours.begins, hours.ends, h.*, count(h.hour) over (order by hours.begins) as before
  from hours
  left join (
    select *
    from cron_task_hours
    where task_id = (select id from scope)
      and hour >= (select begins from clock)
      and hour < (select ends from clock)
  ) as h on h.hour = hours.begins and hours.is_whole
),
-- Of hours without counts, and what had not ended when its hour was counted.
uncounted as materialized (
  select e.task_id, e.status, e.duration_ms, e.error_kind, e.created_at
  from (
    select min(begins) as begins, max(ends) as ends
    from counted
    where hour is null
    group by before
  ) as range
  cross join lateral (
    select *
    from cron_task_executions e
    where e.created_at >= range.begins
      and e.created_at < range.ends
      and ($3::text is null or e.task_id = (select id from scope))
  ) as e
  where not e.is_dry_run
  union all
  select e.task_id, e.status, e.duration_ms, e.error_kind, e.created_at
  from counted
  cross join unnest(counted.open) as open (id)
  join cron_task_executions e on e.id = open.id
),
steps as materialized (
  select
    at, sum(completed) as completed, sum(failed) as failed, sum(skipped) as skipped, sum(blocked) as blocked,
    sum(cancelled) as cancelled, sum(pending) as pending, sum(running) as running, sum(timed) as timed, sum(ms) as ms,
    min(min_ms) as min_ms, max(max_ms) as max_ms,
    sum(completed + failed + skipped + blocked + cancelled + pending + running) as executions
  from (
    select
      date_bin($4 * interval '1 millisecond', hour, '2000-01-01 00:00:00Z') as at,
      completed, failed, skipped, blocked, cancelled, 0 as pending, 0 as running, timed, total_ms as ms, min_ms, max_ms
    from counted
    where hour is not null
    union all
    select
      date_bin($4 * interval '1 millisecond', created_at, '2000-01-01 00:00:00Z'),
      count(*) filter (where status = 'COMPLETED'), count(*) filter (where status in ('FAILED', 'TIMEOUT')),
      count(*) filter (where status = 'SKIPPED'), count(*) filter (where status = 'BLOCKED'),
      count(*) filter (where status = 'CANCELLED'), count(*) filter (where status = 'PENDING'),
      count(*) filter (where status = 'RUNNING'), count(duration_ms), sum(duration_ms), min(duration_ms), max(duration_ms)
    from uncounted
    group by 1
  ) as s
  group by at
  having sum(completed + failed + skipped + blocked + cancelled + pending + running) > 0
),
durations as materialized (
  select ms, sum(n) as n, sum(sum(n)) over (order by ms) as up_to
  from (
    select d.ms, d.n
    from counted
    cross join unnest(durations, times) as d (ms, n)
    union all
    select duration_ms, count(*)
    from uncounted
    where duration_ms is not null
    group by duration_ms
  ) as d
  group by ms
),
failures as materialized (
  select task_id, error_kind, sum(n) as n, max(newest) as newest
  from (
    select f.task_id, f.error_kind, f.n, f.newest
    from counted
    cross join jsonb_to_recordset(failures) as f (task_id uuid, error_kind text, n bigint, newest timestamptz)
    union all
    select task_id, error_kind, count(*), max(created_at)
    from uncounted
    where status in ('FAILED', 'TIMEOUT')
    group by task_id, error_kind
  ) as f
  group by task_id, error_kind
),
totals as materialized (
  select
    coalesce(sum(executions), 0)::bigint as executions,
    coalesce(sum(completed), 0)::bigint as completed,
    coalesce(sum(failed), 0)::bigint as failed,
    coalesce(sum(skipped), 0)::bigint as skipped,
    coalesce(sum(blocked), 0)::bigint as blocked,
    coalesce(sum(cancelled), 0)::bigint as cancelled,
    coalesce(sum(pending), 0)::bigint as pending,
    coalesce(sum(running), 0)::bigint as running,
    coalesce(sum(completed), 0)::double precision / nullif(sum(completed + failed), 0)::double precision as success_rate
  from steps
),
performance as (
  select min(min_ms) as min_ms, max(max_ms) as max_ms, (sum(ms) / nullif(sum(timed), 0))::double precision as mean_ms
  from steps
),
-- As percentile_cont has it: of n durations in order, the one at p * (n - 1) from the first, between its neighbours. One that
-- was counted with its neighbours may lie beyond the least or the most.
quantiles as (
  select p, lower + (upper - lower) * share as ms
  from (
    select
      p, at - floor(at) as share,
      (select min(ms) from durations where up_to > floor(at)) as lower,
      (select min(ms) from durations where up_to > ceil(at)) as upper
    from (
      select p, p * (select max(up_to) - 1 from durations)::double precision as at
      from (values (0.5::double precision), (0.95)) as asked (p)
    ) as places
  ) as q
),
longest as materialized (
  select task_id, max(max_ms) as max_ms
  from (
    select l.task_id, l.max_ms
    from counted
    cross join jsonb_to_recordset(longest) as l (task_id uuid, max_ms integer)
    union all
    select task_id, max(duration_ms)
    from uncounted
    where duration_ms is not null
    group by task_id
  ) as l
  group by task_id
  order by 2 desc, task_id
  limit 10
),
of_longest as materialized (
  select
    l.task_id, hours.begins, hours.ends, h.hour, h.timed, h.total_ms, h.open,
    count(h.hour) over (partition by l.task_id order by hours.begins) as before
  from longest l
  cross join hours
  left join (
    select h.*
    from longest l
    join cron_task_hours h on h.task_id = l.task_id
    where h.hour >= (select begins from clock)
      and h.hour < (select ends from clock)
  ) as h on h.task_id = l.task_id and h.hour = hours.begins and hours.is_whole
),
slowest as (
  select task_id, sum(timed) as executions, sum(ms)::double precision / sum(timed) as mean_ms
  from (
    select task_id, timed, total_ms as ms
    from of_longest
    where hour is not null
    union all
    select range.task_id, e.timed, e.ms
    from (
      select task_id, min(begins) as begins, max(ends) as ends
      from of_longest
      where hour is null
      group by task_id, before
    ) as range
    cross join lateral (
      select count(duration_ms) as timed, sum(duration_ms) as ms
      from cron_task_executions e
      where e.task_id = range.task_id
        and e.created_at >= range.begins
        and e.created_at < range.ends
        and not e.is_dry_run
    ) as e
    union all
    select o.task_id, count(e.duration_ms), sum(e.duration_ms)
    from of_longest o
    cross join unnest(o.open) as open (id)
    join cron_task_executions e on e.id = open.id
    group by o.task_id
  ) as of_hours
  group by task_id
  -- Counts are kept for longer than rows that somebody deletes by hand.
  having sum(timed) > 0
)
select json_build_object(
  'from', clock.begins,
  'to', clock.now,
  'overview', (select to_json(totals) from totals),
  'performance', (
    select json_build_object(
      'min_ms', min_ms,
      'mean_ms', mean_ms,
      'median_ms', (select least(greatest(ms, min_ms), max_ms) from quantiles where p = 0.5),
      'p95_ms', (select least(greatest(ms, min_ms), max_ms) from quantiles where p = 0.95),
      'max_ms', max_ms,
      'slowest', coalesce((
        select json_agg(
          json_build_object('task_name', t.name, 'executions', s.executions, 'mean_ms', s.mean_ms, 'max_ms', l.max_ms)
          order by l.max_ms desc, t.name
        )
        from longest l
        join slowest s using (task_id)
        join cron_tasks t on t.id = l.task_id
      ), '[]')
    )
    from performance
  ),
  'errors', json_build_object(
    -- A run that was cancelled, or never began, has an error and is no failure.
    'by_kind', coalesce((
      select json_object_agg(k.error_kind, k.n)
      from (
        select error_kind, sum(n) as n
        from failures
        where error_kind is not null
        group by error_kind
      ) as k
    ), '{}'),
    'tasks', coalesce((
      select json_agg(s order by s.failed desc, s.task_name)
      from (
        select
          of_task.task_name, of_task.failed, newest.error ->> 'message' as last_message, newest.error -> 'sentence' as sentence
        from (
          select t.id, t.name as task_name, f.failed, f.newest
          from (
            select task_id, sum(n) as failed, max(newest) as newest
            from failures
            group by task_id
            order by 2 desc, 1
            limit 10
          ) as f
          join cron_tasks t on t.id = f.task_id
        ) as of_task
        left join lateral (
          select e.error
          from cron_task_executions e
          where e.task_id = of_task.id
            and e.created_at = of_task.newest
            and e.status in ('FAILED', 'TIMEOUT')
            and not e.is_dry_run
          order by e.id desc
          limit 1
        ) as newest on true
      ) as s
    ), '[]')
  ),
  'trends', coalesce((
    select json_agg(
      json_build_object(
        'at', at, 'executions', executions, 'completed', completed, 'failed', failed,
        'mean_ms', (ms / nullif(timed, 0))::double precision
      )
      order by at
    )
    from steps
  ), '[]')
)
from clock
