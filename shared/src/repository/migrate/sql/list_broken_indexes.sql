-- What `create index concurrently` leaves when it breaks off; `if not exists` would take it for the real one.
select 'drop index concurrently if exists ' || indexrelid::regclass as statement
from pg_index
join pg_class on pg_class.oid = indexrelid
where not indisvalid
  and relnamespace = (select oid from pg_namespace where nspname = current_schema)
  and relname = any (regexp_split_to_array($1, '[^[:alnum:]_]+'))
