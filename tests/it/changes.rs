//! What operators change at run time, through the API that every host serves.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use chrono::TimeDelta;
use downbeat::app::App;
use downbeat::config::Config;
use downbeat::http::router;
use downbeat::model::{Environment, Priority, Status, TaskType};
use downbeat::repository::RunRequest;
use downbeat::task::Registry;
use downbeat::task::prelude::*;
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use crate::support::{Worker, World, asked, at, history, pulse, quick, script, task, until};

/// A task with settings of its own that refuses some.
struct Sweep;

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct SweepConfig {
    keep: u32,
    folder: String,
}

impl Default for SweepConfig {
    fn default() -> Self {
        Self { keep: 30, folder: "old".to_owned() }
    }
}

impl CronTask for Sweep {
    type Config = SweepConfig;
    type Report = u32;

    const DEFINITION: CronTaskDefinition =
        CronTaskDefinition { schedule: Schedule::Cron("0 * * * *"), ..CronTaskDefinition::new("sweep") };

    async fn validate(&self, config: &SweepConfig) -> Result<(), Refusal> {
        if config.keep == 0 { Err(Refusal::new("keep", "at least one")) } else { Ok(()) }
    }

    async fn execute(&self, cx: TaskContext<SweepConfig>) -> TaskResult<u32> {
        Ok(cx.config.keep)
    }
}

mod later {
    use super::*;
    task!(Sweep = "sweep" {
        schedule: Schedule::Cron("*/5 * * * *"),
        priority: Priority::High,
        timeout: Some(Duration::from_secs(7)),
    });

    pub(super) fn sweep() -> impl CronTask {
        Sweep(quick())
    }
}

task!(Spread = "spread" { schedule: Schedule::Cron("0 * * * *"), start_jitter: Duration::from_secs(60) });
task!(Failing = "failing" { schedule: Schedule::Cron("0 * * * *"), retry: RetryPolicy::NEVER });

async fn set(app: &App, body: Value) -> Value {
    let (status, answer) = asked(app, "anna", Method::PATCH, "/api/tasks/cron/sweep", &body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer["data"].clone()
}

async fn post(app: &App, path: &str, body: Value) -> (StatusCode, Value) {
    asked(app, "anna", Method::POST, path, &body).await
}

async fn world() -> (World, App) {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Sweep)).await;
    (world, app)
}

#[tokio::test]
async fn what_is_set_is_in_force_at_once_and_starts_its_slots_from_now() {
    let (world, app) = world().await;
    world.set("12:10:00");
    let answer = set(
        &app,
        json!({
            "schedule": "15 * * * *", "timezone": "Asia/Kathmandu", "timeout": 5000, "retries": 0, "retry_delay": 10,
            "priority": "high", "config": { "keep": 7 }, "catch_up": "skip", "overlap": "queue-all", "overlap_limit": 3,
            "not_before": "2026-03-02T13:30:00+01:00",
        }),
    )
    .await;
    assert_eq!(answer["before"]["schedule"], "0 * * * *");
    assert_eq!(
        (&answer["before"]["config"], &answer["after"]["config"]),
        (&json!({ "keep": 30 }), &json!({ "keep": 7 }))
    );
    let task = app.repository().cron_task("sweep").await.unwrap().unwrap();
    // A quarter past in Kathmandu, which is 5:45 ahead, is half past here; and that is the first instant allowed.
    assert_eq!((task.next_execution_at, task.due_at), (Some(at("12:30:00")), Some(at("12:30:00"))));
    assert_eq!((task.timeout, task.retries, task.priority), (5000, 0, Priority::High));
    assert_eq!(task.config, json!({ "keep": 7, "folder": "old" }));
    world.set("12:30:00");
    pulse(&app).await;
    assert_eq!(history(&app, "sweep").await[0].result, Some(json!(7)));

    set(&app, json!({ "enabled": false })).await;
    world.set("14:30:00");
    pulse(&app).await;
    set(&app, json!({ "enabled": true })).await;
    let task = app.repository().cron_task("sweep").await.unwrap().unwrap();
    assert_eq!(task.next_execution_at, Some(at("15:30:00")), "what passed while it was off is not made up for");
    assert_eq!(history(&app, "sweep").await.len(), 1);
}

