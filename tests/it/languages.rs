//! In which language callers are answered, and how tasks of one's own are called in it.

use axum::body::Body;
use axum::http::{Method, Request, header};
use downbeat::app::App;
use downbeat::config::Config;
use downbeat::http::{Trusted, router};
use downbeat::locale::{Locale, format};
use downbeat::task::{Registry, RegistryBuilder, RegistryErrors, Schedule};
use downbeat::tasks::heartbeat_monitor::HeartbeatMonitor;
use serde_json::{Value, json};
use tower::ServiceExt;
use worker::Printer;

use crate::cli::Page;
use crate::support::{World, quick, task};

task!(Brew = "brew-tea" { schedule: Schedule::Cron("0 16 * * *"), description: "Brews tea" });
task!(Plain = "plain-task" { schedule: Schedule::Cron("0 17 * * *"), description: "Written in the code" });

fn tasks() -> RegistryBuilder {
    Registry::builder()
        .cron(Brew(quick()))
        .cron(Plain(quick()))
        .side(HeartbeatMonitor)
        .messages("en", "task-brew-tea-title = Tea\ntask-brew-tea-description = Brews a pot of { -tea }.\n-tea = tea\n")
        .messages("de", "task-brew-tea-title = Tee\ntask-brew-tea-description = Brüht eine Kanne Tee.\n")
        .messages("pl", "task-brew-tea-title = Herbata\n")
}

async fn data(app: &App, path: &str, languages: Option<&str>) -> (String, Value) {
    let mut request = Request::builder().uri(path).extension(Trusted { actor: "anna".to_owned() });
    if let Some(languages) = languages {
        request = request.header(header::ACCEPT_LANGUAGE, languages);
    }
    let response = router(app.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let language = response.headers()[header::CONTENT_LANGUAGE].to_str().unwrap().to_owned();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let answer: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(answer["success"], true, "{answer}");
    (language, answer["data"].clone())
}

#[tokio::test]
async fn the_api_tells_of_tasks_in_the_callers_language() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    for (languages, title, description) in [
        ("en", "Tea", "Brews a pot of tea."),
        ("de-AT, en;q=0.5", "Tee", "Brüht eine Kanne Tee."),
        ("pl", "Herbata", "Brews a pot of tea."),
    ] {
        let (_, listed) = data(&app, "/api/tasks/cron", Some(languages)).await;
        let (_, shown) = data(&app, "/api/tasks/cron/brew-tea", Some(languages)).await;
        let (_, status) = data(&app, "/api/pulse/status", Some(languages)).await;
        for task in [&listed[0], &shown, &status["tasks"][0]] {
            assert_eq!((&task["title"], &task["description"]), (&json!(title), &json!(description)), "{languages}");
        }
        let plain = &listed[1];
        assert_eq!((&plain["title"], &plain["description"]), (&Value::Null, &json!("Written in the code")));
    }
    let (_, side) = data(&app, "/api/tasks/side", Some("de")).await;
    assert_eq!(side[0]["title"], "Lebenszeichen-Wächter");
}

