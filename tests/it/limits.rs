//! Who runs when there is less room than work: named limits across all runners, and priorities that do not starve.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use downbeat::app::App;
use downbeat::config::Config;
use downbeat::model::Status;
use downbeat::task::prelude::*;
use downbeat::task::{Overlap, Registry, RegistryBuilder};
use serde_json::Value;

use crate::support::{Gate, Pulsing, Script, World, history, pulse, script, task, until};

const HOURLY: Schedule = Schedule::Cron("0 * * * *");
const VERY_MANY: u32 = 2_000_000_000;
const HEAVY: &[&str] = &["heavy-report"];

task!(HeavyA = "heavy-a" { schedule: HOURLY, tags: HEAVY });
task!(HeavyB = "heavy-b" { schedule: HOURLY, tags: HEAVY });
task!(HeavyC = "heavy-c" { schedule: HOURLY, tags: HEAVY });
task!(HeavyD = "heavy-d" { schedule: HOURLY, tags: HEAVY });
task!(LateA = "late-a" { schedule: Schedule::Cron("30 13 * * *"), tags: HEAVY });
task!(LateB = "late-b" { schedule: Schedule::Cron("30 13 * * *"), tags: HEAVY });
task!(Wide = "wide" { schedule: Schedule::Cron("* * * * *"), tags: HEAVY, overlap: Overlap::Allow(VERY_MANY) });
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

#[tokio::test]
async fn where_a_limit_was_lowered_nobody_starts_until_fewer_run_and_then_as_many_as_it_allows() {
    let world = World::new().await;
    let gates = [Gate::closed(), Gate::closed(), Gate::closed()];
    let late = Gate::closed();
    let tasks = |at_most| {
        Registry::builder()
            .cron(HeavyA(gates[0].script()))
            .cron(HeavyB(gates[1].script()))
            .cron(HeavyC(gates[2].script()))
            .cron(LateA(late.script()))
            .cron(LateB(late.script()))
            .limit("heavy-report", at_most)
    };
    let config = Config { lease: Duration::from_secs(24 * 3600), ..world.config.clone() };
    let app = world.app_with(config.clone(), tasks(3)).await;
    world.set("13:00:00");
    let running = Pulsing::begin(&app);
    for gate in &gates {
        gate.somebody().await;
    }
    let lowered = world.app_with(config, tasks(2)).await;
    let first = "select task_name from task_runner_state where limit_place = 1";
    let first: String = world.client().await.query_one(first, &[]).await.unwrap().get(0);
    let first = ALL_HEAVY.iter().position(|task| *task == first).unwrap();
    gates[first].open(1);
    until(async || count(&app, Status::Completed, None).await == 1).await;

    // The first place is free, but two of two are held.
    world.set("13:30:00");
    let late_slots = async || [history(&app, "late-a").await, history(&app, "late-b").await].concat();
    until(async || late_slots().await.len() == 2).await;
    let (slots, waits) = (late_slots().await, Some("concurrency_limit:heavy-report"));
    let told: Vec<_> = slots.iter().map(|e| (e.status, e.skipped_reason.as_deref())).collect();
    assert_eq!(told, [(Status::Pending, waits); 2]);

    gates[(first + 1) % 3].open(1);
    late.somebody().await;
    pulse(&lowered).await;
    let running_now = "select count(*) from task_runner_state where limit_tag = 'heavy-report'";
    assert_eq!(world.client().await.query_one(running_now, &[]).await.unwrap().get::<_, i64>(0), 2);

    gates[(first + 2) % 3].open(1);
    late.open(2);
    running.end().await;
    pulse(&lowered).await;
    assert!(late_slots().await.iter().all(|e| e.status == Status::Completed), "{:?}", late_slots().await);
}

#[tokio::test]
async fn a_limit_of_two_thousand_million_costs_a_claim_nothing() {
    let world = World::new().await;
    let client = world.client().await;
    let name: String = client.query_one("select current_database()::text", &[]).await.unwrap().get(0);
    // To count so far takes longer.
    client.batch_execute(&format!("alter database \"{name}\" set statement_timeout = '20s'")).await.unwrap();
    let gate = Gate::closed();
    let config = Config { lease: Duration::from_secs(24 * 3600), ..world.config.clone() };
    let tasks = Registry::builder().cron(Wide(gate.script())).limit("heavy-report", VERY_MANY);
    let app = world.app_with(config, tasks).await;
    world.set("12:01:00");
    let running = Pulsing::begin(&app);
    gate.somebody().await;
    world.set("12:02:00");
    gate.somebody().await;
    let places = "select holder, limit_place from task_runner_state order by limit_place";
    let places = client.query(places, &[]).await.unwrap();
    let places: Vec<(String, i32)> = places.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(places, [("1".to_owned(), 1), ("2".to_owned(), 2)]);
    gate.open(2);
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

task!(Patient = "patient" { schedule: HOURLY, priority: Priority::Background });
task!(Urgent = "urgent" { schedule: Schedule::Cron("* * * * *"), priority: Priority::Critical });

#[tokio::test]
async fn an_endless_stream_of_critical_work_does_not_starve_background_work() {
    let world = World::new().await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let (clock, seen, patient_seen) = (world.clock.clone(), order.clone(), order.clone());
    // While one runs, the next comes due: there is never nothing critical to do.
    let urgent = script(move |_| {
        let mut order = seen.lock().unwrap();
        order.push("urgent");
        let starved = order.len() > 100;
        if !starved && !order.contains(&"patient") {
            clock.advance(Duration::from_secs(60));
        }
        async { Ok(Value::Null) }
    });
    let patient = script(move |_| {
        patient_seen.lock().unwrap().push("patient");
        async { Ok(Value::Null) }
    });
    let config = Config { concurrency: 1, lease: Duration::from_secs(24 * 3600), ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Patient(patient)).cron(Urgent(urgent))).await;
    world.set("13:00:00");
    pulse(&app).await;
    let before = order.lock().unwrap().iter().position(|task| *task == "patient");
    assert_eq!(before, Some(20), "four steps of five minutes, in each of which something critical came");
}
