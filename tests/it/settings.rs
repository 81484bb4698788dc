//! Mistakes in settings: told with their path and with what is allowed, by a change and by a run, here and on the command
//! line.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::{Method, StatusCode};
use downbeat::app::App;
use downbeat::locale::Locale;
use downbeat::model::{ErrorKind, Status};
use downbeat::repository::RunRequest;
use downbeat::task::prelude::*;
use downbeat::task::{Registry, TaskError};
use serde_json::{Value, json};
use worker::{Exit, Printer};

use crate::cli::Page;
use crate::support::{Gate, Pulsing, Worker, World, asked, history, pulse, registry, until};

/// A task whose settings lie deep.
struct Probe;

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct ProbeConfig {
    targets: Vec<Target>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Target {
    url: String,
    #[serde(default)]
    method: Verb,
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Verb {
    #[default]
    Get,
    Head,
    Options,
}

impl CronTask for Probe {
    type Config = ProbeConfig;
    type Report = usize;

    const DEFINITION: CronTaskDefinition = CronTaskDefinition::new("probe");

    async fn validate(&self, config: &ProbeConfig) -> Result<(), Refusal> {
        let targets = config.targets.iter().enumerate().filter(|(_, target)| !target.url.starts_with("https://"));
        Refusal::all(targets.map(|(n, _)| Refusal::new(format!("targets[{n}].url"), "allowed is https://")))
    }

    async fn execute(&self, cx: TaskContext<ProbeConfig>) -> TaskResult<usize> {
        Ok(cx.config.targets.len())
    }
}

/// Settings, where the mistake is, what the sentence says of it, what is allowed, and what may have been meant.
type Mistake = (Value, &'static str, &'static [&'static str], &'static [&'static str], Option<&'static str>);

fn mistakes() -> Vec<Mistake> {
    let second = |target: Value| json!({ "targets": [{ "url": "https://a" }, target] });
    vec![
        (second(json!({ "url": "ftp://b" })), "targets[1].url", &["allowed is https://"], &[], None),
        (second(json!({ "url": 7 })), "targets[1].url", &["integer `7`", "expected a string"], &[], None),
        (second(json!({ "method": "head" })), "targets[1].url", &["missing field `url`"], &[], None),
        (
            second(json!({ "url": "https://b", "methd": "head" })),
            "targets[1].methd",
            &["`url` or `method`", "did you mean “method”?"],
            &["url", "method"],
            Some("method"),
        ),
        (
            second(json!({ "url": "https://b", "method": "option" })),
            "targets[1].method",
            &["`get`, `head` or `options`", "did you mean “options”?"],
            &["get", "head", "options"],
            Some("options"),
        ),
        (
            second(json!({ "url": "https://b", "method": "zzz" })),
            "targets[1].method",
            &["`get`, `head` or `options`"],
            &["get", "head", "options"],
            None,
        ),
        (json!({ "targets": { "url": "https://a" } }), "targets", &["expected a list"], &[], None),
        (
            json!({ "target": [] }),
            "target",
            &["expected `targets`", "did you mean “targets”?"],
            &["targets"],
            Some("targets"),
        ),
    ]
}

async fn world() -> (World, App) {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Probe)).await;
    (world, app)
}

#[tokio::test]
async fn a_change_tells_where_settings_are_wrong_and_what_is_allowed() {
    let (_world, app) = world().await;
    for (config, path, parts, allowed, nearest) in mistakes() {
        for (request, place) in [
            (json!({ "config": config }), "config"),
            (json!({ "environments": { "serverless": { "config": config } } }), "environments.serverless.config"),
        ] {
            let (status, answer) = asked(&app, "anna", Method::PATCH, "/api/tasks/cron/probe", &request).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{answer}");
            let path = format!("{place}.{path}");
            let told = &answer["error"]["details"]["mistakes"][0];
            assert_eq!(
                (&told["path"], &told["allowed"], &told["nearest"]),
                (&json!(path), &json!(allowed), &json!(nearest)),
                "{answer}"
            );
            let message = answer["error"]["message"].as_str().unwrap();
            assert!(message.contains(&format!("\n{path}: ")), "{message}");
            assert!(parts.iter().all(|part| message.contains(part)), "{parts:?}: {message}");
        }
    }
    let wrong = json!({ "priority": "hihg", "overlap": "queue-al", "catch_up": "zzz" });
    let (_, answer) = asked(&app, "anna", Method::PATCH, "/api/tasks/cron/probe", &wrong).await;
    for (path, nearest) in [("priority", json!("HIGH")), ("overlap", json!("queue_all")), ("catch_up", Value::Null)] {
        let mistakes = answer["error"]["details"]["mistakes"].as_array().unwrap();
        let told = mistakes.iter().find(|mistake| mistake["path"] == path).unwrap();
        assert_eq!(told["nearest"], nearest, "{told}");
        assert!(told["allowed"].as_array().is_some_and(|allowed| allowed.len() > 2), "{told}");
    }
    assert_eq!(app.repository().cron_task("probe").await.unwrap().unwrap().overrides, json!({}));
}

#[tokio::test]
async fn a_run_tells_where_its_settings_are_wrong_and_what_is_allowed() {
    let (_world, app) = world().await;
    for (config, path, parts, allowed, nearest) in mistakes() {
        let (status, answer) =
            asked(&app, "anna", Method::POST, "/api/tasks/cron/probe/run", &json!({ "config": config })).await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("config_refused")));
        let told = &answer["error"]["details"]["mistakes"][0];
        assert_eq!(
            (&told["path"], &told["allowed"], &told["nearest"]),
            (&json!(path), &json!(allowed), &json!(nearest)),
            "{answer}"
        );
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains(&format!("\n{path}: ")), "{message}");
        assert!(parts.iter().all(|part| message.contains(part)), "{parts:?}: {message}");
    }
}

