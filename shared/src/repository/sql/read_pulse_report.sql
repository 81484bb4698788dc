-- What a pulse answered, out of what is recorded. No row: it has not ended, or never will.
-- $1 pulse
with pulse as materialized (
  select *
  from pulse_executions
  where id = $1
),
ran as (
  select e.*
  from pulse p
  cross join unnest(p.tasks_executed) as t (name)
  join cron_tasks c on c.name = t.name
  -- By task and day, which an index finds.
  join cron_task_executions e on e.task_id = c.id and e.created_at > p.started_at - interval '1 day'
  where e.runner_instance_id = p.runner_instance_id
),
-- Of the slots that passed it tells the last; those before went with it.
not_run as (
  select distinct on (e.task_id) e.*
  from pulse p
  cross join unnest(p.tasks_skipped) as t (name)
  join cron_tasks c on c.name = t.name
  join cron_task_executions e on e.task_id = c.id and e.created_at > p.started_at - interval '1 day'
  where e.status in ('SKIPPED', 'BLOCKED')
    and e.runner_instance_id is null
    and e.completed_at between p.started_at and p.completed_at
  order by e.task_id, e.scheduled_for desc
)
select to_json(r)
from (
  select
    p.id as pulse_id, p.started_at as executed_at, p.duration_ms, p.is_dry_run, p.total_tasks_discovered,
    (
      select coalesce(json_agg(o order by o.decided_at, o.task_name, o.scheduled_for), '[]')
      from (
        select
          e.task_name, e.scheduled_for, e.status, case when e.runner_instance_id is not null then e.id end as execution_id,
          e.attempt, e.duration_ms, e.error, e.skipped_reason, e.started_at as decided_at
        from (select * from ran union all select * from not_run) as e
      ) as o
    ) as results,
    -- What was interrupted, or had its turn and was not begun.
    exists (select from ran e where e.error ->> 'code' = 'interrupted')
      or not p.tasks_due <@ (p.tasks_executed || p.tasks_skipped) as budget_spent
  from pulse p
) as r
