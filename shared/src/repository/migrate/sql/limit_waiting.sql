-- Whoever waits for a table keeps everybody who comes later waiting too, so a migration gives up early.
set local lock_timeout = '10s';
