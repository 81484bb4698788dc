//! Side tasks.

use downbeat::locale::msg;
use downbeat::model::{SideInstance, SideTaskRow, Status};

use super::{Cell, Column, Page, Table, Tone, gist};

/// Every side task, across all workers.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn tasks(page: &Page, tasks: Vec<SideTaskRow>) -> String {
    if tasks.is_empty() { page.say(&msg::cli_no_side_tasks()) } else { table(page, &tasks) }
}

/// One side task right after an order.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn ordered(page: &Page, task: SideTaskRow) -> String {
    table(page, std::slice::from_ref(&task))
}

fn table(page: &Page, tasks: &[SideTaskRow]) -> String {
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
    for task in tasks {
        let first = task.instances.first();
        table.row([
            Cell::strong(&task.name),
            state(page, task),
            place(first),
            first
                .map(|instance| instance.started_at)
                .or(task.stopped_at)
                .map_or_else(Cell::nothing, |at| Cell::plain(page.ago(at))),
            Cell::plain(task.restart_count.to_string()),
            health(page, task),
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

/// What it does, in view of what it is told to do.
fn state(page: &Page, task: &SideTaskRow) -> Cell {
    let restart = |instance: &SideInstance| task.restart_requested_at.is_some_and(|at| instance.started_at < at);
    match task.status {
        _ if task.retired_at.is_some() => Cell::faint(page.say(&msg::cli_retired())),
        Some(Status::Cancelled) if task.is_running => Cell::new(page.say(&msg::cli_stopping()), Tone::Busy),
        _ if !task.enabled => Cell::new(page.say(&msg::cli_disabled()), Tone::Warn),
        Some(Status::Cancelled) => Cell::new(page.say(&msg::cli_stopped()), Tone::Warn),
        _ if task.is_paused => Cell::new(page.say(&msg::cli_side_paused()), Tone::Warn),
        _ if task.instances.iter().any(restart) => Cell::new(page.say(&msg::cli_restarting()), Tone::Busy),
        Some(status) => page.status(status),
        None => Cell::faint(page.say(&msg::cli_never_started())),
    }
}

fn place(instance: Option<&SideInstance>) -> Cell {
    let name = instance.and_then(|instance| instance.executed_by_instance.as_deref());
    name.map_or_else(Cell::nothing, Cell::plain)
}

fn health(page: &Page, task: &SideTaskRow) -> Cell {
    match task.is_healthy.filter(|_| task.is_running) {
        Some(true) => Cell::new(page.say(&msg::cli_healthy()), Tone::Good),
        Some(false) => Cell::new(page.say(&msg::cli_unhealthy()), Tone::Bad),
        None => Cell::nothing(),
    }
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
