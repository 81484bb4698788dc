-- What is written with each execution is narrow, and in no index it need not be in.

-- First of all what needs its table alone: who ends an execution has it before the rows of tasks.

-- What holds no place under a limit needs no entry among them.
alter table task_runner_state drop constraint task_runner_state_limit;
create unique index task_runner_state_limit on task_runner_state (limit_tag, limit_place) where limit_tag is not null;

-- There are as many rows as executions that run at this moment, and who died is looked for among all of them at once.
drop index task_runner_state_owner;

-- A task's row is written anew when an execution begins and when it ends. The definition was two thirds of it.
create table cron_task_definitions (
  task_id uuid primary key references cron_tasks (id) on delete cascade,
  definition jsonb not null
);

comment on table cron_task_definitions is 'What the code says of each cron task, beside the row that is written all the time';
comment on column cron_task_definitions.definition is 'As last synchronised; reset returns to it';

-- Locked, so that what is copied is what is emptied.
insert into cron_task_definitions (task_id, definition)
select id, definition
from cron_tasks
order by id
for no key update;

-- A program of an earlier version may still write it here, and then it is meant.
update cron_tasks t
set definition = '{}'
where exists (select from cron_task_definitions d where d.task_id = t.id);

comment on column cron_tasks.definition is 'Empty; a program of an earlier version leaves here what its code says';
