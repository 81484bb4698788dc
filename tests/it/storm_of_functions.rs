//! Five hundred functions pulse at once on a database that takes twenty connections: each is answered, none keeps a
//! connection, and each slot is done once. And one whose database accepts and never answers is answered, too.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::{DateTime, TimeDelta, Utc};
use downbeat::app::App;
use downbeat::clock::{Clock, ManualClock};
use downbeat::config::Config;
use downbeat::http::{self, Background};
use downbeat::model::CatchUp;
use downbeat::task::prelude::*;
use downbeat::task::{Registry, RegistryBuilder};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::server::Server;
use crate::support::{Gate, database, registry, task, until};

const FUNCTIONS: usize = 500;
/// What the server keeps open for others, so that the functions have about ten.
const OTHERS: usize = 6;
/// Whoever has not been answered by then never is.
const PATIENCE: Duration = Duration::from_secs(120);
const SECRET: &str = "a-secret-of-the-platform";
const TOKEN: &str = "a-token-of-more-than-sixteen-characters";

const NAMES: [&str; 8] = ["f-0", "f-1", "f-2", "f-3", "f-4", "f-5", "f-6", "f-7"];

/// What the tasks did to the world outside, by task and slot.
static DONE: Mutex<BTreeMap<(&str, DateTime<Utc>), usize>> = Mutex::new(BTreeMap::new());

/// One of eight tasks with a slot each hour, all of which are to run.
struct Hourly<const N: usize>;

impl<const N: usize> CronTask for Hourly<N> {
    type Config = ();
    type Report = ();

    const DEFINITION: CronTaskDefinition = CronTaskDefinition {
        schedule: Schedule::Cron("0 * * * *"),
        catch_up: CatchUp::All,
        catch_up_window: Duration::from_secs(86_400),
        ..CronTaskDefinition::new(NAMES[N])
    };

    async fn execute(&self, cx: TaskContext<()>) -> TaskResult<()> {
        *DONE.lock().expect("nobody panics").entry((NAMES[N], cx.scheduled_for())).or_default() += 1;
        // Others come meanwhile.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Ok(())
    }
}

task!(Held = "held" { schedule: Schedule::Manual });

fn tasks() -> RegistryBuilder {
    let first = Registry::builder().cron(Hourly::<0>).cron(Hourly::<1>).cron(Hourly::<2>).cron(Hourly::<3>);
    first.cron(Hourly::<4>).cron(Hourly::<5>).cron(Hourly::<6>).cron(Hourly::<7>)
}

/// As a platform sets it.
fn config(url: &str) -> Config {
    let credentials = [("CRON_SECRET", SECRET), ("TASK_API_TOKEN", TOKEN)];
    let variables = [("DATABASE_URL", url), ("TASK_RUNNER_ENVIRONMENT", "serverless")].into_iter().chain(credentials);
    Config::from_pairs(variables.map(|(name, value)| (name.into(), value.into()))).expect("a sound configuration")
}