#[tokio::test]
async fn the_api_answers_as_the_caller_asks_else_as_the_deployment_is_set_else_in_english() {
    let world = World::new().await;
    let german = Config { locale: Locale::parse("de"), ..world.config.clone() };
    let (german, plain) = (world.app_with(german, tasks()).await, world.app(tasks()).await);
    for (app, languages, expected) in [
        (&plain, None, "en"),
        (&plain, Some("tlh"), "en"),
        (&plain, Some("de;q=0.4, pl;q=0.8"), "pl"),
        (&german, None, "de"),
        (&german, Some("tlh, fr;q=0.5"), "de"),
        (&german, Some("pl"), "pl"),
        (&german, Some("fr, en;q=0.1"), "en"),
        (&german, Some("de;q=0, pl;q=0.1"), "pl"),
    ] {
        let (language, queue) = data(app, "/api/tasks/cron/brew-tea", languages).await;
        assert_eq!((language.as_str(), &queue["name"]), (expected, &json!("brew-tea")), "{languages:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_calls_tasks_as_the_reader_does() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    app.prepare().await.unwrap_or_else(|error| panic!("{}", error.message()));
    for (line, told) in [
        ("worker cron show brew-tea --locale de", ["Tee", "Brüht eine Kanne Tee."]),
        ("worker cron show brew-tea --locale pl", ["Herbata", "Brews a pot of tea."]),
        ("worker registry --locale de", ["brew-tea", "Brüht eine Kanne Tee."]),
        ("worker registry --locale en", ["plain-task", "Written in the code"]),
    ] {
        let (out, err) = (Page::default(), Page::default());
        let mut printer = Printer::to(out.clone(), err.clone());
        let arguments = line.split(' ').map(std::ffi::OsString::from);
        worker::run(arguments, Ok(world.config.clone()), tasks(), &mut printer).await;
        for part in told {
            assert!(out.text().contains(part), "{line}: {}{}", out.text(), err.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_registry_tells_programs_titles_and_descriptions_in_their_language() {
    let world = World::new().await;
    for (language, title, description) in [
        ("en", "Tea", "Brews a pot of tea."),
        ("de", "Tee", "Brüht eine Kanne Tee."),
        ("pl", "Herbata", "Brews a pot of tea."),
    ] {
        let (out, err) = (Page::default(), Page::default());
        let mut printer = Printer::to(out.clone(), err.clone());
        let line = format!("worker registry --json --locale {language}");
        let arguments = line.split(' ').map(std::ffi::OsString::from);
        worker::run(arguments, Ok(world.config.clone()), tasks(), &mut printer).await;
        let data = serde_json::from_str::<Value>(&out.text()).unwrap()["data"].take();
        for task in [&data["tasks_by_name"]["brew-tea"], &data["cron_tasks"][0], &data["all_tasks"][0]] {
            assert_eq!((&task["title"], &task["description"]), (&json!(title), &json!(description)), "{language}");
        }
        let plain = &data["tasks_by_name"]["plain-task"];
        assert_eq!((&plain["title"], &plain["description"]), (&Value::Null, &json!("Written in the code")));
    }
}

fn refused(tasks: RegistryBuilder) -> RegistryErrors {
    tasks.build().expect_err("it is wrong")
}

#[test]
fn messages_are_read_when_the_registry_is_built_and_all_mistakes_are_told() {
    let tasks = Registry::builder()
        .cron(Plain(quick()))
        .messages("tlh", "task-plain-task-title = Qu\n")
        .messages("pl", "task-plain-task-titel = Zadanie\nbrand = Downbeat\n")
        .messages("de", "task-plain-task-title = Eine\n")
        .messages("de", "\ntask-plain-task-title = Zwei\ntask-plain-task-description { Drei\n");
    let tags = Locale::all().map(|locale| locale.tag());
    assert_eq!(
        refused(tasks.clone()).to_string().lines().collect::<Vec<_>>(),
        [
            "messages: de#2:3: Expected a token starting with \"=\"",
            "messages: de#2:2: task-plain-task-title: is already defined at de:1",
            "messages, pl:1: “task-plain-task-titel” is neither the title nor the description of a task; did you mean \
             “task-plain-task-title”?",
            "messages, pl:2: “brand” is neither the title nor the description of a task",
            &format!("messages: there is no language “tlh”; there are {}", format::all_of(tags)),
        ]
    );
    let german = Locale::parse("de").unwrap();
    let told: Vec<_> = refused(tasks).0.iter().map(|error| german.render(&error.message())).collect();
    assert!(told[4].starts_with("Texte: die Sprache „tlh“ gibt es nicht"), "{told:?}");
    assert_eq!(german.lookup("task-plain-task-title"), None, "what is refused leaves nothing behind");
}

#[test]
fn registries_of_one_process_say_one_thing_of_a_task() {
    let say = |title| Registry::builder().cron(Brew(quick())).messages("de", title).build();
    for _ in 0..2 {
        say("task-brew-tea-title = Tee\n").expect("it says the same");
    }
    assert_eq!(
        say("task-brew-tea-title = Kaffee\n").expect_err("it says something else").to_string(),
        "messages: de:1: task-brew-tea-title: exists already"
    );
    let shipped = Registry::builder().side(HeartbeatMonitor).messages("en", "task-heartbeat-monitor-title = Mine\n");
    assert_eq!(refused(shipped).to_string(), "messages: en:1: task-heartbeat-monitor-title: exists already");
}

/// Words of serde, chrono and clap, which know English only.
const FOREIGN: [&str; 12] = [
    "expected",
    "invalid",
    "unknown",
    "missing",
    "premature",
    "trailing",
    "EOF",
    "not one of",
    "allowed are",
    "must be",
    "is no ",
    "while parsing",
];

#[tokio::test]
async fn what_is_asked_wrongly_is_told_in_the_callers_language_to_its_last_word() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    let run = "/api/tasks/cron/brew-tea/run";
    for (method, path, body) in [
        (Method::GET, "/api/tasks/cron/history?limit=abc", ""),
        (Method::GET, "/api/tasks/cron/history?limit=0", ""),
        (Method::GET, "/api/tasks/cron/history?status=DONE", ""),
        (Method::GET, "/api/tasks/cron/history?since=yesterday", ""),
        (Method::GET, "/api/tasks/cron/history?foo=1", ""),
        (Method::GET, "/api/tasks/cron/history?cursor=nonsense", ""),
        (Method::GET, "/api/tasks/cron?enabled=perhaps", ""),
        (Method::GET, "/api/schedule/next?expression=0%2025%20*%20*%20*", ""),
        (Method::POST, run, "{"),
        (Method::POST, run, "[]"),
        (Method::POST, run, r#"{"config": 5}"#),
        (Method::POST, run, r#"{"dry_run": "yes"}"#),
        (Method::PATCH, "/api/tasks/cron/brew-tea", r#"{"timeout": "long"}"#),
        (Method::PATCH, "/api/tasks/cron/brew-tea", r#"{"priority": "hihg"}"#),
        (Method::POST, "/api/runner/pause", r#"{"only": "moon"}"#),
    ] {
        let mut told = Vec::new();
        for language in ["en", "de", "pl"] {
            let request = Request::builder()
                .method(&method)
                .uri(path)
                .header(header::ACCEPT_LANGUAGE, language)
                .header(header::CONTENT_TYPE, "application/json")
                .extension(Trusted { actor: "anna".to_owned() });
            let response = router(app.clone()).oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
            assert!(response.status().is_client_error(), "{method} {path} {body}: {}", response.status());
            let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let answer: Value = serde_json::from_slice(&bytes).unwrap();
            let message = answer["error"]["message"].as_str().unwrap().to_owned();
            let foreign: Vec<_> = FOREIGN.iter().filter(|word| message.contains(*word)).collect();
            assert!(language == "en" || foreign.is_empty(), "{language}: {message}");
            told.push(message);
        }
        assert!(told[0] != told[1] && told[1] != told[2], "{told:?}");
    }
}
