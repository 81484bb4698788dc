//! What blocks its thread: it hurts nobody but itself, is seen as stuck, and nobody runs it meanwhile.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use downbeat::app::App;
use downbeat::config::Config;
use downbeat::http::{Background, Trusted, router};
use downbeat::model::{RunnerState, Status};
use downbeat::runner::PulseRequest;
use downbeat::task::Registry;
use downbeat::task::prelude::*;
use serde_json::Value;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::support::{
    Gate, Script, Worker, World, history, pulse, pulse_with, quick, script, task, until, until_waiting,
};

const HOURLY: Schedule = Schedule::Cron("0 * * * *");

task!(Blocking = "blocking" { schedule: HOURLY, timeout: Some(Duration::from_millis(50)), retry: RetryPolicy::NEVER });
task!(Other = "other" { schedule: HOURLY });
task!(Third = "third" { schedule: HOURLY });

fn short() -> PulseRequest {
    PulseRequest { budget: Some(Duration::from_millis(300)), ..PulseRequest::default() }
}

/// Blocks its thread until the test lets go.
fn blocking() -> (Script, mpsc::Sender<()>, Arc<AtomicUsize>) {
    let (go_on, blocked) = mpsc::channel::<()>();
    let (blocked, begun) = (Arc::new(Mutex::new(blocked)), Arc::new(AtomicUsize::new(0)));
    let counted = begun.clone();
    let work = script(move |_| {
        let (blocked, begun) = (blocked.clone(), counted.clone());
        async move {
            begun.fetch_add(1, Ordering::SeqCst);
            // Returns when the sender is dropped.
            let _ = blocked.lock().unwrap().recv();
            Ok(Value::Null)
        }
    });
    (work, go_on, begun)
}

