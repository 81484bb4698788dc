//! The state diagram of an execution in ARCHITECTURE.md: every edge is walked, and none is missing in it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::Method;
use downbeat::app::App;
use downbeat::model::Status;
use downbeat::repository::RunRequest;
use downbeat::runner::PulseRequest;
use downbeat::task::prelude::*;
use downbeat::task::{Registry, TaskError};
use serde_json::{Value, json};

use crate::support::{Gate, Pulsing, Worker, World, asked, at, history, pulse, pulse_with, quick, script, task, until};

const ARCHITECTURE: &str = include_str!("../../ARCHITECTURE.md");

const ONE_RETRY: RetryPolicy = RetryPolicy { retries: Some(1), ..RetryPolicy::DEFAULT };
const HOURLY: Schedule = Schedule::Cron("0 * * * *");

task!(Quick = "quick" { schedule: HOURLY });
task!(Failing = "failing" { schedule: HOURLY, retry: ONE_RETRY });
task!(Child = "child" { schedule: HOURLY, dependencies: &["failing"] });
task!(Endless = "endless" { schedule: HOURLY, timeout: Some(Duration::from_millis(20)), retry: ONE_RETRY });
task!(Gated = "gated" { retry: RetryPolicy::NEVER });
task!(Asked = "asked" { schedule: when!(never) });

async fn never(_: WhenContext) -> TaskResult<bool> {
    Ok(false)
}

async fn post(app: &App, path: &str, body: Value) {
    let (status, answer) = asked(app, "somebody", Method::POST, path, &body).await;
    assert!(status.is_success(), "{path}: {answer}");
}

type Edge = (String, String);

fn edge(from: &str, to: &str) -> Edge {
    (from.to_owned(), to.to_owned())
}

/// The edges of the picture; `*` is its beginning and its end.
fn drawn() -> BTreeSet<Edge> {
    let picture = ARCHITECTURE.split("stateDiagram-v2").nth(1).unwrap().split("```").next().unwrap();
    let state = |text: &str| text.trim().replace("[*]", "*");
    picture
        .lines()
        .filter_map(|line| line.split_once("-->"))
        .map(|(from, rest)| (state(from), state(rest.split(':').next().unwrap())))
        .collect()
}

/// Takes down every change of a row, and every row that follows another.
const OBSERVE: &str = "
    create table walked (origin text not null, target text not null);
    create function observe() returns trigger language plpgsql as $$
    begin
        if tg_op = 'INSERT' then
            insert into walked values (
                coalesce((select status::text from cron_task_executions where id = new.parent_execution_id), '*'),
                new.status::text
            );
        elsif tg_op = 'UPDATE' then
            if new.status <> old.status then insert into walked values (old.status::text, new.status::text); end if;
        else
            insert into walked values (old.status::text, '*');
        end if;
        return null;
    end $$;
    create trigger observe after insert or update or delete on cron_task_executions
        for each row execute function observe();";

async fn walked(world: &World) -> BTreeSet<Edge> {
    let client = world.client().await;
    let rows = client.query("select distinct origin, target from walked", &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn an_execution_walks_the_edges_of_the_diagram_and_no_others() {
    let world = World::new().await;
    world.client().await.batch_execute(OBSERVE).await.unwrap();
    let gate = Gate::closed();
    let fails = Arc::new(AtomicUsize::new(0));
    let counted = fails.clone();
    let tasks = move || {
        let fails = counted.clone();
        let failing = script(move |_| {
            let first = fails.fetch_add(1, Ordering::SeqCst) == 0;
            async move {
                let error = TaskError::execution("no", "no");
                Err::<Value, _>(if first { error } else { error.never_retried() })
            }
        });
        Registry::builder()
            .cron(Quick(quick()))
            .cron(Failing(failing))
            .cron(Child(quick()))
            .cron(Endless(script(async |_| std::future::pending().await)))
            .cron(Gated(gate.script()))
            .cron(Asked(quick()))
    };
    let (app, other) = (world.app(tasks()).await, world.app(tasks()).await);

    a_slot_is_decided(&world, &app).await;
    somebody_asks_again(&world, &app).await;
    a_host_interrupts(&app).await;
    somebody_cancels(&app).await;
    a_runner_is_lost(&world, &app, &other).await;

    assert_eq!(walked(&world).await, drawn());
}

/// Slots that run, fail, time out, are asked for in vain, and block.
async fn a_slot_is_decided(world: &World, app: &App) {
    post(app, "/api/tasks/cron/quick/pause", json!({ "until": at("13:30:00") })).await;
    world.set("13:00:00");
    pulse(app).await;
    assert!(walked(world).await.contains(&edge("*", "SKIPPED")));
    assert!(walked(world).await.contains(&edge("RUNNING", "*")), "the schedule function said no");
    // The second attempts, after their back-off.
    world.set("13:00:30");
    pulse(app).await;
    assert_eq!(history(app, "child").await[0].status, Status::Blocked);
    assert!(walked(world).await.contains(&edge("TIMEOUT", "PENDING")));
    world.set("14:00:00");
    pulse(app).await;
    assert!(walked(world).await.contains(&edge("RUNNING", "COMPLETED")));
}

/// Executions that ended are retried by hand, whatever they ended as.
async fn somebody_asks_again(world: &World, app: &App) {
    let quick = history(app, "quick").await;
    for ended in [&quick[0], quick.last().unwrap(), &history(app, "child").await[0]] {
        post(app, &format!("/api/executions/{}/retry", ended.id), Value::Null).await;
    }
    pulse(app).await;
    for status in ["SKIPPED", "COMPLETED", "BLOCKED"] {
        assert!(walked(world).await.contains(&edge(status, "PENDING")), "{status}");
    }
}

async fn run_gated(app: &App) {
    app.runner().enqueue(&RunRequest { task: "gated".to_owned(), ..RunRequest::default() }).await.unwrap();
}

async fn a_host_interrupts(app: &App) {
    run_gated(app).await;
    let budget = Some(Duration::from_millis(300));
    pulse_with(app, PulseRequest { budget, ..PulseRequest::default() }).await;
    let executions = history(app, "gated").await;
    assert_eq!((executions[0].status, executions[1].status), (Status::Cancelled, Status::Pending));
}

/// What waits to begin, what waits for another attempt, and what runs.
async fn somebody_cancels(app: &App) {
    run_gated(app).await;
    for waits in &history(app, "gated").await[1..] {
        post(app, &format!("/api/executions/{}/cancel", waits.id), Value::Null).await;
    }
    run_gated(app).await;
    let worker = Worker::start(app).await;
    until(async || history(app, "gated").await[3].status == Status::Running).await;
    let runs = history(app, "gated").await[3].id;
    post(app, &format!("/api/executions/{runs}/cancel"), Value::Null).await;
    until(async || history(app, "gated").await[3].status == Status::Cancelled).await;
    worker.stop().await;
}

/// Its last attempt: it is only undone.
async fn a_runner_is_lost(world: &World, app: &App, other: &App) {
    run_gated(app).await;
    let dying = Pulsing::begin(app);
    until(async || history(other, "gated").await[4].status == Status::Running).await;
    dying.die().await;
    world.clock.advance(Duration::from_secs(120));
    pulse(other).await;
    assert_eq!(history(other, "gated").await[4].status, Status::Failed);
}
