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
tasks-reason-disabled = The task is disabled
tasks-reason-paused = The task is paused

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
