//! A task that depends on others runs when their newest slot at or before its own has completed.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use downbeat::model::{ErrorKind, Status, Trigger};
use downbeat::task::prelude::*;
use downbeat::task::{Registry, TaskError};
use serde_json::Value;

use crate::support::{Gate, Pulsing, Script, Worker, World, at, history, pulse, quick, script, task, until};

const HOURLY: Schedule = Schedule::Cron("0 * * * *");

task!(Top = "top" { schedule: HOURLY, retry: RetryPolicy { retries: Some(1), ..RetryPolicy::DEFAULT } });
task!(Left = "left" { schedule: HOURLY, dependencies: &["top"] });
task!(Right = "right" { schedule: HOURLY, dependencies: &["top"] });
task!(Bottom = "bottom" { schedule: HOURLY, dependencies: &["left", "right"] });

task!(Daily = "daily" { schedule: Schedule::Cron("0 0 * * *") });
task!(OfDaily = "of-daily" { schedule: HOURLY, dependencies: &["daily"] });
task!(Minutely = "minutely" { schedule: Schedule::Cron("* * * * *"), dependencies: &["top"] });
task!(Often = "often" { schedule: Schedule::Cron("*/10 * * * *") });
task!(OfOften = "of-often" { schedule: HOURLY, dependencies: &["often"] });

type Order = Arc<Mutex<Vec<String>>>;

/// Writes its name down.
fn noting(order: &Order) -> Script {
    let order = order.clone();
    script(move |cx| {
        order.lock().unwrap().push(cx.task_name().to_owned());
        async { Ok(Value::Null) }
    })
}

#[tokio::test]
async fn a_diamond_runs_in_order_within_one_pulse() {
    let world = World::new().await;
    let order = Order::default();
    let tasks = Registry::builder()
        .cron(Bottom(noting(&order)))
        .cron(Left(noting(&order)))
        .cron(Right(noting(&order)))
        .cron(Top(noting(&order)));
    let app = world.app(tasks).await;
    world.set("13:00:00");
    pulse(&app).await;
    let order = order.lock().unwrap().clone();
    assert_eq!((order.len(), order[0].as_str(), order[3].as_str()), (4, "top", "bottom"));
    let bottom = &history(&app, "bottom").await[0];
    assert_eq!((bottom.status, bottom.triggered_by), (Status::Completed, Trigger::Dependency));
}

#[tokio::test]
async fn a_parent_that_failed_for_good_blocks_its_children_by_name() {
    let world = World::new().await;
    let fails = script(async |_| Err(TaskError::execution("no", "no").never_retried()));
    let tasks = Registry::builder().cron(Top(fails)).cron(Left(quick())).cron(Right(quick())).cron(Bottom(quick()));
    let app = world.test_app(tasks).await;
    app.advance_to(at("13:00:00")).await;
    let left = app.execution_of("left", at("13:00:00")).await;
    assert_eq!((left.status, left.skipped_reason.as_deref()), (Status::Blocked, Some("dependency_failed:top")));
    assert_eq!(left.error.map(|error| error.kind), Some(ErrorKind::Dependency));
    app.expect("bottom").await.blocked(1).nothing_else();
}

#[tokio::test]
async fn while_a_parent_is_tried_again_its_children_wait() {
    let world = World::new().await;
    let runs = std::sync::atomic::AtomicUsize::new(0);
    let second_time = script(move |_| {
        let first = runs.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
        async move { if first { Err(TaskError::execution("no", "no")) } else { Ok(Value::Null) } }
    });
    let app = world.test_app(Registry::builder().cron(Top(second_time)).cron(Left(quick()))).await;
    app.advance_to(at("13:00:00")).await;
    app.expect("left").await.pending(1).nothing_else();
    app.advance(Duration::from_secs(10)).await;
    app.expect("left").await.completed(1).nothing_else();
}

#[tokio::test]
async fn a_child_waits_for_a_parent_that_runs_elsewhere() {
    let world = World::new().await;
    let gate = Gate::closed();
    let tasks = || Registry::builder().cron(Top(gate.script())).cron(Left(quick()));
    let (one, other) = (world.app(tasks()).await, world.app(tasks()).await);
    world.set("13:00:00");
    let parent = Pulsing::begin(&one);
    gate.somebody().await;
    pulse(&other).await;
    assert_eq!(history(&one, "left").await[0].status, Status::Pending);
    gate.open(1);
    parent.end().await;
    assert_eq!(
        history(&one, "left").await[0].status,
        Status::Completed,
        "the pulse that ran the parent goes on with it"
    );
}

