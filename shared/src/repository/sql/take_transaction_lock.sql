-- A process that is frozen and never wakes loses the transaction, and the lock with it.
select pg_try_advisory_xact_lock($1)
from (select set_config('idle_in_transaction_session_timeout', $2, true)) as bounded
