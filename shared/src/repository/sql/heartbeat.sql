-- No row means: found dead, and everything it ran was handed on.
-- $1 now  $2 instance  $3 heartbeat interval in ms  $4 how many executions it runs
update task_runners
set heartbeat_at = coalesce($1, clock_timestamp()), heartbeat_interval = $3, running = $4
where instance_id = $2
  and ended_at is null
returning heartbeat_at
