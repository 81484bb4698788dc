# The command line: its help, its tables, and what it says when something is wrong.

## Help: headings

cli-usage-options = [OPTIONS]
cli-usage-command = COMMAND
cli-heading-usage = Usage:
cli-heading-commands = Commands
cli-heading-arguments = Arguments
cli-heading-options = Options
cli-heading-global = Everywhere
cli-heading-examples = Examples:
cli-heading-exit-codes = Exit codes:
cli-help-values = { $help } [{ $values }]
cli-help-default = { $help } (default: { $default })

## Help: commands. Looked up by the command's name.

cli-about-worker = Scheduled and background tasks on your own PostgreSQL.
cli-about-dev = Run everything for development, with a private PostgreSQL where none is configured
cli-about-start = Run everything in production
cli-about-migrate = Bring the database to what this version needs; safe to run from many places at once
cli-about-doctor = Look the whole system over, and say what is amiss and what to do
cli-about-cron = Cron tasks and their executions
cli-about-cron-tasks = List the cron tasks
cli-about-cron-show = Show one cron task with its newest executions
cli-about-cron-history = List executions, the newest first
cli-about-cron-stats = Show what executions came to
cli-about-cron-run = Run a cron task now
cli-about-cron-execution = Show one execution
cli-about-cron-enable = Let a cron task run by schedule again
cli-about-cron-disable = Turn a cron task off; by hand it still runs
cli-about-cron-set = Set something over what the code says of a cron task, from now on and on all runners
cli-about-cron-reset = Return to what the code says of a cron task
cli-about-cron-pause = Skip the slots of a cron task until it is resumed
cli-about-cron-resume = End the pause of a cron task
cli-about-cron-retry = Try the slot of an execution once more
cli-about-cron-cancel = Cancel an execution, queued or running, wherever it runs
cli-about-cron-explain = Say why a cron task ran, or did not, at a moment
cli-about-pulse = The pulse: what a platform’s cron calls
cli-about-pulse-execute = Run what is due, as the route /api/pulse does
cli-about-pulse-status = Show how the system fares
cli-about-pulse-history = List the newest pulses
cli-about-side = Side tasks, which run until they are told to stop
cli-about-side-tasks = List the side tasks across all workers
cli-about-side-start = Have the workers run a side task
cli-about-side-stop = Have the workers stop a side task, and leave it
cli-about-side-restart = Have the workers end a side task and start it anew
cli-about-runner = The runner instances; alone, their status
cli-about-runner-status = List the runner instances and what they run
cli-about-runner-start = The same as “worker start”: run everything in production
cli-about-runner-pause = Start no task on any runner: maintenance
cli-about-runner-resume = Let tasks start again on all runners
cli-about-runner-stop = Have a runner finish what it runs, and end
cli-about-runner-restart = Have a runner finish what it runs, and begin anew
cli-about-schedule = What cron expressions mean
cli-about-schedule-next = Show the next slots of a cron expression
cli-about-schedule-explain = Say a cron expression in words
cli-about-health = Whether a deployment lives and can work: what balancers ask
cli-about-health-live = Say whether the process answers
cli-about-health-ready = Say whether it can work: the database answers, with the tables of this version
cli-about-types = Show the words of the system and the fields of every task
cli-about-openapi = Print the OpenAPI description of the HTTP API
cli-about-metrics = Print the metrics as Prometheus scrapes them
cli-about-registry = List the tasks this program knows
cli-about-new = Write files to begin with
cli-about-new-task = Write a task to begin with, and the index that knows it
cli-about-new-project = Write a project of your own, with two tasks, their tests, a worker and a function
cli-about-generate = Write the index of the task folder
cli-about-completions = Print the completions for a shell

## Help: arguments. Looked up by the argument's name, or by the command's and the argument's.

