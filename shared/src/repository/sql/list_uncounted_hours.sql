-- Hours that are over and not counted, newest first. One without executions needs no counts.
-- $1 now  $2 how far back, in ms  $3 how many at most
--
-- An execution is created when the statement that writes it begins, and seen by others when its transaction ends. So an hour is
-- let alone for five minutes, and for as long as somebody writes who began before its end. (Of sessions of other roles nothing is
-- known, nor is a clock that is set back foreseen: what is created in an hour that was counted is in no counts of it.)
-- What waits would be read one by one where its hour is counted, so an hour of which much waits is let alone, and all are while
-- very much does. Nothing is counted where nothing can be written.
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
waiting as materialized (
  select created_at
  from cron_task_executions
  where waits_at is not null
  limit 10001
),
past as materialized (
  select p.hour
  from clock
  cross join lateral (
    select date_bin('1 hour', now - interval '65 minutes', '2000-01-01 00:00:00Z') - n * interval '1 hour' as hour
    from generate_series(0, $2 / 3600000) n
  ) as p
  where p.hour >= clock.now - $2 * interval '1 millisecond'
    and not exists (
      select from cron_task_hours h
      where h.hour = p.hour
        and h.task_id = '00000000-0000-0000-0000-000000000000'
    )
)
select past.hour
from past
where (select count(*) from waiting) <= 10000
  and not pg_is_in_recovery()
  and current_setting('transaction_read_only') = 'off'
  -- The first one in it, so that it is found by an index.
  and (
    select e.created_at
    from cron_task_executions e
    where e.created_at >= past.hour
      and e.created_at < past.hour + interval '1 hour'
      and not e.is_dry_run
    order by e.created_at
    limit 1
  ) is not null
  and (
    select count(*)
    from waiting w
    where w.created_at >= past.hour
      and w.created_at < past.hour + interval '1 hour'
  ) <= 1000
  and not exists (
    select from pg_stat_activity a
    where a.datname = current_database()
      -- Who waits for a row has none yet.
      and (a.backend_xid is not null or a.wait_event_type = 'Lock')
      and a.xact_start < past.hour + interval '1 hour'
  )
order by past.hour desc
limit $3
