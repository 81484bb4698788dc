-- Grown tables: what is rare among very many rows is found without reading them all.

-- The history of what went wrong or did not run, and of one such status. Nearly all rows are COMPLETED, and cost nothing here.
create index cron_task_executions_not_completed on cron_task_executions (created_at desc, id desc)
  where not_completed is not null;
create index cron_task_executions_of_status on cron_task_executions (not_completed, created_at desc, id desc)
  where not_completed is not null;
-- What was asked for by hand, to explain what came of slots at that time.
create index cron_task_executions_by_hand on cron_task_executions (task_id, scheduled_for) where is_manual;
-- Runners that ended lately, and those that ended long ago: a pulse each is many.
create index task_runners_ended on task_runners (ended_at) where ended_at is not null;
