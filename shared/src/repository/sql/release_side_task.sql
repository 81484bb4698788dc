-- Lets go of an instance of a side task; another worker may take it, unless it was stopped or has ended for good. Instances
-- on other workers go on, and so does what is told of them.
-- $1 now  $2 runner  $3 name  $4 what it came to: PENDING, COMPLETED, or FAILED where it was given up
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
released as (
  delete from task_runner_state
  where task_type = 'side' and task_name = $3 and runner_instance_id = $2
  returning task_name
),
others as (
  select exists (
    select from task_runner_state
    where task_type = 'side' and task_name = $3 and runner_instance_id <> $2
  ) as remain
)
update side_tasks t
set
  is_running = others.remain,
  stopped_at = case when others.remain then t.stopped_at else clock.now end,
  status = case
    when t.status = 'CANCELLED' then t.status
    when $4 = 'FAILED' or not others.remain then $4::task_status
    else t.status
  end,
  is_healthy = case when others.remain then t.is_healthy end,
  health_message = case when others.remain then t.health_message end,
  health_sentence = case when others.remain then t.health_sentence end
from released r
cross join clock
cross join others
where t.name = r.task_name
returning clock.now, pg_notify('downbeat', 'side')::text
