# What “worker doctor” says: what it saw, what that means, and what to do.

doctor-configuration-fine = Every variable can be read.
doctor-configuration-doubtful = { $doubts }
doctor-configuration-doubtful-means = Nothing reads such a variable, so what counts is the default.
doctor-configuration-doubtful-advice = Rename it, or take it out.
doctor-configuration-wrong = { $mistakes }
doctor-configuration-wrong-means = No program starts with it. What follows was looked at with the defaults in its place.
doctor-configuration-wrong-advice = Correct it; .env.example says what each variable takes.
doctor-tasks-fine = Cron tasks: { $cron }, side tasks: { $side }.
doctor-tasks-wrong = { $mistakes }
doctor-tasks-wrong-means = No program with these tasks starts.
doctor-tasks-wrong-advice = Correct their definitions.
doctor-secrets-fine = What is needed is set, long enough, and not the same.
doctor-secrets-not-needed = None is set; only callers on this machine are answered.
doctor-nobody-may-pulse = Neither CRON_SECRET nor TASK_API_TOKEN is set.
doctor-nobody-may-pulse-means = Every pulse is refused, so nothing runs.
doctor-nobody-may-pulse-advice = Set CRON_SECRET to what “openssl rand -hex 32” prints, here and on the platform.
doctor-cron-secret-missing = CRON_SECRET is not set.
doctor-cron-secret-missing-means = It is what the cron of Vercel sends; without it, its pulses are refused.
doctor-cron-secret-missing-advice = Set it to what “openssl rand -hex 32” prints, here and on the platform.
doctor-token-missing = TASK_API_TOKEN is not set.
doctor-token-missing-means = The HTTP API refuses everybody, and so does --url. Tasks run all the same.
doctor-token-missing-advice = If somebody is to use the API, set it to what “openssl rand -hex 32” prints.
doctor-secrets-equal = CRON_SECRET and TASK_API_TOKEN are the same.
doctor-secrets-equal-means = Whoever may call the pulse may change everything.
doctor-secrets-equal-advice = Give one of them another value: “openssl rand -hex 32”.
doctor-secret-weak = { $variable } is short, or of few different characters.
doctor-secret-weak-means = It could be guessed.
doctor-secret-weak-advice = Set it to what “openssl rand -hex 32” prints.
doctor-listens-here = “worker start” listens on { $address }: only this machine reaches it.
doctor-listens-to-others = “worker start” is to listen on { $address }, beyond this machine.
doctor-listens-to-others-means = HTTP is not encrypted, so the token can be read on the way.
doctor-listens-to-others-advice = Put a proxy in front that speaks TLS, or listen on 127.0.0.1.
doctor-listens-unprotected = “worker start” is to listen on { $address }, and TASK_API_TOKEN is not set.
doctor-listens-unprotected-means = It refuses to start like that.
doctor-listens-unprotected-advice = Set TASK_API_TOKEN, or listen on 127.0.0.1.
doctor-platform-listens = The platform listens, not this program.
doctor-overlap-prevented = A task does not run while it runs.
doctor-overlap-allowed = TASK_OVERLAP_PREVENTION is off. Environment: { $environment }.
doctor-overlap-allowed-means = Two runs of one task may work at the same time.
doctor-overlap-allowed-advice = Outside of tests, take it out.
doctor-no-vercel-file = There is no vercel.json in this folder.
doctor-vercel-fine = Crons: { $crons }. The pulse comes at { $schedules }.
doctor-vercel-fine-on-pro = Crons: { $crons }. The pulse comes at { $schedules }, which needs the Pro plan: on Hobby a cron comes once a day, and the deployment of one that is to come more often fails.
doctor-vercel-rarer-than-expected = The platform calls the pulse every { $every }, and PULSE_INTERVAL says every { $expected }.
doctor-vercel-rarer-than-expected-means = Between two pulses the status is critical, and tasks that catch up nothing never run.
doctor-vercel-rarer-than-expected-advice = Set PULSE_INTERVAL={ $every_ms }, here and on the platform.
doctor-vercel-crons-too-many = vercel.json has { $crons } crons; { $most } are allowed.
doctor-vercel-crons-too-many-means = The platform refuses the deployment.
doctor-vercel-crons-too-many-advice = One for /api/pulse is enough: it runs every task that is due.
doctor-vercel-unreadable = vercel.json cannot be read: { $error }
doctor-vercel-unreadable-means = It cannot be deployed.
doctor-vercel-unreadable-advice = Correct the file.
doctor-vercel-without-pulse = No cron in vercel.json calls /api/pulse.
doctor-vercel-without-pulse-means = On Vercel nothing runs unless somebody else calls it.
doctor-vercel-without-pulse-advice = Add to "crons": a "path" of "/api/pulse" and a "schedule" of "* * * * *".
doctor-vercel-cron-refused = The cron for { $path } is “{ $schedule }”: { $fault }.
doctor-vercel-cron-refused-means = The platform refuses it, or never calls.
doctor-vercel-cron-refused-advice = Write five fields of numbers, in UTC.
doctor-limits-fine = Named limits: { $limits }; none without tasks.
doctor-limits-unused = No task carries the tag of the limit: { $tags }.
doctor-limits-unused-means = The limit limits nothing; perhaps it is misspelt.
doctor-limits-unused-advice = Give the tag to the tasks it is meant for, or remove the limit.
doctor-no-database = { $reason }
doctor-no-database-means = Nothing can run.
doctor-no-database-advice = Start PostgreSQL, or correct DATABASE_URL.
doctor-database-fine = “{ $database }” on PostgreSQL { $version }.
doctor-database-old = PostgreSQL { $version }.
doctor-database-old-means = Our statements need { $least } or newer.
doctor-database-old-advice = Upgrade the server.
doctor-database-read-only = “{ $database }” on PostgreSQL { $version } takes no changes.
doctor-database-read-only-means = It is a replica, or read-only; nothing can be claimed on it.
doctor-database-read-only-advice = Use the address of the primary server.
doctor-migrations-fine = All are applied: { $applied }.
doctor-migrations-missing = Not applied, or not to the end: { $files }.
doctor-migrations-missing-means = No program of this version starts.
doctor-migrations-missing-advice = Run: worker migrate
doctor-migrations-edited = Applied with another text than ours: { $files }.
doctor-migrations-edited-means = The tables may not be what this program expects, and it does not start.
doctor-migrations-edited-advice = Restore the files as they were applied; put changes into a new migration.
doctor-migrations-newer = A newer version applied: { $files }.
doctor-migrations-newer-means = This program works on, and does not know what is new.
doctor-migrations-newer-advice = Bring this program up to date.
doctor-tls-not-needed = The server is on this machine.
doctor-tls-verified = Encrypted with { $version }; the certificate is verified.
doctor-tls-unverified = Encrypted with { $version }; who the server is, is not asked.
doctor-tls-unverified-means = Somebody on the way could pretend to be the database.
doctor-tls-unverified-advice = Put sslmode=verify-full into the address; where no public authority signed its certificate, with sslrootcert=FILE of the one that did.
doctor-tls-missing = The server is elsewhere, and the way there is not encrypted.
doctor-tls-missing-means = Settings and results can be read on the way.
doctor-tls-missing-advice = Turn TLS on at the server, and put sslmode=require or verify-full into the address.
doctor-tls-unknown = A pooler answers; the database cannot tell how this program reaches it.
doctor-no-pooler = None; each connection keeps its backend. TASK_LOCK_MODE: { $lock_mode }.
doctor-pooler-passed = Statements go through a transaction pooler, locks past it. TASK_LOCK_MODE: { $lock_mode }.
doctor-pooler-with-transactions = A transaction pooler, and locks that last for a transaction.
doctor-pooler-with-sessions = A transaction pooler, and locks that should last for a session.
doctor-pooler-with-sessions-means = Such a lock protects nothing: runners that live are taken for dead.
doctor-pooler-with-sessions-advice = Set DATABASE_URL_UNPOOLED to a direct address, or TASK_LOCK_MODE=transaction.
doctor-direct-pooled = DATABASE_URL_UNPOOLED leads through a transaction pooler, too.
doctor-direct-pooled-means = Locks for a session protect nothing behind it.
doctor-direct-pooled-advice = Set it to an address of the database itself, often another port or host.
doctor-direct-elsewhere = DATABASE_URL_UNPOOLED leads to another database than DATABASE_URL.
doctor-direct-elsewhere-means = Locks are taken where nobody looks for them.
doctor-direct-elsewhere-advice = Set both to the same database.
doctor-clocks-agree =
    The database is { $offset } { $direction ->
        [behind] behind
       *[ahead] ahead of
    } this machine.