/// One call of the platform's cron.
async fn called(function: Router) -> (StatusCode, Option<String>, Value) {
    let request = Request::get("/api/pulse").header(header::AUTHORIZATION, format!("Bearer {SECRET}"));
    let answered = function.oneshot(request.body(Body::empty()).unwrap());
    let answer = tokio::time::timeout(PATIENCE, answered).await.expect("it hangs").unwrap();
    let retry_after = answer.headers().get(header::RETRY_AFTER).map(|value| value.to_str().unwrap().to_owned());
    let status = answer.status();
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, retry_after, serde_json::from_slice(&body).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_hundred_pulses_at_once_are_all_answered_and_each_slot_is_done_once() {
    let server = Server::start(&[("max_connections", "20")], |_| {}).await;
    let admin = server.client().await;
    // No superuser, for whom the server keeps connections back.
    admin.batch_execute("create role app login").await.unwrap();
    admin.batch_execute("create database app owner app").await.unwrap();
    let url = server.url_of("app", "app");

    // Three hours ago somebody deployed, and nothing has pulsed since.
    let now: DateTime<Utc> = admin.query_one("select clock_timestamp()", &[]).await.unwrap().get(0);
    let clock = Clock::Manual(ManualClock::at(now - TimeDelta::hours(3)));
    let deployed = App::with_clock(config(&url), registry(tasks()), clock).unwrap();
    deployed.migrate().await.unwrap();
    deployed.prepare().await.unwrap();
    deployed.repository().close();
    drop(deployed);

    let mut others = Vec::new();
    for _ in 0..OTHERS {
        others.push(crate::support::connect(url.parse().unwrap()).await);
    }
    // Each of them is an instance of its own: no pool is shared.
    let functions: Vec<Router> = (0..FUNCTIONS).map(|_| http::function(Ok(config(&url)), tasks())).collect();
    let mut storm = JoinSet::new();
    for function in &functions {
        let (function, budget) = (function.clone(), config(&url).pulse_budget);
        storm.spawn(async move { tokio::time::timeout(budget, called(function)).await.expect("within its budget") });
    }
    let (mut worked, mut refused) = (0, 0);
    for (status, retry_after, body) in storm.join_all().await {
        match status {
            StatusCode::OK => worked += 1,
            StatusCode::SERVICE_UNAVAILABLE => {
                assert_eq!(
                    (retry_after.as_deref(), &body["error"]["code"]),
                    (Some("1"), &"database_unreachable".into())
                );
                refused += 1;
            }
            other => panic!("{other}: {body}"),
        }
    }
    assert_eq!(worked + refused, FUNCTIONS);
    // Most often some find room for all they need; where each takes what another waits for, none does.
    assert!(refused > 0, "else this says little: {worked} worked");

    // All instances are still there, frozen as platforms freeze them, and none of them keeps a connection.
    let kept = "select count(*) from pg_stat_activity where application_name = 'downbeat'";
    until(async || admin.query_one(kept, &[]).await.unwrap().get::<_, i64>(0) == 0).await;

    // The next minute's pulse does what the storm left, if anything.
    drop(others);
    let client = crate::support::connect(url.parse().unwrap()).await;
    let undone = "select count(*) from cron_tasks where next_execution_at <= clock_timestamp()";
    let running = "select count(*) from cron_task_executions where status in ('PENDING', 'RUNNING')";
    until(async || {
        assert_eq!(called(functions[0].clone()).await.0, StatusCode::OK);
        let left = async |query| client.query_one(query, &[]).await.unwrap().get::<_, i64>(0);
        left(undone).await + left(running).await == 0
    })
    .await;
    for name in NAMES {
        let told = "select count(*), count(distinct scheduled_for), count(*) filter (where status = 'COMPLETED'),
                (extract(epoch from max(scheduled_for) - min(scheduled_for)) / 3600)::bigint + 1
            from cron_task_executions where task_name = $1";
        let row = client.query_one(told, &[&name]).await.unwrap();
        let numbers: [i64; 4] = std::array::from_fn(|column| row.get(column));
        assert!(numbers[0] >= 3, "{name}: three hours have three slots");
        assert_eq!(numbers, [numbers[0]; 4], "{name}: each slot is decided and completed once, and none is missing");
        let done = DONE.lock().unwrap();
        let times: Vec<_> = done.iter().filter(|((task, _), _)| *task == name).map(|(_, times)| *times).collect();
        assert_eq!(times, vec![1; usize::try_from(numbers[0]).unwrap()], "{name}: each was done once");
    }
}

#[tokio::test]
async fn what_one_request_leaves_the_next_one_takes_and_whoever_ends_last_leaves_nothing() {
    let (database, gate) = (database().await, Gate::closed());
    let function = http::function(Ok(config(database.url())), Registry::builder().cron(Held(gate.script())));
    let client = crate::support::connect(database.config()).await;
    let open = async || {
        let open =
            "select pid from pg_stat_activity where application_name = 'downbeat' and datname = current_database()";
        let rows = client.query(open, &[]).await.unwrap();
        rows.iter().map(|row| row.get::<_, i32>(0)).collect::<BTreeSet<_>>()
    };
    let invocation = TaskTracker::new();
    let registered = invocation.clone();
    let background = Background::new(move |work| drop(registered.spawn(work)));
    let request = Request::post("/api/pulse?force=true").header(header::AUTHORIZATION, format!("Bearer {SECRET}"));
    let request = request.extension(background).body(Body::empty()).unwrap();
    let pulse = tokio::spawn(function.clone().oneshot(request));
    gate.somebody().await;

    let ready = async || {
        let request = Request::get("/health/ready").body(Body::empty()).unwrap();
        assert_eq!(function.clone().oneshot(request).await.unwrap().status(), StatusCode::OK);
        open().await
    };
    let left = ready().await;
    assert!(left.len() >= 2, "the pulse's lock, and what was used last");
    for _ in 0..10 {
        assert!(ready().await.is_superset(&left), "while a pulse works the instance is not frozen");
    }

    // An answer that is a stream goes on after its head.
    let request = Request::get("/api/events").header(header::AUTHORIZATION, format!("Bearer {TOKEN}"));
    let events = function.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(events.status(), StatusCode::OK);

    // Its caller hangs up; what it does goes on, and the host waits for it.
    pulse.abort();
    assert!(pulse.await.unwrap_err().is_cancelled());
    assert!(ready().await.is_superset(&left));
    gate.open(1);
    invocation.close();
    invocation.wait().await;
    // What the pulse used may still be seen to end; what is kept for the stream's sake stays.
    let mut left = ready().await;
    for _ in 0..10 {
        let open = ready().await;
        left.retain(|pid| open.contains(pid));
    }
    assert!(!left.is_empty(), "the stream goes on");
    drop(events);
    until(async || open().await.is_empty()).await;
}

/// Something that accepts connections and says nothing, as a server that is stopped does; and an address that has patience
/// with it.
async fn silent() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgresql://app@{}/app?sslmode=disable&connect_timeout=86400", listener.local_addr().unwrap());
    (listener, url)
}

#[tokio::test]
async fn a_pulse_whose_database_never_answers_is_answered_within_its_budget() {
    let (_listener, url) = silent().await;
    let config = Config { pulse_budget: Duration::from_secs(1), ..config(&url) };
    let function = http::function(Ok(config), tasks());
    let (status, retry_after, body) = called(function).await;
    assert_eq!((status, retry_after.as_deref()), (StatusCode::SERVICE_UNAVAILABLE, Some("1")), "{body}");
}

#[tokio::test]
async fn a_pulse_whose_lock_connection_never_comes_is_answered_and_claims_nothing() {
    let database = database().await;
    let (_listener, silent) = silent().await;
    let clock = ManualClock::at(crate::support::at("12:00:00"));
    let config = Config {
        database_url_unpooled: Some(silent.into()),
        pulse_budget: Duration::from_secs(1),
        ..config(database.url())
    };
    let app = App::with_clock(config, registry(tasks()), Clock::Manual(clock.clone())).unwrap();
    app.prepare().await.unwrap();
    clock.advance(Duration::from_secs(3600));
    let (status, retry_after, body) = called(http::router(app)).await;
    assert_eq!((status, retry_after.as_deref()), (StatusCode::SERVICE_UNAVAILABLE, Some("1")), "{body}");
    let client = crate::support::connect(database.config()).await;
    let claimed = client.query_one("select count(*) from cron_task_executions", &[]).await.unwrap();
    assert_eq!(claimed.get::<_, i64>(0), 0);
}
