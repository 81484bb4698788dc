//! What is next: what runs, what waits and why, and the slots to come.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use downbeat::app::App;
use downbeat::task::prelude::*;
use downbeat::task::{Overlap, Registry, TaskError};
use serde_json::{Value, json};

use crate::support::{Gate, World, asked, pulse, quick, script, task, until};

const HOURLY: Schedule = Schedule::Cron("0 * * * *");

task!(Top = "top" { schedule: HOURLY, tags: &["scarce"], priority: Priority::High });
task!(Child = "child" { schedule: HOURLY, dependencies: &["top"] });
task!(Scarce = "scarce" { schedule: HOURLY, tags: &["scarce"], overlap: Overlap::QueueOne, priority: Priority::Low });
task!(Again = "again" { schedule: HOURLY, retry: RetryPolicy { retries: Some(1), ..RetryPolicy::DEFAULT } });
task!(Urgent = "urgent" { schedule: Schedule::Cron("30 13 * * *"), priority: Priority::Critical, timezone: "Europe/Berlin" });
task!(Daily = "daily" { schedule: Schedule::Cron("0 0 * * *") });

async fn queue(app: &App, query: &str) -> Value {
    let path = format!("/api/tasks/cron/queue{query}");
    let (status, answer) = asked(app, "anna", Method::GET, &path, &Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer["data"].clone()
}

/// The names of tasks in a part of it, in order.
fn tasks(queue: &Value, part: &str) -> Vec<String> {
    let entries = queue[part].as_array().expect("a list");
    entries.iter().map(|entry| entry["task_name"].as_str().expect("a name").to_owned()).collect()
}

fn waiting(queue: &Value, task: &str) -> Value {
    let entries = queue["waiting"].as_array().expect("a list");
    entries.iter().find(|entry| entry["task_name"] == task).unwrap_or_else(|| panic!("{task}: {queue}")).clone()
}

#[tokio::test]
async fn the_next_slot_of_each_task_is_told_in_order() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Daily(quick())).cron(Urgent(quick())).cron(Top(quick()))).await;

    let told = queue(&app, "").await;

    assert_eq!(tasks(&told, "upcoming"), ["urgent", "top", "daily"]);
    let first = &told["upcoming"][0];
    assert_eq!(first["scheduled_for"], "2026-03-02T12:30:00Z", "half past one in Berlin");
    assert_eq!((&first["timezone"], &first["priority"]), (&json!("Europe/Berlin"), &json!("CRITICAL")));
    assert_eq!((&told["running"], &told["waiting"], &told["has_more"]), (&json!([]), &json!([]), &json!(false)));

    let told = queue(&app, "?limit=2").await;
    assert_eq!(
        (tasks(&told, "upcoming"), &told["has_more"]),
        (vec!["urgent".to_owned(), "top".to_owned()], &json!(true))
    );
}

#[tokio::test]
async fn what_runs_is_told_and_why_others_wait_for_it() {
    let world = World::new().await;
    let gate = Gate::closed();
    let tasks_of = Registry::builder().cron(Top(gate.script())).cron(Child(quick())).cron(Scarce(quick()));
    let app = world.app(tasks_of.limit("scarce", 1)).await;
    world.set("13:00:00");
    let before = queue(&app, "").await;
    assert_eq!(waiting(&before, "top")["reason"], "runner", "it is due, and nobody has looked yet");
    assert_eq!(waiting(&before, "top")["execution_id"], Value::Null);

    let running = tokio::spawn({
        let app = app.clone();
        async move { pulse(&app).await }
    });
    gate.somebody().await;
    until(async || queue(&app, "").await["waiting"].as_array().is_some_and(|all| all.len() == 2)).await;

    let told = queue(&app, "").await;
    assert_eq!(tasks(&told, "running"), ["top"]);
    assert_eq!(told["running"][0]["attempt"], 1);
    let child = waiting(&told, "child");
    assert_eq!((&child["reason"], &child["waits_for"]), (&json!("dependency"), &json!(["top"])));
    let scarce = waiting(&told, "scarce");
    assert_eq!((&scarce["reason"], &scarce["waits_for"]), (&json!("limit"), &json!(["scarce"])));

    // Somebody asks for the one that runs: it waits for itself.
    let sql = "insert into cron_task_executions (id, task_id, task_name, scheduled_for, attempt, max_attempts, status,
        priority, available_at, config, triggered_by, is_manual, created_at)
      select gen_random_uuid(), id, name, $1, 1, 1, 'PENDING', priority, $1, '{}', 'manual', true, $1
      from cron_tasks where name = 'top'";
    world.client().await.execute(sql, &[&crate::support::at("12:59:00")]).await.expect("one more");
    assert_eq!(waiting(&queue(&app, "").await, "top")["reason"], "previous_instance");

    gate.open(2);
    running.await.expect("the pulse ends");
}

