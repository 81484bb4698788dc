//! Side tasks.

use downbeat::locale::msg;
use downbeat::model::SideTaskRow;

use super::{Cell, Column, Page, Table, Tone, gist};

/// Every side task, across all workers.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn tasks(page: &Page, tasks: Vec<SideTaskRow>) -> String {
    if tasks.is_empty() {
        return page.say(&msg::cli_no_side_tasks());
    }
    let mut table = Table::new(
        page,
        [
            Column::fixed(msg::cli_name_task()),
            Column::fixed(msg::cli_name_status()),
            Column::fixed(msg::cli_name_since()),
            Column::flowing(msg::cli_name_detail()),
            Column::spare(msg::cli_name_runner()),
            Column::spare(msg::cli_name_restarts()).number(),
            Column::spare(msg::cli_name_priority()),
        ],
    );
    for task in &tasks {
        let since = if task.is_running { task.started_at } else { task.stopped_at };
        table.row([
            Cell::strong(&task.name),
            status(page, task),
            since.map_or_else(Cell::nothing, |at| Cell::plain(page.ago(at))),
            match task.last_error.as_ref().filter(|_| !task.is_running) {
                Some(error) => Cell::plain(gist(error)),
                None => Cell::faint(page.description(&task.name, task.description.as_deref().unwrap_or_default())),
            },
            task.executed_by_instance.as_deref().map_or_else(Cell::nothing, Cell::plain),
            Cell::plain(task.restart_count.to_string()),
            Cell::plain(page.label(&task.priority.key(), task.priority.as_str())),
        ]);
    }
    table.text()
}

fn status(page: &Page, task: &SideTaskRow) -> Cell {
    match task.status {
        _ if task.retired_at.is_some() => Cell::faint(page.say(&msg::cli_retired())),
        _ if !task.enabled => Cell::new(page.say(&msg::cli_disabled()), Tone::Warn),
        Some(status) => page.status(status),
        None => Cell::faint(page.say(&msg::cli_never_started())),
    }
}