cli-arg-json = Print one JSON document and nothing else
cli-arg-locale = The language to speak
cli-arg-database-url = The PostgreSQL to work on, instead of DATABASE_URL
cli-arg-url = Ask the deployment at this address instead of the database; TASK_API_TOKEN opens it
cli-arg-verbose = Log more; twice for still more
cli-arg-log-format = How logs are written to stderr
cli-arg-help = Show this help
cli-arg-version = Show the version
cli-arg-listen = Where HTTP is answered
cli-arg-doctor-listen = Where “worker start” is to listen
cli-arg-no-http = Answer no HTTP at all
cli-arg-concurrency = How many tasks run at once, instead of TASK_CONCURRENCY
cli-arg-start-dry-run = Only look whether it would start, and say as what
cli-arg-runner-start-dry-run = Only look whether it would start, and say as what
cli-arg-runner-stop-dry-run = Only say what would come of it
cli-arg-runner-restart-dry-run = Only say what would come of it
cli-arg-migrate-status = Only show which migrations are applied
cli-arg-shell = The shell
cli-arg-task = The task’s name
cli-arg-cron-history-task = Only executions of this task
cli-arg-cron-stats-task = Only this task
cli-arg-pulse-execute-task = Only these tasks
cli-arg-cron-tasks-priority = Only tasks of these priorities
cli-arg-cron-tasks-status = Only tasks whose newest run ended so
cli-arg-cron-tasks-category = Only tasks of this category
cli-arg-cron-tasks-enabled = Only tasks that run by schedule
cli-arg-cron-tasks-disabled = Only tasks that are turned off
cli-arg-cron-history-status = Only executions in these statuses
cli-arg-since = Only what was decided since then: 30m, 24h, 7d, or 2027-03-28T00:00:00Z
cli-arg-limit = How many at most
cli-arg-cursor = Go on where the page before ended
cli-arg-period = How far to look back
cli-arg-kind = Which part to show; otherwise all but the trends
cli-arg-config = A JSON object laid over the task’s settings, for this run only
cli-arg-wait = Wait for the end, and fail if the task does
cli-arg-cron-run-dry-run = Only check the settings
cli-arg-pulse-execute-dry-run = Only say what would run
cli-arg-force = Run them whether they are due or not
cli-arg-cron-execution-id = The execution’s id
cli-arg-schedule = The cron expression
cli-arg-timezone = The IANA time zone it is meant in
cli-arg-timeout = How long one attempt may take: 500ms, 90s, 30m
cli-arg-retries = How many further attempts follow a failed first one
cli-arg-retry-delay = The longest wait before the second attempt: 500ms, 90s, 30m
cli-arg-cron-set-priority = Who starts first where there is less room than work
cli-arg-cron-set-config = A JSON object laid over the task’s settings; null takes a name back
cli-arg-catch-up = What happens to slots that passed while nothing ran
cli-arg-overlap = What happens to a slot that comes while the task runs
cli-arg-overlap-limit = How many slots may wait, or how many may run side by side
cli-arg-runs-on = Where it may run
cli-arg-not-before = No slots before this instant
cli-arg-not-after = No slots after this instant
cli-arg-environment = Only where runners have this environment; for timeout, retries and settings
cli-arg-unset = Take these back: timeout, config, config.limit, …
cli-arg-until = When it ends by itself: 2027-03-28T00:00:00Z
cli-arg-span = After how long it ends by itself: 90s, 30m, 2h, 7d
cli-arg-only = Only tasks of this type
cli-arg-cron-retry-id = The execution’s id
cli-arg-cron-cancel-id = The execution’s id
cli-arg-instance = Its name, its id, or how its id alone begins
cli-arg-at = The moment to explain instead of now: 30m, 24h, 7d ago, or 2027-03-28T00:00:00Z
cli-arg-expression = A cron expression of five or six fields, or @daily and the like
cli-arg-tz = The IANA time zone it is meant in
cli-arg-from = Count from this instant instead of from now
cli-arg-count = How many slots
cli-arg-check = Only check that the index is current
cli-arg-which = Only cron tasks, only side tasks, those of a category, or one by its name; else all
cli-arg-dir = The folder of the tasks, instead of shared/src/tasks or src/tasks upward from here
cli-arg-name = What the task is to be called: lower-case words joined by “-”
cli-arg-side = A side task, which runs until it is told to stop, instead of a cron task
cli-arg-folder = Where it is to lie; not there yet, or empty
cli-arg-git = Take Downbeat from this git repository
cli-arg-path = Take Downbeat from this checkout, instead of the one this program was built from

