-- $1 now  $2 name  $3 enabled  $4 priorities  $5 last statuses  $6 category
select to_json(t)
from (
  select
    id, name, description, version, category, tags, dependencies, schedule, schedule_function, timezone, catch_up,
    catch_up_window, overlap, overlap_limit, runs_on, start_jitter, not_before, not_after, enabled, paused_at, paused_until,
    paused_by, paused_at is not null and coalesce(paused_until > coalesce($1, clock_timestamp()), true) as is_paused,
    history_interval, priority, timeout, retries, retry_delay, config, overrides, retired_at, next_execution_at, due_at,
    last_executed_at, last_execution_status, last_execution_error, last_execution_duration, execution_count,
    success_count, error_count, consecutive_failures, average_execution_time, created_at, updated_at,
    exists (
      select from task_runner_state r where r.task_type = 'cron' and r.task_name = cron_tasks.name
    ) as is_running
  from cron_tasks
  where ($2::text is null or name = $2)
    and ($3::boolean is null or enabled = $3)
    and ($4::text[] is null or priority::text = any ($4))
    and ($5::text[] is null or last_execution_status::text = any ($5))
    and ($6::text is null or category = $6)
  order by retired_at is not null, name
) as t
