-- The newest fencing token that any claim has drawn, of claims that have not ended, too.
select last_value - (not is_called)::integer
from task_fencing_tokens
