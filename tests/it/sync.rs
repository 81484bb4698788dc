//! Definitions come from the code, and what an operator set stays.

use chrono::TimeDelta;
use downbeat::model::{OverlapPolicy, Priority, Status};
use downbeat::task::Registry;
use downbeat::task::prelude::*;
use downbeat::when;
use serde_json::json;

use crate::support::{World, at, history, pulse, quick, runs_of, task};

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
    assert_eq!(runs_of(&app, "second").await[0].status, Status::Completed);
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

task!(Seasonal = "seasonal" {
    schedule: Schedule::Cron("0 * * * *"),
    tags: &["heavy-report"],
    overlap: Overlap::QueueAll { cap: 7 },
    start_jitter: Duration::from_secs(600),
    not_before: Some("2026-03-03T08:00:00+02:00"),
    not_after: Some("2026-03-31T23:59:59Z"),
    history_interval: Duration::from_secs(300),
});
task!(Over = "over" { schedule: Schedule::Cron("0 * * * *"), not_after: Some("2026-03-02T12:30:00Z") });

#[tokio::test]
async fn a_task_has_slots_within_its_bounds_and_is_due_by_its_share_of_the_jitter() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Seasonal(quick())).cron(Over(quick()))).await;
    let task = app.repository().cron_task("seasonal").await.unwrap().unwrap();
    let first = "2026-03-03T06:00:00Z".parse().unwrap();
    assert_eq!((task.not_before, task.next_execution_at), (Some(first), Some(first)), "the first instant counts");
    let share = task.due_at.unwrap() - first;
    assert!(share > TimeDelta::zero() && share < TimeDelta::seconds(600), "{share}");
    assert_eq!((task.overlap, task.overlap_limit), (OverlapPolicy::QueueAll, 7));
    assert_eq!((task.start_jitter, task.history_interval), (600_000, 300_000));
    let over = app.repository().cron_task("over").await.unwrap().unwrap();
    assert_eq!((over.next_execution_at, over.due_at), (None, None), "13:00 is too late");
    assert_eq!((over.overlap, over.overlap_limit, over.start_jitter), (OverlapPolicy::Skip, 1, 0));
}

#[tokio::test]
async fn the_limits_of_the_code_are_stored_and_forgotten_with_it() {
    let world = World::new().await;
    let limits = async || {
        let rows = world.client().await.query("select tag, at_most from task_limits order by tag", &[]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect::<Vec<(String, i32)>>()
    };
    let app = world.app(Registry::builder().cron(Seasonal(quick())).limit("heavy-report", 2).limit("mail", 5)).await;
    assert_eq!(app.registry().limits().get("mail"), Some(&5));
    assert_eq!(limits().await, [("heavy-report".to_owned(), 2), ("mail".to_owned(), 5)]);
    world.app(Registry::builder().cron(Seasonal(quick())).limit("heavy-report", 3)).await;
    assert_eq!(limits().await, [("heavy-report".to_owned(), 3)]);
    world.app(Registry::builder().cron(Seasonal(quick()))).await;
    assert_eq!(limits().await, []);
}

mod asked {
    use super::*;

    async fn whether(_: WhenContext) -> TaskResult<bool> {
        Ok(true)
    }
    task!(First = "first" { schedule: when!(whether) });

    pub(super) fn first() -> impl CronTask {
        First(quick())
    }
}

#[tokio::test]
async fn an_expression_that_was_set_gives_way_to_a_function_of_the_code() {
    let world = World::new().await;
    world.app(Registry::builder().cron(First(quick()))).await;
    let set = "update cron_tasks set overrides = '{\"schedule\":\"15 * * * *\"}', schedule = '15 * * * *'";
    world.client().await.execute(set, &[]).await.unwrap();
    let app = world.app(Registry::builder().cron(asked::first())).await;
    let task = app.repository().cron_task("first").await.unwrap().unwrap();
    assert_eq!((task.schedule, task.schedule_function.as_deref()), (None, Some("whether")));
    assert_eq!(task.next_execution_at, Some(at("12:01:00")), "the start of the next interval");
}

task!(Torn = "torn" {
    tags: &["heavy-report", "mail"],
    overlap: Overlap::Allow(0),
    start_jitter: Duration::from_secs(24 * 3600),
    not_before: Some("tomorrow"),
});
task!(Backwards = "backwards" {
    overlap: Overlap::QueueAll { cap: 0 },
    not_before: Some("2026-03-03T00:00:00Z"),
    not_after: Some("2026-03-02T00:00:00Z"),
});

#[test]
fn a_definition_that_cannot_be_kept_is_refused_with_all_its_mistakes() {
    let tasks = Registry::builder().cron(Torn(quick())).cron(Backwards(quick()));
    let refused = tasks.limit("heavy-report", 2).limit("mail", 0).build().expect_err("it is wrong");
    assert_eq!(
        refused.to_string().lines().collect::<Vec<_>>(),
        [
            "task “torn”: the start jitter must be shorter than a day",
            "task “torn”: the number of its overlap policy must be at least 1",
            "task “torn”: “tomorrow” is no instant; write one like 2027-03-28T00:00:00Z",
            "task “backwards”: the number of its overlap policy must be at least 1",
            "task “backwards”: the last instant of its slots is before the first",
            "limit “mail”: at least 1 must be allowed",
            "task “torn”: it falls under more than one limit: heavy-report and mail",
        ]
    );
}

task!(History = "history" { schedule: Schedule::Manual });

#[test]
fn a_task_that_nobody_could_reach_by_its_name_is_refused() {
    let refused = Registry::builder().cron(History(quick())).build().expect_err("it is wrong");
    assert_eq!(
        refused.to_string(),
        "task “history”: history, queue and stats stand for something else in the paths of the API; \
         give it another name"
    );
}
