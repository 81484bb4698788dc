//! Statistics tell what PostgreSQL's own aggregates say of the same executions.

use chrono::{DateTime, Utc};
use downbeat::repository::Period;
use downbeat::task::Registry;
use downbeat::task::prelude::*;
use serde_json::{Value, json};

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
    join cron_tasks t on t.name = case when n % 3 = 0 then 'odd' else 'even' end;";

/// The same told by other means.
const TOLD: &str = "
    with those as (
        select * from cron_task_executions e
        where not is_dry_run and created_at <= '2026-03-02 12:00:00Z' and created_at > '2026-03-01 12:00:00Z'
            and ($1::text is null or task_name = $1)
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
            (select json_agg(json_build_array(name, n, mean, longest) order by mean desc) from (
                select task_name as name, count(duration_ms) as n, avg(duration_ms)::double precision as mean,
                    max(duration_ms) as longest
                from those group by 1) s) as slowest,
            (select json_object_agg(error_kind, n) from (
                select error_kind, count(*) as n from those where status in ('FAILED', 'TIMEOUT') group by 1) k) as by_kind,
            (select json_agg(json_build_array(task_name, failed, said) order by failed desc, task_name) from (
                select task_name, count(*) as failed, (array_agg(error ->> 'message' order by created_at desc))[1] as said
                from those where status in ('FAILED', 'TIMEOUT') group by 1) f) as failing,
            (select json_agg(json_build_array(at, n, completed, failed, mean) order by at) from (
                select date_trunc('hour', created_at, 'UTC') as at, count(*) as n,
                    count(*) filter (where status = 'COMPLETED') as completed,
                    count(*) filter (where status in ('FAILED', 'TIMEOUT')) as failed,
                    avg(duration_ms)::double precision as mean
                from those group by 1) b) as trend
        from those
    ) as t";

/// Numbers that were computed in another order.
#[track_caller]
fn same(ours: Option<f64>, told: &Value) {
    let (ours, told) = (ours.expect("there are durations"), told.as_f64().expect("a number"));
    assert!((ours - told).abs() < 1e-9 * told.max(1.0), "{ours} and {told}");
}

#[tokio::test]
async fn statistics_are_what_the_servers_own_aggregates_say() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Even(quick())).cron(Odd(quick()))).await;
    app.prepare().await.unwrap();
    let client = world.client().await;
    client.batch_execute(EXECUTIONS).await.unwrap();
    for task in [None, Some("odd")] {
        let told: Value = client.query_one(TOLD, &[&task]).await.unwrap().get(0);
        let stats = app.repository().stats(Period::Day, task).await.unwrap();

        let overview = &stats.overview;
        assert_eq!(told["executions"], overview.executions);
        assert!(overview.executions > 300, "else this says little");
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
        same(performance.mean_ms, &told["mean_ms"]);
        same(performance.median_ms, &told["median_ms"]);
        same(performance.p95_ms, &told["p95_ms"]);
        let slowest = told["slowest"].as_array().unwrap();
        assert_eq!(slowest.len(), performance.slowest.len());
        for (slow, told) in performance.slowest.iter().zip(slowest) {
            assert_eq!(json!([slow.task_name, slow.executions, slow.max_ms]), json!([told[0], told[1], told[3]]));
            same(Some(slow.mean_ms), &told[2]);
        }

        assert_eq!(told["by_kind"], json!(stats.errors.by_kind));
        let failing = stats.errors.tasks.iter();
        let failing: Vec<_> = failing.map(|task| (&task.task_name, task.failed, &task.last_message)).collect();
        assert_eq!(told["failing"], json!(failing));

        let trend = told["trend"].as_array().unwrap();
        assert_eq!(trend.len(), stats.trends.len());
        for (step, told) in stats.trends.iter().zip(trend) {
            assert_eq!(step.at, told[0].as_str().unwrap().parse::<DateTime<Utc>>().unwrap());
            assert_eq!(json!([step.executions, step.completed, step.failed]), json!(told.as_array().unwrap()[1..4]));
            same(step.mean_ms, &told[4]);
        }
    }
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
        assert_eq!(stats.to - stats.from, chrono::TimeDelta::days(30));
    }
}
