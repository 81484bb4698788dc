//! The command line over a database: the commands a person types one after the other.

#![allow(clippy::expect_used, reason = "a test may fail")]

use std::ffi::OsString;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use downbeat::config::Config;
use downbeat::model::Environment;
use downbeat::task::{Registry, RetryPolicy, Schedule, TaskError};
use downbeat::testing::database::TestDatabase;
use serde_json::Value;
use worker::{Exit, Printer};

use crate::support::{connect, database, empty_database, quick, script, task};

task!(Tidy = "keep-tidy" { schedule: Schedule::Cron("0 3 * * *") });
task!(Late = "always-late" { schedule: Schedule::Cron("0 4 * * *"), retry: RetryPolicy::NEVER });

#[derive(Clone, Default)]
pub(crate) struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Page {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).expect("UTF-8")
    }
}

/// Types a command at the database: how it ends, what stands on stdout, what on stderr.
pub(crate) async fn typed(database: &TestDatabase, line: &str) -> (Exit, String, String) {
    let (out, err) = (Page::default(), Page::default());
    let mut printer = Printer::to(out.clone(), err.clone());
    let config = Config {
        database_url: Some(database.url().to_owned().into()),
        environment: Some(Environment::Production),
        ..Config::default()
    };
    let late = script(async |_| Err(TaskError::execution("train_late", "the train is late")));
    let registry = Registry::builder().cron(Tidy(quick())).cron(Late(late));
    let arguments = std::iter::once("worker").chain(line.split(' ')).map(OsString::from);
    let exit = worker::run(arguments, Ok(config), registry, &mut printer).await;
    (exit, out.text(), err.text())
}

