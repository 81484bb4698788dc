-- A burial skips rows that are locked, so it waits until the transaction that holds this has ended. The weakest lock that does:
-- its own runner may still mark the row.
-- $1 execution  $2 runner
select 1
from task_runner_state
where id = $1
  and runner_instance_id = $2
for key share
