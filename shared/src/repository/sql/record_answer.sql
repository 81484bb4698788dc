-- The schedule function said that the slot of this execution is to run. Nothing comes back where somebody else owns it by now.
-- $1 now  $2 runner  $3 execution
update cron_task_executions
set asked_at = coalesce($1, clock_timestamp())
where id = $3
  and status = 'RUNNING'
  and runner_instance_id = $2
returning id
