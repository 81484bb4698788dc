-- What a task does with slots it cannot run at once: overlap policies, places under named limits, pauses, and starts that
-- are spread. Every slot leaves a row, so there is one for each that did not run, too.

alter table cron_tasks
  add column overlap text not null default 'skip'
    check (overlap in ('skip', 'queue_one', 'queue_all', 'cancel_running', 'allow')),
  add column overlap_limit integer not null default 1 check (overlap_limit >= 1),
  add column start_jitter integer not null default 0 check (start_jitter >= 0),
  add column not_before timestamptz,
  add column not_after timestamptz,
  add column due_at timestamptz,
  add column paused_at timestamptz,
  add column paused_until timestamptz,
  add column paused_by text,
  add column history_interval integer not null default 0 check (history_interval >= 0),
  add column last_history_logged_at timestamptz;

update cron_tasks set due_at = next_execution_at where next_execution_at is not null;

drop index cron_tasks_due;
-- Claiming asks for the due ones, and the worker sleeps until the first of the rest.
create index cron_tasks_due on cron_tasks (due_at) where enabled and retired_at is null;
-- When the first pause ends by itself, what was queued meanwhile may start.
create index cron_tasks_paused on cron_tasks (paused_until) where paused_until is not null;

comment on column cron_tasks.overlap is 'What happens to a slot that comes while the task runs: skip, queue_one, queue_all (up to overlap_limit wait), cancel_running, allow (up to overlap_limit at once)';
comment on column cron_tasks.overlap_limit is 'With queue_all: how many slots may wait; with allow: how many instances may run at once';
comment on column cron_tasks.start_jitter is 'Its starts are spread over so long, each task by a share of its own, in milliseconds';
comment on column cron_tasks.not_before is 'It has no slots before this instant';
comment on column cron_tasks.not_after is 'It has no slots after this instant';
comment on column cron_tasks.due_at is 'When the next slot is to be decided: next_execution_at, later by the share of its start jitter';
comment on column cron_tasks.paused_at is 'Since when it is paused; its slots are skipped and its queued attempts wait';
comment on column cron_tasks.paused_until is 'When the pause ends by itself; null if it does not';
comment on column cron_tasks.history_interval is 'Completed runs are kept only every so many milliseconds; 0 keeps all';
comment on column cron_tasks.last_history_logged_at is 'The newest slot whose completed run is kept in any case';

-- Dependants look at the newest execution that counts. What checked settings only, or was asked for by hand while another ran,
-- decided nothing; nor did a slot in whose place another one runs or waits: that one's end counts.
alter table cron_task_executions
  add column counts_for_dependants boolean not null generated always as (
    not is_dry_run
    and not (status = 'CANCELLED' and coalesce(error ->> 'code' = 'superseded', false))
    and not (
      status = 'SKIPPED'
      and (
        is_manual
        or coalesce(
          skipped_reason in ('previous_instance_running', 'previous_instance_waiting', 'queue_full', 'caught_up'), false
        )
      )
    )
  ) stored;

comment on column cron_task_executions.counts_for_dependants is 'Whether tasks that depend on this one look at it: it says how a slot ended, and no other stands for it';

-- How many slots of a task wait, and whether anything waits for it to end.
create index cron_task_executions_waiting on cron_task_executions (task_id) where status = 'PENDING';

comment on column cron_task_executions.skipped_reason is 'Why the slot was not run, for example previous_instance_running; while pending, why it was not run yet';

-- Whoever was lost while it asked a schedule function leaves a slot about which nobody knows yet whether it is to run.
alter table cron_task_executions
  add column asked_at timestamptz;

comment on column cron_task_executions.asked_at is 'When the schedule function said that this slot is to run; its retries are not asked again';

alter table task_runner_state
  add column limit_tag text,
  add column limit_place integer,
  add column stuck_since timestamptz,
  add constraint task_runner_state_limit unique (limit_tag, limit_place);

comment on column task_runner_state.limit_tag is 'The named limit it takes a place under; the unique key keeps each place for one';
comment on column task_runner_state.stuck_since is 'It was told to end and dropped, and has not ended: it blocks its thread';
comment on column task_runner_state.holder is 'Empty, so that a task is held once; a number where several may run; the execution where overlap prevention is off';

create table task_limits (
  tag text primary key,
  at_most integer not null check (at_most >= 0),
  updated_at timestamptz not null default now()
);

comment on table task_limits is 'Named limits: how many tasks with a tag may run at once, on all runners together';
