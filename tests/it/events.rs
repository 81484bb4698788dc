//! Live events: told once and in order, by whichever process, and gone on with where a listener left off.

use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{Method, Request, StatusCode};
use downbeat::app::App;
use downbeat::config::Config;
use downbeat::http::{Trusted, document, router};
use downbeat::model::Environment;
use downbeat::task::{Registry, RegistryBuilder, RetryPolicy, Schedule, TaskError};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::timeout;
use tower::ServiceExt;
use worker::Exit;

use crate::cli::typed;
use crate::support::{World, asked, at, history, pulse, quick, script, task};

const MINUTELY: Schedule = Schedule::Cron("* * * * *");
/// Long after anything that is only slow.
const PATIENCE: Duration = Duration::from_secs(120);

task!(Water = "water" { schedule: MINUTELY });
task!(Feed = "feed" { schedule: MINUTELY, retry: RetryPolicy::NEVER, dependencies: &["water"] });

fn tasks() -> RegistryBuilder {
    let late = script(async |_| Err(TaskError::execution("train_late", "the train is late")));
    Registry::builder().cron(Water(quick())).cron(Feed(late))
}

/// What the description of the API says of an event.
static FORM: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let document = document();
    let operation = &document["paths"]["/api/events"]["get"];
    let stream = &operation["responses"]["200"]["content"]["text/event-stream"];
    let mut schema = stream["x-itemSchema"].clone();
    schema["components"] = document["components"].clone();
    let form = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let example = stream["example"].as_str().unwrap().lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
    assert!(form.is_valid(&serde_json::from_str(example).unwrap()), "{example}");
    assert!(!form.is_valid(&json!({ "kind": "execution.dreamt" })));
    form
});

/// Somebody who listens.
struct Listening {
    body: BodyDataStream,
    text: String,
    /// The newest id, also of what was no event.
    id: String,
}

async fn answered(app: &App, path: &str, last: Option<&str>) -> axum::response::Response {
    let request = Request::get(path).extension(Trusted { actor: "a test".to_owned() });
    let request = last.into_iter().fold(request, |request, last| request.header("last-event-id", last));
    router(app.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

impl Listening {
    /// Listens, and knows where that begins.
    async fn to(app: &App, path: &str) -> Self {
        Self::from(app, path, None).await
    }

    async fn from(app: &App, path: &str, last: Option<&str>) -> Self {
        let response = answered(app, path, last).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut listening =
            Self { body: response.into_body().into_data_stream(), text: String::new(), id: String::new() };
        assert_eq!(listening.block().await.and_then(|block| block.data), None, "first of all, where it begins");
        listening
    }

    /// The next block; `None`: the stream has ended.
    async fn block(&mut self) -> Option<Block> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let value = block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                    value.map(|value| value.trim_start().to_owned())
                };
                let data = field("data").map(|data| serde_json::from_str::<Value>(&data).unwrap());
                self.id = field("id").unwrap();
                if let Some(data) = &data {
                    assert!(FORM.is_valid(data), "not what the description says of an event: {data}");
                    assert_eq!(
                        (Some(self.id.as_str()), field("event").as_deref()),
                        (data["id"].as_str(), data["kind"].as_str())
                    );
                }
                self.text = rest.to_owned();
                return Some(Block { data });
            }
            let bytes = timeout(PATIENCE, self.body.next()).await.expect("something comes")?.unwrap();
            self.text += std::str::from_utf8(&bytes).unwrap();
        }
    }

    /// The next event, without its id.
    async fn event(&mut self) -> Value {
        loop {
            let block = self.block().await.expect("the stream goes on");
            if let Some(mut data) = block.data {
                data.as_object_mut().unwrap().remove("id");
                return data;
            }
        }
    }

    /// The kinds and tasks or runners of the next events.
    async fn gist(&mut self, count: usize) -> Vec<String> {
        let mut gist = Vec::new();
        for _ in 0..count {
            gist.push(gist_of(&self.event().await));
        }
        gist
    }

    /// All that is left of a stream that ends.
    async fn rest(&mut self) -> Vec<Value> {
        let mut rest = Vec::new();
        while let Some(block) = self.block().await {
            rest.extend(block.data);
        }
        rest
    }
}

