use std::time::Duration;

use chrono::{DateTime, Utc};
use downbeat::app::App;
use downbeat::model::Status;
use downbeat::repository::RunRequest;
use downbeat::runner::PulseRequest;
use downbeat::task::{Registry, Schedule};
use downbeat::tasks::prune_history::{Config, PruneHistory, Report};
use downbeat::testing;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::support::{World, history, pulse, pulse_with, pulses, quick, task, until_waiting};

task!(Daily = "daily" { schedule: Schedule::Cron("0 0 * * *") });

fn keep(retention_days: u32) -> Config {
    Config { retention_days: Some(retention_days), ..Config::default() }
}

/// An execution of `daily` in this status, so many days old.
async fn execution(world: &World, days: u64, status: &str) -> DateTime<Utc> {
    let decided_at = world.clock.now() - Duration::from_secs(days * 24 * 3600);
    let insert = "
        insert into cron_task_executions
            (id, task_id, task_name, scheduled_for, status, started_at, completed_at, config, created_at)
        select gen_random_uuid(), id, name, at, status::task_status, at,
            case when status not in ('PENDING', 'RUNNING') then at end, '{}', at
        from cron_tasks, (values ($1::timestamptz, $2)) as d (at, status)
        where name = 'daily'";
    let inserted = world.client().await.execute(insert, &[&decided_at, &status]).await.unwrap();
    assert_eq!(inserted, 1);
    decided_at
}

async fn left(app: &App) -> Vec<DateTime<Utc>> {
    history(app, "daily").await.iter().map(|execution| execution.scheduled_for).collect()
}

#[tokio::test]
async fn old_executions_go_and_young_unfinished_and_newest_ones_stay() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Daily(quick()))).await;
    for (days, status) in (40..).zip(["COMPLETED", "FAILED", "TIMEOUT", "CANCELLED", "SKIPPED", "BLOCKED"]) {
        execution(&world, days, status).await;
    }
    let stays = [
        execution(&world, 39, "PENDING").await,
        execution(&world, 38, "RUNNING").await,
        execution(&world, 6, "FAILED").await,
        execution(&world, 1, "COMPLETED").await,
    ];

    let report = testing::run(&PruneHistory, keep(7), app.repository()).await.unwrap();

    assert_eq!(report.executions, 6);
    assert_eq!(left(&app).await, stays);
}

#[tokio::test]
async fn of_a_task_that_rests_the_newest_and_the_newest_that_ran_stay() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Daily(quick()))).await;
    execution(&world, 50, "FAILED").await;
    let ran = execution(&world, 49, "COMPLETED").await;
    execution(&world, 48, "BLOCKED").await;
    let newest = execution(&world, 47, "BLOCKED").await;

    let report = testing::run(&PruneHistory, keep(7), app.repository()).await.unwrap();

    assert_eq!((report.executions, left(&app).await), (2, vec![ran, newest]));
    let again = testing::run(&PruneHistory, keep(7), app.repository()).await.unwrap();
    assert_eq!(again, Report::default());
}

#[tokio::test]
async fn more_than_a_batch_goes_in_several() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Daily(quick()))).await;
    for days in 40..46 {
        execution(&world, days, "COMPLETED").await;
    }
    let config = Config { batch_size: 2, ..keep(7) };

    let report = testing::run(&PruneHistory, config, app.repository()).await.unwrap();

    assert_eq!(report.executions, 5);
}

#[tokio::test]
async fn what_there_is_little_of_has_gone_before_executions_take_their_time() {
    let world = World::new().await;
    let app = world.app(Registry::builder()).await;
    let key = "insert into idempotency_keys values ('key', 'asked', gen_random_uuid(), $1)";
    let (client, mut other) = (world.client().await, world.client().await);
    client.execute(key, &[&(world.clock.now() - Duration::from_secs(3 * 24 * 3600))]).await.unwrap();
    let in_the_way = other.transaction().await.unwrap();
    in_the_way.batch_execute("lock table cron_task_executions").await.unwrap();

    tokio::select! {
        report = testing::run(&PruneHistory, keep(7), app.repository()) => panic!("executions cannot be deleted: {report:?}"),
        () = until_waiting(&client, 1) => {}
    }

    let keys: i64 = client.query_one("select count(*) from idempotency_keys", &[]).await.unwrap().get(0);
    assert_eq!(keys, 0);
    in_the_way.rollback().await.unwrap();
}

