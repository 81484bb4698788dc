-- $1 now  $2 instance
update task_runners
set ended_at = coalesce($1, clock_timestamp()), end_reason = 'stopped', running = 0
where instance_id = $2
  and ended_at is null