fn data(out: &str) -> Value {
    let envelope: Value = serde_json::from_str(out).expect("one JSON document");
    assert_eq!(envelope["success"], true, "{out}");
    envelope["data"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_database_is_migrated_first() {
    let database = empty_database().await;

    let (exit, _, err) = typed(&database, "cron tasks").await;
    assert_eq!(exit, Exit::Setup);
    assert!(err.contains("worker migrate"), "{err}");

    let (exit, out, _) = typed(&database, "migrate --json").await;
    assert_eq!(exit, Exit::Done);
    let applied = data(&out).as_array().map(Vec::len);

    let (_, out, _) = typed(&database, "migrate --status --json").await;
    let status = data(&out);
    assert_eq!(status.as_array().map(Vec::len), applied);
    assert!(status.as_array().into_iter().flatten().all(|migration| migration["state"] == "applied"), "{status}");

    // Who only reads makes nothing known.
    let (_, out, _) = typed(&database, "cron tasks").await;
    assert!(!out.contains("keep-tidy"), "{out}");
    assert_eq!(typed(&database, "pulse execute").await.0, Exit::Done);
    let (exit, out, _) = typed(&database, "core:system:tasks:cron:tasks").await;
    assert_eq!(exit, Exit::Done);
    assert!(out.contains("keep-tidy") && out.contains("always-late"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ends_as_its_task_does() {
    let database = database().await;

    let (exit, out, _) = typed(&database, "cron run keep-tidy --wait --json").await;
    assert_eq!((exit, &data(&out)["status"]), (Exit::Done, &Value::from("COMPLETED")));

    let (exit, out, _) = typed(&database, "cron run always-late --wait --json").await;
    assert_eq!((exit, &data(&out)["status"]), (Exit::Failed, &Value::from("FAILED")));

    let id = data(&out)["id"].as_str().expect("an id").to_owned();
    let (exit, out, _) = typed(&database, &format!("cron execution {id}")).await;
    assert_eq!(exit, Exit::Done, "looking at a failure is none");
    assert!(out.contains("the train is late"), "{out}");

    let (exit, _, err) = typed(&database, "cron run keep-tiddy").await;
    assert_eq!(exit, Exit::Input);
    assert!(err.contains("“keep-tidy”"), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pulse_fails_if_a_task_does() {
    let database = database().await;

    let (exit, out, _) = typed(&database, "pulse execute").await;
    assert_eq!(exit, Exit::Done, "nothing is due: {out}");

    let (exit, out, _) = typed(&database, "pulse execute --task always-late --force --dry-run").await;
    assert_eq!(exit, Exit::Done, "nothing was run: {out}");

    let (exit, out, _) = typed(&database, "pulse:execute --task keep-tidy --force").await;
    assert_eq!(exit, Exit::Done, "{out}");

    let (exit, out, _) = typed(&database, "pulse execute --task always-late,keep-tidy --force").await;
    assert_eq!(exit, Exit::Failed);
    assert!(out.contains("2 runs, 1 failed"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_can_be_read_is_read_as_text_and_as_json() {
    let database = database().await;
    typed(&database, "pulse execute --force").await;
    for line in [
        "cron tasks --priority high-and-above,medium",
        "cron tasks --status failed --enabled",
        "cron show keep-tidy",
        "cron explain keep-tidy --at 10m",
        "cron history --task keep-tidy --status completed,failed --since 1h",
        "cron stats --period hour",
        "cron stats --type trends --task keep-tidy",
        "pulse status",
        "pulse history --limit 3",
        "side tasks",
        "runner",
        "types",
    ] {
        let (exit, out, err) = typed(&database, line).await;
        assert_eq!((exit, err.as_str()), (Exit::Done, ""), "{line}");
        assert!(!out.trim().is_empty(), "{line}");
        let (exit, out, err) = typed(&database, &format!("{line} --json")).await;
        assert_eq!((exit, err.as_str()), (Exit::Done, ""), "{line}");
        data(&out);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_changes_a_task_and_returns_to_the_code() {
    let database = database().await;
    for (line, told) in [
        ("cron set keep-tidy --schedule @hourly --timezone Asia/Kathmandu --timeout 90s --priority high", "1 min 30 s"),
        ("cron set keep-tidy --retries 2 --retry-delay 500ms --catch-up skip --overlap queue_all", "retry_delay"),
        ("cron set keep-tidy --overlap-limit 3 --not-before 2026-01-01T00:00:00Z", "overlap_limit"),
        ("cron set keep-tidy --not-after 2126-01-01T00:00:00Z", "2126-01-01 00:00:00"),
        ("cron set keep-tidy --environment serverless --timeout 5s --retries 0", "environments.serverless.timeout"),
        ("cron set keep-tidy --config {\"limit\":3}", "config.limit"),
        ("cron set keep-tidy --environment production --unset retries", "as it was"),
        ("cron set keep-tidy --unset timeout,config.limit,environments.serverless.retries", "config.limit"),
        ("cron disable keep-tidy", "enabled"),
        ("cron enable keep-tidy", "enabled"),
        ("cron enable keep-tidy", "as it was"),
        ("cron pause keep-tidy --for 2h", "paused until"),
        ("cron pause keep-tidy --until 2126-01-01T00:00:00Z", "2126-01-01"),
        ("cron show keep-tidy", "command-line:"),
        ("cron resume keep-tidy", "goes on"),
        ("cron reset keep-tidy", "0 3 * * *"),
    ] {
        let (exit, out, err) = typed(&database, line).await;
        assert_eq!((exit, err.as_str()), (Exit::Done, ""), "{line}");
        assert!(out.contains(told), "{line}: {out}");
    }
    let (_, out, _) = typed(&database, "cron show keep-tidy --json").await;
    let task = data(&out);
    assert_eq!((&task["overrides"], &task["schedule"]), (&serde_json::json!({}), &Value::from("0 3 * * *")));
    assert_eq!(task["changes"].as_array().map(Vec::len), Some(10));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_asks_wrongly_is_told_and_ends_with_2() {
    let database = database().await;
    for (line, told) in [
        ("cron set keep-tidy", "nothing is to be set; name at least one of --schedule, --timezone"),
        ("cron set keep-tidy --environment serverless", "nothing is to be set"),
        (
            "cron set keep-tidy --retries 5000 --timezone Europe/Berln",
            "retries: it must be a whole number between 0 and 1000",
        ),
        ("cron set keep-tidy --retries 5000 --timezone Europe/Berln", "timezone: “Europe/Berln”"),
        ("cron set keep-tidy --unset scedule", "“schedule”"),
        ("cron set keep-tidy --environment serverless --schedule @daily", "do not go together"),
        ("cron set keep-tidy --timeout 5", "90s"),
        ("cron pause keep-tidy --until 2020-01-01T00:00:00Z", "has passed"),
        ("cron pause keep-tidy --until 2126-01-01T00:00:00Z --for 2h", "do not go together"),
        ("cron pause keep-tiddy", "“keep-tidy”"),
        ("cron retry nonsense", "nonsense"),
        ("cron cancel 01980000-0000-7000-8000-000000000000", "01980000"),
        ("runner stop nonsense", "nonsense"),
        ("runner pause --only both", "cron or side"),
    ] {
        let (exit, out, err) = typed(&database, line).await;
        assert_eq!((exit, out.as_str()), (Exit::Input, ""), "{line}: {err}");
        assert!(err.contains(told), "{line}: {err}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_that_it_was_one() {
    let database = database().await;
    let (exit, out, _) = typed(&database, "cron run always-late --dry-run").await;
    assert_eq!((exit, out.contains("A dry run of “always-late” is queued")), (Exit::Done, true), "{out}");
    let (exit, out, _) = typed(&database, "cron run keep-tidy --dry-run --wait").await;
    assert_eq!((exit, out.contains("This was a dry run: nothing was done.")), (Exit::Done, true), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_tells_what_it_changed_and_nothing_else() {
    let database = database().await;
    // One of them is what the code says already.
    typed(&database, "cron set keep-tidy --timeout 90s --timezone UTC").await;
    let (exit, out, _) = typed(&database, "cron reset keep-tidy").await;
    assert_eq!((exit, out.contains("timeout"), out.contains("timezone")), (Exit::Done, true, false), "{out}");
    typed(&database, "cron set keep-tidy --timezone UTC").await;
    let (_, out, _) = typed(&database, "cron reset keep-tidy").await;
    assert!(out.contains("is as it was"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metrics_are_printed_as_they_are_scraped_and_enveloped_in_json() {
    let database = database().await;
    let (exit, text, _) = typed(&database, "metrics").await;
    assert_eq!(exit, Exit::Done);
    assert!(text.starts_with("# HELP downbeat_build_info "), "{text}");
    let (exit, out, _) = typed(&database, "metrics --json").await;
    let scraped = data(&out);
    assert_eq!((exit, scraped.as_str().and_then(|text| text.lines().next())), (Exit::Done, text.lines().next()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_tries_again_and_cancels() {
    let database = database().await;
    let (_, out, _) = typed(&database, "cron run always-late --wait --json").await;
    let failed = data(&out)["id"].as_str().expect("an id").to_owned();

    let (exit, out, _) = typed(&database, &format!("cron cancel {failed}")).await;
    assert_eq!((exit, out.as_str()), (Exit::Failed, ""), "it has ended");
    let (exit, out, _) = typed(&database, &format!("cron retry {failed}")).await;
    assert_eq!(exit, Exit::Done);
    assert!(out.contains("Attempt 2"), "{out}");
    let (exit, _, err) = typed(&database, &format!("cron retry {failed}")).await;
    assert_eq!(exit, Exit::Failed, "{err}");

    let (_, out, _) = typed(&database, "cron history --status pending --json").await;
    let queued = data(&out)["executions"][0]["id"].as_str().expect("an id").to_owned();
    let (exit, out, _) = typed(&database, &format!("cron cancel {queued} --json")).await;
    assert_eq!((exit, &data(&out)["status"]), (Exit::Done, &Value::from("CANCELLED")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_holds_everything_back_and_drains_a_runner() {
    let database = database().await;
    for (line, told) in [
        ("runner pause --only cron --for 30m", "Side tasks run."),
        ("runner pause", "until “worker runner resume”"),
        ("pulse status", "Maintenance: "),
        ("runner resume --only side", "Side tasks run."),
        ("runner resume", "Cron tasks start."),
    ] {
        let (exit, out, err) = typed(&database, line).await;
        assert_eq!((exit, err.as_str()), (Exit::Done, ""), "{line}");
        assert!(out.contains(told), "{line}: {out}");
    }
    let sql = "insert into task_runners (
        instance_id, name, kind, environment, version, lock_key, lock_mode, heartbeat_interval, lease, started_at,
        heartbeat_at
      )
      values (gen_random_uuid(), 'web-1/7', 'worker', 'production', '0', 1, 'session', 60000, 60000, now(), now())";
    connect(database.config()).await.batch_execute(sql).await.expect("a runner");
    let (exit, out, _) = typed(&database, "runner restart web-1/7").await;
    assert_eq!((exit, out.contains("begins anew")), (Exit::Done, true), "{out}");
    let (exit, out, _) = typed(&database, "runner stop web-1/7 --json").await;
    assert_eq!((exit, &data(&out)["drain_action"]), (Exit::Done, &Value::from("stop")));
    let (_, out, _) = typed(&database, "runner status").await;
    assert!(out.contains("Draining"), "{out}");
    let sql = "select string_agg(details ->> 'action' || ' ' || coalesce(details ->> 'runner', '–'), ', ' order by id)
      from task_events where kind = 'task.changed' and task_name is null";
    let told = connect(database.config()).await.query_one(sql, &[]).await.expect("events");
    let told: String = told.get(0);
    assert_eq!(told, "pause –, pause –, resume –, resume –, restart web-1/7, stop web-1/7");
}

/// The text of a picture of a terminal, row by row, without spaces: a picture has each piece by its place.
fn pictured(svg: &str) -> Vec<String> {
    let mut rows = std::collections::BTreeMap::<usize, String>::new();
    for piece in svg.lines().filter_map(|line| line.strip_prefix("<text ")) {
        let (_, place) = piece.split_once(" y=\"").expect("a place");
        let row = place.split('"').next().and_then(|y| y.parse().ok()).expect("a number");
        let (_, text) = piece.split_once('>').expect("an element");
        let text = text.trim_end_matches("</text>").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        rows.entry(row).or_default().push_str(&text.replace("&#x27;", "'").replace("&amp;", "&").replace(' ', ""));
    }
    rows.into_values().collect()
}

#[test]
fn the_picture_of_the_help_shows_the_help() {
    let svg = include_str!("../../docs/images/help.svg");
    let make = include_str!("../../docs/screenshots/make");
    let (_, columns) = make.split_once("\"help\": (").expect("the picture is made there");
    let columns = columns.split(',').next().and_then(|columns| columns.parse().ok()).expect("a number");
    let command = worker::command(downbeat::locale::Locale::ENGLISH).term_width(columns);
    let help = command.try_get_matches_from(["worker", "--help"]).expect_err("it is asked for").to_string();
    let without_spaces = |line: &str| line.replace(' ', "");
    let mut expected: Vec<_> =
        std::iter::once("$worker--help".to_owned()).chain(help.lines().map(without_spaces)).collect();
    expected.retain(|line| !line.is_empty());
    assert_eq!(without_languages(&pictured(svg)), without_languages(&expected), "make it anew: just screenshots");
}

/// Another language makes no picture old.
fn without_languages(lines: &[String]) -> String {
    let text = lines.join("\n");
    let (before, list) = text.split_once("[en").expect("the languages are listed");
    let (_, after) = list.split_once(']').expect("the list ends");
    format!("{before}{after}")
}
