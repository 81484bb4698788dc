-- A task may be bound to one kind of host: one that stays, or one that lives for a request.
alter table cron_tasks
  add column runs_on text not null default 'any' check (runs_on in ('any', 'worker', 'function'));

comment on column cron_tasks.runs_on is 'Where it may run: anywhere, only on machines that stay, or only in serverless functions';
