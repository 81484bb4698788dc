//! The end that somebody asks for: of an execution, of a runner; from any machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::Method;
use downbeat::app::App;
use downbeat::config::Config;
use downbeat::model::{ErrorKind, Execution, RunnerState, Status};
use downbeat::repository::{LockMode, Period};
use downbeat::task::prelude::*;
use downbeat::task::{Registry, RegistryBuilder, TaskError};
use serde_json::Value;

use crate::support::{Gate, Pulsing, Worker, World, asked, history, quick, task, until};

const HOURLY: Schedule = Schedule::Cron("0 * * * *");

task!(Hourly = "hourly" { schedule: HOURLY });

/// Waits until it is told to end, and undoes what it did.
struct Undoing {
    gate: Gate,
    undone: Arc<AtomicUsize>,
    why: &'static str,
    fails_to_undo: bool,
}

impl CronTask for Undoing {
    type Config = Value;
    type Report = ();

    const DEFINITION: CronTaskDefinition =
        CronTaskDefinition { schedule: HOURLY, ..CronTaskDefinition::new("undoing") };

    async fn execute(&self, _: TaskContext<Value>) -> TaskResult<()> {
        self.gate.pass().await;
        Ok(())
    }

    async fn rollback(&self, _: TaskContext<Value>, why: &TaskError) -> TaskResult<()> {
        assert_eq!(why.code(), self.why);
        self.undone.fetch_add(1, Ordering::SeqCst);
        if self.fails_to_undo { Err(TaskError::execution("too_late", "it was sent")) } else { Ok(()) }
    }
}

fn undoing(gate: &Gate, undone: &Arc<AtomicUsize>, fails_to_undo: bool) -> RegistryBuilder {
    Registry::builder().cron(Undoing { gate: gate.clone(), undone: undone.clone(), why: "cancelled", fails_to_undo })
}

/// Asks for the end of the only execution there is.
async fn cancel(app: &App, task: &str) {
    let id = history(app, task).await[0].id;
    let (status, answer) =
        asked(app, "alice", Method::POST, &format!("/api/executions/{id}/cancel"), &Value::Null).await;
    assert!(status.is_success(), "{answer}");
}

/// Runs the task on a worker, cancels it from another machine, and hands back how it ended.
async fn cancelled_elsewhere(lock_mode: LockMode, fails_to_undo: bool) -> Execution {
    let world = World::new().await;
    let (gate, undone) = (Gate::closed(), Arc::new(AtomicUsize::new(0)));
    let config = Config {
        lock_mode: Some(lock_mode),
        heartbeat_interval: match lock_mode {
            // Told by notification, so that no heartbeat is needed.
            LockMode::Session => Duration::from_secs(3600),
            LockMode::Transaction => Duration::from_millis(200),
        },
        lease: Duration::from_secs(24 * 3600),
        ..world.config.clone()
    };
    let app = world.app_with(config.clone(), undoing(&gate, &undone, fails_to_undo)).await;
    let elsewhere = world.app_with(config, undoing(&gate, &undone, fails_to_undo)).await;
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    gate.somebody().await;
    cancel(&elsewhere, "undoing").await;
    until(async || history(&elsewhere, "undoing").await[0].status.is_final()).await;
    worker.stop().await;
    assert_eq!(undone.load(Ordering::SeqCst), 1);
    let mut executions = history(&elsewhere, "undoing").await;
    assert_eq!(executions.len(), 1, "it is not tried again");
    let stats = elsewhere.repository().stats(Period::Day, None).await.unwrap();
    assert_eq!((stats.overview.cancelled, stats.overview.failed), (1, 0));
    assert!(stats.errors.by_kind.is_empty(), "who cancels is no error: {:?}", stats.errors.by_kind);
    executions.remove(0)
}

#[tokio::test]
async fn a_running_execution_is_cancelled_from_another_machine() {
    let execution = cancelled_elsewhere(LockMode::Session, false).await;
    assert_eq!(execution.status, Status::Cancelled);
    let error = execution.error.unwrap();
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Execution, "cancelled"));
    assert_eq!(execution.cancel_requested_by.as_deref(), Some("alice"));
}

#[tokio::test]
async fn so_it_is_where_nobody_can_listen_with_the_next_heartbeat() {
    let execution = cancelled_elsewhere(LockMode::Transaction, false).await;
    assert_eq!(execution.status, Status::Cancelled);
}