#[tokio::test]
async fn a_worker_that_sleeps_until_the_next_hour_follows_a_change_at_once() {
    let (world, app) = world().await;
    let elsewhere = world.app(Registry::builder().cron(Sweep)).await;
    let worker = Worker::start(&app).await;
    set(&elsewhere, json!({ "schedule": "* * * * *", "config": { "keep": 7 } })).await;
    world.set("12:01:00");
    let ran = until(async || history(&app, "sweep").await.iter().any(|e| e.status == Status::Completed));
    // Long before it would look by itself.
    tokio::time::timeout(Duration::from_secs(20), ran).await.unwrap();
    assert_eq!(history(&app, "sweep").await[0].result, Some(json!(7)));
    worker.stop().await;
}

#[tokio::test]
async fn what_leaves_the_slots_alone_moves_none() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Spread(quick()))).await;
    world.set("13:30:00");
    let patch = async |body| {
        let (status, answer) = asked(&app, "anna", Method::PATCH, "/api/tasks/cron/spread", &body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        app.repository().cron_task("spread").await.unwrap().unwrap()
    };
    let task = patch(json!({ "timeout": 10 })).await;
    assert_eq!(task.next_execution_at, Some(at("13:00:00")), "it is due and still to be decided");
    let task = patch(json!({ "start_jitter": 1 })).await;
    assert_eq!((task.next_execution_at, task.due_at), (Some(at("13:00:00")), Some(at("13:00:00"))));
    let task = patch(json!({ "start_jitter": null })).await;
    assert!(task.due_at.unwrap() - at("13:00:00") > TimeDelta::zero(), "{:?}", task.due_at);
}

#[tokio::test]
async fn what_is_set_survives_a_new_version_of_the_code_and_reset_returns_to_that() {
    let (world, app) = world().await;
    set(&app, json!({ "schedule": "15 * * * *", "priority": "LOW", "timeout": 5000 })).await;
    set(&app, json!({ "timeout": null })).await;
    let app = world.app(Registry::builder().cron(later::sweep())).await;
    let task = app.repository().cron_task("sweep").await.unwrap().unwrap();
    assert_eq!((task.schedule.as_deref(), task.priority, task.timeout), (Some("15 * * * *"), Priority::Low, 7000));
    assert_eq!(task.next_execution_at, Some(at("12:15:00")));

    let (status, answer) = asked(&app, "bert", Method::DELETE, "/api/tasks/cron/sweep/overrides", &Value::Null).await;
    assert_eq!(
        (status, &answer["data"]["after"]),
        (StatusCode::OK, &json!({ "schedule": "*/5 * * * *", "priority": "HIGH" }),)
    );
    let task = app.repository().cron_task("sweep").await.unwrap().unwrap();
    assert_eq!((task.priority, task.overrides), (Priority::High, json!({})));
    assert_eq!(task.next_execution_at, Some(at("12:05:00")));
}

