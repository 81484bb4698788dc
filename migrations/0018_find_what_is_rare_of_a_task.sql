-- What went wrong with one task, or did not run, however often it ran besides. How often that is the server cannot know when it
-- plans, and read all its executions to find fifty.
create index cron_task_executions_of_task_and_status
  on cron_task_executions (task_id, not_completed, created_at desc, id desc)
  where not_completed is not null;
