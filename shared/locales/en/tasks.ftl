# Labels of what a task and its executions can be. Looked up by the stored word.

tasks-type-cron = Cron task
tasks-type-side = Side task

tasks-priority-critical = Critical
tasks-priority-high = High
tasks-priority-medium = Medium
tasks-priority-low = Low
tasks-priority-background = Background

tasks-status-pending = Pending
tasks-status-running = Running
tasks-status-completed = Completed
tasks-status-failed = Failed
tasks-status-timeout = Timed out
tasks-status-cancelled = Cancelled
tasks-status-skipped = Skipped
tasks-status-blocked = Blocked

tasks-error-timeout = Time-out
tasks-error-execution = Task error
tasks-error-system = System error
tasks-error-dependency = Dependency error
tasks-error-configuration = Configuration error

tasks-health-healthy = Healthy
tasks-health-warning = Warning
tasks-health-critical = Critical
tasks-health-unknown = Unknown

tasks-trigger-schedule = By schedule
tasks-trigger-manual = By hand
tasks-trigger-retry = Retry
tasks-trigger-dependency = After a dependency

tasks-reason-previous-instance-running = The previous run had not finished
tasks-reason-missed = The slot was missed
tasks-reason-dependency-failed = A dependency failed
tasks-reason-paused = The task was paused
tasks-reason-previous-instance-waiting = An earlier slot still waited
tasks-reason-queue-full = Too many slots waited
tasks-reason-caught-up = A later slot ran in its place
tasks-reason-concurrency-limit = Too many of its kind ran
tasks-reason-budget-spent = The pulse had too little time left
tasks-reason-maintenance = The system was in maintenance

tasks-category-development = Development
tasks-category-build = Build
tasks-category-watch = Watching
tasks-category-generator = Generators
tasks-category-test = Tests
tasks-category-maintenance = Maintenance
tasks-category-database = Database
tasks-category-system = System
tasks-category-monitoring = Monitoring

tasks-catch-up-latest = The newest one runs
tasks-catch-up-all = Each one runs
tasks-catch-up-skip = None runs

tasks-overlap-skip = The slot is skipped
tasks-overlap-queue-one = One slot waits
tasks-overlap-queue-all = Slots wait in line
tasks-overlap-cancel-running = The running one is cancelled
tasks-overlap-allow = They run side by side

tasks-runs-on-any = Anywhere
tasks-runs-on-worker = On machines that stay
tasks-runs-on-function = In serverless functions

tasks-change-set = Set
tasks-change-reset = Reset
tasks-change-pause = Paused
tasks-change-resume = Resumed
tasks-change-start = Started
tasks-change-stop = Stopped
tasks-change-restart = Restarted

tasks-environment-development = Development
tasks-environment-production = Production
tasks-environment-serverless = Serverless

tasks-runner-worker = Worker
tasks-runner-pulse = Pulse
tasks-runner-command = Command

tasks-runner-state-alive = Alive
tasks-runner-state-silent = Silent
tasks-runner-state-stopped = Stopped
tasks-runner-state-lost = Lost

tasks-side-state-running = Running
tasks-side-state-waiting = Waits for a worker
tasks-side-state-restarting = Restarting
tasks-side-state-stopping = Stopping
tasks-side-state-stopped = Stopped
tasks-side-state-paused = Paused
tasks-side-state-disabled = Off
tasks-side-state-completed = Completed
tasks-side-state-failed = Failed
tasks-side-state-never-started = Never started
tasks-side-state-retired = Gone from the code

tasks-side-health-healthy = Healthy
tasks-side-health-unhealthy = Unhealthy

# The tasks that ship. A task's texts are looked up by its name.

task-database-health-title = Database health
task-database-health-description = Looks at connections, locks, transactions and tables of the database, and warns of what is past its threshold.
task-file-watcher-title = File watcher
task-file-watcher-description = Says which files in the given folders change.
task-heartbeat-monitor-title = Heartbeat monitor
task-heartbeat-monitor-description = Says when a runner falls silent or due slots are left undecided, and when that is over.
task-http-check-title = HTTP check
task-http-check-description = Asks the given addresses whether they answer as they should, in time, and with a certificate that lasts.
task-prune-history-title = History pruning
task-prune-history-description = Deletes executions, pulses and runners that are older than history is kept.

