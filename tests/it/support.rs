//! What every test needs: a database of its own, a clock it moves, and tasks that do what the test says.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use chrono::{DateTime, Utc};
use downbeat::app::App;
use downbeat::clock::{Clock, ManualClock};
use downbeat::config::Config;
use downbeat::doctor::Subject;
use downbeat::http::{Trusted, router};
use downbeat::model::{Environment, Execution, PulseExecution};
use downbeat::repository::migrate::{fingerprint, migrate};
use downbeat::repository::{HistoryFilter, PulseFilter};
use downbeat::runner::{PulseReport, PulseRequest};
use downbeat::task::{Registry, RegistryBuilder, TaskContext, TaskResult};
use downbeat::testing::TestApp;
use downbeat::testing::database::{Template, TestDatabase, TestServer};
use futures_util::future::BoxFuture;
use serde_json::Value;
use tokio::sync::{Semaphore, watch};
use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// What docs/scaling.md partitions a history by.
pub(crate) const PARTITION: &str = include_str!("../../docs/scaling/partition.sql");

/// A migrated database of its own; with `PARTITIONED_HISTORY` set, one whose history is partitioned two and a half
/// minutes after the noon that tests begin at.
pub(crate) async fn database() -> TestDatabase {
    if std::env::var_os("PARTITIONED_HISTORY").is_none() {
        return TestDatabase::migrated(server()).await;
    }
    let mut script = DefaultHasher::new();
    PARTITION.hash(&mut script);
    let fill = async |empty: tokio_postgres::Config| {
        let mut client = connect(empty).await;
        migrate(&mut client, None).await.expect("the migrations apply");
        partition(&client, at("12:02:30"), at("12:00:00")).await;
    };
    let key = format!("{}_{:x}", fingerprint(), script.finish());
    TestDatabase::new(&Template { key, server: server(), fill }).await
}

/// Partitions the history, with a partition for the month that begins at the boundary.
pub(crate) async fn partition(client: &tokio_postgres::Client, boundary: DateTime<Utc>, now: DateTime<Utc>) {
    for step in [
        PARTITION.to_owned(),
        format!("call downbeat_history.prepare('{boundary}', '{now}')"),
        format!("select downbeat_history.partition('{boundary}')"),
        format!("select downbeat_history.provide('{boundary}'::timestamptz - '{now}', '1 month', '{now}')"),
        "analyze cron_task_executions".to_owned(),
    ] {
        until_locked(client, &step).await;
    }
}

/// Carries a step of partitioning out, again and again as long as it does not get its locks in time, as an operator would.
pub(crate) async fn until_locked(client: &tokio_postgres::Client, step: &str) {
    let carried_out = async || match client.batch_execute(step).await {
        Ok(()) => true,
        Err(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => false,
        Err(error) => panic!("{error:?}"),
    };
    until(carried_out).await;
}

/// An empty database of its own.
pub(crate) async fn empty_database() -> TestDatabase {
    TestDatabase::new(&Template { key: "empty".to_owned(), server: server(), fill: async |_| {} }).await
}

fn server() -> TestServer {
    TestServer::from_environment(target_folder().join("downbeat-postgres-test"))
}

/// The folder cargo builds into.
pub(crate) fn target_folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in the target folder").to_owned()
}

pub(crate) async fn connect(config: tokio_postgres::Config) -> tokio_postgres::Client {
    let (client, connection) = config.connect(NoTls).await.expect("the test's database answers");
    tokio::spawn(connection);
    client
}

/// A database, a clock that stands still, and the configuration of a self-hosted process.
pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) clock: ManualClock,
    pub(crate) config: Config,
}

impl World {
    /// It is Monday, 2 March 2026, noon.
    pub(crate) async fn new() -> Self {
        capture_logs();
        let database = database().await;
        let config = Config {
            database_url: Some(database.url().to_owned().into()),
            environment: Some(Environment::Production),
            ..Config::default()
        };
        Self { database, clock: ManualClock::at(at("12:00:00")), config }
    }

    /// An app over these tasks, migrated and synchronised.
    pub(crate) async fn app(&self, tasks: RegistryBuilder) -> App {
        self.app_with(self.config.clone(), tasks).await
    }

    pub(crate) async fn app_with(&self, config: Config, tasks: RegistryBuilder) -> App {
        let app = App::with_clock(config, registry(tasks), Clock::Manual(self.clock.clone())).expect("an app");
        app.prepare().await.unwrap_or_else(|error| panic!("{}", error.message()));
        app
    }

    /// The same tasks in a time that the test lets pass.
    pub(crate) async fn test_app(&self, tasks: RegistryBuilder) -> TestApp {
        TestApp::with(self.config.clone(), tasks, self.clock.clone()).await
    }

