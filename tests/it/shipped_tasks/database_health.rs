use std::time::Duration;

use chrono::Utc;
use downbeat::task::Registry;
use downbeat::tasks::database_health::{Config, DatabaseHealth};
use downbeat::testing;

use crate::support::World;

/// Not about how busy the machine and the server are that the tests run on.
fn patient() -> Config {
    Config { ping_ms: i64::MAX, connections_percent: 100, ..Config::default() }
}

#[tokio::test]
async fn a_quiet_database_is_described_without_a_warning() {
    let world = World::new().await;
    let app = world.app(Registry::builder()).await;

    let report = testing::run(&DatabaseHealth, patient(), app.repository()).await.unwrap();

    assert_eq!(report.warnings, []);
    let facts = report.facts;
    assert!((1..=facts.connections_max).contains(&facts.connections_used), "{facts:?}");
    assert!(facts.size_bytes > 1_000_000, "{facts:?}");
    assert_eq!((facts.lock_waits, &facts.oldest_transaction), (0, &None));
    assert!(facts.biggest_tables.iter().any(|table| table.name == "public.cron_tasks"), "{facts:?}");
}

#[tokio::test]
async fn a_held_lock_and_a_forgotten_transaction_are_told_of() {
    let world = World::new().await;
    let app = world.app(Registry::builder()).await;
    let forgetful = world.client().await;
    let pid: i32 = forgetful.query_one("select pg_backend_pid()", &[]).await.unwrap().get(0);
    forgetful.batch_execute("begin; lock table cron_tasks").await.unwrap();
    let waiting = world.client().await;
    let waits = tokio::spawn(async move { waiting.batch_execute("select from cron_tasks").await });
    world.clock.set(Utc::now() + Duration::from_secs(20 * 60));
    while app.repository().database_facts().await.unwrap().longest_lock_wait_ms.is_none() {}

    let report = testing::run(&DatabaseHealth, patient(), app.repository()).await.unwrap();

    let measures: Vec<_> = report.warnings.iter().map(|warning| warning.measure).collect();
    assert_eq!(measures, ["lock_wait_ms", "transaction_ms", "idle_in_transaction_ms"]);
    assert_eq!(report.facts.lock_waits, 1);
    assert_eq!(report.facts.oldest_transaction.map(|open| open.pid), Some(pid));
    forgetful.batch_execute("rollback").await.unwrap();
    waits.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_runner_that_holds_its_lock_in_a_transaction_is_no_forgotten_one() {
    let world = World::new().await;
    let app = world.app(Registry::builder()).await;
    let runner = world.client().await;
    let joined = "
        insert into task_runners (instance_id, name, kind, environment, version, lock_key, lock_mode,
            heartbeat_interval, lease, started_at, heartbeat_at)
        values (gen_random_uuid(), 'host/1', 'pulse', 'serverless', '1', -6148914691236517205, 'transaction',
            1000, 60000, now(), now())";
    runner.batch_execute(joined).await.unwrap();
    runner.batch_execute("begin; select pg_advisory_xact_lock(-6148914691236517205)").await.unwrap();

    let facts = app.repository().database_facts().await.unwrap();

    assert_eq!((facts.oldest_transaction, facts.oldest_idle_in_transaction), (None, None));
}