## What is wrong

cli-error = error: { $what }
cli-warning = warning: { $what }
cli-no-database = there is no database: set DATABASE_URL, pass --database-url, or run “worker dev” once
cli-not-by-url = this command works in this process and cannot be sent to --url
cli-unreachable = { $url } cannot be reached: { $reason }
cli-not-ours = the answer (HTTP { $status }) is not one of this API; is the address right?
cli-answer-broken = the answer cannot be read: { $reason }
cli-hint-token = Set TASK_API_TOKEN to the token of that deployment.
cli-registry-invalid = the tasks of this program are wrong:
cli-no-task-folder = no folder of tasks was found here or above; looked for { $places }. Name it with --dir.
cli-file-unusable = { $path } cannot be used: { $reason }
cli-task-files-wrong = the index of { $folder } was not written:
cli-task-file-misnamed = { $file }: the name is no Rust module; write lower-case words joined by _
cli-task-file-empty = { $file }: holds no task; it lacks “impl CronTask for …” or “impl SideTask for …”
cli-task-file-crowded = { $file }: holds several tasks ({ $names }); give each a file of its own
cli-index-stale = { $file } is not what “worker generate” would write:

## Tables: names of columns and facts

cli-name-task = Task
cli-name-schedule = Schedule
cli-name-meaning = In words
cli-name-last-run = Last run
cli-name-next-run = Next run
cli-name-paused-since = Paused since
cli-name-paused-until = Paused until
cli-name-paused-by = Paused by
cli-name-priority = Priority
cli-name-category = Category
cli-name-error = Error
cli-name-enabled = Enabled
cli-name-tags = Tags
cli-name-dependencies = Waits for
cli-name-timeout = Timeout
cli-name-retries = Retries
cli-name-missed-slots = Missed slots
cli-name-overlap = Overlap
cli-name-runs-on = Runs on
cli-name-start-jitter = Starts spread over
cli-name-not-before = Not before (UTC)
cli-name-not-after = Not after (UTC)
cli-name-history = History
cli-name-runs = Runs
cli-name-config = Settings
cli-name-overrides = Overridden
cli-name-version = Version
cli-name-slot = Slot (UTC)
cli-name-slot-in = Slot ({ $zone })
cli-name-in = When
cli-name-status = Status
cli-name-took = Took
cli-name-detail = Detail
cli-name-attempt = Attempt
cli-name-id = Id
cli-name-reason = Reason
cli-name-started = Started
cli-name-trigger = Triggered
cli-name-dry-run = Dry run
cli-name-runner = Runner
cli-name-result = Result
cli-name-retry-of = Retry of
cli-name-cancel-requested = End asked for
cli-name-cancel-requested-by = Asked for by
cli-name-progress = Progress
cli-name-checkpoint = Checkpoint
cli-name-rollback = Rollback
cli-name-time = Time (UTC)
cli-name-level = Level
cli-name-line = Line
cli-name-executions = Executions
cli-name-success-rate = Success rate
cli-name-shortest = Shortest
cli-name-mean = Mean
cli-name-median = Median
cli-name-p95 = 95 of 100 within
cli-name-longest = Longest
cli-name-slowest = Slowest tasks
cli-name-failing = Failing tasks
cli-name-failed = Failed
cli-name-last-error = Last error
cli-name-from = From (UTC)
cli-name-last-pulse = Last pulse
cli-name-success-rate-day = Success rate, 24 h
cli-name-executions-day = Executions, 24 h
cli-name-failures-in-a-row = Failures in a row
cli-name-overdue = Overdue slots
cli-name-workers = Live workers
cli-name-running = Running now
cli-name-stuck = Stuck
cli-name-silent-runners = Silent runners
cli-name-failed-side-tasks = Side tasks given up
cli-name-began = Began (UTC)
cli-name-due = Due
cli-name-ran = Ran
cli-name-not-run = Not run
cli-name-caller = Called by
cli-name-environment = Environment
cli-name-state = State
cli-name-database = Database
cli-name-address = HTTP
cli-name-cron-tasks = Cron tasks
cli-name-side-tasks = Side tasks
cli-name-at-once = At once
cli-name-heartbeat = Heartbeat
cli-name-runs-now = Runs
cli-name-kind = Kind
cli-name-since = Since
cli-name-restarts = Restarts
cli-name-health = Health
cli-name-type = Type
cli-name-value = Value
cli-name-label = Label
cli-name-description = Description
cli-name-migration = Migration
cli-name-applied = Applied (UTC)
cli-name-by = By
cli-name-source = Source
cli-name-setting = Setting
cli-name-before = Before
cli-name-now = Now
cli-name-changed = When
cli-name-action = What