    pub(crate) async fn client(&self) -> tokio_postgres::Client {
        connect(self.database.config()).await
    }

    /// What a doctor looks over: this database by that configuration, and a program with these tasks.
    pub(crate) fn subject(&self, config: Config, tasks: RegistryBuilder) -> Subject {
        Subject {
            config,
            mistakes: Vec::new(),
            registry: tasks.build(),
            no_database: None,
            clock: Clock::Manual(self.clock.clone()),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)),
            folder: std::env::temp_dir(),
        }
    }

    /// Moves the clock on to a time of the same day.
    pub(crate) fn set(&self, time: &str) {
        self.clock.set(at(time));
    }
}

/// What tasks log is kept with their executions, as every host has it. Once for all tests: whether a span is of interest is
/// remembered across threads.
fn capture_logs() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| tracing_subscriber::registry().with(downbeat::logs::capture()).init());
}

pub(crate) fn registry(tasks: RegistryBuilder) -> Registry {
    tasks.build().unwrap_or_else(|errors| panic!("{errors}"))
}

/// An instant of the day tests play on.
pub(crate) fn at(time: &str) -> DateTime<Utc> {
    format!("2026-03-02T{time}Z").parse().expect("a time of day")
}

/// One pulse, as a platform's cron would call it.
pub(crate) async fn pulse(app: &App) -> PulseReport {
    pulse_with(app, PulseRequest::default()).await
}

pub(crate) async fn pulse_with(app: &App, request: PulseRequest) -> PulseReport {
    let pulse = app.runner().pulse(&request, &CancellationToken::new()).await;
    pulse.unwrap_or_else(|error| panic!("{}", error.message()))
}

/// A pulse that goes on while the test does something else.
pub(crate) struct Pulsing(tokio::task::JoinHandle<PulseReport>);

impl Pulsing {
    pub(crate) fn begin(app: &App) -> Self {
        Self::begin_with(app, PulseRequest::default())
    }

    pub(crate) fn begin_with(app: &App, request: PulseRequest) -> Self {
        let app = app.clone();
        Self(tokio::spawn(async move { pulse_with(&app, request).await }))
    }

    /// Waits until it has ended.
    pub(crate) async fn end(self) -> PulseReport {
        self.0.await.expect("it does not panic")
    }

    /// Ends it as a crash would: in the middle of what it does, and without a word.
    pub(crate) async fn die(self) {
        self.0.abort();
        assert!(self.0.await.unwrap_err().is_cancelled(), "it had ended before");
    }
}

/// All pulses, the newest first.
pub(crate) async fn pulses(app: &App) -> Vec<PulseExecution> {
    let filter = PulseFilter { limit: 1000, ..PulseFilter::default() };
    app.repository().pulses(&filter).await.expect("pulses").expect("no cursor").pulses
}

/// All executions of a task, oldest decision first.
pub(crate) async fn history(app: &App, task: &str) -> Vec<Execution> {
    let filter = HistoryFilter { task: Some(task.to_owned()), limit: 1000, ..HistoryFilter::default() };
    let page = app.repository().history(&filter).await.expect("history").expect("no cursor");
    page.executions.into_iter().rev().collect()
}

/// The same without the slots in whose place a later one ran.
pub(crate) async fn runs_of(app: &App, task: &str) -> Vec<Execution> {
    let caught_up = |execution: &Execution| execution.skipped_reason.as_deref() == Some("caught_up");
    history(app, task).await.into_iter().filter(|execution| !caught_up(execution)).collect()
}

