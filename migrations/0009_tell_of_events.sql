-- What happens is written down as it happens, so that whoever looks hears of it, wherever it happened; and requests that are
-- repeated with the same key act once.

create table task_events (
  xid xid8 not null default pg_current_xact_id(),
  id bigint not null generated always as identity,
  at timestamptz not null,
  kind text not null,
  task_name text,
  details jsonb not null default '{}',
  primary key (xid, id)
);

comment on table task_events is 'What happened, kept for two days: what live events are read from';
comment on column task_events.xid is 'The transaction it happened in. A reader that knows which transactions it has seen misses none that commits late';
comment on column task_events.kind is 'execution.started, execution.finished, execution.withdrawn, runner.joined, runner.left, task.changed';
comment on column task_events.details is 'What there is to say, by name';

-- Triggers, and no part of the statements: what a program of an earlier version does is told of, too.
create function tell_of_execution() returns trigger
language plpgsql
as $$
declare
  e cron_task_executions := case when tg_op = 'DELETE' then old else new end;
begin
  insert into task_events (at, kind, task_name, details)
  values (
    case
      -- What was begun, but was not due after all, is deleted at once.
      when tg_op = 'DELETE' then e.started_at
      -- One that is undone started long ago.
      when e.status = 'RUNNING' then greatest(e.started_at, e.available_at)
      when e.status = 'PENDING' then e.available_at
      else e.completed_at
    end,
    case
      when tg_op = 'DELETE' or e.status = 'PENDING' then 'execution.withdrawn'
      when e.status = 'RUNNING' then 'execution.started'
      else 'execution.finished'
    end,
    e.task_name,
    jsonb_strip_nulls(jsonb_build_object(
      'execution_id', e.id,
      'scheduled_for', e.scheduled_for,
      'attempt', e.attempt,
      'status', case when tg_op <> 'DELETE' then e.status end,
      'duration_ms', e.duration_ms,
      'reason', case when e.status in ('SKIPPED', 'BLOCKED') then e.skipped_reason end,
      'error_kind', e.error ->> 'kind',
      'error_code', e.error ->> 'code',
      'runner_id', e.runner_instance_id,
      'runner', e.executed_by_instance
    ))
  );
  return null;
end
$$;

create trigger tell_of_new_execution
  after insert on cron_task_executions
  for each row when (new.status <> 'PENDING')
  execute function tell_of_execution();

create trigger tell_of_changed_execution
  after update of status on cron_task_executions
  for each row when (old.status <> new.status)
  execute function tell_of_execution();

create trigger tell_of_dropped_execution
  after delete on cron_task_executions
  for each row when (old.status = 'RUNNING')
  execute function tell_of_execution();

create function tell_of_runner() returns trigger
language plpgsql
as $$
begin
  insert into task_events (at, kind, details)
  values (
    coalesce(new.ended_at, new.started_at),
    case when new.ended_at is null then 'runner.joined' else 'runner.left' end,
    jsonb_strip_nulls(jsonb_build_object(
      'runner_id', new.instance_id, 'runner', new.name, 'runner_kind', new.kind, 'reason', new.end_reason
    ))
  );
  return null;
end
$$;

create trigger tell_of_new_runner
  after insert on task_runners
  for each row execute function tell_of_runner();

create trigger tell_of_ended_runner
  after update of ended_at on task_runners
  for each row when (old.ended_at is null and new.ended_at is not null)
  execute function tell_of_runner();

create function tell_of_change() returns trigger
language plpgsql
as $$
begin
  insert into task_events (at, kind, task_name, details)
  values (
    new.changed_at, 'task.changed', new.task_name,
    jsonb_strip_nulls(jsonb_build_object(
      'action', new.action, 'changed_by', new.changed_by, 'task_type', new.task_type
    ))
  );
  return null;
end
$$;

create trigger tell_of_change
  after insert on task_changes
  for each row execute function tell_of_change();

create table idempotency_keys (
  key text primary key,
  fingerprint text not null,
  execution_id uuid not null,
  created_at timestamptz not null
);

create index idempotency_keys_age on idempotency_keys (created_at);

comment on table idempotency_keys is 'Requests that came with an Idempotency-Key and acted, kept for a day';
comment on column idempotency_keys.fingerprint is 'Hash of who asked for what; another request with the same key is refused';
comment on column idempotency_keys.execution_id is 'What the first one led to; a repeat is answered with it';
