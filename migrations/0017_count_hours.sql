-- What many executions came to is counted once, and not each time it is asked for.

create table cron_task_hours (
  task_id uuid not null,
  hour timestamptz not null,
  completed integer not null,
  failed integer not null,
  skipped integer not null,
  blocked integer not null,
  cancelled integer not null,
  timed integer not null,
  total_ms bigint not null,
  min_ms integer,
  max_ms integer,
  durations integer[] not null,
  times integer[] not null,
  longest jsonb not null,
  failures jsonb not null,
  open uuid[] not null,
  primary key (task_id, hour)
);

-- Old ones are deleted.
create index cron_task_hours_old on cron_task_hours (hour);

comment on table cron_task_hours is 'What the executions of an hour came to, dry runs left out; written when it is over, and never changed';
comment on column cron_task_hours.task_id is 'One with many executions in that hour; of all tasks together 00000000-0000-0000-0000-000000000000';
comment on column cron_task_hours.hour is 'Its beginning; an execution belongs to the hour it was created in';
comment on column cron_task_hours.failed is 'Those that timed out, too';
comment on column cron_task_hours.timed is 'How many have a duration';
comment on column cron_task_hours.total_ms is 'Their durations together';
comment on column cron_task_hours.durations is 'Durations in ms, ascending; from 64 ms on each stands for its neighbours, too, none of them more than a 64th away';
comment on column cron_task_hours.times is 'How many took so long; as many entries as durations';
comment on column cron_task_hours.longest is 'The ten tasks with the longest executions: [{"task_id","max_ms"}]';
comment on column cron_task_hours.failures is '[{"task_id","error_kind","n","newest"}], one entry a task and kind; newest being when the newest of them was created';
comment on column cron_task_hours.open is 'Executions that had not ended when the others were counted, or that their task might thin out; in none of these counts';
