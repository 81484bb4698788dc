-- What an execution logged.
-- $1 execution
select to_json(l)
from (
  select lines, dropped
  from cron_task_execution_logs
  where execution_id = $1
) as l
