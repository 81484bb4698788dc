//! `worker doctor` on real PostgreSQL: each fact it looks at, made so.

#![allow(clippy::expect_used, reason = "a test may fail")]

use std::ffi::OsString;

use downbeat::app::App;
use downbeat::config::Config;
use downbeat::doctor::{Check, CheckStatus, Diagnosis, Subject, examine};
use downbeat::locale::Locale;
use downbeat::model::Environment;
use downbeat::task::{Registry, RegistryBuilder, Schedule};
use downbeat::testing::database::TestDatabase;
use serde_json::Value;

use crate::cli::Page;
use crate::support::{Worker, World, connect, database, empty_database, quick, task, until};

task!(Tidy = "tidy" { schedule: Schedule::Cron("0 3 * * *") });

const SECRET: &str = "4f1c9d20ab5e7386e3b0c442";
const TOKEN: &str = "98fc1c149afbf4c8996fb924";

fn tasks() -> RegistryBuilder {
    Registry::builder().cron(Tidy(quick()))
}

/// A world whose configuration is without fault.
async fn world() -> World {
    let mut world = World::new().await;
    world.config.cron_secret = Some(SECRET.into());
    world.config.api_token = Some(TOKEN.into());
    world
}

fn subject(world: &World) -> Subject {
    Subject {
        folder: concat!(env!("CARGO_MANIFEST_DIR"), "/..").into(),
        ..world.subject(world.config.clone(), tasks())
    }
}

async fn looked_over(world: &World) -> Diagnosis {
    examine(&subject(world)).await
}

/// What this machine and the server of the tests decide: room, and autovacuum, which is off there for speed.
const OF_THE_SERVER: [Check; 3] = [Check::Disk, Check::Connections, Check::Vacuum];

