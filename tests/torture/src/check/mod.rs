//! The checker: what the tasks say they did, what is recorded, and what the clock says was due, held against each other.
//!
//! [`evidence`] reads all of it, [`check`] judges, purely: evidence in, [`Verdict`] out. [`lives`] and [`runs`] say who lived
//! and who ran when; [`slots`], [`overlap`], [`ends`] and [`order`] find what must not be, [`figures`] measures.

pub mod ends;
pub mod evidence;
pub mod figures;
pub mod lives;
pub mod order;
pub mod overlap;
pub mod runs;
pub mod slots;
pub mod verdict;

#[cfg(test)]
mod tests;

pub use evidence::{Effect, Evidence, Execution, Task};
pub use verdict::{Finding, Kind, Verdict};

use figures::Figures;
use lives::Lives;
use runs::Runs;

/// How long what a killed worker ran may stand as running, where nothing else was done.
const LEFT_RUNNING_MS: f64 = 5_000.0;

/// Judges a run.
#[must_use]
pub fn check(evidence: &Evidence) -> Verdict {
    let mut findings = Vec::new();
    let lives = Lives::of(&evidence.history);
    let runs = Runs::of(&evidence.ledger, &lives, &mut findings);
    let slots = slots::check(evidence, &lives, &runs, &mut findings);
    let overlaps = overlap::check(evidence, &runs, &lives, &mut findings);
    order::check(evidence, &runs, &lives, &mut findings);
    ends::check(evidence, &runs, &lives, &mut findings);
    let left = evidence.left.iter().map(|what| Finding::new(Kind::Left, what.clone()));
    findings.extend(left);
    let figures = Figures::of(evidence, &runs, &lives, &overlaps);
    if figures.left_running_after_kill.worst_ms > LEFT_RUNNING_MS {
        let worst = figures.left_running_after_kill.worst_ms;
        findings
            .push(Finding::new(Kind::LeftRunning, format!("what a killed worker ran stood as RUNNING for {worst} ms")));
    }
    Verdict::new(evidence, &lives, slots, figures, findings)
}