#[tokio::test]
async fn a_parent_that_never_ran_blocks() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Top(quick())).cron(Left(quick()))).await;
    world.client().await.execute("update cron_tasks set enabled = false where name = 'top'", &[]).await.unwrap();
    world.set("13:00:00");
    pulse(&app).await;
    assert_eq!(history(&app, "left").await[0].status, Status::Blocked);
}

#[tokio::test]
async fn a_worker_runs_a_diamond_in_order_too() {
    let world = World::new().await;
    let order = Order::default();
    let tasks = Registry::builder()
        .cron(Bottom(noting(&order)))
        .cron(Left(noting(&order)))
        .cron(Right(noting(&order)))
        .cron(Top(noting(&order)));
    let app = world.app(tasks).await;
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    until(async || order.lock().unwrap().len() == 4).await;
    worker.stop().await;
    let order = order.lock().unwrap().clone();
    assert_eq!((order[0].as_str(), order[3].as_str()), ("top", "bottom"));
}

#[tokio::test]
async fn a_parent_with_another_schedule_counts_by_its_newest_slot() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Daily(quick())).cron(OfDaily(quick()))).await;
    world.clock.set(at("12:00:00") + chrono::TimeDelta::hours(12));
    pulse(&app).await;
    for hours in 13..16 {
        world.clock.set(at("12:00:00") + chrono::TimeDelta::hours(hours));
        pulse(&app).await;
    }
    let children = history(&app, "of-daily").await;
    let completed = children.iter().filter(|e| e.status == Status::Completed).count();
    assert_eq!(completed, 4, "at midnight with it, and three times after: {children:#?}");
    assert_eq!(history(&app, "daily").await.len(), 1);
}

#[tokio::test]
async fn a_parent_that_is_turned_off_counts_by_its_newest_slot_and_blocks_if_it_has_none() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Daily(quick())).cron(OfDaily(quick()))).await;
    let client = world.client().await;
    client.execute("update cron_tasks set enabled = false where name = 'daily'", &[]).await.unwrap();
    world.set("13:00:00");
    pulse(&app).await;
    assert_eq!(history(&app, "of-daily").await[0].status, Status::Blocked);
    let request = downbeat::repository::RunRequest { task: "daily".to_owned(), ..Default::default() };
    app.runner().enqueue(&request).await.unwrap();
    pulse(&app).await;
    world.set("14:00:00");
    pulse(&app).await;
    assert_eq!(history(&app, "of-daily").await[1].status, Status::Completed);
}

#[tokio::test]
async fn what_waits_longer_than_until_its_next_slot_runs_once_and_the_slots_between_are_skipped() {
    let world = World::new().await;
    let gate = Gate::closed();
    let config = downbeat::config::Config { lease: Duration::from_secs(24 * 3600), ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Top(gate.script())).cron(Minutely(quick()))).await;
    world.set("12:59:30");
    pulse(&app).await;
    let before = history(&app, "minutely").await.len();
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    gate.somebody().await;
    for time in ["13:01:00", "13:02:00"] {
        world.set(time);
        let slot = at(time);
        until(async || history(&app, "minutely").await.iter().any(|e| e.scheduled_for == slot)).await;
    }
    gate.open(1);
    until(async || history(&app, "minutely").await[before].status.is_final()).await;
    let told: Vec<_> = history(&app, "minutely").await[before..]
        .iter()
        .map(|e| (e.scheduled_for, e.status, e.skipped_reason.clone()))
        .collect();
    let waited = Some("previous_instance_waiting".to_owned());
    assert_eq!(
        told,
        [
            (at("13:00:00"), Status::Completed, None),
            (at("13:01:00"), Status::Skipped, waited.clone()),
            (at("13:02:00"), Status::Skipped, waited)
        ]
    );
    worker.stop().await;
}

#[tokio::test]
async fn where_a_parent_s_slot_was_skipped_for_overlap_the_child_waits_for_what_runs() {
    let world = World::new().await;
    let gate = Gate::closed();
    let config = downbeat::config::Config { lease: Duration::from_secs(24 * 3600), ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Often(gate.script())).cron(OfOften(quick()))).await;
    let worker = Worker::start(&app).await;
    world.set("12:50:00");
    gate.somebody().await;
    world.set("13:00:00");
    until(async || history(&app, "of-often").await.len() == 1 && history(&app, "often").await.len() > 1).await;
    let newest = history(&app, "often").await.last().cloned().unwrap();
    assert_eq!((newest.scheduled_for, newest.status), (at("13:00:00"), Status::Skipped));
    assert_eq!(history(&app, "of-often").await[0].status, Status::Pending);
    gate.open(1);
    until(async || history(&app, "of-often").await[0].status == Status::Completed).await;
    worker.stop().await;
}

