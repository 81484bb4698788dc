-- A paused task that queues, with a limit on its tag and an instance that takes a place and is stuck.
update cron_tasks
set
  overlap = 'queue_all', overlap_limit = 5, start_jitter = 60000, not_before = '2026-01-01 00:00:00+00',
  paused_at = '2027-03-27 00:00:00+00', paused_until = '2027-03-28 00:00:00+00', paused_by = 'TASK_API_TOKEN',
  history_interval = 1800000
where name = 'prune-history';

insert into task_limits (tag, at_most) values ('maintenance', 2);

update task_runner_state
set limit_tag = 'maintenance', limit_place = 1, stuck_since = '2027-03-27 03:01:00+00'
where task_name = 'prune-history';
