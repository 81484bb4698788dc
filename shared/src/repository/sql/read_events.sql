-- What happened in transactions that one snapshot does not see and another one does; and that other one.
--
-- Two searches of the index, each bounded by what is new: however long a transaction stays open, nothing is read again and
-- again.
--
-- One row may tell of many executions, and each is an event of its own, numbered by the row and its place in it. What is
-- there to say is read in the row of the execution; where that is gone already, there is nothing.
-- $1 now  $2 the snapshot that is read  $3 up to this one; null: the present one
-- $4 after this transaction  $5 and this number; null: from the beginning  $6 how many
with bounds as materialized (
  select $2::pg_snapshot as read, coalesce($3::pg_snapshot, pg_current_snapshot()) as upto
),
told as materialized (
  select n.*
  from (
    select e.*
    from task_events e
    where e.xid >= pg_snapshot_xmax($2::pg_snapshot)
      and e.xid < pg_snapshot_xmax(coalesce($3::pg_snapshot, pg_current_snapshot()))
    union all
    select e.*
    from task_events e
    where e.xid in (select pg_snapshot_xip($2::pg_snapshot))
  ) as n
  cross join bounds
  where pg_visible_in_snapshot(n.xid, bounds.upto)
    and ($4::text is null or (n.xid, ((n.id + 1) << 20) - 1) > ($4::xid8, $5))
  order by n.xid, n.id
  -- The first row may be one of which all is read.
  limit $6 + 1
),
page as materialized (
  select t.xid, (t.id << 20) + coalesce(each.nth, 0) as id, t.kind, t.at, t.task_name, t.details, each.execution
  from told t
  left join lateral unnest(t.executions) with ordinality as each (execution, nth) on true
  where $4::text is null or (t.xid, (t.id << 20) + coalesce(each.nth, 0)) > ($4::xid8, $5)
  order by t.xid, 2
  limit $6
)
select
  bounds.upto::text, coalesce($1, clock_timestamp()) as now, page.xid::text, page.id,
  case
    when page.execution is null
      then page.details || jsonb_build_object('kind', page.kind, 'at', page.at, 'task_name', page.task_name)
    -- What its row says by now may be of later.
    when page.kind = 'execution.started' and e.id is not null then page.details || jsonb_build_object(
      'kind', page.kind,
      'at', page.at,
      'task_name', e.task_name,
      'execution_id', e.id,
      'scheduled_for', e.scheduled_for,
      'attempt', e.attempt,
      'status', 'RUNNING'
    )
    when e.completed_at is not null then jsonb_build_object(
      'kind', page.kind,
      'at', e.completed_at,
      'task_name', e.task_name,
      'execution_id', e.id,
      'scheduled_for', e.scheduled_for,
      'attempt', e.attempt,
      'status', e.status,
      'duration_ms', e.duration_ms,
      'reason', case when e.status in ('SKIPPED', 'BLOCKED') then e.skipped_reason end,
      'error_kind', e.error ->> 'kind',
      'error_code', e.error ->> 'code',
      'runner_id', e.runner_instance_id,
      'runner', e.executed_by_instance
    )
  end as event
from bounds
left join page on true
left join cron_task_executions e on e.id = page.execution
order by page.xid, page.id
