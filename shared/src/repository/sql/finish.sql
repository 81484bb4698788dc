-- Records how executions ended, many at once, where this runner still owns them; hands back the ids it owned.
--
-- The tasks are locked first and in order, before anything else is touched: claims pass by locked tasks, and burials and
-- other finishes take them in the same order, so nobody waits for us in a circle.
-- $1 now  $2 runner
-- $3 execution  $4 status  $5 duration in ms  $6 result  $7 error  $8 next attempt  $9 its delay in ms
-- $10 whether an attempt is given back  $11 whether the schedule function said no  $12 whether others are to be woken
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
ended as (
  select *
  from unnest($3, $4, $5, $6, $7, $8, $9, $10, $11)
    as d (id, status, duration_ms, result, error, retry_id, retry_delay, gives_back, not_due)
),
owned as materialized (
  select e.id, e.task_id
  from cron_task_executions e
  join ended d on d.id = e.id
  where e.status = 'RUNNING' and e.runner_instance_id = $2
),
locked as materialized (
  select t.id
  from cron_tasks t
  where t.id in (select task_id from owned)
  order by t.id
  for no key update
),
finished as (
  update cron_task_executions e
  set
    status = d.status::task_status,
    completed_at = clock.now,
    duration_ms = d.duration_ms,
    result = d.result,
    error = d.error
  from ended d
  cross join clock
  where e.id = d.id
    and e.status = 'RUNNING'
    and e.runner_instance_id = $2
    and not d.not_due
    and (select count(*) from locked) >= 0
  returning
    e.id, e.task_id, e.task_name, e.scheduled_for, e.attempt, e.max_attempts, e.priority, e.config, e.is_manual,
    e.missed_slots, e.status, e.started_at, e.duration_ms, e.error, e.is_dry_run
),
not_due as (
  delete from cron_task_executions e
  using ended d
  where e.id = d.id
    and e.status = 'RUNNING'
    and e.runner_instance_id = $2
    and d.not_due
    and (select count(*) from locked) >= 0
  returning e.id
),
released as (
  delete from task_runner_state r
  using (select id from finished union all select id from not_due) as f
  where r.id = f.id
),
retried as (
  insert into cron_task_executions (
    id, task_id, task_name, scheduled_for, attempt, max_attempts, status, priority, available_at, config,
    missed_slots, triggered_by, is_manual, parent_execution_id, created_at
  )
  select
    d.retry_id, f.task_id, f.task_name, f.scheduled_for, f.attempt + 1,
    f.max_attempts + case when d.gives_back then 1 else 0 end, 'PENDING', f.priority,
    clock.now + d.retry_delay * interval '1 millisecond', f.config, f.missed_slots, 'retry', f.is_manual, f.id, clock.now
  from finished f
  join ended d on d.id = f.id
  cross join clock
  where d.retry_id is not null
  returning id
),
counted as (
  update cron_tasks t
  set
    execution_count = t.execution_count + n.total,
    success_count = t.success_count + n.completed,
    error_count = t.error_count + n.failed,
    consecutive_failures = case
      when n.completed > 0 then 0
      else t.consecutive_failures + n.failed
    end,
    average_execution_time = coalesce(
      t.average_execution_time + (n.duration - t.average_execution_time * n.total) / (t.execution_count + n.total),
      n.duration / n.total
    ),
    last_executed_at = greatest(t.last_executed_at, n.started_at),
    last_execution_status = n.status,
    last_execution_duration = n.duration_ms,
    last_execution_error = n.error
  from (
    select
      f.task_id,
      count(*) as total,
      count(*) filter (where f.status = 'COMPLETED') as completed,
      count(*) filter (where f.status in ('FAILED', 'TIMEOUT')) as failed,
      sum(f.duration_ms)::double precision as duration,
      max(f.started_at) as started_at,
      (array_agg(f.status order by f.started_at desc))[1] as status,
      (array_agg(f.duration_ms order by f.started_at desc))[1] as duration_ms,
      (array_agg(f.error order by f.started_at desc))[1] as error
    from finished f
    where not f.is_dry_run
    group by f.task_id
  ) as n
  where t.id = n.task_id
),
woken as (
  select pg_notify('downbeat', 'queue')
  where $12 or exists (select from retried)
)
select id, (select count(*) from woken) as woken from finished
union all
select id, 0 from not_due
