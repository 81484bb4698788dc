-- Takes every side task that should run here and that nobody runs; of those that each worker runs, what this one does not.
-- Whoever inserts the registry row runs it.
--
-- One that was given up is tried again when a worker starts. What each worker runs and this one has ended for good is for
-- this one alone to leave, until somebody orders it to run; the others go on.
-- $1 now  $2 runner  $3 environment  $4 names  $5 whether those that were given up are tried again
-- $6 names this runner has ended for good  $7 when
with me as materialized (
  select instance_id
  from task_runners
  where instance_id = $2
    and ended_at is null
  for no key update
),
clock as materialized (
  select coalesce($1, clock_timestamp()) as now from me
),
taken as (
  insert into task_runner_state (id, task_name, task_type, holder, started_at, environment, runner_instance_id)
  select gen_random_uuid(), t.name, 'side', case when t.per_worker then $2::text else '' end, clock.now, $3, $2
  from side_tasks t
  cross join clock
  where t.name = any ($4)
    and t.enabled
    and t.retired_at is null
    and t.status is distinct from 'CANCELLED'
    and case
      when t.per_worker then not exists (
        select
        from unnest($6, $7) as e (name, ended_at)
        where e.name = t.name
          and not exists (
            select
            from task_changes c
            where c.task_type = 'side'
              and c.task_name = t.name
              and c.action in ('start', 'restart')
              and c.changed_at > e.ended_at
          )
      )
      when t.status = 'FAILED' then $5
      else t.status is distinct from 'COMPLETED'
    end
    and not exists (
      select
      from task_runner_state r
      where r.task_type = 'side' and r.task_name = t.name and (not t.per_worker or r.runner_instance_id = $2)
    )
    and not exists (
      select
      from pulse_health h
      where h.side_tasks_paused and coalesce(h.side_tasks_paused_until > clock.now, true)
    )
  order by t.name
  on conflict (task_type, task_name, holder) do nothing
  returning id, task_name
)
-- It may have been ordered to stop since it was read: that stands, and its worker learns of it by the notification.
update side_tasks t
set
  status = case when t.status = 'CANCELLED' then t.status else 'RUNNING' end,
  is_running = true,
  runner_instance_id = $2,
  started_at = clock.now,
  stopped_at = null,
  restart_count = case when others.remain then t.restart_count else 0 end,
  is_healthy = case when others.remain then t.is_healthy end,
  health_message = case when others.remain then t.health_message end,
  health_sentence = case when others.remain then t.health_sentence end
from taken k
cross join clock
cross join lateral (
  select exists (select from task_runner_state r where r.task_type = 'side' and r.task_name = k.task_name) as remain
) as others
where t.name = k.task_name
returning k.id as place, t.name, t.config, t.auto_restart, t.restart_delay, t.max_restarts, t.health_check_interval