struct Block {
    data: Option<Value>,
}

fn gist_of(event: &Value) -> String {
    let about = event.get("task_name").or_else(|| event.get("runner"));
    let words = [event.get("kind"), about, event.get("status")].map(|word| word.and_then(Value::as_str));
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// All that has happened after that.
async fn after(app: &App, path: &str, last: &str) -> Vec<String> {
    Listening::from(app, path, Some(last)).await.rest().await.iter().map(gist_of).collect()
}

/// A statement that makes a runner join.
fn join(name: &str) -> String {
    let id = uuid::Uuid::now_v7();
    format!(
        "insert into task_runners (
           instance_id, name, kind, environment, version, lock_key, lock_mode, heartbeat_interval, lease, started_at,
           heartbeat_at
         )
         values ('{id}', '{name}', 'worker', 'production', '1', hashtextextended('{id}', 0), 'session', 1000, 60000,
           '2026-03-02T12:00:00Z', '2026-03-02T12:00:00Z')"
    )
}

#[tokio::test]
async fn what_happens_is_told_in_order() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    let mut listening = Listening::to(&app, "/api/events").await;

    world.set("12:01:00");
    pulse(&app).await;

    let mut told = listening.gist(6).await;
    let runner = app.runner().settings().name.clone();
    // Both tasks are claimed by one statement, or one after the other.
    assert_eq!(told.remove(0), format!("runner.joined {runner}"));
    assert_eq!(told.pop(), Some(format!("runner.left {runner}")));
    assert_eq!(
        told,
        [
            "execution.started water RUNNING",
            "execution.finished water COMPLETED",
            "execution.started feed RUNNING",
            "execution.finished feed FAILED",
        ]
    );
}

#[tokio::test]
async fn an_event_says_what_a_dashboard_shows() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    let mut listening = Listening::to(&app, "/api/events?task=feed").await;

    world.set("12:01:00");
    pulse(&app).await;

    let (started, finished) = (listening.event().await, listening.event().await);
    let execution = history(&app, "feed").await.remove(0);
    let common = json!({
        "task_name": "feed", "execution_id": execution.id, "scheduled_for": at("12:01:00"), "attempt": 1,
        "runner_id": execution.runner_instance_id, "runner": execution.executed_by_instance, "at": at("12:01:00"),
    });
    let with = |more: Value| {
        let mut all = common.clone();
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    assert_eq!(started, with(json!({ "kind": "execution.started", "status": "RUNNING" })));
    let ended = json!({
        "kind": "execution.finished", "status": "FAILED", "duration_ms": execution.duration_ms,
        "error_kind": "EXECUTION", "error_code": "train_late",
    });
    assert_eq!(finished, with(ended));
}

#[tokio::test]
async fn slots_that_do_not_run_and_what_operators_do_are_told_of() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    let mut listening = Listening::to(&app, "/api/events").await;

    let paused = asked(&app, "anna", Method::POST, "/api/tasks/cron/water/pause", &Value::Null).await;
    assert_eq!(paused.0, StatusCode::OK);
    world.set("12:01:00");
    let queued = asked(&app, "anna", Method::POST, "/api/tasks/cron/feed/run", &json!({})).await;
    let path = format!("/api/executions/{}/cancel", queued.1["data"]["id"].as_str().unwrap());
    assert_eq!(asked(&app, "anna", Method::POST, &path, &Value::Null).await.0, StatusCode::OK);
    pulse(&app).await;

    let changed = listening.event().await;
    assert_eq!(gist_of(&changed), "task.changed water");
    assert_eq!((&changed["action"], &changed["changed_by"]), (&json!("pause"), &json!("anna")));
    assert_eq!(gist_of(&listening.event().await), "execution.finished feed CANCELLED");
    let skipped = loop {
        let event = listening.event().await;
        if event["task_name"] == "water" {
            break event;
        }
    };
    assert_eq!(gist_of(&skipped), "execution.finished water SKIPPED");
    assert_eq!(skipped["reason"], "paused");
}

