//! Why a task ran, or did not.

use chrono::{DateTime, Utc};
use downbeat::http::ExplainAnswer;
use downbeat::locale::msg;
use downbeat::model::SlotVerdict;
use downbeat::task::Zone;

use super::{Page, Tone};

/// A headline with the slot in the task's zone, and what was found, a line each.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn explain(page: &Page, answer: ExplainAnswer) -> String {
    let zone: Zone = answer.timezone.parse().unwrap_or_default();
    let written = |at: DateTime<Utc>| zone.written(at);
    let verdict = page.label(&answer.verdict.key(), answer.verdict.as_str());
    let verdict = tone(answer.verdict).paint(&verdict, page.colours);
    let task = Tone::Strong.paint(&answer.task, page.colours);
    let headline = match answer.slot {
        Some(slot) => msg::explain_headline_slot(written(slot), task, verdict),
        None => msg::explain_headline_moment(written(answer.at), task, verdict),
    };
    let findings: Vec<_> = answer.findings.iter().map(|finding| format!("- {}", finding.message)).collect();
    page.blocks([page.say(&headline), findings.join("\n")])
}

fn tone(verdict: SlotVerdict) -> Tone {
    match verdict {
        SlotVerdict::Ran => Tone::Good,
        SlotVerdict::Running => Tone::Busy,
        SlotVerdict::RanLate
        | SlotVerdict::Skipped
        | SlotVerdict::Blocked
        | SlotVerdict::Cancelled
        | SlotVerdict::Disabled
        | SlotVerdict::Paused
        | SlotVerdict::Maintenance => Tone::Warn,
        SlotVerdict::Failed | SlotVerdict::NobodyDecided => Tone::Bad,
        SlotVerdict::Waiting | SlotVerdict::NotDue | SlotVerdict::NotRecorded | SlotVerdict::Retired => Tone::Faint,
    }
}