#[tokio::test]
async fn wrong_values_are_all_told_and_nothing_is_stored() {
    let (_world, app) = world().await;
    let before = app.repository().cron_task("sweep").await.unwrap().unwrap();
    let wrong = json!({
        "enabled": false, "schedule": "0 25 * * *", "timezone": "Europe/Berln", "timeout": 0, "retries": 1001,
        "priority": "urgent", "scedule": "@daily", "config": { "keep": 0 },
        "environments": { "serverless": { "config": { "kep": 1 } } },
    });
    let (status, answer) = asked(&app, "anna", Method::PATCH, "/api/tasks/cron/sweep", &wrong).await;
    assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("change_refused")));
    let mistakes: Vec<_> = answer["error"]["details"]["mistakes"].as_array().unwrap().iter().collect();
    let message = answer["error"]["message"].as_str().unwrap();
    for (path, allowed) in [
        ("schedule", "23"),
        ("timezone", "Europe/Berlin"),
        ("timeout", "between 1 and 2073600000"),
        ("retries", "between 0 and 1000"),
        ("priority", "CRITICAL, HIGH, MEDIUM, LOW or BACKGROUND"),
        ("scedule", "“schedule”"),
        ("config.keep", "at least one"),
        ("environments.serverless.config.kep", "folder"),
    ] {
        let told = mistakes.iter().find(|mistake| mistake["path"] == path);
        let told = told.unwrap_or_else(|| panic!("{path} is not told: {answer}"));
        assert!(told["message"].as_str().unwrap().contains(allowed), "{told}");
        assert!(message.contains(&format!("\n{path}: ")), "{message}");
    }
    assert_eq!(app.repository().cron_task("sweep").await.unwrap().unwrap(), before);
    assert_eq!(app.repository().changes(TaskType::Cron, "sweep", 10).await.unwrap(), []);

    let (status, _) = asked(&app, "anna", Method::PATCH, "/api/tasks/cron/sweep", &Value::Null).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "nothing is asked for");
    let (status, answer) = asked(&app, "anna", Method::PATCH, "/api/tasks/cron/sweeep", &json!({})).await;
    assert_eq!((status, &answer["error"]["details"]["nearest"]), (StatusCode::NOT_FOUND, &json!("sweep")));
}

#[tokio::test]
async fn a_task_that_is_gone_from_the_code_cannot_be_changed() {
    let (world, _) = world().await;
    let app = world.app(Registry::builder().cron(Spread(quick()))).await;
    for (method, path, body) in [
        (Method::PATCH, "/api/tasks/cron/sweep", json!({ "timeout": 5 })),
        (Method::DELETE, "/api/tasks/cron/sweep/overrides", Value::Null),
        (Method::POST, "/api/tasks/cron/sweep/pause", Value::Null),
    ] {
        let (status, answer) = asked(&app, "anna", method, path, &body).await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::CONFLICT, &json!("task_retired")), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_operators_at_once_nobody_s_change_is_lost() {
    let (world, app) = world().await;
    let mut operators = tokio::task::JoinSet::new();
    let settings = ["timeout", "retries", "retry_delay", "catch_up_window", "start_jitter", "history_interval"];
    for (name, value) in settings.into_iter().zip(11..) {
        let app = app.clone();
        operators.spawn(async move { set(&app, json!({ name: value })).await });
    }
    // And a new version of the code comes at the same time.
    let deployed = world.app(Registry::builder().cron(later::sweep()));
    let (_, _) = tokio::join!(deployed, operators.join_all());
    let task = app.repository().cron_task("sweep").await.unwrap().unwrap();
    let wanted = json!({
        "timeout": 11, "retries": 12, "retry_delay": 13, "catch_up_window": 14, "start_jitter": 15, "history_interval": 16,
    });
    assert_eq!(task.overrides, wanted);
    assert_eq!((task.timeout, task.retries, task.start_jitter), (11, 12, 15));
    assert_eq!(app.repository().changes(TaskType::Cron, "sweep", 10).await.unwrap().len(), 6);
}

#[tokio::test]
async fn history_tells_who_changed_what_newest_first() {
    let (world, app) = world().await;
    set(&app, json!({ "config": { "keep": 7 } })).await;
    set(&app, json!({ "config": { "keep": 7 } })).await;
    world.set("12:10:00");
    asked(&app, "bert", Method::POST, "/api/tasks/cron/sweep/pause", &json!({ "until": at("13:00:00") })).await;
    world.set("12:20:00");
    asked(&app, "carla", Method::DELETE, "/api/tasks/cron/sweep/overrides", &Value::Null).await;
    let (_, answer) = asked(&app, "dora", Method::GET, "/api/tasks/cron/sweep", &Value::Null).await;
    let told: Vec<_> = answer["data"]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| (change["changed_by"].as_str().unwrap(), change["action"].as_str().unwrap(), &change["after"]))
        .collect();
    assert_eq!(
        told,
        [
            ("carla", "reset", &json!({ "config": { "keep": 30 } })),
            (
                "bert",
                "pause",
                &json!({ "paused_at": "2026-03-02T12:10:00+00:00", "paused_until": "2026-03-02T13:00:00+00:00" })
            ),
            ("anna", "set", &json!({ "config": { "keep": 7 } })),
        ],
        "what changed nothing is not told"
    );
}