#[tokio::test]
async fn how_undoing_it_ended_is_recorded_too() {
    let undone = cancelled_elsewhere(LockMode::Session, false).await.rollback.unwrap();
    assert_eq!((undone.status, undone.error), (Status::Completed, None));
    let failed = cancelled_elsewhere(LockMode::Session, true).await.rollback.unwrap();
    assert_eq!((failed.status, failed.error.unwrap().code.as_str()), (Status::Failed, "too_late"));
}

#[tokio::test]
async fn what_was_to_be_cancelled_when_its_runner_died_is_not_tried_again() {
    let world = World::new().await;
    let gate = Gate::closed();
    let tasks = || Registry::builder().cron(Hourly(gate.script()));
    let (one, other) = (world.app(tasks()).await, world.app(tasks()).await);
    world.set("13:00:00");
    let dying = Pulsing::begin(&one);
    gate.somebody().await;
    dying.die().await;
    cancel(&other, "hourly").await;
    world.set("13:02:00");
    gate.open(1);
    crate::support::pulse(&other).await;
    let executions = history(&other, "hourly").await;
    assert_eq!(executions.iter().map(|e| e.status).collect::<Vec<_>>(), [Status::Cancelled]);
    assert_eq!(executions[0].error.as_ref().unwrap().code, "runner_lost");
    assert_eq!(gate.most_inside(), 1, "it did not run again");
}

#[tokio::test]
async fn what_was_lost_in_its_last_attempt_is_undone_by_somebody_else() {
    let world = World::new().await;
    let (gate, undone) = (Gate::closed(), Arc::new(AtomicUsize::new(0)));
    let tasks = || {
        Registry::builder().cron(Undoing {
            gate: gate.clone(),
            undone: undone.clone(),
            why: "runner_lost",
            fails_to_undo: false,
        })
    };
    let (one, other) = (world.app(tasks()).await, world.app(tasks()).await);
    world.client().await.execute("update cron_tasks set retries = 0", &[]).await.unwrap();
    world.set("13:00:00");
    let dying = Pulsing::begin(&one);
    gate.somebody().await;
    dying.die().await;
    world.set("13:02:00");
    crate::support::pulse(&other).await;
    let executions = history(&other, "undoing").await;
    assert_eq!(executions.len(), 1);
    let lost = &executions[0];
    assert_eq!((lost.status, lost.error.as_ref().unwrap().code.as_str()), (Status::Failed, "runner_lost"));
    assert_eq!(lost.rollback.as_ref().unwrap().status, Status::Completed);
    assert_eq!((lost.started_at, lost.duration_ms), (Some(crate::support::at("13:00:00")), Some(120_000)));
    assert_eq!(undone.load(Ordering::SeqCst), 1);
    let task = other.repository().cron_task("undoing").await.unwrap().unwrap();
    assert_eq!((task.execution_count, task.error_count), (1, 1));
}

/// Fails, and undoes that when it may.
struct Slowly {
    undo: Gate,
    retries: u32,
}

impl CronTask for Slowly {
    type Config = Value;
    type Report = ();

    const DEFINITION: CronTaskDefinition = CronTaskDefinition { schedule: HOURLY, ..CronTaskDefinition::new("slowly") };

    async fn execute(&self, cx: TaskContext<Value>) -> TaskResult<()> {
        assert!(cx.attempt() <= i32::try_from(self.retries).unwrap() + 1, "it was only to be undone");
        Err(TaskError::execution("no", "no"))
    }

    async fn rollback(&self, _: TaskContext<Value>, _: &TaskError) -> TaskResult<()> {
        self.undo.pass().await;
        Ok(())
    }
}

async fn slowly(world: &World, undo: &Gate, retries: u32) -> App {
    let app = world.app(Registry::builder().cron(Slowly { undo: undo.clone(), retries })).await;
    let client = world.client().await;
    let retries = i32::try_from(retries).unwrap();
    client.execute("update cron_tasks set retries = $1, retry_delay = 0", &[&retries]).await.unwrap();
    app
}

