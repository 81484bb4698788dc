-- Which of the side tasks this runner runs should not run here any more.
-- $1 runner  $2 names
select mine.name
from unnest($2) as mine (name)
left join side_tasks t on t.name = mine.name
left join task_runner_state r on r.task_type = 'side' and r.task_name = mine.name
where t.id is null
  or not t.enabled
  or t.retired_at is not null
  or t.status = 'CANCELLED'
  or r.runner_instance_id is distinct from $1
