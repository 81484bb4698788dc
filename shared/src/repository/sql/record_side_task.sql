-- Records how a side task fares, where this runner still runs it. No row: it does not.
-- $1 now  $2 runner  $3 name  $4 restarts since it last ran well  $5 why it ended; null leaves the last error
-- $6 what its health check said; null while it is not up  $7 why it is not healthy  $8 what that was made of
update side_tasks t
set
  -- One that is let go by another worker just when this one takes it may have been left as not running.
  is_running = true,
  status = case when t.status = 'PENDING' then 'RUNNING' else t.status end,
  restart_count = $4,
  last_error = coalesce($5, t.last_error),
  last_health_check = case when $6 is null then t.last_health_check else coalesce($1, clock_timestamp()) end,
  is_healthy = $6,
  health_message = $7,
  health_sentence = $8
where t.name = $3
  and exists (
    select from task_runner_state r
    where r.task_type = 'side' and r.task_name = t.name and r.runner_instance_id = $2
  )
returning 1
