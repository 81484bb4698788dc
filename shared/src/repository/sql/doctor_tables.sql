-- How our tables fare, by the counters of the server. A history in partitions counts as the one table it is.
select coalesce(json_agg(t order by t.name), '[]')
from (
  select
    c.relname as name, sum(s.n_live_tup)::bigint as live_rows, sum(s.n_dead_tup)::bigint as dead_rows,
    sum(s.n_mod_since_analyze)::bigint as changed_rows
  from pg_stat_user_tables s
  join pg_class c on c.oid = coalesce(pg_partition_root(s.relid), s.relid)
  where c.oid in (
    to_regclass('cron_tasks'), to_regclass('cron_task_executions'), to_regclass('cron_task_execution_logs'),
    to_regclass('cron_task_hours'), to_regclass('pulse_executions'), to_regclass('side_tasks'), to_regclass('task_changes'),
    to_regclass('task_runner_state'), to_regclass('task_runners')
  )
  group by c.relname
) as t
