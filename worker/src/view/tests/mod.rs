//! Each view over sample answers of the API, as they stand on a terminal of 80 columns.

mod cron;
mod execution;
mod explain;
mod migrate;
mod pulse;
mod queue;
mod runner;
mod schedule;
mod side;
mod stats;
mod types;

use chrono::{DateTime, Utc};
use clap::Parser;
use downbeat::locale::Locale;
use serde_json::{Value, json};

use super::{Page, Tone};
use crate::cli::{Cli, Command};
use crate::endpoint::Endpoint;
use crate::failure::Exit;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn page(language: &str, width: Option<u16>) -> Page {
    let locale = Locale::parse(language).expect("a language");
    Page { locale, now: at("2026-03-02T12:00:00Z"), colours: false, width }
}

/// What a command makes of the data of an answer, in that language.
fn shown(command: &[&str], data: &Value, language: &str) -> (String, Exit) {
    shown_on(command, data, &page(language, Some(80)))
}

fn shown_on(command: &[&str], data: &Value, page: &Page) -> (String, Exit) {
    let shown = endpoint(command).shown(page, data).expect("data of the API");
    (shown.text, shown.exit)
}

fn endpoint(command: &[&str]) -> Endpoint {
    let words = std::iter::once("worker").chain(command.iter().copied());
    let cli = Cli::try_parse_from(words).expect("a command");
    match cli.command.meant() {
        Command::Api(command) => Endpoint::of(command, at("2026-03-02T12:00:00Z")),
        Command::Local(_) | Command::Events(_) | Command::Runner(_) => panic!("not a command that asks the API"),
    }
}

fn task(name: &str, more: Value) -> Value {
    let mut task = json!({
        "id": "01980000-0000-7000-8000-000000000001",
        "name": name,
        "description": "Does what it is for.",
        "version": "1.0.0",
        "category": "MAINTENANCE",
        "tags": ["maintenance"],
        "dependencies": [],
        "schedule": "0 3 * * *",
        "schedule_function": null,
        "timezone": "UTC",
        "catch_up": "latest",
        "catch_up_window": 3_600_000,
        "overlap": "skip",
        "overlap_limit": 1,
        "runs_on": "any",
        "start_jitter": 0,
        "not_before": null,
        "not_after": null,
        "enabled": true,
        "paused_at": null,
        "paused_until": null,
        "paused_by": null,
        "is_paused": false,
        "history_interval": 0,
        "priority": "LOW",
        "timeout": 60_000,
        "retries": 3,
        "retry_delay": 5_000,
        "config": { "keep_days": 30 },
        "overrides": {},
        "retired_at": null,
    });
    let state = json!({
        "next_execution_at": "2026-03-03T03:00:00Z",
        "due_at": "2026-03-03T03:00:00Z",
        "last_executed_at": "2026-03-02T03:00:00Z",
        "last_execution_status": "COMPLETED",
        "last_execution_error": null,
        "last_execution_duration": 1_234,
        "execution_count": 12,
        "success_count": 11,
        "error_count": 1,
        "consecutive_failures": 0,
        "average_execution_time": 1_100.5,
        "is_running": false,
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    });
    lay_over(&mut task, state);
    lay_over(&mut task, more);
    task
}

fn execution(more: Value) -> Value {
    let mut execution = json!({
        "id": "01980000-0000-7000-8000-00000000000a",
        "task_id": "01980000-0000-7000-8000-000000000001",
        "task_name": "keep-tidy",
        "status": "COMPLETED",
        "priority": "LOW",
        "scheduled_for": "2026-03-02T03:00:00Z",
        "attempt": 1,
        "max_attempts": 4,
        "available_at": "2026-03-02T03:00:00Z",
        "started_at": "2026-03-02T03:00:00Z",
        "completed_at": "2026-03-02T03:00:01Z",
        "duration_ms": 1_234,
        "config": { "keep_days": 30 },
        "result": { "deleted": 5 },
        "error": null,
        "skipped_reason": null,
        "rollback": null,
        "progress": null,
        "checkpoint": null,
        "cancel_requested_at": null,
        "cancel_requested_by": null,
        "missed_slots": 0,
        "execution_environment": "production",
        "triggered_by": "schedule",
        "is_manual": false,
        "is_dry_run": false,
        "parent_execution_id": null,
        "runner_instance_id": null,
        "executed_by_instance": "host/1",
        "fencing_token": 12,
        "created_at": "2026-03-02T03:00:00Z",
    });
    lay_over(&mut execution, more);
    execution
}

fn lay_over(value: &mut Value, more: Value) {
    let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) else { return };
    value.extend(more);
}

/// An execution as its own route answers it.
fn with_log(mut execution: Value, log: Value) -> Value {
    execution["log"] = log;
    execution
}

fn silent(execution: Value) -> Value {
    with_log(execution, json!({ "lines": [], "dropped": 0 }))
}

fn failed() -> Value {
    execution(json!({
        "id": "01980000-0000-7000-8000-00000000000b",
        "status": "TIMEOUT",
        "result": null,
        "error": {
            "kind": "TIMEOUT",
            "code": "timed_out",
            "message": "it took longer than 60 s and was stopped, while it still waited for the archive",
            "chain": ["the archive did not answer"],
        },
    }))
}

