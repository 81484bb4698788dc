-- What each execution costs, made less: a claim and its end touch fewer indexes, and leave one event a statement, not a row.

-- An index whose condition names the status is written anew with each change of the status, and so is every other index of
-- the row. The first of these columns changes only when an attempt is queued or taken, the second only when it does not complete.
-- (The table is written anew, once.)
alter table cron_task_executions
  add column waits_at timestamptz generated always as (case when status = 'PENDING' then available_at end) stored,
  add column not_completed task_status generated always as (
    case when status in ('FAILED', 'TIMEOUT', 'CANCELLED', 'SKIPPED', 'BLOCKED') then status end
  ) stored;

comment on column cron_task_executions.waits_at is 'When a queued attempt may begin; null for what is not queued. Follows status and available_at';
comment on column cron_task_executions.not_completed is 'The status, where it is one of those an execution ends or does not begin with and that are rare; else null';

drop index cron_task_executions_queue;
drop index cron_task_executions_waiting;
-- The queue: attempts whose time has come, by priority.
create index cron_task_executions_queue on cron_task_executions (priority, waits_at) where waits_at is not null;
create index cron_task_executions_waiting on cron_task_executions (task_id, attempt) where waits_at is not null;

-- Of each priority the first ones are looked at, however many are due.
drop index cron_tasks_due;
create index cron_tasks_due on cron_tasks (priority, due_at) where enabled and retired_at is null;

-- How an execution ends is written beside how it began, where there is room.
alter table cron_task_executions set (fillfactor = 60);

-- Rows of these come and go all the time; what is dead among them is to be gone soon.
alter table task_runner_state set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
alter table cron_tasks set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

alter table task_events add column executions uuid[];

comment on column task_events.executions is 'What one runner began, or what ended, in one statement; the rest is read in their rows';

drop trigger tell_of_new_execution on cron_task_executions;
drop trigger tell_of_changed_execution on cron_task_executions;

-- The kinds of events, see migration 9. An attempt that went back to the queue may begin again before anybody reads of it, so
-- what there is to say of it is written down.
create function tell_of_new_executions() returns trigger
language plpgsql
as $$
begin
  insert into task_events (at, kind, executions, details)
  select
    max(coalesce(n.completed_at, n.started_at)), n.kind, array_agg(n.id order by n.id),
    case
      when n.kind = 'execution.started' then jsonb_build_object(
        'runner_id', (array_agg(n.runner_instance_id))[1], 'runner', (array_agg(n.executed_by_instance))[1]
      )
      else '{}'
    end
  from (
    select *, case when status = 'RUNNING' then 'execution.started' else 'execution.finished' end as kind
    from new_executions
    where status <> 'PENDING'
  ) as n
  group by n.kind;
  return null;
end
$$;

create function tell_of_changed_executions() returns trigger
language plpgsql
as $$
begin
  -- Sets are compared, for a join of rows whose number nobody knows is made by comparing each with each.
  insert into task_events (at, kind, executions, details)
  select
    (
      -- One that is undone started long ago.
      select max(coalesce(completed_at, greatest(started_at, available_at)))
      from new_executions
      where status <> 'PENDING'
    ),
    c.kind, array_agg(c.id order by c.id),
    case
      when c.kind = 'execution.started' then jsonb_build_object(
        'runner_id', (array_agg(c.runner_instance_id))[1], 'runner', (array_agg(c.executed_by_instance))[1]
      )
      else '{}'
    end
  from (
    select
      id, runner_instance_id, executed_by_instance,
      case when status = 'RUNNING' then 'execution.started' else 'execution.finished' end as kind
    from (
      select id, status, runner_instance_id, executed_by_instance from new_executions where status <> 'PENDING'
      except
      select id, status, runner_instance_id, executed_by_instance from old_executions
    ) as changed
  ) as c
  group by c.kind;

  insert into task_events (at, kind, task_name, details)
  select
    n.available_at, 'execution.withdrawn', n.task_name,
    jsonb_strip_nulls(jsonb_build_object(
      'execution_id', n.id,
      'scheduled_for', n.scheduled_for,
      'attempt', n.attempt,
      'status', n.status,
      'duration_ms', n.duration_ms,
      'error_kind', n.error ->> 'kind',
      'error_code', n.error ->> 'code',
      'runner_id', n.runner_instance_id,
      'runner', n.executed_by_instance
    ))
  from new_executions n
  where n.status = 'PENDING'
    and n.id in (select o.id from old_executions o where o.status <> 'PENDING');
  return null;
end
$$;

create trigger tell_of_new_executions
  after insert on cron_task_executions
  referencing new table as new_executions
  for each statement execute function tell_of_new_executions();

create trigger tell_of_changed_executions
  after update on cron_task_executions
  referencing old table as old_executions new table as new_executions
  for each statement execute function tell_of_changed_executions();
