//! What is next.

use downbeat::locale::msg;
use downbeat::model::{Progress, Queue, RunningExecution, UpcomingSlot, WaitReason, WaitingExecution};
use downbeat::task::Zone;

use super::{Cell, Column, Page, Table, Tone, listed};

/// What runs, what waits and why, and which slots come next.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn queue(page: &Page, queue: Queue) -> String {
    let is_idle = queue.running.is_empty() && queue.waiting.is_empty();
    if is_idle && queue.upcoming.is_empty() {
        return page.say(&msg::cli_queue_empty());
    }
    page.blocks([
        if is_idle { page.say(&msg::cli_queue_nothing_waits()) } else { String::new() },
        page.section(&msg::cli_heading_running(), &running(page, &queue.running)),
        page.section(&msg::cli_heading_waiting(), &waiting(page, &queue.waiting)),
        page.section(&msg::cli_heading_upcoming(), &upcoming(page, &queue.upcoming)),
        if queue.has_more { page.tell(&msg::cli_queue_more(), Tone::Faint) } else { String::new() },
    ])
}

fn running(page: &Page, executions: &[RunningExecution]) -> String {
    let columns = [
        Column::fixed(msg::cli_name_task()),
        Column::fixed(msg::cli_name_started()),
        Column::flowing(msg::cli_name_progress()),
        Column::spare(msg::cli_name_runner()),
        Column::spare(msg::cli_name_priority()),
        Column::spare(msg::cli_name_attempt()),
        Column::spare(msg::cli_name_id()),
    ];
    let mut table = Table::new(page, columns);
    for execution in executions {
        table.row([
            Cell::strong(&execution.task_name),
            Cell::new(page.ago(execution.started_at), Tone::Busy),
            progress(page, execution),
            execution.executed_by_instance.as_ref().map_or_else(Cell::nothing, Cell::plain),
            Cell::plain(page.label(&execution.priority.key(), execution.priority.as_str())),
            Cell::plain(format!("{}/{}", execution.attempt, execution.max_attempts)),
            Cell::faint(execution.execution_id.to_string()),
        ]);
    }
    table.text()
}

/// How far it came; what is wrong with it goes first.
fn progress(page: &Page, execution: &RunningExecution) -> Cell {
    match (execution.stuck_since, execution.cancel_requested_at, &execution.progress) {
        (Some(since), _, _) => Cell::new(page.say(&msg::cli_queue_stuck(page.ago(since))), Tone::Bad),
        (None, Some(_), _) => Cell::new(page.say(&msg::cli_stopping()), Tone::Warn),
        (None, None, Some(Progress { done, total, message, .. })) => {
            let count = total.map_or_else(|| done.to_string(), |total| format!("{done}/{total}"));
            Cell::plain(listed(&[Some(count), message.clone()].into_iter().flatten().collect::<Vec<_>>()))
        }
        (None, None, None) => Cell::nothing(),
    }
}

fn waiting(page: &Page, executions: &[WaitingExecution]) -> String {
    let columns = [
        Column::fixed(msg::cli_name_task()),
        Column::fixed(msg::cli_name_slot()),
        Column::flowing(msg::cli_name_waits()),
        Column::spare(msg::cli_name_priority()),
        Column::spare(msg::cli_name_attempt()),
        Column::spare(msg::cli_name_id()),
    ];
    let mut table = Table::new(page, columns);
    for execution in executions {
        table.row([
            Cell::strong(&execution.task_name),
            Cell::plain(page.instant(execution.scheduled_for)),
            reason(page, execution),
            Cell::plain(page.label(&execution.priority.key(), execution.priority.as_str())),
            Cell::plain(format!("{}/{}", execution.attempt, execution.max_attempts)),
            execution.execution_id.map_or_else(Cell::nothing, |id| Cell::faint(id.to_string())),
        ]);
    }
    table.text()
}

/// What it waits for, in a sentence.
pub(crate) fn waits_for(page: &Page, execution: &WaitingExecution) -> String {
    let reason = execution.reason;
    let label = page.label(&reason.key(), reason.as_str());
    match (reason, execution.until) {
        (WaitReason::Time, Some(until)) => page.say(&msg::cli_waits_until_time(label, page.until(until))),
        (WaitReason::Paused | WaitReason::Maintenance, Some(until)) => {
            page.say(&msg::cli_waits_until(page.moment(until), label))
        }
        (WaitReason::Host, _) => {
            let hosts = execution.waits_for.iter().map(|host| page.label(&format!("tasks.runs-on.{host}"), host));
            page.say(&msg::cli_waits_for(hosts.collect::<Vec<_>>().join(", "), label))
        }
        (WaitReason::Dependency | WaitReason::Limit, _) => {
            page.say(&msg::cli_waits_for(execution.waits_for.join(", "), label))
        }
        (
            WaitReason::Runner
            | WaitReason::Time
            | WaitReason::Maintenance
            | WaitReason::Disabled
            | WaitReason::Paused
            | WaitReason::PreviousInstance,
            _,
        ) => label,
    }
}

fn reason(page: &Page, execution: &WaitingExecution) -> Cell {
    Cell::new(
        waits_for(page, execution),
        match execution.reason {
            WaitReason::Runner | WaitReason::Host | WaitReason::Time => Tone::Plain,
            WaitReason::Maintenance
            | WaitReason::Disabled
            | WaitReason::Paused
            | WaitReason::Dependency
            | WaitReason::Limit
            | WaitReason::PreviousInstance => Tone::Warn,
        },
    )
}

fn upcoming(page: &Page, slots: &[UpcomingSlot]) -> String {
    let columns = [
        Column::fixed(msg::cli_name_task()),
        Column::fixed(msg::cli_name_in()),
        Column::fixed(msg::cli_name_slot_zoned()),
        Column::spare(msg::cli_name_priority()),
    ];
    let mut table = Table::new(page, columns);
    for slot in slots {
        let when = if slot.is_paused {
            Cell::new(page.say(&msg::cli_paused()), Tone::Warn)
        } else {
            Cell::plain(page.until(slot.due_at))
        };
        table.row([
            Cell::strong(&slot.task_name),
            when,
            Cell::plain(slot.timezone.parse::<Zone>().unwrap_or_default().written(slot.scheduled_for)),
            Cell::plain(page.label(&slot.priority.key(), slot.priority.as_str())),
        ]);
    }
    table.text()
}
