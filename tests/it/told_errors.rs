//! Why executions failed, told in the reader's language; and a task's own words as they are.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use axum::body::Body;
use axum::http::{Request, header};
use downbeat::app::App;
use downbeat::config::Config;
use downbeat::http::{Trusted, router};
use downbeat::locale::{Locale, Sentence};
use downbeat::model::ExecutionId;
use downbeat::runner::PulseRequest;
use downbeat::task::{Overlap, Registry, RegistryBuilder, RetryPolicy, Schedule, TaskError};
use downbeat::tasks::http_check::HttpCheck;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt;
use worker::Printer;

use crate::cli::Page;
use crate::support::{Gate, Pulsing, World, asked, history, pulse, pulse_with, script, task};

const MINUTELY: Schedule = Schedule::Cron("* * * * *");

task!(Slow = "slow" { schedule: Schedule::Manual, timeout: Some(Duration::from_millis(20)), retry: RetryPolicy::NEVER });
task!(Long = "long" { schedule: Schedule::Manual });
task!(Replaced = "replaced" { schedule: MINUTELY, overlap: Overlap::CancelRunning });
task!(Own = "own" { schedule: Schedule::Manual, retry: RetryPolicy::NEVER });
task!(Panicking = "panicking" { schedule: Schedule::Manual, retry: RetryPolicy::NEVER });
task!(After = "after" { schedule: Schedule::Manual, dependencies: &["own"] });

fn tasks(gate: &Gate) -> RegistryBuilder {
    Registry::builder()
        .cron(Slow(gate.script()))
        .cron(Long(gate.script()))
        .cron(Replaced(gate.script()))
        // A code of ours, by chance: its words are its own all the same.
        .cron(Own(script(async |_| Err(TaskError::execution("timeout", "the train took longer than planned")))))
        .cron(Panicking(script(async |_| panic!("boom"))))
        .cron(HttpCheck)
}

async fn told(app: &App, path: &str, language: &str) -> Value {
    let request = Request::builder().uri(path).header(header::ACCEPT_LANGUAGE, language);
    let request = request.extension(Trusted { actor: "anna".to_owned() }).body(Body::empty()).unwrap();
    let response = router(app.clone()).oneshot(request).await.unwrap();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let answer: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(answer["success"], true, "{answer}");
    answer["data"].clone()
}

async fn run(app: &App, task: &str, body: Value) -> ExecutionId {
    let path = format!("/api/tasks/cron/{task}/run");
    let (status, answer) = asked(app, "anna", axum::http::Method::POST, &path, &body).await;
    assert!(status.is_success(), "{answer}");
    serde_json::from_value(answer["data"]["id"].clone()).unwrap()
}

