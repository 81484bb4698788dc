-- What could be decided now, first what may wait least, and when the next after that comes due.
--
-- Each step of priority counts as five minutes of waiting: the more urgent goes first, and nothing starves, for what has
-- waited longer by more than its steps goes before it. So among the first are only the first of each priority, which an index
-- has in order: what this takes does not grow with what is due.
--
-- Asked by a runner that is to decide it, within a transaction, it locks what it tells until that ends, passing by what others
-- hold: its own row first and then the task rows, as the claim does that follows.
-- $1 now  $2 among how many  $3 tasks to leave out  $4 only these tasks  $5 only this execution  $6 overlap prevention
-- $7 what tasks that may run here are bound to  $8 the runner that is to decide  $9 how many of them
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
system as materialized (
  select
    h.maintenance_since, h.maintenance_until,
    h.maintenance_since is not null and coalesce(h.maintenance_until > clock.now, true) as in_maintenance
  from clock
  left join pulse_health h on h.is_maintenance_mode
),
full_limits as materialized (
  select coalesce(array_agg(l.tag), '{}') as tags
  from task_limits l
  -- Counted once: a count for each limit is estimated so dear that the server compiles the statement each time.
  left join (
    select limit_tag, count(*) as held from task_runner_state where limit_tag is not null group by limit_tag
  ) as r on r.limit_tag = l.tag
  where coalesce(r.held, 0) >= l.at_most
),
slots as (
  select
    t.id as task_id, t.name, t.due_at as due, null::uuid as execution_id, null::text as blocked_by,
    t.due_at + (array_position(enum_range(null::task_priority), t.priority) - 1) * interval '5 minutes' as urgency,
    t.next_execution_at, t.schedule, t.timezone, t.catch_up, t.catch_up_window, t.dependencies, t.start_jitter,
    t.not_after, t.average_execution_time as expected_ms, t.paused_at, t.paused_until, system.maintenance_since,
    system.maintenance_until
  from unnest(enum_range(null::task_priority)) as p (priority)
  cross join lateral (
    select
      t.id, t.name, t.due_at, t.priority, t.next_execution_at, t.schedule, t.timezone, t.catch_up, t.catch_up_window,
      t.dependencies, t.start_jitter, t.not_after, t.average_execution_time, t.paused_at, t.paused_until
    from cron_tasks t
    cross join system
    where t.priority = p.priority
      and t.enabled
      and t.retired_at is null
      and t.due_at <= (select now from clock)
      and $5::uuid is null
      -- In a CASE, or the server takes what is left for so few that it reads all that is due and sorts it.
      and case
        -- Not so only where a program of an earlier version has moved the slot on.
        when (t.next_execution_at <= (select now from clock)) is not true then false
        when t.name in (select unnest($3)) then false
        when t.name <> all ($4) then false
        when t.runs_on <> all ($7) then false
        -- With catch-up `all`, a slot waits until the one before it has ended for good: while the task runs, and while an
        -- attempt of an earlier slot waits, or is to be undone. One that is held back does not run, so it need not wait to be
        -- skipped.
        else not (
          $6 and t.catch_up = 'all' and t.overlap = 'skip'
          and (
            exists (select from task_runner_state r where r.task_type = 'cron' and r.task_name = t.name)
            -- Asked for each task, and never by reading the whole table once.
            or coalesce(
              (
                select true
                from cron_task_executions x
                where x.task_id = t.id and x.waits_at is not null and not x.is_manual
                limit 1
              ),
              false
            )
          )
          and (t.paused_at <= t.next_execution_at and coalesce(t.next_execution_at < t.paused_until, true)) is not true
          and (
            system.maintenance_since <= t.next_execution_at
            and coalesce(t.next_execution_at < system.maintenance_until, true)
          ) is not true
        )
      end
    order by t.due_at
    limit $2
  ) as t
  cross join system
  order by urgency, due
  limit $2
),
queued as (
  select
    e.task_id, e.task_name, e.waits_at as due, e.id as execution_id, e.blocked_by,
    e.waits_at + (array_position(enum_range(null::task_priority), e.priority) - 1) * interval '5 minutes' as urgency,
    null::timestamptz, null::text, null::text, null::text, null::integer, null::text[], null::integer,
    null::timestamptz, e.average_execution_time, null::timestamptz, null::timestamptz, null::timestamptz,
    null::timestamptz
  from unnest(enum_range(null::task_priority)) as p (priority)
  cross join lateral (
    select e.task_id, e.task_name, e.id, e.waits_at, e.priority, t.average_execution_time, parents.blocked_by
    from cron_task_executions e
    join cron_tasks t on t.id = e.task_id
    cross join clock
    cross join lateral (
      select
        coalesce(bool_or(state.waiting), false) as waiting,
        min(state.name) filter (where not state.completed) as blocked_by
      from unnest(
        case when e.triggered_by = 'dependency' and e.rollback is null then t.dependencies else '{}' end
      ) as d (name)
      cross join lateral (
        select
          d.name,
          coalesce(parent.undecided or newest.status in ('PENDING', 'RUNNING'), false) as waiting,
          coalesce(newest.status = 'COMPLETED', false) as completed
        from (select) as always
        left join lateral (
          select p.id, p.enabled and p.retired_at is null and p.next_execution_at <= e.scheduled_for as undecided
          from cron_tasks p
          where p.name = d.name
        ) as parent on true
        left join lateral (
          select x.status
          from cron_task_executions x
          where x.task_id = parent.id and x.scheduled_for <= e.scheduled_for
            and x.counts_for_dependants
          order by x.scheduled_for desc, x.attempt desc
          limit 1
        ) as newest on true
      ) as state
    ) as parents
    where e.priority = p.priority
      and e.waits_at <= (select now from clock)
      -- The same once more: where nobody has counted yet, the server takes most rows for queued, but few for PENDING.
      and e.status = 'PENDING'
      and t.retired_at is null
      and t.runs_on = any ($7)
      and e.task_name not in (select unnest($3))
      and ($4::text[] is null or e.task_name = any ($4))
      and ($5::uuid is null or e.id = $5)
      and not parents.waiting
      and not (select in_maintenance from system)
      and (e.is_manual or t.enabled or e.rollback is not null)
      and (e.is_manual or t.paused_at is null or t.paused_until <= clock.now)
      and not t.tags && (select tags from full_limits)
      and not (
        $6
        and (select count(*) from task_runner_state r where r.task_type = 'cron' and r.task_name = e.task_name)
          >= case when t.overlap = 'allow' then t.overlap_limit else 1 end
      )
    order by e.waits_at
    limit $2
  ) as e
  order by urgency, due
  limit $2
),
candidates as materialized (
  select c.*, row_number() over (order by c.urgency, c.due) as place
  from (select * from slots union all select * from queued) as c
  order by c.urgency, c.due
  limit $2
),
me as materialized (
  select instance_id from task_runners
  where instance_id = $8 and ended_at is null and exists (select from candidates)
  for no key update
),
held as materialized (
  select c.*
  from candidates c
  join cron_tasks t on t.id = c.task_id
  where exists (select from me)
    -- Not so where somebody has decided it since.
    and (c.execution_id is not null or t.next_execution_at = c.next_execution_at)
  order by c.place
  limit $9
  for no key update of t skip locked
)
select
  clock.now,
  (select count(*) from candidates) as seen,
  $8 is null or not exists (select from candidates) or exists (select from me) as may_decide,
  least(
    (
      select min(first.due_at)
      from unnest(enum_range(null::task_priority)) as p (priority)
      cross join lateral (
        select t.due_at
        from cron_tasks t
        where t.priority = p.priority and t.enabled and t.retired_at is null and t.due_at > (select now from clock)
        order by t.due_at
        limit 1
      ) as first
    ),
    (
      select min(first.waits_at)
      from unnest(enum_range(null::task_priority)) as p (priority)
      cross join lateral (
        select e.waits_at
        from cron_task_executions e
        where e.priority = p.priority and e.waits_at > (select now from clock)
        order by e.waits_at
        limit 1
      ) as first
    ),
    -- What was held back may start when that ends.
    (select min(t.paused_until) from cron_tasks t where t.paused_until > (select now from clock)),
    (select maintenance_until from system where in_maintenance)
  ) as next_at,
  c.*
from clock
left join (select * from candidates where $8 is null union all select * from held) as c on true
order by c.place
