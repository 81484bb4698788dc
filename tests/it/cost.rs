//! What an execution costs in statements. They do not depend on the machine, so they are held here and times are not.

use std::time::{Duration, Instant};

use downbeat::config::Config;
use downbeat::model::Status;
use downbeat::task::prelude::*;
use futures_util::future::join_all;
use tokio::time::sleep;

use crate::minutely::minutely;
use crate::support::{Gate, Pulsing, Worker, World, history, pulse, task, until};

task!(Long = "long" { schedule: Schedule::Cron("* * * * *"), priority: Priority::Critical });

#[tokio::test]
async fn a_hundred_executions_cost_a_handful_of_statements() {
    const TASKS: usize = 100;
    const SLOTS: usize = 10;
    let world = World::new().await;
    let app = world.app(minutely(TASKS)).await;
    pulse(&app).await;
    world.set("12:10:00");

    let before = app.repository().statements_sent();
    let report = pulse(&app).await;
    let sent = app.repository().statements_sent() - before;

    assert_eq!(report.results.len(), TASKS * SLOTS);
    let executions = history(&app, "minutely-7").await;
    assert!(executions.iter().all(|execution| execution.status == Status::Completed));
    assert_eq!(executions.len(), SLOTS);
    // Each round of a hundred takes one look, one claim, and one or two records of how they ended: forty in all. Some rounds are
    // smaller, and on a busy machine many are: what ends late goes with the next. One by one it would be three each.
    let each = sent as f64 / (TASKS * SLOTS) as f64;
    assert!(each <= 0.2, "{sent} statements for {} executions are {each} each", TASKS * SLOTS);
}

#[tokio::test]
async fn a_pulse_with_nothing_due_costs_three_statements() {
    let world = World::new().await;
    let app = world.app(minutely(3)).await;
    pulse(&app).await;

    let before = app.repository().statements_sent();
    assert!(pulse(&app).await.results.is_empty());
    let sent = app.repository().statements_sent() - before;

    assert_eq!(sent, 3);
}

#[tokio::test]
async fn pulses_at_once_in_one_process_share_what_they_see() {
    const PULSES: u64 = 20;
    let world = World::new().await;
    let app = world.app(minutely(3)).await;
    pulse(&app).await;

    let before = app.repository().statements_sent();
    let reports = join_all((0..PULSES).map(|_| pulse(&app))).await;
    let sent = app.repository().statements_sent() - before;

    assert!(reports.iter().all(|report| report.results.is_empty()));
    // The first looks for the dead and for work, and then one of those who came meanwhile does for all of these. Each is recorded.
    assert_eq!(sent, 2 * 2 + PULSES);
}

#[tokio::test]
async fn a_pulse_that_has_no_room_asks_nothing() {
    let world = World::new().await;
    let (heartbeat_interval, lease) = (Duration::from_secs(600), Duration::from_secs(3_600));
    let config = Config { concurrency: 1, heartbeat_interval, lease, ..world.config.clone() };
    let gate = Gate::closed();
    let app = world.app_with(config, minutely(3).cron(Long(gate.script()))).await;
    world.set("12:10:00");

    let before = app.repository().statements_sent();
    let pulsing = Pulsing::begin(&app);
    gate.somebody().await;
    // Who is to ask once more would have done so by then.
    sleep(Duration::from_millis(300)).await;
    let sent = app.repository().statements_sent() - before;
    // It begins, looks and claims. A sixth would be a look with no room for what it finds.
    assert_eq!(sent, 5);
    gate.open(1_000);
    pulsing.end().await;
}

#[tokio::test]
async fn executions_that_follow_each_other_cost_three_statements_each() {
    const SLOTS: u64 = 20;
    let world = World::new().await;
    let (heartbeat_interval, lease) = (Duration::from_secs(600), Duration::from_secs(3_600));
    let config = Config { concurrency: 1, heartbeat_interval, lease, ..world.config.clone() };
    let app = world.app_with(config, minutely(1)).await;
    let client = world.client().await;
    let worker = Worker::start(&app).await;

    let (before, begun) = (app.repository().statements_sent(), Instant::now());
    world.set("12:20:00");
    let completed = "select count(*) from cron_task_executions where status = 'COMPLETED'";
    until(async || client.query_one(completed, &[]).await.unwrap().get::<_, i64>(0) == SLOTS as i64).await;
    let sent = app.repository().statements_sent() - before;

    // A look, a claim and a record each, a few for beginning and for finding nothing more, and one a second at the most to look
    // for the dead. A heartbeat for each, because the worker is idle for a moment, would be twenty more.
    let others = sent.saturating_sub(3 * SLOTS + begun.elapsed().as_secs());
    assert!(sent >= 3 * SLOTS && others < 10, "{sent} statements for {SLOTS} executions");
    worker.stop().await;
}

#[tokio::test]
async fn one_claim_begins_128_at_the_most_or_a_quarter_of_what_may_run_at_once() {
    for (concurrency, expected) in [(500, vec![128, 128, 44]), (800, vec![200, 100])] {
        let world = World::new().await;
        let config = Config { concurrency, ..world.config.clone() };
        let app = world.app_with(config, minutely(300)).await;
        world.set("12:01:00");
        assert_eq!(pulse(&app).await.results.len(), 300);

        let client = world.client().await;
        let begun = "select cardinality(executions) from task_events where kind = 'execution.started' order by id";
        let begun: Vec<i32> = client.query(begun, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
        assert_eq!(begun, expected, "with {concurrency}");
    }
}