/// What ended how, by the language it is told in: English, German, Polish.
async fn ended_every_way(world: &World, app: &App, gate: &Gate) -> Vec<(ExecutionId, [String; 3])> {
    let mut ended = Vec::new();
    let all = |text: &str| [text, text, text].map(str::to_owned);

    for (task, texts) in [
        (
            "slow",
            ["took longer than 20 ms", "Hat länger als 20 ms gedauert", "trwało dłużej niż 20 ms"].map(str::to_owned),
        ),
        ("own", all("the train took longer than planned")),
        ("panicking", ["panicked: boom", "Panic: boom", "panic: boom"].map(str::to_owned)),
    ] {
        ended.push((run(app, task, json!({ "wait": true })).await, texts));
    }

    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let targets = json!({ "targets": [{ "url": format!("http://{closed}/") }] });
    let checked = run(app, "http-check", json!({ "wait": true, "config": targets })).await;
    let texts = [
        format!("1 of 1 failed: http://{closed}/: the connection was refused"),
        format!("1 von 1 fehlgeschlagen: http://{closed}/: die Verbindung wurde abgelehnt"),
        format!("nieudane: 1 z 1: http://{closed}/: odmowa połączenia"),
    ];
    ended.push((checked, texts));

    let cancelled = run(app, "long", Value::Null).await;
    let path = format!("/api/executions/{}/cancel", cancelled.0);
    asked(app, "anna", axum::http::Method::POST, &path, &Value::Null).await;
    let texts = [
        "cancelled by anna before it started",
        "Vor dem Start abgebrochen von anna",
        "anulowane przed startem przez anna",
    ];
    ended.push((cancelled, texts.map(str::to_owned)));

    let interrupted = run(app, "long", Value::Null).await;
    pulse_with(app, PulseRequest { budget: Some(Duration::from_millis(200)), ..PulseRequest::default() }).await;
    let texts = ["the runner stopped", "Der Runner hat angehalten", "runner się zatrzymał"];
    ended.push((interrupted, texts.map(str::to_owned)));
    // So that it runs no more.
    for next in history(app, "long").await {
        let path = format!("/api/executions/{}/cancel", next.id.0);
        asked(app, "anna", axum::http::Method::POST, &path, &Value::Null).await;
    }

    while gate.try_somebody() {}
    world.set("12:01:00");
    let running = Pulsing::begin(app);
    gate.somebody().await;
    world.set("12:02:00");
    pulse(&world.app_with(app.config().clone(), tasks(gate)).await).await;
    gate.somebody().await;
    gate.open(2);
    running.end().await;
    let superseded = history(app, "replaced").await[0].id;
    let texts =
        ["a later slot replaced it", "Ein späterer Termin ist an die Stelle getreten", "zastąpił je późniejszy termin"];
    ended.push((superseded, texts.map(str::to_owned)));
    ended
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reader_is_told_in_a_language_of_their_own_why_an_execution_failed() {
    let (world, gate) = (World::new().await, Gate::closed());
    let config = Config { lease: Duration::from_secs(24 * 3600), ..world.config.clone() };
    let app = world.app_with(config, tasks(&gate)).await;
    for (id, texts) in ended_every_way(&world, &app, &gate).await {
        for (language, text) in ["en", "de", "pl"].into_iter().zip(&texts) {
            let page = told(&app, "/api/tasks/cron/history?limit=100", language).await;
            let listed = page["executions"].as_array().unwrap().iter().find(|one| one["id"] == json!(id)).unwrap();
            let one = told(&app, &format!("/api/executions/{}", id.0), language).await;
            for error in [&listed["error"], &one["error"]] {
                assert_eq!(error["message"], json!(text), "{language}");
                assert!(error.get("sentence").is_none() && error.get("causes").is_none(), "{error}");
            }
            let line = format!("worker cron execution {} --locale {language}", id.0);
            let said = typed(&world, tasks(&gate), &line).await;
            let (said, text) = (without_breaks(&said), without_breaks(text));
            assert!(said.contains(&text), "{line}: {said} does not say {text}");
        }
    }
    for (language, message) in [("en", "took longer than 20 ms"), ("de", "Hat länger als 20 ms gedauert")] {
        let task = told(&app, "/api/tasks/cron/slow", language).await;
        assert_eq!(task["last_execution_error"]["message"], message);
        assert_eq!(task["executions"][0]["error"]["message"], message);
        let stats = told(&app, "/api/tasks/cron/stats?task=slow", language).await;
        assert_eq!(stats["errors"]["tasks"][0]["last_message"], message);
        let why = told(&app, "/api/tasks/cron/slow/explain", language).await;
        let failed = why["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "attempt_failed");
        let failed = failed.unwrap_or_else(|| panic!("{why}"));
        assert_eq!(failed["facts"]["error"], message);
        assert!(failed["message"].as_str().unwrap().contains(message), "{failed}");
        let history =
            typed(&world, tasks(&gate), &format!("worker cron history --task slow --locale {language}")).await;
        assert!(without_breaks(&history).contains(&without_breaks(message)), "{history}");
    }
}

#[tokio::test]
async fn a_pulse_tells_in_its_caller_s_language_what_failed() {
    let (world, gate) = (World::new().await, Gate::closed());
    let app = world.app(tasks(&gate)).await;
    run(&app, "own", Value::Null).await;
    run(&app, "panicking", Value::Null).await;
    let request = Request::post("/api/pulse").header(header::ACCEPT_LANGUAGE, "de");
    let request = request.extension(Trusted { actor: "anna".to_owned() }).body(Body::empty()).unwrap();
    let response = router(app.clone()).oneshot(request).await.unwrap();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let report: Value = serde_json::from_slice(&bytes).unwrap();
    let results = report["data"]["results"].as_array().unwrap();
    let messages: BTreeSet<_> = results.iter().filter_map(|result| result["error"]["message"].as_str()).collect();
    assert_eq!(messages, BTreeSet::from(["Panic: boom", "the train took longer than planned"]), "{report}");
}

#[tokio::test]
async fn what_a_dependency_or_a_lost_runner_ended_is_told_in_german() {
    let (world, gate) = (World::new().await, Gate::closed());
    let app = world.app(tasks(&gate).cron(After(gate.script()))).await;
    run(&app, "long", Value::Null).await;
    let running = Pulsing::begin(&app);
    gate.somebody().await;
    running.die().await;
    world.clock.advance(Duration::from_secs(3600));
    pulse_with(&app, PulseRequest { tasks: Some(vec!["own".to_owned()]), ..PulseRequest::default() }).await;
    let page = told(&app, "/api/tasks/cron/history?task=long&status=failed", "de").await;
    let error = &page["executions"][0]["error"];
    assert_eq!(error["code"], "runner_lost");
    let message = error["message"].as_str().unwrap();
    assert!(message.starts_with("Der Runner ") && message.ends_with(" ging währenddessen verloren"), "{message}");
}

fn without_breaks(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn typed(world: &World, tasks: RegistryBuilder, line: &str) -> String {
    let (out, err) = (Page::default(), Page::default());
    let mut printer = Printer::to(out.clone(), err.clone());
    worker::run(line.split(' ').map(OsString::from), Ok(world.config.clone()), tasks, &mut printer).await;
    format!("{}{}", out.text(), err.text())
}

/// Words for people where an error is made, instead of a message of `locales/`.
fn worded(source: &str) -> Vec<String> {
    let code = source.split("\n#[cfg(test)]").next().unwrap_or_default();
    let made = code.split("TaskError::").skip(1).filter_map(|rest| {
        let (how, rest) = rest.split_once('(')?;
        let rest = match how {
            "timeout" => rest,
            "execution" | "system" | "configuration" => rest.split_once(',')?.1,
            _ => return None,
        };
        Some(rest.trim_start().chars().take(60).collect::<String>())
    });
    made.filter(|said| {
        said.starts_with(['"', '&']) || said.starts_with("format!") || said.starts_with("error.to_string")
    })
    .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "sql") {
            found.push(path);
        }
    }
    Ok(())
}

fn shared() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared")
}

