-- What runs, what is due or queued and why it does not run yet, and the next slot of each task, in order.
--
-- What holds something back is told as candidates.sql decides it. First so many rows of each are taken by an index, then
-- only for those it is asked what holds them.
-- $1 now  $2 how many of each  $3 overlap prevention
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
system as materialized (
  select
    h.maintenance_until,
    h.maintenance_since is not null and coalesce(h.maintenance_until > clock.now, true) as in_maintenance
  from clock
  left join pulse_health h on h.is_maintenance_mode
),
full_limits as materialized (
  select l.tag
  from task_limits l
  left join (
    select limit_tag, count(*) as held from task_runner_state where limit_tag is not null group by limit_tag
  ) as r on r.limit_tag = l.tag
  where coalesce(r.held, 0) >= l.at_most
),
due as materialized (
  select
    t.id as task_id, null::uuid as execution_id, t.name as task_name, t.priority, t.next_execution_at as scheduled_for,
    1 as attempt, t.retries + 1 as max_attempts, 'schedule' as triggered_by, t.due_at as available_at
  from unnest(enum_range(null::task_priority)) as p (priority)
  cross join lateral (
    select t.id, t.name, t.priority, t.next_execution_at, t.retries, t.due_at
    from cron_tasks t
    where t.priority = p.priority
      and t.enabled
      and t.retired_at is null
      and t.due_at <= (select now from clock)
    order by t.due_at
    limit $2
  ) as t
  order by t.due_at
  limit $2
),
queued as materialized (
  select
    e.task_id, e.id as execution_id, e.task_name, e.priority, e.scheduled_for, e.attempt, e.max_attempts, e.triggered_by,
    e.available_at, e.is_manual, e.rollback
  from unnest(enum_range(null::task_priority)) as p (priority)
  cross join lateral (
    select e.*
    from cron_task_executions e
    join cron_tasks t on t.id = e.task_id
    where e.priority = p.priority
      and e.waits_at is not null
      and e.status = 'PENDING'
      and t.retired_at is null
    order by e.waits_at
    limit $2
  ) as e
  order by e.waits_at
  limit $2
),
waiting as materialized (
  select w.*
  from (
    select task_id, execution_id, task_name, priority, scheduled_for, attempt, max_attempts, triggered_by, available_at,
      false as is_manual, null::jsonb as rollback
    from due
    union all
    select task_id, execution_id, task_name, priority, scheduled_for, attempt, max_attempts, triggered_by, available_at,
      is_manual, rollback
    from queued
  ) as w
  order by w.available_at, w.task_name
  limit $2
)
select json_build_object(
  'now', (select now from clock),
  'running', (
    select coalesce(json_agg(r order by r.started_at, r.task_name), '[]')
    from (
      select
        e.id as execution_id, e.task_name, e.priority, e.scheduled_for, e.attempt, e.max_attempts, e.triggered_by,
        e.started_at, e.executed_by_instance, e.progress, e.cancel_requested_at, s.stuck_since
      from task_runner_state s
      join cron_task_executions e on e.id = s.id
      where s.task_type = 'cron'
      order by s.started_at
      limit $2
    ) as r
  ),
  'waiting', (
    select coalesce(json_agg(o order by o.available_at, o.task_name), '[]')
    from (
      select
        w.execution_id, w.task_name, w.priority, w.scheduled_for, w.attempt, w.max_attempts, w.triggered_by,
        w.available_at, hold.reason,
        case hold.reason
          when 'time' then w.available_at
          when 'paused' then t.paused_until
          when 'maintenance' then system.maintenance_until
        end as until,
        case hold.reason
          when 'dependency' then parents.waiting
          when 'host' then array[t.runs_on]
          when 'limit' then array(select l.tag from full_limits l where l.tag = any (t.tags) order by l.tag)
          else '{}'::text[]
        end as waits_for
      from waiting w
      join cron_tasks t on t.id = w.task_id
      cross join clock
      cross join system
      cross join lateral (
        select coalesce(array_agg(d.name order by d.name), '{}') as waiting
        from unnest(
          case when w.triggered_by = 'dependency' and w.rollback is null then t.dependencies else '{}' end
        ) as d (name)
        left join lateral (
          select p.id, p.enabled and p.retired_at is null and p.next_execution_at <= w.scheduled_for as undecided
          from cron_tasks p
          where p.name = d.name
        ) as parent on true
        left join lateral (
          select x.status
          from cron_task_executions x
          where x.task_id = parent.id and x.scheduled_for <= w.scheduled_for
            and x.counts_for_dependants
          order by x.scheduled_for desc, x.attempt desc
          limit 1
        ) as newest on true
        where coalesce(parent.undecided or newest.status in ('PENDING', 'RUNNING'), false)
      ) as parents
      cross join lateral (
        select
          case
            when w.available_at > clock.now then 'time'
            when system.in_maintenance then 'maintenance'
            when not w.is_manual and not t.enabled and w.rollback is null then 'disabled'
            when not w.is_manual and t.paused_at is not null and coalesce(t.paused_until > clock.now, true) then 'paused'
            when parents.waiting <> '{}' then 'dependency'
            when $3
              and (select count(*) from task_runner_state s where s.task_type = 'cron' and s.task_name = w.task_name)
                >= case when t.overlap = 'allow' then t.overlap_limit else 1 end then 'previous_instance'
            when $3
              and w.execution_id is null and t.catch_up = 'all' and t.overlap = 'skip'
              and exists (
                select from cron_task_executions x
                where x.task_id = w.task_id and x.waits_at is not null and not x.is_manual
              ) then 'previous_instance'
            when exists (select from full_limits l where l.tag = any (t.tags)) then 'limit'
            when t.runs_on <> 'any' then 'host'
            else 'runner'
          end as reason
      ) as hold
    ) as o
  ),
  'upcoming', (
    select coalesce(json_agg(u order by u.due_at, u.task_name), '[]')
    from (
      select
        t.name as task_name, t.priority, t.next_execution_at as scheduled_for, t.due_at, t.timezone,
        t.paused_at is not null and coalesce(t.paused_until > t.due_at, true) as is_paused
      from unnest(enum_range(null::task_priority)) as p (priority)
      cross join lateral (
        select t.name, t.priority, t.next_execution_at, t.due_at, t.timezone, t.paused_at, t.paused_until
        from cron_tasks t
        where t.priority = p.priority
          and t.enabled
          and t.retired_at is null
          and t.due_at > (select now from clock)
        order by t.due_at, t.name
        limit $2
      ) as t
      order by t.due_at, t.name
      limit $2
    ) as u
  )
)
