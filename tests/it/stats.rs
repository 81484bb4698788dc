//! Statistics tell what PostgreSQL's own aggregates say of the same executions, counted beforehand or not.

use chrono::{DateTime, TimeDelta, Utc};
use downbeat::app::App;
use downbeat::repository::{Period, TaskStats};
use downbeat::task::Registry;
use downbeat::task::prelude::*;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio_postgres::Client;

use crate::support::{World, quick, task};

task!(Even = "even" { schedule: Schedule::Manual });
task!(Odd = "odd" { schedule: Schedule::Manual });

/// Two thousand executions of a day and a half before noon, by the dice of a seed: durations that come twice and some that do
/// not come at all, failures of two kinds, some that only pretended.
const EXECUTIONS: &str = "
    select setseed(0.25);
    alter table cron_task_executions disable trigger user;
    insert into cron_task_executions (
        id, task_id, task_name, scheduled_for, max_attempts, status, available_at, started_at, completed_at, duration_ms,
        config, error, skipped_reason, is_dry_run, execution_environment, triggered_by, created_at
    )
    select gen_random_uuid(), t.id, t.name, one.at, 4, one.status::task_status, one.at, one.at, one.at,
        case when one.status <> 'SKIPPED' then (300 * random() * random())::integer end, '{}',
        case when one.status in ('FAILED', 'TIMEOUT', 'CANCELLED') then jsonb_build_object(
            'kind', case one.status when 'TIMEOUT' then 'TIMEOUT' else 'EXECUTION' end, 'code', 'no',
            'message', 'no. ' || n, 'chain', '[]'::jsonb) end,
        case when one.status = 'SKIPPED' then 'previous_instance_running' end, n % 97 = 0, 'production', 'schedule', one.at
    from generate_series(1, 2000) n
    cross join lateral (
        select timestamptz '2026-03-02 12:00:00Z' - n * interval '65 seconds' as at,
            (array['COMPLETED', 'COMPLETED', 'COMPLETED', 'FAILED', 'TIMEOUT', 'SKIPPED', 'CANCELLED'])
                [1 + floor(7 * random() * random())::integer] as status
    ) as one
    join cron_tasks t on t.name = case when n % 10 = 0 then 'odd' else 'even' end;";

/// The same told by other means.
const TOLD: &str = "
    with those as (
        select * from cron_task_executions e
        where not is_dry_run and created_at <= $2 and created_at >= $3 and ($1::text is null or task_name = $1)
    )
    select to_json(t)
    from (
        select
            (select count(*) from those) as executions,
            (select json_object_agg(status, n) from (select lower(status::text) as status, count(*) as n from those group by 1) s)
                as by_status,
            min(duration_ms) as min_ms, max(duration_ms) as max_ms, avg(duration_ms)::double precision as mean_ms,
            percentile_cont(0.5) within group (order by duration_ms) as median_ms,
            percentile_cont(0.95) within group (order by duration_ms) as p95_ms,
            (select json_agg(json_build_array(name, n, mean, longest) order by longest desc, id) from (
                select task_id as id, task_name as name, count(duration_ms) as n, avg(duration_ms)::double precision as mean,
                    max(duration_ms) as longest
                from those group by 1, 2) s) as slowest,
            (select json_object_agg(error_kind, n) from (
                select error_kind, count(*) as n from those where status in ('FAILED', 'TIMEOUT') group by 1) k) as by_kind,
            (select json_agg(json_build_array(task_name, failed, said) order by failed desc, task_name) from (
                select task_name, count(*) as failed, (array_agg(error ->> 'message' order by created_at desc))[1] as said
                from those where status in ('FAILED', 'TIMEOUT') group by 1) f) as failing,
            (select json_agg(json_build_array(at, n, completed, failed, mean) order by at) from (
                select date_trunc($4, created_at, 'UTC') as at, count(*) as n,
                    count(*) filter (where status = 'COMPLETED') as completed,
                    count(*) filter (where status in ('FAILED', 'TIMEOUT')) as failed,
                    avg(duration_ms)::double precision as mean
                from those group by 1) b) as trend
        from those
    ) as t";

