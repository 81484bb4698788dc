-- Decides slots and queued attempts, however many, in one statement: all of it happens or nothing.
--
-- Concurrent claimers pass by each other (`skip locked`) and never queue. A slot is decided only where the task's next
-- slot still is what was read. The registry row is the mutex: whoever inserts it runs.
-- $1 now  $2 runner  $3 its name  $4 environment  $5 overlap prevention
-- slots:  $6 new execution  $7 task  $8 next slot as read  $9 slot  $10 slot after it  $11 missed slots  $12 decision
-- queued: $13 execution  $14 the task that blocks it
-- $15 how soon the next heartbeat may be expected from here on, in ms
with me as materialized (
  -- A runner that was found dead claims nothing more; locked first, so that a burial under way is waited for, and a later
  -- one passes by.
  select instance_id, heartbeat_interval
  from task_runners
  where instance_id = $2
    and ended_at is null
  for no key update
),
clock as materialized (
  select coalesce($1, clock_timestamp()) as now from me
),
mine as materialized (
  select
    s.*, t.name, t.priority, t.config, t.timeout, t.retries, t.retry_delay,
    exists (
      select from cron_task_executions x
      where x.task_id = s.task_id and x.scheduled_for = s.slot and x.attempt = 1
    ) as decided_before
  from unnest($6, $7, $8, $9, $10, $11, $12)
    as s (execution_id, task_id, read_next, slot, next_slot, missed, decision)
  cross join clock
  join cron_tasks t on t.id = s.task_id
  where t.next_execution_at = s.read_next
    and t.enabled
    and t.retired_at is null
  for no key update of t skip locked
),
picked as materialized (
  select e.id as execution_id, e.task_id, e.task_name, e.priority, e.available_at, q.blocked_by
  from unnest($13, $14) as q (execution_id, blocked_by)
  cross join clock
  join cron_task_executions e on e.id = q.execution_id
  where e.status = 'PENDING'
  for no key update of e skip locked
),
wanted as (
  select execution_id, name, priority, slot as due from mine where decision = 'run' and not decided_before
  union all
  select execution_id, task_name, priority, available_at from picked where blocked_by is null
),
taken as (
  insert into task_runner_state (id, task_name, task_type, holder, started_at, environment, runner_instance_id)
  select w.execution_id, w.name, 'cron', case when $5 then '' else w.execution_id::text end, clock.now, $4, $2
  from wanted w
  cross join clock
  -- By name first: claims that meet wait for each other in one order.
  order by w.name, w.priority, w.due
  on conflict (task_type, task_name, holder) do nothing
  returning id
),
advanced as (
  update cron_tasks t
  set next_execution_at = m.next_slot
  from mine m
  where t.id = m.task_id
),
-- Whoever claims beats fast from the same moment on: killed right after, it is missed soon.
beat as (
  update task_runners r
  set heartbeat_at = greatest(r.heartbeat_at, clock.now), heartbeat_interval = $15
  from clock
  where r.instance_id = $2
    and exists (select from taken)
),
-- The others have to know from when on it may be missed.
woken as (
  select pg_notify('downbeat', 'busy')
  from me
  where me.heartbeat_interval > $15
    and exists (select from taken)
),
decided as (
  insert into cron_task_executions (
    id, task_id, task_name, scheduled_for, max_attempts, status, priority, available_at, started_at, completed_at,
    config, skipped_reason, missed_slots, execution_environment, triggered_by, runner_instance_id,
    executed_by_instance, fencing_token, created_at
  )
  select
    m.execution_id, m.task_id, m.name, m.slot, least(m.retries, 2147483646) + 1, outcome.status::task_status,
    m.priority, m.slot,
    case when outcome.status <> 'PENDING' then clock.now end,
    case when outcome.status = 'SKIPPED' then clock.now end,
    m.config,
    case when outcome.status = 'SKIPPED' then
      case when m.decision = 'missed' then 'missed' else 'previous_instance_running' end
    end,
    m.missed, $4,
    case when m.decision = 'wait' then 'dependency' else 'schedule' end,
    case when outcome.status = 'RUNNING' then $2 end,
    $3,
    case when outcome.status = 'RUNNING' then nextval('task_fencing_tokens') end,
    clock.now
  from mine m
  cross join clock
  left join taken k on k.id = m.execution_id
  cross join lateral (
    select case
      when m.decision = 'wait' then 'PENDING'
      when k.id is not null then 'RUNNING'
      else 'SKIPPED'
    end as status
  ) as outcome
  where not m.decided_before
  returning *
),
resumed as (
  update cron_task_executions e
  set
    status = case when p.blocked_by is null then 'RUNNING' else 'BLOCKED' end::task_status,
    started_at = clock.now,
    completed_at = case when p.blocked_by is not null then clock.now end,
    skipped_reason = 'dependency_failed:' || p.blocked_by,
    error = case when p.blocked_by is not null then jsonb_build_object(
      'kind', 'DEPENDENCY',
      'code', 'dependency_failed',
      'message', format('%s did not complete', p.blocked_by),
      'chain', '[]'::jsonb
    ) end,
    execution_environment = $4,
    runner_instance_id = case when p.blocked_by is null then $2 end,
    executed_by_instance = $3,
    fencing_token = case when p.blocked_by is null then nextval('task_fencing_tokens') end
  from picked p
  cross join clock
  left join taken k on k.id = p.execution_id
  where e.id = p.execution_id
    and (k.id is not null or p.blocked_by is not null)
  returning e.*
)
select
  e.id, e.task_id, e.task_name, e.scheduled_for, e.attempt, e.max_attempts, e.status::text, e.started_at, e.config,
  e.skipped_reason, e.missed_slots, e.triggered_by, e.is_dry_run, e.fencing_token, t.timeout, t.retry_delay,
  (select count(*) from woken) as woken
from (select * from decided union all select * from resumed) as e
join cron_tasks t on t.id = e.task_id
