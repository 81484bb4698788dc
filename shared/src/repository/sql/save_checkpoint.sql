-- Keeps where an execution stands, while its runner still owns it. No row: it does not.
-- $1 execution  $2 runner  $3 checkpoint
update cron_task_executions
set checkpoint = $3
where id = $1
  and status = 'RUNNING'
  and runner_instance_id = $2
returning 1