/// Numbers that were computed in another order, or are so near each other that it does not matter.
#[track_caller]
fn near(ours: Option<f64>, told: &Value, share: f64) {
    let (Some(ours), Some(told)) = (ours, told.as_f64()) else {
        return assert!(ours.is_none() && told.is_null(), "{ours:?} and {told}");
    };
    assert!((ours - told).abs() < share * told.max(1.0), "{ours} and {told}");
}

/// A 64th.
const OF_COUNTS: f64 = 1.0 / 64.0;
const SAME: f64 = 1e-9;

/// Holds statistics against what the server says. `share`: how far the median may be away.
async fn held(client: &Client, app: &App, period: Period, task: Option<&str>, share: f64) {
    let stats = app.repository().stats(period, task).await.unwrap();
    let (from, step) = match period {
        Period::Hour => (stats.to - TimeDelta::hours(1), "minute"),
        Period::Day => (stats.to - TimeDelta::hours(24), "hour"),
        Period::Week => (stats.to - TimeDelta::days(7), "day"),
        Period::Month => (stats.to - TimeDelta::days(30), "day"),
    };
    let from = client.query_one("select date_trunc($2, $1::timestamptz, 'UTC')", &[&from, &step]).await.unwrap();
    let from: DateTime<Utc> = from.get(0);
    assert_eq!(stats.from, from);
    let told: Value = client.query_one(TOLD, &[&task, &stats.to, &from, &step]).await.unwrap().get(0);

    let overview = &stats.overview;
    assert_eq!(told["executions"], overview.executions);
    assert!(overview.executions > if period == Period::Hour { 0 } else { 100 }, "else this says little");
    let of_status = |name: &str| told["by_status"][name].as_i64().unwrap_or(0);
    let failed = of_status("failed") + of_status("timeout");
    assert_eq!(
        [overview.completed, overview.failed, overview.skipped, overview.cancelled],
        [of_status("completed"), failed, of_status("skipped"), of_status("cancelled")]
    );
    assert_eq!([overview.blocked, overview.pending, overview.running], [0; 3]);
    let tried = overview.completed + overview.failed;
    assert_eq!(overview.success_rate, Some(overview.completed as f64 / tried as f64));

    let performance = &stats.performance;
    assert_eq!(told["min_ms"], performance.min_ms.unwrap());
    assert_eq!(told["max_ms"], performance.max_ms.unwrap());
    near(performance.mean_ms, &told["mean_ms"], SAME);
    near(performance.median_ms, &told["median_ms"], share);
    near(performance.p95_ms, &told["p95_ms"], share);
    let ends = (f64::from(performance.min_ms.unwrap()), f64::from(performance.max_ms.unwrap()));
    assert!(ends.0 <= performance.median_ms.unwrap() && performance.p95_ms.unwrap() <= ends.1);
    let slowest = told["slowest"].as_array().cloned().unwrap_or_default();
    assert_eq!(slowest.len(), performance.slowest.len());
    for (slow, told) in performance.slowest.iter().zip(slowest) {
        assert_eq!(json!([slow.task_name, slow.executions, slow.max_ms]), json!([told[0], told[1], told[3]]));
        near(Some(slow.mean_ms), &told[2], SAME);
    }

    assert_eq!(
        told["by_kind"].as_object().cloned().unwrap_or_default(),
        *json!(stats.errors.by_kind).as_object().unwrap()
    );
    let failing = stats.errors.tasks.iter();
    let failing: Vec<_> = failing.map(|task| (&task.task_name, task.failed, &task.last_message)).collect();
    assert_eq!(told["failing"].as_array().cloned().unwrap_or_default(), *json!(failing).as_array().unwrap());

    let trend = told["trend"].as_array().unwrap();
    assert_eq!(trend.len(), stats.trends.len());
    for (step, told) in stats.trends.iter().zip(trend) {
        assert_eq!(step.at, told[0].as_str().unwrap().parse::<DateTime<Utc>>().unwrap());
        assert_eq!(json!([step.executions, step.completed, step.failed]), json!(told.as_array().unwrap()[1..4]));
        near(step.mean_ms, &told[4], SAME);
    }
}

async fn filled(world: &World) -> (App, Client) {
    let app = world.app(Registry::builder().cron(Even(quick())).cron(Odd(quick()))).await;
    app.prepare().await.unwrap();
    let client = world.client().await;
    client.batch_execute(EXECUTIONS).await.unwrap();
    (app, client)
}

