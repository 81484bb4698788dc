-- Takes every side task that should run and that nobody runs. Whoever inserts the registry row runs it.
-- $1 now  $2 runner  $3 environment  $4 names  $5 whether those that were given up are tried again
with me as materialized (
  select instance_id
  from task_runners
  where instance_id = $2
    and ended_at is null
  for no key update
),
clock as materialized (
  select coalesce($1, clock_timestamp()) as now from me
),
taken as (
  insert into task_runner_state (id, task_name, task_type, started_at, environment, runner_instance_id)
  select gen_random_uuid(), t.name, 'side', clock.now, $3, $2
  from side_tasks t
  cross join clock
  where t.name = any ($4)
    and t.enabled
    and t.retired_at is null
    and t.status is distinct from 'CANCELLED'
    and (t.status is distinct from 'FAILED' or $5)
    and not exists (select from task_runner_state r where r.task_type = 'side' and r.task_name = t.name)
  order by t.name
  on conflict (task_type, task_name, holder) do nothing
  returning task_name
)
update side_tasks t
set
  status = 'RUNNING', is_running = true, runner_instance_id = $2, started_at = clock.now, stopped_at = null,
  last_health_check = clock.now, restart_count = 0
from taken k
cross join clock
where t.name = k.task_name
returning t.name, t.config, t.auto_restart, t.restart_delay, t.max_restarts, t.health_check_interval
