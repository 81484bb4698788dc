//! What `worker start` would be here.

use downbeat::locale::msg;

use super::{NOTHING, Page, table::Facts};
use crate::start::Rehearsal;

/// What was looked at, and that nothing was begun.
pub(crate) fn rehearsal(page: &Page, rehearsal: &Rehearsal) -> String {
    let Rehearsal { environment, address, database, cron_tasks, side_tasks, concurrency } = rehearsal;
    let none = || page.say(&msg::cli_not_run_here());
    let mut facts = Facts::new(page);
    facts
        .add(&msg::cli_name_environment(), page.label(&environment.key(), environment.as_str()))
        .add(&msg::cli_name_database(), database)
        .add(&msg::cli_name_address(), address.as_deref().unwrap_or(NOTHING))
        .add(&msg::cli_name_cron_tasks(), cron_tasks.map_or_else(none, |count| count.to_string()))
        .add(&msg::cli_name_side_tasks(), side_tasks.map_or_else(none, |count| count.to_string()))
        .add(&msg::cli_name_at_once(), concurrency.to_string());
    page.blocks([facts.text(), page.rehearsed()])
}
