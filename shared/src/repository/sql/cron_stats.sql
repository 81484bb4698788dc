-- What executions came to in a period, as one document.
-- $1 now  $2 length of the period in ms  $3 task  $4 step of the trend in ms
--
-- A period may have many executions. They are read once and counted in four ways; all else is told from the counts, and the
-- newest error of those that failed most is looked up.
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
ended as materialized (
  select e.task_id, e.status, e.duration_ms, e.error_kind, e.created_at
  from cron_task_executions e
  cross join clock
  where e.created_at > clock.now - $2 * interval '1 millisecond'
    and e.created_at <= clock.now
    and not e.is_dry_run
    and ($3::text is null or e.task_id = (select t.id from cron_tasks t where t.name = $3))
),
steps as materialized (
  select
    date_bin($4 * interval '1 millisecond', created_at, timestamptz '2000-01-01 00:00:00Z') as at,
    status, count(*) as n, sum(duration_ms) as ms, count(duration_ms) as timed
  from ended
  group by 1, 2
),
durations as materialized (
  select duration_ms as ms, count(*) as n, sum(count(*)) over (order by duration_ms) as up_to
  from ended
  where duration_ms is not null
  group by duration_ms
),
failures as materialized (
  select task_id, error_kind, count(*) as n, max(created_at) as newest
  from ended
  where status in ('FAILED', 'TIMEOUT')
  group by task_id, error_kind
),
totals as (
  select
    coalesce(sum(n), 0)::bigint as executions,
    coalesce(sum(n) filter (where status = 'COMPLETED'), 0)::bigint as completed,
    coalesce(sum(n) filter (where status in ('FAILED', 'TIMEOUT')), 0)::bigint as failed,
    coalesce(sum(n) filter (where status = 'SKIPPED'), 0)::bigint as skipped,
    coalesce(sum(n) filter (where status = 'BLOCKED'), 0)::bigint as blocked,
    coalesce(sum(n) filter (where status = 'CANCELLED'), 0)::bigint as cancelled,
    coalesce(sum(n) filter (where status = 'PENDING'), 0)::bigint as pending,
    coalesce(sum(n) filter (where status = 'RUNNING'), 0)::bigint as running,
    coalesce(sum(n) filter (where status = 'COMPLETED'), 0)::double precision
      / nullif(sum(n) filter (where status in ('COMPLETED', 'FAILED', 'TIMEOUT')), 0)::double precision as success_rate
  from steps
),
-- As percentile_cont has it: of n durations in order, the one at p * (n - 1) from the first, between its neighbours.
quantiles as (
  select
    q.p,
    (select min(ms) from durations where up_to > floor(q.at)) as lower,
    (select min(ms) from durations where up_to > ceil(q.at)) as upper,
    q.at - floor(q.at) as share
  from (
    select p, p * (select max(up_to) - 1 from durations)::double precision as at
    from (values (0.5::double precision), (0.95)) as asked (p)
  ) as q
)
select json_build_object(
  'from', clock.now - $2 * interval '1 millisecond',
  'to', clock.now,
  'overview', (select to_json(totals) from totals),
  'performance', (
    select json_build_object(
      'min_ms', min(ms),
      'mean_ms', (sum(ms * n) / sum(n))::double precision,
      'median_ms', (select lower + (upper - lower) * share from quantiles where p = 0.5),
      'p95_ms', (select lower + (upper - lower) * share from quantiles where p = 0.95),
      'max_ms', max(ms),
      'slowest', coalesce((
        select json_agg(s order by s.mean_ms desc, s.task_name)
        from (
          select t.name as task_name, of_task.executions, of_task.mean_ms, of_task.max_ms
          from (
            select
              task_id, count(*) as executions, sum(duration_ms)::double precision / count(*) as mean_ms,
              max(duration_ms) as max_ms
            from ended
            where duration_ms is not null
            group by task_id
            order by 3 desc, task_id
            limit 10
          ) as of_task
          join cron_tasks t on t.id = of_task.task_id
        ) as s
      ), '[]')
    )
    from durations
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
          select t.id, t.name as task_name, sum(f.n)::bigint as failed, max(f.newest) as newest
          from failures f
          join cron_tasks t on t.id = f.task_id
          group by t.id
          order by 3 desc, t.name
          limit 10
        ) as of_task
        cross join lateral (
          select e.error
          from cron_task_executions e
          where e.task_id = of_task.id
            and e.created_at = of_task.newest
            and e.status in ('FAILED', 'TIMEOUT')
            and not e.is_dry_run
          order by e.id desc
          limit 1
        ) as newest
      ) as s
    ), '[]')
  ),
  'trends', coalesce((
    select json_agg(b order by b.at)
    from (
      select
        at,
        sum(n)::bigint as executions,
        coalesce(sum(n) filter (where status = 'COMPLETED'), 0)::bigint as completed,
        coalesce(sum(n) filter (where status in ('FAILED', 'TIMEOUT')), 0)::bigint as failed,
        (sum(ms) / nullif(sum(timed), 0))::double precision as mean_ms
      from steps
      group by at
    ) as b
  ), '[]')
)
from clock