#[tokio::test]
async fn a_runner_that_is_lost_is_told_of_as_lost() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    let client = world.client().await;
    let mut listening = Listening::to(&app, "/api/events").await;

    client.batch_execute(&join("frozen")).await.unwrap();
    world.set("12:05:00");
    pulse(&app).await;

    assert_eq!(gist_of(&listening.event().await), "runner.joined frozen");
    let left = loop {
        let event = listening.event().await;
        if event["runner"] == "frozen" {
            break event;
        }
    };
    assert_eq!(
        (&left["kind"], &left["reason"], &left["at"]),
        (&json!("runner.left"), &json!("lost"), &json!(at("12:05:00")))
    );
}

#[tokio::test]
async fn what_began_and_counts_for_nothing_is_withdrawn() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    let client = world.client().await;
    let mut listening = Listening::to(&app, "/api/events?task=water").await;
    let begin = "
        insert into cron_task_executions (id, task_id, task_name, scheduled_for, status, started_at, config)
        select gen_random_uuid(), id, name, '2026-03-02T12:00:00Z', 'RUNNING', '2026-03-02T12:00:00Z', '{}'
        from cron_tasks where name = 'water'";

    for (end, told) in [
        ("delete from cron_task_executions", "execution.withdrawn water"),
        ("update cron_task_executions set status = 'PENDING'", "execution.withdrawn water PENDING"),
    ] {
        client.batch_execute(begin).await.unwrap();
        assert_eq!(listening.gist(1).await, ["execution.started water RUNNING"]);
        client.batch_execute(end).await.unwrap();
        assert_eq!(listening.gist(1).await, [told]);
    }

    // Where its row was gone before anybody read of it, that it began is not told.
    client.batch_execute("delete from cron_task_executions").await.unwrap();
    client.batch_execute(&format!("begin; {begin}; delete from cron_task_executions; commit")).await.unwrap();
    assert_eq!(listening.gist(1).await, ["execution.withdrawn water"]);
}

#[tokio::test]
async fn a_listener_goes_on_where_it_left_off_on_another_instance() {
    let world = World::new().await;
    let (app, other) = (world.app(tasks()).await, world.app(tasks()).await);
    let mut listening = Listening::to(&app, "/api/events").await;
    let beginning = listening.id.clone();
    for minute in 1..=3 {
        world.set(&format!("12:0{minute}:00"));
        pulse(&app).await;
    }
    let all = after(&other, "/api/events?follow=false", &beginning).await;
    assert_eq!(all.len(), 3 * 6);

    for (told, event) in all.iter().enumerate() {
        assert_eq!(gist_of(&listening.event().await), *event);
        let rest = after(&other, "/api/events?follow=false", &listening.id).await;
        assert_eq!(rest, all[told + 1..], "after the event number {told}");
    }
    let path = format!("/api/events?follow=false&after={beginning}");
    assert_eq!(Listening::to(&other, &path).await.rest().await.len(), all.len(), "the command line says it so");
}

#[tokio::test]
async fn what_commits_late_is_neither_lost_nor_told_twice() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    let (slow, quick) = (world.client().await, world.client().await);
    let mut listening = Listening::to(&app, "/api/events").await;
    let beginning = listening.id.clone();

    slow.batch_execute(&format!("begin; {}", join("slow-1"))).await.unwrap();
    quick.batch_execute(&join("quick-1")).await.unwrap();
    assert_eq!(listening.gist(1).await, ["runner.joined quick-1"]);
    let between = listening.id.clone();
    slow.batch_execute(&format!("{}; commit", join("slow-2"))).await.unwrap();
    quick.batch_execute(&join("quick-2")).await.unwrap();

    // Transactions are told of in the order in which they became visible; those of one look, by number.
    let late = ["runner.joined slow-1", "runner.joined slow-2", "runner.joined quick-2"];
    let mut told = listening.gist(3).await;
    assert_eq!(told.iter().position(|one| one == late[0]).map(|at| told[at + 1].as_str()), Some(late[1]));
    told.sort();
    let mut sorted = late;
    sorted.sort_unstable();
    assert_eq!(told, sorted);
    assert_eq!(after(&app, "/api/events?follow=false", &between).await, late);
    assert_eq!(
        after(&app, "/api/events?follow=false", &beginning).await,
        ["runner.joined slow-1", "runner.joined slow-2", "runner.joined quick-1", "runner.joined quick-2"]
    );
    let end = listening.id.clone();
    assert_eq!(after(&app, "/api/events?follow=false", &end).await, [""; 0]);
}

