//! Tasks and errors as they are told to callers: in their language where there is a text in it, else as the code or the task
//! says.

use crate::locale::{Locale, Stored};
use crate::model::{CronTaskRow, Execution, RecordedError, Rollback, SideTaskRow};
use crate::repository::{Errors, FailingTask, HistoryPage, TaskStats};
use crate::runner::{PulseReport, TaskOutcome};

/// A cron task as it is told in that language.
pub(super) fn cron_task(task: CronTaskRow, locale: Locale) -> CronTaskRow {
    let description = description(&task.name, locale).unwrap_or(task.description);
    let last_execution_error = error(task.last_execution_error, locale);
    CronTaskRow { title: title(&task.name, locale), description, last_execution_error, ..task }
}

/// A side task as it is told in that language.
pub(super) fn side_task(task: SideTaskRow, locale: Locale) -> SideTaskRow {
    let description = description(&task.name, locale).or(task.description);
    // A worker of an older version writes the message alone, and leaves the sentence of the one before.
    let is_its_own =
        |said: &str| task.health_sentence.clone().filter(|it| Locale::ENGLISH.tell(it).as_deref() == Some(said));
    let health_message = task.health_message.map(|text| {
        let sentence = is_its_own(&text);
        Stored { text, sentence }.told(locale)
    });
    SideTaskRow {
        title: title(&task.name, locale),
        description,
        health_message,
        health_sentence: None,
        last_error: error(task.last_error, locale),
        ..task
    }
}

/// An execution as it is told in that language.
pub(super) fn execution(execution: Execution, locale: Locale) -> Execution {
    let undone = |rollback: Rollback| Rollback { error: error(rollback.error, locale), ..rollback };
    Execution { error: error(execution.error, locale), rollback: execution.rollback.map(undone), ..execution }
}

/// A page of executions as it is told in that language.
pub(super) fn history(page: HistoryPage, locale: Locale) -> HistoryPage {
    let executions = page.executions.into_iter().map(|it| execution(it, locale)).collect();
    HistoryPage { executions, ..page }
}

/// What executions came to, as it is told in that language.
pub(super) fn stats(stats: TaskStats, locale: Locale) -> TaskStats {
    let told = |task: FailingTask| {
        let sentence = task.sentence;
        let last_message = task.last_message.map(|text| Stored { text, sentence }.told(locale));
        FailingTask { last_message, sentence: None, ..task }
    };
    let tasks = stats.errors.tasks.into_iter().map(told).collect();
    TaskStats { errors: Errors { tasks, ..stats.errors }, ..stats }
}

/// What a pulse did, as it is told in that language.
pub(super) fn pulse(report: PulseReport, locale: Locale) -> PulseReport {
    let told = |outcome: TaskOutcome| TaskOutcome { error: error(outcome.error, locale), ..outcome };
    PulseReport { results: report.results.into_iter().map(told).collect(), ..report }
}

fn error(error: Option<RecordedError>, locale: Locale) -> Option<RecordedError> {
    error.map(|error| error.told(locale))
}

fn title(task: &str, locale: Locale) -> Option<String> {
    locale.lookup(&format!("task-{task}-title"))
}

fn description(task: &str, locale: Locale) -> Option<String> {
    locale.lookup(&format!("task-{task}-description"))
}