/// The other checks that found something amiss, and what.
fn problems(diagnosis: &Diagnosis) -> Vec<(Check, CheckStatus)> {
    let found = Check::ALL.iter().map(|check| (*check, diagnosis.status(*check)));
    let is_amiss = |status| matches!(status, CheckStatus::Warning | CheckStatus::Failed);
    found.filter(|(check, status)| is_amiss(*status) && !OF_THE_SERVER.contains(check)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_system_passes_every_check() {
    let world = world().await;
    let app: App = world.app(tasks()).await;
    let worker = Worker::start(&app).await;

    let diagnosis = looked_over(&world).await;

    for check in Check::ALL.iter().filter(|check| !OF_THE_SERVER.contains(check)) {
        assert_eq!(diagnosis.status(*check), CheckStatus::Ok, "{check}: {:#?}", diagnosis.answer(Locale::ENGLISH));
    }
    assert!(!diagnosis.lacks_setup());
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fact_in_the_tables_is_found_by_its_check() {
    let world = world().await;
    world.app(tasks()).await;
    let client = world.client().await;
    let side = "insert into side_tasks (id, name, enabled, status, last_error)
      values (gen_random_uuid(), 'watch', true, 'FAILED', '{\"message\":\"no\"}')";
    let runner = |name: &str, heartbeat: &str, version: &str| {
        format!(
            "insert into task_runners (instance_id, name, kind, environment, version, lock_key, lock_mode,
               heartbeat_interval, lease, started_at, heartbeat_at)
             values (gen_random_uuid(), '{name}', 'pulse', 'production', '{version}', {}, 'session', 1000, 60000,
               '2026-03-02 11:00:00Z', '2026-03-02 {heartbeat}Z')",
            name.len()
        )
    };
    let execution = |status: &str, reason: &str| {
        format!(
            "insert into cron_task_executions (id, task_id, task_name, scheduled_for, status, started_at, completed_at,
               config, skipped_reason)
             select gen_random_uuid(), id, name, '2026-03-02 03:00:00Z', '{status}',
               case '{status}' when 'PENDING' then null else now() end,
               case '{status}' when 'PENDING' then null else now() end, '{{}}', nullif('{reason}', '')
             from cron_tasks"
        )
    };
    let clean = "truncate cron_task_executions, task_runners, side_tasks cascade;
      update cron_tasks set due_at = '2026-03-03 03:00:00Z', consecutive_failures = 0, paused_at = null,
        paused_until = null, retired_at = null, last_executed_at = null;
      update pulse_health set is_maintenance_mode = false, maintenance_since = null";
    let pulse =
        "insert into pulse_health (is_maintenance_mode, maintenance_since) values (true, '2026-03-01 11:00:00Z')
      on conflict (id) do update set is_maintenance_mode = true, maintenance_since = excluded.maintenance_since";
    for (made_so, expected) in [
        ("select 1".to_owned(), vec![]),
        (
            "update cron_tasks set due_at = '2026-03-02 11:50:00Z', last_executed_at = now()".to_owned(),
            vec![(Check::Overdue, CheckStatus::Failed)],
        ),
        (
            "update cron_tasks set due_at = '2026-03-02 11:50:00Z'".to_owned(),
            vec![(Check::Overdue, CheckStatus::Failed), (Check::NeverRan, CheckStatus::Warning)],
        ),
        (execution("SKIPPED", "paused"), vec![(Check::NeverRan, CheckStatus::Warning)]),
        ("update cron_tasks set consecutive_failures = 2".to_owned(), vec![]),
        ("update cron_tasks set consecutive_failures = 3".to_owned(), vec![(Check::Failures, CheckStatus::Warning)]),
        ("update cron_tasks set consecutive_failures = 10".to_owned(), vec![(Check::Failures, CheckStatus::Failed)]),
        ("update cron_tasks set paused_at = '2026-03-01 13:00:00Z'".to_owned(), vec![]),
        (
            "update cron_tasks set paused_at = '2026-03-01 11:00:00Z'".to_owned(),
            vec![(Check::Pauses, CheckStatus::Warning)],
        ),
        (pulse.to_owned(), vec![(Check::Pauses, CheckStatus::Warning)]),
        (
            format!("{}; update cron_tasks set retired_at = now()", execution("PENDING", "")),
            vec![(Check::Retired, CheckStatus::Warning)],
        ),
        (side.to_owned(), vec![(Check::SideTasks, CheckStatus::Failed)]),
        (runner("web-1/7", "11:59:00", "0"), vec![(Check::Runners, CheckStatus::Warning)]),
        (runner("web-1/7", "12:00:00", "0"), vec![(Check::Versions, CheckStatus::Warning)]),
    ] {
        client.batch_execute(clean).await.expect("a clean slate");
        client.batch_execute(&made_so).await.unwrap_or_else(|error| panic!("{made_so}: {error:?}"));
        let diagnosis = looked_over(&world).await;
        assert_eq!(problems(&diagnosis), expected, "{made_so}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_not_migrated_or_not_there_is_told_with_what_else_can_be_seen() {
    let world = world().await;
    let empty = empty_database().await;
    let mut config = Config { database_url: Some(empty.url().to_owned().into()), ..world.config.clone() };

    let diagnosis = examine(&Subject { config: config.clone(), ..subject(&world) }).await;
    assert_eq!(problems(&diagnosis), [(Check::Migrations, CheckStatus::Failed)]);
    assert_eq!(diagnosis.status(Check::Pooler), CheckStatus::Ok, "what needs no table is looked at");
    assert_eq!(diagnosis.status(Check::Overdue), CheckStatus::Skipped);
    assert!(diagnosis.lacks_setup());

    config.database_url = Some("postgres://nobody@127.0.0.1:1/none".into());
    let diagnosis = examine(&Subject { config, ..subject(&world) }).await;
    assert_eq!(problems(&diagnosis), [(Check::Database, CheckStatus::Failed)]);
    assert_eq!(diagnosis.status(Check::Secrets), CheckStatus::Ok);
    assert!(diagnosis.lacks_setup());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_migration_and_one_of_a_newer_program_are_told_apart() {
    let world = world().await;
    world.app(tasks()).await;
    let client = world.client().await;
    let newer = "insert into downbeat_migrations (version, name, checksum, started_at, applied_at, applied_by)
      values (9999, 'rule_the_world', 'x', now(), now(), 'somebody')";
    client.batch_execute(newer).await.expect("a newer one");
    assert_eq!(looked_over(&world).await.status(Check::Migrations), CheckStatus::Warning);

    let edited = "update downbeat_migrations set checksum = 'x' where version = 1";
    client.batch_execute(edited).await.expect("an edited one");
    assert_eq!(looked_over(&world).await.status(Check::Migrations), CheckStatus::Failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_direct_address_of_another_database_fails() {
    let mut world = world().await;
    world.app(tasks()).await;
    let other = database().await;
    world.config.database_url_unpooled = Some(other.url().to_owned().into());
    assert_eq!(looked_over(&world).await.status(Check::Pooler), CheckStatus::Failed);

    world.config.database_url_unpooled = world.config.database_url.clone();
    assert_eq!(looked_over(&world).await.status(Check::Pooler), CheckStatus::Ok);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_takes_no_changes_fails() {
    let world = world().await;
    world.app(tasks()).await;
    let name = world.database.config().get_dbname().expect("a name").to_owned();
    let sql = format!("alter database {name} set default_transaction_read_only = on");
    world.client().await.batch_execute(&sql).await.expect("read-only from now on");
    assert_eq!(looked_over(&world).await.status(Check::Database), CheckStatus::Failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn statistics_that_are_of_another_time_are_told() {
    let world = world().await;
    world.app(tasks()).await;
    let client = world.client().await;
    let fill = "alter table task_changes set (autovacuum_enabled = false);
      insert into task_changes (changed_at, changed_by, action)
      select now(), 'test', 'set' from generate_series(1, 10001)";
    client.batch_execute(fill).await.expect("rows");
    // The counters are flushed when the session is idle, or ends.
    drop(client);
    until(async || looked_over(&world).await.status(Check::Statistics) == CheckStatus::Warning).await;
}

/// Types a command at the database.
async fn typed(database: Option<&TestDatabase>, line: &str) -> (worker::Exit, String, String) {
    let (out, err) = (Page::default(), Page::default());
    let mut printer = worker::Printer::to(out.clone(), err.clone());
    let config = Config {
        database_url: database.map(|database| database.url().to_owned().into()),
        environment: Some(Environment::Production),
        cron_secret: Some(SECRET.into()),
        api_token: Some(TOKEN.into()),
        data_dir: Some("/nowhere".into()),
        ..Config::default()
    };
    let arguments = std::iter::once("worker").chain(line.split(' ')).map(OsString::from);
    let exit = worker::run(arguments, Ok(config), tasks(), &mut printer).await;
    (exit, out.text(), err.text())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exit_code_says_how_it_ended_in_every_language() {
    let migrated = database().await;
    let empty = empty_database().await;
    let failing = database().await;
    let side = "insert into side_tasks (id, name, enabled, status) values (gen_random_uuid(), 'watch', true, 'FAILED')";
    connect(failing.config()).await.batch_execute(side).await.expect("a side task that was given up");
    for (database, expected) in [
        (Some(&migrated), worker::Exit::Done),
        (Some(&failing), worker::Exit::Failed),
        (Some(&empty), worker::Exit::Setup),
        (None, worker::Exit::Setup),
    ] {
        for locale in Locale::all() {
            let (exit, out, err) = typed(database, &format!("doctor --locale {locale}")).await;
            assert_eq!((exit, err.as_str()), (expected, ""), "{out}");
            let count = format!("{} ", Check::ALL.len());
            assert!(out.lines().last().is_some_and(|line| line.starts_with(&count)), "{out}");
        }
        let (exit, out, _) = typed(database, "doctor --json").await;
        let answer: Value = serde_json::from_str(&out).expect("one document");
        assert_eq!((exit, &answer["success"]), (expected, &Value::from(true)));
        assert_eq!(answer["data"]["checks"].as_array().map(Vec::len), Some(Check::ALL.len()));
        assert!(!out.contains(SECRET) && !out.contains(TOKEN), "{out}");
    }
    let (exit, out, _) = typed(Some(&migrated), "doctor --listen 0.0.0.0:3000").await;
    assert_eq!(exit, worker::Exit::Done, "a warning fails nothing");
    assert!(out.contains("beyond this machine"), "{out}");
}

#[tokio::test]
async fn what_is_found_is_written_as_types_describes_it() {
    let world = world().await;
    let types = crate::types::types(&world, "en").await;
    let schema = jsonschema::validator_for(&types["findings"]["doctor"]).expect("a schema");
    for check in looked_over(&world).await.answer(Locale::ENGLISH).checks {
        let found = serde_json::json!({ "code": check.code, "facts": check.facts });
        assert!(schema.is_valid(&found), "{found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_cannot_be_used_is_not_called_missing() {
    let world = world().await;
    let wrong = Config::from_pairs([("TASK_API_TOKEN".into(), "short".into())]).expect_err("too short");
    let mut subject = subject(&world);
    subject.mistakes = wrong.messages().collect();
    subject.config = Config { api_token: None, ..subject.config };
    let diagnosis = examine(&subject).await;
    assert_eq!(diagnosis.status(Check::Configuration), CheckStatus::Failed);
    assert_eq!(diagnosis.status(Check::Secrets), CheckStatus::Skipped);
}
