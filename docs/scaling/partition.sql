-- Partitions the history of executions by the time of their slots, in a database that Downbeat works in; docs/scaling.md says
-- when that is worth it, and how this is used. This file only makes the four routines; nothing changes until they are called.
-- Everything is found by the search_path, as Downbeat finds it. PostgreSQL 14 or newer.

create schema if not exists downbeat_history;

-- Step 1. No slot may lie at or after the boundary, which lies ahead. That the server can rely on this
-- it makes sure of by reading the table once, while everybody works on. Without this the second step would read it under its lock.
create or replace procedure downbeat_history.prepare(boundary timestamptz, now timestamptz default clock_timestamp())
language plpgsql
as $$
begin
  if boundary <= now then
    raise exception 'the boundary has to lie ahead, for no slot after it can be decided until the history is partitioned';
  end if;
  set local lock_timeout = '500ms';
  execute format(
    'alter table cron_task_executions add constraint slots_before_partitions check (scheduled_for < %L) not valid', boundary
  );
  commit;
  set local lock_timeout = '500ms';
  alter table cron_task_executions validate constraint slots_before_partitions;
end
$$;

-- Step 2, one transaction of milliseconds: the table becomes the first partition of a new one of its name, as it is. No row is
-- copied and no index is built. It gives up after half a second, undone, where it does not get its locks.
create or replace function downbeat_history.partition(boundary timestamptz) returns void
language plpgsql
set lock_timeout = '500ms'
as $$
declare
  remade text[];
  kept record;
begin
  -- The tasks, too: the foreign key to them becomes that of the new table.
  lock table cron_tasks, cron_task_executions, cron_task_execution_logs in access exclusive mode;
  -- What it has besides its columns, by the name of the new table. Its primary key stays its own: the key of a partitioned table
  -- would have to contain the slot.
  select array_agg(d.definition order by d.step, d.definition) into remade
  from (
    select 1 as step, format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
    from pg_constraint c
    where c.conrelid = 'cron_task_executions'::regclass and c.contype in ('u', 'f')
    union all
    select 2, pg_get_indexdef(i.indexrelid)
    from pg_index i
    where i.indrelid = 'cron_task_executions'::regclass
      and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))
    union all
    select 3, pg_get_triggerdef(t.oid)
    from pg_trigger t
    where t.tgrelid = 'cron_task_executions'::regclass and not t.tgisinternal
    union all
    select 4, format('alter table cron_task_executions owner to %I', pg_get_userbyid(c.relowner))
    from pg_class c
    where c.oid = 'cron_task_executions'::regclass
    union all
    select 5, format(
      'grant %s on cron_task_executions to %s', a.privilege_type,
      case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end
    )
    from pg_class c
    cross join aclexplode(c.relacl) as a
    where c.oid = 'cron_task_executions'::regclass
    union all
    select 6, format('comment on table cron_task_executions is %L', obj_description('cron_task_executions'::regclass))
  ) as d (step, definition);

  for kept in
    select t.tgname as name from pg_trigger t where t.tgrelid = 'cron_task_executions'::regclass and not t.tgisinternal
  loop
    execute format('drop trigger %I on cron_task_executions', kept.name);
  end loop;
  for kept in
    select i.indexrelid::regclass as index, c.relname as name
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    where i.indrelid = 'cron_task_executions'::regclass
  loop
    execute format('alter index %s rename to %I', kept.index, left('first_' || kept.name, 63));
  end loop;
  alter table cron_task_executions rename to cron_task_executions_first;
  create table cron_task_executions (
    like cron_task_executions_first
      including defaults including generated including constraints including comments including storage including compression
  ) partition by range (scheduled_for);
  alter table cron_task_executions drop constraint slots_before_partitions;
  -- A key of the id alone is not there any more for it to refer to.
  for kept in
    select c.conname as name
    from pg_constraint c
    where c.conrelid = 'cron_task_execution_logs'::regclass and c.confrelid = 'cron_task_executions_first'::regclass
  loop
    execute format('alter table cron_task_execution_logs drop constraint %I', kept.name);
  end loop;
  for kept in select d.definition from unnest(remade) with ordinality as d (definition, n) order by d.n loop
    execute kept.definition;
  end loop;
  create trigger drop_log_of_execution
    after delete on cron_task_executions
    for each row execute function downbeat_history.drop_log();

  execute format(
    'alter table cron_task_executions attach partition cron_task_executions_first for values from (minvalue) to (%L)', boundary
  );
  alter table cron_task_executions_first drop constraint slots_before_partitions;
  -- What belongs nowhere else is refused nowhere.
  perform downbeat_history.make('cron_task_executions_rest');
  alter table cron_task_executions attach partition cron_task_executions_rest default;
end
$$;

-- In place of the foreign key of the logs.
create or replace function downbeat_history.drop_log() returns trigger
language plpgsql
as $$
begin
  delete from cron_task_execution_logs where execution_id = old.id;
  return null;
end
$$;

-- A table that can become a partition: with the room in its pages, and the settings, that the others have.
create or replace function downbeat_history.make(name text) returns void
language plpgsql
as $$
declare
  settings text;
