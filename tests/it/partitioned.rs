//! A history that was partitioned as docs/scaling.md says goes on as before: what ran meanwhile ends, slots are decided once,
//! who looks sees all of it, and what is dropped takes nothing along that decides what happens next.

use chrono::{DateTime, TimeDelta, Utc};
use downbeat::app::App;
use downbeat::model::{CatchUp, Execution, Status};
use downbeat::repository::migrate::Migrations;
use downbeat::repository::{HistoryFilter, Period};
use downbeat::task::prelude::*;
use downbeat::task::{Registry, TaskError};
use downbeat::testing::database::TestDatabase;
use futures_util::future::join_all;
use serde_json::Value;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use crate::grown;
use crate::support::{
    Gate, PARTITION, Pulsing, World, at, connect, empty_database, history, partition, pulse, quick, script, task,
    until, until_locked,
};

const HOURLY: Schedule = Schedule::Cron("0 * * * *");

task!(Held = "held" { schedule: HOURLY });
task!(Hourly = "hourly" { schedule: HOURLY });
task!(Flaky = "flaky" { schedule: HOURLY, retry: RetryPolicy { retries: Some(1), ..RetryPolicy::DEFAULT } });
task!(Minutely = "minutely" { schedule: Schedule::Cron("* * * * *"), catch_up: CatchUp::Latest });
task!(Midday = "midday" { schedule: Schedule::Cron("0 13 * * *") });
task!(OfMidday = "of-midday" { schedule: HOURLY, dependencies: &["midday"] });

/// Where the first partition ends, in most of these tests.
const BOUNDARY: &str = "14:00:00";