async fn counts(client: &Client, what: &str) -> i64 {
    client.query_one(&format!("select {what} from cron_task_hours"), &[]).await.unwrap().get(0)
}

/// Every period, of all tasks, one with few executions and one with many.
async fn all_held(client: &Client, app: &App, share: f64) {
    for period in [Period::Hour, Period::Day, Period::Week, Period::Month] {
        for task in [None, Some("odd"), Some("even")] {
            held(client, app, period, task, share).await;
        }
    }
}

/// Nobody can count any more, as where the server only reads.
async fn forbid(client: &Client) {
    client.batch_execute("alter table cron_task_hours add constraint no check (false) not valid").await.unwrap();
}

#[tokio::test]
async fn statistics_are_what_the_servers_own_aggregates_say() {
    let world = World::new().await;
    let (app, client) = filled(&world).await;
    forbid(&client).await;
    all_held(&client, &app, SAME).await;
    world.set("12:34:56");
    all_held(&client, &app, SAME).await;
    assert_eq!(counts(&client, "count(*)").await, 0);

    client.batch_execute("alter table cron_task_hours drop constraint no").await.unwrap();
    for time in ["12:00:00", "12:34:56"] {
        world.set(time);
        all_held(&client, &app, OF_COUNTS).await;
    }
    // A day and a half, and the hour it begins in; of `odd` there are some five in an hour, which are not counted.
    assert_eq!(counts(&client, "count(distinct hour)").await, 37);
    assert_eq!(counts(&client, "count(distinct task_id)").await, 2);

    // They hold together where one in the midst is missing.
    client.batch_execute("delete from cron_task_hours where hour = '2026-03-02 03:00:00Z'").await.unwrap();
    forbid(&client).await;
    all_held(&client, &app, OF_COUNTS).await;
    assert_eq!(counts(&client, "count(distinct hour)").await, 36);
}

async fn of_day(app: &App, task: Option<&str>) -> TaskStats {
    app.repository().stats(Period::Day, task).await.unwrap()
}

#[tokio::test]
async fn what_was_counted_is_not_read_again() {
    let world = World::new().await;
    let (app, client) = filled(&world).await;
    let before = (of_day(&app, None).await, of_day(&app, Some("even")).await);
    assert_eq!(counts(&client, "count(distinct hour)").await, 24);

    client.batch_execute("delete from cron_task_executions where created_at < '2026-03-02 11:00:00Z'").await.unwrap();

    let after = (of_day(&app, None).await, of_day(&app, Some("even")).await);
    assert_eq!(after.0.overview, before.0.overview);
    assert_eq!((&after.1.overview, &after.1.performance), (&before.1.overview, &before.1.performance));
    assert_eq!(after.0.trends, before.0.trends);
    let told = |stats: &TaskStats| stats.errors.tasks.iter().map(|task| task.failed).collect::<Vec<_>>();
    assert_eq!(told(&after.0), told(&before.0), "whether or not there is still a message");
    // One that is told to be slow has executions.
    assert!(after.0.performance.slowest.iter().all(|slow| slow.executions > 0));
    // Of a task with few executions in an hour nothing was counted.
    let odd = of_day(&app, Some("odd")).await.overview.executions;
    assert!((3..10).contains(&odd), "{odd}");
}

#[tokio::test]
async fn an_hour_is_counted_when_what_belongs_to_it_is_written() {
    let world = World::new().await;
    let (app, client) = filled(&world).await;
    world.set("12:04:59");
    of_day(&app, None).await;
    assert_eq!(counts(&client, "extract(hour from max(hour) at time zone 'UTC')::bigint").await, 10);
    world.set("12:05:00");
    of_day(&app, None).await;
    assert_eq!(counts(&client, "extract(hour from max(hour) at time zone 'UTC')::bigint").await, 11);
}

