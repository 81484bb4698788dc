-- How our tables fare, by the counters of the server.
select coalesce(json_agg(t order by t.name), '[]')
from (
  select
    s.relname as name, s.n_live_tup as live_rows, s.n_dead_tup as dead_rows, s.n_mod_since_analyze as changed_rows
  from pg_stat_user_tables s
  where s.relid in (
    to_regclass('cron_tasks'), to_regclass('cron_task_executions'), to_regclass('cron_task_execution_logs'),
    to_regclass('pulse_executions'), to_regclass('side_tasks'), to_regclass('task_changes'),
    to_regclass('task_runner_state'), to_regclass('task_runners')
  )
) as t
