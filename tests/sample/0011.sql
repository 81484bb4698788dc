-- Somebody stopped a runner instance.
insert into task_changes (changed_at, changed_by, action, after)
select '2027-03-27 03:00:00+00', 'TASK_API_TOKEN', 'stop', jsonb_build_object('runner', name, 'instance_id', instance_id)
from task_runners
limit 1;
