//! What holds a task back or spreads it: pauses, maintenance, first and last instants, jitter; and a history that is thinned.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::http::Method;
use downbeat::app::App;
use downbeat::model::Status;
use downbeat::repository::RunRequest;
use downbeat::runner::PulseRequest;
use downbeat::task::prelude::*;
use downbeat::task::{Registry, TaskError};
use serde_json::{Value, json};

use crate::support::{Worker, World, asked, at, history, pulse, pulse_with, quick, script, task, until};

const MINUTELY: Schedule = Schedule::Cron("* * * * *");
const ONE_RETRY: RetryPolicy = RetryPolicy { retries: Some(1), ..RetryPolicy::DEFAULT };

task!(Minutely = "minutely" { schedule: MINUTELY, retry: ONE_RETRY });
task!(Bounded = "bounded" {
    schedule: MINUTELY, not_before: Some("2026-03-02T12:03:00Z"), not_after: Some("2026-03-02T12:04:30Z")
});
task!(Thinned = "thinned" { schedule: MINUTELY, history_interval: Duration::from_secs(300), retry: RetryPolicy::NEVER });
task!(Child = "child" { schedule: MINUTELY, dependencies: &["thinned"] });
task!(Spread = "spread" { schedule: Schedule::Cron("0 * * * *"), start_jitter: Duration::from_secs(1800) });

async fn post(app: &App, path: &str, until: &str) {
    let (status, answer) = asked(app, "alice", Method::POST, path, &json!({ "until": at(until) })).await;
    assert!(status.is_success(), "{answer}");
}

async fn told(app: &App, task: &str) -> Vec<(String, Status, Option<String>)> {
    let executions = history(app, task).await;
    executions.into_iter().map(|e| (e.scheduled_for.format("%H:%M").to_string(), e.status, e.skipped_reason)).collect()
}

fn row(time: &str, status: Status, reason: Option<&str>) -> (String, Status, Option<String>) {
    (time.to_owned(), status, reason.map(str::to_owned))
}

#[tokio::test]
async fn slots_of_a_paused_task_are_skipped_with_that_reason_until_the_pause_ends_by_itself() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Minutely(quick()))).await;
    post(&app, "/api/tasks/cron/minutely/pause", "12:02:30").await;
    assert!(app.repository().cron_task("minutely").await.unwrap().unwrap().is_paused);
    for time in ["12:01:00", "12:02:00", "12:03:00"] {
        world.set(time);
        pulse(&app).await;
    }
    assert_eq!(
        told(&app, "minutely").await,
        [
            row("12:01", Status::Skipped, Some("paused")),
            row("12:02", Status::Skipped, Some("paused")),
            row("12:03", Status::Completed, None)
        ]
    );
    assert!(!app.repository().cron_task("minutely").await.unwrap().unwrap().is_paused);
}

#[tokio::test]
async fn a_retry_of_a_paused_task_waits_and_a_run_by_hand_does_not() {
    let world = World::new().await;
    let fails = Arc::new(AtomicBool::new(true));
    let failing = fails.clone();
    let work = script(move |_| {
        let fails = failing.swap(false, Ordering::SeqCst);
        async move { if fails { Err(TaskError::execution("no", "no")) } else { Ok(Value::Null) } }
    });
    let app = world.app(Registry::builder().cron(Minutely(work))).await;
    world.set("12:01:00");
    pulse(&app).await;
    post(&app, "/api/tasks/cron/minutely/pause", "12:01:45").await;
    world.set("12:01:30");
    pulse(&app).await;
    assert_eq!(told(&app, "minutely").await[1].1, Status::Pending);
    let request = RunRequest { task: "minutely".to_owned(), ..RunRequest::default() };
    app.runner().enqueue(&request).await.unwrap();
    pulse(&app).await;
    assert_eq!(told(&app, "minutely").await[2].1, Status::Completed, "by hand");
    assert_eq!(told(&app, "minutely").await[1].1, Status::Pending);
    let worker = Worker::start(&app).await;
    world.set("12:01:45");
    until(async || told(&app, "minutely").await[1].1 == Status::Completed).await;
    worker.stop().await;
}