#[tokio::test]
async fn what_had_not_ended_when_its_hour_was_counted_is_told_as_it_is() {
    let world = World::new().await;
    let (app, client) = filled(&world).await;
    let begun = "
        insert into cron_task_executions (id, task_id, task_name, scheduled_for, status, started_at, duration_ms, config, created_at)
        select gen_random_uuid(), id, name, at, 'RUNNING', at, 17000000, '{}', at
        from cron_tasks, (values (timestamptz '2026-03-02 03:00:00Z')) as one (at)";
    assert_eq!(client.execute(begun, &[]).await.unwrap(), 2);
    let before = of_day(&app, None).await;
    assert_eq!(before.overview.running, 2);
    assert_eq!(counts(&client, "sum(cardinality(open))").await, 3, "both of all, and one of the task with many");

    let ended = "
        update cron_task_executions set status = 'FAILED', completed_at = '2026-03-02 08:00:00Z', duration_ms = 18000000,
            error = '{\"kind\": \"EXECUTION\", \"code\": \"no\", \"message\": \"late\", \"chain\": []}'
        where status = 'RUNNING'";
    assert_eq!(client.execute(ended, &[]).await.unwrap(), 2);

    let after = of_day(&app, None).await;
    assert_eq!((after.overview.running, after.overview.executions), (0, before.overview.executions));
    assert_eq!(after.overview.failed, before.overview.failed + 2);
    assert_eq!(after.performance.max_ms, Some(18_000_000));
    for task in ["odd", "even"] {
        let of_task = of_day(&app, Some(task)).await;
        assert_eq!((of_task.overview.running, of_task.performance.max_ms), (0, Some(18_000_000)));
        let slow = after.performance.slowest.iter().find(|slow| slow.task_name == task).unwrap();
        assert_eq!(Some(slow), of_task.performance.slowest.first());
    }
    all_held(&client, &app, OF_COUNTS).await;
}

#[tokio::test]
async fn of_a_task_whose_executions_are_all_gone_nothing_is_told() {
    let world = World::new().await;
    let (app, client) = filled(&world).await;
    let slow = "update cron_task_executions set duration_ms = duration_ms + 1000 where task_name = 'odd'";
    client.execute(slow, &[]).await.unwrap();
    let before = of_day(&app, None).await;
    assert_eq!(before.performance.slowest[0].task_name, "odd");

    client.batch_execute("delete from cron_task_executions where task_name = 'odd'").await.unwrap();

    let after = of_day(&app, None).await;
    let gone = before.overview.executions - after.overview.executions;
    assert!(gone < 10, "what was counted is told until it goes, too: {gone}");
    let slowest: Vec<_> = after.performance.slowest.iter().map(|slow| &*slow.task_name).collect();
    assert_eq!(slowest, ["even"]);
}

#[tokio::test]
async fn what_a_task_thins_out_is_told_no_longer() {
    let world = World::new().await;
    let (app, client) = filled(&world).await;
    client.batch_execute("update cron_tasks set history_interval = 60000 where name = 'even'").await.unwrap();
    of_day(&app, None).await;
    let open: i64 = counts(&client, "sum(cardinality(open))").await;
    assert!(open > 1000, "{open}");
    client
        .batch_execute("delete from cron_task_executions where task_name = 'even' and status = 'COMPLETED'")
        .await
        .unwrap();
    held(&client, &app, Period::Day, None, OF_COUNTS).await;
    held(&client, &app, Period::Day, Some("even"), OF_COUNTS).await;
}

#[tokio::test]
async fn an_hour_of_dry_runs_has_no_counts_and_no_step() {
    let world = World::new().await;
    let (app, client) = filled(&world).await;
    let dry = "update cron_task_executions set is_dry_run = true
        where created_at >= '2026-03-02 03:00:00Z' and created_at < '2026-03-02 04:00:00Z'";
    client.batch_execute(dry).await.unwrap();
    for _ in 0..2 {
        assert_eq!(of_day(&app, None).await.trends.len(), 23, "of 24");
        assert_eq!(counts(&client, "count(distinct hour)").await, 23);
    }
}

#[tokio::test]
async fn an_hour_is_let_alone_while_somebody_writes_who_began_in_it() {
    let world = World::new().await;
    let (app, client) = filled(&world).await;
    let (mut writer, next_year) = (world.client().await, "2027-03-02 12:05:00Z".parse().unwrap());
    let writes = writer.transaction().await.unwrap();
    writes.execute("update cron_task_executions set created_at = created_at + interval '1 year'", &[]).await.unwrap();
    world.clock.set(next_year);
    of_day(&app, None).await;
    assert_eq!(counts(&client, "count(*)").await, 0);
    writes.commit().await.unwrap();
    of_day(&app, None).await;
    assert_eq!(counts(&client, "count(distinct hour)").await, 24);
}

