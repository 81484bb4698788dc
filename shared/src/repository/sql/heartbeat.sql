-- Says that an instance lives and how far its executions came; hands back what it is asked to do. No row means: found dead,
-- and everything it ran was handed on.
-- $1 now  $2 instance  $3 heartbeat interval in ms  $4 how many executions it runs  $5 executions  $6 how far each came
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
beat as (
  update task_runners
  set heartbeat_at = clock.now, heartbeat_interval = $3, running = $4
  from clock
  where instance_id = $2
    and ended_at is null
  returning drain_action
),
-- What is locked is just being finished, and its progress goes with that.
free as materialized (
  select e.id, p.progress
  from unnest($5, $6) as p (id, progress)
  join cron_task_executions e on e.id = p.id
  where e.status = 'RUNNING'
    and e.runner_instance_id = $2
  for no key update of e skip locked
),
told as (
  update cron_task_executions e
  set progress = f.progress || jsonb_build_object('at', clock.now)
  from free f
  cross join clock
  where e.id = f.id
)
select b.drain_action, c.id as cancelled, c.cancel_code
from beat b
left join (
  select e.id, e.cancel_code
  from task_runner_state r
  join cron_task_executions e on e.id = r.id
  where r.runner_instance_id = $2
    and e.cancel_requested_at is not null
) as c on true
