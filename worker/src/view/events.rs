//! What happens, a line each.

use downbeat::locale::msg;
use downbeat::model::{Event, EventKind, TaskType};

use super::{Page, Tone};

/// One event on one line: when, what, to whom, and what there is to say about it.
pub(crate) fn line(page: &Page, event: &Event) -> String {
    let (word, tone) = match (event.kind, event.status) {
        (EventKind::ExecutionFinished, Some(status)) => (page.label(&status.key(), status.as_str()), Tone::of(status)),
        (kind, _) => (page.label(&kind.key(), kind.as_str()), tone_of(kind)),
    };
    let about = event.task_name.clone().or_else(|| event.runner.clone());
    let about = about.or_else(|| (event.kind == EventKind::TaskChanged).then(|| of_all(page, event.task_type)));
    let parts = [
        Some(tone.paint(&word, page.colours)),
        about.map(|name| Tone::Strong.paint(&name, page.colours)),
        event.scheduled_for.map(|slot| page.instant(slot)),
        // The first one goes without saying.
        event.attempt.filter(|attempt| *attempt > 1).map(|attempt| format!("#{attempt}")),
        event.duration_ms.map(|ms| page.milliseconds(ms)),
        event.reason.as_ref().map(|reason| match event.kind {
            EventKind::RunnerLeft => page.label(&format!("tasks.runner-state.{reason}"), reason),
            EventKind::ExecutionStarted
            | EventKind::ExecutionFinished
            | EventKind::ExecutionWithdrawn
            | EventKind::RunnerJoined
            | EventKind::TaskChanged
            | EventKind::StreamGap => page.reason(reason),
        }),
        event.error_code.clone(),
        event.action.map(|action| page.label(&action.key(), action.as_str())),
        event.changed_by.clone(),
        event.task_name.as_ref().and(event.runner.as_ref()).map(|runner| Tone::Faint.paint(runner, page.colours)),
        (event.kind == EventKind::StreamGap).then(|| page.say(&msg::cli_events_gap(page.instant(event.at)))),
    ];
    let parts: Vec<_> = std::iter::once(page.instant(event.at)).chain(parts.into_iter().flatten()).collect();
    parts.join("  ")
}

/// What is changed where no single task is.
fn of_all(page: &Page, kind: Option<TaskType>) -> String {
    page.say(&match kind {
        Some(TaskType::Cron) => msg::cli_name_cron_tasks(),
        Some(TaskType::Side) => msg::cli_name_side_tasks(),
        None => msg::cli_events_everything(),
    })
}

