-- What an hour came to.
insert into cron_task_hours
select
  '00000000-0000-0000-0000-000000000000', '2027-03-27 05:00:00+00', 1, 1, 0, 0, 0, 2, 312, 12, 300, '{12,300}', '{1,1}',
  jsonb_build_array(jsonb_build_object('task_id', id, 'max_ms', 300)),
  jsonb_build_array(
    jsonb_build_object('task_id', id, 'error_kind', 'EXECUTION', 'n', 1, 'newest', timestamptz '2027-03-27 05:30:00+00')
  ),
  '{}'
from cron_tasks
where name = 'prune-history';