#[tokio::test]
async fn all_mistakes_of_settings_are_told_at_once() {
    let (_world, app) = world().await;
    let unreadable =
        json!({ "target": 1, "targets": [{ "url": 7, "method": "zzz" }, { "url": "https://a" }, { "urk": "" }] });
    let of_unreadable = ["target", "targets[0].method", "targets[0].url", "targets[2].urk", "targets[2].url"];
    let refused = json!({ "targets": [{ "url": "ftp://a" }, { "url": "https://b" }, { "url": "ftp://c" }] });
    for (config, paths) in [(unreadable, &of_unreadable[..]), (refused, &["targets[0].url", "targets[2].url"])] {
        for (method, path, request, beneath) in [
            (Method::POST, "/api/tasks/cron/probe/run", json!({ "config": config }), ""),
            (Method::PATCH, "/api/tasks/cron/probe", json!({ "config": config }), "config."),
        ] {
            let (_, answer) = asked(&app, "anna", method, path, &request).await;
            let mistakes = answer["error"]["details"]["mistakes"].as_array().unwrap();
            let mut told: Vec<_> =
                mistakes.iter().map(|mistake| mistake["path"].as_str().unwrap().to_owned()).collect();
            let mut expected: Vec<_> = paths.iter().map(|path| format!("{beneath}{path}")).collect();
            told.sort_unstable();
            expected.sort_unstable();
            assert_eq!(told, expected, "{answer}");
            let lines = answer["error"]["message"].as_str().unwrap().lines().count();
            assert_eq!(lines, paths.len() + 1, "{answer}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_tells_the_same_of_run_and_set() {
    let (world, _app) = world().await;
    for (config, path, parts, _, _) in mistakes() {
        for command in ["run", "set"] {
            let (out, err) = (Page::default(), Page::default());
            let mut printer = Printer::to(out, err.clone());
            let arguments = ["worker", "cron", command, "probe", "--config", &config.to_string()].map(Into::into);
            let tasks = Registry::builder().cron(Probe);
            let exit = worker::run(arguments, Ok(world.config.clone()), tasks, &mut printer).await;
            assert_eq!(exit, Exit::Input, "{}", err.text());
            for part in parts.iter().chain([&path]) {
                assert!(err.text().contains(part), "{command}, {part}: {}", err.text());
            }
        }
    }
}

/// Settings whose bounds stand in their schema alone.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Bounds {
    #[schemars(range(min = 1, max = 10))]
    days: i64,
    #[schemars(length(min = 1, max = 3), regex(pattern = "^[a-z]*$"))]
    label: String,
    #[schemars(length(max = 2), inner(range(min = 0.5)))]
    shares: Vec<f64>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { days: 3, label: "all".to_owned(), shares: Vec::new() }
    }
}

struct Bounded;

impl CronTask for Bounded {
    type Config = Bounds;
    type Report = i64;

    const DEFINITION: CronTaskDefinition = CronTaskDefinition::new("bounded");

    async fn execute(&self, cx: TaskContext<Bounds>) -> TaskResult<i64> {
        Ok(cx.config.days)
    }
}

/// A loop with the same settings, which counts how often it is asked anything.
#[derive(Clone, Default)]
struct Loop(Arc<AtomicUsize>);

impl SideTask for Loop {
    type Config = Bounds;

    const DEFINITION: SideTaskDefinition = SideTaskDefinition::new("loop");

    async fn run(&self, _: SideContext<Bounds>, stop: CancellationToken) -> TaskResult<()> {
        self.0.fetch_add(1, Ordering::SeqCst);
        stop.cancelled().await;
        Ok(())
    }

    async fn on_error(&self, _: SideContext<Bounds>, _: &TaskError) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    async fn on_shutdown(&self, _: SideContext<Bounds>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Settings that only the schema refuses, and where it does.
fn out_of_bounds() -> Vec<(Value, Vec<&'static str>)> {
    vec![
        (json!({ "days": 0 }), vec!["days"]),
        (json!({ "days": 11 }), vec!["days"]),
        (json!({ "label": "" }), vec!["label"]),
        (json!({ "label": "four" }), vec!["label"]),
        (json!({ "label": "A" }), vec!["label"]),
        (json!({ "shares": [1, 0.25] }), vec!["shares[1]"]),
        (json!({ "shares": [1, 1, 1] }), vec!["shares"]),
        (json!({ "days": 500, "label": "A", "shares": [0], "dasy": 1 }), vec!["dasy", "days", "label", "shares[0]"]),
    ]
}

#[tokio::test]
async fn what_the_schema_alone_forbids_is_neither_set_nor_run() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Bounded)).await;
    for (config, paths) in out_of_bounds() {
        for (method, path, request, beneath) in [
            (Method::POST, "/api/tasks/cron/bounded/run", json!({ "config": config }), ""),
            (Method::POST, "/api/tasks/cron/bounded/run", json!({ "config": config, "dry_run": true }), ""),
            (Method::PATCH, "/api/tasks/cron/bounded", json!({ "config": config }), "config."),
            (
                Method::PATCH,
                "/api/tasks/cron/bounded",
                json!({ "environments": { "serverless": { "config": config } } }),
                "environments.serverless.config.",
            ),
        ] {
            let (status, answer) = asked(&app, "anna", method, path, &request).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{answer}");
            let mistakes = answer["error"]["details"]["mistakes"].as_array().unwrap();
            let mut told: Vec<_> = mistakes.iter().map(|mistake| mistake["path"].as_str().unwrap()).collect();
            told.sort_unstable();
            let expected: Vec<_> = paths.iter().map(|path| format!("{beneath}{path}")).collect();
            assert_eq!(told, expected, "{answer}");
        }
    }
    let row = app.repository().cron_task("bounded").await.unwrap().unwrap();
    assert_eq!((row.overrides, history(&app, "bounded").await.len()), (json!({}), 0));

    let within = json!({ "config": { "days": 10, "label": "abc", "shares": [0.5] } });
    let (status, answer) = asked(&app, "anna", Method::PATCH, "/api/tasks/cron/bounded", &within).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_tells_what_the_schema_forbids_in_every_language() {
    let world = World::new().await;
    let _app = world.app(Registry::builder().cron(Bounded)).await;
    for command in ["run", "set"] {
        let mut texts = Vec::new();
        for (locale, part) in [
            ("en", "integer `11` is not allowed, expected a whole number from 1 to 10"),
            ("de", "nicht erlaubt ist Zahl `11` statt einer ganzen Zahl von 1 bis 10"),
            ("pl", "niedozwolona liczba `11` zamiast liczby całkowitej od 1 do 10"),
        ] {
            let (out, err) = (Page::default(), Page::default());
            let mut printer = Printer::to(out, err.clone());
            let config = r#"{"days":11,"label":"A"}"#;
            let arguments =
                ["worker", "cron", command, "bounded", "--config", config, "--locale", locale].map(Into::into);
            let tasks = Registry::builder().cron(Bounded);
            let exit = worker::run(arguments, Ok(world.config.clone()), tasks, &mut printer).await;
            let text = err.text();
            assert_eq!(exit, Exit::Input, "{text}");
            assert!(text.contains("days: ") && text.contains(part) && text.contains("`^[a-z]*$`"), "{command}: {text}");
            texts.push(text);
        }
        assert_eq!(texts.len(), Locale::all().count());
    }
}

#[tokio::test]
async fn what_was_stored_before_the_schema_forbade_it_does_not_run() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Bounded)).await;
    let request = RunRequest { task: "bounded".to_owned(), config: Some(json!({ "days": 99 })), dry_run: false };
    app.runner().enqueue(&request).await.unwrap();
    pulse(&app).await;
    let ran = history(&app, "bounded").await;
    let [execution] = ran.as_slice() else { panic!("{ran:?}") };
    let error = execution.error.as_ref().unwrap();
    assert_eq!((execution.status, error.kind), (Status::Failed, ErrorKind::Configuration), "{error:?}");
    assert!(error.message.contains("days: integer `99`"), "{error:?}");
}

