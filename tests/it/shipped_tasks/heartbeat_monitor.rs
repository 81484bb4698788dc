use std::time::Duration;

use downbeat::app::App;
use downbeat::task::{Registry, Schedule, TaskResult};
use downbeat::tasks::heartbeat_monitor::{Config, HeartbeatMonitor};
use downbeat::testing;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::heard::Heard;
use crate::support::{World, pulse, quick, task};

task!(EveryFive = "every-five" { schedule: Schedule::Cron("*/5 * * * *") });

/// A monitor at work.
fn monitor(app: &App, stop: &CancellationToken) -> JoinHandle<TaskResult<()>> {
    let (repository, stop) = (app.repository().clone(), stop.clone());
    let config = Config { interval_ms: 100, overdue_ms: 60_000 };
    tokio::spawn(async move { testing::run_side(&HeartbeatMonitor, config, &repository, stop).await })
}

/// A worker whose heart beats once a second, if it does.
async fn join(world: &World) {
    let join = "
        insert into task_runners (instance_id, name, kind, environment, version, lock_key, lock_mode,
            heartbeat_interval, lease, started_at, heartbeat_at)
        values (gen_random_uuid(), 'host/1', 'worker', 'production', '1', 1, 'session', 1000, 60000, $1, $1)";
    world.client().await.execute(join, &[&world.clock.now()]).await.unwrap();
}

async fn update(world: &World, set: &str) {
    let update = format!("update task_runners set {set}");
    world.client().await.execute(&update, &[&world.clock.now()]).await.unwrap();
}

#[tokio::test]
async fn a_runner_is_told_of_when_it_falls_silent_is_heard_again_and_is_lost() {
    let world = World::new().await;
    let app = world.app(Registry::builder()).await;
    join(&world).await;
    let (mut heard, stop) = (Heard::begin(), CancellationToken::new());
    let monitor = monitor(&app, &stop);

    world.clock.advance(Duration::from_secs(10));
    assert!(heard.next().await.starts_with("WARN runner host/1 is silent"));
    update(&world, "heartbeat_at = $1").await;
    assert!(heard.next().await.starts_with("INFO runner host/1 is heard again"));
    update(&world, "ended_at = $1, end_reason = 'lost'").await;
    assert!(heard.next().await.starts_with("WARN runner host/1 was lost"));

    stop.cancel();
    monitor.await.unwrap().unwrap();
    assert!(heard.rest().is_empty(), "each is told once");
}

#[tokio::test]
async fn due_slots_are_told_of_when_nobody_decides_them_and_when_a_pulse_has() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(EveryFive(quick()))).await;
    let (mut heard, stop) = (Heard::begin(), CancellationToken::new());
    let monitor = monitor(&app, &stop);

    world.set("12:07:00");
    assert!(heard.next().await.starts_with("WARN 1 due slots are left undecided"));
    pulse(&app).await;
    assert!(heard.next().await.starts_with("INFO all due slots are decided again"));

    stop.cancel();
    monitor.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_database_that_is_away_does_not_end_it() {
    let world = World::new().await;
    let app = world.app(Registry::builder()).await;
    app.repository().close();
    let (mut heard, stop) = (Heard::begin(), CancellationToken::new());
    let monitor = monitor(&app, &stop);

    for _look in 0..2 {
        assert!(heard.next().await.starts_with("WARN cannot look for silence; trying again"));
    }

    stop.cancel();
    monitor.await.unwrap().unwrap();
}