#[tokio::test]
async fn in_maintenance_nothing_starts_anywhere_and_it_ends_by_itself() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Minutely(quick()))).await;
    post(&app, "/api/runner/pause", "12:02:30").await;
    let request = RunRequest { task: "minutely".to_owned(), ..RunRequest::default() };
    app.runner().enqueue(&request).await.unwrap();
    for time in ["12:01:00", "12:02:00"] {
        world.set(time);
        pulse(&app).await;
    }
    let held = told(&app, "minutely").await;
    assert_eq!(held[0].1, Status::Pending, "a run by hand waits, too");
    assert_eq!(
        held[1..],
        [row("12:01", Status::Skipped, Some("maintenance")), row("12:02", Status::Skipped, Some("maintenance"))]
    );
    let worker = Worker::start(&app).await;
    world.set("12:02:30");
    until(async || told(&app, "minutely").await[0].1 == Status::Completed).await;
    worker.stop().await;
    world.set("12:03:00");
    pulse(&app).await;
    assert_eq!(told(&app, "minutely").await.last(), Some(&row("12:03", Status::Completed, None)));
}

#[tokio::test]
async fn a_task_has_no_slots_before_its_first_instant_and_none_after_its_last() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Bounded(quick()))).await;
    for time in ["12:01:00", "12:02:00", "12:03:00", "12:04:00", "12:05:00", "12:06:00"] {
        world.set(time);
        pulse(&app).await;
    }
    assert_eq!(
        told(&app, "bounded").await,
        [row("12:03", Status::Completed, None), row("12:04", Status::Completed, None)]
    );
    assert_eq!(app.repository().cron_task("bounded").await.unwrap().unwrap().next_execution_at, None);
}

#[tokio::test]
async fn a_start_that_is_spread_comes_later_and_always_at_the_same_share() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Spread(quick()))).await;
    let row = app.repository().cron_task("spread").await.unwrap().unwrap();
    let (slot, due) = (row.next_execution_at.unwrap(), row.due_at.unwrap());
    assert_eq!(slot, at("13:00:00"));
    assert!(due > slot && due < at("13:30:00"), "{due}");
    world.set("13:00:00");
    pulse(&app).await;
    assert!(history(&app, "spread").await.is_empty());
    world.clock.set(due);
    pulse(&app).await;
    let execution = &history(&app, "spread").await[0];
    assert_eq!((execution.scheduled_for, execution.status), (slot, Status::Completed));
    let next = app.repository().cron_task("spread").await.unwrap().unwrap();
    assert_eq!(next.due_at.unwrap() - next.next_execution_at.unwrap(), due - slot);
}

#[tokio::test]
async fn of_a_thinned_history_completed_runs_stay_only_now_and_then_and_failures_always() {
    let world = World::new().await;
    let work = script(async |cx: TaskContext<Value>| {
        let minute = cx.scheduled_for().format("%M").to_string();
        if minute == "08" { Err(TaskError::execution("eight", "eight")) } else { Ok(Value::Null) }
    });
    let app = world.app(Registry::builder().cron(Thinned(work)).cron(Child(quick()))).await;
    for minute in 1..=13 {
        world.set(&format!("12:{minute:02}:00"));
        pulse(&app).await;
    }
    let kept: Vec<_> = told(&app, "thinned").await.into_iter().map(|(time, status, _)| (time, status)).collect();
    let completed = |time: &str| (time.to_owned(), Status::Completed);
    assert_eq!(
        kept,
        [
            completed("12:01"),
            completed("12:06"),
            ("12:08".to_owned(), Status::Failed),
            // What followed a failure stays, too.
            completed("12:09"),
            completed("12:11"),
            // The newest stays until the next completes.
            completed("12:13"),
        ]
    );
    let child: Vec<_> = told(&app, "child").await.into_iter().map(|(_, status, _)| status).collect();
    assert_eq!(child.iter().filter(|status| **status == Status::Completed).count(), 12, "its dependants miss nothing");
    assert_eq!(child[7], Status::Blocked);
    let task = app.repository().cron_task("thinned").await.unwrap().unwrap();
    assert_eq!((task.execution_count, task.success_count), (13, 12), "statistics count them all");
}

#[tokio::test]
async fn a_forced_pulse_in_maintenance_says_what_waits_and_does_not_wait_for_it() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Minutely(quick()))).await;
    post(&app, "/api/runner/pause", "13:00:00").await;
    let report = pulse_with(&app, PulseRequest { force: true, ..PulseRequest::default() }).await;
    let told: Vec<_> = report.results.iter().map(|outcome| (outcome.task_name.as_str(), outcome.status)).collect();
    assert_eq!(told, [("minutely", Status::Pending)]);
    assert!(report.duration_ms < 20_000, "{report:?}");
}