#[tokio::test]
async fn a_slow_listener_and_one_that_was_away_are_told_everything_once() {
    /// More pages than are kept for a slow one.
    const MANY: usize = 36_000;
    let world = World::new().await;
    let app = world.app(tasks()).await;
    let client = world.client().await;
    let mut slow = Listening::to(&app, "/api/events").await;
    let mut quick = Listening::to(&app, "/api/events").await;
    let away = quick.id.clone();
    let tell = "
        insert into task_events (at, kind, task_name)
        select '2026-03-02T12:00:00Z', 'task.changed', n::text from generate_series($1::int, $2::int) as n";

    let mut quickly = Vec::new();
    for first in (1..=MANY as i32).step_by(MANY / 3) {
        client.execute(tell, &[&first, &(first + MANY as i32 / 3 - 1)]).await.unwrap();
        quickly.extend(quick.gist(MANY / 3).await);
    }

    let expected: Vec<_> = (1..=MANY).map(|n| format!("task.changed {n}")).collect();
    assert_eq!(quickly, expected);
    assert_eq!(slow.gist(MANY).await, expected);
    assert_eq!(after(&app, "/api/events?follow=false", &away).await, expected);
}

#[tokio::test]
async fn events_of_another_task_are_left_out() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    let mut listening = Listening::to(&app, "/api/events?task=feed").await;
    world.set("12:01:00");
    pulse(&app).await;
    assert_eq!(listening.gist(2).await, ["execution.started feed RUNNING", "execution.finished feed FAILED"]);

    assert_eq!(answered(&app, "/api/events?task=fed", None).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_was_away_for_too_long_is_told_so() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    let away = Listening::to(&app, "/api/events").await.id;
    let client = world.client().await;
    client.batch_execute(&join("old")).await.unwrap();

    world.clock.advance(Duration::from_secs(3 * 86_400));
    assert_eq!(app.repository().prune_events(downbeat::repository::EVENTS_KEPT, 1000).await.unwrap(), 1);
    client.batch_execute(&join("new")).await.unwrap();

    let mut told = Listening::from(&app, "/api/events?follow=false", Some(&away)).await.rest().await;
    assert_eq!(told.iter().map(gist_of).collect::<Vec<_>>(), ["stream.gap", "runner.joined new"]);
    assert_eq!(told.remove(0)["at"], json!(at("12:00:00")));
}