#[tokio::test]
async fn an_environment_has_settings_of_its_own() {
    let (world, app) = world().await;
    set(&app, json!({
        "config": { "keep": 20 },
        "environments": { "serverless": { "timeout": 900, "config": { "keep": 5 } }, "production": { "retries": 9 } },
    }))
    .await;
    let task = app.repository().cron_task("sweep").await.unwrap().unwrap();
    assert_eq!((&task.config["keep"], task.retries), (&json!(20), 3), "elsewhere nothing changes");
    let config = Config { environment: Some(Environment::Serverless), ..world.config.clone() };
    let serverless = world.app_with(config, Registry::builder().cron(Sweep)).await;
    world.set("13:00:00");
    pulse(&serverless).await;
    world.set("14:00:00");
    pulse(&app).await;
    let runs = history(&app, "sweep").await;
    assert_eq!((&runs[0].result, runs[0].max_attempts), (&Some(json!(5)), 4));
    assert_eq!((&runs[1].result, runs[1].max_attempts), (&Some(json!(20)), 10));
    set(&app, json!({ "environments": { "serverless": { "config": null, "timeout": null } } })).await;
    let task = app.repository().cron_task("sweep").await.unwrap().unwrap();
    assert_eq!(task.overrides, json!({ "config": { "keep": 20 }, "environments": { "production": { "retries": 9 } } }));
}

#[tokio::test]
async fn a_pause_holds_until_it_is_ended_or_ends_by_itself() {
    let (world, app) = world().await;
    let row = async || app.repository().cron_task("sweep").await.unwrap().unwrap();
    let (status, answer) = post(&app, "/api/tasks/cron/sweep/pause", json!({ "until": at("12:00:00") })).await;
    assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("until_passed")));

    let (status, answer) = post(&app, "/api/tasks/cron/sweep/pause", Value::Null).await;
    assert_eq!((status, &answer["data"]["is_paused"]), (StatusCode::OK, &json!(true)));
    let task = row().await;
    assert_eq!(
        (task.paused_at, task.paused_until, task.paused_by.as_deref()),
        (Some(at("12:00:00")), None, Some("anna"))
    );

    world.set("12:30:00");
    asked(&app, "bert", Method::POST, "/api/tasks/cron/sweep/pause", &json!({ "until": at("13:30:00") })).await;
    let task = row().await;
    assert_eq!((task.paused_at, task.paused_until), (Some(at("12:00:00")), Some(at("13:30:00"))), "it goes on");
    assert_eq!(task.paused_by.as_deref(), Some("bert"));

    world.set("13:30:00");
    assert!(!row().await.is_paused, "it has ended by itself");
    let (_, answer) = post(&app, "/api/tasks/cron/sweep/resume", Value::Null).await;
    assert_eq!(answer["data"]["after"], json!({}), "there was no pause to end");
    post(&app, "/api/tasks/cron/sweep/pause", Value::Null).await;
    assert_eq!(row().await.paused_at, Some(at("13:30:00")), "another pause begins anew");
    let (_, answer) = post(&app, "/api/tasks/cron/sweep/resume", Value::Null).await;
    assert_eq!(answer["data"]["after"], json!({ "paused_at": null, "paused_until": null }));
    let task = row().await;
    assert_eq!((task.is_paused, task.paused_at, task.paused_by), (false, None, None));
}