/// Asks as somebody of that name.
pub(crate) async fn asked(app: &App, who: &str, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
    let request = Request::builder().method(method).uri(path).extension(Trusted { actor: who.to_owned() });
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    let response = router(app.clone()).oneshot(request.body(body).unwrap()).await.unwrap();
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

/// What a task does in a test.
pub(crate) type Script = Arc<dyn Fn(TaskContext<Value>) -> BoxFuture<'static, TaskResult<Value>> + Send + Sync>;

/// A script out of an async closure.
pub(crate) fn script<F>(work: impl Fn(TaskContext<Value>) -> F + Send + Sync + 'static) -> Script
where
    F: Future<Output = TaskResult<Value>> + Send + 'static,
{
    Arc::new(move |cx| Box::pin(work(cx)))
}

/// Completes at once.
pub(crate) fn quick() -> Script {
    script(async |_| Ok(Value::Null))
}

/// Declares a cron task that does what its script says: `task!(Minutely = "minutely" { schedule: … })`.
macro_rules! task {
    ($name:ident = $task:literal { $($field:ident: $value:expr),* $(,)? }) => {
        struct $name($crate::support::Script);

        impl downbeat::task::CronTask for $name {
            type Config = serde_json::Value;
            type Report = serde_json::Value;

            const DEFINITION: downbeat::task::CronTaskDefinition = downbeat::task::CronTaskDefinition {
                $($field: $value,)*
                ..downbeat::task::CronTaskDefinition::new($task)
            };

            async fn execute(
                &self,
                cx: downbeat::task::TaskContext<serde_json::Value>,
            ) -> downbeat::task::TaskResult<serde_json::Value> {
                (self.0)(cx).await
            }
        }
    };
}
pub(crate) use task;

/// A gate that a task waits at until the test opens it.
#[derive(Clone)]
pub(crate) struct Gate {
    arrived: Arc<Semaphore>,
    open: Arc<Semaphore>,
    inside: Arc<AtomicUsize>,
    most_inside: Arc<AtomicUsize>,
}

impl Gate {
    pub(crate) fn closed() -> Self {
        Self {
            arrived: Arc::new(Semaphore::new(0)),
            open: Arc::new(Semaphore::new(0)),
            inside: Arc::default(),
            most_inside: Arc::default(),
        }
    }

    /// Waits until the gate is opened for one, or for all.
    pub(crate) async fn pass(&self) {
        let now_inside = self.inside.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_inside.fetch_max(now_inside, Ordering::SeqCst);
        self.arrived.add_permits(1);
        self.open.acquire().await.expect("the gate is never closed for good").forget();
        self.inside.fetch_sub(1, Ordering::SeqCst);
    }

    /// A script that waits at the gate.
    pub(crate) fn script(&self) -> Script {
        let gate = self.clone();
        script(move |_| {
            let gate = gate.clone();
            async move {
                gate.pass().await;
                Ok(Value::Null)
            }
        })
    }

    /// Waits until one more has arrived.
    pub(crate) async fn somebody(&self) {
        let arrived = tokio::time::timeout(PATIENCE, self.arrived.acquire()).await.expect("nobody ever came");
        arrived.expect("never closed").forget();
    }

    /// Whether one more had arrived, who is now forgotten.
    pub(crate) fn try_somebody(&self) -> bool {
        self.arrived.try_acquire().map(tokio::sync::SemaphorePermit::forget).is_ok()
    }

    pub(crate) fn open(&self, times: usize) {
        self.open.add_permits(times);
    }

    pub(crate) fn most_inside(&self) -> usize {
        self.most_inside.load(Ordering::SeqCst)
    }
}

/// A worker in this process.
pub(crate) struct Worker {
    pub(crate) stop: CancellationToken,
    pub(crate) handle: tokio::task::JoinHandle<()>,
}

impl Worker {
    pub(crate) async fn start(app: &App) -> Self {
        let stop = CancellationToken::new();
        let (ready, mut is_ready) = watch::channel(false);
        let handle = tokio::spawn({
            let (runner, stop) = (app.runner().clone(), stop.clone());
            async move { runner.run(&stop, &ready).await }
        });
        is_ready.wait_for(|ready| *ready).await.unwrap();
        Self { stop, handle }
    }

    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.handle.await.unwrap();
    }
}

/// What has not come by then never comes: long after anything that is only slow.
const PATIENCE: Duration = Duration::from_secs(180);

/// Waits until it holds. What never comes ends the test.
pub(crate) async fn until(mut holds: impl AsyncFnMut() -> bool) {
    let held = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, held).await.expect("it never came to hold");
}

/// Takes the lock of the only runner from it, as the half-open session of a connection does whose client end is gone: it
/// keeps the lock, and nobody tells the server. Hands back the session.
pub(crate) async fn ghost_takes_the_lock(world: &World) -> tokio_postgres::Client {
    let (client, ghost) = (world.client().await, world.client().await);
    let key: i64 = client.query_one("select lock_key from task_runners", &[]).await.unwrap().get(0);
    let waiting = tokio::spawn(async move {
        ghost.query("select pg_advisory_lock($1)", &[&key]).await.unwrap();
        ghost
    });
    until_waiting(&client, 1).await;
    let terminate = "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
        and database = (select oid from pg_database where datname = current_database())";
    client.query(terminate, &[]).await.unwrap();
    waiting.await.unwrap()
}

/// Waits until so many statements wait for locks of others.
pub(crate) async fn until_waiting(client: &tokio_postgres::Client, statements: i64) {
    let waiting = "select count(*) from pg_stat_activity
        where wait_event_type = 'Lock' and datname = current_database()";
    until(async || client.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == statements).await;
}