doctor-clocks-differ =
    The database is { $offset } { $direction ->
        [behind] behind
       *[ahead] ahead of
    } this machine.
doctor-clocks-differ-means = Slots go by the database and are right if it is; logs of this machine are not in step.
doctor-clocks-differ-advice = Let both take their time from NTP.
doctor-connections-fine = { $used } of { $most } in use; a process of ours needs up to { $need }.
doctor-connections-short = { $used } of { $most } in use; a process of ours needs up to { $need }.
doctor-connections-short-means = One more process may find no connection and wait for it.
doctor-connections-short-advice = Raise max_connections, put a pooler between, or run fewer processes.
doctor-transactions-fine = None stays open for long.
doctor-transaction-idle = One of { $application } (pid { $pid }) is open and has been idle for { $age }.
doctor-transaction-idle-means = Until it ends, no dead row goes, anywhere.
doctor-transaction-idle-advice = Look after that program, or: select pg_terminate_backend({ $pid })
doctor-transaction-long = One of { $application } (pid { $pid }) has been open for { $age }.
doctor-transaction-long-means = Until it ends, no dead row goes, anywhere.
doctor-transaction-long-advice = If it is not meant to take so long: select pg_terminate_backend({ $pid })
doctor-vacuum-fine = Dead rows in our tables: { $rows }.
doctor-autovacuum-off = Autovacuum is off.
doctor-autovacuum-off-means = Our tables change with every heartbeat; they grow and slow down without it.
doctor-autovacuum-off-advice = Turn it on: alter system set autovacuum = on
doctor-tables-bloated = Many dead rows in { $tables }.
doctor-tables-bloated-means = Vacuum does not keep up, or something holds it back.
doctor-tables-bloated-advice = End old transactions, then: vacuum (analyze) TABLE
doctor-statistics-fine = The planner knows our tables as they are.
doctor-statistics-stale = Much has changed since they were made for { $tables }.
doctor-statistics-stale-means = The planner may choose slow ways.
doctor-statistics-stale-advice = analyze TABLE
doctor-disk-fine = The database takes { $size } MB; { $free } MB are free.
doctor-disk-low = The database takes { $size } MB; only { $free } MB are free.
doctor-disk-low-means = A database that cannot write stops.
doctor-disk-low-advice = Make room, or lower TASK_HISTORY_RETENTION.
doctor-disk-full = The database takes { $size } MB; just { $free } MB are left.
doctor-disk-full-means = It is about to stop.
doctor-disk-full-advice = Make room now.
doctor-disk-unknown = The database takes { $size } MB; what is free is not known from here.
doctor-runners-fine = Alive: { $runners }.
doctor-no-runners = None lives at the moment.
doctor-runners-silent = Overdue, and not ended: { $runners }.
doctor-runners-silent-means = It was killed, is frozen, or cut off from the database. What it runs is handed on when its lease ends.
doctor-runners-silent-advice = Look after that process: worker runner status
doctor-versions-fine = All runners are { $version }, as this program is.
doctor-versions-mixed = This program is { $ours }; runners are { $versions }.
doctor-versions-mixed-means = The older ones may not know all tasks, or run them in the old way.
doctor-versions-mixed-advice = Finish the deployment, or stop what is left of the old one: worker runner stop
doctor-versions-unknown = No runner lives whose version could be compared.
doctor-schedules-fine = The pulse comes every { $every }, and no schedule is finer.
doctor-schedules-by-workers = Workers decide each slot at its time.
doctor-schedules-finer = The pulse comes every { $every }. More often wants to run: { $tasks }.
doctor-schedules-finer-means = Slots between two pulses are run late, or once for several, as catch-up says.
doctor-schedules-finer-advice = Call the pulse more often, run a worker, or give the task a wider schedule.
doctor-hosts-fine = No task is bound to a kind of host that is missing.
doctor-hosts-missing = Bound to a kind of host that is missing: { $tasks }.
doctor-hosts-missing-means = They wait; no other host runs them.
doctor-hosts-missing-advice = Start a worker (worker start), look after what calls /api/pulse, or let them run anywhere (runs_on).
doctor-nothing-overdue = Every slot that is due was decided.
doctor-overdue = Workers live, and nobody decided the slots of { $tasks }.
doctor-overdue-means = Their places are taken, or their program does not know the task.
doctor-overdue-advice = worker cron explain TASK
doctor-overdue-unattended = No worker lives, no pulse came, and slots are overdue of { $tasks }.
doctor-overdue-unattended-means = Nothing runs by schedule.
doctor-overdue-unattended-advice = Start a worker (worker start), or look after what calls /api/pulse.
doctor-none-without-run = Every task that had a slot has run.
doctor-never-ran = Had slots, and has never run: { $tasks }.
doctor-never-ran-means = Something has been in its way from the beginning.
doctor-never-ran-advice = worker cron explain TASK
doctor-no-streaks = No task fails again and again.
doctor-failure-streaks = Failures in a row: { $tasks }.
doctor-failure-streaks-means = It may be about to fail for good.
doctor-failure-streaks-advice = worker cron history --task TASK --status failed,timeout
doctor-failure-streaks-long = Failures in a row: { $tasks }.
doctor-failure-streaks-long-means = It does not come back by itself.
doctor-failure-streaks-long-advice = worker cron history --task TASK --status failed,timeout
doctor-side-tasks-fine = None was given up.
doctor-side-tasks-given-up = Given up after too many restarts: { $tasks }.
doctor-side-task-given-up = { $task } ({ $error })
doctor-side-tasks-given-up-means = It does not run and is not tried again.
doctor-side-tasks-given-up-advice = Mend the cause, then: worker side restart TASK
doctor-nothing-paused = Nothing has been paused for long.
doctor-maintenance-forgotten = Maintenance since { $since }.
doctor-maintenance-forgotten-means = No cron task starts, anywhere.
doctor-maintenance-forgotten-advice = Run: worker runner resume
doctor-pauses-forgotten = Paused for more than a day: { $tasks }.
doctor-pauses-forgotten-means = Its slots are skipped.
doctor-pauses-forgotten-advice = worker cron resume TASK, or turn it off: worker cron disable TASK
doctor-nothing-retired-waits = Nothing waits for a task that is gone.
doctor-retired-waits = The code lost these tasks, and attempts of theirs wait: { $tasks }.
doctor-retired-waits-means = They wait until a program that knows the task runs.
doctor-retired-waits-advice = Start that program, or: worker cron cancel EXECUTION

