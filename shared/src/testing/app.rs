//! A registry over a real database, in a time that the test lets pass.

use std::fmt::Display;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::Expectation;
use crate::app::{App, AppError};
use crate::clock::{Clock, ManualClock};
use crate::config::Config;
use crate::model::{CronTaskRow, Execution};
use crate::repository::{HistoryFilter, RepositoryError, RunRequest};
use crate::task::{Registry, RegistryBuilder};

/// How much real time one instant may take, where the test does not say.
const PATIENCE: Duration = Duration::from_secs(30);

/// A registry over a real database, in a time that the test lets pass: months in seconds, and on the way everything a pulse
/// does. What goes wrong panics, and says what: that is what a test can do about it.
///
/// Side tasks do not run, and what a task may take is still real time.
///
/// ```no_run
/// use downbeat::task::Registry;
/// use downbeat::task::prelude::*;
/// use downbeat::testing::TestApp;
/// use downbeat::testing::database::{TestDatabase, TestServer};
///
/// # struct Import;
/// # impl CronTask for Import {
/// #     type Config = ();
/// #     type Report = ();
/// #     const DEFINITION: CronTaskDefinition = CronTaskDefinition::new("import");
/// #     async fn execute(&self, _: TaskContext<()>) -> TaskResult<()> { Ok(()) }
/// # }
/// # async fn test() {
/// let database = TestDatabase::migrated(TestServer::from_environment("target/postgres".into())).await;
/// let monday = "2027-03-01T00:00:00Z".parse().unwrap();
/// let app = TestApp::new(database.url(), Registry::builder().cron(Import), monday).await;
/// app.advance(Duration::from_secs(7 * 86_400)).await;
/// app.expect("import").await.completed(7).nothing_else();
/// # }
/// ```
#[derive(Debug)]
pub struct TestApp {
    app: App,
    clock: ManualClock,
    patience: Duration,
}

impl TestApp {
    /// The tasks over the database at `url`, migrated and synchronised at `instant`. Their first slots come after it.
    pub async fn new(url: &str, tasks: RegistryBuilder, instant: DateTime<Utc>) -> Self {
        let config = Config { database_url: Some(url.to_owned().into()), ..Config::default() };
        Self::with(config, tasks, ManualClock::at(instant)).await
    }

    /// The same with a configuration and a clock of the test's own.
    pub async fn with(config: Config, tasks: RegistryBuilder, clock: ManualClock) -> Self {
        let registry: Registry = must(tasks.build());
        let app = prepared(App::with_clock(config, registry, Clock::Manual(clock.clone()))).await;
        Self { app: must(app.map_err(|error| error.message())), clock, patience: PATIENCE }
    }

    /// How much real time the work of one instant may take before the test fails; 30 s otherwise.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The system itself, for all that stands not here.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Lets so much time pass, see [`TestApp::advance_to`].
    pub async fn advance(&self, by: Duration) {
        let by = must(TimeDelta::from_std(by));
        self.advance_to(self.now() + by).await;
    }

    /// Lets time pass until `instant`, and works at each instant at which something comes due, retries and the ends of pauses
    /// among them, until nothing is due and nothing runs.
    ///
    /// # Panics
    ///
    /// If a task does not end, after the [patience](TestApp::with_patience) of this test, naming it.
    pub async fn advance_to(&self, instant: DateTime<Utc>) {
        assert!(instant >= self.now(), "time only moves on, and {instant} is before {}", self.now());
        must(self.app.runner().advance(&self.clock, instant, self.patience).await);
    }

    /// Runs a task at once, due or not, with the settings in force for it. Hands back how that ended; an attempt that follows
    /// comes as time passes.
    pub async fn run_now(&self, task: &str) -> Execution {
        self.run(RunRequest { task: task.to_owned(), ..RunRequest::default() }).await
    }

    /// The same with other settings laid over them.
    pub async fn run_now_with(&self, task: &str, config: Value) -> Execution {
        self.run(RunRequest { task: task.to_owned(), config: Some(config), ..RunRequest::default() }).await
    }

    async fn run(&self, request: RunRequest) -> Execution {
        let stop = CancellationToken::new();
        let run = self.app.runner().execute_cron_task(&request, &stop);
        let Ok(ran) = tokio::time::timeout(self.patience, run).await else {
            panic!("{} did not end within {:?} of real time", request.task, self.patience);
        };
        known(&request.task, must(ran.map_err(told)))
    }

    /// The task as it is stored.
    pub async fn task(&self, name: &str) -> CronTaskRow {
        known(name, must(self.app.repository().cron_task(name).await.map_err(told)))
    }

    /// All executions of a task, by slot and attempt: one row an attempt, and one for each slot that did not run.
    pub async fn executions(&self, task: &str) -> Vec<Execution> {
        let mut filter = HistoryFilter { task: Some(task.to_owned()), limit: 1000, ..HistoryFilter::default() };
        let mut executions = Vec::new();
        loop {
            let page = must(self.app.repository().history(&filter).await.map_err(told));
            let Some(page) = page else { panic!("a cursor of ours was refused") };
            executions.extend(page.executions);
            filter.cursor = page.next_cursor;
            if filter.cursor.is_none() {
                break;
            }
        }
        executions.sort_by_key(|execution| (execution.scheduled_for, execution.attempt));
        executions
    }

    /// The newest attempt of the task's slot at that instant.
    pub async fn execution_of(&self, task: &str, slot: DateTime<Utc>) -> Execution {
        let expectation = self.expect(task).await;
        let newest = expectation.executions().iter().rfind(|execution| execution.scheduled_for == slot);
        newest.cloned().unwrap_or_else(|| panic!("{task} has no execution for {slot}\n{expectation}"))
    }

    /// What is expected of a task's executions up to now.
    pub async fn expect(&self, task: &str) -> Expectation {
        // A name that is misspelt would have no executions.
        self.task(task).await;
        Expectation::new(task, self.executions(task).await)
    }
}

async fn prepared(app: Result<App, AppError>) -> Result<App, AppError> {
    let app = app?;
    app.migrate().await?;
    app.prepare().await?;
    Ok(app)
}

fn known<T>(task: &str, found: Option<T>) -> T {
    found.unwrap_or_else(|| panic!("there is no cron task {task}"))
}

fn told(error: RepositoryError) -> impl Display {
    error.message()
}

fn must<T, E: Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}
