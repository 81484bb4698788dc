//! A schedule function is asked once per interval, and its slot is the interval's start.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use downbeat::config::Config;
use downbeat::model::{ErrorKind, Status};
use downbeat::task::prelude::*;
use downbeat::task::{Registry, TaskError};
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::support::{World, at, history, pulse, quick, script, task, until};

static ASKED: AtomicUsize = AtomicUsize::new(0);

async fn every_other_minute(cx: WhenContext) -> TaskResult<bool> {
    ASKED.fetch_add(1, Ordering::SeqCst);
    Ok(cx.last_execution.is_none_or(|last| cx.slot - last.scheduled_for >= chrono::TimeDelta::minutes(2)))
}

async fn broken(_: WhenContext) -> TaskResult<bool> {
    Err(TaskError::execution("no_calendar", "the calendar is away"))
}

async fn panics(_: WhenContext) -> TaskResult<bool> {
    panic!("no idea")
}

task!(Dynamic = "dynamic" { schedule: when!(every_other_minute) });
task!(Broken = "broken" { schedule: when!(broken) });
task!(Panicking = "panicking" { schedule: when!(panics) });

#[tokio::test]
async fn it_is_asked_once_per_interval_across_runners_and_a_no_leaves_no_trace() {
    let world = World::new().await;
    let tasks = || Registry::builder().cron(Dynamic(quick()));
    let (one, other) = (world.app(tasks()).await, world.app(tasks()).await);
    for time in ["12:01:10", "12:02:20", "12:03:30", "12:03:50", "12:04:00"] {
        world.set(time);
        tokio::join!(pulse(&one), pulse(&other));
    }
    assert_eq!(ASKED.load(Ordering::SeqCst), 4, "once in each of four minutes");
    let slots: Vec<_> = history(&one, "dynamic").await.iter().map(|e| (e.scheduled_for, e.status)).collect();
    assert_eq!(slots, [(at("12:01:00"), Status::Completed), (at("12:03:00"), Status::Completed)]);
    let task = one.repository().cron_task("dynamic").await.unwrap().unwrap();
    assert_eq!(task.schedule_function.as_deref(), Some("every_other_minute"));
    assert_eq!(task.execution_count, 2);
}

#[tokio::test]
async fn one_that_fails_is_recorded_and_stops_nobody_else() {
    let world = World::new().await;
    let app = world.test_app(Registry::builder().cron(Broken(quick())).cron(Panicking(quick()))).await;
    app.advance_to(at("12:01:00")).await;
    for (task, code) in [("broken", "schedule_function_failed"), ("panicking", "schedule_function_panicked")] {
        app.expect(task).await.failed(1).nothing_else();
        let error = app.execution_of(task, at("12:01:00")).await.error.unwrap();
        assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Configuration, code));
    }
}

static HUNG: Semaphore = Semaphore::const_new(0);
static HANGS: AtomicUsize = AtomicUsize::new(0);

/// The first question stays without an answer for as long as the test likes.
async fn hangs_once(cx: WhenContext) -> TaskResult<bool> {
    if HANGS.fetch_add(1, Ordering::SeqCst) == 0 {
        HUNG.acquire().await.unwrap().forget();
    }
    Ok(cx.last_execution.is_none())
}

task!(Undecided = "undecided" { schedule: when!(hangs_once) });

#[tokio::test]
async fn a_slot_whose_runner_was_lost_while_it_asked_is_asked_about_again() {
    let world = World::new().await;
    let ran = Arc::new(AtomicUsize::new(0));
    let count = ran.clone();
    let work = script(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        async { Ok(Value::Null) }
    });
    let tasks = || Registry::builder().cron(Undecided(work.clone()));
    let rare_heartbeats = Duration::from_secs(3600);
    let config = Config { heartbeat_interval: rare_heartbeats, lease: Duration::from_secs(30), ..world.config.clone() };
    let frozen = world.app_with(config, tasks()).await;
    let other = world.app(tasks()).await;
    world.set("12:01:00");
    let asking = tokio::spawn({
        let frozen = frozen.clone();
        async move { pulse(&frozen).await }
    });
    until(async || HANGS.load(Ordering::SeqCst) == 1).await;
    world.set("12:01:40");
    pulse(&other).await;
    let told: Vec<_> = history(&other, "undecided").await.iter().map(|e| (e.attempt, e.status)).collect();
    assert_eq!(told, [(1, Status::Failed), (2, Status::Completed)]);
    assert_eq!(HANGS.load(Ordering::SeqCst), 2, "nobody knew yet whether it was to run");
    HUNG.add_permits(1);
    asking.await.unwrap();
    assert_eq!(ran.load(Ordering::SeqCst), 1, "an answer that comes when the slot is another's starts nothing");
}

async fn never_answers(_: WhenContext) -> TaskResult<bool> {
    std::future::pending().await
}

task!(Unanswered = "unanswered" {
    schedule: when!(never_answers),
    timeout: Some(Duration::from_millis(50)),
    retry: RetryPolicy { retries: Some(0), ..RetryPolicy::DEFAULT },
});

#[tokio::test]
async fn a_question_takes_no_longer_than_its_task_may() {
    const LESS_THAN_ANY_QUESTION_MAY: Duration = Duration::from_secs(4);
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Unanswered(quick()))).await;
    world.set("12:01:00");
    tokio::time::timeout(LESS_THAN_ANY_QUESTION_MAY, pulse(&app)).await.expect("the task's timeout ends it");
    let executions = history(&app, "unanswered").await;
    let kinds: Vec<_> = executions.iter().filter_map(|e| e.error.as_ref()).map(|error| error.kind).collect();
    assert_eq!(kinds, [ErrorKind::Timeout]);
}

static DECISIVE: AtomicUsize = AtomicUsize::new(0);

async fn says_yes_once(_: WhenContext) -> TaskResult<bool> {
    Ok(DECISIVE.fetch_add(1, Ordering::SeqCst) == 0)
}

task!(Decided = "decided" { schedule: when!(says_yes_once), retry: RetryPolicy { retries: Some(1), ..RetryPolicy::DEFAULT } });

#[tokio::test]
async fn a_retry_of_what_it_said_yes_to_is_not_asked_about_again() {
    let world = World::new().await;
    let work = script(|cx| async move {
        if cx.attempt() == 1 { Err(TaskError::execution("flaky", "not yet")) } else { Ok(Value::Null) }
    });
    let app = world.app(Registry::builder().cron(Decided(work))).await;
    world.set("12:01:00");
    pulse(&app).await;
    world.clock.set(history(&app, "decided").await[1].available_at);
    pulse(&app).await;
    let told: Vec<_> = history(&app, "decided").await.iter().map(|e| (e.attempt, e.status)).collect();
    assert_eq!(told, [(1, Status::Failed), (2, Status::Completed)]);
    assert_eq!(DECISIVE.load(Ordering::SeqCst), 1);
}
