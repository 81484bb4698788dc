//! Cron tasks and their executions.

use chrono::{DateTime, Utc};
use downbeat::http::{ExecutionAnswer, ShowAnswer};
use downbeat::locale::msg;
use downbeat::model::{
    CronTaskRow, Execution, OverlapPolicy, Progress, RecordedError, Rollback, RunsOn, Status, Trigger,
};
use downbeat::repository::HistoryPage;
use downbeat::task::CronExpr;

use super::{Cell, Column, Facts, Page, Table, Tone, compact, gist, listed, log, paragraph, readable};

/// All tasks, or those of a filter.
pub(crate) fn tasks(page: &Page, tasks: Vec<CronTaskRow>, filtered: bool) -> String {
    if tasks.is_empty() {
        return page.say(&if filtered { msg::cli_no_task_matches() } else { msg::cli_no_tasks() });
    }
    page.blocks([table_of_tasks(page, &tasks), page.tell(&msg::cli_count_tasks(tasks.len()), Tone::Faint)])
}

pub(super) fn table_of_tasks(page: &Page, tasks: &[CronTaskRow]) -> String {
    let mut table = Table::new(
        page,
        [
            Column::fixed(msg::cli_name_task()),
            Column::flowing(msg::cli_name_schedule()),
            Column::flowing(msg::cli_name_last_run()),
            Column::flowing(msg::cli_name_next_run()),
            Column::spare(msg::cli_name_priority()),
            Column::spare(msg::cli_name_category()),
        ],
    );
    for task in tasks {
        table.row([
            Cell::strong(&task.name),
            schedule(page, task),
            last_run(page, task),
            next_run(page, task),
            Cell::plain(page.label(&task.priority.key(), task.priority.as_str())),
            Cell::plain(page.label(&task.category.key(), task.category.as_str())),
        ]);
    }
    table.text()
}

fn schedule(page: &Page, task: &CronTaskRow) -> Cell {
    match (&task.schedule, &task.schedule_function) {
        (Some(schedule), _) if task.timezone == "UTC" => Cell::plain(schedule),
        (Some(schedule), _) => Cell::plain(format!("{schedule} {}", task.timezone)),
        (None, Some(function)) => Cell::plain(format!("{function}()")),
        (None, None) => Cell::faint(page.say(&msg::cli_schedule_by_hand())),
    }
}

fn last_run(page: &Page, task: &CronTaskRow) -> Cell {
    if task.is_running {
        return page.status(Status::Running);
    }
    let (Some(status), Some(at)) = (task.last_execution_status, task.last_executed_at) else {
        return Cell::faint(page.say(&msg::cli_never()));
    };
    let label = page.label(&status.key(), status.as_str());
    let text = match task.consecutive_failures {
        0 | 1 => msg::cli_status_ago(page.ago(at), label),
        times => msg::cli_status_ago_times(page.ago(at), label, times),
    };
    Cell::new(page.say(&text), Tone::of(status))
}

fn next_run(page: &Page, task: &CronTaskRow) -> Cell {
    match task.next_execution_at {
        _ if task.retired_at.is_some() => Cell::faint(page.say(&msg::cli_retired())),
        _ if !task.enabled => Cell::new(page.say(&msg::cli_disabled()), Tone::Warn),
        _ if task.is_paused => Cell::new(page.say(&msg::cli_paused()), Tone::Warn),
        Some(at) => Cell::plain(page.until(at)),
        None => Cell::nothing(),
    }
}

/// One task with its newest executions.
pub(crate) fn show(page: &Page, ShowAnswer { task, executions, changes }: ShowAnswer) -> String {
    let title = match task.title.clone().or_else(|| page.title(&task.name)) {
        Some(title) => format!("{}  {title}", Tone::Strong.paint(&task.name, page.colours)),
        None => Tone::Strong.paint(&task.name, page.colours),
    };
    let runs =
        if executions.is_empty() { page.say(&msg::cli_no_executions()) } else { table(page, &executions, false) };
    page.blocks([
        format!("{title}\n{}", paragraph(page, &page.description(&task.name, &task.description))),
        facts(page, &task),
        page.section(&msg::cli_heading_newest_runs(), &runs),
        page.section(&msg::cli_heading_changes(), &super::change::history(page, &changes)),
    ])
}

