-- Writes the named limits, and forgets those that are none any more.
-- $1 now  $2 {tag: how many}
with wanted as (
  select l.key as tag, l.value::integer as at_most
  from jsonb_each_text($2) as l
),
forgotten as (
  delete from task_limits t
  where t.tag not in (select w.tag from wanted w)
)
insert into task_limits as t (tag, at_most, updated_at)
select w.tag, w.at_most, coalesce($1, clock_timestamp())
from wanted w
order by w.tag
on conflict (tag) do update set
  at_most = excluded.at_most,
  updated_at = excluded.updated_at
where t.at_most <> excluded.at_most
