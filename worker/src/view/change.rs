//! What operators changed, and what is in force since.

use chrono::{DateTime, Utc};
use downbeat::http::ChangeAnswer;
use downbeat::locale::msg;
use downbeat::model::{Change, CronTaskRow, Execution, Maintenance, Runner, Status};
use serde_json::Value;

use super::{Cell, Column, Page, Table, Tone, compact};

/// A task over whose definition something was set or taken back.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn task(page: &Page, ChangeAnswer { task, before, after }: ChangeAnswer) -> String {
    // What was set as the code says it is taken back without a change.
    let pairs: Vec<_> = pairs(&before, &after).into_iter().filter(|(_, before, after)| before != after).collect();
    if pairs.is_empty() {
        return page.say(&msg::cli_nothing_changed(task.name.as_str()));
    }
    let mut table = Table::new(
        page,
        [
            Column::fixed(msg::cli_name_setting()),
            Column::flowing(msg::cli_name_before()),
            Column::flowing(msg::cli_name_now()),
        ],
    );
    for (path, before, after) in &pairs {
        table.row([Cell::strong(path), Cell::faint(value(page, path, before)), Cell::plain(value(page, path, after))]);
    }
    page.blocks([page.say(&msg::cli_changed(task.name.as_str())), table.text(), next_run(page, &task)])
}

/// The same of what was asked for. Where all of that was in force already, it is told with where it comes from.
pub(crate) fn set(page: &Page, answer: ChangeAnswer, request: &Value) -> String {
    let asked = pairs(request, request);
    if asked.is_empty() || pairs(&answer.before, &answer.after).iter().any(|(_, before, after)| before != after) {
        return task(page, answer);
    }
    let ChangeAnswer { task, .. } = answer;
    let in_force = serde_json::to_value(&task).unwrap_or_default();
    let mut table = Table::new(
        page,
        [
            Column::fixed(msg::cli_name_setting()),
            Column::flowing(msg::cli_name_now()),
            Column::fixed(msg::cli_name_source()),
        ],
    );
    for (path, wanted, _) in &asked {
        let pointer = format!("/{}", path.replace('.', "/"));
        // What was taken back, and was not set, is what the code says.
        let now = if wanted.is_null() { in_force.pointer(&pointer).unwrap_or(wanted) } else { wanted };
        let is_set = task.overrides.pointer(&pointer).is_some();
        let source = if is_set { msg::cli_source_set() } else { msg::cli_source_code() };
        table.row([Cell::strong(path), Cell::plain(value(page, path, now)), Cell::faint(page.say(&source))]);
    }
    page.blocks([page.say(&msg::cli_nothing_changed(task.name.as_str())), table.text()])
}

/// A task that was paused, or goes on.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn pause(page: &Page, ChangeAnswer { task, after, .. }: ChangeAnswer) -> String {
    let name = task.name.as_str();
    let was_changed = after.as_object().is_some_and(|after| !after.is_empty());
    let said = match (task.is_paused, task.paused_until) {
        (true, Some(until)) => msg::cli_task_paused_until(instant(page, until), name),
        (true, None) => msg::cli_task_paused(name),
        (false, _) if was_changed => msg::cli_task_resumed(name),
        (false, _) => msg::cli_task_not_paused(name),
    };
    let next = if task.is_paused { String::new() } else { next_run(page, &task) };
    page.blocks([page.say(&said), next])
}

/// One more attempt that was queued.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn retry(page: &Page, execution: Execution) -> String {
    let slot = page.instant(execution.scheduled_for);
    let queued = msg::cli_retry_queued(execution.attempt, slot, execution.task_name.as_str());
    format!("{}\n{}", page.say(&queued), follow(page, &execution))
}

/// An execution that is cancelled, or whose runner is told.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn cancel(page: &Page, execution: Execution) -> String {
    match execution.status {
        Status::Running => {
            let told = msg::cli_cancel_requested(
                execution.executed_by_instance.as_deref().unwrap_or(super::NOTHING),
                execution.task_name.as_str(),
            );
            format!("{}\n{}", page.say(&told), follow(page, &execution))
        }
        Status::Pending
        | Status::Completed
        | Status::Failed
        | Status::Timeout
        | Status::Cancelled
        | Status::Skipped
        | Status::Blocked => page.say(&msg::cli_cancelled(execution.task_name.as_str())),
    }
}

