-- What happened in transactions that one snapshot does not see and another one does; and that other one.
--
-- Two searches of the index, each bounded by what is new: however long a transaction stays open, nothing is read again and
-- again.
-- $1 now  $2 the snapshot that is read  $3 up to this one; null: the present one
-- $4 after this transaction  $5 and this number; null: from the beginning  $6 how many
with bounds as materialized (
  select $2::pg_snapshot as read, coalesce($3::pg_snapshot, pg_current_snapshot()) as upto
),
page as materialized (
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
    and ($4::text is null or (n.xid, n.id) > ($4::xid8, $5))
  order by n.xid, n.id
  limit $6
)
select
  bounds.upto::text, coalesce($1, clock_timestamp()) as now, page.xid::text, page.id,
  page.details || jsonb_build_object('kind', page.kind, 'at', page.at, 'task_name', page.task_name) as event
from bounds
left join page on true
order by page.xid, page.id
