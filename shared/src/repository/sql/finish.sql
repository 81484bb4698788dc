-- Records how executions ended, many at once, where this runner still owns them by the claim that began them; hands back the
-- ids it owned. Where the answer is lost, this may be carried out late, when it has claimed one of them anew to undo it.
--
-- What ends as PENDING goes back to the queue as it is: to be begun by others, or with a rollback that is PENDING, only to be
-- undone. So does what would have been tried again, had nobody asked for its end meanwhile.
--
-- Of a task whose history is throttled, completed runs between the last one that is kept and this one go: the newest stays,
-- for its dependants look at it.
--
-- What is owned is asked in a CASE: the server takes each condition for rare, and a table of many endings for one of few, which
-- it would read again for each of them.
--
-- A plan for any number of endings is kept while the history grows. So each execution is to be looked up, also where a table
-- of a few rows would be read at once: of a limit that is not known yet, the server expects a tenth of the rows, here one.
--
-- The tasks are locked first and in order, before anything else is touched: claims pass by locked tasks, and burials and
-- other finishes take them in the same order, so nobody waits for us in a circle.
-- $1 now  $2 runner
-- $3 execution  $4 status  $5 duration in ms  $6 result  $7 error  $8 next attempt  $9 its delay in ms
-- $10 whether an attempt is given back  $11 whether the schedule function said no  $12 whether others are to be woken
-- $13 how undoing it ended  $14 how far it came  $15 what it logged: {"lines","dropped"}  $16 fencing token
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
ended as (
  select *
  from unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $13, $14, $15, $16)
    as d (
      id, status, duration_ms, result, error, retry_id, retry_delay, gives_back, not_due, rollback, progress, log, token
    )
  limit cardinality($3)
),
followed as (
  select * from unnest($3, $8, $9, $10, $15) as d (id, retry_id, retry_delay, gives_back, log)
),
owned as materialized (
  select e.id, e.task_id
  from cron_task_executions e
  join ended d on d.id = e.id
  where case when e.status = 'RUNNING' then e.runner_instance_id = $2 and e.fencing_token = d.token else false end
),
locked as materialized (
  select t.id, t.history_interval, t.last_history_logged_at
  from cron_tasks t
  where t.id in (select task_id from owned)
  order by t.id
  for no key update
),
finished as (
  update cron_task_executions e
  set
    status = case when d.retry_id is not null and e.cancel_requested_at is not null then 'PENDING' else d.status end
      ::task_status,
    completed_at = case
      when d.status <> 'PENDING' and not (d.retry_id is not null and e.cancel_requested_at is not null) then clock.now
    end,
    available_at = case
      when d.status = 'PENDING' or (d.retry_id is not null and e.cancel_requested_at is not null) then clock.now
      else e.available_at
    end,
    duration_ms = case when e.rollback is null then d.duration_ms else e.duration_ms end,
    result = d.result,
    error = d.error,
    rollback = case
      when d.retry_id is not null and e.cancel_requested_at is not null
        then '{"status": "PENDING", "duration_ms": 0, "error": null}'::jsonb
      else d.rollback
    end,
    progress = coalesce(d.progress || jsonb_build_object('at', clock.now), e.progress)
  from ended d
  cross join clock
  where e.id = d.id
    and case when e.status = 'RUNNING' then e.runner_instance_id = $2 and e.fencing_token = d.token else false end
    and not d.not_due
    and (select count(*) from locked) >= 0
  returning
    e.id, e.task_id, e.task_name, e.scheduled_for, e.attempt, e.max_attempts, e.priority, e.config, e.is_manual,
    e.missed_slots, e.status, e.started_at, e.duration_ms, e.error, e.is_dry_run, e.checkpoint, e.asked_at
),
not_due as (
  delete from cron_task_executions e
  using ended d
  where e.id = d.id
    and case when e.status = 'RUNNING' then e.runner_instance_id = $2 and e.fencing_token = d.token else false end
    and d.not_due
    and (select count(*) from locked) >= 0
  returning e.id
),
released as (
  delete from task_runner_state r
  using (select id from finished union all select id from not_due) as f
  where r.id = f.id
  returning r.limit_tag
),
retried as (
  insert into cron_task_executions (
    id, task_id, task_name, scheduled_for, attempt, max_attempts, status, priority, available_at, config,
    missed_slots, triggered_by, is_manual, is_dry_run, parent_execution_id, checkpoint, asked_at,
    created_at
  )
  select
    d.retry_id, f.task_id, f.task_name, f.scheduled_for, f.attempt + 1,
    f.max_attempts + case when d.gives_back then 1 else 0 end, 'PENDING', f.priority,
    clock.now + d.retry_delay * interval '1 millisecond', f.config, f.missed_slots, 'retry', f.is_manual,
    f.is_dry_run, f.id, f.checkpoint, f.asked_at, clock.now
  from finished f
  join followed d on d.id = f.id
  cross join clock
  where d.retry_id is not null
    and f.status <> 'PENDING'
  returning id
),
logged as (
  insert into cron_task_execution_logs (execution_id, lines, dropped)
  select f.id, d.log -> 'lines', (d.log ->> 'dropped')::integer
  from finished f
  join followed d on d.id = f.id
  where d.log is not null
  on conflict (execution_id) do nothing
),
thinned as (
  delete from cron_task_executions e
  using (
    select x.id
    from finished f
    join locked t on t.id = f.task_id
    cross join lateral (
      select x.id
      from cron_task_executions x
      where x.task_id = f.task_id
        and x.scheduled_for > t.last_history_logged_at
        and x.scheduled_for < f.scheduled_for
        and x.status = 'COMPLETED'
        and x.attempt = 1
        and not x.is_manual
        -- One that followed a failure stays: dependants may still look at what was the newest then.
        and (
          select y.status
          from cron_task_executions y
          where y.task_id = x.task_id
            and y.scheduled_for < x.scheduled_for
            and y.status <> 'SKIPPED'
          order by y.scheduled_for desc, y.attempt desc
          limit 1
        ) = 'COMPLETED'
      offset 0
    ) as x
    where f.status = 'COMPLETED'
      and not f.is_dry_run
      and t.history_interval > 0
  ) as gone
  where e.id = gone.id
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
    last_execution_error = n.error,
    last_history_logged_at = case
      when n.completed_slot >= t.last_history_logged_at + t.history_interval * interval '1 millisecond'
        or t.last_history_logged_at is null
        then coalesce(n.completed_slot, t.last_history_logged_at)
      else t.last_history_logged_at
    end
  from (
    select
      f.task_id,
      count(*) as total,
      count(*) filter (where f.status = 'COMPLETED') as completed,
      count(*) filter (where f.status in ('FAILED', 'TIMEOUT')) as failed,
      sum(f.duration_ms)::double precision as duration,
      max(f.started_at) as started_at,
      max(f.scheduled_for) filter (where f.status = 'COMPLETED' and f.attempt = 1 and not f.is_manual) as completed_slot,
      (array_agg(f.status order by f.started_at desc))[1] as status,
      (array_agg(f.duration_ms order by f.started_at desc))[1] as duration_ms,
      (array_agg(f.error order by f.started_at desc))[1] as error
    from finished f
    where not f.is_dry_run and f.status <> 'PENDING'
    group by f.task_id
  ) as n
  where t.id = n.task_id
),
woken as (
  -- Somebody else may have room for what waited for one of these to end.
  select pg_notify('downbeat', 'queue')
  where $12
    or exists (select from retried)
    or exists (select from released where limit_tag is not null)
    or exists (select from finished where status = 'PENDING')
)
select ended.id
from (select id from finished union all select id from not_due) as ended
-- So that it is carried out.
cross join (select count(*) from woken) as woken
