//! A schedule function is asked once per interval, and its slot is the interval's start.

use std::sync::atomic::{AtomicUsize, Ordering};

use downbeat::model::{ErrorKind, Status};
use downbeat::task::prelude::*;
use downbeat::task::{Registry, TaskError};

use crate::support::{World, at, history, pulse, quick, task};

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