#[tokio::test]
async fn maintenance_holds_back_tasks_of_one_type_or_of_both() {
    let (world, app) = world().await;
    let (status, answer) = post(&app, "/api/runner/pause", json!({ "only": "cron", "until": at("13:30:00") })).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(
        (&answer["data"]["is_maintenance_mode"], &answer["data"]["side_tasks_paused"]),
        (&json!(true), &json!(false))
    );
    world.set("13:00:00");
    pulse(&app).await;
    let runs = history(&app, "sweep").await;
    assert_eq!((runs[0].status, runs[0].skipped_reason.as_deref()), (Status::Skipped, Some("maintenance")));

    let (_, answer) = post(&app, "/api/runner/pause", Value::Null).await;
    assert_eq!(
        answer["data"],
        json!({
            "is_maintenance_mode": true, "maintenance_since": "2026-03-02T12:00:00Z", "maintenance_until": null,
            "side_tasks_paused": true, "side_tasks_paused_until": null,
        })
    );
    let (_, answer) = post(&app, "/api/runner/resume", json!({ "only": "side" })).await;
    assert_eq!(answer["data"]["side_tasks_paused"], false);
    post(&app, "/api/runner/resume", Value::Null).await;
    post(&app, "/api/runner/resume", Value::Null).await;
    world.set("14:00:00");
    pulse(&app).await;
    assert_eq!(history(&app, "sweep").await[1].status, Status::Completed);

    let sql = "select changed_by, task_type, task_name, action, after from task_changes order by id";
    let rows = world.client().await.query(sql, &[]).await.unwrap();
    let told: Vec<(Option<&str>, &str, Value)> =
        rows.iter().map(|row| (row.get("task_type"), row.get("action"), row.get("after"))).collect();
    assert_eq!(told.len(), 4, "what changed nothing is not told: {told:?}");
    assert_eq!((told[0].0, told[0].1, &told[0].2["is_maintenance_mode"]), (Some("cron"), "pause", &json!(true)));
    assert_eq!((told[1].0, told[1].1), (None, "pause"));
    assert_eq!(told[1].2, json!({ "maintenance_until": null, "side_tasks_paused": true }));
    assert_eq!((told[2].0, told[2].1), (Some("side"), "resume"));
    assert_eq!(rows[0].get::<_, &str>("changed_by"), "anna");
}

/// One execution of the task in that status.
async fn execution_in(world: &World, status: Status) -> Uuid {
    let id = Uuid::now_v7();
    let sql = "insert into cron_task_executions (
        id, task_id, task_name, scheduled_for, attempt, max_attempts, status, started_at, completed_at, config,
        checkpoint, missed_slots, runner_instance_id, created_at
      )
      select $1, t.id, t.name, $2::timestamptz, 2, 2, $3::text::task_status,
        case when $3 <> 'PENDING' then $2::timestamptz end,
        case when $3 not in ('PENDING', 'RUNNING') then $2::timestamptz end,
        '{\"keep\":4}', '{\"at\":17}', 3, $1, $2::timestamptz
      from cron_tasks t";
    world.client().await.execute(sql, &[&id, &at("11:00:00"), &status.as_str()]).await.unwrap();
    id
}

