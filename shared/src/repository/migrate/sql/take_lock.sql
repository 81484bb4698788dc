-- One migrating process at a time in a database; gone with the transaction, so it works behind transaction poolers.
-- The key is "downbeat" in ASCII. It is positive, and the keys of runners are negative, so they never meet.
-- The waiting is unlimited, whatever limits the role or the database has.
set local statement_timeout = 0;
set local lock_timeout = 0;
set local idle_in_transaction_session_timeout = 0;
select pg_advisory_xact_lock(7237134442188595572);