## Tables: headings

cli-heading-newest-runs = Newest executions
cli-heading-changes = Changed at run time
cli-heading-log = Log
cli-heading-overview = Overview
cli-heading-performance = Durations
cli-heading-errors = Errors
cli-heading-trends = Trend

## Tables: values

cli-yes = yes
cli-no = no
cli-never = never
cli-stopping = stopping
cli-disabled = off
cli-paused = paused
cli-retired = gone from the code
cli-draining = Draining
cli-stuck = { $task } (stuck, { $since })
cli-dry-run = dry run
cli-would-run = Would run
cli-dry-run-done = This was a dry run: nothing was done.
cli-not-run-here = do not run here
cli-as-configured = as configured
cli-asked-every = asked every { $interval }
cli-schedule-by-hand = by hand only
cli-schedule-always = always
cli-percent = { $number }%
cli-instant-alone = { $at } UTC
cli-instant = { $at } UTC, { $relative }
cli-period = { $from } to { $to } UTC
cli-status-ago = { $status } { $ago }
cli-status-ago-times = { $status } { $ago } (×{ $times })
cli-until-now = now
cli-until-seconds = in { $count } s
cli-until-minutes = in { $count } min
cli-until-hours = in { $count } h
cli-until-days =
    { $count ->
        [one] in { $count } day
       *[other] in { $count } days
    }
cli-retries =
    { $count ->
        [0] none
        [one] { $count }, within { $delay }
       *[other] { $count }, the first within { $delay }
    }
cli-missed-slots = { $policy }, at most { $window } old
cli-overlap-at-most = { $policy }, at most { $limit }
cli-history-interval = one completed run every { $interval }
cli-runs =
    { $count ->
        [0] none yet
       *[other] { $count }, of which { $completed } completed and { $failed } failed; on average { $mean }
    }
cli-lines-left-out =
    { $count ->
        [one] … { $count } line left out
       *[other] … { $count } lines left out
    }
cli-by-next-slot = the next slot
cli-stands-for =
    { $count ->
        [one] also for { $count } missed slot
       *[other] also for { $count } missed slots
    }
cli-clock-change = the clock changes

## Tables: sentences around them

cli-count-tasks =
    { $count ->
        [one] { $count } task
       *[other] { $count } tasks
    }
cli-count-cron-tasks =
    { $count ->
        [one] { $count } cron task
       *[other] { $count } cron tasks
    }
cli-count-side-tasks =
    { $count ->
        [one] { $count } side task
       *[other] { $count } side tasks
    }
cli-count-registry = { $cron }, { $side }
cli-count-migrations =
    { $count ->
        [one] { $count } migration applied
       *[other] { $count } migrations applied
    }
cli-no-tasks = No cron tasks are known here yet. A worker or a pulse makes them known when it first runs.
cli-no-known-tasks = This program knows no tasks yet. Write one in the folder of tasks, then run “worker generate”.
cli-no-task-matches = No cron task is like that. “worker cron tasks” lists all of them.
cli-no-executions = There are no executions here. “worker pulse execute” runs what is due.
cli-no-errors = Nothing failed.
cli-no-pulses = There has been no pulse yet. “worker pulse execute” is one; “worker start” runs tasks without.
cli-no-runners = No runner is alive, and none ended in the last hour. “worker start” is one.
cli-no-side-tasks = There are no side tasks. A worker makes those of its code known when it starts: “worker start”.
cli-nothing-due =
    { $count ->
        [0] Nothing is due; this program knows no tasks.
        [one] Nothing is due; the only task waits for its time.
       *[other] Nothing is due; { $count } tasks wait for their time.
    }
