//! The API as it is described: every route is asked well and badly, and each answer is held against the OpenAPI document
//! that the same program gives.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use downbeat::config::Config;
use downbeat::http::{Access, Content, ROUTES, Route, document, router};
use downbeat::task::Registry;
use downbeat::task::prelude::*;
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use crate::support::{World, quick, task};

task!(Daily = "daily" { schedule: downbeat::task::Schedule::Cron("0 3 * * *") });

const TOKEN: &str = "a-token-for-the-tests-of-http";

/// One answer.
struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answered {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Asks as one who shows this.
async fn ask(api: &Router, credential: Option<&str>, method: &Method, target: &str, body: Sent<'_>) -> Answered {
    let mut request = Request::builder().method(method).uri(target);
    if let Some(credential) = credential {
        request = request.header(header::AUTHORIZATION, format!("Bearer {credential}"));
    }
    if let Some(media_type) = body.media_type {
        request = request.header(header::CONTENT_TYPE, media_type);
    }
    let response = api.clone().oneshot(request.body(Body::from(body.text.to_owned())).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    Answered { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.into()).unwrap() }
}

#[derive(Clone, Copy)]
struct Sent<'a> {
    media_type: Option<&'a str>,
    text: &'a str,
}

const NOTHING: Sent<'_> = Sent { media_type: None, text: "" };

fn sent(text: &str) -> Sent<'_> {
    Sent { media_type: Some("application/json"), text }
}

/// The API over a database of its own, opened by the token, and the same where no credential is set.
async fn apis(world: &World) -> (Router, Router) {
    let registry = || Registry::builder().cron(Daily(quick()));
    let config = Config { api_token: Some(TOKEN.to_owned().into()), ..world.config.clone() };
    let open = world.app_with(config, registry()).await;
    (router(open), router(world.app(registry()).await))
}

/// The path with its parameter filled.
fn target(route: &Route, parameter: &str) -> String {
    route.parameters().fold(route.path.to_owned(), |path, name| path.replace(&format!("{{{name}}}"), parameter))
}

fn operation<'a>(document: &'a Value, route: &Route, method: &Method) -> &'a Value {
    &document["paths"][route.path][method.as_str().to_lowercase()]
}

