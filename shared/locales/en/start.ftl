# What “worker dev” and “worker start” tell while they start and stop.
start-private-database = Private PostgreSQL: { $url }
start-database = Database: { $name }
start-migrated =
    { $count ->
        [one] { $count } migration applied
       *[other] { $count } migrations applied
    }
start-port-taken = Port { $taken } is in use; { $instead } is taken instead.
start-listening = Listening at { $url }
start-next = Next:
start-next-slot = { "  " }{ $task } in { $wait }, { $at }: { $explanation }
# Instead of an explanation: a function decides.
start-asked = if its function says so
start-nothing-next = Nothing is scheduled.
start-stopping = Stopping. Running tasks have { $grace } to end; a second Ctrl-C leaves at once.

# What systemd shows as the status of the service.
start-status-database = Waiting for the database.
start-status-running = Running tasks.
start-status-serving = Serving the HTTP API; runs no tasks.
start-status-joining = Running no tasks: joining the other runners anew.
start-status-stopping = Stopping. Running tasks have { $grace } to end.

start-database-required = “worker start” needs a database: set DATABASE_URL. (“worker dev” starts a private one.)
start-open-to-others = { $address } can be reached from other machines, but TASK_API_TOKEN is not set. Set it, or listen on 127.0.0.1.
start-nothing-to-do = There is nothing to do: TASK_RUNNER_ENABLED is false, and “--no-http” turns off the HTTP API.
start-address-in-use = { $address } is already in use. End the other process, or choose another address with “--listen”.
start-listen-failed = Cannot listen on { $address }: { $reason }
start-signals-failed = Cannot listen to signals: { $reason }
