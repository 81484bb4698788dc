//! What the doctor found: a line a check, more where something is amiss.

use std::collections::BTreeSet;

use downbeat::doctor::{CheckAnswer, CheckGroup, CheckStatus, DoctorAnswer};
use downbeat::locale::{Message, msg};

use super::{Page, Tone};

/// Where a terminal is narrower than this, lines are as long as here all the same.
const LEAST_TEXT: usize = 24;

/// What a check is written as that could not be looked at for a reason it shares with others.
const UNASKED: &str = "not_looked_at";

/// The checks in groups, and how many ended how.
pub(crate) fn doctor(page: &Page, answer: &DoctorAnswer) -> String {
    let width = answer.checks.iter().map(|check| name(page, check).chars().count()).max().unwrap_or_default();
    let group = |group: &CheckGroup| {
        let checks = answer.checks.iter().filter(|check| check.group == *group);
        let (unasked, asked): (Vec<_>, Vec<_>) = checks.partition(|check| check.code == UNASKED);
        let mut checks: Vec<_> = asked.iter().map(|check| told(page, check, width)).collect();
        checks.extend(together(page, &unasked));
        let heading = Tone::Strong.paint(&page.label(&group.key(), group.as_str()), page.colours);
        format!("{heading}\n{}", checks.join("\n"))
    };
    page.blocks(CheckGroup::ALL.iter().map(group).chain([summary(page, answer)]))
}

fn name(page: &Page, check: &CheckAnswer) -> String {
    page.label(&check.check.key(), check.check.as_str())
}

/// A mark, what was looked at, and what was seen; beneath it what that means and what to do.
fn told(page: &Page, check: &CheckAnswer, width: usize) -> String {
    let (mark, tone) = match check.status {
        CheckStatus::Ok => ("✓", Tone::Good),
        CheckStatus::Warning => ("!", Tone::Warn),
        CheckStatus::Failed => ("✗", Tone::Bad),
        CheckStatus::Skipped => ("–", Tone::Faint),
    };
    let indent = " ".repeat(width + 6);
    let room = page.width.map(|all| usize::from(all).saturating_sub(indent.len()).max(LEAST_TEXT));
    let said = |text: &str, tone: Tone| -> Vec<_> {
        folded(text, room).iter().map(|line| tone.paint(line, page.colours)).collect()
    };
    let advice = check.advice.as_deref().map(|advice| page.say(&msg::doctor_advice(advice)));
    let mut lines = said(&check.saw, if check.status == CheckStatus::Skipped { Tone::Faint } else { Tone::Plain });
    lines.extend(check.means.iter().flat_map(|means| said(means, Tone::Faint)));
    lines.extend(advice.iter().flat_map(|advice| said(advice, Tone::Strong)));
    let name = name(page, check);
    let gap = " ".repeat(width - name.chars().count() + 2);
    format!("  {} {name}{gap}{}", tone.paint(mark, page.colours), lines.join(&format!("\n{indent}")))
        .trim_end()
        .to_owned()
}

/// Checks that could not be looked at, by the reason.
fn together(page: &Page, checks: &[&CheckAnswer]) -> Vec<String> {
    let reasons: BTreeSet<_> = checks.iter().map(|check| check.saw.as_str()).collect();
    let told = |reason: &str| {
        let names = checks.iter().filter(|check| check.saw == reason).map(|check| name(page, check));
        let room = page.width.map(|all| usize::from(all).saturating_sub(4).max(LEAST_TEXT));
        let mut lines = folded(&names.collect::<Vec<_>>().join(", "), room);
        lines.extend(folded(reason, room));
        let lines: Vec<_> = lines.iter().map(|line| Tone::Faint.paint(line, page.colours)).collect();
        format!("  {} {}", Tone::Faint.paint("–", page.colours), lines.join("\n    "))
    };
    reasons.into_iter().map(told).collect()
}

fn summary(page: &Page, answer: &DoctorAnswer) -> String {
    let counted =
        |count: usize, message: fn(usize) -> Message, tone: Tone| (count > 0).then(|| page.tell(&message(count), tone));
    let counts = [
        counted(answer.checks_ok, msg::doctor_count_fine, Tone::Good),
        counted(answer.checks_warning, msg::doctor_count_warnings, Tone::Warn),
        counted(answer.checks_failed, msg::doctor_count_failed, Tone::Bad),
        counted(answer.checks_skipped, msg::doctor_count_skipped, Tone::Faint),
    ];
    let counts: Vec<_> = counts.into_iter().flatten().collect();
    page.say(&msg::doctor_summary(counts.join(", "), answer.checks_total))
}

/// The text in lines that fit; a word that is longer than one has a line of its own.
fn folded(text: &str, room: Option<usize>) -> Vec<String> {
    let room = room.unwrap_or(usize::MAX);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}