cli-nothing-to-migrate = The database is what this version needs; nothing was to be done.
cli-never-comes = No slot ever comes.
cli-is-live = The process answers.
cli-is-ready = The process answers, and so does the database, with the tables of this version.
cli-more = More: { $option }
cli-more-columns = In a wider window, or with --json, there are more columns.
cli-queued = “{ $task }” is queued; a worker or the next pulse runs it.
cli-dry-run-queued = A dry run of “{ $task }” is queued: a worker or the next pulse checks its settings and runs nothing.
cli-next-attempt = Attempt { $attempt } of { $most } follows, unless the task asked for none.
cli-changed = “{ $task }” is changed, on all runners.
cli-source-code = the code
cli-source-set = set at run time
cli-nothing-changed = “{ $task }” is as it was: that is in force already.
cli-runs-next = Next run: { $at }
cli-task-paused = “{ $task }” is paused until it is resumed. Its slots are skipped.
cli-task-paused-until = “{ $task }” is paused until { $at }. Its slots are skipped.
cli-task-resumed = “{ $task }” goes on.
cli-task-not-paused = “{ $task }” was not paused.
cli-retry-queued = Attempt { $attempt } at the slot { $slot } of “{ $task }” is queued; a worker or the next pulse runs it.
cli-cancelled = “{ $task }” was queued and is cancelled.
cli-cancel-requested = The runner { $runner } is told to end “{ $task }”.
cli-cron-held = No cron task starts on any runner, until “worker runner resume”.
cli-cron-held-until = No cron task starts on any runner until { $at }.
cli-cron-free = Cron tasks start.
cli-in-maintenance = Maintenance: no cron task starts on any runner. “worker runner resume” ends it.
cli-side-held = No side task runs on any worker, until “worker runner resume”.
cli-side-held-until = No side task runs on any worker until { $at }.
cli-side-free = Side tasks run.
cli-runner-stops =
    { $running ->
        [0] { $name } runs nothing; it takes nothing more, and ends.
        [one] { $name } takes nothing more, finishes the task it runs, and ends.
       *[other] { $name } takes nothing more, finishes the { $running } tasks it runs, and ends.
    }
cli-runner-restarts =
    { $running ->
        [0] { $name } runs nothing; it takes nothing more, and begins anew.
        [one] { $name } takes nothing more, finishes the task it runs, and begins anew.
       *[other] { $name } takes nothing more, finishes the { $running } tasks it runs, and begins anew.
    }
cli-follow = Follow it: { $command }
cli-pulse-done =
    { $ran ->
        [one] { $ran } run
       *[other] { $ran } runs
    }, { $failed } failed, { $other } not run, in { $took }.
cli-pulse-dry-run =
    { $count ->
        [0] Nothing would run.
        [one] { $count } would run. Nothing was done.
       *[other] { $count } would run. Nothing was done.
    }
cli-budget-spent = The time for one pulse is spent; the next one goes on.
cli-schemas-in-json = With --json, the JSON Schemas of all settings, results and findings.
cli-index-written = { $file } is written: { $count }
cli-index-current = { $file } is current: { $count }
cli-page-stale = { $file } is not what this program would write; run “worker generate”
cli-page-written = Wrote { $file }

