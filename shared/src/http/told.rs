//! What tasks are called and what they do, as it is told to callers: in their language, else as the code says.

use crate::locale::Locale;
use crate::model::{CronTaskRow, SideTaskRow};

/// A cron task as it is told in that language.
pub(super) fn cron_task(task: CronTaskRow, locale: Locale) -> CronTaskRow {
    let description = description(&task.name, locale).unwrap_or(task.description);
    CronTaskRow { title: title(&task.name, locale), description, ..task }
}

/// A side task as it is told in that language.
pub(super) fn side_task(task: SideTaskRow, locale: Locale) -> SideTaskRow {
    let description = description(&task.name, locale).or(task.description);
    SideTaskRow { title: title(&task.name, locale), description, ..task }
}

fn title(task: &str, locale: Locale) -> Option<String> {
    locale.lookup(&format!("task-{task}-title"))
}

fn description(task: &str, locale: Locale) -> Option<String> {
    locale.lookup(&format!("task-{task}-description"))
}
