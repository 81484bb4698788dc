//! Who runs when there is less room than work: named limits across all runners, and priorities that do not starve.

use std::sync::{Arc, Mutex};

use downbeat::app::App;
use downbeat::config::Config;
use downbeat::model::Status;
use downbeat::task::prelude::*;
use downbeat::task::{Registry, RegistryBuilder};
use serde_json::Value;

use crate::support::{Gate, Pulsing, Script, World, history, pulse, script, task, until};

const HOURLY: Schedule = Schedule::Cron("0 * * * *");
const HEAVY: &[&str] = &["heavy-report"];

task!(HeavyA = "heavy-a" { schedule: HOURLY, tags: HEAVY });
task!(HeavyB = "heavy-b" { schedule: HOURLY, tags: HEAVY });
task!(HeavyC = "heavy-c" { schedule: HOURLY, tags: HEAVY });
task!(HeavyD = "heavy-d" { schedule: HOURLY, tags: HEAVY });
task!(Light = "light" { schedule: HOURLY });

fn heavy(work: &Script) -> RegistryBuilder {
    Registry::builder()
        .cron(HeavyA(work.clone()))
        .cron(HeavyB(work.clone()))
        .cron(HeavyC(work.clone()))
        .cron(HeavyD(work.clone()))
        .limit("heavy-report", 2)
}

const ALL_HEAVY: [&str; 4] = ["heavy-a", "heavy-b", "heavy-c", "heavy-d"];

async fn count(app: &App, status: Status, reason: Option<&str>) -> usize {
    let mut count = 0;
    for task in ALL_HEAVY {
        let executions = history(app, task).await;
        count += executions.iter().filter(|e| e.status == status && e.skipped_reason.as_deref() == reason).count();
    }
    count
}

#[tokio::test]
async fn no_more_tasks_of_a_tag_run_at_once_than_its_limit_on_all_runners_together() {
    let world = World::new().await;
    let gate = Gate::closed();
    let mut apps = Vec::new();
    for _ in 0..4 {
        apps.push(world.app(heavy(&gate.script())).await);
    }
    world.set("13:00:00");
    let pulses: Vec<_> = apps.iter().map(Pulsing::begin).collect();
    gate.somebody().await;
    gate.somebody().await;
    until(async || count(&apps[0], Status::Pending, Some("concurrency_limit:heavy-report")).await == 2).await;
    assert_eq!(count(&apps[0], Status::Running, None).await, 2);
    gate.open(4);
    for pulse in pulses {
        pulse.end().await;
    }
    pulse(&apps[0]).await;
    assert_eq!(count(&apps[0], Status::Completed, None).await, 4, "what waited ran when there was a place");
    assert_eq!(gate.most_inside(), 2);
}

#[tokio::test]
async fn a_limit_holds_whoever_claims_at_the_same_moment() {
    let world = World::new().await;
    let gate = Gate::closed();
    gate.open(1000);
    let mut apps = Vec::new();
    for _ in 0..6 {
        apps.push(world.app(heavy(&gate.script())).await);
    }
    for hour in 13..19 {
        world.set(&format!("{hour}:00:00"));
        let mut pulses = tokio::task::JoinSet::new();
        for app in apps.iter().cycle().take(24) {
            let app = app.clone();
            pulses.spawn(async move { pulse(&app).await });
        }
        pulses.join_all().await;
    }
    assert!(gate.most_inside() <= 2, "{}", gate.most_inside());
    assert_eq!(count(&apps[0], Status::Completed, None).await, 24);
}

#[tokio::test]
async fn a_full_limit_keeps_nobody_else_from_running() {
    let world = World::new().await;
    let gate = Gate::closed();
    let light = script(async |_| Ok(Value::Null));
    // Room for three: were what waits among the candidates, nothing else would ever be.
    let config = Config { concurrency: 3, ..world.config.clone() };
    let app = world.app_with(config, heavy(&gate.script()).cron(Light(light))).await;
    world.set("13:00:00");
    let running = Pulsing::begin(&app);
    until(async || history(&app, "light").await.first().is_some_and(|e| e.status == Status::Completed)).await;
    gate.open(4);
    running.end().await;
    assert_eq!(gate.most_inside(), 2);
}

/// Tasks of several priorities with slots at several minutes.
macro_rules! ranked {
    ($($name:ident = $task:literal: $priority:ident at $minute:literal),+ $(,)?) => {
        $(task!($name = $task {
            schedule: Schedule::Cron(concat!($minute, " * * * *")), priority: Priority::$priority
        });)+
        fn ranked(work: &Script) -> RegistryBuilder {
            Registry::builder()$(.cron($name(work.clone())))+
        }
    };
}

ranked!(
    Background = "background": Background at "0",
    Low = "low": Low at "0",
    Critical = "critical": Critical at "0",
    LateCritical = "late-critical": Critical at "14",
    LaterCritical = "later-critical": Critical at "25",
);

#[tokio::test]
async fn background_work_that_waited_longer_than_its_steps_goes_before_critical_work() {
    let world = World::new().await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let seen = order.clone();
    let work = script(move |cx| {
        seen.lock().unwrap().push(cx.task_name().to_owned());
        async { Ok(Value::Null) }
    });
    let config = Config { concurrency: 1, ..world.config.clone() };
    let app = world.app_with(config, ranked(&work)).await;
    world.set("12:30:00");
    pulse(&app).await;
    order.lock().unwrap().clear();
    world.set("13:26:00");
    pulse(&app).await;
    assert_eq!(
        *order.lock().unwrap(),
        // A step of priority is worth five minutes: 13:00, 13:14, 13:00 + 15, 13:00 + 20, 13:25.
        ["critical", "late-critical", "low", "background", "later-critical"]
    );
}