#[tokio::test]
async fn a_side_task_is_asked_nothing_with_what_its_schema_forbids() {
    let (world, looped) = (World::new().await, Loop::default());
    let app = world.app(Registry::builder().side(looped.clone())).await;
    let client = world.client().await;
    client.execute("update side_tasks set config = '{\"days\":99}'", &[]).await.unwrap();
    let worker = Worker::start(&app).await;
    let row = async || app.repository().side_task("loop").await.unwrap().unwrap();
    until(async || row().await.status == Some(Status::Failed)).await;
    let error = row().await.last_error.unwrap();
    assert_eq!(error.kind, ErrorKind::Configuration, "{error:?}");
    assert!(error.message.contains("days: integer `99`"), "{error:?}");
    worker.stop().await;
    assert_eq!(looped.0.load(Ordering::SeqCst), 0);
}

/// Waits, and counts how often it undoes.
struct Undoing {
    gate: Gate,
    undone: Arc<AtomicUsize>,
}

impl CronTask for Undoing {
    type Config = Bounds;
    type Report = ();

    const DEFINITION: CronTaskDefinition =
        CronTaskDefinition { schedule: Schedule::Cron("0 * * * *"), ..CronTaskDefinition::new("undoing") };

    async fn execute(&self, _: TaskContext<Bounds>) -> TaskResult<()> {
        self.gate.pass().await;
        Ok(())
    }

