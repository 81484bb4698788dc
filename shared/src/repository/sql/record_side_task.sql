-- Records how a side task fares, where this runner still runs it. No row: it does not.
-- $1 now  $2 runner  $3 name  $4 restarts since it last ran well  $5 error; null leaves the last one
update side_tasks t
set
  last_health_check = coalesce($1, clock_timestamp()),
  restart_count = $4,
  last_error = coalesce($5, t.last_error)
where t.name = $3
  and exists (
    select from task_runner_state r
    where r.task_type = 'side' and r.task_name = t.name and r.runner_instance_id = $2
  )
returning 1