# What is wrong with the arguments.
cli-quoted = “{ $word }”
cli-unknown-command = there is no command “{ $written }”
cli-unknown-command-nearest = there is no command “{ $written }”; did you mean { $nearest }?
cli-unknown-argument = there is no option “{ $written }” here
cli-unknown-argument-nearest = there is no option “{ $written }” here; did you mean { $nearest }?
cli-unexpected-argument = unexpected argument “{ $written }”
cli-nothing-to-set = nothing is to be set; name at least one of { $options }
cli-missing-arguments = this is missing: { $missing }
cli-conflicting-arguments = { $argument } and { $other } do not go together
cli-missing-value = { $argument } wants a value
cli-value-not-allowed = “{ $value }” is not allowed for { $argument }; allowed are { $allowed }
cli-value-not-allowed-nearest = “{ $value }” is not allowed for { $argument }; did you mean { $nearest }? Allowed are { $allowed }
cli-value-refused = “{ $value }” is not allowed for { $argument }: { $reason }
cli-value-not-taken = { $argument } takes no value: “{ $value }”
cli-no-text = an argument is no text: its bytes are not UTF-8
cli-missing-command = a command is missing; there are { $commands }
cli-given-twice = { $argument } is there twice
cli-value-no-number = “{ $value }” is not allowed for { $argument }: it is no whole number
cli-value-out-of-range = “{ $value }” is not allowed for { $argument }; it must lie between { $least } and { $most }
cli-registry-unknown = “{ $written }” is neither a task nor a category nor a type; beside the names of tasks there are { $allowed }
cli-registry-unknown-nearest = “{ $written }” is neither a task nor a category nor a type; did you mean “{ $nearest }”?
cli-hint-help = More about it with --help.

# Live events.
cli-about-events = Tell what happens, as it happens, until Ctrl-C
cli-arg-events-task = Only what is about this task
cli-arg-events-after = Go on after the event of this id; each line of --json has one
cli-arg-events-limit = End after so many events
cli-arg-events-once = End when all is told that has happened
cli-events-gap = Events since { $at } may be missing.
cli-events-everything = everything

cli-arg-idempotency-key = Act once, however often this is sent with the same key; kept for a day

## What is next

cli-about-cron-queue = Show what runs, what waits and why, and the next slot of each task
cli-arg-cron-queue-limit = How many of each at most
cli-name-waits = Waits
cli-name-slot-zoned = Slot
cli-heading-running = Running
cli-heading-waiting = Due or queued
cli-heading-upcoming = Next slots
cli-waits-for = { $reason }: { $names }
cli-waits-until = { $reason }, until { $at }
cli-waits-until-time = { $reason }, { $relative }
cli-queue-stuck = stuck, { $since }
cli-queue-nothing-waits = Nothing runs and nothing waits.
cli-queue-empty = Nothing runs, nothing waits, and no slot is to come. “worker cron tasks” lists the tasks.
cli-queue-more = There is more: --limit says how much is shown.

## Questions to a person at a terminal

cli-arg-yes = Ask nothing before what is hard to undo
cli-ask = { $what }:
cli-ask-choice-help = ↑↓ to move, type to filter, Enter to choose, Esc to leave
cli-ask-broken-off = – left
cli-nothing-to-choose = { $argument } is missing, and there is nothing to choose from
cli-terminal-unusable = the terminal cannot be used: { $reason }
cli-confirm-unclear = Please answer { $yes } or { $no }.
cli-confirm-reset = Drop everything that was set over what the code says of “{ $task }”?
cli-confirm-cancel = Cancel the execution { $id }?
cli-confirm-pause = Start no task on any runner until it is resumed?
cli-confirm-stop = Have the runner { $instance } finish what it runs, and end?
cli-confirm-restart = Have the runner { $instance } finish what it runs, and begin anew?
cli-confirm-force = Run every task now, whether it is due or not?
cli-nothing-done = Nothing was done.

## Exit codes

cli-exit-done = done
cli-exit-failed = it failed, or the task that was run did
cli-exit-input = what was typed is wrong
cli-exit-setup = no database, or a wrong configuration
cli-exit-refused = the credentials are missing or wrong
cli-exit-broken-off = a question was left unanswered

## Following history

cli-arg-follow = Go on with new executions and changes, until Ctrl-C; with --json, one object a line
cli-follow-lost = Connection lost: { $reason } Trying again.
cli-follow-back = Connected again.

## While something takes long

cli-progress-waiting = Waiting for the answer, { $elapsed }
cli-progress-migrating = Migrating, { $elapsed }
cli-progress-waits = { $task } waits ({ $reason })
cli-progress-running = { $what }, { $elapsed }

cli-arg-pulse-history-since = Only what began since then: 30m, 24h, 7d, or 2027-03-28T00:00:00Z
cli-arg-cron-history-until = Only what was decided before then: 30m, 24h, 7d, or 2027-03-28T00:00:00Z
