//! Deciding and doing: the one way in which a pulse and a worker reach a task.
//!
//! [`Runner::pulse`] works until nothing is due or its budget is spent, [`Runner::run`] until it is stopped. Both join as an
//! instance ([`membership`]), and both work the same shift ([`shift`]): claim what is due, execute it, record how it ended.
//! What is decided is pure and stands in [`plan`] and [`outcome`].

mod advance;
mod budget;
mod change;
mod crew;
mod crowd;
mod debt;
mod definitions;
mod execute;
mod explain;
mod hand_back;
mod health;
mod jitter;
#[doc(hidden)]
pub mod measured;
mod membership;
mod outcome;
mod plan;
mod pulse;
mod record;
mod room;
mod shared;
mod shift;
mod side;
mod signs;
mod threads;
mod turn;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::model::{Environment, Execution, ExecutionId, PulseStatus, Queue, RunnerKind, Status, TaskType};
use crate::repository::{Candidates, Enqueued, Keyed, Repository, RepositoryError, RequestKey, RunRequest, SideOrder};
use crate::task::{Defaults, Registry};

use shared::Shared;
use signs::Signs;
use threads::TaskThreads;

pub(crate) use budget::LEAST_PATIENCE;
pub use change::{ChangeRefused, Changed};
pub(crate) use explain::{Explanation, Finding};
pub use pulse::{PulseReport, PulseRequest, TaskOutcome};

/// What a runner goes by.
#[derive(Clone, Debug)]
pub struct RunnerSettings {
    /// Its name, for people: host and process.
    pub name: String,
    /// Where it runs.
    pub environment: Environment,
    /// How many executions it runs at once.
    pub concurrency: usize,
    /// Whether a task is kept from overlapping itself.
    pub overlap_prevention: bool,
    /// How often pulses are expected, and how often a schedule function is asked.
    pub pulse_interval: Duration,
    /// How often it says that it lives, while it runs something.
    pub heartbeat_interval: Duration,
    /// How often it says that it lives, while it is idle.
    pub idle_heartbeat_interval: Duration,
    /// How old its heartbeat may be before it has lost everything it runs.
    pub lease: Duration,
    /// How long running executions may take to end when it is stopped.
    pub shutdown_grace: Duration,
    /// How long a pulse may take.
    pub pulse_budget: Duration,
    /// Whether it runs side tasks.
    pub side_tasks: bool,
}

impl RunnerSettings {
    /// The settings the configuration asks for.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            name: format!("{}/{}", hostname(), std::process::id()),
            environment: config.environment(),
            concurrency: config.concurrency,
            overlap_prevention: config.overlap_prevention,
            pulse_interval: config.pulse_interval,
            heartbeat_interval: config.heartbeat_interval,
            idle_heartbeat_interval: config.idle_heartbeat(),
            lease: config.lease,
            shutdown_grace: config.shutdown_grace,
            pulse_budget: config.pulse_budget,
            side_tasks: config.side_tasks_enabled(),
        }
    }
}

/// The name of this machine, as its kernel knows it.
#[must_use]
pub fn hostname() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { "localhost".to_owned() } else { name.to_owned() }
}

/// Executes cron tasks and manages side tasks: the specification's `TaskRunner`. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Runner {
    repository: Repository,
    registry: Registry,
    settings: Arc<RunnerSettings>,
    defaults: Defaults,
    threads: Arc<TaskThreads>,
    signs: Arc<Signs>,
    /// Turns of pulses.
    pulses: Arc<Semaphore>,
    /// What pulses see before they work.
    looks: Arc<Shared<Arc<Candidates>>>,
    /// What goes on although its caller was answered.
    at_work: TaskTracker,
}

impl Runner {
    /// The specification's name of it.
    pub const NAME: &'static str = "unified-task-runner";
    /// The specification's description of it.
    pub const DESCRIPTION: &'static str = "Executes cron tasks and manages side tasks";

    /// A runner of the registry's tasks, with `defaults` for what their definitions leave open.
    #[must_use]
    pub fn new(repository: Repository, registry: Registry, settings: RunnerSettings, defaults: Defaults) -> Self {
        let threads = Arc::new(TaskThreads::new(settings.concurrency));
        Self {
            repository,
            registry,
            settings: Arc::new(settings),
            defaults,
            threads,
            signs: Arc::default(),
            pulses: Arc::new(Semaphore::new(pulse::MOST_AT_ONCE)),
            looks: Arc::default(),
            at_work: TaskTracker::new(),
        }
    }

    /// The same runner, and what tells whether anything that is begun with it goes on: executions that block their threads do,
    /// although the pulse they belong to has ended.
    #[must_use]
    pub(crate) fn tracked(&self) -> (Self, TaskTracker) {
        let at_work = TaskTracker::new();
        (Self { at_work: at_work.clone(), ..self.clone() }, at_work)
    }

    /// What it goes by.
    #[must_use]
    pub fn settings(&self) -> &RunnerSettings {
        &self.settings
    }

    /// The tasks it knows.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Where it runs.
    #[must_use]
    pub fn environment(&self) -> Environment {
        self.settings.environment
    }

