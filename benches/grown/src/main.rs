//! How long what is asked again and again takes on tables that have grown, beside the same on small ones.

#![allow(clippy::print_stdout, reason = "its report")]
#![allow(clippy::expect_used, reason = "a measurement without its means can only stop")]

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::http::Request;
use clap::Parser;
use downbeat::app::App;
use downbeat::config::Config;
use downbeat::http::{Trusted, router};
use downbeat::runner::PulseRequest;
use downbeat::tasks::prune_history::{self, PruneHistory};
use downbeat::testing;
use downbeat::testing::database::{TestDatabase, TestServer};
use serde_json::{Value, json};
use tokio_postgres::{Client, NoTls};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// How many tasks there are that run.
const DUE: usize = 100;
/// None of them comes due by itself.
const NEVER: &str = "0 0 1 1 *";
/// How many pulses are measured while retention is at work, and without, one a second.
const BESIDE: usize = 30;

/// What is asked by the API, and under which name it is told.
const ASKED: [(&str, &str); 15] = [
    ("history", "/api/tasks/cron/history?limit=50"),
    ("history, far down", ""),
    ("history of a task", "/api/tasks/cron/history?task=grown-7&limit=50"),
    ("history of the task that runs most", "/api/tasks/cron/history?task=grown-1&limit=50"),
    ("history of failures", "/api/tasks/cron/history?status=FAILED&limit=50"),
    ("history of what is rare", "/api/tasks/cron/history?status=TIMEOUT&limit=50"),
    ("history of what never was", "/api/tasks/cron/history?status=BLOCKED&limit=50"),
    ("history of what is rare of a task", "/api/tasks/cron/history?task=grown-1&status=TIMEOUT&limit=50"),
    ("history before a time", ""),
    ("statistics of an hour", "/api/tasks/cron/stats?period=hour"),
    ("statistics of a day", "/api/tasks/cron/stats?period=day"),
    ("statistics of a month", "/api/tasks/cron/stats?period=month"),
    ("statistics of a thousand beside seven thousand", ""),
    ("the queue", "/api/tasks/cron/queue"),
    ("status, with every task", "/api/pulse/status"),
];

/// Measures what is asked again and again on tables that have grown, beside the same on small ones.
///
/// It makes a database of its own, measures, fills it, measures again, and lets retention delete what is old. It prints a
/// table of medians and of what 99 of 100 take, and writes it to grown.json in this folder.
#[derive(Debug, Parser)]
struct Options {
    /// Executions in the history
    #[arg(long, value_name = "N", default_value_t = 5_000_000)]
    executions: u64,
    /// Tasks
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    tasks: u64,
    /// How often each is asked
    #[arg(long, value_name = "N", default_value_t = 100)]
    rounds: usize,
    /// Executions that retention is to delete
    #[arg(long, value_name = "N", default_value_t = 50_000)]
    prune: usize,
}