#[tokio::test]
async fn one_counts_and_others_do_not_wait_for_it() {
    let world = World::new().await;
    let (app, mut client) = filled(&world).await;
    let counting = client.transaction().await.unwrap();
    // As in count_hour.sql.
    counting.batch_execute("select pg_advisory_xact_lock(4611003922851748103)").await.unwrap();
    let before = of_day(&app, None).await;
    assert!(before.overview.executions > 1000);
    counting.rollback().await.unwrap();
    assert_eq!(counts(&client, "count(*)").await, 0);
    let many = join_all((0..4).map(|_| of_day(&app, None))).await;
    assert!(many.iter().all(|told| told.overview == before.overview));
    // What one of them was at, another one left alone.
    of_day(&app, None).await;
    assert_eq!(counts(&client, "count(distinct hour)").await, 24);
}

#[tokio::test]
async fn counts_of_durations_are_within_a_64th_of_each() {
    let world = World::new().await;
    let (app, client) = filled(&world).await;
    let various = "
        with lasted as (
            select greatest(0, least(2147483647, (1.0123::double precision ^ n)::bigint + n % 3 - 1)) as ms
            from generate_series(0, 1799) n
        )
        update cron_task_executions e
        set duration_ms = l.ms, created_at = '2026-03-02 03:00:00Z', status = 'COMPLETED', is_dry_run = false, error = null
        from (select id, row_number() over (order by id) as n from cron_task_executions) as i
        join (select ms, row_number() over () as n from lasted) as l using (n)
        where e.id = i.id";
    assert_eq!(client.execute(various, &[]).await.unwrap(), 1800);
    of_day(&app, None).await;

    let row = "select durations, times, total_ms from cron_task_hours
        where hour = '2026-03-02 03:00:00Z' and task_id = '00000000-0000-0000-0000-000000000000'";
    let row = client.query_one(row, &[]).await.unwrap();
    let (counted, times, total): (Vec<i32>, Vec<i32>, i64) = (row.get(0), row.get(1), row.get(2));
    let each = "select duration_ms from cron_task_executions
        where created_at >= '2026-03-02 03:00:00Z' and created_at < '2026-03-02 04:00:00Z' and not is_dry_run
            and duration_ms is not null
        order by 1";
    let each: Vec<i32> = client.query(each, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!((each[0], each.last()), (0, Some(&i32::MAX)));
    assert_eq!(total, each.iter().map(|ms| i64::from(*ms)).sum::<i64>());
    let as_counted = counted.iter().zip(&times).flat_map(|(ms, times)| std::iter::repeat_n(*ms, *times as usize));
    let as_counted: Vec<_> = as_counted.collect();
    assert_eq!(as_counted.len(), each.len());
    for (counted, exactly) in as_counted.iter().zip(&each) {
        let apart = (i64::from(*counted) - i64::from(*exactly)).abs();
        assert!(if *exactly < 64 { apart == 0 } else { apart * 64 <= i64::from(*exactly) }, "{counted} for {exactly}");
    }
    assert!(counted.len() < 64 + 32 * 25 + 1, "32 to each doubling, and no more: {}", counted.len());
}

#[tokio::test]
async fn where_nothing_was_executed_statistics_are_empty() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Even(quick()))).await;
    app.prepare().await.unwrap();
    for task in [None, Some("even")] {
        let stats = app.repository().stats(Period::Month, task).await.unwrap();
        assert_eq!((stats.overview.executions, stats.overview.success_rate), (0, None));
        assert_eq!(
            (stats.performance.median_ms, stats.performance.mean_ms, stats.performance.max_ms),
            (None, None, None)
        );
        assert!(stats.performance.slowest.is_empty() && stats.errors.tasks.is_empty() && stats.trends.is_empty());
        // From the beginning of its first day on.
        assert_eq!(stats.to - stats.from, chrono::TimeDelta::hours(30 * 24 + 12));
    }
}