#[test]
fn no_error_of_ours_is_worded_where_it_is_made() {
    let mut files = Vec::new();
    sources(&shared().join("src"), &mut files).unwrap();
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs")) {
        let said = worded(&fs::read_to_string(file).unwrap());
        found.extend(said.into_iter().map(|said| format!("{}: {said}", file.display())));
    }
    assert!(found.is_empty(), "say it in locales/…/error.ftl:\n{}", found.join("\n"));
}

#[test]
fn an_error_that_is_worded_where_it_is_made_is_found() {
    let source = "TaskError::execution(\"a\", \"b\"); TaskError::system(\"c\", format!(\"d\"));
        TaskError::system(\"e\", msg::error_interrupted()); TaskError::timeout(msg::error_timeout(1));\n#[cfg(test)]\nmod tests {
        TaskError::execution(\"f\", \"g\") }";
    assert_eq!(worded(source).len(), 2);
}

/// The sentences that statements store, with something for each argument.
fn stored_by_statements() -> Vec<(String, Value)> {
    let mut files = Vec::new();
    sources(&shared().join("src/repository/sql"), &mut files).unwrap();
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let codes = text.matches("'code', '").count();
        let sentences: Vec<_> = text.split("'sentence', ").skip(1).collect();
        let sentences: Vec<_> = sentences.into_iter().filter(|rest| rest.contains("error-")).collect();
        assert_eq!(codes, sentences.len(), "{name}: an error without its sentence");
        for rest in sentences {
            let rest = &rest[..rest.find("error-").unwrap() + 300.min(rest.len() - rest.find("error-").unwrap())];
            let id = rest.split(['\'', '"']).find(|word| word.starts_with("error-")).unwrap();
            let arguments =
                rest.split_once("'arguments', jsonb_build_object('").filter(|(before, _)| before.len() < 80);
            let name_of = arguments.and_then(|(_, rest)| rest.split('\'').next());
            let arguments: serde_json::Map<_, _> =
                name_of.map(|name| (name.to_owned(), json!("x"))).into_iter().collect();
            found.push((name.clone(), json!({ "id": id, "arguments": arguments })));
        }
    }
    found
}

#[test]
fn every_sentence_that_a_statement_stores_is_told_in_every_language() {
    let stored = stored_by_statements();
    assert!(stored.len() >= 5, "{stored:?}");
    for (file, sentence) in stored {
        let sentence: Sentence = serde_json::from_value(sentence).unwrap();
        let told: BTreeSet<_> = Locale::all().map(|locale| locale.tell(&sentence)).collect();
        assert!(!told.contains(&None) && told.len() == Locale::all().count(), "{file}: {sentence:?}: {told:?}");
    }
}

/// Of the English messages, the words that no argument brings.
fn words_of(text: &str) -> Vec<String> {
    let mut depth = 0;
    let plain: String = text
        .chars()
        .filter(|c| {
            depth += i32::from(*c == '{') - i32::from(*c == '}');
            depth == 0 && *c != '}'
        })
        .collect();
    plain.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 3).map(str::to_lowercase).collect()
}

#[test]
fn no_english_remains_in_the_errors_of_another_language() {
    // What is called so in every language.
    const SAME: [&str; 9] = ["json", "program", "runner", "worker", "downbeat", "panic", "host", "http", "server"];
    let read = |language: &str| fs::read_to_string(shared().join("locales").join(language).join("error.ftl")).unwrap();
    let messages = |text: &str| -> Vec<(String, String)> {
        let lines = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
        lines.map(|(id, text)| (id.to_owned(), text.to_owned())).collect()
    };
    let english = messages(&read("en"));
    assert!(english.len() > 30);
    for locale in Locale::all().filter(|locale| *locale != Locale::ENGLISH) {
        let told = messages(&read(locale.tag()));
        for (id, english) in &english {
            let (_, text) = told.iter().find(|(other, _)| other == id).unwrap_or_else(|| panic!("{locale}: {id}"));
            let english = words_of(english);
            let left: Vec<_> = words_of(text)
                .into_iter()
                .filter(|word| english.contains(word) && !SAME.contains(&word.as_str()))
                .collect();
            assert!(left.is_empty(), "{locale}: {id}: {left:?}");
        }
    }
}
