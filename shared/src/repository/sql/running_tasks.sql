select task_type, task_name
from task_runner_state
order by task_type, task_name
