//! Side tasks.

use downbeat::http::SideTaskAnswer;
use downbeat::locale::msg;
use downbeat::model::{SideHealth, SideInstance, SideState, SideTaskRow, Status};

use super::{Cell, Column, Page, Table, Tone, gist};

/// Every side task, across all workers.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn tasks(page: &Page, tasks: Vec<SideTaskAnswer>) -> String {
    if tasks.is_empty() { page.say(&msg::cli_no_side_tasks()) } else { table(page, &tasks) }
}

/// One side task right after an order.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn ordered(page: &Page, task: SideTaskAnswer) -> String {
    table(page, std::slice::from_ref(&task))
}

fn table(page: &Page, tasks: &[SideTaskAnswer]) -> String {
    let mut table = Table::new(
        page,
        [
            Column::fixed(msg::cli_name_task()),
            Column::fixed(msg::cli_name_state()),
            Column::spare(msg::cli_name_runner()),
            Column::fixed(msg::cli_name_since()),
            Column::spare(msg::cli_name_restarts()).number(),
            Column::spare(msg::cli_name_health()),
            Column::flowing(msg::cli_name_last_error()),
        ],
    );
    for answer in tasks {
        let task = &answer.task;
        let first = task.instances.first();
        table.row([
            Cell::strong(&task.name),
            state(page, answer),
            place(first),
            first
                .map(|instance| instance.started_at)
                .or(task.stopped_at)
                .map_or_else(Cell::nothing, |at| Cell::plain(page.ago(at))),
            Cell::plain(task.restart_count.to_string()),
            health(page, answer),
            trouble(task),
        ]);
        for other in task.instances.iter().skip(1) {
            let blank = Cell::default;
            let since = Cell::plain(page.ago(other.started_at));
            table.row([blank(), blank(), place(Some(other)), since, blank(), blank(), blank()]);
        }
    }
    table.text()
}

fn state(page: &Page, task: &SideTaskAnswer) -> Cell {
    let tone = match task.state {
        SideState::Running | SideState::Restarting | SideState::Stopping => Tone::Busy,
        SideState::Waiting | SideState::NeverStarted | SideState::Retired => Tone::Faint,
        SideState::Stopped | SideState::Paused | SideState::Disabled => Tone::Warn,
        SideState::Completed => Tone::Good,
        SideState::Failed => Tone::Bad,
    };
    Cell::new(page.label(&task.state.key(), task.state.as_str()), tone)
}

fn place(instance: Option<&SideInstance>) -> Cell {
    let name = instance.and_then(|instance| instance.executed_by_instance.as_deref());
    name.map_or_else(Cell::nothing, Cell::plain)
}

fn health(page: &Page, task: &SideTaskAnswer) -> Cell {
    let Some(health) = task.health else { return Cell::nothing() };
    let tone = match health {
        SideHealth::Healthy => Tone::Good,
        SideHealth::Unhealthy => Tone::Bad,
    };
    Cell::new(page.label(&health.key(), health.as_str()), tone)
}

/// What is wrong now: why it is not well, why it was started again, why it does not run.
fn trouble(task: &SideTaskRow) -> Cell {
    let current = !task.is_running || task.restart_count > 0 || task.status == Some(Status::Failed);
    let error = task.last_error.as_ref().filter(|_| current);
    match (&task.health_message, error) {
        (Some(message), _) => Cell::plain(message),
        (None, Some(error)) => Cell::plain(gist(error)),
        (None, None) => Cell::nothing(),
    }
}
