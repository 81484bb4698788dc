-- $tasks tasks that are not due.
insert into cron_tasks (id, name, schedule, next_execution_at, due_at)
select
  ('20000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, 'grown-' || n, '0 0 1 1 *', now() + n * interval '1 hour',
  now() + n * interval '1 hour'
from generate_series(1, $tasks) n
on conflict do nothing;