# What happened, in a line of live events.
tasks-event-execution-started = Started
tasks-event-execution-finished = Ended
tasks-event-execution-withdrawn = Withdrawn
tasks-event-runner-joined = Runner joined
tasks-event-runner-left = Runner left
tasks-event-task-changed = Changed
tasks-event-stream-gap = Gap

# What somebody waits for who is due or queued.
tasks-wait-runner = For a runner
tasks-wait-host = For its host
tasks-wait-time = For its time
tasks-wait-maintenance = Maintenance
tasks-wait-disabled = Turned off
tasks-wait-paused = Paused
tasks-wait-dependency = For other tasks
tasks-wait-limit = For a place under its limit
tasks-wait-previous-instance = For its previous run

# What such a word means, where its label does not say it all.
tasks-status-pending-about = It is queued: asked for by hand, a further attempt, or a slot that waits for something. wait_reason says for what.
tasks-status-running-about = A runner owns it and works on it.
tasks-status-completed-about = It ended well.
tasks-status-failed-about = It ended with an error; error_kind says of which kind. Further attempts have rows of their own.
tasks-status-timeout-about = It took longer than its time limit allows. Further attempts have rows of their own.
tasks-status-cancelled-about = Somebody asked for its end, a later slot replaced it, or its host stopped.
tasks-status-skipped-about = Its slot was decided and not run; skipped_reason says why.
tasks-status-blocked-about = A task it depends on did not complete, so it cannot run.
tasks-error-timeout-about = It took longer than its time limit allows. Tried again.
tasks-error-execution-about = The task itself said no, or panicked. Tried again.
tasks-error-system-about = The machinery around the task failed: a runner or the database was lost. Tried again.
tasks-error-dependency-about = A task it depends on did not complete, so it never began. Not tried again.
tasks-error-configuration-about = Its settings are wrong. Never tried again: it would fail the same way.
tasks-reason-previous-instance-running-about = The task still ran when this slot came, and its overlap policy skips such slots.
tasks-reason-previous-instance-waiting-about = An earlier slot of the task still waited, and its overlap policy lets one wait.
tasks-reason-queue-full-about = As many slots of the task waited as its overlap policy lets wait.
tasks-reason-missed-about = The slot passed while nothing ran, and lies outside what catch-up allows.
tasks-reason-caught-up-about = The slot passed while nothing ran, and a later one ran for it.
tasks-reason-dependency-failed-about = A task that this one depends on did not complete; its name follows behind a colon.
tasks-reason-concurrency-limit-about = As many tasks ran as a named limit allows; its tag follows behind a colon.
tasks-reason-budget-spent-about = The pulse had less time left than the task needs; the next pulse or a worker runs it.
tasks-reason-paused-about = Somebody had paused the task.
tasks-reason-maintenance-about = Somebody had put the whole system into maintenance.
tasks-wait-runner-about = Nothing holds it: the next runner with room takes it.
tasks-wait-host-about = Only a runner on the kind of host it is bound to takes it; waits_for names that.
tasks-wait-time-about = It may not start before its time, as after a failed attempt.
tasks-wait-maintenance-about = The whole system is in maintenance; it begins when that ends.
tasks-wait-disabled-about = The task is turned off.
tasks-wait-paused-about = The task is paused; it begins when that ends.
tasks-wait-dependency-about = Tasks it depends on have not ended; waits_for names them.
tasks-wait-limit-about = As many tasks run as a named limit allows; waits_for names it.
tasks-wait-previous-instance-about = The task still runs or is to be tried again, and its policies let slots wait.

# Why one of the shipped tasks refuses a setting.
tasks-refused-address = this is no address; write one like https://example.com/health
tasks-refused-scheme = the address has to begin with http:// or https://
