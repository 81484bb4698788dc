-- Finds dead runners, records what they were doing as lost and queues the next attempts. What was lost in its last attempt is
-- queued as it is, to be undone by somebody; what is lost while it is undone has failed to be.
--
-- Dead is whose heartbeat is older than its lease; or older than two intervals while its advisory lock is free. Taking that
-- lock for the length of this statement keeps a runner that comes back from claiming in between. A lock is free, too, where
-- the server that had it is no more: who has not beaten since may be at work, and shall have its lease.
-- Registry rows whose owner has ended already are found too: a row that was locked during an earlier burial was left.
-- $1 now  $2 this runner  $3 ids for the next attempts: no more rows than these are handled at once
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
-- Since when this server has its locks: it was started, was promoted, or recovered from a crash, whichever was last.
server as materialized (
  select greatest(pg_postmaster_start_time(), pg_last_xact_replay_timestamp(), s.stats_reset) as began
  from pg_stat_bgwriter s
),
dead as materialized (
  select r.instance_id
  from task_runners r
  cross join clock
  cross join server
  where r.ended_at is null
    and r.instance_id <> $2
    and case
      when r.heartbeat_at < clock.now - r.lease * interval '1 millisecond' then true
      -- A clock that somebody moves does not know when the server began.
      when $1 is null and r.heartbeat_at <= server.began then false
      when r.heartbeat_at < clock.now - 2 * r.heartbeat_interval * interval '1 millisecond'
        then pg_try_advisory_xact_lock(r.lock_key)
      else false
    end
  for no key update of r skip locked
),
left_behind as materialized (
  select s.id, s.task_name, s.task_type
  from task_runner_state s
  left join task_runners r on r.instance_id = s.runner_instance_id
  where r.instance_id is null
    or r.ended_at is not null
    or r.instance_id in (select instance_id from dead)
),
locked as materialized (
  select t.id
  from cron_tasks t
  where t.name in (select task_name from left_behind where task_type = 'cron')
  order by t.id
  for no key update
),
orphans as materialized (
  select s.id, s.task_name, s.task_type, s.runner_instance_id
  from task_runner_state s
  where s.id in (select id from left_behind)
    and (select count(*) from locked) >= 0
  limit cardinality($3::uuid[])
  for update of s skip locked
),
-- Locked, so that an order to end that came this moment is seen.
running as materialized (
  select
    e.id, e.rollback, e.duration_ms, e.error,
    e.rollback is null and not e.is_dry_run
      and (e.attempt >= e.max_attempts or e.cancel_requested_at is not null) as to_undo,
    -- What somebody had asked to end has ended.
    case when e.cancel_requested_at is null then 'FAILED' else 'CANCELLED' end as final,
    jsonb_build_object(
      'kind', 'SYSTEM',
      'code', 'runner_lost',
      'message', format('runner %s was lost while it ran this', e.executed_by_instance),
      'chain', '[]'::jsonb,
      'sentence', jsonb_build_object(
        'id', 'error-runner-lost', 'arguments', jsonb_build_object('runner', coalesce(e.executed_by_instance, ''))
      )
    ) as lost
  from cron_task_executions e
  join orphans o on o.id = e.id
  where o.task_type = 'cron'
    and e.status = 'RUNNING'
  for no key update of e
),
failed as (
  update cron_task_executions e
  set
    status = case when r.to_undo then 'PENDING' else r.final end::task_status,
    completed_at = case when not r.to_undo then clock.now end,
    available_at = clock.now,
    duration_ms = case
      when r.rollback is null
        then least(extract(epoch from clock.now - e.started_at) * 1000, 2147483647)::integer
      else r.duration_ms
    end,
    error = case when r.rollback is null then r.lost else r.error end,
    rollback = case
      when r.rollback is not null then jsonb_build_object('status', 'FAILED', 'duration_ms', 0, 'error', r.lost)
      when r.to_undo then jsonb_build_object('status', 'PENDING', 'duration_ms', 0, 'error', null)
    end
  from running r
  cross join clock
  where e.id = r.id
  returning
    e.id, e.task_id, e.task_name, e.scheduled_for, e.attempt, e.max_attempts, e.priority, e.config, e.is_manual,
    e.is_dry_run, e.missed_slots, e.started_at, e.duration_ms, e.error, e.status, e.checkpoint, e.rollback, e.asked_at
),
released as (
  delete from task_runner_state s
  using orphans o
  where s.id = o.id
),
retried as (
  insert into cron_task_executions (
    id, task_id, task_name, scheduled_for, attempt, max_attempts, status, priority, available_at, config,
    missed_slots, triggered_by, is_manual, is_dry_run, parent_execution_id, checkpoint, asked_at,
    created_at
  )
  select
    fresh.id, f.task_id, f.task_name, f.scheduled_for, f.attempt + 1, f.max_attempts, 'PENDING', f.priority, clock.now,
    f.config, f.missed_slots, 'retry', f.is_manual, f.is_dry_run, f.id, f.checkpoint, f.asked_at,
    clock.now
  from (select *, row_number() over () as n from failed) as f
  join unnest($3) with ordinality as fresh (id, n) on fresh.n = f.n
  cross join clock
  where f.attempt < f.max_attempts
    and f.status = 'FAILED'
    and f.rollback is null
  returning parent_execution_id
),
counted as (
  update cron_tasks t
  set
    execution_count = t.execution_count + n.total,
    error_count = t.error_count + n.failed,
    consecutive_failures = t.consecutive_failures + n.failed,
    average_execution_time = coalesce(
      t.average_execution_time + (n.duration - t.average_execution_time * n.total) / (t.execution_count + n.total),
      n.duration / n.total
    ),
    last_executed_at = greatest(t.last_executed_at, n.started_at),
    last_execution_status = n.status,
    last_execution_duration = n.duration_ms,
    last_execution_error = n.error
  from (
    select
      f.task_id,
      count(*) as total,
      count(*) filter (where f.status = 'FAILED') as failed,
      sum(f.duration_ms)::double precision as duration,
      max(f.started_at) as started_at,
      (array_agg(f.status order by f.started_at desc))[1] as status,
      (array_agg(f.duration_ms order by f.started_at desc))[1] as duration_ms,
      (array_agg(f.error order by f.started_at desc))[1] as error
    from failed f
    -- What is still to be undone counts when it has been.
    where not f.is_dry_run and f.status <> 'PENDING'
    group by f.task_id
  ) as n
  where t.id = n.task_id
),
-- Not FAILED, which says that it was given up: another worker takes it. Where other workers run it too, they go on.
stopped as (
  update side_tasks t
  set
    is_running = others.remain,
    status = case when t.status = 'RUNNING' and not others.remain then 'PENDING' else t.status end,
    stopped_at = case when others.remain then t.stopped_at else clock.now end,
    is_healthy = case when others.remain then t.is_healthy end,
    health_message = case when others.remain then t.health_message end,
    health_sentence = case when others.remain then t.health_sentence end,
    last_error = jsonb_build_object(
      'kind', 'SYSTEM', 'code', 'runner_lost', 'message', 'the worker that ran this was lost', 'chain', '[]'::jsonb,
      'sentence', '{"id": "error-worker-lost"}'::jsonb
    )
  from orphans o
  cross join clock
  cross join lateral (
    select exists (
      select
      from task_runner_state s
      where s.task_type = 'side' and s.task_name = o.task_name and s.id not in (select id from orphans)
    ) as remain
  ) as others
  where o.task_type = 'side' and t.name = o.task_name
),
ended as (
  update task_runners r
  set ended_at = clock.now, end_reason = 'lost', running = 0
  from dead d
  cross join clock
  where r.instance_id = d.instance_id
  returning r.instance_id
),
woken as (
  -- Also where nothing is left of what it ran: it may have been about to look for what waited for that.
  select pg_notify('downbeat', 'queue')
  where exists (select from orphans) or exists (select from dead)
)
select
  clock.now,
  -- When the next of the others could be found dead, if it stays silent. One that is overdue and still holds its lock is
  -- looked at each second.
  (
    select min(greatest(
      r.heartbeat_at + 2 * r.heartbeat_interval * interval '1 millisecond',
      clock.now + case
        when r.heartbeat_at < clock.now - 2 * r.heartbeat_interval * interval '1 millisecond' then interval '1 second'
        else interval '0'
      end
    ))
    from task_runners r
    where r.ended_at is null and r.instance_id <> $2 and r.instance_id not in (select instance_id from dead)
  ) as next_check_at,
  (select count(*) from ended) as buried,
  (select count(*) from woken) as woken,
  o.task_name,
  o.task_type,
  o.runner_instance_id,
  o.task_type = 'side' or exists (select from retried x where x.parent_execution_id = o.id) as retried
from clock
left join orphans o on true
