//! Every route by its command: here and at a deployment, in every language, as text and as JSON, typed well and badly.

use std::ffi::OsString;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use downbeat::app::App;
use downbeat::config::Config;
use downbeat::http::{ROUTES, router};
use downbeat::locale::Locale;
use downbeat::model::Environment;
use downbeat::task::{Registry, RegistryBuilder, Schedule};
use downbeat::tasks::heartbeat_monitor::HeartbeatMonitor;
use downbeat::testing::database::TestDatabase;
use serde_json::Value;
use uuid::Uuid;
use worker::{Exit, Printer};

use crate::support::{connect, database, quick, registry, task};

task!(Tidy = "keep-tidy" { schedule: Schedule::Cron("0 3 * * *") });

const TOKEN: &str = "a-token-of-this-test";

/// How a command is typed: well, and badly.
///
/// `{ended}`, `{queued}` and `{runner}` are an execution or a runner of its own each time.
struct Typed {
    well: &'static [&'static str],
    badly: &'static [&'static str],
}

fn typed(command: &str) -> Typed {
    let (well, badly): (&'static [_], &'static [_]) = match command {
        "pulse execute" => (&["pulse execute --dry-run", "pulse execute"], &["pulse execute --task keep-tiddy"]),
        "pulse status" => (&["pulse status"], &["pulse status surplus"]),
        "pulse history" => (&["pulse history --limit 3"], &["pulse history --limit 0"]),
        "cron tasks" => (&["cron tasks", "cron tasks --disabled"], &["cron tasks --priority hihg"]),
        "cron history" => (
            &["cron history --task keep-tidy --limit 3"],
            &["cron history --task keep-tiddy", "cron history --limit 1001", "cron history --cursor nonsense"],
        ),
        "cron stats" => (&["cron stats --period hour"], &["cron stats --task keep-tiddy", "cron stats --period year"]),
        "cron queue" => (&["cron queue", "cron queue --limit 1"], &["cron queue --limit 0", "cron queue --limit many"]),
        "cron show" => (&["cron show keep-tidy"], &["cron show keep-tiddy"]),
        "cron run" => (&["cron run keep-tidy"], &["cron run keep-tiddy", "cron run keep-tidy --config 3"]),
        "cron execution" => (&["cron execution {ended}"], &["cron execution nonsense"]),
        "cron set" => (
            &["cron set keep-tidy --timeout 90s", "cron enable keep-tidy", "cron disable keep-tidy"],
            &["cron set keep-tiddy --timeout 90s", "cron set keep-tidy --retries 5000", "cron disable keep-tiddy"],
        ),
        "cron reset" => (&["cron reset keep-tidy"], &["cron reset keep-tiddy"]),
        "cron pause" => {
            (&["cron pause keep-tidy --for 2h"], &["cron pause keep-tiddy", "cron pause keep-tidy --for 2"])
        }
        "cron resume" => (&["cron resume keep-tidy"], &["cron resume keep-tiddy"]),
        "cron retry" => (&["cron retry {ended}"], &["cron retry nonsense"]),
        "cron cancel" => (&["cron cancel {queued}"], &["cron cancel nonsense"]),
        "cron explain" => {
            (&["cron explain keep-tidy"], &["cron explain keep-tiddy", "cron explain keep-tidy --at then"])
        }
        "side tasks" => (&["side tasks"], &["side tasks surplus"]),
        "side start" => (&["side start heartbeat-monitor"], &["side start heartbeat-monitr"]),
        "side stop" => (&["side stop heartbeat-monitor"], &["side stop heartbeat-monitr"]),
        "side restart" => (&["side restart heartbeat-monitor"], &["side restart heartbeat-monitr"]),
        "runner status" => (
            &["runner status", "runner status --limit 1"],
            &["runner status surplus", "runner status --cursor nonsense"],
        ),
        "health live" => (&["health live"], &["health live surplus"]),
        "health ready" => (&["health ready"], &["health ready surplus"]),
        "runner pause" => (&["runner pause --only cron --for 2h"], &["runner pause --only both"]),
        "runner resume" => (&["runner resume"], &["runner resume --only both"]),
        "runner stop" => (
            &["runner stop {runner}", "unified-runner stop {runner} --dry-run"],
            &["runner stop nonsense", "runner stop nonsense --dry-run"],
        ),
        "runner restart" => (
            &["runner restart {runner}", "unified-runner restart {runner} --dry-run"],
            &["runner restart nonsense", "runner restart nonsense --dry-run"],
        ),
        "events" => (&["events --once"], &["events --after nonsense", "events --task keep-tiddy"]),
        "types" => (&["types"], &["types surplus"]),
        "schedule next" => (
            &["schedule next @daily", "schedule explain @daily"],
            &["schedule next @dayly", "schedule next @daily --count 0", "schedule explain nonsense"],
        ),
        "openapi" => (&["openapi"], &["openapi surplus"]),
        "metrics" => (&["metrics"], &["metrics surplus"]),
        other => panic!("say here how “{other}” is typed"),
    };
    Typed { well, badly }
}

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Page {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).expect("UTF-8")
    }
}

