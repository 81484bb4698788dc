-- What operators changed about a task, newest first.
-- $1 cron or side  $2 task  $3 how many
select to_json(c)
from (
  select changed_at, changed_by, action, task_type, task_name, before, after
  from task_changes
  where task_type = $1
    and task_name = $2
  order by changed_at desc, id desc
  limit $3
) as c
