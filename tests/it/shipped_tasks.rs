//! The tasks that ship, each run by itself against what it is there for.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use downbeat::locale::Locale;
use downbeat::tasks;

use crate::support::registry;

mod database_health;
mod file_watcher;
mod heard;
mod heartbeat_monitor;
mod http_check;
mod prune_history;

#[test]
fn every_task_has_a_title_and_a_description_in_every_language() {
    for task in registry(tasks::registry()).all_tasks() {
        for (locale, text) in Locale::all().flat_map(|locale| [(locale, "title"), (locale, "description")]) {
            let id = format!("task-{}-{text}", task.name());
            assert!(locale.lookup(&id).is_some(), "{id} is missing in locales/{locale}/tasks.ftl");
        }
    }
}

#[tokio::test]
async fn every_task_runs_with_the_settings_it_comes_with() {
    for task in registry(tasks::registry()).cron_tasks() {
        let checked = task.validate(&task.default_config()).await;
        assert_eq!(checked, Ok(()), "{}", task.definition().name);
    }
}