fn facts(page: &Page, task: &CronTaskRow) -> String {
    let mut facts = Facts::new(page);
    facts.cell(&msg::cli_name_schedule(), schedule(page, task));
    let expression = task.schedule.as_deref().and_then(|schedule| CronExpr::parse(schedule).ok());
    facts.maybe(&msg::cli_name_meaning(), expression.map(|expression| page.say(&expression.explain().message())));
    let next = task.next_execution_at.filter(|_| task.enabled && task.retired_at.is_none() && !task.is_paused);
    match next {
        Some(at) => facts.add(&msg::cli_name_next_run(), ahead(page, at)),
        None => facts.cell(&msg::cli_name_next_run(), next_run(page, task)),
    };
    pause(page, task, &mut facts);
    facts.cell(&msg::cli_name_last_run(), last_run(page, task));
    facts.maybe(&msg::cli_name_error(), task.last_execution_error.as_ref().map(|error| described(page, error)));
    facts
        .add(&msg::cli_name_enabled(), page.yes_or_no(task.enabled))
        .add(&msg::cli_name_priority(), page.label(&task.priority.key(), task.priority.as_str()))
        .add(&msg::cli_name_category(), page.label(&task.category.key(), task.category.as_str()))
        .maybe(&msg::cli_name_tags(), (!task.tags.is_empty()).then(|| listed(&task.tags)))
        .maybe(&msg::cli_name_dependencies(), (!task.dependencies.is_empty()).then(|| listed(&task.dependencies)))
        .add(&msg::cli_name_timeout(), page.milliseconds(task.timeout))
        .add(&msg::cli_name_retries(), page.say(&msg::cli_retries(task.retries, page.milliseconds(task.retry_delay))))
        .add(&msg::cli_name_missed_slots(), {
            let catch_up = page.label(&task.catch_up.key(), task.catch_up.as_str());
            page.say(&msg::cli_missed_slots(catch_up, page.milliseconds(task.catch_up_window)))
        })
        .maybe(&msg::cli_name_overlap(), overlap(page, task))
        .maybe(&msg::cli_name_runs_on(), {
            let label = page.label(&task.runs_on.key(), task.runs_on.as_str());
            (task.runs_on != RunsOn::Any).then_some(label)
        })
        .maybe(&msg::cli_name_start_jitter(), (task.start_jitter > 0).then(|| page.milliseconds(task.start_jitter)))
        .maybe(&msg::cli_name_not_before(), task.not_before.map(|at| page.instant(at)))
        .maybe(&msg::cli_name_not_after(), task.not_after.map(|at| page.instant(at)))
        .maybe(&msg::cli_name_history(), {
            let interval = task.history_interval;
            (interval > 0).then(|| page.say(&msg::cli_history_interval(page.milliseconds(interval))))
        })
        .add(&msg::cli_name_runs(), {
            let (completed, failed) = (task.success_count, task.error_count);
            page.say(&msg::cli_runs(completed, task.execution_count, failed, page.mean(task.average_execution_time)))
        })
        .add(&msg::cli_name_config(), compact(&task.config));
    let overrides = compact(&task.overrides);
    if overrides != super::NOTHING {
        facts.add(&msg::cli_name_overrides(), overrides);
    }
    facts.add(&msg::cli_name_version(), &task.version).text()
}

/// Since when it is paused, until when, and by whom; nothing where it is not.
fn pause(page: &Page, task: &CronTaskRow, facts: &mut Facts<'_>) {
    if !task.is_paused {
        return;
    }
    facts
        .maybe(&msg::cli_name_paused_since(), task.paused_at.map(|at| past(page, at)))
        .maybe(&msg::cli_name_paused_until(), task.paused_until.map(|at| ahead(page, at)))
        .maybe(&msg::cli_name_paused_by(), task.paused_by.as_ref());
}

/// What a slot comes to that finds its task running, where that is not the usual.
fn overlap(page: &Page, task: &CronTaskRow) -> Option<String> {
    let policy = page.label(&task.overlap.key(), task.overlap.as_str());
    match task.overlap {
        OverlapPolicy::Skip => None,
        OverlapPolicy::QueueOne | OverlapPolicy::CancelRunning => Some(policy),
        OverlapPolicy::QueueAll | OverlapPolicy::Allow => {
            Some(page.say(&msg::cli_overlap_at_most(task.overlap_limit, policy)))
        }
    }
}