fn skipped() -> Value {
    execution(json!({
        "id": "01980000-0000-7000-8000-00000000000c",
        "status": "SKIPPED",
        "skipped_reason": "previous_instance_running",
        "started_at": null,
        "completed_at": null,
        "duration_ms": null,
        "result": null,
    }))
}

fn tasks() -> Value {
    json!([
        task("keep-tidy", json!({})),
        task(
            "ask-around",
            json!({
                "schedule": null,
                "schedule_function": "somebody_waits",
                "last_execution_status": "FAILED",
                "last_executed_at": "2026-03-02T11:58:00Z",
                "consecutive_failures": 3,
                "next_execution_at": "2026-03-02T12:00:30Z",
            })
        ),
        task("greet", json!({ "timezone": "Europe/Berlin", "enabled": false, "last_execution_status": null })),
        task("on-demand", json!({ "schedule": null, "next_execution_at": null, "is_running": true })),
        task("old", json!({ "retired_at": "2026-02-01T00:00:00Z" })),
    ])
}

#[test]
fn where_nothing_is_a_sentence_says_what_to_do() {
    let none = json!([]);
    let lines: Vec<_> = [vec!["cron", "tasks"], vec!["cron", "tasks", "--disabled"], vec!["side", "tasks"]]
        .iter()
        .map(|command| shown(command, &none, "en").0)
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    No cron tasks are known here yet. A worker or a pulse makes them known when it first runs.
    No cron task is like that. “worker cron tasks” lists all of them.
    There are no side tasks. A worker makes those of its code known when it starts: “worker start”.
    ");
    let runners = json!({ "runners": [], "next_cursor": null });
    insta::assert_snapshot!(shown(&["runner", "status"], &runners, "en").0, @"No runner is alive, and none ended in the last hour. “worker start” is one.");
    let pulses = json!({ "pulses": [], "next_cursor": null });
    insta::assert_snapshot!(shown(&["pulse", "history"], &pulses, "en").0, @"There has been no pulse yet. “worker pulse execute” is one; “worker start” runs tasks without.");
    let history = json!({ "executions": [], "next_cursor": null });
    insta::assert_snapshot!(shown(&["cron", "history"], &history, "en").0, @"There are no executions here. “worker pulse execute” runs what is due.");
}

#[test]
fn colours_are_written_only_where_they_arrive() {
    let coloured = Page { colours: true, ..page("en", Some(80)) };
    assert!(shown_on(&["cron", "tasks"], &tasks(), &coloured).0.contains("\u{1b}["));
    assert!(!shown(&["cron", "tasks"], &tasks(), "en").0.contains('\u{1b}'));
    assert_eq!(Tone::Bad.paint("x", false), "x");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let history = json!({ "executions": [execution(json!({})), failed(), skipped()], "next_cursor": null });
    for width in [60, 80, 100, 120, 200] {
        for language in ["en", "de", "pl"] {
            let page = page(language, Some(width));
            let long = task("keep-tidy", json!({ "description": "Keeps what is needed and no more. ".repeat(5) }));
            let mut show = json!({ "executions": [], "changes": [] });
            lay_over(&mut show, long);
            for (command, data) in [
                (vec!["cron", "tasks"], tasks()),
                (vec!["cron", "history"], history.clone()),
                (vec!["cron", "show", "keep-tidy"], show),
            ] {
                for line in shown_on(&command, &data, &page).0.lines() {
                    let is_sentence = line.ends_with('.');
                    assert!(is_sentence || line.chars().count() <= usize::from(width), "{width} {language}: {line}");
                }
            }
        }
    }
}

#[test]
fn commands_ask_for_what_they_were_told() {
    for (command, asked) in [
        (
            vec!["cron", "tasks", "--priority", "HIGH-and-above,low", "--disabled"],
            "GET /api/tasks/cron?enabled=false&priority=HIGH%2Dand%2Dabove%2Clow",
        ),
        (vec!["cron", "show", "a/b ä"], "GET /api/tasks/cron/a%2Fb%20%C3%A4"),
        (
            vec!["cron", "history", "--since", "24h", "--limit", "5"],
            "GET /api/tasks/cron/history?since=2026%2D03%2D01T12%3A00%3A00%2B00%3A00&limit=5",
        ),
        (vec!["cron", "stats"], "GET /api/tasks/cron/stats?period=day"),
        (
            vec!["cron", "explain", "a", "--at", "30m"],
            "GET /api/tasks/cron/a/explain?at=2026%2D03%2D02T11%3A30%3A00%2B00%3A00",
        ),
        (vec!["cron", "explain", "a"], "GET /api/tasks/cron/a/explain"),
        (vec!["cron", "run", "a", "--wait"], "POST /api/tasks/cron/a/run"),
        (vec!["pulse", "execute", "--task", "a", "b", "--force"], "POST /api/pulse?tasks=a%2Cb&force=true"),
        (vec!["runner"], "GET /api/runner?limit=100"),
        (vec!["runner", "status", "--limit", "5", "--cursor", "r.1.0"], "GET /api/runner?limit=5&cursor=r%2E1%2E0"),
        (
            vec!["schedule", "explain", "@daily"],
            "GET /api/schedule/next?expression=%40daily&from=2026%2D03%2D02T12%3A00%3A00%2B00%3A00&count=1",
        ),
    ] {
        let (method, target) = endpoint(&command).call.target().expect("a route");
        assert_eq!(format!("{method} {target}"), asked, "{command:?}");
    }
}