    /// Whether side tasks can run here: never where the environment is serverless, whatever the configuration says.
    #[must_use]
    pub fn supports_side_tasks(&self) -> bool {
        self.settings.environment.supports_side_tasks() && self.settings.side_tasks
    }

    /// The names of the loops of this process that should have turned before this instant and did not: then only a new process
    /// helps. A database that is away freezes none, and neither does a task that takes long.
    #[must_use]
    pub fn frozen(&self, now: Instant) -> Vec<&'static str> {
        self.signs.frozen(now)
    }

    /// Runs a cron task now, due or not, and waits until it has ended, here or wherever it was claimed.
    ///
    /// Where it runs already, the execution is recorded as `SKIPPED` with reason `previous_instance_running`.
    /// `None`: there is no such task.
    pub async fn execute_cron_task(
        &self,
        request: &RunRequest,
        stop: &CancellationToken,
    ) -> Result<Option<Execution>, RepositoryError> {
        let Some(enqueued) = self.enqueue(request).await? else {
            return Ok(None);
        };
        if enqueued.status == Status::Pending {
            self.work_on(enqueued.id, stop).await?;
        }
        self.repository.execution(enqueued.id).await
    }

    /// Asks for a run of a cron task, due or not; whichever runner is free takes it.
    pub async fn enqueue(&self, request: &RunRequest) -> Result<Option<Enqueued>, RepositoryError> {
        self.repository.enqueue(request, self.settings.overlap_prevention, self.settings.environment).await
    }

    /// The same for a request that may be repeated.
    pub(crate) async fn enqueue_once(
        &self,
        key: &RequestKey,
        request: &RunRequest,
    ) -> Result<Keyed<Option<Enqueued>>, RepositoryError> {
        let RunnerSettings { overlap_prevention, environment, .. } = *self.settings;
        self.repository.enqueue_once(key, request, overlap_prevention, environment).await
    }

    /// Waits until a queued execution has ended, here or wherever it was claimed.
    pub(crate) async fn see_through(&self, id: ExecutionId) -> Result<(), RepositoryError> {
        self.work_on(id, &CancellationToken::new()).await
    }

    /// What runs, what waits and why, and which slots come next; so many of each at most.
    pub(crate) async fn whats_next(&self, limit: usize) -> Result<Queue, RepositoryError> {
        self.repository.whats_next(limit, self.settings.overlap_prevention).await
    }

    /// Tells all workers to run a side task, on behalf of `actor`. `false`: there is no such task.
    pub async fn start_side_task(&self, name: &str, actor: &str) -> Result<bool, RepositoryError> {
        self.repository.order_side_task(name, SideOrder::Start, actor).await
    }

    /// Tells the workers that run a side task to stop it, and all of them to leave it. `false`: there is no such task.
    pub async fn stop_side_task(&self, name: &str, actor: &str) -> Result<bool, RepositoryError> {
        self.repository.order_side_task(name, SideOrder::Stop, actor).await
    }

    /// Tells the workers that run a side task to end it, and all of them to take it anew, also where it was stopped or given
    /// up. `false`: there is no such task.
    pub async fn restart_side_task(&self, name: &str, actor: &str) -> Result<bool, RepositoryError> {
        self.repository.order_side_task(name, SideOrder::Restart, actor).await
    }

    /// What has become of a task: `RUNNING` while any runner runs it, else how it last ended. `None`: there is no such task,
    /// or it never ran.
    pub async fn task_status(&self, name: &str) -> Result<Option<Status>, RepositoryError> {
        if self.is_task_running(name).await? {
            return Ok(Some(Status::Running));
        }
        match self.repository.cron_task(name).await? {
            Some(task) => Ok(task.last_execution_status),
            None => Ok(self.repository.side_task(name).await?.and_then(|task| task.status)),
        }
    }

    /// Whether any runner runs the task now.
    pub async fn is_task_running(&self, name: &str) -> Result<bool, RepositoryError> {
        Ok(self.running_tasks().await?.iter().any(|(_, running)| running == name))
    }

    /// The tasks that any runner runs now.
    pub async fn running_tasks(&self) -> Result<Vec<(TaskType, String)>, RepositoryError> {
        self.repository.running_tasks().await
    }

    /// How the system fares.
    pub async fn pulse_status(&self) -> Result<PulseStatus, RepositoryError> {
        let facts = self.repository.pulse_facts(self.settings.pulse_interval * 2).await?;
        Ok(PulseStatus { status: health::judge(&facts), ..facts })
    }

    /// Brings the definitions of the code into the tables; hands back the names of tasks that the code no longer has.
    pub async fn synchronise(&self) -> Result<Vec<String>, RepositoryError> {
        definitions::synchronise(self).await
    }

    /// The kind of instance a pulse joins as.
    fn pulse_kind(&self) -> RunnerKind {
        match self.settings.environment {
            Environment::Serverless => RunnerKind::Pulse,
            Environment::Development | Environment::Production => RunnerKind::Command,
        }
    }

    /// When a schedule starts that is new or was changed.
    fn first_slot(&self, schedule: Option<&str>, timezone: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        plan::first_slot(schedule, timezone, now, self.settings.pulse_interval)
    }
}
