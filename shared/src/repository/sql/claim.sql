-- Decides slots and queued attempts, however many, in one statement. What comes back as RUNNING is the caller's to run.
--
-- Locks: the caller's own row, then the task rows of slots and queued attempts, passing by those that others hold at this
-- moment; they decide the same. As a rule the look that was before has them locked in the same transaction; what follows is as
-- right without it. A slot counts only where the task's next slot still is what was read. Whoever inserts the
-- registry row runs: its keys are one holder a task (several where the policy allows them) and one place under a limit.
--
-- The limits of unnest are for the plan, as in finish.sql: each slot and each attempt is looked up, and a plan for any number
-- of them is not taken for dearer than one that is made anew.
-- $1 now  $2 runner  $3 its name  $4 environment  $5 overlap prevention
-- $6 execution  $7 task  $8 next slot as read  $9 slot  $10 next slot  $11 when that is due  $12 missed  $13 decision
-- $14 queued execution  $15 blocked by
-- $16 task of a slot that passed  $17 its execution  $18 that slot  $19 why it does not run  $20 earlier ones it stands for
-- $21 heartbeat interval from here on, in ms
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
    s.*, t.name, t.priority, t.tags, t.catch_up, t.overlap, t.overlap_limit,
    t.config || coalesce(t.overrides #> array['environments', $4, 'config'], '{}') as config,
    coalesce((t.overrides #>> array['environments', $4, 'retries'])::integer, t.retries) as retries,
    -- One look into the index a slot, and never one over all history.
    coalesce(
      (
        select true
        from cron_task_executions x
        where x.task_id = s.task_id and x.scheduled_for = s.slot and x.attempt = 1
        limit 1
      ),
      false
    ) as decided_before
  from (
    select *
    from unnest($6, $7, $8, $9, $10, $11, $12, $13)
      as s (execution_id, task_id, read_next, slot, next_slot, next_due, missed, decision)
    limit cardinality($6)
  ) as s
  cross join clock
  join cron_tasks t on t.id = s.task_id
  -- In a CASE, or the server takes these for fewer than they are.
  where case when t.next_execution_at = s.read_next then t.enabled and t.retired_at is null else false end
  for no key update of t skip locked
),
picked as materialized (
  select
    e.id as execution_id, e.task_id, e.task_name, e.available_at, e.priority, q.blocked_by, t.tags, t.overlap,
    t.overlap_limit
  from (select * from unnest($14, $15) as q (execution_id, blocked_by) limit cardinality($14)) as q
  cross join clock
  join cron_task_executions e on e.id = q.execution_id
  join cron_tasks t on t.id = e.task_id
  where case
    when e.waits_at is null then false
    -- With cancel_running, a slot that comes now replaces what waits.
    else not (
      $5 and t.overlap = 'cancel_running' and not e.is_manual and e.rollback is null
      and t.id in (select m.task_id from mine m where m.decision = 'run')
    )
  end
  for no key update of e, t skip locked
),
-- What is to begin, each with what stands in its way: who runs the task, how many of its slots wait, and what else of it this
-- very claim starts. Few tables are joined to others from here on, for nobody can tell the server how many rows these have.
work as materialized (
  select
    w.*, here.holders, here.waiting,
    count(*) filter (where w.is_queued and w.blocked_by is null) over (partition by w.task_id) as picked
  from (
    select
      m.execution_id, m.task_id, m.name, m.slot as due, m.priority, m.tags, m.overlap, m.overlap_limit, false as is_queued,
      null::text as blocked_by, m.decision, m.decided_before, m.slot, m.missed, m.catch_up, m.config, m.retries
    from mine m
    union all
    select
      p.execution_id, p.task_id, p.task_name, p.available_at, p.priority, p.tags, p.overlap, p.overlap_limit, true,
      p.blocked_by, null, false, null, null, null, null, null
    from picked p
  ) as w
  cross join lateral (
    select
      (
        select coalesce(array_agg(r.holder), '{}')
        from task_runner_state r
        where r.task_type = 'cron' and r.task_name = w.name
      ) as holders,
      (
        select count(*)
        from cron_task_executions x
        where x.task_id = w.task_id and x.waits_at is not null and x.attempt = 1 and not x.is_manual
          and x.id not in (select p.execution_id from picked p)
      ) as waiting
  ) as here
),
wanted as (
  select w.execution_id, w.name, w.due, w.priority, w.tags, w.overlap, w.overlap_limit, w.holders
  from work w
  where case
    when w.is_queued then w.blocked_by is null
    else w.decision = 'run'
      and not w.decided_before
      -- An earlier slot that waits goes first.
      and (w.waiting = 0 or not $5 or w.overlap in ('cancel_running', 'allow'))
  end
),
seated as (
  select
    w.*, named.tag, named.at_most,
    case
      when not $5 then w.execution_id::text
      when w.overlap = 'allow' then (
        select n::text
        from generate_series(1, least(w.overlap_limit, cardinality(w.holders) + w.nth)) as n
        where n::text <> all (w.holders)
        order by n
        offset w.nth - 1
        limit case when cardinality(w.holders) + w.nth <= w.overlap_limit then 1 else 0 end
      )
      when cardinality(w.holders) = 0 and w.nth = 1 then ''
    end as holder
  from (select *, row_number() over (partition by name order by due) as nth from wanted) as w
  left join lateral (
    select l.tag, l.at_most from task_limits l where l.tag = any (w.tags) order by l.tag limit 1
  ) as named on true
),
placed as materialized (
  select
    s.*,
    (
      select n
      from generate_series(1, s.held + s.nth_of_tag) as n
      where not exists (
        select from task_runner_state r where r.limit_tag = s.tag and r.limit_place = n
      )
      order by n
      offset s.nth_of_tag - 1
      -- Where the limit was lowered, more may be held than it allows.
      limit case when s.held + s.nth_of_tag <= s.at_most then 1 else 0 end
    ) as place
  from (
    select
      *,
      case when tag is not null then (select count(*) from task_runner_state r where r.limit_tag = seated.tag) end as held,
      row_number() over (
        partition by tag
        order by due + (array_position(enum_range(null::task_priority), priority) - 1) * interval '5 minutes'
      ) as nth_of_tag
    from seated
    where holder is not null
  ) as s
),
taken as (
  insert into task_runner_state (
    id, task_name, task_type, holder, started_at, environment, runner_instance_id, limit_tag, limit_place
  )
  select p.execution_id, p.name, 'cron', p.holder, clock.now, $4, $2, p.tag, p.place
  from placed p
  cross join clock
  where p.tag is null or p.place is not null
  -- Places first and in order: claims that meet wait for each other in one order. They never meet at a task.
  order by p.tag nulls first, p.place, p.name, p.due
  on conflict do nothing
  returning id
),
advanced as (
  update cron_tasks t
  set next_execution_at = m.next_slot, due_at = m.next_due
  from mine m
  where t.id = m.task_id
),
-- Whoever claims beats fast from the same moment on: killed right after, it is missed soon.
beat as (
  update task_runners r
  set heartbeat_at = greatest(r.heartbeat_at, clock.now), heartbeat_interval = $21
  from clock
  where r.instance_id = $2
    and exists (select from taken)
),
judged as materialized (
  select
    j.*,
    case
      when j.decision not in ('run', 'wait', 'deferred') then j.decision
      when j.runs then null
      -- With catch-up `all`, it waits.
      when j.overlap = 'skip' and j.catch_up = 'all' then null
      when j.overlap = 'skip' and j.busy then 'previous_instance_running'
      when j.overlap = 'allow' and j.decision = 'run' and j.busy then 'previous_instance_running'
      when j.overlap in ('skip', 'queue_one') and j.waiting > 0 and $5 then 'previous_instance_waiting'
      when j.overlap = 'queue_all' and j.waiting >= j.overlap_limit and $5 then 'queue_full'
    end as refused,
    case
      when j.decision = 'wait' or j.runs then null
      when j.decision = 'deferred' then 'budget_spent'
      when j.busy then 'previous_instance_running'
      when j.waiting > 0 then 'previous_instance_waiting'
      else (
        select 'concurrency_limit:' || n.tag from task_limits n where n.tag = any (j.tags) order by n.tag limit 1
      )
    end as waits_for
  from (
    select
      w.*,
      w.execution_id in (select id from taken) as runs,
      $5 and (
        cardinality(w.holders) + w.picked >= case when w.overlap = 'allow' then w.overlap_limit else 1 end
        -- Somebody was faster than this statement could see.
        or w.execution_id in (select p.execution_id from placed p where p.tag is null)
      ) as busy
    from work w
    where not w.is_queued and not w.decided_before
    offset 0
  ) as j
),
-- The newest slot replaces what runs, and what waits. What has been begun before is undone.
superseded as (
  update cron_task_executions e
  set
    status = case when e.attempt > 1 then e.status else 'CANCELLED' end,
    rollback = case when e.attempt > 1 then '{"status": "PENDING", "duration_ms": 0, "error": null}'::jsonb end,
    available_at = clock.now,
    started_at = coalesce(e.started_at, clock.now),
    completed_at = case when e.attempt > 1 then null else clock.now end,
    cancel_requested_at = clock.now,
    cancel_requested_by = 'schedule',
    cancel_code = 'superseded',
    error = jsonb_build_object(
      'kind', 'EXECUTION', 'code', 'superseded', 'message', 'a later slot replaced it', 'chain', '[]'::jsonb,
      'sentence', '{"id": "error-superseded"}'::jsonb
    )
  from judged j
  cross join clock
  where j.overlap = 'cancel_running'
    and $5
    and j.refused is null
    and e.task_id = j.task_id
    and e.waits_at is not null
    and e.rollback is null
    and not e.is_manual
    and e.id not in (select p.execution_id from picked p)
),
replaced as (
  update cron_task_executions e
  set
    cancel_requested_at = coalesce(e.cancel_requested_at, clock.now),
    cancel_requested_by = coalesce(e.cancel_requested_by, 'schedule'),
    cancel_code = coalesce(e.cancel_code, 'superseded')
  from judged j
  join task_runner_state r on r.task_type = 'cron' and r.task_name = j.name
  cross join clock
  where j.overlap = 'cancel_running'
    and j.decision = 'run'
    and not j.runs
    and j.refused is null
    and e.id = r.id
    -- In a CASE, or the server takes these for so few that it reads all of a small history to find them.
    and case when e.status = 'RUNNING' then not e.is_manual else false end
  returning e.id
),
woken as (
  -- The others have to know from when on it may be missed.
  select pg_notify('downbeat', 'busy')
  from me
  where me.heartbeat_interval > $21
    and exists (select from taken)
  union all
  select pg_notify('downbeat', 'orders')
  where exists (select from replaced)
  union all
  -- What there is too little time for here, others may begin at once.
  select pg_notify('downbeat', 'queue')
  where exists (select from judged where decision = 'deferred')
),
decided as (
  insert into cron_task_executions (
    id, task_id, task_name, scheduled_for, max_attempts, status, priority, available_at, started_at, completed_at,
    config, skipped_reason, missed_slots, execution_environment, triggered_by, runner_instance_id,
    executed_by_instance, fencing_token, created_at
  )
  select
    j.execution_id, j.task_id, j.name, j.slot, least(j.retries, 2147483646) + 1, outcome.status::task_status,
    j.priority, j.slot,
    case when outcome.status <> 'PENDING' then clock.now end,
    case when outcome.status = 'SKIPPED' then clock.now end,
    j.config,
    case outcome.status when 'SKIPPED' then j.refused when 'PENDING' then j.waits_for end,
    j.missed, $4,
    case when j.decision = 'wait' then 'dependency' else 'schedule' end,
    case when outcome.status = 'RUNNING' then $2 end,
    $3,
    case when outcome.status = 'RUNNING' then nextval('task_fencing_tokens') end,
    clock.now
  from judged j
  cross join clock
  cross join lateral (
    select case when j.runs then 'RUNNING' when j.refused is not null then 'SKIPPED' else 'PENDING' end as status
  ) as outcome
  returning *
),
passed as (
  insert into cron_task_executions (
    id, task_id, task_name, scheduled_for, status, priority, available_at, started_at, completed_at, config,
    skipped_reason, missed_slots, execution_environment, executed_by_instance, created_at
  )
  select
    s.execution_id, m.task_id, m.name, s.slot, 'SKIPPED', m.priority, s.slot, clock.now, clock.now, m.config, s.reason,
    s.missed, $4, $3, clock.now
  from unnest($16, $17, $18, $19, $20) as s (task_id, execution_id, slot, reason, missed)
  join mine m on m.task_id = s.task_id
  cross join clock
  on conflict (task_id, scheduled_for, attempt) do nothing
),
resumed as (
  update cron_task_executions e
  set
    status = case when p.blocked_by is null then 'RUNNING' else 'BLOCKED' end::task_status,
    -- What is only to be undone keeps what is known of its attempt.
    started_at = case when e.rollback is null then clock.now else coalesce(e.started_at, clock.now) end,
    completed_at = case when p.blocked_by is not null then clock.now end,
    skipped_reason = 'dependency_failed:' || p.blocked_by,
    error = case when p.blocked_by is not null then jsonb_build_object(
      'kind', 'DEPENDENCY',
      'code', 'dependency_failed',
      'message', format('%s did not complete', p.blocked_by),
      'chain', '[]'::jsonb,
      'sentence', jsonb_build_object(
        'id', 'error-dependency-failed', 'arguments', jsonb_build_object('task', p.blocked_by)
      )
    ) else e.error end,
    execution_environment = $4,
    runner_instance_id = case when p.blocked_by is null then $2 end,
    executed_by_instance = $3,
    fencing_token = case when p.blocked_by is null then nextval('task_fencing_tokens') end
  from picked p
  cross join clock
  where e.id = p.execution_id
    and case when p.blocked_by is null then p.execution_id in (select id from taken) else true end
  returning e.*
)
select
  e.id, e.task_id, e.task_name, e.scheduled_for, e.attempt, e.max_attempts, e.status::text, e.started_at, e.config,
  e.skipped_reason, e.missed_slots, e.asked_at is null and not e.is_manual as is_asked_for, e.is_dry_run, e.fencing_token, e.checkpoint,
  case when e.rollback is not null then e.error end as undo,
  case
    when e.cancel_requested_at is not null then 'CANCELLED'
    when e.error_kind = 'TIMEOUT' then 'TIMEOUT'
    else 'FAILED'
  end as undo_status,
  coalesce((t.overrides #>> array['environments', $4, 'timeout'])::integer, t.timeout) as timeout, t.retry_delay,
  (select count(*) from woken) as woken
from (select * from decided union all select * from resumed) as e
join cron_tasks t on t.id = e.task_id