fn past(page: &Page, at: DateTime<Utc>) -> String {
    page.say(&msg::cli_instant(page.instant(at), page.ago(at)))
}

fn ahead(page: &Page, at: DateTime<Utc>) -> String {
    page.moment(at)
}

/// A page of executions.
pub(crate) fn history(page: &Page, HistoryPage { executions, next_cursor }: HistoryPage) -> String {
    if executions.is_empty() {
        return page.say(&msg::cli_no_executions());
    }
    let more = next_cursor.map(|cursor| page.tell(&msg::cli_more(format!("--cursor {cursor}")), Tone::Faint));
    page.blocks([table(page, &executions, true), more.unwrap_or_default()])
}

fn table(page: &Page, executions: &[Execution], of_many_tasks: bool) -> String {
    let task = of_many_tasks.then(|| Column::fixed(msg::cli_name_task()));
    let columns = [Some(Column::fixed(msg::cli_name_slot())), task]
        .into_iter()
        .flatten()
        .chain([
            Column::fixed(msg::cli_name_status()),
            Column::fixed(msg::cli_name_took()).number(),
            Column::flowing(msg::cli_name_detail()),
            Column::spare(msg::cli_name_id()),
            Column::spare(msg::cli_name_attempt()),
        ])
        .collect::<Vec<_>>();
    let mut table = Table::new(page, columns);
    for execution in executions {
        let task = of_many_tasks.then(|| Cell::strong(&execution.task_name));
        let slot = Some(Cell::plain(page.instant(execution.scheduled_for)));
        table.row([slot, task].into_iter().flatten().chain([
            page.status(execution.status),
            execution.duration_ms.map_or_else(Cell::nothing, |ms| Cell::plain(page.milliseconds(ms))),
            detail(page, execution),
            Cell::faint(execution.id.to_string()),
            Cell::plain(format!("{}/{}", execution.attempt, execution.max_attempts)),
        ]));
    }
    let (text, spared) = table.text_and_spared();
    page.blocks([text, if spared { page.tell(&msg::cli_more_columns(), Tone::Faint) } else { String::new() }])
}

/// One execution on one line: when it came to this, what it is, and of which task.
pub(crate) fn line(page: &Page, execution: &Execution) -> String {
    let at = execution.completed_at.or(execution.started_at).unwrap_or(execution.created_at);
    let label = |status: &Status| page.label(&status.key(), status.as_str());
    let longest = Status::ALL.iter().map(|status| label(status).chars().count()).max().unwrap_or_default();
    let status = Tone::of(execution.status).paint(&format!("{:<longest$}", label(&execution.status)), page.colours);
    let task = Tone::Strong.paint(&execution.task_name, page.colours);
    let took = execution.duration_ms.map(|ms| page.milliseconds(ms));
    let words = [Some(page.instant(at)), Some(status), Some(task), took, Some(detail(page, execution).into_text())];
    words.into_iter().flatten().collect::<Vec<_>>().join("  ")
}

/// What is remarkable about an execution.
fn detail(page: &Page, execution: &Execution) -> Cell {
    let trigger = execution.triggered_by;
    match (&execution.error, &execution.skipped_reason) {
        (Some(error), _) => Cell::plain(gist(error)),
        (None, Some(reason)) => Cell::plain(page.reason(reason)),
        (None, None) if execution.is_dry_run => Cell::faint(page.say(&msg::cli_dry_run())),
        (None, None) if execution.missed_slots > 0 => {
            Cell::faint(page.say(&msg::cli_stands_for(execution.missed_slots)))
        }
        (None, None) => Cell::faint(page.label(&trigger.key(), trigger.as_str())),
    }
}

/// A run that was asked for: queued, or ended.
pub(crate) fn run(page: &Page, execution: Execution) -> String {
    if execution.status.is_final() {
        let next = execution.status.is_failure() && execution.attempt < execution.max_attempts;
        let next = next.then(|| msg::cli_next_attempt(execution.attempt + 1, execution.max_attempts));
        let next = next.map(|next| page.tell(&next, Tone::Warn)).unwrap_or_default();
        let rehearsed = if execution.is_dry_run { page.rehearsed() } else { String::new() };
        return page.blocks([facts_of_execution(page, &execution), next, rehearsed]);
    }
    let task = execution.task_name.as_str();
    let queued = if execution.is_dry_run { msg::cli_dry_run_queued(task) } else { msg::cli_queued(task) };
    let queued = page.say(&queued);
    let follow = page.tell(&msg::cli_follow(format!("worker cron execution {}", execution.id)), Tone::Faint);
    format!("{queued}\n{follow}")
}

