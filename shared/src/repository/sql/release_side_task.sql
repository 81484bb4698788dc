-- Lets a side task go; another worker may take it, unless it was stopped or given up.
-- $1 now  $2 runner  $3 name  $4 whether it was given up
with released as (
  delete from task_runner_state
  where task_type = 'side' and task_name = $3 and runner_instance_id = $2
  returning task_name
)
update side_tasks t
set
  is_running = false,
  stopped_at = coalesce($1, clock_timestamp()),
  status = case when t.status = 'CANCELLED' then t.status when $4 then 'FAILED' else 'PENDING' end
from released r
where t.name = r.task_name
returning pg_notify('downbeat', 'side')::text
