-- Whether this server takes changes: it is no standby, and not set to be read-only.
select not pg_is_in_recovery() and not current_setting('transaction_read_only')::boolean