/// Who tells where rows lie: the partition of each execution of a task, by slot.
async fn partitions(client: &Client, task: &str) -> Vec<String> {
    let where_they_lie = "
        select tableoid::regclass::text from cron_task_executions where task_name = $1 order by scheduled_for, attempt";
    client.query(where_they_lie, &[&task]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

async fn count(client: &Client, query: &str) -> i64 {
    client.query_one(query, &[]).await.unwrap().get(0)
}

/// Has a log written for each execution there is.
async fn log_all(client: &Client) {
    let logs = "
        insert into cron_task_execution_logs (execution_id, lines)
        select id, '[]' from cron_task_executions
        on conflict do nothing";
    client.execute(logs, &[]).await.unwrap();
}

const LOGS: &str = "select count(*) from cron_task_execution_logs";
const EVENTS: &str = "select count(*) from task_events";

/// The third step at the time of the test's clock, and the partitions there are then, but for the first.
async fn provide(client: &Client, now: DateTime<Utc>) -> Vec<String> {
    until_locked(client, &format!("select downbeat_history.provide('0', '1 month', '{now}')")).await;
    let names = "select name::text from downbeat_history.partitions() where since is not null order by since";
    client.query(names, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

async fn let_go(client: &Client, before: DateTime<Utc>) {
    until_locked(client, &format!("call downbeat_history.let_go('{before}')")).await;
}

fn told(executions: &[Execution]) -> Vec<(DateTime<Utc>, i32, Status)> {
    executions.iter().map(|e| (e.scheduled_for, e.attempt, e.status)).collect()
}

#[tokio::test]
async fn what_runs_and_what_is_to_be_retried_meanwhile_goes_on_where_it_is_and_new_slots_go_to_new_partitions() {
    let world = World::new().await;
    let client = world.client().await;
    let gate = Gate::closed();
    let fails_once = script(async |cx| match cx.attempt() {
        1 => Err(TaskError::execution("no", "not yet")),
        _ => Ok(Value::Null),
    });
    let app = world.app(Registry::builder().cron(Held(gate.script())).cron(Flaky(fails_once))).await;
    world.set("13:00:00");
    let running = Pulsing::begin(&app);
    gate.somebody().await;

    partition(&client, at(BOUNDARY), world.clock.now()).await;
    assert!(app.migrate().await.unwrap().is_empty(), "nothing is missing");
    let restarted = world.app(Registry::builder().cron(Held(gate.script())).cron(Flaky(quick()))).await;
    gate.open(2);
    running.end().await;
    let retry = history(&app, "flaky").await.pop().unwrap();
    world.clock.set(retry.available_at);
    pulse(&app).await;
    world.set("14:00:00");
    pulse(&restarted).await;

    let held = history(&app, "held").await;
    assert_eq!(
        told(&held),
        [(at("13:00:00"), 1, Status::Completed), (at("14:00:00"), 1, Status::Completed)],
        "what ran while the table became another is recorded"
    );
    let flaky = told(&history(&app, "flaky").await);
    assert_eq!(
        flaky,
        [
            (at("13:00:00"), 1, Status::Failed),
            (at("13:00:00"), 2, Status::Completed),
            (at("14:00:00"), 1, Status::Completed)
        ]
    );
    let (first, next) = ("cron_task_executions_first".to_owned(), "cron_task_executions_2026_03_02".to_owned());
    assert_eq!(partitions(&client, "held").await, [first.clone(), next.clone()]);
    assert_eq!(partitions(&client, "flaky").await, [first.clone(), first, next]);
    assert_eq!(count(&client, "select count(*) from task_runner_state").await, 0);
}

#[tokio::test]
async fn slots_on_both_sides_are_decided_once_by_many_pulses_and_by_a_schedule_that_is_set_back() {
    let world = World::new().await;
    let client = world.client().await;
    let tasks = || Registry::builder().cron(Minutely(quick()));
    let (one, other) = (world.app(tasks()).await, world.app(tasks()).await);
    partition(&client, at("12:02:00"), world.clock.now()).await;
    for time in ["12:01:00", "12:02:00", "12:03:00"] {
        world.set(time);
        join_all([&one, &other, &one, &other].map(pulse)).await;
    }
    let once = told(&history(&one, "minutely").await);
    assert_eq!(once, ["12:01:00", "12:02:00", "12:03:00"].map(|time| (at(time), 1, Status::Completed)));

    // All three are due once more: those that passed run into the unique key, and the last one into the look before it.
    let back = "update cron_tasks set next_execution_at = $1, due_at = $1 where name = 'minutely'";
    client.execute(back, &[&at("12:01:00")]).await.unwrap();
    pulse(&one).await;

    assert_eq!(told(&history(&one, "minutely").await), once);
    let next: DateTime<Utc> = client.query_one("select next_execution_at from cron_tasks", &[]).await.unwrap().get(0);
    assert_eq!(next, at("12:04:00"), "it went on");
    let twice = "
        insert into cron_task_executions (id, task_id, task_name, scheduled_for, status, config)
        select gen_random_uuid(), task_id, task_name, scheduled_for, 'PENDING', '{}' from cron_task_executions";
    let refused = client.execute(twice, &[]).await.unwrap_err();
    assert_eq!(refused.code(), Some(&SqlState::UNIQUE_VIOLATION));
}

#[tokio::test]
async fn history_statistics_and_retention_see_all_partitions() {
    let world = World::new().await;
    let client = world.client().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    partition(&client, at(BOUNDARY), world.clock.now()).await;
    for time in ["13:00:00", "14:00:00", "15:00:00"] {
        world.set(time);
        pulse(&app).await;
    }
    log_all(&client).await;
    assert_eq!(partitions(&client, "hourly").await.len(), 3);

    let mut paged = Vec::new();
    let mut filter = HistoryFilter { limit: 1, ..HistoryFilter::default() };
    loop {
        let page = app.repository().history(&filter).await.unwrap().unwrap();
        paged.extend(page.executions.iter().map(|e| e.scheduled_for));
        let Some(cursor) = page.next_cursor else { break };
        filter.cursor = Some(cursor);
    }
    assert_eq!(paged, ["15:00:00", "14:00:00", "13:00:00"].map(at), "newest first, over the border");
    let stats = app.repository().stats(Period::Day, Some("hourly")).await.unwrap();
    assert_eq!((stats.overview.executions, stats.overview.completed), (3, 3));
    let begun = "select count(*) from task_events e, unnest(e.executions) where e.kind = 'execution.started'";
    assert_eq!(count(&client, begun).await, 3, "who listens hears of each");
    let ended = "select count(*) from task_events e, unnest(e.executions) where e.kind = 'execution.finished'";
    assert_eq!(count(&client, ended).await, 3);

    world.clock.set(at("15:00:00") + TimeDelta::days(10));
    let kept = std::time::Duration::from_secs(24 * 3600);
    assert_eq!(app.repository().prune_executions(kept, 100).await.unwrap(), 2, "the newest stays");
    assert_eq!(told(&history(&app, "hourly").await), [(at("15:00:00"), 1, Status::Completed)]);
    assert_eq!(count(&client, LOGS).await, 1, "a log goes with its execution");
}

#[tokio::test]
async fn what_is_dropped_leaves_what_decides_what_happens_next() {
    let world = World::new().await;
    let client = world.client().await;
    let tasks = Registry::builder().cron(Hourly(quick())).cron(Midday(quick())).cron(OfMidday(quick()));
    let app = world.app(tasks).await;
    partition(&client, at(BOUNDARY), world.clock.now()).await;
    for time in ["13:00:00", "14:00:00"] {
        world.set(time);
        pulse(&app).await;
    }
    log_all(&client).await;
    let events = count(&client, EVENTS).await;

    let_go(&client, at("13:59:59")).await;
    assert_eq!(count(&client, LOGS).await, 5, "a partition that ends later stays");
    let_go(&client, at(BOUNDARY)).await;

    assert_eq!(told(&history(&app, "hourly").await), [(at("14:00:00"), 1, Status::Completed)]);
    assert_eq!(partitions(&client, "midday").await, ["cron_task_executions_rest"], "its newest run is of then");
    assert_eq!(count(&client, LOGS).await, 3, "logs go with what is dropped, and stay with what is kept");
    assert_eq!(count(&client, EVENTS).await, events, "nobody is told of what only moved");
    assert_eq!(count(&client, "select count(*) from pg_class where relname = 'cron_task_executions_first'").await, 0);
    world.set("15:00:00");
    pulse(&app).await;
    let child = history(&app, "of-midday").await.pop().unwrap();
    assert_eq!((child.scheduled_for, child.status), (at("15:00:00"), Status::Completed), "its parent had completed");
}

#[tokio::test]
async fn what_came_while_a_partition_was_missing_is_moved_when_it_is_made() {
    let world = World::new().await;
    let client = world.client().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Hourly(quick())).cron(Held(gate.script()))).await;
    client.batch_execute(PARTITION).await.unwrap();
    client.batch_execute("call downbeat_history.prepare('2026-03-02 13:00Z', '2026-03-02 12:00Z')").await.unwrap();
    client.batch_execute("select downbeat_history.partition('2026-03-02 13:00Z')").await.unwrap();
    world.set("13:00:00");
    let running = Pulsing::begin(&app);
    gate.somebody().await;
    until(async || history(&app, "hourly").await.iter().any(|e| e.status == Status::Completed)).await;
    log_all(&client).await;
    let (events, logs) = (count(&client, EVENTS).await, count(&client, LOGS).await);
    assert_eq!(partitions(&client, "held").await, ["cron_task_executions_rest"], "nothing is refused");

    assert_eq!(provide(&client, at("13:30:00")).await, ["cron_task_executions_2026_03_02"]);
    assert_eq!(provide(&client, at("13:30:00")).await.len(), 1, "and once made, it is there");

    assert_eq!(partitions(&client, "held").await, ["cron_task_executions_2026_03_02"]);
    assert_eq!((count(&client, EVENTS).await, count(&client, LOGS).await), (events, logs));
    gate.open(1);
    running.end().await;
    assert_eq!(history(&app, "held").await[0].status, Status::Completed, "what ran while it was moved is recorded");
    client.execute("delete from cron_task_executions", &[]).await.unwrap();
    assert_eq!(count(&client, LOGS).await, 0, "its triggers are in force again");
}

#[tokio::test]
async fn without_its_locks_it_gives_up_undone_and_can_be_called_again() {
    let world = World::new().await;
    let client = world.client().await;
    let boundary = at(BOUNDARY);
    client.batch_execute(PARTITION).await.unwrap();
    client.batch_execute("call downbeat_history.prepare('2026-03-02 14:00Z', '2026-03-02 12:00Z')").await.unwrap();
    let late = "call downbeat_history.prepare('2026-03-02 14:00Z', '2026-03-02 14:00Z')";
    assert!(client.batch_execute(late).await.is_err(), "a boundary in the past would refuse slots");
    let mut other = connect(world.database.config()).await;
    let reading = other.transaction().await.unwrap();
    reading.query("select from cron_task_executions", &[]).await.unwrap();

    let switch = "select downbeat_history.partition($1)";
    let refused = client.query(switch, &[&boundary]).await.unwrap_err();
    assert_eq!(refused.code(), Some(&SqlState::LOCK_NOT_AVAILABLE));
    let kind = "select relkind::text from pg_class where oid = 'cron_task_executions'::regclass";
    assert_eq!(client.query_one(kind, &[]).await.unwrap().get::<_, String>(0), "r");
    reading.rollback().await.unwrap();
    client.query(switch, &[&boundary]).await.unwrap();
    assert_eq!(client.query_one(kind, &[]).await.unwrap().get::<_, String>(0), "p");
}

#[tokio::test]
async fn what_is_sent_again_and_again_reads_few_pages_of_a_partitioned_history() {
    let world = World::new().await;
    let client = world.client().await;
    let february = "2026-02-01T00:00:00Z".parse().unwrap();
    partition(&client, february, february - TimeDelta::days(1)).await;
    assert_eq!(
        provide(&client, at("12:00:00")).await,
        ["2026_02_01", "2026_03_01"].map(|day| format!("cron_task_executions_{day}"))
    );
    grown::grow(&client).await;

    // Where history goes by partitions, no row of it is deleted.
    let wrong = grown::wrong(&client, &["prune_executions.sql"]).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let looked = grown::indexes_of_a_claim(&client).await;
    let of_slots: Vec<_> = looked.iter().filter(|name| name.ends_with("task_id_scheduled_for_attempt_key")).collect();
    assert!(
        of_slots.len() == 1 && of_slots[0].starts_with("cron_task_executions_2026_03"),
        "whether a slot was decided is asked of the partition it belongs to, and of no other: {of_slots:?}"
    );
}

/// What later migrations and we rely on, of the table that carries the name.
async fn picture(client: &Client) -> Vec<String> {
    let told = "
        select format('column %s %s %s %s', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
            pg_get_expr(d.adbin, d.adrelid)) as told
        from pg_attribute a
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = 'cron_task_executions'::regclass and a.attnum > 0 and not a.attisdropped
        union all
        select format('constraint %s %s', conname, pg_get_constraintdef(oid))
        from pg_constraint
        where conrelid = 'cron_task_executions'::regclass and contype in ('c', 'f', 'u')
        union all
        select replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ')
        from pg_index
        where indrelid = 'cron_task_executions'::regclass and not indisprimary
        union all
        select pg_get_triggerdef(oid)
        from pg_trigger
        where tgrelid = 'cron_task_executions'::regclass and not tgisinternal and tgname <> 'drop_log_of_execution'
        order by told";
    client.query(told, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// A database on which so many of our migrations were applied before its history was partitioned, and then the rest.
async fn partitioned_after(migrations: usize) -> (TestDatabase, Client) {
    let database = empty_database().await;
    let mut client = connect(database.config()).await;
    let earlier = Migrations::new(&Migrations::OURS.as_slice()[..migrations]);
    earlier.apply(&mut client, None).await.unwrap();
    partition(&client, at(BOUNDARY), at("12:00:00")).await;
    Migrations::OURS.apply(&mut client, None).await.unwrap_or_else(|error| {
        panic!("migrations/README.md says what a migration of a history that may be partitioned must not do: {error:?}")
    });
    (database, client)
}

#[tokio::test]
async fn later_migrations_apply_to_a_partitioned_history_and_leave_it_as_any_other() {
    let world = World::new().await;
    let as_ever = picture(&world.client().await).await;
    // The migrations there were when the script was written, and all of today's.
    for migrations in [15, Migrations::OURS.as_slice().len()] {
        let (_database, client) = partitioned_after(migrations).await;
        assert_eq!(picture(&client).await, as_ever, "after {migrations} migrations");
    }
}

#[tokio::test]
async fn the_doctor_counts_all_partitions_as_one_table() {
    let world = World::new().await;
    let app: App = world.app(Registry::builder().cron(Hourly(quick()))).await;
    partition(&world.client().await, at(BOUNDARY), world.clock.now()).await;
    for time in ["13:00:00", "14:00:00"] {
        world.set(time);
        pulse(&app).await;
    }
    let client = world.client().await;
    client.batch_execute("analyze").await.unwrap();
    let sql = include_str!("../../shared/src/repository/sql/doctor_tables.sql");
    let tables: Value = client.query_one(sql, &[]).await.unwrap().get(0);
    let tables = tables.as_array().unwrap();
    assert_eq!(tables.len(), 9, "{tables:?}");
    let executions = tables.iter().find(|table| table["name"] == "cron_task_executions").unwrap();
    assert_eq!(executions["live_rows"], 2, "{executions}");
}
