//! Deliveries of one cron: late, twice, at the same time, and with too little time.

use std::collections::BTreeSet;
use std::net::TcpListener;

use downbeat::testing::database::TestDatabase;
use serde_json::{Value, json};
use tokio_postgres::Client;

use super::instance::{Instance, TOKEN, bearer};
use crate::hosts::request::Answer;
use crate::support::{connect, database, until};

/// Makes a slot of that task due, as if no pulse had come for a minute; the calendar has none nearby.
async fn make_due(client: &Client, task: &str) {
    let due = "
        update cron_tasks
        set schedule = '0 0 1 1 *', next_execution_at = t.slot, due_at = t.slot
        from (select clock_timestamp() - interval '1 minute' as slot) as t
        where name = $1";
    assert_eq!(client.execute(due, &[&task]).await.expect("an update"), 1);
}

/// Instances that know the tasks already, whose definitions they would otherwise write anew.
async fn two_instances(database: &TestDatabase) -> (Instance, Instance) {
    let (mut one, mut other) = (Instance::of(database, &[]).await, Instance::of(database, &[]).await);
    one.pulse("fra1::first").await;
    other.pulse("fra1::second").await;
    calm(&connect(database.config()).await).await;
    (one, other)
}

/// Turns off what comes due each minute by itself.
async fn calm(client: &Client) {
    let calm = "update cron_tasks set enabled = false where name = 'database-health'";
    client.batch_execute(calm).await.expect("an update");
}

async fn count(client: &Client, query: &str) -> i64 {
    client.query_one(query, &[]).await.expect("a count").get(0)
}

/// What it tells of executions that ran.
fn ran(answer: &Answer) -> Vec<String> {
    let report = &answer.json()["data"]["results"];
    let results = report.as_array().unwrap_or_else(|| panic!("{answer:?}"));
    results.iter().filter_map(|result| result["execution_id"].as_str()).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_repeated_delivery_gets_the_first_one_s_summary_from_whatever_instance() {
    let database = database().await;
    let (mut one, mut other) = two_instances(&database).await;
    let client = connect(database.config()).await;
    let pulses = count(&client, "select count(*) from pulse_executions").await;
    make_due(&client, "http-check").await;

    let first = one.pulse("fra1::a-1").await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (200, None), "{first:?}");
    assert_eq!(ran(&first).len(), 1, "{first:?}");
    // What has come due meanwhile is for the next pulse.
    make_due(&client, "prune-history").await;
    for instance in [&mut one, &mut other] {
        let again = instance.pulse("fra1::a-1").await;
        assert_eq!((again.status, again.header("idempotency-replayed")), (200, Some("true")), "{again:?}");
        assert_eq!(told(&again), told(&first));
    }
    let more = count(&client, "select count(*) from pulse_executions").await - pulses;
    assert_eq!(more, 1, "a repeat is no pulse");

    let next = other.pulse("fra1::a-2").await;
    assert_eq!((next.header("idempotency-replayed"), ran(&next).len()), (None, 1), "{next:?}");
}

/// A summary, but for how long it took to the millisecond, which is recorded a moment later than it is told.
fn told(answer: &Answer) -> Value {
    let mut report = answer.json();
    report["data"]["duration_ms"] = Value::Null;
    report
}

#[tokio::test]
async fn a_dry_run_is_answered_anew_each_time() {
    let database = database().await;
    let mut instance = Instance::of(&database, &[]).await;
    let headers = [("authorization", &*bearer(TOKEN)), ("x-vercel-id", "fra1::a-1")];
    for _ in 0..2 {
        let answer = instance.invoke("GET", "/api/pulse?dry_run=true", &headers).await;
        assert_eq!((answer.status, answer.header("idempotency-replayed")), (200, None), "{answer:?}");
    }
}

#[tokio::test]
async fn of_overlapping_deliveries_each_is_answered_and_each_slot_is_run_once() {
    let database = database().await;
    let (mut one, mut other) = two_instances(&database).await;
    let client = connect(database.config()).await;
    for round in 0..3 {
        make_due(&client, "http-check").await;
        make_due(&client, "prune-history").await;
        let before = count(&client, RAN).await;

        // The same delivery to both, and others beside it.
        let ids = [0, 0, 1, 2].map(|n| format!("fra1::{round}-{n}"));
        let to_one: Vec<_> = ids.iter().map(|id| one.deliver(id)).collect();
        let to_other: Vec<_> = ids.iter().map(|id| other.deliver(id)).collect();
        let requests = |invocations: &[super::instance::Invocation]| -> Vec<u64> {
            invocations.iter().map(|invocation| invocation.request).collect()
        };
        let (of_one, of_other) = (requests(&to_one), requests(&to_other));
        let mut executions = Vec::new();
        for invocation in to_one.into_iter().chain(to_other) {
            let answer = invocation.answer().await;
            assert_eq!(answer.status, 200, "{answer:?}");
            if answer.header("idempotency-replayed").is_none() {
                executions.extend(ran(&answer));
            }
        }
        one.end_of(of_one).await;
        other.end_of(of_other).await;

        let different: BTreeSet<_> = executions.iter().collect();
        assert_eq!(different.len(), executions.len(), "told by one each");
        assert_eq!(count(&client, RAN).await - before, i64::try_from(executions.len()).expect("few"));
        assert!(executions.len() >= 2, "both tasks were due: {executions:?}");
    }
}

const RAN: &str = "select count(*) from cron_task_executions where status = 'COMPLETED'";

#[tokio::test]
async fn a_pulse_whose_budget_is_spent_says_so_and_the_next_goes_on() {
    let database = database().await;
    let mut instance = Instance::of(&database, &[("PULSE_BUDGET", "2s")]).await;
    let client = connect(database.config()).await;
    // Connections are taken, and nobody answers.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    watch(&mut instance, &silent).await;
    calm(&client).await;
    make_due(&client, "http-check").await;

    let spent = instance.pulse("fra1::a-1").await;
    let report = &spent.json()["data"];
    assert_eq!((spent.status, &report["budget_spent"]), (200, &json!(true)), "{spent:?}");
    assert_eq!(report["results"][0]["error"]["code"], "interrupted", "{spent:?}");
    let waits = "select count(*) from cron_task_executions where status = 'PENDING' and attempt = 2";
    assert_eq!(count(&client, waits).await, 1, "it is queued again");
    let again = instance.pulse("fra1::a-1").await;
    assert_eq!((again.header("idempotency-replayed"), told(&again)), (Some("true"), told(&spent)));

    drop(silent);
    // Whoever interrupted it lets some time pass before it is tried again.
    let mut pulses = 0;
    until(async || {
        pulses += 1;
        let next = instance.pulse(&format!("fra1::b-{pulses}")).await;
        ran(&next).len() == 1
    })
    .await;
    let ended = "select count(*) from cron_task_executions where attempt = 2 and status not in ('PENDING', 'RUNNING')";
    assert_eq!(count(&client, ended).await, 1);
}

/// Has `http-check` ask there.
async fn watch(instance: &mut Instance, listener: &TcpListener) {
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let change = json!({ "config": { "targets": [{ "url": url, "timeout_ms": 60_000 }] } }).to_string();
    let headers = [("authorization", &*bearer(TOKEN)), ("content-type", "application/json")];
    let changed = instance.invoke_with("PATCH", "/api/tasks/cron/http-check", &headers, &change).await;
    assert_eq!(changed.status, 200, "{changed:?}");
}
