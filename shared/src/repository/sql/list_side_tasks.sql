-- What runs is told by the registry rows: workers let go and take at the same time, and the rows alone cannot contradict
-- each other.
-- $1 now  $2 name
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
)
select to_json(t)
from (
  select
    s.id, s.name, s.description, s.version, s.category, s.tags, s.enabled, s.priority, s.per_worker, s.auto_restart,
    s.restart_delay, s.max_restarts, s.health_check_interval, s.config, s.retired_at,
    case
      when s.status = 'RUNNING' and not here.is_running then 'PENDING'
      when s.status = 'PENDING' and here.is_running then 'RUNNING'
      else s.status
    end as status,
    here.is_running,
    exists (
      select
      from pulse_health h
      where h.side_tasks_paused and coalesce(h.side_tasks_paused_until > clock.now, true)
    ) as is_paused,
    here.instances, s.runner_instance_id, r.name as executed_by_instance, s.started_at, s.stopped_at,
    s.restart_requested_at, s.last_health_check, s.is_healthy, s.health_message, s.health_sentence, s.restart_count,
    s.last_error
  from side_tasks s
  cross join clock
  left join task_runners r on r.instance_id = s.runner_instance_id
  cross join lateral (
    select
      count(*) > 0 as is_running,
      coalesce(
        json_agg(
          json_build_object(
            'runner_instance_id', i.runner_instance_id, 'executed_by_instance', o.name, 'started_at', i.started_at
          )
          order by i.started_at, o.name
        ),
        '[]'
      ) as instances
    from task_runner_state i
    left join task_runners o on o.instance_id = i.runner_instance_id
    where i.task_type = 'side'
      and i.task_name = s.name
  ) as here
  where $2::text is null or s.name = $2
  order by s.retired_at is not null, s.name
) as t