#[tokio::test]
async fn an_id_that_is_none_is_refused_and_so_is_one_of_another_database() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    let foreign = "19cb2f3b000.fffffffffff-0";
    for wrong in ["x", "1.2", foreign, &"a".repeat(20_000)] {
        let (status, answer) =
            asked(&app, "anna", Method::GET, &format!("/api/events?after={wrong}"), &Value::Null).await;
        assert_eq!(
            (status, &answer["error"]["code"]),
            (StatusCode::BAD_REQUEST, &json!("event_id_invalid")),
            "{wrong:.20}"
        );
        assert_eq!(answered(&app, "/api/events", Some(wrong)).await.status(), StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn without_a_credential_nothing_is_told() {
    let world = World::new().await;
    let config = Config { api_token: Some("0123456789abcdef".to_owned().into()), ..world.config.clone() };
    let app = world.app_with(config, tasks()).await;
    let request = Request::get("/api/events").body(Body::empty()).unwrap();
    let response = router(app).oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_server_that_ends_is_not_held_up_by_who_listens() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    let token = "0123456789abcdef";
    let config = Config { api_token: Some(token.to_owned().into()), ..world.config.clone() };
    let served = world.app_with(config, tasks()).await;
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn({
        let served = served.clone();
        let ending = {
            let served = served.clone();
            async move {
                until_somebody_joins(&served).await;
                served.events().close();
            }
        };
        async move { axum::serve(listener, router(served)).with_graceful_shutdown(ending).await }
    });

    // From another process's connection, over the wire.
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET /api/events HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n");
    tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes()).await.unwrap();
    let mut text = [0_u8; 4096];
    assert!(tokio::io::AsyncReadExt::read(&mut stream, &mut text).await.unwrap() > 0);
    world.set("12:01:00");
    pulse(&app).await;

    timeout(PATIENCE, server).await.expect("it ends although somebody listens").unwrap().unwrap();
}

/// What another process ran is told here: the test lets it run only once somebody listens, and so does this.
async fn until_somebody_joins(app: &App) {
    let mut listening = Listening::to(app, "/api/events").await;
    while !gist_of(&listening.event().await).starts_with("runner.joined") {}
}

#[tokio::test]
async fn a_function_answers_with_what_there_is() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    let config = Config {
        environment: Some(Environment::Serverless),
        pulse_budget: Duration::from_secs(60),
        ..world.config.clone()
    };
    let function = world.app_with(config, tasks()).await;
    let mut listening = Listening::to(&function, "/api/events").await;

    let client = world.client().await;
    client.batch_execute(&join("somebody")).await.unwrap();

    let told = listening.rest().await;
    assert_eq!(told.iter().map(gist_of).collect::<Vec<_>>(), ["runner.joined somebody"]);
    assert_eq!(after(&app, "/api/events?follow=false", told[0]["id"].as_str().unwrap()).await, [""; 0]);

    let config = Config { pulse_budget: Duration::from_secs(1), ..function.config().clone() };
    let idle = world.app_with(config, tasks()).await;
    assert_eq!(Listening::to(&idle, "/api/events").await.rest().await, [Value::Null; 0], "its budget is spent");
}

#[tokio::test]
async fn the_command_line_tells_it_a_line_each_here_and_from_a_deployment() {
    let world = World::new().await;
    // The command line goes by the database's clock, and an id of long ago would be one too old.
    world.clock.set(downbeat::clock::machine_now());
    let app = world.app(tasks()).await;
    let beginning = Listening::to(&app, "/api/events").await.id;
    world.clock.advance(Duration::from_secs(60));
    pulse(&app).await;
    let all = after(&app, "/api/events?follow=false", &beginning).await;
    let config = Config { environment: Some(Environment::Development), ..world.config.clone() };
    let deployment = router(world.app_with(config, tasks()).await);
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let url = format!(" --url http://{}", listener.local_addr().unwrap());
    let _server = tokio_util::task::AbortOnDropHandle::new(tokio::spawn(async move {
        axum::serve(listener, deployment.into_make_service_with_connect_info::<SocketAddr>()).await
    }));

    for place in ["", url.as_str()] {
        let line = format!("events --after {beginning} --once --json{place}");
        let (exit, out, err) = typed(&world.database, &line).await;
        assert_eq!((exit, err.as_str()), (Exit::Done, ""), "{line}");
        let told: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(told.iter().map(gist_of).collect::<Vec<_>>(), all, "{line}");

        let half = told[2]["id"].as_str().unwrap();
        let line = format!("events --after {half} --limit 2{place}");
        let (exit, out, _) = typed(&world.database, &line).await;
        assert_eq!(exit, Exit::Done);
        let lines: Vec<_> = out.lines().collect();
        assert_eq!(lines.len(), 2, "{out}");
        assert!(lines[0].contains("  Started  feed  "), "{out}");
        assert!(lines[1].contains("Failed  feed") && lines[1].contains("train_late"), "{out}");

        let (exit, _, err) = typed(&world.database, &format!("events --after nonsense{place}")).await;
        assert_eq!(exit, Exit::Input);
        assert!(err.contains("event id"), "{err}");
    }
}