/// Holds an answer against what the document says of its status.
fn hold(document: &Value, route: &Route, method: &Method, answered: &Answered, case: &str) {
    let place = format!("{method} {} ({case}) answered {}: {}", route.path, answered.status, answered.text);
    let response = &operation(document, route, method)["responses"][answered.status.as_str()];
    assert!(response.is_object(), "a status that is not described: {place}");
    for name in response["headers"].as_object().unwrap().keys() {
        let is_always_there = document["components"]["headers"][name]["required"] == true;
        assert!(answered.headers.contains_key(name) || !is_always_there, "{name} is missing: {place}");
    }
    if *method == Method::HEAD {
        assert_eq!(answered.text, "", "{place}");
        return;
    }
    let content = response["content"].as_object().unwrap();
    let said = answered.headers[header::CONTENT_TYPE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let schema = &content.get(&said).unwrap_or_else(|| panic!("{said} is not described: {place}"))["schema"];
    let body = if said == "application/json" { answered.json() } else { json!(answered.text) };
    let wrong = wrong(document, schema, &body);
    assert!(wrong.is_empty(), "{wrong:#?}: {place}");
}

/// Every method a route answers to, HEAD with a GET that only reads.
fn methods(route: &Route) -> Vec<Method> {
    let reads = route.methods.contains(&Method::GET) && !route.acts_by_get();
    let head = reads.then_some(Method::HEAD);
    route.methods.iter().cloned().chain(head).collect()
}

/// What answers whoever asks, as SECURITY.md has it.
const OPEN: [&str; 4] = ["/health/live", "/health/ready", "/api/pulse/status", "/api/openapi.json"];

#[tokio::test]
async fn every_route_refuses_who_shows_no_credential_as_it_is_described() {
    let world = World::new().await;
    let document = document();
    let (api, closed) = apis(&world).await;
    for route in ROUTES.iter() {
        for method in methods(route) {
            let open = operation(&document, route, &method)["security"].as_array().unwrap();
            let open = open.is_empty() || open.contains(&json!({}));
            assert_eq!(open, OPEN.contains(&route.path), "{}", route.path);
            for (api, credential, expected, case) in [
                (&api, None, StatusCode::UNAUTHORIZED, "no credential"),
                (&api, Some("a-token-that-is-wrong"), StatusCode::UNAUTHORIZED, "wrong credential"),
                (&closed, Some(TOKEN), StatusCode::FORBIDDEN, "no credential is set"),
            ] {
                let answered = ask(api, credential, &method, &target(route, "daily"), NOTHING).await;
                assert_eq!(answered.status == expected, !open, "{method} {}: {}", route.path, answered.text);
                hold(&document, route, &method, &answered, case);
            }
        }
    }
}

#[tokio::test]
async fn every_route_refuses_what_is_wrong_in_its_path_and_query_as_it_is_described() {
    let world = World::new().await;
    let document = document();
    let (api, _) = apis(&world).await;
    for route in ROUTES.iter() {
        for method in methods(route) {
            let unknown = format!("{}?colour=blue", target(route, "daily"));
            let answered = ask(&api, Some(TOKEN), &method, &unknown, NOTHING).await;
            assert_eq!(answered.status, StatusCode::BAD_REQUEST, "{method} {unknown}: {}", answered.text);
            hold(&document, route, &method, &answered, "unknown parameter");
            if route.parameters().next().is_none() {
                continue;
            }
            for (garbage, expected) in [
                ("%00", StatusCode::BAD_REQUEST),
                ("%FF", StatusCode::BAD_REQUEST),
                ("no-such-thing", StatusCode::NOT_FOUND),
                ("%F0%9F%92%A5%2F..", StatusCode::NOT_FOUND),
            ] {
                let answered = ask(&api, Some(TOKEN), &method, &target(route, garbage), sent("{\"x\":1}")).await;
                // A body that is not read is not looked at; one that is may be refused first.
                let refused = [expected, StatusCode::BAD_REQUEST].contains(&answered.status);
                assert!(refused, "{method} {} {garbage}: {}", route.path, answered.text);
                hold(&document, route, &method, &answered, garbage);
            }
        }
    }
}

#[tokio::test]
async fn every_body_that_is_wrong_is_refused_as_it_is_described() {
    let world = World::new().await;
    let document = document();
    let (api, _) = apis(&world).await;
    let deep = format!("{{\"config\":{}{}}}", "[".repeat(500), "]".repeat(500));
    let long = format!("\"{}\"", "x".repeat(1024 * 1024));
    for route in ROUTES.iter() {
        for method in methods(route) {
            if operation(&document, route, &method)["requestBody"].is_null() {
                continue;
            }
            for (body, expected) in [
                (sent("{"), StatusCode::BAD_REQUEST),
                (sent("{} {}"), StatusCode::BAD_REQUEST),
                (sent("7"), StatusCode::BAD_REQUEST),
                (sent("[null, null]"), StatusCode::BAD_REQUEST),
                (sent("\"text\""), StatusCode::BAD_REQUEST),
                (sent("{\"tasks\":[\"\\u0000\"]}"), StatusCode::BAD_REQUEST),
                (sent(&deep), StatusCode::BAD_REQUEST),
                (sent(&long), StatusCode::PAYLOAD_TOO_LARGE),
                (Sent { media_type: Some("text/plain"), text: "{}" }, StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ] {
                let answered = ask(&api, Some(TOKEN), &method, &target(route, "daily"), body).await;
                let case: String = body.text.chars().take(30).collect();
                assert_eq!(answered.status, expected, "{method} {} {case}: {}", route.path, answered.text);
                hold(&document, route, &method, &answered, &case);
            }
        }
    }
}

/// A worker that lives, as the tables have it.
const A_RUNNER: &str = "insert into task_runners (instance_id, name, kind, environment, version, lock_key, lock_mode,
    heartbeat_interval, lease, started_at, heartbeat_at)
  values ($1, 'web-1/7', 'worker', 'production', '0', hashtext($1::uuid::text), 'session', 3600000, 3600000,
    '2026-03-02 12:00Z', '2026-03-02 12:00Z')";

#[tokio::test]
async fn every_route_answers_good_input_as_it_is_described() {
    let world = World::new().await;
    let document = document();
    let config = Config { api_token: Some(TOKEN.to_owned().into()), ..world.config.clone() };
    let api = router(world.app_with(config, Registry::builder().cron(Daily(quick())).side(Watch)).await);
    let client = world.client().await;
    let run = async |body| {
        let run = ask(&api, Some(TOKEN), &Method::POST, "/api/tasks/cron/daily/run", body).await;
        run.json()["data"]["id"].as_str().unwrap_or_else(|| panic!("{}", run.text)).to_owned()
    };
    let ended = run(sent("{\"wait\":true}")).await;
    for route in ROUTES.iter() {
        let parameter = match (route.path, route.parameters().next()) {
            // What has ended is not cancelled.
            ("/api/executions/{id}/cancel", _) => run(NOTHING).await,
            (_, Some("id")) => ended.clone(),
            // One of its own each time: it stops once.
            (_, Some("instance")) => {
                let id = Uuid::now_v7();
                client.execute(A_RUNNER, &[&id]).await.expect("a runner");
                id.to_string()
            }
            (path, _) if path.starts_with("/api/tasks/side/") => "watch".to_owned(),
            (_, Some(_) | None) => "daily".to_owned(),
        };
        let query = match route.path {
            "/api/schedule/next" => "?expression=@daily&count=3",
            // Else it would never end.
            "/api/events" => "?follow=false",
            _ => "",
        };
        let body = match route.command {
            Some("cron set") => sent("{\"timeout\":1000}"),
            Some(_) | None => NOTHING,
        };
        for method in methods(route) {
            let place = format!("{}{query}", target(route, &parameter));
            let answered = ask(&api, Some(TOKEN), &method, &place, body).await;
            assert!(answered.status.is_success(), "{method} {place} answered {}: {}", answered.status, answered.text);
            hold(&document, route, &method, &answered, "good input");
        }
    }
}

/// What is wrong with a value, held against a schema of the document.
fn wrong(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut schema = schema.clone();
    schema["components"] = document["components"].clone();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// A parameter itself, where it is only referred to.
fn resolved(document: &Value, parameter: &Value) -> Value {
    match parameter["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap().clone(),
        None => parameter.clone(),
    }
}

fn examples(parameter: &Value) -> Vec<&Value> {
    let of_form = parameter["schema"]["examples"].as_array().into_iter().flatten();
    parameter.get("example").into_iter().chain(of_form).collect()
}

#[tokio::test]
async fn no_example_of_a_parameter_is_refused_by_a_route_that_reads() {
    let world = World::new().await;
    let document = document();
    let (api, _) = apis(&world).await;
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut sent = 0;
    for route in ROUTES.iter().filter(|route| route.methods.contains(&Method::GET) && !route.acts_by_get()) {
        let parameters = operation(&document, route, &Method::GET)["parameters"].as_array().unwrap();
        let parameters: Vec<_> = parameters.iter().map(|parameter| resolved(&document, parameter)).collect();
        let given =
            |parameter: &Value, value: &Value| format!("{}={}", text(&parameter["name"]), encoded(&text(value)));
        let always = |parameter: &&Value| parameter["in"] == "query" && parameter["required"] == true;
        for parameter in &parameters {
            for example in examples(parameter) {
                let needed = parameters.iter().filter(always).filter(|needed| needed["name"] != parameter["name"]);
                let mut query: Vec<_> = needed.map(|needed| given(needed, examples(needed)[0])).collect();
                // Without it, an answer would never end.
                query.extend((route.content == Content::Events).then(|| "follow=false".to_owned()));
                let mut request = Request::builder().header(header::AUTHORIZATION, format!("Bearer {TOKEN}"));
                match parameter["in"].as_str() {
                    Some("header") => request = request.header(text(&parameter["name"]), text(example)),
                    _ if parameter["name"] == "follow" => {}
                    _ => query.push(given(parameter, example)),
                }
                let target = format!("{}?{}", target(route, "daily"), query.join("&"));
                let request = request.uri(&target).body(Body::empty()).unwrap();
                let response = api.clone().oneshot(request).await.unwrap();
                let status = response.status();
                let answer = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
                assert_ne!(status, StatusCode::BAD_REQUEST, "{target}, {parameter}: {answer:?}");
                sent += 1;
            }
        }
    }
    assert!(sent > 30, "{sent}");
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn every_parameter_body_and_answer_has_an_example() {
    let document = document();
    for (route, method) in ROUTES.iter().flat_map(|route| methods(route).into_iter().map(move |method| (route, method)))
    {
        let place = format!("{method} {}", route.path);
        let operation = operation(&document, route, &method);
        let in_path = document["paths"][route.path]["parameters"].as_array().unwrap();
        let parameters = operation["parameters"].as_array().unwrap().iter().chain(in_path);
        for parameter in parameters.map(|parameter| resolved(&document, parameter)) {
            let described = parameter["description"].as_str().is_some_and(|description| !description.is_empty());
            assert!(described, "{place}: {parameter}");
            let examples = examples(&parameter);
            assert!(!examples.is_empty(), "{place}: {parameter}");
            for example in examples {
                let wrong = wrong(&document, &parameter["schema"], example);
                assert!(wrong.is_empty(), "{place}: {parameter}: {wrong:#?}");
            }
        }
        for exchanged in [&operation["requestBody"], &operation["responses"]["200"]] {
            for (media_type, content) in exchanged["content"].as_object().into_iter().flatten() {
                assert!(!content["example"].is_null(), "{place}: {media_type} has no example");
                let wrong = wrong(&document, &content["schema"], &content["example"]);
                assert!(wrong.is_empty(), "{place}: {wrong:#?}");
            }
        }
        assert!(method == Method::HEAD || operation["responses"]["200"]["content"].is_object(), "{place}");
    }
}

#[test]
fn every_error_has_an_example_that_is_what_its_schema_says() {
    let document = document();
    for route in ROUTES.iter() {
        for method in route.methods {
            for fault in route.faults() {
                let response = &operation(&document, route, method)["responses"][fault.kind().status().as_str()];
                let content = &response["content"]["application/json"];
                let example = &content["examples"][fault.code()]["value"];
                assert_eq!(example["error"]["code"], fault.code(), "{method} {}", route.path);
                let wrong = wrong(&document, &content["schema"], example);
                assert!(wrong.is_empty(), "{method} {} {}: {wrong:#?}", route.path, fault.code());
            }
        }
    }
}

#[tokio::test]
async fn what_acts_and_reads_no_body_refuses_one() {
    let world = World::new().await;
    let document = document();
    let (api, _) = apis(&world).await;
    let mut refused = 0;
    for route in ROUTES.iter().filter(|route| route.access == Access::Token) {
        for method in route.methods.iter().filter(|method| **method != Method::GET) {
            if !operation(&document, route, method)["requestBody"].is_null() {
                continue;
            }
            refused += 1;
            let target = target(route, "daily");
            for (body, expected) in [
                (sent("{\"wait\":true}"), StatusCode::BAD_REQUEST),
                (sent("wait"), StatusCode::BAD_REQUEST),
                (sent(&"x".repeat(2 * 1024 * 1024)), StatusCode::PAYLOAD_TOO_LARGE),
            ] {
                let answered = ask(&api, Some(TOKEN), method, &target, body).await;
                assert_eq!(answered.status, expected, "{method} {target}: {}", answered.text);
                hold(&document, route, method, &answered, "a body");
            }
            for body in [sent("{}"), sent("null"), sent(" "), NOTHING] {
                let answered = ask(&api, Some(TOKEN), method, &target, body).await;
                assert_ne!(answered.code(), "request_invalid", "{method} {target}: {}", answered.text);
            }
        }
    }
    assert!(refused > 5, "{refused}");
}

#[tokio::test]
async fn a_body_that_is_no_json_is_told_by_line_and_column() {
    let world = World::new().await;
    let (api, _) = apis(&world).await;
    let body = sent("{\n  \"wait\" true\n}");
    let answered = ask(&api, Some(TOKEN), &Method::POST, "/api/tasks/cron/daily/run", body).await;
    let error = &answered.json()["error"];
    assert_eq!((&error["details"]["line"], &error["details"]["column"]), (&json!(2), &json!(10)), "{error}");
    assert!(error["message"].as_str().unwrap().contains("line 2, column 10"), "{error}");
}

#[tokio::test]
async fn a_cursor_goes_on_in_its_own_list_alone() {
    let world = World::new().await;
    let (api, _) = apis(&world).await;
    let (history, pulses) = ("/api/tasks/cron/history", "/api/pulse/history");
    for _ in 0..2 {
        ask(&api, Some(TOKEN), &Method::POST, "/api/tasks/cron/daily/run", sent("{\"wait\":true}")).await;
        ask(&api, Some(TOKEN), &Method::POST, "/api/pulse", NOTHING).await;
    }
    for (own, other) in [(history, pulses), (pulses, history)] {
        let page = ask(&api, Some(TOKEN), &Method::GET, &format!("{own}?limit=1"), NOTHING).await.json();
        let cursor = page["data"]["next_cursor"].as_str().expect("there is more").to_owned();
        let next = ask(&api, Some(TOKEN), &Method::GET, &format!("{own}?cursor={cursor}"), NOTHING).await;
        assert_eq!(next.status, StatusCode::OK, "{}", next.text);
        let elsewhere = ask(&api, Some(TOKEN), &Method::GET, &format!("{other}?cursor={cursor}"), NOTHING).await;
        assert_eq!(elsewhere.code(), "cursor_invalid", "{}", elsewhere.text);
    }
}

#[tokio::test]
async fn a_character_that_the_database_cannot_store_is_refused_where_it_stands() {
    let world = World::new().await;
    let (api, _) = apis(&world).await;
    let body = sent("{\"config\":{\"a\":[\"b\",\"c\\u0000\"]}}");
    let answered = ask(&api, Some(TOKEN), &Method::POST, "/api/tasks/cron/daily/run", body).await;
    assert_eq!((answered.status, answered.code().as_str()), (StatusCode::BAD_REQUEST, "request_invalid"));
    assert_eq!(answered.json()["error"]["details"]["path"], "config.a[1]");
    // What a platform sends besides is not ours.
    let body = sent("{\"theirs\":\"\\u0000\"}");
    assert_eq!(ask(&api, Some(TOKEN), &Method::POST, "/api/pulse", body).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_no_route_answers_is_in_the_envelope_too() {
    let world = World::new().await;
    let (api, _) = apis(&world).await;
    let missing = ask(&api, None, &Method::GET, "/nowhere", NOTHING).await;
    assert_eq!((missing.status, missing.code().as_str()), (StatusCode::NOT_FOUND, "route_not_found"));
    for method in [Method::OPTIONS, Method::PUT, Method::TRACE] {
        let answered = ask(&api, None, &method, "/api/pulse", NOTHING).await;
        assert_eq!((answered.status, answered.code().as_str()), (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"));
        assert_eq!(answered.headers[header::ALLOW], "GET,POST");
        assert_eq!(answered.headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(answered.headers[header::CONTENT_LANGUAGE], "en");
    }
}

#[tokio::test]
async fn the_metrics_are_a_sound_exposition_and_count_what_there_is() {
    let world = World::new().await;
    let (api, _) = apis(&world).await;
    ask(&api, Some(TOKEN), &Method::POST, "/api/tasks/cron/daily/run", sent("{\"wait\":true}")).await;
    ask(&api, Some(TOKEN), &Method::POST, "/api/tasks/cron/daily/run", NOTHING).await;
    world.clock.set(crate::support::at("12:00:10"));
    let answered = ask(&api, Some(TOKEN), &Method::GET, "/metrics", NOTHING).await;
    assert_eq!(answered.headers[header::CONTENT_TYPE], "text/plain; version=0.0.4; charset=utf-8");
    let samples = samples(&answered.text);
    let value = |name: &str| samples.iter().find(|(sample, _)| sample == name).unwrap_or_else(|| panic!("{name}")).1;
    assert_eq!(value("downbeat_executions_total{status=\"completed\"}"), 1.0);
    assert_eq!(value("downbeat_cron_tasks{state=\"enabled\"}"), 1.0);
    assert_eq!(value("downbeat_pending"), 1.0);
    assert_eq!(value("downbeat_oldest_pending_seconds"), 10.0);
    assert_eq!(value("downbeat_due"), 0.0);
    world.clock.set(crate::support::at("12:00:10") + chrono::TimeDelta::days(1));
    let later = ask(&api, Some(TOKEN), &Method::GET, "/metrics", NOTHING).await;
    let samples = self::samples(&later.text);
    let value = |name: &str| samples.iter().find(|(sample, _)| sample == name).unwrap().1;
    assert_eq!((value("downbeat_due"), value("downbeat_overdue")), (1.0, 1.0));
    assert_eq!(value("downbeat_oldest_due_seconds"), 9.0 * 3600.0 + 10.0);
}

/// Reads the exposition and nothing that is none: each metric's help, its type, then its samples, each once.
fn samples(text: &str) -> Vec<(String, f64)> {
    assert!(text.ends_with('\n'));
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let (mut family, mut kind, mut seen, mut samples) = (String::new(), "", BTreeSet::new(), Vec::new());
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, sentence) = help.split_once(' ').unwrap();
            assert!(is_name(name) && !sentence.is_empty() && seen.insert(name.to_owned()), "{line}");
            (family, kind) = (name.to_owned(), "");
        } else if let Some(declared) = line.strip_prefix("# TYPE ") {
            let (name, declared) = declared.split_once(' ').unwrap();
            assert!(name == family && ["gauge", "counter"].contains(&declared) && kind.is_empty(), "{line}");
            assert_eq!(declared == "counter", name.ends_with("_total"), "{line}");
            kind = declared;
        } else {
            let (sample, value) = line.rsplit_once(' ').unwrap();
            let name = sample.split('{').next().unwrap();
            assert!(name == family && !kind.is_empty() && seen.insert(sample.to_owned() + "!"), "{line}");
            if let Some(labels) = sample.strip_prefix(&format!("{name}{{")) {
                for label in labels.strip_suffix('}').unwrap().split(',') {
                    let (label, value) = label.split_once('=').unwrap();
                    assert!(is_name(label) && value.starts_with('"') && value.ends_with('"'), "{line}");
                }
            }
            samples.push((sample.to_owned(), value.parse().unwrap()));
        }
    }
    samples
}

#[test]
fn no_answer_of_a_route_lacks_its_form() {
    let document = document();
    for route in ROUTES.iter().filter(|route| route.content == Content::Envelope) {
        let answer = &operation(&document, route, &route.methods[0])["responses"]["200"]["content"]["application/json"];
        assert!(answer["schema"]["properties"]["data"].is_object(), "{}", route.path);
    }
}

#[tokio::test]
async fn head_tells_how_long_the_answer_to_get_is() {
    let world = World::new().await;
    let (api, _) = apis(&world).await;
    for path in ["/api/openapi.json", "/api/tasks/cron", "/api/types", "/nowhere", "/health/live"] {
        let [get, head] = [Method::GET, Method::HEAD];
        let get = ask(&api, Some(TOKEN), &get, path, NOTHING).await;
        let head = ask(&api, Some(TOKEN), &head, path, NOTHING).await;
        assert_eq!(head.headers[header::CONTENT_LENGTH], get.text.len().to_string().as_str(), "{path}");
        assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{path}");
    }
}

#[tokio::test]
async fn head_never_acts() {
    let world = World::new().await;
    let document = document();
    let (api, _) = apis(&world).await;
    let acting: Vec<_> = ROUTES.iter().filter(|route| route.acts_by_get()).collect();
    assert_eq!(acting.iter().map(|route| route.path).collect::<Vec<_>>(), ["/api/pulse"]);
    for (method, credential) in [(Method::HEAD, Some(TOKEN)), (Method::HEAD, None), (Method::PUT, Some(TOKEN))] {
        let answered = ask(&api, credential, &method, "/api/pulse", NOTHING).await;
        assert_eq!(answered.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(answered.headers[header::ALLOW], "GET,POST", "{method}");
    }
    assert!(document["paths"]["/api/pulse"]["head"].is_null());
    let history = ask(&api, Some(TOKEN), &Method::GET, "/api/pulse/history", NOTHING).await;
    assert_eq!(history.json()["data"]["pulses"], json!([]), "{}", history.text);
}

struct Watch;

impl SideTask for Watch {
    type Config = ();

    const DEFINITION: SideTaskDefinition = SideTaskDefinition::new("watch");

    async fn run(&self, _: SideContext<()>, stop: CancellationToken) -> TaskResult<()> {
        stop.cancelled().await;
        Ok(())
    }
}

#[tokio::test]
async fn a_task_of_the_other_kind_is_not_meant_but_named() {
    let world = World::new().await;
    let registry = Registry::builder().cron(Daily(quick())).side(Watch);
    let api = router(
        world.app_with(Config { api_token: Some(TOKEN.to_owned().into()), ..world.config.clone() }, registry).await,
    );
    for (method, path, message) in [
        (Method::GET, "/api/tasks/cron/watch", "“watch” is a side task; this is for cron tasks"),
        (Method::POST, "/api/tasks/side/daily/stop", "“daily” is a cron task; this is for side tasks"),
        (Method::GET, "/api/tasks/cron/dialy", "there is no task “dialy”; did you mean “daily”?"),
        (Method::POST, "/api/tasks/side/dialy/stop", "there is no task “dialy”"),
    ] {
        let answered = ask(&api, Some(TOKEN), &method, path, NOTHING).await;
        assert_eq!(answered.json()["error"]["message"], message, "{method} {path}");
    }
}

#[tokio::test]
async fn the_form_of_a_body_is_told_apart_from_its_being_json() {
    let world = World::new().await;
    let (api, _) = apis(&world).await;
    let deep = format!("{{\"config\":{}{}}}", "[".repeat(500), "]".repeat(500));
    for (body, part) in [
        ("{\"wait\":true,\"wait\":false}", "field `wait` is there twice"),
        (deep.as_str(), "nested too deeply"),
        ("{\"config\":{},\"wiat\":true}", "unknown field `wiat`"),
    ] {
        let answered = ask(&api, Some(TOKEN), &Method::POST, "/api/tasks/cron/daily/run", sent(body)).await;
        let error = &answered.json()["error"];
        assert!(error["message"].as_str().unwrap().contains(part), "{error}");
    }
}
