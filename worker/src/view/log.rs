//! What an execution logged, line by line.

use downbeat::locale::msg;
use downbeat::model::{ExecutionLog, LogLine};

use super::{Cell, Column, Page, Table, Tone};

/// The lines with a mark where some were left out; nothing where nothing was said.
pub(super) fn table(page: &Page, log: &ExecutionLog) -> String {
    let columns = [
        Column::fixed(msg::cli_name_time()),
        Column::fixed(msg::cli_name_level()),
        Column::flowing(msg::cli_name_line()),
    ];
    let mut table = Table::new(page, columns);
    // As many of the first lines are kept as of the last ones.
    let (first, last) = log.lines.split_at(if log.dropped > 0 { log.lines.len() / 2 } else { log.lines.len() });
    for line in first {
        table.row(row(line));
    }
    if log.dropped > 0 {
        let gap = page.say(&msg::cli_lines_left_out(log.dropped));
        table.row([Cell::default(), Cell::default(), Cell::faint(gap)]);
    }
    for line in last {
        table.row(row(line));
    }
    table.text()
}

fn row(line: &LogLine) -> [Cell; 3] {
    let tone = match line.level.as_str() {
        "ERROR" => Tone::Bad,
        "WARN" => Tone::Warn,
        _ => Tone::Faint,
    };
    let fields = line.fields.iter().map(|(name, value)| format!("{name}={value}"));
    let words = std::iter::once(line.message.clone()).filter(|message| !message.is_empty()).chain(fields);
    [
        Cell::faint(line.at.format("%H:%M:%S%.3f").to_string()),
        Cell::new(&line.level, tone),
        Cell::plain(harmless(&words.collect::<Vec<_>>().join(" "))),
    ]
}

/// What a terminal would obey stands there as a mark: a line may repeat what others sent.
fn harmless(text: &str) -> String {
    let shown = text.chars().map(|one| match one {
        '\n' => one,
        '\t' => ' ',
        _ if one.is_control() => char::REPLACEMENT_CHARACTER,
        _ => one,
    });
    shown.collect()
}
