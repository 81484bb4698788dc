-- What is known of a task for explaining a moment of it.
-- $1 now  $2 name  $3 moment
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
)
select to_json(f)
from (
  select
    clock.now, coalesce($3, clock.now) as at, t.id, t.name, t.schedule, t.schedule_function, t.timezone, t.catch_up,
    t.catch_up_window, t.overlap, t.overlap_limit, t.runs_on, t.start_jitter, t.not_before, t.not_after, t.history_interval,
    t.enabled, t.overrides ? 'enabled' as is_enabled_overridden, t.paused_at, t.paused_until, t.paused_by, t.retired_at,
    t.next_execution_at, t.created_at, t.updated_at, h.maintenance_since, h.maintenance_until,
    (select min(e.scheduled_for) from cron_task_executions e where e.task_id = t.id) as oldest_slot,
    (
      select max(e.scheduled_for)
      from cron_task_executions e
      where e.task_id = t.id and e.scheduled_for <= coalesce($3, clock.now) and not e.is_manual
    ) as newest_slot,
    (
      select max(e.scheduled_for)
      from cron_task_executions e
      where e.task_id = t.id and e.scheduled_for <= coalesce($3, clock.now) and e.is_manual and e.attempt = 1
    ) as newest_by_hand,
    coalesce(
      (
        select json_agg(c order by c.changed_at, c.id)
        from (
          select c.id, c.changed_at, c.changed_by, c.action, c.task_type, c.task_name, c.before, c.after
          from task_changes c
          where c.task_type = 'cron' and c.task_name = t.name
            or c.task_name is null and c.task_type is distinct from 'side' and c.action in ('pause', 'resume')
          order by c.changed_at desc, c.id desc
          limit 1000
        ) as c
      ),
      '[]'
    ) as changes
  from cron_tasks t
  cross join clock
  left join pulse_health h on h.is_maintenance_mode
  where t.name = $2
) as f