    async fn rollback(&self, _: TaskContext<Bounds>, _: &TaskError) -> TaskResult<()> {
        self.undone.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::test]
async fn what_a_lost_runner_left_is_not_undone_with_what_the_schema_forbids() {
    let world = World::new().await;
    let (gate, undone) = (Gate::closed(), Arc::new(AtomicUsize::new(0)));
    let tasks = || Registry::builder().cron(Undoing { gate: gate.clone(), undone: undone.clone() });
    let (one, other) = (world.app(tasks()).await, world.app(tasks()).await);
    let client = world.client().await;
    client.execute("update cron_tasks set retries = 0", &[]).await.unwrap();
    world.set("13:00:00");
    let dying = Pulsing::begin(&one);
    gate.somebody().await;
    dying.die().await;
    // As if the version that was lost had allowed it.
    client.execute("update cron_task_executions set config = '{\"days\":99}'", &[]).await.unwrap();
    world.set("13:02:00");
    pulse(&other).await;
    let executions = history(&other, "undoing").await;
    let [lost] = executions.as_slice() else { panic!("{executions:?}") };
    assert_eq!(lost.error.as_ref().unwrap().code, "runner_lost");
    let rollback = lost.rollback.as_ref().unwrap();
    let error = rollback.error.as_ref().unwrap();
    assert_eq!((rollback.status, error.code.as_str()), (Status::Failed, "config_refused"), "{error:?}");
    assert!(error.message.contains("days: integer `99`"), "{error:?}");
    assert_eq!(undone.load(Ordering::SeqCst), 0);
}

/// Settings that by default are not what their schema says.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
struct Astray {
    #[schemars(range(min = 1, max = 10))]
    days: i64,
}

struct AstrayTask;

impl CronTask for AstrayTask {
    type Config = Astray;
    type Report = ();

