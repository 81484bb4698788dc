//! Definitions come from the code, and what an operator set stays.

use downbeat::model::{Priority, Status};
use downbeat::task::Registry;
use downbeat::task::prelude::*;
use serde_json::json;

use crate::support::{World, at, history, pulse, quick, task};

task!(First = "first" { schedule: Schedule::Cron("0 * * * *"), priority: Priority::Low });
task!(Second = "second" { schedule: Schedule::Cron("0 * * * *") });

mod later {
    use super::*;
    task!(First = "first" { schedule: Schedule::Cron("30 * * * *"), priority: Priority::High });

    pub(super) fn first() -> impl CronTask {
        First(quick())
    }
}

#[tokio::test]
async fn a_changed_definition_is_taken_over_and_its_slots_start_from_now() {
    let world = World::new().await;
    world.app(Registry::builder().cron(First(quick()))).await;
    world.set("12:10:00");
    let app = world.app(Registry::builder().cron(later::first())).await;
    let task = app.repository().cron_task("first").await.unwrap().unwrap();
    assert_eq!((task.priority, task.schedule.as_deref()), (Priority::High, Some("30 * * * *")));
    assert_eq!(task.next_execution_at, Some(at("12:30:00")));
}

#[tokio::test]
async fn what_an_operator_set_survives_a_changed_definition() {
    let world = World::new().await;
    world.app(Registry::builder().cron(First(quick()))).await;
    let overrides = json!({ "schedule": "15 * * * *", "config": { "limit": 3 } });
    let set = "update cron_tasks set overrides = $1, schedule = '15 * * * *', next_execution_at = $2";
    world.client().await.execute(set, &[&overrides, &at("12:15:00")]).await.unwrap();
    let app = world.app(Registry::builder().cron(later::first())).await;
    let task = app.repository().cron_task("first").await.unwrap().unwrap();
    assert_eq!((task.priority, task.schedule.as_deref()), (Priority::High, Some("15 * * * *")));
    assert_eq!((task.next_execution_at, task.config), (Some(at("12:15:00")), json!({ "limit": 3 })));
}

#[tokio::test]
async fn an_unchanged_definition_is_not_written_again() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(First(quick()))).await;
    let before = app.repository().cron_task("first").await.unwrap().unwrap().updated_at;
    world.set("12:10:00");
    let app = world.app(Registry::builder().cron(First(quick()))).await;
    assert_eq!(app.repository().cron_task("first").await.unwrap().unwrap().updated_at, before);
}

#[tokio::test]
async fn a_task_that_vanished_from_the_code_is_retired_and_comes_back_from_now() {
    let world = World::new().await;
    world.app(Registry::builder().cron(First(quick())).cron(Second(quick()))).await;
    world.set("12:30:00");
    let app = world.app(Registry::builder().cron(Second(quick()))).await;
    let first = app.repository().cron_task("first").await.unwrap().unwrap();
    assert_eq!((first.retired_at, first.next_execution_at), (Some(at("12:30:00")), None));
    world.set("14:00:00");
    pulse(&app).await;
    assert!(history(&app, "first").await.is_empty());
    assert_eq!(history(&app, "second").await[0].status, Status::Completed);
    let app = world.app(Registry::builder().cron(First(quick())).cron(Second(quick()))).await;
    let first = app.repository().cron_task("first").await.unwrap().unwrap();
    assert_eq!((first.retired_at, first.next_execution_at), (None, Some(at("15:00:00"))));
}

#[tokio::test]
async fn twenty_processes_that_start_at_once_agree() {
    let world = World::new().await;
    let mut starts = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (config, clock) = (world.config.clone(), world.clock.clone());
        starts.spawn(async move {
            let registry = Registry::builder().cron(First(quick())).cron(Second(quick())).build().unwrap();
            let clock = downbeat::clock::Clock::Manual(clock);
            downbeat::app::App::with_clock(config, registry, clock)
                .unwrap()
                .prepare()
                .await
                .map_err(|e| e.message().to_string())
        });
    }
    assert_eq!(starts.join_all().await, vec![Ok(()); 20]);
}