/// A database, and a deployment that serves it.
struct Place {
    database: TestDatabase,
    client: tokio_postgres::Client,
    url: String,
}

fn tasks() -> RegistryBuilder {
    Registry::builder().cron(Tidy(quick())).side(HeartbeatMonitor)
}

impl Place {
    async fn new() -> Self {
        let database = database().await;
        let client = connect(database.config()).await;
        let app = App::new(config(&database), registry(tasks())).expect("an app");
        app.prepare().await.unwrap_or_else(|error| panic!("{}", error.message()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router(app)).await });
        Self { database, client, url }
    }

    /// The line with something of its own where it names something.
    async fn filled(&self, line: &str) -> String {
        let id = Uuid::now_v7();
        let execution = "insert into cron_task_executions (id, task_id, task_name, scheduled_for, attempt, max_attempts,
            status, priority, available_at, config, triggered_by, is_manual, created_at, started_at, completed_at)
          select $1, id, name, clock_timestamp(), 1, 1, $2::text::task_status, priority, now(), '{}', 'manual', true, now(),
            case when $2 = 'FAILED' then now() end, case when $2 = 'FAILED' then now() end
          from cron_tasks where name = 'keep-tidy'";
        if line.contains("{ended}") {
            self.client.execute(execution, &[&id, &"FAILED"]).await.expect("an execution");
        } else if line.contains("{queued}") {
            self.client.execute(execution, &[&id, &"PENDING"]).await.expect("an execution");
        } else if line.contains("{runner}") {
            let sql = "insert into task_runners (instance_id, name, kind, environment, version, lock_key, lock_mode,
                heartbeat_interval, lease, started_at, heartbeat_at)
              values ($1, 'web-1/7', 'worker', 'production', '0', hashtext($1::uuid::text), 'session', 3600000, 3600000,
                now(), now())";
            self.client.execute(sql, &[&id]).await.expect("a runner");
        }
        ["{ended}", "{queued}", "{runner}"]
            .iter()
            .fold(line.to_owned(), |line, name| line.replace(name, &id.to_string()))
    }

    /// How it ends, what stands on stdout, what on stderr.
    async fn type_in(&self, line: &str) -> (Exit, String, String) {
        let (out, err) = (Page::default(), Page::default());
        let mut printer = Printer::to(out.clone(), err.clone());
        let arguments = std::iter::once("worker").chain(line.split(' ')).map(OsString::from);
        let exit = worker::run(arguments, Ok(config(&self.database)), tasks(), &mut printer).await;
        (exit, out.text(), err.text())
    }
}

fn config(database: &TestDatabase) -> Config {
    Config {
        database_url: Some(database.url().to_owned().into()),
        environment: Some(Environment::Production),
        api_token: Some(TOKEN.into()),
        ..Config::default()
    }
}

/// Every command that has a route, in the order of the table.
fn commands() -> impl Iterator<Item = &'static str> {
    ROUTES.iter().filter_map(|route| route.command)
}