fn follow(page: &Page, execution: &Execution) -> String {
    page.tell(&msg::cli_follow(format!("worker cron execution {}", execution.id)), Tone::Faint)
}

/// What is held back on all runners.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn maintenance(page: &Page, state: Maintenance) -> String {
    let cron = match (state.is_maintenance_mode, state.maintenance_until) {
        (true, Some(until)) => msg::cli_cron_held_until(instant(page, until)),
        (true, None) => msg::cli_cron_held(),
        (false, _) => msg::cli_cron_free(),
    };
    let side = match (state.side_tasks_paused, state.side_tasks_paused_until) {
        (true, Some(until)) => msg::cli_side_held_until(instant(page, until)),
        (true, None) => msg::cli_side_held(),
        (false, _) => msg::cli_side_free(),
    };
    format!("{}\n{}", page.say(&cron), page.say(&side))
}

/// A runner instance that takes nothing more, or would.
pub(crate) fn drain(page: &Page, runner: &Runner, restarts: bool, is_dry_run: bool) -> String {
    let (name, running) = (runner.name.as_str(), runner.running.len());
    let told = if restarts { msg::cli_runner_restarts(name, running) } else { msg::cli_runner_stops(name, running) };
    let rehearsed = if is_dry_run { page.rehearsed() } else { String::new() };
    [page.say(&told), rehearsed].join("\n")
}

/// Who changed what, newest first; nothing where nobody did.
pub(super) fn history(page: &Page, changes: &[Change]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let mut table = Table::new(
        page,
        [
            Column::fixed(msg::cli_name_changed()),
            Column::fixed(msg::cli_name_action()),
            Column::flowing(msg::cli_name_detail()),
            Column::flowing(msg::cli_name_by()),
        ],
    );
    for change in changes {
        let pairs = pairs(&change.before, &change.after).into_iter();
        let told = pairs.map(|(path, before, after)| {
            format!("{path}: {} → {}", value(page, &path, &before), value(page, &path, &after))
        });
        table.row([
            Cell::plain(page.ago(change.changed_at)),
            Cell::plain(page.label(&change.action.key(), change.action.as_str())),
            Cell::plain(told.collect::<Vec<_>>().join("\n")),
            Cell::faint(&change.changed_by),
        ]);
    }
    table.text()
}

fn next_run(page: &Page, task: &CronTaskRow) -> String {
    let next = task.next_execution_at.filter(|_| task.enabled && !task.is_paused);
    next.map(|at| page.say(&msg::cli_runs_next(instant(page, at)))).unwrap_or_default()
}

fn instant(page: &Page, at: DateTime<Utc>) -> String {
    page.moment(at)
}

/// What was changed, by its path, with what was in force before and what is since.
fn pairs(before: &Value, after: &Value) -> Vec<(String, Value, Value)> {
    fn down(path: &str, before: &Value, after: &Value, pairs: &mut Vec<(String, Value, Value)>) {
        let is_inner = matches!(path, "" | "config" | "environments")
            || path.strip_prefix("environments.").is_some_and(|rest| !rest.contains('.') || rest.ends_with(".config"));
        match (before.as_object(), after.as_object()) {
            (Some(before), Some(after)) if is_inner => {
                for (name, after) in after {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    down(&path, before.get(name).unwrap_or(&Value::Null), after, pairs);
                }
            }
            _ => pairs.push((path.to_owned(), before.clone(), after.clone())),
        }
    }
    let mut pairs = Vec::new();
    down("", before, after, &mut pairs);
    pairs
}

