//! What a task says about itself, as data.

use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;

use super::{RetryPolicy, TaskResult};
use crate::model::{CatchUp, Category, Execution, OverlapPolicy, Priority, RunsOn};

/// When a cron task runs.
#[derive(Clone, Copy, Debug)]
pub enum Schedule {
    /// A cron expression, see [`CronExpr`](super::CronExpr).
    Cron(&'static str),
    /// A function that is asked once per `PULSE_INTERVAL` across all runners; written with [`when!`](crate::when).
    When {
        /// The function's name, recorded in `schedule_function`.
        name: &'static str,
        /// The function.
        ask: WhenFn,
    },
    /// Never by the clock, only when somebody asks for it.
    Manual,
}

/// A schedule function: whether the task is to run now.
pub type WhenFn = fn(WhenContext) -> BoxFuture<'static, TaskResult<bool>>;

/// What a schedule function gets to decide by.
#[derive(Clone, Debug)]
pub struct WhenContext {
    /// The start of the interval it is asked for: the slot, if it says yes.
    pub slot: DateTime<Utc>,
    /// The task's newest execution that ran, if any.
    pub last_execution: Option<Execution>,
}

/// Makes a [`Schedule`] of an `async fn(WhenContext) -> TaskResult<bool>`.
///
/// ```
/// use downbeat::task::prelude::*;
///
/// async fn never_ran(cx: WhenContext) -> TaskResult<bool> {
///     Ok(cx.last_execution.is_none())
/// }
/// const ONCE: Schedule = when!(never_ran);
/// ```
#[macro_export]
macro_rules! when {
    ($function:path) => {
        $crate::task::Schedule::When { name: stringify!($function), ask: |cx| ::std::boxed::Box::pin($function(cx)) }
    };
}

/// What a cron task says about itself.
///
/// Written as a constant, with [`CronTaskDefinition::new`] for what it leaves open.
#[derive(Clone, Copy, Debug)]
pub struct CronTaskDefinition {
    /// Its name, see [`TaskName`](crate::model::TaskName).
    pub name: &'static str,
    /// What it does, where no locale says it.
    pub description: &'static str,
    /// The version of the definition, for people.
    pub version: &'static str,
    /// What it is about.
    pub category: Category,
    /// Labels.
    pub tags: &'static [&'static str],
    /// Names of the tasks whose success it waits for.
    pub dependencies: &'static [&'static str],
    /// When it runs.
    pub schedule: Schedule,
    /// The IANA zone its cron expression is meant in.
    pub timezone: &'static str,
    /// Whether it runs by schedule until an operator says otherwise.
    pub enabled: bool,
    /// How urgent it is.
    pub priority: Priority,
    /// How long one attempt may take; `None`: `TASK_DEFAULT_TIMEOUT`.
    pub timeout: Option<Duration>,
    /// What follows a failed attempt.
    pub retry: RetryPolicy,
    /// What happens to slots that passed while nothing ran.
    pub catch_up: CatchUp,
    /// How old a missed slot may be and still run.
    pub catch_up_window: Duration,
    /// What happens to a slot that comes while the task still runs.
    pub overlap: Overlap,
    /// Where it may run: anywhere, only on machines that stay, or only in serverless functions.
    pub runs_on: RunsOn,
    /// Over how long its starts are spread: each task starts later by a share of its own, the same at every slot. Less than
    /// a day.
    pub start_jitter: Duration,
    /// It has no slots before this instant, as RFC 3339 writes it.
    pub not_before: Option<&'static str>,
    /// It has no slots after this instant, as RFC 3339 writes it.
    pub not_after: Option<&'static str>,
    /// Completed runs are kept in the history only every so often; zero keeps all. What did not complete is always kept.
    pub history_interval: Duration,
}

impl CronTaskDefinition {
    /// A task that is only run by hand, with every setting at its default.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            description: "",
            version: "1.0.0",
            category: Category::System,
            tags: &[],
            dependencies: &[],
            schedule: Schedule::Manual,
            timezone: "UTC",
            enabled: true,
            priority: Priority::Medium,
            timeout: None,
            retry: RetryPolicy::DEFAULT,
            catch_up: CatchUp::Latest,
            catch_up_window: Duration::from_secs(3600),
            overlap: Overlap::Skip,
            runs_on: RunsOn::Any,
            start_jitter: Duration::ZERO,
            not_before: None,
            not_after: None,
            history_interval: Duration::ZERO,
        }
    }
}

