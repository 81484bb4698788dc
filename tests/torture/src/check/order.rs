//! A task that waits for another starts after that one's slot has completed.

use std::collections::BTreeMap;

use super::runs::Runs;
use super::{Evidence, Finding, Kind};
use crate::schedule::PAIR;

/// Looks at each run of the task that waits.
pub fn check(evidence: &Evidence, runs: &Runs, findings: &mut Vec<Finding>) {
    let (child, parent) = PAIR;
    let completed = evidence.executions.iter().filter(|execution| execution.task == parent && execution.is_completed());
    let ended: BTreeMap<i64, i64> = completed
        .filter_map(|execution| Some((execution.slot_us, runs.of_execution(&execution.id)?.stretch.until)))
        .collect();
    for run in runs.all.iter().filter(|run| run.start.task == child) {
        let slot = run.start.slot_us;
        let what = match ended.get(&slot) {
            Some(ended) if *ended <= run.stretch.from => continue,
            Some(_) => "it started before its parent had ended",
            None => "it started, and its parent did not complete",
        };
        findings.push(Finding::new(Kind::OutOfOrder, format!("{child} slot {slot}: {what}")));
    }
}
