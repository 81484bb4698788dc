//! A task that depends on others runs when their newest slot at or before its own has completed.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use downbeat::model::{ErrorKind, Status, Trigger};
use downbeat::task::prelude::*;
use downbeat::task::{Registry, TaskError};
use serde_json::Value;

use crate::support::{Gate, Script, World, history, pulse, quick, script, task};

const HOURLY: Schedule = Schedule::Cron("0 * * * *");

task!(Top = "top" { schedule: HOURLY, retry: RetryPolicy { retries: Some(1), ..RetryPolicy::DEFAULT } });
task!(Left = "left" { schedule: HOURLY, dependencies: &["top"] });
task!(Right = "right" { schedule: HOURLY, dependencies: &["top"] });
task!(Bottom = "bottom" { schedule: HOURLY, dependencies: &["left", "right"] });

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
    let app = world.app(tasks).await;
    world.set("13:00:00");
    pulse(&app).await;
    let left = &history(&app, "left").await[0];
    assert_eq!((left.status, left.skipped_reason.as_deref()), (Status::Blocked, Some("dependency_failed:top")));
    assert_eq!(left.error.as_ref().map(|error| error.kind), Some(ErrorKind::Dependency));
    assert_eq!(history(&app, "bottom").await[0].status, Status::Blocked);
}

#[tokio::test]
async fn while_a_parent_is_tried_again_its_children_wait() {
    let world = World::new().await;
    let runs = std::sync::atomic::AtomicUsize::new(0);
    let second_time = script(move |_| {
        let first = runs.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
        async move { if first { Err(TaskError::execution("no", "no")) } else { Ok(Value::Null) } }
    });
    let app = world.app(Registry::builder().cron(Top(second_time)).cron(Left(quick()))).await;
    world.set("13:00:00");
    pulse(&app).await;
    assert_eq!(history(&app, "left").await[0].status, Status::Pending);
    world.clock.advance(Duration::from_secs(10));
    pulse(&app).await;
    assert_eq!(history(&app, "left").await[0].status, Status::Completed);
}

#[tokio::test]
async fn a_child_waits_for_a_parent_that_runs_elsewhere() {
    let world = World::new().await;
    let gate = Gate::closed();
    let tasks = || Registry::builder().cron(Top(gate.script())).cron(Left(quick()));
    let (one, other) = (world.app(tasks()).await, world.app(tasks()).await);
    world.set("13:00:00");
    let parent = tokio::spawn({
        let one = one.clone();
        async move { pulse(&one).await }
    });
    gate.somebody().await;
    pulse(&other).await;
    assert_eq!(history(&one, "left").await[0].status, Status::Pending);
    gate.open(1);
    parent.await.unwrap();
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
