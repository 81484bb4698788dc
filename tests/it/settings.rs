//! Mistakes in settings: told with their path and with what is allowed, by a change and by a run, here and on the command
//! line.

use axum::http::{Method, StatusCode};
use downbeat::app::App;
use downbeat::task::Registry;
use downbeat::task::prelude::*;
use serde_json::{Value, json};
use worker::{Exit, Printer};

use crate::cli::Page;
use crate::support::{World, asked};

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
