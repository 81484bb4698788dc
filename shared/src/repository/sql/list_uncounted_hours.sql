-- Hours that are over and not counted, newest first. One without executions needs no counts.
-- $1 now  $2 how far back, in ms  $3 how many at most
--
-- An execution is created when the statement that writes it begins, and seen by others when its transaction ends. So an hour is
-- let alone for five minutes, and for as long as somebody writes who began before its end. (Of sessions of other roles nothing is
-- known, nor is a clock that is set back foreseen: what is created in an hour that was counted is in no counts of it.)
-- While very many wait, they would be read one by one in what is counted.
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
waiting as materialized (
  select count(*) as n
  from (select from cron_task_executions where waits_at is not null limit 10001) as w
)
select past.hour
from clock
cross join lateral (
  select date_bin('1 hour', now - interval '65 minutes', '2000-01-01 00:00:00Z') - n * interval '1 hour' as hour
  from generate_series(0, $2 / 3600000) n
) as past
where (select n from waiting) <= 10000
  and past.hour >= clock.now - $2 * interval '1 millisecond'
  and not exists (
    select from cron_task_hours h
    where h.hour = past.hour
      and h.task_id = '00000000-0000-0000-0000-000000000000'
  )
  -- The next one from there on, so that it is found by an index.
  and (
    select e.created_at
    from cron_task_executions e
    where e.created_at >= past.hour
      and not e.is_dry_run
    order by e.created_at
    limit 1
  ) < past.hour + interval '1 hour'
  and not exists (
    select from pg_stat_activity a
    where a.datname = current_database()
      and a.backend_xid is not null
      and a.xact_start < past.hour + interval '1 hour'
  )
order by past.hour desc
limit $3