#[tokio::test]
async fn in_a_worker_too_children_wait_for_what_is_tried_again_and_are_blocked_by_what_failed_for_good() {
    let world = World::new().await;
    let gate = Gate::closed();
    let runs = std::sync::atomic::AtomicUsize::new(0);
    let inner = gate.clone();
    let fails = script(move |_| {
        let run = runs.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let gate = inner.clone();
        async move {
            gate.pass().await;
            // The second attempt helps at 13:00, and nothing does at 14:00.
            if run == 1 { Ok(Value::Null) } else { Err(TaskError::execution("no", "no")) }
        }
    });
    let app = world.app(Registry::builder().cron(Top(fails)).cron(Left(quick()))).await;
    let worker = Worker::start(&app).await;
    let newest = async |task| history(&app, task).await.last().cloned();
    let retry = async || {
        until(async || newest("top").await.is_some_and(|e| e.attempt == 2)).await;
        world.clock.set(newest("top").await.unwrap().available_at);
        gate.somebody().await;
    };
    world.set("13:00:00");
    gate.somebody().await;
    gate.open(1);
    retry().await;
    until(async || newest("left").await.is_some()).await;
    assert_eq!(newest("left").await.unwrap().status, Status::Pending, "its parent is being tried again");
    gate.open(1);
    until(async || newest("left").await.unwrap().status == Status::Completed).await;

    world.set("14:00:00");
    gate.somebody().await;
    gate.open(1);
    retry().await;
    gate.open(1);
    until(async || newest("left").await.unwrap().status == Status::Blocked).await;
    assert_eq!(newest("left").await.unwrap().skipped_reason.as_deref(), Some("dependency_failed:top"));
    worker.stop().await;
}

#[tokio::test]
async fn in_a_worker_too_a_parent_with_another_schedule_or_turned_off_counts_by_its_newest_slot() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Often(quick())).cron(OfOften(quick()))).await;
    let client = world.client().await;
    let worker = Worker::start(&app).await;
    let of_often = async |slots: usize| {
        until(async || history(&app, "of-often").await.len() == slots).await;
        until(async || history(&app, "of-often").await[slots - 1].status.is_final()).await;
        history(&app, "of-often").await[slots - 1].status
    };
    world.set("12:10:00");
    until(async || history(&app, "often").await.iter().any(|e| e.status == Status::Completed)).await;
    client.execute("update cron_tasks set enabled = false where name = 'often'", &[]).await.unwrap();
    world.set("13:00:00");
    assert_eq!(of_often(1).await, Status::Completed, "12:10 is its newest slot");
    client.execute("update cron_task_executions set status = 'FAILED' where task_name = 'often'", &[]).await.unwrap();
    world.set("14:00:00");
    assert_eq!(of_often(2).await, Status::Blocked);
    worker.stop().await;
}

#[tokio::test]
async fn in_a_worker_too_a_parent_that_is_turned_off_and_has_no_slot_blocks() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Daily(quick())).cron(OfDaily(quick()))).await;
    let turn_off = "update cron_tasks set enabled = false where name = 'daily'";
    world.client().await.execute(turn_off, &[]).await.unwrap();
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    until(async || history(&app, "of-daily").await.first().is_some_and(|e| e.status == Status::Blocked)).await;
    worker.stop().await;
}

#[tokio::test]
async fn in_pulses_too_what_waits_longer_than_until_its_next_slot_runs_once() {
    let world = World::new().await;
    let gate = Gate::closed();
    let config = downbeat::config::Config { lease: Duration::from_secs(24 * 3600), ..world.config.clone() };
    let tasks = || Registry::builder().cron(Top(gate.script())).cron(Minutely(quick()));
    let (one, other) = (world.app_with(config.clone(), tasks()).await, world.app_with(config, tasks()).await);
    world.set("12:59:30");
    pulse(&one).await;
    let before = history(&one, "minutely").await.len();
    world.set("13:00:00");
    let parent = Pulsing::begin(&one);
    gate.somebody().await;
    for time in ["13:01:00", "13:02:00"] {
        world.set(time);
        pulse(&other).await;
    }
    gate.open(1);
    parent.end().await;
    pulse(&other).await;
    let told: Vec<_> = history(&one, "minutely").await[before..].iter().map(|e| (e.scheduled_for, e.status)).collect();
    assert_eq!(
        told,
        [(at("13:00:00"), Status::Completed), (at("13:01:00"), Status::Skipped), (at("13:02:00"), Status::Skipped)]
    );
}
