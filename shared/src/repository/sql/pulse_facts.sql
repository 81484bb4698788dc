-- The facts the health of the system is judged from.
-- $1 now  $2 how late a slot may be, in ms
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
recent as (
  select
    count(*) filter (where e.status in ('COMPLETED', 'FAILED', 'TIMEOUT')) as ended,
    count(*) filter (where e.status = 'COMPLETED') as completed
  from cron_task_executions e
  where e.created_at > (select now from clock) - interval '24 hours'
    -- Both ends: of one alone the server thinks that it leaves a third of the table, and reads all of it.
    and e.created_at <= (select now from clock)
    and not e.is_dry_run
),
alive as (
  select r.kind, r.heartbeat_at
  from task_runners r
  cross join clock
  where r.ended_at is null
    and r.heartbeat_at >= clock.now - 2 * r.heartbeat_interval * interval '1 millisecond'
),
last_pulse as (
  select greatest(
    (select h.last_pulse_at from pulse_health h),
    (select max(a.heartbeat_at) from alive a where a.kind = 'worker')
  ) as at
)
select to_json(f)
from (
  select
    'unknown' as status,
    last_pulse.at as last_pulse_at,
    (extract(epoch from clock.now - last_pulse.at) * 1000)::bigint as last_pulse_age_ms,
    recent.completed::double precision / nullif(recent.ended, 0) as success_rate,
    recent.ended as total_executions,
    coalesce((
      select max(t.consecutive_failures) from cron_tasks t where t.enabled and t.retired_at is null
    ), 0) as consecutive_failures,
    (
      select count(*)
      from cron_tasks t
      where t.enabled
        and t.retired_at is null
        and t.due_at < clock.now - $2 * interval '1 millisecond'
        and not (
          t.catch_up = 'all'
          and (
            exists (select from task_runner_state r where r.task_type = 'cron' and r.task_name = t.name)
            or exists (select from cron_task_executions x where x.task_id = t.id and x.waits_at is not null)
          )
        )
    ) as overdue_slots,
    (select count(*) from alive a where a.kind = 'worker') as live_workers,
    (select count(*) from task_runner_state r where r.task_type = 'cron') as running,
    (select count(*) from task_runner_state r where r.stuck_since is not null) as stuck,
    (
      select count(*)
      from task_runners r
      where r.ended_at is null
        and r.heartbeat_at < clock.now - 2 * r.heartbeat_interval * interval '1 millisecond'
    ) as silent_runners,
    (
      select count(*) from side_tasks s where s.enabled and s.retired_at is null and s.status = 'FAILED'
    ) as failed_side_tasks,
    (
      select h.is_maintenance_mode and coalesce(h.maintenance_until > clock.now, true) from pulse_health h
    ) as is_maintenance_mode
  from clock
  cross join recent
  cross join last_pulse
) as f