#[tokio::test]
async fn undoing_that_the_end_of_a_pulse_cut_off_is_begun_again_by_the_next() {
    let (world, undo) = (World::new().await, Gate::closed());
    let app = slowly(&world, &undo, 0).await;
    world.set("13:00:00");
    let budget = Some(Duration::from_millis(400));
    crate::support::pulse_with(&app, downbeat::runner::PulseRequest { budget, ..Default::default() }).await;
    let cut_off = history(&app, "slowly").await[0].clone();
    assert_eq!((cut_off.status, cut_off.rollback.unwrap().status), (Status::Pending, Status::Pending));
    assert_eq!(cut_off.error.unwrap().code, "no", "why is known already");
    undo.open(2);
    crate::support::pulse(&app).await;
    let executions = history(&app, "slowly").await;
    assert_eq!(executions.len(), 1);
    let undone = &executions[0];
    assert_eq!((undone.status, undone.rollback.as_ref().unwrap().status), (Status::Failed, Status::Completed));
    assert_eq!(undone.error.as_ref().unwrap().code, "no");
}

#[tokio::test]
async fn a_cancelled_retry_is_undone_for_an_earlier_attempt_had_begun() {
    let (world, undo) = (World::new().await, Gate::closed());
    let app = slowly(&world, &undo, 3).await;
    undo.open(1);
    world.set("13:00:00");
    world.client().await.execute("update cron_tasks set retry_delay = 3600000", &[]).await.unwrap();
    crate::support::pulse(&app).await;
    let retry = history(&app, "slowly").await[1].id;
    let path = format!("/api/executions/{retry}/cancel");
    let (status, answer) = asked(&app, "alice", Method::POST, &path, &Value::Null).await;
    assert!(status.is_success(), "{answer}");
    crate::support::pulse(&app).await;
    let executions = history(&app, "slowly").await;
    assert_eq!(executions.len(), 2);
    assert_eq!((executions[1].status, undo.most_inside()), (Status::Cancelled, 1));
    assert_eq!(executions[1].rollback.as_ref().unwrap().status, Status::Completed);
}

#[tokio::test]
async fn an_order_to_end_that_comes_while_the_attempt_fails_is_obeyed() {
    let (world, undo) = (World::new().await, Gate::closed());
    let gate = Gate::closed();
    let inner = gate.clone();
    let work = crate::support::script(move |_| {
        let gate = inner.clone();
        async move {
            gate.pass().await;
            Err(TaskError::execution("no", "no"))
        }
    });
    drop(undo);
    let config = Config { heartbeat_interval: Duration::from_secs(3600), ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Hourly(work))).await;
    world.set("13:00:00");
    let running = Pulsing::begin(&app);
    gate.somebody().await;
    // Nobody has told the runner yet.
    let order = "update cron_task_executions set cancel_requested_at = now(), cancel_code = 'cancelled'";
    world.client().await.execute(order, &[]).await.unwrap();
    gate.open(1);
    running.end().await;
    crate::support::pulse(&app).await;
    let executions = history(&app, "hourly").await;
    assert_eq!(executions.iter().map(|e| e.status).collect::<Vec<_>>(), [Status::Cancelled], "it is not tried again");
    assert_eq!(executions[0].rollback.as_ref().unwrap().status, Status::Completed);
}

#[tokio::test]
async fn a_drained_worker_finishes_what_runs_claims_no_more_and_ends() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Hourly(gate.script()))).await;
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    gate.somebody().await;
    drain(&app, "stop").await;
    gate.open(1);
    worker.handle.await.unwrap();
    assert_eq!(history(&app, "hourly").await[0].status, Status::Completed);
    let runners = app.repository().runners(Duration::from_secs(3600)).await.unwrap();
    assert_eq!(runners.iter().map(|runner| runner.state).collect::<Vec<_>>(), [RunnerState::Stopped]);
}

#[tokio::test]
async fn a_worker_asked_to_restart_goes_on_as_a_new_instance() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let worker = Worker::start(&app).await;
    let before = app.repository().runners(Duration::ZERO).await.unwrap()[0].instance_id;
    drain(&app, "restart").await;
    until(async || {
        let runners = app.repository().runners(Duration::ZERO).await.unwrap();
        runners.iter().any(|runner| runner.state == RunnerState::Alive && runner.instance_id != before)
    })
    .await;
    world.set("13:00:00");
    until(async || history(&app, "hourly").await.iter().any(|e| e.status == Status::Completed)).await;
    worker.stop().await;
}

/// Asks the only live worker to end.
async fn drain(app: &App, action: &str) {
    let instance = app.repository().runners(Duration::ZERO).await.unwrap()[0].instance_id;
    let (status, answer) =
        asked(app, "alice", Method::POST, &format!("/api/runner/{instance}/{action}"), &Value::Null).await;
    assert!(status.is_success(), "{answer}");
}
