-- $1 key
select fingerprint, execution_id
from idempotency_keys
where key = $1
