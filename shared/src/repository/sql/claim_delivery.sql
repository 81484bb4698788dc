-- Writes down which pulse a delivery led to. A row: it came before, and led to that one.
-- $1 now  $2 which delivery  $3 the pulse that is about to begin
with noted as (
  insert into idempotency_keys (key, fingerprint, execution_id, created_at)
  select $2, $2, $3, coalesce($1, clock_timestamp())
  on conflict (key) do nothing
)
select execution_id
from idempotency_keys
where key = $2
