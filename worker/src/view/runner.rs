//! Runner instances.

use downbeat::locale::msg;
use downbeat::model::{Progress, RunnerState, RunningTask};
use downbeat::repository::RunnerPage;

use super::{Cell, Column, Page, Table, Tone};

/// A page of instances, and what each runs.
pub(crate) fn status(page: &Page, RunnerPage { runners, next_cursor }: RunnerPage) -> String {
    if runners.is_empty() {
        return page.say(&msg::cli_no_runners());
    }
    let mut table = Table::new(
        page,
        [
            Column::fixed(msg::cli_name_runner()),
            Column::fixed(msg::cli_name_state()),
            Column::fixed(msg::cli_name_heartbeat()),
            Column::flowing(msg::cli_name_runs_now()),
            Column::spare(msg::cli_name_kind()),
            Column::spare(msg::cli_name_environment()),
            Column::spare(msg::cli_name_version()),
            Column::spare(msg::cli_name_id()),
        ],
    );
    for runner in &runners {
        let tone = match runner.state {
            RunnerState::Alive => Tone::Good,
            RunnerState::Silent => Tone::Warn,
            RunnerState::Stopped => Tone::Faint,
            RunnerState::Lost => Tone::Bad,
        };
        // One that drains lives, and yet it takes nothing more.
        let is_draining = runner.state == RunnerState::Alive && runner.drain_requested_at.is_some();
        let state = if is_draining {
            Cell::new(page.say(&msg::cli_draining()), Tone::Warn)
        } else {
            Cell::new(page.label(&runner.state.key(), runner.state.as_str()), tone)
        };
        let running = runner.running.iter().map(|task| running(page, task)).collect::<Vec<_>>().join(", ");
        let is_stuck = runner.running.iter().any(|task| task.stuck_since.is_some());
        table.row([
            Cell::strong(&runner.name),
            state,
            Cell::plain(page.ago(runner.heartbeat_at)),
            match (running.is_empty(), is_stuck) {
                (true, _) => Cell::nothing(),
                (false, true) => Cell::new(running, Tone::Bad),
                (false, false) => Cell::new(running, Tone::Busy),
            },
            Cell::plain(page.label(&runner.kind.key(), runner.kind.as_str())),
            Cell::plain(page.label(&format!("tasks.environment.{}", runner.environment), &runner.environment)),
            Cell::faint(&runner.version),
            Cell::faint(runner.instance_id.to_string()),
        ]);
    }
    let more = next_cursor.map(|cursor| page.tell(&msg::cli_more(format!("--cursor {cursor}")), Tone::Faint));
    page.blocks([table.text(), more.unwrap_or_default()])
}

/// `import 5/10`, `backup (stuck for 3 min)`.
fn running(page: &Page, task: &RunningTask) -> String {
    let name = &task.task_name;
    match (task.stuck_since, &task.progress) {
        (Some(since), _) => page.say(&msg::cli_stuck(page.ago(since), name.as_str())),
        (None, Some(Progress { done, total: Some(total), .. })) => format!("{name} {done}/{total}"),
        (None, Some(Progress { done, total: None, .. })) => format!("{name} {done}"),
        (None, None) => name.clone(),
    }
}
