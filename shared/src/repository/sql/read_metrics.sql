-- What monitoring asks for every few seconds. Counters are those that each ending keeps up; no history is read.
-- $1 now  $2 how late a slot may be, in ms
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
counted as (
  select
    coalesce(sum(t.success_count), 0) as completed,
    coalesce(sum(t.error_count), 0) as failed,
    count(*) filter (where t.retired_at is null and t.enabled) as enabled,
    count(*) filter (where t.retired_at is null and not t.enabled) as disabled
  from cron_tasks t
),
due as (
  select
    count(*) as due,
    count(*) filter (where t.due_at < clock.now - $2 * interval '1 millisecond') as overdue,
    extract(epoch from max(clock.now - t.due_at))::double precision as oldest_due_seconds
  from clock
  left join cron_tasks t on t.enabled and t.retired_at is null and t.due_at <= clock.now
  where t.id is not null
),
queue as (
  select
    count(*) as pending,
    extract(epoch from max(clock.now - e.available_at))::double precision as oldest_pending_seconds
  from clock
  cross join cron_task_executions e
  where e.waits_at is not null
),
held as (
  select
    count(*) filter (where r.task_type = 'cron') as running_cron,
    count(*) filter (where r.task_type = 'side') as running_side,
    count(*) filter (where r.stuck_since is not null) as stuck
  from task_runner_state r
),
runners as (
  select
    count(*) filter (where r.kind = 'worker' and r.heartbeat_at >= fresh.since) as workers,
    count(*) filter (where r.kind = 'pulse' and r.heartbeat_at >= fresh.since) as pulse_runners,
    count(*) filter (where r.kind = 'command' and r.heartbeat_at >= fresh.since) as command_runners,
    count(*) filter (where r.heartbeat_at < fresh.since) as silent_runners
  from task_runners r
  cross join clock
  cross join lateral (select clock.now - 2 * r.heartbeat_interval * interval '1 millisecond' as since) as fresh
  where r.ended_at is null
)
select to_json(m)
from (
  select
    counted.*, due.*, queue.*, held.*, runners.*,
    (
      select count(*) from side_tasks s where s.enabled and s.retired_at is null and s.status = 'FAILED'
    ) as failed_side_tasks,
    h.total_successes as pulses_succeeded,
    h.total_failures as pulses_failed,
    extract(epoch from clock.now - h.last_pulse_at)::double precision as last_pulse_age_seconds,
    h.is_maintenance_mode and coalesce(h.maintenance_until > clock.now, true) as is_maintenance_mode
  from clock
  cross join counted
  cross join due
  cross join queue
  cross join held
  cross join runners
  cross join pulse_health h
) as m