begin
  execute format(
    'create table %I (like cron_task_executions including defaults including generated including constraints including comments '
    'including storage including compression, primary key (id))',
    name
  );
  select string_agg(o.option_name || ' = ' || o.option_value, ', ') into settings
  from pg_inherits i
  join pg_class c on c.oid = i.inhrelid
  cross join pg_options_to_table(c.reloptions) as o
  where i.inhparent = 'cron_task_executions'::regclass
    and c.oid = (select max(n.inhrelid) from pg_inherits n where n.inhparent = 'cron_task_executions'::regclass);
  if settings is not null then
    execute format('alter table %I set (%s)', name, settings);
  end if;
end
$$;

-- Step 3, now and then: goes on from the last partition, in steps of a month or of what is said, until there is one for all that
-- comes so soon. Slots that came while there was none stand among the rest, and are moved.
create or replace function downbeat_history.provide(
  ahead interval, step interval default '1 month', now timestamptz default clock_timestamp()
) returns text[]
language plpgsql
set lock_timeout = '500ms'
as $$
declare
  made text[] := '{}';
  since timestamptz;
  upto timestamptz;
  name text;
begin
  loop
    select max(p.upto) into since from downbeat_history.partitions() p;
    exit when since > now + ahead;
    upto := (since at time zone 'UTC' + step) at time zone 'UTC';
    name := 'cron_task_executions_' || to_char(since at time zone 'UTC', 'YYYY_MM_DD');
    perform downbeat_history.make(name);
    lock table cron_tasks in share row exclusive mode;
    lock table cron_task_executions_rest in access exclusive mode;
    -- Moved, not ended: nobody is told, and what they logged stays.
    alter table cron_task_executions_rest disable trigger user;
    execute format(
      'with moved as (delete from cron_task_executions_rest where scheduled_for >= %L and scheduled_for < %L returning *) '
      'insert into %I (%s) select %4$s from moved',
      since, upto, name, downbeat_history.columns()
    );
    alter table cron_task_executions_rest enable trigger user;
    execute format(
      'alter table cron_task_executions attach partition %I for values from (%L) to (%L)', name, since, upto
    );
    made := made || name;
  end loop;
  return made;
end
$$;

-- The partitions with an end: where each begins (null: it is the first) and ends, the later excluded.
create or replace function downbeat_history.partitions() returns table (name regclass, since timestamptz, upto timestamptz)
language sql
stable
as $$
  select
    c.oid::regclass,
    (regexp_match(b.bound, 'FROM \(''([^'']+)''\)'))[1]::timestamptz,
    (regexp_match(b.bound, 'TO \(''([^'']+)''\)'))[1]::timestamptz
  from pg_inherits i
  join pg_class c on c.oid = i.inhrelid
  cross join lateral (select pg_get_expr(c.relpartbound, c.oid) as bound) as b
  where i.inhparent = 'cron_task_executions'::regclass
    and b.bound <> 'DEFAULT'
$$;

-- Step 4, in place of deleting what is old: drops the partitions that end by then, with what their executions logged. The logs
-- go first, while everybody works on; then each partition, in a transaction of its own. Ended half-way, it is called again.
create or replace procedure downbeat_history.let_go(before timestamptz)
language plpgsql
as $$
declare
  partition record;
  kept uuid[];
begin
  for partition in
    select p.name as name from downbeat_history.partitions() p where p.upto <= before order by p.upto
  loop
    kept := downbeat_history.kept_of(partition.name);
    execute format(
      'delete from cron_task_execution_logs l using %s e where e.id = l.execution_id and e.id <> all ($1)', partition.name
    ) using kept;
    commit;
    set local lock_timeout = '500ms';
    lock table cron_tasks in share row exclusive mode;
    lock table cron_task_executions in access exclusive mode;
    kept := downbeat_history.kept_of(partition.name);
    execute format('alter table cron_task_executions detach partition %s', partition.name);
    -- By its name, for which nobody is told of what is only moved.
    execute format(
      'insert into cron_task_executions_rest (%1$s) select %1$s from %2$s where id = any ($1)',
      downbeat_history.columns(), partition.name
    ) using kept;
    execute format('drop table %s', partition.name);
    commit;
  end loop;
end
$$;

-- The rows of a partition that decide what happens next and have to stay, by the rule of prune-history: what waits or runs, and
-- of each task the newest one, which its dependants look at, and the newest one that ran. Of each task an index tells these.
create or replace function downbeat_history.kept_of(partition regclass) returns uuid[]
language sql
stable
as $$
  select coalesce(array_agg(e.id), '{}')
  from (
    select x.id, x.tableoid from cron_task_executions x where x.waits_at is not null
    union
    select x.id, x.tableoid from task_runner_state s join cron_task_executions x on x.id = s.id
    union
    select newest.id, newest.tableoid
    from cron_tasks t
    cross join lateral (
      select x.id, x.tableoid
      from cron_task_executions x
      where x.task_id = t.id
      order by x.scheduled_for desc, x.attempt desc
      limit 1
    ) as newest
    union
    select newest.id, newest.tableoid
    from cron_tasks t
    cross join lateral (
      select x.id, x.tableoid
      from cron_task_executions x
      where x.task_id = t.id and x.status in ('COMPLETED', 'FAILED', 'TIMEOUT', 'CANCELLED')
      order by x.created_at desc, x.id desc
      limit 1
    ) as newest
  ) as e
  where e.tableoid = partition
$$;

-- The columns that a row which is moved takes along; the others follow from them.
create or replace function downbeat_history.columns() returns text
language sql
stable
as $$
  select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
  from pg_attribute a
  where a.attrelid = 'cron_task_executions'::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
$$;
