-- Takes a key for a request that is about to act, in the transaction in which it acts: who comes at the same time waits for
-- its end. No row: it is taken.
-- $1 now  $2 key  $3 fingerprint of the request  $4 what it leads to  $5 how long keys are kept, in ms
insert into idempotency_keys as k (key, fingerprint, execution_id, created_at)
select $2, $3, $4, clock.now
from (select coalesce($1, clock_timestamp()) as now) as clock
on conflict (key) do update
set fingerprint = excluded.fingerprint, execution_id = excluded.execution_id, created_at = excluded.created_at
where k.created_at < excluded.created_at - $5 * interval '1 millisecond'
returning 1
