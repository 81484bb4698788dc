-- Why a slot of long ago did not run is found without reading all that its task has done since.

-- The next slot that stands for earlier ones. Nearly no row does, so it costs next to nothing.
create index cron_task_executions_caught_up on cron_task_executions (task_id, scheduled_for) where missed_slots > 0;
