-- A burial skips rows that are locked, so it waits until the transaction that holds this has ended.
select 1
from task_runner_state
where id = $1
for share