#[tokio::main]
async fn main() {
    let options = Options::parse();
    let home = std::env::current_dir().expect("a folder").with_file_name("downbeat-postgres-test");
    let database = TestDatabase::migrated(TestServer::from_environment(home)).await;
    let config = Config { database_url: Some(database.url().to_owned().into()), ..Config::default() };
    let registry = bench_tasks::registry(DUE, NEVER).build().expect("a registry");
    let app = App::new(config, registry).expect("an app");
    app.prepare().await.expect("the tables");
    let (client, connection) = database.config().connect(NoTls).await.expect("a connection");
    tokio::spawn(connection);

    // Enough that a page is full.
    fill(&client, 1_000, 10).await;
    let small = measure(&app, &client, options.rounds, "month").await;
    let filled = Instant::now();
    client
        .batch_execute("truncate cron_task_executions, cron_task_hours, pulse_executions, task_runners cascade")
        .await
        .expect("no rows");
    fill(&client, options.executions, options.tasks).await;
    let filled = filled.elapsed();
    let nights = Instant::now();
    // As each night; what is deleted is measured below.
    let keep = prune_history::Config { retention_days: Some(40), ..prune_history::Config::default() };
    testing::run(&PruneHistory, keep, app.repository()).await.expect("the hours are counted");
    let nights = nights.elapsed();
    let grown = measure(&app, &client, options.rounds, "hour").await;

    let count = "select count(*) from cron_task_executions";
    let rows: i64 = client.query_one(count, &[]).await.expect("a number").get(0);
    println!("{rows} executions of {} tasks, filled in {:.0} s", options.tasks, filled.as_secs_f64());
    println!("hours of a month, counted in {:.1} s\n", nights.as_secs_f64());
    println!("| asked, {} times | small, ms: median | p99 | grown, ms: median | p99 | times |", options.rounds);
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    for (name, small) in &small {
        let grown = &grown[name];
        println!(
            "| {} | {:.2} | {:.2} | {:.2} | {:.2} | {:.1} |",
            name.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' '),
            small.median,
            small.p99,
            grown.median,
            grown.p99,
            grown.median / small.median
        );
    }
    let (alone, _) = pulses_beside_retention(&app, &client, false).await;
    let (beside, meanwhile) = pulses_beside_retention(&app, &client, true).await;
    println!(
        "\na pulse with {DUE} tasks due, one a second: {alone}; while retention deletes {meanwhile:.0} rows a second: {beside}"
    );
    let pruned = prune(&app, options.prune).await;
    println!("\nretention: {} rows deleted in {:.1} s, {:.0} a second", pruned.0, pruned.1, pruned.0 as f64 / pruned.1);
    let nothing = Instant::now();
    app.repository().prune_executions(Duration::from_secs(40 * 86_400), 1_000).await.expect("nothing");
    println!("retention with nothing to delete: {:.2} ms", nothing.elapsed().as_secs_f64() * 1e3);
    let report = json!({
        "executions": rows, "tasks": options.tasks, "rounds": options.rounds, "small_ms": told(&small), "grown_ms": told(&grown),
        "alone_ms": alone.json(), "beside_retention_ms": beside.json(), "pruned_rows_a_second_meanwhile": meanwhile,
        "pruned_rows": pruned.0, "pruned_s": pruned.1,
    });
    std::fs::write("grown.json", format!("{report:#}\n")).expect("the report is written");
}

/// What of many samples, in ms.
struct Took {
    median: f64,
    p99: f64,
}

impl Took {
    fn of(mut samples: Vec<f64>) -> Self {
        samples.sort_by(f64::total_cmp);
        let at = |share: usize| samples[(samples.len() * share / 100).min(samples.len() - 1)];
        Self { median: at(50), p99: at(99) }
    }

    fn json(&self) -> Value {
        json!({ "median": self.median, "p99": self.p99 })
    }
}

impl Display for Took {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{:.1} ms at the median, {:.1} for 99 of 100", self.median, self.p99)
    }
}

fn told(table: &BTreeMap<String, Took>) -> Value {
    table.iter().map(|(name, took)| (name.clone(), took.json())).collect::<serde_json::Map<_, _>>().into()
}

async fn fill(client: &Client, executions: u64, tasks: u64) {
    for rows in [include_str!("tasks.sql"), include_str!("fill.sql")] {
        let rows = rows.replace("$executions", &executions.to_string()).replace("$tasks", &tasks.to_string());
        client.batch_execute(&rows).await.expect("rows");
    }
    client.batch_execute("vacuum analyze").await.expect("statistics");
}