#[tokio::test]
async fn a_retry_waits_for_its_time_and_an_operator_for_nobody() {
    let world = World::new().await;
    let fails = script(async |_| Err(TaskError::execution("no", "no").retry_after(Duration::from_secs(600))));
    let app = world.app(Registry::builder().cron(Again(fails)).cron(Top(quick()))).await;
    world.set("13:00:00");
    pulse(&app).await;

    let again = waiting(&queue(&app, "").await, "again");
    assert_eq!((&again["reason"], &again["attempt"], &again["max_attempts"]), (&json!("time"), &json!(2), &json!(2)));
    assert_eq!(again["until"], again["available_at"]);

    world.set("13:20:00");
    assert_eq!(waiting(&queue(&app, "").await, "again")["reason"], "runner");

    let pause = json!({ "until": "2026-03-02T18:00:00Z" });
    asked(&app, "anna", Method::POST, "/api/runner/pause", &pause).await;
    let again = waiting(&queue(&app, "").await, "again");
    assert_eq!((&again["reason"], &again["until"]), (&json!("maintenance"), &json!("2026-03-02T18:00:00Z")));
    asked(&app, "anna", Method::POST, "/api/runner/resume", &json!({})).await;

    asked(&app, "anna", Method::POST, "/api/tasks/cron/again/pause", &json!({})).await;
    let told = queue(&app, "").await;
    assert_eq!(
        (&waiting(&told, "again")["reason"], &waiting(&told, "again")["until"]),
        (&json!("paused"), &Value::Null)
    );
    let slot = told["upcoming"].as_array().expect("a list").iter().find(|slot| slot["task_name"] == "again");
    assert_eq!(slot.expect("a slot")["is_paused"], true, "its next slot is skipped");
    asked(&app, "anna", Method::POST, "/api/tasks/cron/again/resume", &json!({})).await;

    asked(&app, "anna", Method::PATCH, "/api/tasks/cron/again", &json!({ "enabled": false })).await;
    let told = queue(&app, "").await;
    assert_eq!(waiting(&told, "again")["reason"], "disabled");
    assert_eq!(tasks(&told, "upcoming"), ["top"]);
}

#[tokio::test]
async fn a_limit_out_of_range_is_refused() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Top(quick()))).await;
    for limit in ["0", "1001", "many"] {
        let path = format!("/api/tasks/cron/queue?limit={limit}");
        let (status, answer) = asked(&app, "anna", Method::GET, &path, &Value::Null).await;
        assert_eq!((status, &answer["success"]), (StatusCode::BAD_REQUEST, &json!(false)), "{answer}");
    }
}

#[tokio::test]
async fn of_a_hundred_thousand_queued_ones_so_many_are_read_as_are_asked_for() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Top(quick())).cron(Daily(quick()))).await;
    let client = world.client().await;
    let sql = "insert into cron_task_executions (id, task_id, task_name, scheduled_for, attempt, max_attempts, status,
        priority, available_at, config, triggered_by, is_manual, created_at)
      select gen_random_uuid(), t.id, t.name, $1::timestamptz + n * interval '1 second', 1, 1, 'PENDING', t.priority,
        $1::timestamptz + n * interval '1 second', '{}', 'manual', true, $1
      from cron_tasks t, generate_series(1, 100000) n
      where t.name = 'daily'";
    client.execute(sql, &[&crate::support::at("13:00:00")]).await.expect("many");
    client.batch_execute("analyze cron_task_executions").await.expect("statistics");
    let statement = include_str!("../../shared/src/repository/sql/list_queue.sql");
    let literal =
        statement.replace("$1", "'2026-03-02 12:00:00Z'::timestamptz").replace("$2", "21").replace("$3", "true");
    let plan = client.query(&format!("explain (format json) {literal}"), &[]).await.expect("a plan");
    let plan: Value = plan[0].get(0);

    assert!(!plan.to_string().contains(r#""Node Type":"Seq Scan","Parent Relationship":"Outer","Parallel Aware":false,"Async Capable":false,"Relation Name":"cron_task_executions""#), "{plan:#}");
    assert!(plan.to_string().contains("cron_task_executions_queue"), "{plan:#}");

    let told = queue(&app, "?limit=3").await;
    assert_eq!((tasks(&told, "waiting").len(), &told["has_more"]), (3, &json!(true)));
}