    const DEFINITION: CronTaskDefinition = CronTaskDefinition::new("astray");

    async fn execute(&self, _: TaskContext<Astray>) -> TaskResult<()> {
        Ok(())
    }
}

struct AstrayLoop;

impl SideTask for AstrayLoop {
    type Config = Astray;

    const DEFINITION: SideTaskDefinition = SideTaskDefinition::new("astray-loop");

    async fn run(&self, _: SideContext<Astray>, _: CancellationToken) -> TaskResult<()> {
        Ok(())
    }
}

/// A schema that says what cannot be checked.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
struct Unchecked {
    #[schemars(regex(pattern = "^(?!no)"))]
    word: String,
}

struct UncheckedTask;

impl CronTask for UncheckedTask {
    type Config = Unchecked;
    type Report = ();

    const DEFINITION: CronTaskDefinition = CronTaskDefinition::new("unchecked");

    async fn execute(&self, _: TaskContext<Unchecked>) -> TaskResult<()> {
        Ok(())
    }
}

#[test]
fn a_task_that_its_own_schema_refuses_is_no_task_of_a_registry() {
    let tasks = Registry::builder().cron(AstrayTask).side(AstrayLoop).cron(UncheckedTask).cron(Bounded);
    let said = tasks.build().unwrap_err().to_string();
    for part in [
        "task “astray”: the settings it comes with are not what their JSON Schema says: config.days: integer `0` is not \
         allowed, expected a whole number from 1 to 10",
        "task “astray-loop”: the settings it comes with are not what their JSON Schema says: config.days: ",
        "task “unchecked”: the JSON Schema of its settings cannot be checked: the pattern `^(?!no)` cannot be read",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(said.lines().count(), 3, "{said}");
}

#[tokio::test]
async fn the_settings_of_shipped_tasks_have_their_bounds() {
    let registry = registry(downbeat::tasks::registry());
    for (task, config, path) in [
        ("database-health", json!({ "connections_percent": -1 }), "connections_percent"),
        ("database-health", json!({ "connections_percent": 500 }), "connections_percent"),
        ("database-health", json!({ "dead_rows_percent": 101 }), "dead_rows_percent"),
        ("database-health", json!({ "size_bytes": -1 }), "size_bytes"),
        ("http-check", json!({ "targets": [{ "url": "https://a", "timeout_ms": 0 }] }), "targets[0].timeout_ms"),
        (
            "http-check",
            json!({ "targets": [{ "url": "https://a", "expect_status": 600 }] }),
            "targets[0].expect_status",
        ),
        ("prune-history", json!({ "retention_days": 0 }), "retention_days"),
        ("prune-history", json!({ "batch_size": 0 }), "batch_size"),
    ] {
        let task = registry.cron_task(task).unwrap();
        let refusal = task.validate(&config).await.unwrap_err();
        assert_eq!((refusal.path.as_str(), refusal.besides), (path, None), "{config}");
    }
    for (name, task) in registry.tasks_by_name() {
        let schema = match task {
            downbeat::task::AnyTask::Cron(task) => task.config_schema().to_value(),
            downbeat::task::AnyTask::Side(task) => task.config_schema().to_value(),
        };
        // Whatever is counted or measured has a least value.
        let unbounded = numbers(&schema).into_iter().filter(|number| number.get("minimum").is_none()).count();
        assert_eq!(unbounded, 0, "{name}: {schema}");
    }
}

/// Every schema of a number within a schema.
fn numbers(schema: &Value) -> Vec<&Value> {
    let is_number = |kind: &Value| kind == "integer" || kind == "number";
    let kind = &schema["type"];
    let own = is_number(kind) || kind.as_array().is_some_and(|kinds| kinds.iter().any(is_number));
    let inner = schema.as_object().into_iter().flatten().filter(|(name, _)| *name != "default").map(|(_, inner)| inner);
    let inner = inner.chain(schema.as_array().into_iter().flatten());
    own.then_some(schema).into_iter().chain(inner.flat_map(numbers)).collect()
}
