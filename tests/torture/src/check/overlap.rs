//! No task overlaps itself. What stood still past its lease may go on for an instant when it wakes: its result is refused.

use std::collections::BTreeMap;

use super::lives::{Lives, Stretch};
use super::runs::{Run, Runs};
use super::{Evidence, Execution, Finding, Kind};

/// How long a process that stood still past its lease may go on before it notices.
const WAKES_WITHIN_NS: i64 = 2_000_000_000;

/// What was found besides overlaps.
#[derive(Clone, Debug, Default)]
pub struct Overlaps {
    /// How long each run that had stood still past its lease went on beside the one that took over; its result was refused.
    pub woke_ns: Vec<i64>,
}

/// Compares the runs of each task, side tasks too.
pub fn check(evidence: &Evidence, runs: &Runs, lives: &Lives, findings: &mut Vec<Finding>) -> Overlaps {
    let recorded: BTreeMap<&str, &Execution> =
        evidence.executions.iter().map(|execution| (execution.id.as_str(), execution)).collect();
    let is_refused = |run: &Run| {
        let execution = recorded.get(run.start.execution.as_str());
        execution.is_none_or(|execution| !execution.is_completed())
    };
    let mut overlaps = Overlaps::default();
    let mut active: BTreeMap<&str, Vec<&Run>> = BTreeMap::new();
    for run in &runs.all {
        let others = active.entry(&run.start.task).or_default();
        others.retain(|other| other.stretch.until > run.stretch.from);
        for other in others.iter() {
            let awake = awake_together(run, other, lives);
            let length: i64 = awake.iter().map(|stretch| stretch.length()).sum();
            let Some(last) = awake.last() else {
                continue;
            };
            let woke = [run, other].into_iter().any(|run| is_refused(run) && has_just_woken(run, last.until, lives));
            if woke && length <= WAKES_WITHIN_NS {
                overlaps.woke_ns.push(length);
            } else {
                let what = format!("{} ms: {} and {}", length / 1_000_000, other.start, run.start);
                findings.push(Finding::new(Kind::Overlap, what));
            }
        }
        others.push(run);
    }
    overlaps
}

/// When both ran and neither stood still.
fn awake_together(one: &Run, other: &Run, lives: &Lives) -> Vec<Stretch> {
    let still: Vec<_> = [one, other].iter().flat_map(|run| lives.still(&run.start.process)).copied().collect();
    one.stretch.common(other.stretch).map(|both| both.without(&still)).unwrap_or_default()
}

/// Whether its process had woken just before.
pub(super) fn has_just_woken(run: &Run, at_ns: i64, lives: &Lives) -> bool {
    let before = |still: &Stretch| still.until <= at_ns && at_ns - still.until <= WAKES_WITHIN_NS;
    lives.still(&run.start.process).iter().any(before)
}