#[tokio::test]
async fn old_pulses_go_and_so_do_runners_that_ended_before_yesterday() {
    let world = World::new().await;
    let app = world.app(Registry::builder()).await;
    let insert_pulses = "
        insert into pulse_executions (id, status, environment, triggered_by, started_at, completed_at, duration_ms,
            total_tasks_discovered)
        select gen_random_uuid(), 'SUCCESS', 'production', 'cli', at, at, 0, 0
        from unnest(array[$1 - interval '8 days', $1 - interval '6 days']) as at";
    let insert_runners = "
        insert into task_runners (instance_id, name, kind, environment, version, lock_key, lock_mode,
            heartbeat_interval, lease, started_at, heartbeat_at, ended_at, end_reason)
        select gen_random_uuid(), r.name, 'worker', 'production', '1', row_number() over (), 'session',
            1000, 60000, $1 - interval '9 days', $1, r.ended_at, case when r.ended_at is not null then 'stopped' end
        from (values
            ('old', $1 - interval '25 hours'), ('recent', $1 - interval '23 hours'), ('alive', null)
        ) as r (name, ended_at)";
    let (client, now) = (world.client().await, world.clock.now());
    for insert in [insert_pulses, insert_runners] {
        client.execute(&insert.replace("$1", "$1::timestamptz"), &[&now]).await.unwrap();
    }

    let report = testing::run(&PruneHistory, keep(7), app.repository()).await.unwrap();

    assert_eq!(report, Report { pulses: 1, runners: 1, events: 1, ..Report::default() });
    assert_eq!(pulses(&app).await.len(), 1);
    let runners = app.repository().runners(Duration::from_secs(7 * 24 * 3600)).await.unwrap();
    let mut names: Vec<_> = runners.iter().map(|runner| runner.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["alive", "recent"]);
}

#[tokio::test]
async fn without_settings_it_keeps_what_the_operator_wants_kept() {
    let world = World::new().await;
    let config =
        downbeat::config::Config { history_retention: Duration::from_secs(2 * 24 * 3600), ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Daily(quick())).cron(PruneHistory)).await;
    execution(&world, 4, "COMPLETED").await;
    let stays = [execution(&world, 1, "COMPLETED").await];

    let request = RunRequest { task: "prune-history".to_owned(), ..RunRequest::default() };
    let pruned = app.runner().execute_cron_task(&request, &CancellationToken::new()).await.unwrap().unwrap();

    assert_eq!(
        pruned.result,
        Some(json!({ "executions": 1, "pulses": 0, "runners": 0, "events": 1, "idempotency_keys": 0, "hours": 0 }))
    );
    assert_eq!(left(&app).await, stays);
}

#[tokio::test]
async fn what_a_pulse_has_no_time_for_the_next_one_goes_on_with() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Daily(quick())).cron(PruneHistory)).await;
    let many = "insert into cron_task_executions
            (id, task_id, task_name, scheduled_for, status, started_at, completed_at, config, created_at)
        select gen_random_uuid(), id, name, at, 'COMPLETED', at, at, '{}', at
        from cron_tasks, generate_series($1::timestamptz - interval '60 days', $1 - interval '40 days', '15 minutes') as at
        where name = 'daily'";
    let (client, now) = (world.client().await, world.clock.now());
    let old = client.execute(many, &[&now]).await.unwrap();
    client
        .execute("update cron_tasks set config = '{\"batch_size\": 1}' where name = 'prune-history'", &[])
        .await
        .unwrap();
    let request = RunRequest { task: "prune-history".to_owned(), ..RunRequest::default() };
    app.runner().enqueue(&request).await.unwrap();

    let short = PulseRequest { budget: Some(Duration::from_millis(400)), ..PulseRequest::default() };
    assert!(pulse_with(&app, short).await.budget_spent);
    let of_task = async || history(&app, "prune-history").await;
    assert!(of_task().await.iter().any(|execution| execution.status == Status::Cancelled), "it was interrupted");

    client.execute("update cron_tasks set config = '{}' where name = 'prune-history'", &[]).await.unwrap();
    pulse(&app).await;
    let ended = of_task().await.into_iter().find(|execution| execution.status == Status::Completed).unwrap();
    // Of its task the newest stays. What the first attempt deleted last it may not have come to note.
    let deleted = ended.result.unwrap()["executions"].as_u64().unwrap();
    assert!((old - 2..old).contains(&deleted), "{deleted} in both attempts");
    assert_eq!(left(&app).await.len(), 1);
}

#[tokio::test]
async fn what_statistics_tell_is_counted_and_kept_as_long_as_what_it_tells_of() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Daily(quick()))).await;
    for days in 1..=60 {
        execution(&world, days, "COMPLETED").await;
    }
    let counted = async || {
        let hours = "select count(*), min(hour), max(hour) from cron_task_hours";
        let row = world.client().await.query_one(hours, &[]).await.unwrap();
        (row.get::<_, i64>(0), row.get::<_, DateTime<Utc>>(1), row.get::<_, DateTime<Utc>>(2))
    };
    let ago = |days: u64| world.clock.now() - Duration::from_secs(days * 24 * 3600);

    // Also where history is kept for longer than anybody asks for statistics.
    testing::run(&PruneHistory, keep(50), app.repository()).await.unwrap();
    assert_eq!(counted().await, (32, ago(32), ago(1)));

    let report = testing::run(&PruneHistory, keep(7), app.repository()).await.unwrap();
    assert_eq!((report.hours, counted().await), (25, (7, ago(7), ago(1))));
    let again = testing::run(&PruneHistory, keep(7), app.repository()).await.unwrap();
    assert_eq!(again, Report::default());
}

#[tokio::test]
async fn settings_out_of_range_are_refused() {
    let world = World::new().await;
    let app = world.app(Registry::builder()).await;
    for (config, setting) in
        [(keep(0), "retention_days"), (Config { batch_size: 0, ..Config::default() }, "batch_size")]
    {
        let refused = testing::run(&PruneHistory, config, app.repository()).await.unwrap_err();
        assert!(refused.to_string().starts_with(setting), "{refused}");
    }
}
