//! What a cron expression means.

use chrono::{DateTime, FixedOffset, Utc};
use downbeat::http::NextAnswer;
use downbeat::locale::msg;

use super::{Cell, Column, Page, Table, Tone};

/// The meaning in words.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn explain(page: &Page, answer: NextAnswer) -> String {
    format!("{}\n{}", Tone::Strong.paint(&answer.expression, page.colours), answer.explanation)
}

/// The meaning in words, and the next slots; a change of the clock between two of them is pointed out.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn next(page: &Page, answer: NextAnswer) -> String {
    let columns = [
        Column::fixed(msg::cli_name_slot_in(answer.timezone.as_str())),
        Column::fixed(msg::cli_name_in()),
        Column::unnamed(),
    ];
    let mut table = Table::new(page, columns);
    let mut offset = None;
    for slot in &answer.next {
        let Ok(at) = DateTime::parse_from_rfc3339(slot) else { continue };
        let changed = offset.replace(*at.offset()).is_some_and(|before: FixedOffset| before != *at.offset());
        let mark = if changed { page.say(&msg::cli_clock_change()) } else { String::new() };
        table.row([
            Cell::plain(at.format("%Y-%m-%d %H:%M:%S %:z").to_string()),
            Cell::faint(page.until(at.with_timezone(&Utc))),
            Cell::new(mark, Tone::Warn),
        ]);
    }
    let slots = if answer.next.is_empty() { page.say(&msg::cli_never_comes()) } else { table.text() };
    page.blocks([explain(page, answer), slots])
}
