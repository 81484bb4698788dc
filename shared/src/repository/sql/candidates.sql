-- What could be decided now, most urgent first, and when the next after that comes due.
-- $1 now  $2 how many  $3 tasks to leave out  $4 only these tasks  $5 only this execution  $6 overlap prevention
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
slots as (
  select
    t.id as task_id, t.name, t.priority, t.next_execution_at as due, null::uuid as execution_id, null::text as blocked_by,
    t.schedule, t.schedule_function, t.timezone, t.catch_up, t.catch_up_window, t.dependencies
  from cron_tasks t
  where t.enabled
    and t.retired_at is null
    and t.next_execution_at <= (select now from clock)
    and t.name <> all ($3)
    and ($4::text[] is null or t.name = any ($4))
    and $5::uuid is null
    -- With catch-up `all`, a slot waits while the task runs.
    and not (
      $6 and t.catch_up = 'all'
      and exists (select from task_runner_state r where r.task_type = 'cron' and r.task_name = t.name)
    )
  order by t.priority, t.next_execution_at
  limit $2
),
queued as (
  select
    e.task_id, e.task_name, e.priority, e.available_at as due, e.id as execution_id, parents.blocked_by,
    null::text, null::text, null::text, null::text, null::integer, null::text[]
  from cron_task_executions e
  join cron_tasks t on t.id = e.task_id
  cross join lateral (
    select
      coalesce(bool_or(state.waiting), false) as waiting,
      min(state.name) filter (where not state.completed) as blocked_by
    from unnest(case when e.triggered_by = 'dependency' then t.dependencies else '{}' end) as d (name)
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
          -- What checked settings only, or was asked for while another ran, decided nothing.
          and not x.is_dry_run
          and not (x.is_manual and x.status = 'SKIPPED')
        order by x.scheduled_for desc, x.attempt desc
        limit 1
      ) as newest on true
    ) as state
  ) as parents
  where e.status = 'PENDING'
    and e.available_at <= (select now from clock)
    and t.retired_at is null
    and e.task_name <> all ($3)
    and ($4::text[] is null or e.task_name = any ($4))
    and ($5::uuid is null or e.id = $5)
    and not parents.waiting
    and not ($6 and exists (select from task_runner_state r where r.task_type = 'cron' and r.task_name = e.task_name))
  order by e.priority, e.available_at
  limit $2
),
candidates as (
  select * from slots
  union all
  select * from queued
  order by priority, due
  limit $2
)
select
  clock.now,
  least(
    (
      select min(t.next_execution_at) from cron_tasks t
      where t.enabled and t.retired_at is null and t.next_execution_at > (select now from clock)
    ),
    (
      select min(e.available_at) from cron_task_executions e
      where e.status = 'PENDING' and e.available_at > (select now from clock)
    )
  ) as next_at,
  c.task_id, c.name, c.due, c.execution_id, c.blocked_by,
  c.schedule, c.schedule_function, c.timezone, c.catch_up, c.catch_up_window, c.dependencies
from clock
left join candidates c on true
order by c.priority, c.due
