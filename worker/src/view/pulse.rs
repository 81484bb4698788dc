//! The pulse.

use downbeat::http::StatusAnswer;
use downbeat::locale::msg;
use downbeat::model::{CronTaskRow, PulseHealth, Status};
use downbeat::repository::PulsePage;
use downbeat::runner::{PulseReport, TaskOutcome};

use super::{Cell, Column, Facts, Page, Table, Tone, gist, listed};

/// What a pulse did, or would do.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn report(page: &Page, report: PulseReport) -> String {
    if report.results.is_empty() {
        return page.say(&msg::cli_nothing_due(report.total_tasks_discovered));
    }
    let mut table = Table::new(
        page,
        [
            Column::fixed(msg::cli_name_task()),
            Column::fixed(msg::cli_name_slot()),
            Column::fixed(msg::cli_name_status()),
            Column::fixed(msg::cli_name_took()).number(),
            Column::flowing(msg::cli_name_detail()),
            Column::spare(msg::cli_name_id()),
        ],
    );
    for outcome in &report.results {
        table.row([
            Cell::strong(&outcome.task_name),
            Cell::plain(page.instant(outcome.scheduled_for)),
            status_of(page, outcome, report.is_dry_run),
            outcome.duration_ms.map_or_else(Cell::nothing, |ms| Cell::plain(page.milliseconds(ms))),
            why(page, outcome),
            outcome.execution_id.map_or_else(Cell::nothing, |id| Cell::faint(id.to_string())),
        ]);
    }
    page.blocks([table.text(), summary(page, &report)])
}

fn status_of(page: &Page, outcome: &TaskOutcome, is_dry_run: bool) -> Cell {
    if is_dry_run && outcome.status == Status::Pending {
        return Cell::new(page.say(&msg::cli_would_run()), Tone::Busy);
    }
    page.status(outcome.status)
}

fn why(page: &Page, outcome: &TaskOutcome) -> Cell {
    match (&outcome.error, &outcome.skipped_reason) {
        (Some(error), _) => Cell::plain(gist(error)),
        (None, Some(reason)) => Cell::plain(page.reason(reason)),
        (None, None) => Cell::nothing(),
    }
}

fn summary(page: &Page, report: &PulseReport) -> String {
    let count = |which: fn(&Status) -> bool| report.results.iter().filter(|outcome| which(&outcome.status)).count();
    if report.is_dry_run {
        return page.tell(&msg::cli_pulse_dry_run(count(|status| *status == Status::Pending)), Tone::Faint);
    }
    let failed = count(|status| status.is_failure());
    let ran = count(|status| *status == Status::Completed) + failed;
    let took = page.milliseconds(report.duration_ms);
    let done = page.tell(
        &msg::cli_pulse_done(failed, report.results.len() - ran, ran, took),
        if failed > 0 { Tone::Bad } else { Tone::Faint },
    );
    let rest = if report.budget_spent { page.tell(&msg::cli_budget_spent(), Tone::Warn) } else { String::new() };
    if rest.is_empty() { done } else { format!("{done}\n{rest}") }
}

/// How the system fares.
pub(crate) fn status(page: &Page, StatusAnswer { pulse, tasks }: StatusAnswer) -> String {
    let tone = match pulse.status {
        PulseHealth::Healthy => Tone::Good,
        PulseHealth::Warning => Tone::Warn,
        PulseHealth::Critical => Tone::Bad,
        PulseHealth::Unknown => Tone::Faint,
    };
    let verdict = page.label(&pulse.status.key(), pulse.status.as_str());
    let warn_if = |bad: bool| if bad { Tone::Bad } else { Tone::Plain };
    let mut facts = Facts::new(page);
    facts
        .add(
            &msg::cli_name_last_pulse(),
            match pulse.last_pulse_at {
                Some(at) => page.say(&msg::cli_instant(page.instant(at), page.ago(at))),
                None => page.say(&msg::cli_never()),
            },
        )
        .add(&msg::cli_name_success_rate_day(), page.share(pulse.success_rate))
        .add(&msg::cli_name_executions_day(), pulse.total_executions.to_string())
        .cell(
            &msg::cli_name_failures_in_a_row(),
            Cell::new(pulse.consecutive_failures.to_string(), warn_if(pulse.consecutive_failures > 0)),
        )
        .cell(&msg::cli_name_overdue(), Cell::new(pulse.overdue_slots.to_string(), warn_if(pulse.overdue_slots > 0)))
        .add(&msg::cli_name_workers(), pulse.live_workers.to_string())
        .add(&msg::cli_name_running(), pulse.running.to_string());
    for (name, count) in [
        (msg::cli_name_stuck(), pulse.stuck),
        (msg::cli_name_silent_runners(), pulse.silent_runners),
        (msg::cli_name_failed_side_tasks(), pulse.failed_side_tasks),
    ] {
        if count > 0 {
            facts.cell(&name, Cell::new(count.to_string(), Tone::Bad));
        }
    }
    let failing: Vec<CronTaskRow> = tasks.into_iter().flatten().filter(|task| task.consecutive_failures > 0).collect();
    page.blocks([
        tone.paint(&format!("● {verdict}"), page.colours),
        if pulse.is_maintenance_mode { page.tell(&msg::cli_in_maintenance(), Tone::Warn) } else { String::new() },
        facts.text(),
        page.section(&msg::cli_name_failing(), &super::cron::table_of_tasks(page, &failing)),
    ])
}

/// A page of pulses.
pub(crate) fn history(page: &Page, PulsePage { pulses, next_cursor }: PulsePage) -> String {
    if pulses.is_empty() {
        return page.say(&msg::cli_no_pulses());
    }
    let mut table = Table::new(
        page,
        [
            Column::fixed(msg::cli_name_began()),
            Column::fixed(msg::cli_name_took()).number(),
            Column::fixed(msg::cli_name_due()).number(),
            Column::fixed(msg::cli_name_ran()).number(),
            Column::fixed(msg::cli_name_not_run()).number(),
            Column::flowing(msg::cli_name_failed()),
            Column::spare(msg::cli_name_caller()),
            Column::spare(msg::cli_name_environment()),
        ],
    );
    for pulse in &pulses {
        let failed = if pulse.tasks_failed.is_empty() {
            Cell::nothing()
        } else {
            Cell::new(listed(&pulse.tasks_failed), Tone::Bad)
        };
        let dry = if pulse.is_dry_run { format!(" ({})", page.say(&msg::cli_dry_run())) } else { String::new() };
        table.row([
            Cell::plain(page.instant(pulse.started_at)),
            Cell::plain(page.milliseconds(pulse.duration_ms)),
            Cell::plain(pulse.tasks_due.len().to_string()),
            Cell::plain(pulse.tasks_executed.len().to_string()),
            Cell::plain(pulse.tasks_skipped.len().to_string()),
            failed,
            Cell::faint(format!("{}{dry}", pulse.triggered_by)),
            Cell::faint(page.label(&format!("tasks.environment.{}", pulse.environment), &pulse.environment)),
        ]);
    }
    let more = next_cursor.map(|cursor| page.tell(&msg::cli_more(format!("--cursor {cursor}")), Tone::Faint));
    page.blocks([table.text(), more.unwrap_or_default()])
}