fn document(out: &str) -> Value {
    serde_json::from_str(out).unwrap_or_else(|error| panic!("one document and nothing else, {error}: {out}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_asked_by_its_command_here_and_there_in_every_language() {
    let place = Place::new().await;
    for line in commands().flat_map(|command| typed(command).well) {
        for way in ["", &format!(" --url {}", place.url)] {
            let mut texts = Vec::new();
            for locale in Locale::all() {
                let typed = format!("{} --locale {locale}{way}", place.filled(line).await);
                let (exit, out, err) = place.type_in(&typed).await;
                assert_eq!((exit, err.as_str()), (Exit::Done, ""), "{typed}");
                texts.push(out);

                let typed = format!("{} --json --locale {locale}{way}", place.filled(line).await);
                let (exit, out, err) = place.type_in(&typed).await;
                assert_eq!((exit, err.as_str()), (Exit::Done, ""), "{typed}");
                if line.starts_with("events") {
                    // A line for each, and nothing happens meanwhile. `events.rs` makes something happen.
                    assert_eq!(out, "", "{typed}");
                    continue;
                }
                let answer = document(&out);
                assert!(answer["success"] == true || answer["openapi"].is_string(), "{typed}: {answer}");
            }
            // What only machines read has one language.
            if !["openapi", "metrics", "events --once"].contains(line) {
                differ(line, &texts);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_badly_ends_with_2_here_and_there_in_every_language() {
    let place = Place::new().await;
    for line in commands().flat_map(|command| typed(command).badly) {
        for way in ["", &format!(" --url {}", place.url)] {
            let mut texts = Vec::new();
            for locale in Locale::all() {
                let typed = format!("{line} --locale {locale}{way}");
                let (exit, out, err) = place.type_in(&typed).await;
                assert_eq!((exit, out.as_str()), (Exit::Input, ""), "{typed}: {err}");
                texts.push(err);

                let (exit, out, err) = place.type_in(&format!("{typed} --json")).await;
                assert_eq!((exit, err.as_str()), (Exit::Input, ""), "{typed}");
                let error = &document(&out)["error"];
                assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{typed}: {error}");
            }
            differ(line, &texts);
        }
    }
}

/// What has no route, as it is typed well, and badly.
const LOCAL: Typed = Typed {
    well: &[
        "registry",
        "registry side",
        "registry keep-tidy",
        "registry heartbeat-monitor",
        "start --dry-run --listen 127.0.0.1:0",
        "unified-runner start --dry-run --no-http",
        "migrate",
        "migrate --status",
    ],
    badly: &[
        "registry keep-tiddy",
        "start --concurrency 0",
        "runner start --no-http --listen 127.0.0.1:0",
        "migrate now",
    ],
};

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_route_is_typed_well_and_badly_in_every_language() {
    let place = Place::new().await;
    for (lines, expected) in [(LOCAL.well, Exit::Done), (LOCAL.badly, Exit::Input)] {
        for line in lines {
            let mut texts = Vec::new();
            for locale in Locale::all() {
                let typed = format!("{line} --locale {locale}");
                let (exit, out, err) = place.type_in(&typed).await;
                assert_eq!(exit, expected, "{typed}: {err}");
                texts.push(out + &err);

                let (exit, out, err) = place.type_in(&format!("{typed} --json")).await;
                assert_eq!((exit, err.as_str()), (expected, ""), "{typed}");
                assert_eq!(document(&out)["success"], expected == Exit::Done, "{typed}: {out}");
            }
            differ(line, &texts);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_command_is_told_in_every_language() {
    let place = Place::new().await;
    let command = worker::command(Locale::ENGLISH);
    let nouns = command.get_subcommands().filter(|noun| noun.is_subcommand_required_set());
    let halves: Vec<_> = nouns.map(clap::Command::get_name).chain([""]).collect();
    assert!(halves.len() > 4, "{halves:?}");
    for half in halves {
        let mut texts = Vec::new();
        for locale in Locale::all() {
            let typed = format!("{half} --locale {locale}");
            let typed = typed.trim_start();
            let (exit, out, err) = place.type_in(typed).await;
            assert_eq!((exit, out.as_str()), (Exit::Input, ""), "{typed}");
            assert!(!err.contains("subcommand"), "{typed}: {err}");
            texts.push(err);

            let (exit, out, err) = place.type_in(&format!("{typed} --json")).await;
            assert_eq!((exit, err.as_str()), (Exit::Input, ""), "{typed}");
            let said = document(&out)["error"]["message"].take();
            let said = said.as_str().expect("a sentence");
            assert!(texts.last().is_some_and(|text| text.contains(said)), "{typed}: {said}");
        }
        differ(half, &texts);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_of_a_runner_does_nothing() {
    let place = Place::new().await;
    let stop = place.filled("runner stop {runner}").await;
    let before = place.type_in("runner status --json").await.1;
    for line in [format!("{stop} --dry-run"), stop.replace("stop", "restart") + " --dry-run"] {
        let (exit, out, _) = place.type_in(&line).await;
        assert_eq!((exit, out.contains("This was a dry run: nothing was done.")), (Exit::Done, true), "{line}: {out}");
    }
    let drained = |status: &str| document(status)["data"]["runners"][0]["drain_requested_at"].clone();
    assert_eq!((drained(&before), drained(&place.type_in("runner status --json").await.1)), (Value::Null, Value::Null));

    let rehearsal = "start --dry-run --json --concurrency 7 --listen 127.0.0.1:0";
    let told = document(&place.type_in(rehearsal).await.1)["data"].take();
    assert_eq!((&told["concurrency"], &told["cron_tasks"], &told["side_tasks"]), (&7.into(), &1.into(), &1.into()));
    assert_eq!(told["environment"], "production");
    let runners = document(&place.type_in("runner status --json").await.1);
    assert_eq!(runners["data"]["runners"].as_array().map(Vec::len), Some(1), "nobody has joined: {runners}");

    let taken = place.url.trim_start_matches("http://");
    let (exit, out, err) = place.type_in(&format!("start --dry-run --listen {taken}")).await;
    assert_eq!((exit, out.as_str()), (Exit::Failed, ""));
    assert!(err.contains(taken), "{err}");
}

/// No language says it as another does.
fn differ(line: &str, texts: &[String]) {
    for (index, text) in texts.iter().enumerate() {
        assert!(!text.trim().is_empty(), "{line} says nothing");
        assert!(!texts[..index].contains(text), "{line} is said the same in two languages: {text}");
    }
}
