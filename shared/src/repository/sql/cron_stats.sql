-- What executions came to in a period, as one document.
-- $1 now  $2 length of the period in ms  $3 task  $4 unit of the trend: minute, hour, day
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
ended as materialized (
  select e.task_name, e.status, e.duration_ms, e.error_kind, e.error, e.skipped_reason, e.created_at
  from cron_task_executions e
  cross join clock
  where e.created_at > clock.now - $2 * interval '1 millisecond'
    and e.created_at <= clock.now
    and not e.is_dry_run
    and ($3::text is null or e.task_id = (select t.id from cron_tasks t where t.name = $3))
),
totals as (
  select
    count(*) as executions,
    count(*) filter (where status = 'COMPLETED') as completed,
    count(*) filter (where status in ('FAILED', 'TIMEOUT')) as failed,
    count(*) filter (where status = 'SKIPPED') as skipped,
    count(*) filter (where status = 'BLOCKED') as blocked,
    count(*) filter (where status = 'CANCELLED') as cancelled,
    count(*) filter (where status = 'PENDING') as pending,
    count(*) filter (where status = 'RUNNING') as running,
    count(*) filter (where status = 'COMPLETED')::double precision
      / nullif(count(*) filter (where status in ('COMPLETED', 'FAILED', 'TIMEOUT')), 0) as success_rate
  from ended
)
select json_build_object(
  'from', clock.now - $2 * interval '1 millisecond',
  'to', clock.now,
  'overview', (select to_json(totals) from totals),
  'performance', (
    select json_build_object(
      'min_ms', min(duration_ms),
      'mean_ms', avg(duration_ms)::double precision,
      'median_ms', percentile_cont(0.5) within group (order by duration_ms),
      'p95_ms', percentile_cont(0.95) within group (order by duration_ms),
      'max_ms', max(duration_ms),
      'slowest', coalesce((
        select json_agg(s order by s.mean_ms desc)
        from (
          select task_name, count(*) as executions, avg(duration_ms)::double precision as mean_ms, max(duration_ms) as max_ms
          from ended
          where duration_ms is not null
          group by task_name
          order by avg(duration_ms) desc
          limit 10
        ) as s
      ), '[]')
    )
    from ended
    where duration_ms is not null
  ),
  'errors', json_build_object(
    'by_kind', coalesce((
      select json_object_agg(k.error_kind, k.n)
      from (
        select error_kind, count(*) as n
        from ended
        -- A run that was cancelled, or never began, has an error and is no failure.
        where status in ('FAILED', 'TIMEOUT')
          and error_kind is not null
        group by error_kind
      ) as k
    ), '{}'),
    'tasks', coalesce((
      select json_agg(s order by s.failed desc, s.task_name)
      from (
        select
          task_name,
          count(*) as failed,
          (array_agg(error ->> 'message' order by created_at desc))[1] as last_message,
          (array_agg(error -> 'sentence' order by created_at desc))[1] as sentence
        from ended
        where status in ('FAILED', 'TIMEOUT')
        group by task_name
        order by count(*) desc, task_name
        limit 10
      ) as s
    ), '[]')
  ),
  'trends', coalesce((
    select json_agg(b order by b.at)
    from (
      select
        date_trunc($4, created_at, 'UTC') as at,
        count(*) as executions,
        count(*) filter (where status = 'COMPLETED') as completed,
        count(*) filter (where status in ('FAILED', 'TIMEOUT')) as failed,
        avg(duration_ms)::double precision as mean_ms
      from ended
      group by 1
    ) as b
  ), '[]')
)
from clock
