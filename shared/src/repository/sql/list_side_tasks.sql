-- $1 name
select to_json(t)
from (
  select
    s.id, s.name, s.description, s.version, s.category, s.tags, s.enabled, s.priority, s.auto_restart, s.restart_delay,
    s.max_restarts, s.health_check_interval, s.config, s.retired_at, s.status, s.is_running, s.runner_instance_id,
    r.name as executed_by_instance, s.started_at, s.stopped_at, s.last_health_check, s.restart_count, s.last_error
  from side_tasks s
  left join task_runners r on r.instance_id = s.runner_instance_id
  where $1::text is null or s.name = $1
  order by s.retired_at is not null, s.name
) as t