fn tone_of(kind: EventKind) -> Tone {
    match kind {
        EventKind::ExecutionStarted => Tone::Busy,
        EventKind::ExecutionFinished | EventKind::RunnerJoined => Tone::Plain,
        EventKind::ExecutionWithdrawn | EventKind::RunnerLeft => Tone::Faint,
        EventKind::TaskChanged | EventKind::StreamGap => Tone::Warn,
    }
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test may fail")]
mod tests {
    use downbeat::locale::Locale;
    use serde_json::{Value, json};

    use super::*;

    fn lines(language: &str) -> Vec<String> {
        let locale = Locale::parse(language).expect("a language");
        let at = "2026-03-02T12:00:01Z";
        let page = Page { locale, now: at.parse().expect("an instant"), colours: false, width: None };
        let events: [Value; 9] = [
            json!({ "kind": "execution.started", "at": at, "task_name": "import", "scheduled_for": "2026-03-02T12:00:00Z",
                "attempt": 2, "status": "RUNNING", "runner": "host/1" }),
            json!({ "kind": "execution.finished", "at": at, "task_name": "import", "scheduled_for": "2026-03-02T12:00:00Z",
                "attempt": 1, "status": "TIMEOUT", "duration_ms": 1_500, "error_kind": "TIMEOUT", "error_code": "timeout" }),
            json!({ "kind": "execution.finished", "at": at, "task_name": "import", "scheduled_for": "2026-03-02T12:00:00Z",
                "attempt": 1, "status": "SKIPPED", "reason": "paused" }),
            json!({ "kind": "runner.left", "at": at, "runner": "host/1", "runner_kind": "worker", "reason": "lost" }),
            json!({ "kind": "task.changed", "at": at, "task_name": "import", "action": "pause", "changed_by": "anna" }),
            json!({ "kind": "task.changed", "at": at, "runner": "host/1", "action": "stop", "changed_by": "anna" }),
            json!({ "kind": "task.changed", "at": at, "task_type": "side", "action": "pause", "changed_by": "anna" }),
            json!({ "kind": "task.changed", "at": at, "action": "resume", "changed_by": "anna" }),
            json!({ "kind": "stream.gap", "at": at }),
        ];
        events.map(|event| line(&page, &serde_json::from_value(event).expect("an event"))).to_vec()
    }

    #[test]
    fn an_event_is_a_line() {
        insta::assert_snapshot!(lines("en").join("\n"), @r"
        2026-03-02 12:00:01  Started  import  2026-03-02 12:00:00  #2  host/1
        2026-03-02 12:00:01  Timed out  import  2026-03-02 12:00:00  1.5 s  timeout
        2026-03-02 12:00:01  Skipped  import  2026-03-02 12:00:00  The task was paused
        2026-03-02 12:00:01  Runner left  host/1  Lost
        2026-03-02 12:00:01  Changed  import  Paused  anna
        2026-03-02 12:00:01  Changed  host/1  Stopped  anna
        2026-03-02 12:00:01  Changed  Side tasks  Paused  anna
        2026-03-02 12:00:01  Changed  everything  Resumed  anna
        2026-03-02 12:00:01  Gap  Events since 2026-03-02 12:00:01 may be missing.
        ");
        insta::assert_snapshot!(lines("de").join("\n"), @r"
        2026-03-02 12:00:01  Begonnen  import  2026-03-02 12:00:00  #2  host/1
        2026-03-02 12:00:01  Zeit überschritten  import  2026-03-02 12:00:00  1,5 s  timeout
        2026-03-02 12:00:01  Übersprungen  import  2026-03-02 12:00:00  Die Aufgabe war pausiert
        2026-03-02 12:00:01  Runner gegangen  host/1  Verloren
        2026-03-02 12:00:01  Geändert  import  Pausiert  anna
        2026-03-02 12:00:01  Geändert  host/1  Beendet  anna
        2026-03-02 12:00:01  Geändert  Nebenaufgaben  Pausiert  anna
        2026-03-02 12:00:01  Geändert  alles  Fortgesetzt  anna
        2026-03-02 12:00:01  Lücke  Ereignisse seit 2026-03-02 12:00:01 fehlen vielleicht.
        ");
        insta::assert_snapshot!(lines("pl").join("\n"), @r"
        2026-03-02 12:00:01  Rozpoczęto  import  2026-03-02 12:00:00  #2  host/1
        2026-03-02 12:00:01  Przekroczono czas  import  2026-03-02 12:00:00  1,5 s  timeout
        2026-03-02 12:00:01  Pominięte  import  2026-03-02 12:00:00  Zadanie było wstrzymane
        2026-03-02 12:00:01  Runner odszedł  host/1  Utracony
        2026-03-02 12:00:01  Zmieniono  import  Wstrzymano  anna
        2026-03-02 12:00:01  Zmieniono  host/1  Zatrzymano  anna
        2026-03-02 12:00:01  Zmieniono  Zadania poboczne  Wstrzymano  anna
        2026-03-02 12:00:01  Zmieniono  wszystko  Wznowiono  anna
        2026-03-02 12:00:01  Luka  Od 2026-03-02 12:00:01 może brakować zdarzeń.
        ");
    }
}
