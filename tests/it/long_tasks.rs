//! Tasks that are longer than they should be: they go on from checkpoints, show how far they came, and do not fit into what is left of a pulse.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use downbeat::app::App;
use downbeat::config::Config;
use downbeat::model::{Execution, ExecutionLog, Progress, Status};
use downbeat::repository::{LockMode, RunRequest};
use downbeat::runner::PulseRequest;
use downbeat::task::prelude::*;
use downbeat::task::{Registry, TaskError};
use serde_json::{Value, json};

use crate::support::{Gate, Pulsing, Script, World, at, history, pulse, pulse_with, quick, script, task, until};

const HOURLY: Schedule = Schedule::Cron("0 * * * *");
const ONE_RETRY: RetryPolicy = RetryPolicy { retries: Some(1), ..RetryPolicy::DEFAULT };

task!(Long = "long" { schedule: HOURLY, retry: RetryPolicy::NEVER, priority: Priority::High });
task!(Flaky = "flaky" { schedule: HOURLY, retry: ONE_RETRY });
task!(Other = "other" { schedule: HOURLY });
task!(Yearly = "yearly" { schedule: Schedule::Cron("0 0 1 1 *") });

fn short() -> PulseRequest {
    PulseRequest { budget: Some(Duration::from_millis(300)), ..PulseRequest::default() }
}

/// Counts to ten, three steps an attempt, and is interrupted between them.
fn counting(seen: Arc<Mutex<Vec<u64>>>) -> Script {
    script(move |cx| {
        let seen = seen.clone();
        async move {
            let from = cx.last_checkpoint::<u64>()?.unwrap_or(0);
            for step in from..(from + 3).min(10) {
                seen.lock().unwrap().push(step);
                cx.progress(step + 1, 10, "counting");
                cx.checkpoint(&(step + 1)).await?;
            }
            if from + 3 < 10 {
                cx.cancelled().cancelled().await;
                return Err(TaskError::execution("unfinished", "there is more to count"));
            }
            Ok(json!(seen.lock().unwrap().len()))
        }
    })
}

#[tokio::test]
async fn a_long_job_continues_over_many_short_pulses_and_never_uses_up_its_attempts() {
    let world = World::new().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let app = world.app(Registry::builder().cron(Long(counting(seen.clone())))).await;
    world.set("13:00:00");
    for _ in 0..4 {
        let budget = Some(Duration::from_secs(1));
        pulse_with(&app, PulseRequest { budget, ..PulseRequest::default() }).await;
    }
    assert_eq!(*seen.lock().unwrap(), (0..10).collect::<Vec<_>>(), "no step twice, none left out");
    let executions = history(&app, "long").await;
    let told: Vec<_> = executions.iter().map(|e| (e.attempt, e.status)).collect();
    assert_eq!(
        told,
        [(1, Status::Cancelled), (2, Status::Cancelled), (3, Status::Cancelled), (4, Status::Completed)],
        "it may not be retried at all, and yet it goes on"
    );
    let progress = executions[3].progress.as_ref().unwrap();
    assert_eq!((progress.done, progress.total, progress.message.as_deref()), (10, Some(10), Some("counting")));
    assert_eq!(executions[3].checkpoint, Some(json!(10)));
    assert_eq!(executions[3].result, Some(json!(10)));
}

#[tokio::test]
async fn what_follows_a_failure_goes_on_from_the_checkpoint_and_the_next_slot_starts_anew() {
    let world = World::new().await;
    let got = Arc::new(Mutex::new(Vec::new()));
    let seen = got.clone();
    let work = script(move |cx| {
        let seen = seen.clone();
        async move {
            let from: Option<Value> = cx.last_checkpoint()?;
            seen.lock().unwrap().push(from.clone());
            if from.is_none() {
                cx.checkpoint(&json!({ "page": 7 })).await?;
                return Err(TaskError::execution("gone", "gone"));
            }
            Ok(Value::Null)
        }
    });
    let app = world.app(Registry::builder().cron(Flaky(work))).await;
    world.set("13:00:00");
    pulse(&app).await;
    world.set("13:00:30");
    pulse(&app).await;
    assert_eq!(*got.lock().unwrap(), [None, Some(json!({ "page": 7 }))]);
    world.set("14:00:00");
    pulse(&app).await;
    assert_eq!(got.lock().unwrap()[2], None, "a checkpoint belongs to one slot");
}

