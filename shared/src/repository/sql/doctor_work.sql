-- How the work fares, for the doctor, as one document.
-- $1 now  $2 how late a slot may be, in ms  $3 failures in a row that are told of  $4 how long a pause may last, in ms
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
tasks as materialized (
  select
    t.id, t.name, t.schedule, t.catch_up, t.runs_on, t.due_at, t.last_executed_at, t.consecutive_failures, t.paused_at,
    t.paused_until
  from cron_tasks t
  where t.enabled
    and t.retired_at is null
),
overdue as materialized (
  select t.id, t.name
  from tasks t
  cross join clock
  where t.due_at < clock.now - $2 * interval '1 millisecond'
    -- With catch-up `all`, its slots run one after the other.
    and not (
      t.catch_up = 'all'
      and (
        exists (select from task_runner_state r where r.task_type = 'cron' and r.task_name = t.name)
        or exists (select from cron_task_executions x where x.task_id = t.id and x.waits_at is not null)
      )
    )
)
select json_build_object(
  'runners', coalesce(
    (
      select json_agg(
        json_build_object(
          'name', r.name, 'version', r.version,
          'is_silent', r.heartbeat_at < clock.now - 2 * r.heartbeat_interval * interval '1 millisecond',
          'is_worker', r.kind = 'worker'
        )
        order by r.name
      )
      from task_runners r
      where r.ended_at is null
    ),
    '[]'
  ),
  'knows_tasks', exists(select from cron_tasks),
  'schedules', coalesce(
    (
      select json_agg(json_build_object('task', t.name, 'expression', t.schedule) order by t.name)
      from tasks t
      where t.schedule is not null
    ),
    '[]'
  ),
  'bound', coalesce(
    (
      select json_agg(json_build_object('task', t.name, 'runs_on', t.runs_on) order by t.name)
      from tasks t
      where t.runs_on <> 'any'
    ),
    '[]'
  ),
  -- Where workers live, and functions, of which each lives for a moment; on some plans one comes once a day.
  'hosts', coalesce(
    (
      select json_agg(h.environment order by h.environment)
      from (
        select r.environment
        from task_runners r
        where r.ended_at is null
          and r.kind = 'worker'
          and r.heartbeat_at >= clock.now - 2 * r.heartbeat_interval * interval '1 millisecond'
        union
        select p.environment
        from pulse_executions p
        where p.started_at between clock.now - interval '2 days' and clock.now
          and p.environment = 'serverless'
          and not p.is_dry_run
      ) as h
    ),
    '[]'
  ),
  'overdue', coalesce((select json_agg(o.name order by o.name) from overdue o), '[]'),
  'never_ran', coalesce(
    (
      select json_agg(json_build_object('task', t.name, 'reason', newest.skipped_reason) order by t.name)
      from tasks t
      left join lateral (
        select e.id, e.skipped_reason
        from cron_task_executions e
        where e.task_id = t.id
          and e.status in ('SKIPPED', 'BLOCKED')
        order by e.created_at desc, e.id desc
        limit 1
      ) as newest on true
      where t.schedule is not null
        and t.last_executed_at is null
        and (newest.id is not null or t.id in (select o.id from overdue o))
    ),
    '[]'
  ),
  'failing', coalesce(
    (
      select json_agg(json_build_object('task', t.name, 'failures', t.consecutive_failures) order by t.name)
      from tasks t
      where t.consecutive_failures >= $3
    ),
    '[]'
  ),
  'retired_waiting', coalesce(
    (
      select json_agg(json_build_object('task', w.name, 'waiting', w.waiting) order by w.name)
      from (
        select t.name, count(*) as waiting
        from cron_tasks t
        join cron_task_executions e on e.task_id = t.id and e.waits_at is not null
        where t.retired_at is not null
        group by t.name
      ) as w
    ),
    '[]'
  ),
  'paused', coalesce(
    (
      select json_agg(json_build_object('task', t.name, 'since', t.paused_at) order by t.name)
      from tasks t
      where t.paused_at < clock.now - $4 * interval '1 millisecond'
        and coalesce(t.paused_until > clock.now, true)
    ),
    '[]'
  ),
  'maintenance_since', (
    select h.maintenance_since
    from pulse_health h
    where h.is_maintenance_mode
      and h.maintenance_since < clock.now - $4 * interval '1 millisecond'
      and coalesce(h.maintenance_until > clock.now, true)
  ),
  'failed_side', coalesce(
    (
      select json_agg(
        json_build_object(
          'task', s.name, 'error', s.last_error ->> 'message', 'sentence', s.last_error -> 'sentence'
        )
        order by s.name
      )
      from side_tasks s
      where s.enabled
        and s.retired_at is null
        and s.status = 'FAILED'
    ),
    '[]'
  )
)
from clock