/// All there is to know of one execution, and what it logged.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn execution(page: &Page, ExecutionAnswer { execution, log }: ExecutionAnswer) -> String {
    page.blocks([facts_of_execution(page, &execution), page.section(&msg::cli_heading_log(), &log::table(page, &log))])
}

fn facts_of_execution(page: &Page, execution: &Execution) -> String {
    let mut facts = Facts::new(page);
    let trigger = execution.triggered_by;
    facts
        .cell(&msg::cli_name_task(), Cell::strong(&execution.task_name))
        .cell(&msg::cli_name_status(), page.status(execution.status))
        .maybe(&msg::cli_name_reason(), execution.skipped_reason.as_ref().map(|reason| page.reason(reason)))
        .maybe(&msg::cli_name_error(), {
            let is_cancelled = execution.status == Status::Cancelled;
            let told = |error| if is_cancelled { with_causes(error) } else { described(page, error) };
            execution.error.as_ref().map(told)
        })
        .add(&msg::cli_name_slot(), page.instant(execution.scheduled_for))
        .maybe(&msg::cli_name_started(), execution.started_at.map(|at| past(page, at)))
        .maybe(&msg::cli_name_took(), execution.duration_ms.map(|ms| page.milliseconds(ms)))
        .add(&msg::cli_name_attempt(), format!("{}/{}", execution.attempt, execution.max_attempts))
        .add(&msg::cli_name_trigger(), page.label(&trigger.key(), trigger.as_str()))
        .maybe(&msg::cli_name_dry_run(), execution.is_dry_run.then(|| page.yes_or_no(true)))
        .maybe(&msg::cli_name_runner(), execution.executed_by_instance.as_ref())
        .maybe(&msg::cli_name_cancel_requested(), execution.cancel_requested_at.map(|at| past(page, at)))
        .maybe(&msg::cli_name_cancel_requested_by(), execution.cancel_requested_by.as_ref().map(|by| asked(page, by)))
        .add(&msg::cli_name_config(), compact(&execution.config))
        .maybe(&msg::cli_name_progress(), execution.progress.as_ref().map(|progress| self::progress(page, progress)))
        .maybe(&msg::cli_name_checkpoint(), execution.checkpoint.as_ref().map(|value| readable(&compact(value))))
        .maybe(&msg::cli_name_result(), execution.result.as_ref().map(compact))
        .maybe(&msg::cli_name_rollback(), execution.rollback.as_ref().map(|rollback| self::rollback(page, rollback)))
        .maybe(&msg::cli_name_retry_of(), execution.parent_execution_id.map(|id| id.to_string()))
        .cell(&msg::cli_name_id(), Cell::faint(execution.id.to_string()));
    facts.text()
}

/// `5/10, reading, 3 minutes ago`.
fn progress(page: &Page, Progress { done, total, message, at }: &Progress) -> String {
    let count = total.map_or_else(|| done.to_string(), |total| format!("{done}/{total}"));
    listed(&[Some(count), message.clone(), Some(page.ago(*at))].into_iter().flatten().collect::<Vec<_>>())
}

/// How undoing went, and what went wrong with it.
fn rollback(page: &Page, Rollback { status, duration_ms, error }: &Rollback) -> String {
    let ended = listed(&[page.label(&status.key(), status.as_str()), page.milliseconds(*duration_ms)]);
    match error {
        Some(error) => format!("{ended}\n{}", described(page, error)),
        None => ended,
    }
}

/// Who asked for an end: a credential by its name, or the next slot.
fn asked(page: &Page, by: &str) -> String {
    if by == Trigger::Schedule.as_str() { page.say(&msg::cli_by_next_slot()) } else { by.to_owned() }
}

/// The kind, what happened, and the causes beneath it, a line each.
fn described(page: &Page, error: &RecordedError) -> String {
    let kind = page.label(&error.kind.key(), error.kind.as_str());
    format!("{kind}: {}", with_causes(error))
}

fn with_causes(error: &RecordedError) -> String {
    let causes = error.chain.iter().map(|cause| format!("\n← {cause}")).collect::<String>();
    format!("{}{causes}", error.message)
}
