-- Who follows events is told which runner instance somebody stopped or restarted; the record of the change always knew.
create or replace function tell_of_change() returns trigger
language plpgsql
as $$
begin
  insert into task_events (at, kind, task_name, details)
  values (
    new.changed_at, 'task.changed', new.task_name,
    jsonb_strip_nulls(jsonb_build_object(
      'action', new.action, 'changed_by', new.changed_by, 'task_type', new.task_type
    ))
    -- Under a task, a column of that name would be something else.
    || case when new.task_name is null and new.after ? 'instance_id'
      then jsonb_build_object('runner', new.after -> 'runner', 'runner_id', new.after -> 'instance_id')
      else '{}'
    end
  );
  return null;
end
$$;
