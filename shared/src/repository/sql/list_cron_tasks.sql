-- $1 name  $2 enabled  $3 priorities  $4 last statuses  $5 category
select to_json(t)
from (
  select
    id, name, description, version, category, tags, dependencies, schedule, schedule_function, timezone, catch_up,
    catch_up_window, enabled, priority, timeout, retries, retry_delay, config, overrides, retired_at, next_execution_at,
    last_executed_at, last_execution_status, last_execution_error, last_execution_duration, execution_count,
    success_count, error_count, consecutive_failures, average_execution_time, created_at, updated_at,
    exists (
      select from task_runner_state r where r.task_type = 'cron' and r.task_name = cron_tasks.name
    ) as is_running
  from cron_tasks
  where ($1::text is null or name = $1)
    and ($2::boolean is null or enabled = $2)
    and ($3::text[] is null or priority::text = any ($3))
    and ($4::text[] is null or last_execution_status::text = any ($4))
    and ($5::text is null or category = $5)
  order by retired_at is not null, name
) as t