#[tokio::test]
async fn the_attempt_after_a_crash_gets_the_checkpoint_of_the_lost_one() {
    let world = World::new().await;
    let gate = Gate::closed();
    let got = Arc::new(Mutex::new(Vec::new()));
    let (inner, seen) = (gate.clone(), got.clone());
    let work = script(move |cx| {
        let (gate, seen) = (inner.clone(), seen.clone());
        async move {
            let from = cx.last_checkpoint::<u32>()?;
            seen.lock().unwrap().push(from);
            if from.is_none() {
                cx.checkpoint(&5).await?;
                gate.pass().await;
            }
            Ok(Value::Null)
        }
    });
    let tasks = || Registry::builder().cron(Flaky(work.clone()));
    let (one, other) = (world.app(tasks()).await, world.app(tasks()).await);
    world.set("13:00:00");
    let dying = Pulsing::begin(&one);
    gate.somebody().await;
    dying.die().await;
    // Longer than its lease, so nothing hangs on when its connection is gone.
    world.set("13:01:30");
    pulse(&other).await;
    assert_eq!(*got.lock().unwrap(), [None, Some(5)]);
    let executions = history(&other, "flaky").await;
    assert_eq!(executions.iter().map(|e| e.status).collect::<Vec<_>>(), [Status::Failed, Status::Completed]);
}

#[tokio::test]
async fn a_checkpoint_of_a_runner_that_no_longer_owns_the_execution_is_refused() {
    let world = World::new().await;
    let gate = Gate::closed();
    let (refused, told) = tokio::sync::oneshot::channel();
    let (inner, refused) = (gate.clone(), Arc::new(Mutex::new(Some(refused))));
    let work = script(move |cx| {
        let (gate, refused) = (inner.clone(), refused.clone());
        async move {
            gate.pass().await;
            let outcome = cx.checkpoint(&1).await.map_err(|error| error.code().to_owned());
            if let Some(refused) = refused.lock().unwrap().take() {
                refused.send(outcome).unwrap();
            }
            Ok(Value::Null)
        }
    });
    let app = world.app(Registry::builder().cron(Flaky(work))).await;
    world.set("13:00:00");
    let running = Pulsing::begin(&app);
    gate.somebody().await;
    let client = world.client().await;
    client.execute("update cron_task_executions set runner_instance_id = gen_random_uuid()", &[]).await.unwrap();
    gate.open(1);
    assert_eq!(told.await.unwrap(), Err("ownership_lost".to_owned()));
    running.end().await;
}

#[tokio::test]
async fn a_checkpoint_that_is_no_checkpoint_is_an_error_that_trying_again_does_not_help() {
    let world = World::new().await;
    let work = script(async |cx: TaskContext<Value>| {
        let large = cx.checkpoint(&"x".repeat(2 << 20)).await.unwrap_err();
        assert_eq!(large.code(), "checkpoint_too_large");
        cx.checkpoint(&"text").await?;
        Err(TaskError::execution("again", "again"))
    });
    let app = world.app(Registry::builder().cron(Flaky(work))).await;
    world.set("13:00:00");
    pulse(&app).await;
    let app = world
        .app(Registry::builder().cron(Flaky(script(async |cx: TaskContext<Value>| {
            cx.last_checkpoint::<u64>()?;
            Ok(Value::Null)
        }))))
        .await;
    world.set("13:00:30");
    pulse(&app).await;
    let executions = history(&app, "flaky").await;
    assert_eq!(executions[1].error.as_ref().unwrap().code, "checkpoint_unreadable");
    assert_eq!(executions.len(), 2, "it had an attempt left, but it would not help");
}

#[tokio::test]
async fn progress_is_seen_from_elsewhere_while_the_task_runs() {
    let world = World::new().await;
    let gate = Gate::closed();
    let inner = gate.clone();
    let work = script(move |cx| {
        let gate = inner.clone();
        async move {
            cx.progress(3, None, "three\0");
            gate.pass().await;
            Ok(Value::Null)
        }
    });
    let config = Config { heartbeat_interval: Duration::from_millis(100), ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Long(work))).await;
    world.set("13:00:00");
    let running = Pulsing::begin(&app);
    gate.somebody().await;
    until(async || history(&app, "long").await[0].progress.is_some()).await;
    let shown = history(&app, "long").await[0].clone();
    let message = Some("three\u{fffd}".to_owned());
    assert_eq!(shown.progress, Some(Progress { done: 3, total: None, message, at: at("13:00:00") }));
    assert_eq!(shown.status, Status::Running);
    gate.open(1);
    running.end().await;
}

/// As if the task had usually taken so long.
async fn usually_takes(world: &World, task: &str, milliseconds: f64) {
    let client = world.client().await;
    let update = "update cron_tasks set average_execution_time = $2 where name = $1";
    client.execute(update, &[&task, &milliseconds]).await.unwrap();
}