/// What a task does with a slot that comes while it still runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overlap {
    /// The slot is skipped.
    #[default]
    Skip,
    /// One slot waits and runs when the task ends; further ones are skipped.
    QueueOne,
    /// Slots wait and run one after the other.
    QueueAll {
        /// How many may wait; further ones are skipped.
        cap: u32,
    },
    /// What runs is cancelled, and the slot runs when it has ended.
    CancelRunning,
    /// The slot runs beside it, up to so many at once.
    Allow(u32),
}

impl Overlap {
    /// The policy without its number.
    #[must_use]
    pub const fn policy(self) -> OverlapPolicy {
        match self {
            Self::Skip => OverlapPolicy::Skip,
            Self::QueueOne => OverlapPolicy::QueueOne,
            Self::QueueAll { .. } => OverlapPolicy::QueueAll,
            Self::CancelRunning => OverlapPolicy::CancelRunning,
            Self::Allow(_) => OverlapPolicy::Allow,
        }
    }

    /// How many slots may wait, or how many instances may run at once; 1 where the policy has no number.
    #[must_use]
    pub const fn limit(self) -> u32 {
        match self {
            Self::QueueAll { cap: limit } | Self::Allow(limit) => limit,
            Self::Skip | Self::QueueOne | Self::CancelRunning => 1,
        }
    }
}

/// What applies where a definition or a task's settings leave it open: `TASK_DEFAULT_TIMEOUT`, `TASK_DEFAULT_RETRIES` and
/// `TASK_HISTORY_RETENTION`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Defaults {
    /// How long one attempt may take.
    pub timeout: Duration,
    /// Further attempts after a failed first one.
    pub retries: u32,
    /// How long history is kept.
    pub history_retention: Duration,
}

impl Default for Defaults {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(300), retries: 3, history_retention: Duration::from_secs(30 * 24 * 3600) }
    }
}

/// What a side task says about itself.
#[derive(Clone, Copy, Debug)]
pub struct SideTaskDefinition {
    /// Its name, see [`TaskName`](crate::model::TaskName).
    pub name: &'static str,
    /// What it does, where no locale says it.
    pub description: &'static str,
    /// The version of the definition, for people.
    pub version: &'static str,
    /// What it is about.
    pub category: Category,
    /// Labels.
    pub tags: &'static [&'static str],
    /// Whether workers run it until an operator says otherwise.
    pub enabled: bool,
    /// How urgent it is.
    pub priority: Priority,
    /// How many of it live.
    pub instances: Instances,
    /// What happens when it ends by itself.
    pub restart: RestartPolicy,
    /// How often it is asked for its health.
    pub health_check_interval: Duration,
    /// How long it may take to stop once it is told to.
    pub shutdown_timeout: Duration,
}

impl SideTaskDefinition {
    /// A side task with every setting at its default.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            description: "",
            version: "1.0.0",
            category: Category::System,
            tags: &[],
            enabled: true,
            priority: Priority::Medium,
            instances: Instances::One,
            restart: RestartPolicy::DEFAULT,
            health_check_interval: Duration::from_secs(30),
            shutdown_timeout: Duration::from_secs(5),
        }
    }
}

/// How many instances of a side task live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instances {
    /// One across all workers.
    One,
    /// One in each worker.
    PerWorker,
}

/// What happens when a side task ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestartPolicy {
    /// Whether it is started again. Otherwise it is `COMPLETED` where it ended without an error, and `FAILED` with one.
    pub auto_restart: bool,
    /// Wait before the first restart; doubles with each further one, up to a minute.
    pub delay: Duration,
    /// Restarts in a row before it is given up as failed. A stretch of a minute without an end starts the count anew.
    pub max_restarts: u32,
}

impl RestartPolicy {
    /// Restarted up to five times in a row, first after five seconds.
    pub const DEFAULT: Self = Self { auto_restart: true, delay: Duration::from_secs(5), max_restarts: 5 };
}