/// Spans as spans, instants as instants, texts without their quotes.
fn value(page: &Page, path: &str, value: &Value) -> String {
    const SPANS: [&str; 5] = ["timeout", "retry_delay", "catch_up_window", "start_jitter", "history_interval"];
    const INSTANTS: [&str; 4] = ["not_before", "not_after", "paused_at", "paused_until"];
    let name = path.rsplit('.').next().unwrap_or_default();
    let is_of_task = path.split('.').any(|part| part == "config");
    match value {
        Value::Number(number) if !is_of_task && SPANS.contains(&name) => {
            page.milliseconds(number.as_u64().unwrap_or_default())
        }
        Value::String(text) if !is_of_task && INSTANTS.contains(&name) => {
            text.parse().map_or_else(|_| text.clone(), |at| page.instant(at))
        }
        Value::Bool(is_so) if !is_of_task => page.yes_or_no(*is_so),
        Value::String(text) => text.clone(),
        other => compact(other),
    }
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test may fail")]
mod tests {
    use clap::Parser;
    use downbeat::locale::Locale;
    use downbeat::model::{ChangeAction, TaskType};
    use serde_json::json;

    use super::*;
    use crate::cli::{Cli, Command};
    use crate::endpoint::Endpoint;

    fn at() -> DateTime<Utc> {
        "2026-03-02T12:00:00Z".parse().expect("an instant")
    }

    fn shown(command: &[&str], data: &Value, language: &str) -> String {
        let locale = Locale::parse(language).expect("a language");
        let page = Page { locale, now: at(), colours: false, width: Some(100) };
        let words = std::iter::once("worker").chain(command.iter().copied());
        let Command::Api(command) = Cli::try_parse_from(words).expect("a command").command.meant() else {
            panic!("not a command that asks the API");
        };
        Endpoint::of(command, at()).shown(&page, data).expect("data of the API").text
    }

    fn task(more: Value) -> Value {
        let mut task = json!({
            "id": "01980000-0000-7000-8000-000000000001", "name": "keep-tidy", "description": "", "version": "1.0.0",
            "category": "MAINTENANCE", "tags": [], "dependencies": [], "schedule": "0 3 * * *",
            "schedule_function": null, "timezone": "UTC", "catch_up": "latest", "catch_up_window": 3_600_000,
            "overlap": "skip", "overlap_limit": 1, "runs_on": "any", "start_jitter": 0, "not_before": null, "not_after": null,
            "enabled": true, "paused_at": null, "paused_until": null, "paused_by": null, "is_paused": false,
            "history_interval": 0, "priority": "LOW", "timeout": 60_000, "retries": 3, "retry_delay": 5_000,
            "config": {}, "overrides": {},
        });
        let facts = json!({
            "retired_at": null, "next_execution_at": "2026-03-03T03:00:00Z",
            "due_at": "2026-03-03T03:00:00Z", "last_executed_at": null, "last_execution_status": null,
            "last_execution_error": null, "last_execution_duration": null, "execution_count": 0, "success_count": 0,
            "error_count": 0, "consecutive_failures": 0, "average_execution_time": null, "is_running": false,
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "before": {}, "after": {},
        });
        lay_over(&mut task, facts);
        lay_over(&mut task, more);
        task
    }

    fn execution(more: Value) -> Value {
        let mut execution = json!({
            "id": "01980000-0000-7000-8000-00000000000a", "task_id": "01980000-0000-7000-8000-000000000001",
            "task_name": "keep-tidy", "status": "PENDING", "priority": "LOW", "scheduled_for": "2026-03-02T03:00:00Z",
            "attempt": 5, "max_attempts": 8, "available_at": "2026-03-02T12:00:00Z", "started_at": null,
            "completed_at": null, "duration_ms": null, "config": {}, "result": null, "error": null,
            "skipped_reason": null, "rollback": null, "progress": null, "checkpoint": null,
            "cancel_requested_at": null, "cancel_requested_by": null, "missed_slots": 0,
            "execution_environment": null, "triggered_by": "retry", "is_manual": true, "is_dry_run": false,
            "parent_execution_id": null, "runner_instance_id": null, "executed_by_instance": null,
            "fencing_token": null, "created_at": "2026-03-02T12:00:00Z",
        });
        lay_over(&mut execution, more);
        execution
    }

    fn lay_over(value: &mut Value, more: Value) {
        let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) else { return };
        value.extend(more);
    }

    #[test]
    fn a_change_tells_what_was_and_what_is() {
        let changed = task(json!({
            "before": {
                "schedule": "0 3 * * *", "timeout": 60_000, "enabled": true, "config": { "keep": 30 },
                "environments": { "serverless": { "timeout": 60_000 } },
            },
            "after": {
                "schedule": "15 * * * *", "timeout": 5_000, "enabled": false, "config": { "keep": { "days": 7 } },
                "environments": { "serverless": { "timeout": 500 } },
            },
        }));
        insta::assert_snapshot!(shown(&["cron", "set", "keep-tidy", "--retries", "1"], &changed, "en"), @r#"
        “keep-tidy” is changed, on all runners.

        Setting                          Before     Now
        config.keep                      30         {"days":7}
        enabled                          yes        no
        environments.serverless.timeout  1 min      500 ms
        schedule                         0 3 * * *  15 * * * *
        timeout                          1 min      5 s

        Next run: 2026-03-03 03:00:00 UTC, in 15 h
        "#);
        insta::assert_snapshot!(shown(&["cron", "reset", "keep-tidy"], &task(json!({})), "de"), @"„keep-tidy“ ist, wie es war: Das gilt schon.");
    }

    #[test]
    fn what_is_in_force_already_is_told_with_where_it_comes_from() {
        let same = task(json!({
            "overrides": { "timeout": 60_000, "config": { "keep": 7 } },
            "config": { "keep": 7, "places": 3 },
            "before": { "schedule": "0 3 * * *" },
            "after": { "schedule": "0 3 * * *" },
        }));
        let typed = [
            "cron",
            "set",
            "keep-tidy",
            "--schedule",
            "0 3 * * *",
            "--timeout",
            "1m",
            "--config",
            r#"{"keep":7}"#,
            "--unset",
            "config.places",
        ];
        insta::assert_snapshot!(shown(&typed, &same, "en"), @r"
        “keep-tidy” is as it was: that is in force already.

        Setting        Now        Source
        config.keep    7          set at run time
        config.places  3          the code
        schedule       0 3 * * *  the code
        timeout        1 min      set at run time
        ");
        let told = shown(&["cron", "enable", "keep-tidy"], &same, "de");
        assert!(told.contains("enabled") && told.contains("der Code"), "{told}");
    }

    #[test]
    fn a_pause_tells_when_it_ends() {
        let ends_now = json!({ "is_paused": true, "paused_until": "2026-03-02T12:00:00Z", "after": {} });
        let told = shown(&["cron", "pause", "keep-tidy", "--for", "1s"], &task(ends_now), "en");
        assert_eq!(told, "“keep-tidy” is paused until 2026-03-02 12:00:00 UTC. Its slots are skipped.");
        let until = json!({
            "is_paused": true, "paused_until": "2026-03-02T14:00:00Z",
            "after": { "paused_at": "2026-03-02T12:00:00Z", "paused_until": "2026-03-02T14:00:00Z" },
        });
        insta::assert_snapshot!(shown(&["cron", "pause", "keep-tidy", "--for", "2h"], &task(until), "pl"), @"„keep-tidy” jest wstrzymane do 2026-03-02 14:00:00 UTC, za 2 godz.; jego terminy są pomijane.");
        let for_good = task(json!({ "is_paused": true }));
        insta::assert_snapshot!(shown(&["cron", "pause", "keep-tidy"], &for_good, "en"), @"“keep-tidy” is paused until it is resumed. Its slots are skipped.");
        let over = task(json!({ "after": { "paused_at": null, "paused_until": null } }));
        insta::assert_snapshot!(shown(&["cron", "resume", "keep-tidy"], &over, "en"), @r"
        “keep-tidy” goes on.

        Next run: 2026-03-03 03:00:00 UTC, in 15 h
        ");
        insta::assert_snapshot!(shown(&["cron", "resume", "keep-tidy"], &task(json!({})), "en"), @r"
        “keep-tidy” was not paused.

        Next run: 2026-03-03 03:00:00 UTC, in 15 h
        ");
    }

    #[test]
    fn an_execution_is_queued_again_or_ends() {
        insta::assert_snapshot!(shown(&["cron", "retry", "x"], &execution(json!({})), "en"), @r"
        Attempt 5 at the slot 2026-03-02 03:00:00 of “keep-tidy” is queued; a worker or the next pulse runs it.
        Follow it: worker cron execution 01980000-0000-7000-8000-00000000000a
        ");
        let running = json!({ "status": "RUNNING", "executed_by_instance": "web-1/7" });
        insta::assert_snapshot!(shown(&["cron", "cancel", "x"], &execution(running), "en"), @r"
        The runner web-1/7 is told to end “keep-tidy”.
        Follow it: worker cron execution 01980000-0000-7000-8000-00000000000a
        ");
        let queued = json!({ "status": "CANCELLED" });
        insta::assert_snapshot!(shown(&["cron", "cancel", "x"], &execution(queued), "de"), @"„keep-tidy“ wartete und ist abgebrochen.");
    }

    #[test]
    fn maintenance_tells_of_both_types() {
        let held = json!({
            "is_maintenance_mode": true, "maintenance_since": "2026-03-02T12:00:00Z",
            "maintenance_until": "2026-03-02T12:30:00Z", "side_tasks_paused": true, "side_tasks_paused_until": null,
        });
        insta::assert_snapshot!(shown(&["runner", "pause", "--for", "30m"], &held, "en"), @r"
        No cron task starts on any runner until 2026-03-02 12:30:00 UTC, in 30 min.
        No side task runs on any worker, until “worker runner resume”.
        ");
        let free = json!({
            "is_maintenance_mode": false, "maintenance_since": null, "maintenance_until": null,
            "side_tasks_paused": false, "side_tasks_paused_until": null,
        });
        insta::assert_snapshot!(shown(&["runner", "resume"], &free, "de"), @r"
        Cron-Aufgaben starten.
        Nebenaufgaben laufen.
        ");
    }

    #[test]
    fn a_drained_runner_tells_what_it_still_runs() {
        let runner = |action: &str, running: Value| {
            json!({
                "instance_id": "01980000-0000-7000-8000-000000000001", "name": "web-1/7", "kind": "worker",
                "environment": "production", "version": "0.1.0", "state": "alive",
                "started_at": "2026-03-02T11:00:00Z", "heartbeat_at": "2026-03-02T12:00:00Z",
                "heartbeat_interval": 1000, "ended_at": null, "drain_requested_at": "2026-03-02T12:00:00Z",
                "drain_action": action, "running": running,
            })
        };
        let busy = json!([{ "task_name": "keep-tidy", "task_type": "cron", "started_at": "2026-03-02T12:00:00Z" }]);
        insta::assert_snapshot!(shown(&["runner", "stop", "web-1/7"], &runner("stop", busy), "en"), @"web-1/7 takes nothing more, finishes the task it runs, and ends.");
        insta::assert_snapshot!(shown(&["runner", "restart", "web-1/7"], &runner("restart", json!([])), "pl"), @"web-1/7 niczego nie wykonuje; nie przyjmuje już niczego i zaczyna od nowa.");
    }

    #[test]
    fn who_changed_what_is_told_newest_first() {
        let change = |at: &str, by: &str, action: ChangeAction, before: Value, after: Value| Change {
            changed_at: at.parse().expect("an instant"),
            changed_by: by.to_owned(),
            action,
            task_type: Some(TaskType::Cron),
            task_name: Some("keep-tidy".to_owned()),
            before,
            after,
        };
        let changes = [
            change(
                "2026-03-02T11:58:00Z",
                "TASK_API_TOKEN",
                ChangeAction::Pause,
                json!({ "paused_at": null, "paused_until": null }),
                json!({ "paused_at": "2026-03-02T11:58:00+00:00", "paused_until": "2026-03-02T14:00:00+00:00" }),
            ),
            change(
                "2026-03-02T09:00:00Z",
                "command-line:anna@desk",
                ChangeAction::Set,
                json!({ "schedule": "0 3 * * *", "config": { "keep": null } }),
                json!({ "schedule": "15 * * * *", "config": { "keep": "all" } }),
            ),
        ];
        let page = Page { locale: Locale::ENGLISH, now: at(), colours: false, width: Some(100) };
        insta::assert_snapshot!(history(&page, &changes), @r"
        When           What    Detail                                 By
        2 minutes ago  Paused  paused_at: – → 2026-03-02 11:58:00     TASK_API_TOKEN
                               paused_until: – → 2026-03-02 14:00:00
        3 hours ago    Set     config.keep: – → all                   command-line:anna@desk
                               schedule: 0 3 * * * → 15 * * * *
        ");
    }
}
