//! What goes in order: a task that waits for another starts after that one's slot has completed, and a slot after all
//! attempts at the one before it.

use std::collections::BTreeMap;

use super::lives::Lives;
use super::overlap::has_just_woken;
use super::runs::Runs;
use super::{Evidence, Finding, Kind};
use crate::ledger::Line;
use crate::schedule::{PAIR, SIDE_TASK};

/// Looks at each run.
pub fn check(evidence: &Evidence, runs: &Runs, lives: &Lives, findings: &mut Vec<Finding>) {
    after_the_parent(evidence, runs, findings);
    slot_after_slot(runs, lives, findings);
}

/// Each task asks for every slot in order. So no attempt at a slot starts after one at a later slot has, but for one that was
/// claimed by a process which stood still then, and begins it as it wakes: it overlaps whatever took its place.
fn slot_after_slot(runs: &Runs, lives: &Lives, findings: &mut Vec<Finding>) {
    let mut newest: BTreeMap<&str, i64> = BTreeMap::new();
    let cron = runs.all.iter().filter(|run| run.start.task != SIDE_TASK);
    for start in cron.filter(|run| !has_just_woken(run, run.stretch.from, lives)).map(|run| &run.start) {
        let newest = newest.entry(&start.task).or_insert(start.slot_us);
        if start.slot_us < *newest {
            let Line { task, slot_us, attempt, .. } = start;
            let what = format!("{task} slot {slot_us}: attempt {attempt} started after slot {newest} had");
            findings.push(Finding::new(Kind::Overtaken, what));
        }
        *newest = start.slot_us.max(*newest);
    }
}

/// Looks at each run of the task that waits.
fn after_the_parent(evidence: &Evidence, runs: &Runs, findings: &mut Vec<Finding>) {
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
