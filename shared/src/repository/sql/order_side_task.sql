-- Tells all workers to stop a side task, or to run it again.
-- $1 name  $2 whether it is to run
update side_tasks
set status = case
  when not $2 then 'CANCELLED'
  when is_running then 'RUNNING'
  else 'PENDING'
end::task_status
where name = $1
  and retired_at is null
returning pg_notify('downbeat', 'side')::text