fn told(executions: &[Execution]) -> Vec<(Status, Option<&str>)> {
    executions.iter().map(|e| (e.status, e.skipped_reason.as_deref())).collect()
}

/// What usually takes so long does not fit into what [`most_of_a_pulse_passes`] leaves: of 2.5 seconds, 1.7.
const MORE_THAN_IS_LEFT_MS: f64 = 1_800.0;

/// A pulse in which `long` waits at the gate until there is too little time left for more.
async fn most_of_a_pulse_passes(app: &App, gate: &Gate) {
    let request = PulseRequest { budget: Some(Duration::from_secs(3)), ..PulseRequest::default() };
    let running = Pulsing::begin_with(app, request);
    gate.somebody().await;
    // Time passes: budgets go by the machine's clock.
    tokio::time::sleep(Duration::from_millis(800)).await;
    gate.open(1);
    assert!(running.end().await.budget_spent, "it says that it left something");
}

#[tokio::test]
async fn what_would_not_end_within_the_budget_is_left_to_the_next_pulse_with_that_reason() {
    let world = World::new().await;
    let gate = Gate::closed();
    // Room for one, so that the second is looked at when most of the budget is spent.
    let config = Config { concurrency: 1, ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Long(gate.script())).cron(Other(quick()))).await;
    usually_takes(&world, "long", 10.0).await;
    usually_takes(&world, "other", MORE_THAN_IS_LEFT_MS).await;
    world.set("13:00:00");
    most_of_a_pulse_passes(&app, &gate).await;
    assert_eq!(told(&history(&app, "other").await), [(Status::Pending, Some("budget_spent"))]);
    pulse(&app).await;
    assert_eq!(told(&history(&app, "other").await), [(Status::Completed, None)]);
}

#[tokio::test]
async fn what_is_queued_and_would_not_end_within_the_budget_waits_for_the_next_pulse() {
    let world = World::new().await;
    let gate = Gate::closed();
    let config = Config { concurrency: 1, ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Long(gate.script())).cron(Yearly(quick()))).await;
    usually_takes(&world, "long", 10.0).await;
    usually_takes(&world, "yearly", MORE_THAN_IS_LEFT_MS).await;
    world.set("13:00:00");
    let asked_for = RunRequest { task: "yearly".to_owned(), ..RunRequest::default() };
    app.runner().enqueue(&asked_for).await.unwrap();
    most_of_a_pulse_passes(&app, &gate).await;
    assert_eq!(told(&history(&app, "long").await), [(Status::Completed, None)]);
    assert_eq!(told(&history(&app, "yearly").await), [(Status::Pending, None)]);
    pulse(&app).await;
    assert_eq!(told(&history(&app, "yearly").await), [(Status::Completed, None)]);
}

#[tokio::test]
async fn what_is_due_when_the_budget_is_spent_leaves_a_row_with_that_reason() {
    let world = World::new().await;
    let gate = Gate::closed();
    let config = Config { concurrency: 1, ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Long(gate.script())).cron(Other(quick()))).await;
    world.set("13:00:00");
    let report = pulse_with(&app, short()).await;
    assert!(report.budget_spent);
    assert_eq!(told(&history(&app, "other").await), [(Status::Pending, Some("budget_spent"))]);
    gate.open(1);
    pulse(&app).await;
    assert_eq!(told(&history(&app, "other").await), [(Status::Completed, None)]);
}

#[tokio::test]
async fn what_a_task_logs_is_kept_with_its_execution_whatever_thread_it_runs_on() {
    let world = World::new().await;
    let work = script(async |_| {
        tracing::info!(orders = 3, "importing");
        tokio::task::yield_now().await;
        tracing::warn!("slow");
        Ok(Value::Null)
    });
    let config = Config { lock_mode: Some(LockMode::Transaction), ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Long(work)).cron(Other(quick()))).await;
    world.set("13:00:00");
    pulse(&app).await;
    let log = app.repository().execution_log(history(&app, "long").await[0].id).await.unwrap().unwrap();
    let lines: Vec<_> = log.lines.iter().map(|line| (line.level.as_str(), line.message.as_str())).collect();
    assert_eq!(lines, [("INFO", "importing"), ("WARN", "slow")], "and nothing of what the engine says about it");
    assert_eq!(log.lines[0].fields["orders"], json!(3));
    let quiet: Option<ExecutionLog> = app.repository().execution_log(history(&app, "other").await[0].id).await.unwrap();
    assert_eq!(quiet, None);
}