async fn stuck(world: &World) -> i64 {
    let client = world.client().await;
    let stuck = "select count(*) from task_runner_state where stuck_since is not null";
    client.query_one(stuck, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn a_task_that_blocks_its_thread_hurts_nobody_and_is_seen_as_stuck_until_it_has_ended() {
    let world = World::new().await;
    let (work, go_on, begun) = blocking();
    let app = world.app(Registry::builder().cron(Blocking(work)).cron(Other(quick()))).await;
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    until(async || stuck(&world).await == 1).await;
    until(async || history(&app, "other").await.iter().any(|e| e.status == Status::Completed)).await;
    assert_eq!(history(&app, "blocking").await[0].status, Status::Running, "it has not ended, whatever it was told");
    assert!(app.runner().is_task_running("blocking").await.unwrap());
    assert_eq!(app.runner().pulse_status().await.unwrap().stuck, 1);

    // Its next slot does not start beside it.
    world.clock.advance(Duration::from_secs(30));
    let request = downbeat::repository::RunRequest { task: "blocking".to_owned(), ..Default::default() };
    assert_eq!(app.runner().enqueue(&request).await.unwrap().unwrap().status, Status::Skipped);
    assert_eq!(begun.load(Ordering::SeqCst), 1);

    drop(go_on);
    until(async || history(&app, "blocking").await[0].status == Status::Timeout).await;
    assert_eq!(stuck(&world).await, 0);
    assert_eq!(app.runner().pulse_status().await.unwrap().stuck, 0);
    worker.stop().await;
}

#[tokio::test]
async fn a_pulse_does_not_wait_for_what_blocks_its_thread_and_nobody_else_runs_it_meanwhile() {
    let world = World::new().await;
    let (work, go_on, _) = blocking();
    let tasks = || Registry::builder().cron(Blocking(work.clone()));
    let (one, other) = (world.app(tasks()).await, world.app(tasks()).await);
    world.set("13:00:00");
    let report = pulse_with(&one, short()).await;
    assert!(report.duration_ms < 5_000, "{report:?}");
    pulse(&other).await;
    let executions = history(&one, "blocking").await;
    assert_eq!(executions.iter().map(|e| e.status).collect::<Vec<_>>(), [Status::Running]);
    drop(go_on);
    // The pulse was over when it ended, so another one undoes it.
    until(async || history(&one, "blocking").await[0].status == Status::Pending).await;
    pulse(&other).await;
    assert_eq!(history(&one, "blocking").await[0].status, Status::Timeout);
    until(async || {
        let runners = one.repository().runners(Duration::from_secs(3600)).await.unwrap();
        runners.iter().all(|runner| runner.state == RunnerState::Stopped)
    })
    .await;
}

#[tokio::test]
async fn a_worker_told_to_stop_does_not_wait_for_what_blocks_its_thread() {
    let world = World::new().await;
    let (work, go_on, begun) = blocking();
    let config = Config { shutdown_grace: Duration::ZERO, ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Blocking(work))).await;
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    until(async || begun.load(Ordering::SeqCst) == 1).await;
    worker.stop().await;
    assert_eq!(history(&app, "blocking").await[0].status, Status::Running);
    drop(go_on);
    until(async || history(&app, "blocking").await[0].status != Status::Running).await;
}

#[tokio::test]
async fn a_worker_that_leaves_a_blocked_task_behind_records_first_what_has_ended() {
    let world = World::new().await;
    let ((work, go_on, begun), other, third) = (blocking(), Gate::closed(), Gate::closed());
    let config = Config { shutdown_grace: Duration::from_millis(200), ..world.config.clone() };
    let tasks = Registry::builder().cron(Blocking(work)).cron(Other(other.script())).cron(Third(third.script()));
    let app = world.app_with(config, tasks).await;
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    until(async || begun.load(Ordering::SeqCst) == 1).await;
    other.somebody().await;
    third.somebody().await;
    let holder = world.client().await;
    holder.batch_execute("begin; select from cron_tasks where name = 'other' for update").await.unwrap();
    other.open(1);
    until_waiting(&world.client().await, 1).await;
    // Its ending waits for the batch before it.
    third.open(1);
    let mut stopped = tokio::spawn(worker.stop());
    let early = tokio::time::timeout(Duration::from_millis(1500), &mut stopped).await;
    assert!(early.is_err(), "it gave up on what has ended as on what blocks");
    holder.batch_execute("commit").await.unwrap();
    stopped.await.unwrap();
    for task in ["other", "third"] {
        assert_eq!(history(&app, task).await[0].status, Status::Completed, "{task}");
    }
    assert_eq!(history(&app, "blocking").await[0].status, Status::Running);
    drop(go_on);
    until(async || history(&app, "blocking").await[0].status != Status::Running).await;
}

#[tokio::test]
async fn what_blocks_its_thread_within_a_fenced_transaction_is_marked_while_that_is_open() {
    let world = World::new().await;
    let (go_on, blocked) = mpsc::channel::<()>();
    let blocked = Arc::new(Mutex::new(blocked));
    let work = script(move |cx| {
        let blocked = blocked.clone();
        async move {
            let transaction = cx.transaction().await?;
            // Returns when the sender is dropped.
            let _ = blocked.lock().unwrap().recv();
            transaction.commit().await?;
            Ok(Value::Null)
        }
    });
    let app = world.app(Registry::builder().cron(Blocking(work))).await;
    // Time enough to begin the transaction in.
    world.client().await.execute("update cron_tasks set timeout = 2000", &[]).await.unwrap();
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    until(async || stuck(&world).await == 1).await;
    let open = "select count(*) from pg_stat_activity
        where datname = current_database() and state = 'idle in transaction' and query like '%for key share%'";
    assert_eq!(world.client().await.query_one(open, &[]).await.unwrap().get::<_, i64>(0), 1, "it has not ended");
    drop(go_on);
    until(async || history(&app, "blocking").await[0].status == Status::Timeout).await;
    worker.stop().await;
}

/// Blocks its thread whenever it runs, until the test lets one go.
struct BlockingLoop {
    begun: Arc<AtomicUsize>,
    go_on: Arc<Mutex<mpsc::Receiver<()>>>,
}

impl SideTask for BlockingLoop {
    type Config = ();

    const DEFINITION: SideTaskDefinition =
        SideTaskDefinition { shutdown_timeout: Duration::from_millis(50), ..SideTaskDefinition::new("blocking-loop") };

    async fn run(&self, _: SideContext<()>, _: CancellationToken) -> TaskResult<()> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        // Fails when the sender is dropped.
        let _ = self.go_on.lock().unwrap().recv();
        Ok(())
    }
}

/// Once it has been begun, its worker has looked which side tasks are free.
struct Witness(Gate);

impl SideTask for Witness {
    type Config = ();

    const DEFINITION: SideTaskDefinition = SideTaskDefinition::new("witness");

    async fn run(&self, _: SideContext<()>, stop: CancellationToken) -> TaskResult<()> {
        stop.run_until_cancelled(self.0.pass()).await;
        Ok(())
    }
}

