-- Which transactions have ended.
-- $1 now
select pg_current_snapshot()::text as snapshot, coalesce($1, clock_timestamp()) as now
