//! What executions came to.

use downbeat::locale::msg;
use downbeat::repository::{Errors, Overview, Performance, TaskStats, TrendStep};

use super::{Cell, Column, Facts, Page, Table, Tone};
use crate::cli::StatsKind;

/// Cells a bar of the trend may fill.
const BAR: i64 = 24;

/// One part, or without a wish the parts that fit a screen.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn stats(page: &Page, stats: TaskStats, kind: Option<StatsKind>) -> String {
    let period = page.tell(&msg::cli_period(page.instant(stats.from), page.instant(stats.to)), Tone::Faint);
    if stats.overview.executions == 0 {
        return page.blocks([period, page.say(&msg::cli_no_executions())]);
    }
    let wanted = |part| kind.is_none_or(|kind| kind == part);
    page.blocks([
        period,
        if wanted(StatsKind::Overview) { overview(page, &stats.overview) } else { String::new() },
        if wanted(StatsKind::Performance) { performance(page, &stats.performance) } else { String::new() },
        if wanted(StatsKind::Errors) { errors(page, &stats.errors, kind.is_some()) } else { String::new() },
        if kind == Some(StatsKind::Trends) { trends(page, &stats.trends) } else { String::new() },
    ])
}

fn overview(page: &Page, overview: &Overview) -> String {
    let mut facts = Facts::new(page);
    let label = |word: &str| page.label(&format!("tasks.status.{word}"), word);
    facts.add(&msg::cli_name_executions(), overview.executions.to_string());
    for (word, count, tone) in [
        ("completed", overview.completed, Tone::Good),
        ("failed", overview.failed, Tone::Bad),
        ("skipped", overview.skipped, Tone::Warn),
        ("blocked", overview.blocked, Tone::Warn),
        ("cancelled", overview.cancelled, Tone::Warn),
        ("pending", overview.pending, Tone::Plain),
        ("running", overview.running, Tone::Busy),
    ] {
        let tone = if count == 0 { Tone::Faint } else { tone };
        facts.row(label(word), Cell::new(count.to_string(), tone));
    }
    facts.add(&msg::cli_name_success_rate(), page.share(overview.success_rate));
    page.section(&msg::cli_heading_overview(), &facts.text())
}

fn performance(page: &Page, performance: &Performance) -> String {
    let mut facts = Facts::new(page);
    facts
        .add(&msg::cli_name_shortest(), page.mean(performance.min_ms.map(f64::from)))
        .add(&msg::cli_name_mean(), page.mean(performance.mean_ms))
        .add(&msg::cli_name_median(), page.mean(performance.median_ms))
        .add(&msg::cli_name_p95(), page.mean(performance.p95_ms))
        .add(&msg::cli_name_longest(), page.mean(performance.max_ms.map(f64::from)));
    let mut slowest = Table::new(
        page,
        [
            Column::fixed(msg::cli_name_slowest()),
            Column::fixed(msg::cli_name_executions()).number(),
            Column::fixed(msg::cli_name_mean()).number(),
            Column::fixed(msg::cli_name_longest()).number(),
        ],
    );
    for task in &performance.slowest {
        slowest.row([
            Cell::strong(&task.task_name),
            Cell::plain(task.executions.to_string()),
            Cell::plain(page.mean(Some(task.mean_ms))),
            Cell::plain(page.milliseconds(task.max_ms)),
        ]);
    }
    page.blocks([page.section(&msg::cli_heading_performance(), &facts.text()), slowest.text()])
}

fn errors(page: &Page, errors: &Errors, asked_for: bool) -> String {
    if errors.by_kind.is_empty() && errors.tasks.is_empty() {
        return if asked_for { page.say(&msg::cli_no_errors()) } else { String::new() };
    }
    let mut kinds = Facts::new(page);
    for (kind, count) in &errors.by_kind {
        let label = page.label(&format!("tasks.error.{}", kind.to_lowercase()), kind);
        kinds.row(label, Cell::new(count.to_string(), Tone::Bad));
    }
    let mut tasks = Table::new(
        page,
        [
            Column::fixed(msg::cli_name_failing()),
            Column::fixed(msg::cli_name_failed()).number(),
            Column::flowing(msg::cli_name_last_error()),
        ],
    );
    for task in &errors.tasks {
        tasks.row([
            Cell::strong(&task.task_name),
            Cell::new(task.failed.to_string(), Tone::Bad),
            task.last_message.as_deref().map_or_else(Cell::nothing, Cell::plain),
        ]);
    }
    page.blocks([page.section(&msg::cli_heading_errors(), &kinds.text()), tasks.text()])
}

fn trends(page: &Page, steps: &[TrendStep]) -> String {
    let most = steps.iter().map(|step| step.executions).max().unwrap_or_default();
    let mut table = Table::new(
        page,
        [
            Column::fixed(msg::cli_name_from()),
            Column::fixed(msg::cli_name_executions()).number(),
            Column::fixed(msg::cli_name_failed()).number(),
            Column::fixed(msg::cli_name_mean()).number(),
            Column::unnamed(),
        ],
    );
    for step in steps {
        let failed = if step.failed > 0 { Tone::Bad } else { Tone::Faint };
        table.row([
            Cell::plain(page.instant(step.at)),
            Cell::plain(step.executions.to_string()),
            Cell::new(step.failed.to_string(), failed),
            Cell::plain(page.mean(step.mean_ms)),
            Cell::new(bar(step.executions, most), if step.failed > 0 { Tone::Warn } else { Tone::Good }),
        ]);
    }
    page.section(&msg::cli_heading_trends(), &table.text())
}

/// What happened at all shows at least a sliver.
fn bar(count: i64, most: i64) -> String {
    let cells = if count == 0 || most == 0 { 0 } else { (count * BAR / most).max(1) };
    "█".repeat(usize::try_from(cells).unwrap_or_default())
}
