-- Writes definitions that are new or changed, with what an operator set laid over them; and what an operator changes, only
-- where definition and overrides still are what was read. What is in force is made here and nowhere else.
--
-- The rows are locked first, in the order of their ids as everywhere, and read after that: nobody's change is lost.
-- $1 now  $2 [{"id","definition","reschedule","next_execution_at","start_offset"}], and for an operator's change besides
-- "overrides","read_overrides","action","changed_by","before","after"
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
asked as (
  select d.*, d.definition ->> 'name' as name
  from jsonb_to_recordset($2) as d (
    id uuid, definition jsonb, reschedule boolean, next_execution_at timestamptz, start_offset bigint, overrides jsonb,
    read_overrides jsonb, action text, changed_by text, before jsonb, after jsonb
  )
),
known as materialized (
  select t.id, t.name, t.definition, t.overrides, t.retired_at
  from cron_tasks t
  where t.name in (select a.name from asked a)
  order by t.id
  for no key update
),
-- Locked as well, for only what is locked is read as it is now, and not as it was when this began.
defined as materialized (
  select d.task_id, d.definition
  from cron_task_definitions d
  where d.task_id in (select k.id from known k)
  for no key update
),
wanted as materialized (
  select
    a.id, a.name, a.definition, coalesce(a.overrides, k.overrides, '{}') as overrides, a.reschedule, a.next_execution_at,
    a.start_offset * interval '1 millisecond' as start_offset, a.action, a.changed_by, a.before, a.after
  from asked a
  left join known k on k.name = a.name
  left join defined d on d.task_id = k.id
  cross join lateral (select coalesce(nullif(k.definition, '{}'), d.definition) as definition) as stored
  where case
    when a.action is not null then
      stored.definition = a.definition and k.overrides = a.read_overrides and k.retired_at is null
        and k.overrides <> a.overrides
    else k.id is null or stored.definition is distinct from a.definition or k.retired_at is not null
  end
),
written as (
  insert into cron_tasks as t (
    id, name, description, version, category, tags, dependencies, schedule, schedule_function, timezone, catch_up,
    catch_up_window, overlap, overlap_limit, runs_on, start_jitter, not_before, not_after, history_interval, enabled,
    priority, timeout, retries, retry_delay, config, overrides, next_execution_at, due_at, created_at, updated_at
  )
  select
    w.id, e.name, e.description, e.version, e.category, e.tags, e.dependencies,
    -- An expression that was set while the code had one, too, gives way to a function.
    case when e.schedule_function is null then e.schedule end,
    e.schedule_function, e.timezone, e.catch_up, e.catch_up_window, e.overlap, e.overlap_limit, e.runs_on,
    e.start_jitter, e.not_before, e.not_after, e.history_interval, e.enabled, e.priority, e.timeout, e.retries, e.retry_delay,
    (w.definition -> 'config') || coalesce(w.overrides -> 'config', '{}'), w.overrides, w.next_execution_at,
    w.next_execution_at + w.start_offset, clock.now, clock.now
  from wanted w
  cross join clock
  -- A definition that an older program wrote leaves these open.
  cross join lateral jsonb_to_record(
    '{"overlap":"skip","overlap_limit":1,"runs_on":"any","start_jitter":0,"history_interval":0}' || w.definition || w.overrides
  ) as e (
    name text, description text, version text, category text, tags text[], dependencies text[], schedule text,
    schedule_function text, timezone text, catch_up text, catch_up_window integer, overlap text, overlap_limit integer,
    runs_on text, start_jitter integer, not_before timestamptz, not_after timestamptz, history_interval integer, enabled boolean,
    priority task_priority, timeout integer, retries integer, retry_delay integer
  )
  order by e.name
  on conflict (name) do update set
    description = excluded.description,
    version = excluded.version,
    category = excluded.category,
    tags = excluded.tags,
    dependencies = excluded.dependencies,
    schedule = excluded.schedule,
    schedule_function = excluded.schedule_function,
    timezone = excluded.timezone,
    catch_up = excluded.catch_up,
    catch_up_window = excluded.catch_up_window,
    overlap = excluded.overlap,
    overlap_limit = excluded.overlap_limit,
    runs_on = excluded.runs_on,
    start_jitter = excluded.start_jitter,
    not_before = excluded.not_before,
    not_after = excluded.not_after,
    history_interval = excluded.history_interval,
    enabled = excluded.enabled,
    priority = excluded.priority,
    timeout = excluded.timeout,
    retries = excluded.retries,
    retry_delay = excluded.retry_delay,
    config = excluded.config,
    definition = '{}',
    overrides = excluded.overrides,
    retired_at = null,
    next_execution_at = case
      when (select w.reschedule from wanted w where w.name = t.name) then excluded.next_execution_at
      else t.next_execution_at
    end,
    due_at = case
      when (select w.reschedule from wanted w where w.name = t.name) then excluded.due_at
      else t.next_execution_at + (select w.start_offset from wanted w where w.name = t.name)
    end,
    updated_at = excluded.updated_at
  -- One that somebody else made known meanwhile is theirs.
  where t.id in (select k.id from known k)
  returning t.id, t.name
),
kept as (
  insert into cron_task_definitions as d (task_id, definition)
  select written.id, w.definition
  from written
  join wanted w on w.name = written.name
  on conflict (task_id) do update set definition = excluded.definition
  where d.definition is distinct from excluded.definition
),
recorded as (
  insert into task_changes (changed_at, changed_by, task_type, task_name, action, before, after)
  select clock.now, w.changed_by, 'cron', w.name, w.action, w.before, w.after
  from wanted w
  join written on written.name = w.name
  cross join clock
  where w.action is not null
  returning task_name
)
select
  written.name,
  case when recorded.task_name is not null then pg_notify('downbeat', 'queue') end::text as woken
from written
left join recorded on recorded.task_name = written.name