#[tokio::test]
async fn what_has_ended_can_be_tried_again_and_what_has_not_cannot() {
    for status in Status::ALL.iter().copied() {
        let (world, app) = world().await;
        let old = execution_in(&world, status).await;
        let (code, answer) = post(&app, &format!("/api/executions/{old}/retry"), Value::Null).await;
        if !status.is_final() {
            assert_eq!(
                (code, &answer["error"]["code"]),
                (StatusCode::CONFLICT, &json!("execution_not_final")),
                "{status}"
            );
            continue;
        }
        let new = &answer["data"];
        assert_eq!((code, &new["status"]), (StatusCode::OK, &json!("PENDING")), "{status}: {answer}");
        assert_eq!((&new["attempt"], &new["max_attempts"]), (&json!(3), &json!(6)), "three retries after this one");
        assert_eq!((&new["triggered_by"], &new["is_manual"]), (&json!("retry"), &json!(true)));
        assert_eq!((&new["config"], &new["checkpoint"]), (&json!({ "keep": 4 }), &json!({ "at": 17 })));
        assert_eq!((&new["parent_execution_id"], &new["missed_slots"]), (&json!(old), &json!(3)));
        assert_eq!(new["scheduled_for"], "2026-03-02T11:00:00Z");

        let (code, answer) = post(&app, &format!("/api/executions/{old}/retry"), Value::Null).await;
        assert_eq!((code, &answer["error"]["code"]), (StatusCode::CONFLICT, &json!("retry_underway")));
        assert_eq!(answer["error"]["details"]["execution_id"], new["id"]);
        pulse(&app).await;
        assert_eq!(history(&app, "sweep").await[1].result, Some(json!(4)), "{status}");
        let (code, answer) = post(&app, &format!("/api/executions/{old}/retry"), Value::Null).await;
        assert_eq!((code, &answer["data"]["attempt"]), (StatusCode::OK, &json!(4)), "after the newest one");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_retries_at_once_one_is_queued() {
    let (world, app) = world().await;
    let old = execution_in(&world, Status::Failed).await;
    let mut retries = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let app = app.clone();
        retries.spawn(async move { post(&app, &format!("/api/executions/{old}/retry"), Value::Null).await.0 });
    }
    let mut codes = retries.join_all().await;
    codes.sort();
    assert_eq!((codes[0], codes[1], codes[9]), (StatusCode::OK, StatusCode::CONFLICT, StatusCode::CONFLICT));
    assert_eq!(history(&app, "sweep").await.len(), 2);
}

#[tokio::test]
async fn a_retry_of_a_task_that_is_gone_is_refused() {
    let (world, _) = world().await;
    let old = execution_in(&world, Status::Failed).await;
    let app = world.app(Registry::builder().cron(Spread(quick()))).await;
    let (code, answer) = post(&app, &format!("/api/executions/{old}/retry"), Value::Null).await;
    assert_eq!((code, &answer["error"]["code"]), (StatusCode::CONFLICT, &json!("task_retired")));
}

#[tokio::test]
async fn an_attempt_asked_for_by_hand_has_the_retries_of_its_task() {
    let world = World::new().await;
    let failing = script(async |_| Err(TaskError::execution("no", "not today")));
    let app = world.app(Registry::builder().cron(Failing(failing))).await;
    world.set("13:00:00");
    pulse(&app).await;
    let old = history(&app, "failing").await[0].id;
    asked(&app, "anna", Method::PATCH, "/api/tasks/cron/failing", &json!({ "retries": 1, "retry_delay": 0 })).await;
    post(&app, &format!("/api/executions/{old}/retry"), Value::Null).await;
    pulse(&app).await;
    let runs = history(&app, "failing").await;
    assert_eq!(
        runs.iter().map(|run| (run.attempt, run.status)).collect::<Vec<_>>(),
        [(1, Status::Failed), (2, Status::Failed), (3, Status::Failed),]
    );
}

#[tokio::test]
async fn what_waits_is_cancelled_at_once_what_runs_is_told_and_what_ended_is_left() {
    for status in Status::ALL.iter().copied() {
        let (world, app) = world().await;
        let id = execution_in(&world, status).await;
        let (code, answer) = post(&app, &format!("/api/executions/{id}/cancel"), Value::Null).await;
        let run = history(&app, "sweep").await.remove(0);
        if status.is_final() {
            assert_eq!((code, &answer["error"]["code"]), (StatusCode::CONFLICT, &json!("execution_final")), "{status}");
            assert_eq!((run.status, run.cancel_requested_at), (status, None));
            continue;
        }
        assert_eq!(code, StatusCode::OK, "{status}: {answer}");
        assert_eq!((run.cancel_requested_at, run.cancel_requested_by.as_deref()), (Some(at("12:00:00")), Some("anna")));
        let sql = "select cancel_code from cron_task_executions";
        assert_eq!(world.client().await.query_one(sql, &[]).await.unwrap().get::<_, &str>(0), "cancelled");
        if status == Status::Running {
            assert_eq!((run.status, run.error), (Status::Running, None), "its runner ends it");
            world.set("12:00:05");
            asked(&app, "bert", Method::POST, &format!("/api/executions/{id}/cancel"), &Value::Null).await;
            let run = history(&app, "sweep").await.remove(0);
            assert_eq!(run.cancel_requested_by.as_deref(), Some("anna"), "who asked first is remembered");
        } else {
            assert_eq!((run.status, run.completed_at), (Status::Cancelled, Some(at("12:00:00"))));
            let error = run.error.unwrap();
            assert_eq!(
                (error.code.as_str(), error.message.as_str()),
                ("cancelled", "cancelled by anna before it started")
            );
        }
    }
}

#[tokio::test]
async fn what_does_not_exist_is_said_to_be_missing() {
    let (_world, app) = world().await;
    for path in [
        "/api/executions/01980000-0000-7000-8000-000000000000/retry",
        "/api/executions/nonsense/cancel",
        "/api/tasks/cron/nonsense/pause",
        "/api/runner/nonsense/stop",
    ] {
        assert_eq!(post(&app, path, Value::Null).await.0, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_run_that_was_queued_by_hand_and_cancelled_does_not_run() {
    let (_world, app) = world().await;
    let request = RunRequest { task: "sweep".to_owned(), config: None, dry_run: false };
    let queued = app.runner().enqueue(&request).await.unwrap().unwrap();
    post(&app, &format!("/api/executions/{}/cancel", queued.id), Value::Null).await;
    assert_eq!(pulse(&app).await.results.len(), 0);
    assert_eq!(history(&app, "sweep").await[0].status, Status::Cancelled);
}

/// A runner instance as it would stand there: of that name, alive or ended.
async fn runner(world: &World, id: &str, name: &str, ended: bool) {
    let sql = "insert into task_runners (
        instance_id, name, kind, environment, version, lock_key, lock_mode, heartbeat_interval, lease, started_at,
        heartbeat_at, ended_at, end_reason
      )
      values ($1, $2, 'worker', 'production', '0', (select count(*) from task_runners), 'session', 1000, 60000, $3, $3,
        case when $4 then $3::timestamptz end, case when $4 then 'stopped' end)";
    let id: Uuid = id.parse().unwrap();
    world.client().await.execute(sql, &[&id, &name, &at("12:00:00"), &ended]).await.unwrap();
}

#[tokio::test]
async fn a_runner_is_drained_by_its_name_its_id_or_how_that_begins() {
    let (world, app) = world().await;
    runner(&world, "01980000-aaaa-7000-8000-000000000001", "web-1/7", false).await;
    runner(&world, "01980000-bbbb-7000-8000-000000000002", "web-2/7", false).await;
    runner(&world, "01980000-cccc-7000-8000-000000000003", "web-3/7", true).await;
    runner(&world, "01980000-dddd-7000-8000-000000000004", "web-1/7", true).await;

    let (code, answer) = post(&app, "/api/runner/web-1%2F7/stop", Value::Null).await;
    assert_eq!((code, &answer["data"]["drain_action"]), (StatusCode::OK, &json!("stop")), "{answer}");
    let (code, answer) = post(&app, "/api/runner/01980000-B/restart", Value::Null).await;
    assert_eq!((code, &answer["data"]["name"]), (StatusCode::OK, &json!("web-2/7")), "{answer}");
    assert_eq!(answer["data"]["drain_requested_at"], "2026-03-02T12:00:00Z");
    let (code, answer) = post(&app, "/api/runner/01980000/stop", Value::Null).await;
    assert_eq!((code, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("runner_ambiguous")));
    let (code, answer) = post(&app, "/api/runner/web-3%2F7/stop", Value::Null).await;
    assert_eq!((code, &answer["error"]["code"]), (StatusCode::CONFLICT, &json!("runner_ended")));

    let sql = "select action, after ->> 'runner' from task_changes order by id";
    let rows = world.client().await.query(sql, &[]).await.unwrap();
    let told: Vec<(&str, &str)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(told, [("stop", "web-1/7"), ("restart", "web-2/7")]);
}

#[tokio::test]
async fn nobody_acts_without_a_credential() {
    let (_world, app) = world().await;
    for (method, path) in [
        (Method::PATCH, "/api/tasks/cron/sweep"),
        (Method::DELETE, "/api/tasks/cron/sweep/overrides"),
        (Method::POST, "/api/tasks/cron/sweep/pause"),
        (Method::POST, "/api/tasks/cron/sweep/resume"),
        (Method::POST, "/api/executions/x/retry"),
        (Method::POST, "/api/executions/x/cancel"),
        (Method::POST, "/api/runner/pause"),
        (Method::POST, "/api/runner/resume"),
        (Method::POST, "/api/runner/x/stop"),
        (Method::POST, "/api/runner/x/restart"),
    ] {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let response = router(app.clone()).oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{path}");
    }
}