/// Each by its name. `some`: a period that has a few thousand executions.
async fn measure(app: &App, client: &Client, rounds: usize, some: &str) -> BTreeMap<String, Took> {
    let far = far_down(app, client).await;
    let before =
        client.query_one("select to_char(now() - interval '20 days', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')", &[]).await;
    let before: String = before.expect("a time").get(0);
    let mut samples: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    // One round first, which fills caches and makes connections.
    for round in 0..=rounds {
        let mut took = |name: String, since: Instant| {
            if round > 0 {
                samples.entry(name).or_default().push(since.elapsed().as_secs_f64() * 1e3);
            }
        };
        let since = Instant::now();
        pulse(app).await;
        took("00 a pulse with nothing due".to_owned(), since);
        for (place, tasks, name) in [(1, 1, "one task"), (2, DUE, "a hundred tasks")] {
            make_due(client, tasks).await;
            let since = Instant::now();
            pulse(app).await;
            took(format!("{place:02} a pulse with {name} due"), since);
        }
        for (place, (name, path)) in ASKED.iter().enumerate() {
            let path = match *name {
                "history, far down" => format!("/api/tasks/cron/history?limit=50&cursor={far}"),
                "statistics of a thousand beside seven thousand" => format!("/api/tasks/cron/stats?period={some}"),
                "history before a time" => format!("/api/tasks/cron/history?limit=50&until={before}"),
                _ => (*path).to_owned(),
            };
            let since = Instant::now();
            asked(app, &path).await;
            took(format!("{:02} {name}", place + 3), since);
        }
    }
    samples.into_iter().map(|(name, samples)| (name, Took::of(samples))).collect()
}

/// A slot that never was, of so many tasks.
async fn make_due(client: &Client, tasks: usize) {
    let due = "update cron_tasks set next_execution_at = now(), due_at = now()
        where name in (select 'task-' || n from generate_series(0, $1::bigint - 1) n)";
    client.execute(due, &[&(tasks as i64)]).await.expect("a slot");
}

/// What a pulse takes with a hundred tasks due, one a second; and how many rows a second retention deleted meanwhile, where it was
/// at work.
async fn pulses_beside_retention(app: &App, client: &Client, with_retention: bool) -> (Took, f64) {
    let over = CancellationToken::new();
    let retention = async {
        let (since, mut rows) = (Instant::now(), 0);
        while with_retention && !over.is_cancelled() {
            let kept = Duration::from_secs(20 * 86_400);
            rows += app.repository().prune_executions(kept, 1_000).await.expect("deleted");
        }
        rows as f64 / since.elapsed().as_secs_f64()
    };
    let pulses = async {
        let (mut samples, mut each) = (Vec::new(), tokio::time::interval(Duration::from_secs(1)));
        for _ in 0..BESIDE {
            each.tick().await;
            make_due(client, DUE).await;
            let since = Instant::now();
            pulse(app).await;
            samples.push(since.elapsed().as_secs_f64() * 1e3);
        }
        over.cancel();
        Took::of(samples)
    };
    tokio::join!(pulses, retention)
}

async fn pulse(app: &App) {
    app.runner().pulse(&PulseRequest::default(), &CancellationToken::new()).await.expect("a pulse");
}

async fn asked(app: &App, path: &str) -> Value {
    let request = Request::get(path).extension(Trusted { actor: "bench".to_owned() }).body(Body::empty());
    let answer = router(app.clone()).oneshot(request.expect("a request")).await.expect("an answer");
    let status = answer.status();
    let body = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
    assert!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&body));
    serde_json::from_slice(&body).expect("JSON")
}

/// The cursor of a page in the middle of the history: that of the first page, with the place of another row in it.
async fn far_down(app: &App, client: &Client) -> String {
    // Some rows on both sides of the middle.
    for _ in 0..4 {
        make_due(client, 1).await;
        pulse(app).await;
    }
    let middle =
        "select to_char(min(created_at) + (max(created_at) - min(created_at)) / 2, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')
        from cron_task_executions";
    let middle: String = client.query_one(middle, &[]).await.expect("a time").get(0);
    let page = asked(app, &format!("/api/tasks/cron/history?limit=1&until={middle}")).await;
    page["data"]["next_cursor"].as_str().expect("there is more").to_owned()
}

/// Deletes executions older than twenty days, as retention does it; how many, and how long it took.
async fn prune(app: &App, most: usize) -> (usize, f64) {
    let (since, mut rows) = (Instant::now(), 0);
    while rows < most {
        let deleted =
            app.repository().prune_executions(Duration::from_secs(20 * 86_400), 1_000).await.expect("deleted");
        rows += deleted;
        if deleted == 0 {
            break;
        }
    }
    (rows, since.elapsed().as_secs_f64())
}
