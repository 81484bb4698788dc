-- Queues one more attempt at the slot of an execution that has ended, with as many further ones as the task is retried.
--
-- The task is locked first, as everywhere. A retry that came at the same time has taken the number of the attempt: nothing
-- is inserted, and the caller looks again.
-- $1 now  $2 execution  $3 new execution
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
old as materialized (
  select e.*, t.retries, t.priority as task_priority, t.retired_at
  from cron_task_executions e
  join cron_tasks t on t.id = e.task_id
  where e.id = $2
  for no key update of t
),
slot as materialized (
  select
    max(x.attempt) as newest,
    (array_agg(x.id order by x.attempt desc) filter (where x.status in ('PENDING', 'RUNNING')))[1] as underway
  from old
  join cron_task_executions x on x.task_id = old.task_id and x.scheduled_for = old.scheduled_for
),
retried as (
  insert into cron_task_executions (
    id, task_id, task_name, scheduled_for, attempt, max_attempts, status, priority, available_at, config, checkpoint,
    missed_slots, triggered_by, is_manual, is_dry_run, parent_execution_id, created_at
  )
  select
    $3, old.task_id, old.task_name, old.scheduled_for, slot.newest + 1,
    -- In bigint: the sum of two large numbers is one that an integer does not hold.
    case
      when old.is_dry_run then slot.newest + 1
      else least(slot.newest::bigint + 1 + old.retries, 2147483647)::integer
    end,
    'PENDING', old.task_priority, clock.now, old.config, old.checkpoint, old.missed_slots, 'retry', true, old.is_dry_run,
    old.id, clock.now
  from old
  cross join slot
  cross join clock
  where old.status not in ('PENDING', 'RUNNING')
    and old.retired_at is null
    and slot.underway is null
  on conflict (task_id, scheduled_for, attempt) do nothing
  returning id
)
select
  old.task_name, old.status::text, old.retired_at is not null as retired, slot.underway, retried.id as retried,
  case when retried.id is not null then pg_notify('downbeat', 'queue') end::text as woken
from old
cross join slot
left join retried on true