/// The same side task in as many apps as one likes, and what ends one life of it.
fn blocking_loop() -> (impl Fn() -> BlockingLoop, mpsc::Sender<()>, Arc<AtomicUsize>) {
    let (go_on, told) = mpsc::channel();
    let (told, begun) = (Arc::new(Mutex::new(told)), Arc::new(AtomicUsize::new(0)));
    let counted = begun.clone();
    (move || BlockingLoop { begun: counted.clone(), go_on: told.clone() }, go_on, begun)
}

async fn runner_states(app: &App) -> Vec<RunnerState> {
    let runners = app.repository().runners(Duration::from_secs(3600)).await.unwrap();
    runners.into_iter().map(|runner| runner.state).collect()
}

#[tokio::test]
async fn a_worker_that_ends_leaves_a_blocked_side_task_behind_and_nobody_takes_it_before_it_has_ended() {
    let world = World::new().await;
    let (blocking, go_on, begun) = blocking_loop();
    let one = world.app(Registry::builder().side(blocking())).await;
    let first = Worker::start(&one).await;
    until(async || begun.load(Ordering::SeqCst) == 1).await;
    first.stop().await;
    until(async || stuck(&world).await == 1).await;

    let looked = Gate::closed();
    let other = world.app(Registry::builder().side(blocking()).side(Witness(looked.clone()))).await;
    let second = Worker::start(&other).await;
    looked.somebody().await;
    // Whose runner had ended would be buried first of all.
    pulse(&other).await;
    assert_eq!((stuck(&world).await, begun.load(Ordering::SeqCst)), (1, 1));
    assert_eq!(runner_states(&other).await, [RunnerState::Alive; 2], "its worker has ended, its runner has not");

    go_on.send(()).unwrap();
    until(async || begun.load(Ordering::SeqCst) == 2).await;
    until(async || runner_states(&other).await.contains(&RunnerState::Stopped)).await;
    drop(go_on);
    second.stop().await;
}

#[tokio::test]
async fn a_blocked_side_task_of_a_lost_runner_ends_without_taking_anything_from_whoever_runs_it_by_then() {
    let world = World::new().await;
    let (blocking, go_on, begun) = blocking_loop();
    let app = world.app(Registry::builder().side(blocking())).await;
    let worker = Worker::start(&app).await;
    until(async || begun.load(Ordering::SeqCst) == 1).await;
    let client = world.client().await;
    // As if it had been found dead.
    let lost = "update task_runners set ended_at = started_at, end_reason = 'lost'; notify downbeat, 'orders'";
    client.batch_execute(lost).await.unwrap();
    // The same worker goes on as a new instance, and has it anew.
    until(async || begun.load(Ordering::SeqCst) == 2).await;
    let locks = async || {
        let held = "select count(*) from pg_locks where locktype = 'advisory' and granted
            and database = (select oid from pg_database where datname = current_database())";
        client.query_one(held, &[]).await.unwrap().get::<_, i64>(0)
    };
    assert_eq!(locks().await, 2, "the lost one keeps its lock until what it left behind has ended");

    go_on.send(()).unwrap();
    until(async || locks().await == 1).await;
    let task = app.repository().side_task("blocking-loop").await.unwrap().unwrap();
    assert_eq!((task.status, task.is_running, task.instances.len()), (Some(Status::Running), true, 1));
    drop(go_on);
    worker.stop().await;
}

#[tokio::test]
async fn a_host_that_would_stop_the_process_is_kept_waiting_until_what_blocks_its_thread_has_ended() {
    let world = World::new().await;
    let (work, go_on, _) = blocking();
    let config = Config { pulse_budget: Duration::from_millis(300), ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Blocking(work))).await;
    world.set("13:00:00");
    // As a function on Vercel does it: what is registered is spawned, and the invocation lasts until it has ended.
    let invocation = TaskTracker::new();
    let registered = invocation.clone();
    let background = Background::new(move |work| drop(registered.spawn(work)));
    let trusted = Trusted { actor: "test".to_owned() };
    let request = Request::post("/api/pulse").extension(background).extension(trusted);

    let answer = router(app.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    invocation.close();
    assert_eq!(history(&app, "blocking").await[0].status, Status::Running, "it was answered while that goes on");
    assert!(!invocation.is_empty());

    drop(go_on);
    invocation.wait().await;
    assert_ne!(history(&app, "blocking").await[0].status, Status::Running, "recorded before the host may stop it");
}