doctor-not-asked-no-database = There is no database to ask.
doctor-not-asked-not-migrated = The tables are missing.
doctor-not-asked-misconfigured = What is set cannot be read: see Configuration.
doctor-fault-fields = five fields are allowed
doctor-fault-names = names such as MON are not allowed
doctor-fault-both-days = a day of the month and one of the week together are not allowed
doctor-fault-unreadable = it is no cron expression
doctor-fault-never-comes = it never comes
doctor-some-program = an unnamed program
doctor-advice = → { $advice }

doctor-summary =
    { $total ->
        [one] { $total } check
       *[other] { $total } checks
    }: { $counts }
doctor-count-fine = { $count } fine
doctor-count-warnings =
    { $count ->
        [one] { $count } warning
       *[other] { $count } warnings
    }
doctor-count-failed = { $count } failed
doctor-count-skipped = { $count } not looked at

## Labels

tasks-check-group-setup = Setup
tasks-check-group-database = Database
tasks-check-group-work = Work
tasks-check-status-ok = OK
tasks-check-status-warning = Warning
tasks-check-status-failed = Failed
tasks-check-status-skipped = Not looked at
tasks-check-configuration = Configuration
tasks-check-tasks = Tasks
tasks-check-secrets = Secrets
tasks-check-listening = HTTP
tasks-check-overlap = Overlap
tasks-check-vercel = Vercel
tasks-check-limits = Limits
tasks-check-database = Database
tasks-check-migrations = Migrations
tasks-check-tls = Encryption
tasks-check-pooler = Pooler
tasks-check-clock = Clock
tasks-check-connections = Connections
tasks-check-transactions = Transactions
tasks-check-vacuum = Vacuum
tasks-check-statistics = Statistics
tasks-check-disk = Disk
tasks-check-runners = Runners
tasks-check-versions = Versions
tasks-check-schedules = Schedules
tasks-check-hosts = Hosts
tasks-check-overdue = Due slots
tasks-check-never-ran = First runs
tasks-check-failures = Failures
tasks-check-side-tasks = Side tasks
tasks-check-pauses = Pauses
tasks-check-retired = Retired tasks
