# What a person may set, and what is said about a wrong setting. Said by config.rs.

config-mistakes =
    { $count ->
        [one] The configuration has a mistake:
       *[other] The configuration has { $count } mistakes:
    }
    { $list }
# Mistakes, a line each.
config-mistakes-list =
    { $list }
    { $next }

config-wrong-value = { $variable } is “{ $read }”. Allowed: { $allowed }.
# A secret or an address, which is not repeated.
config-wrong-hidden = { $variable } cannot be used. Allowed: { $allowed }.
config-short-lease = TASK_LEASE is { $lease }, but with TASK_HEARTBEAT_INTERVAL at { $heartbeat } it has to be at least { $least }: three heartbeats.
config-misspelt = { $variable } is no setting of ours. Did you mean { $meant }?

# What is allowed; stands within a sentence.
config-allowed-flag = true, yes, on, 1, false, no, off or 0
config-allowed-number = a whole number from { $least } to { $most }
config-allowed-span = a duration from { $least } to { $most }, such as 500ms, 30s, 5m, 2h or 1d; a number without a unit means milliseconds
config-allowed-secret = at least { $least } letters, digits or punctuation marks of ASCII, without spaces
config-allowed-address = a PostgreSQL address such as postgres://user@host/database
config-allowed-origins = origins such as https://example.org, separated by commas, or * alone

# What each variable does: help, and the comments of .env.example.
config-about-example = Every setting, each with its default. Durations are milliseconds or have a unit: 500ms, 30s, 5m, 2h, 1d.
config-about-database-url = The PostgreSQL to work on. Without it, “worker dev” starts a private one.
config-about-database-url-unpooled = A direct address of the same database, past any transaction pooler; used for locks and migrations.
config-about-lock-mode = How a runner holds its lock: session, or transaction behind a transaction pooler. Chosen by itself where not set.
config-about-cron-secret = What the platform’s cron sends to the pulse route; at least 16 characters.
config-about-api-token = What opens the HTTP API; at least 16 characters. Without it, only “worker dev” answers, to its own machine.
config-about-cors-origins = Whose pages may ask the HTTP API from a browser: origins such as https://example.org, separated by commas, or *.
config-about-runner-enabled = Whether this process runs tasks.
config-about-environment = development, production or serverless. Vercel and AWS Lambda are recognised.
config-about-default-timeout = How long an attempt may take where its task does not say.
config-about-default-retries = How many attempts follow a failed first one where its task does not say.
config-about-overlap-prevention = Whether a task that still runs is kept from starting again. Turn it off for tests only.
config-about-concurrency = How many tasks this process runs at once.
config-about-pulse-interval = How often pulses are expected and schedule functions asked.
config-about-pulse-budget = How long one pulse may take; keep it below the platform’s limit.
config-about-side-tasks = Whether side tasks run. Never where the environment is serverless.
config-about-shutdown-grace = How long running tasks may go on once the process is told to stop.
config-about-heartbeat-interval = How often a runner at work shows that it is alive; every 15 s when idle.
config-about-lease = How long a runner may be silent before others take over its work; at least three heartbeats.
config-about-history-retention = How long finished executions are kept.
config-about-locale = The language where nobody asks for another, as “worker --help” lists them. Otherwise that of the system.
config-about-pg-bin = The folder of initdb and postgres for the private PostgreSQL. Otherwise they are looked for.
config-about-data-dir = The folder the private PostgreSQL lives in. Otherwise .downbeat in the project.
