//! Every slot is decided once: none is lost, none is done twice, and what is recorded is what happened.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::lives::Lives;
use super::runs::Runs;
use super::{Evidence, Execution, Finding, Kind};
use crate::ledger::What;
use crate::schedule;

/// A task that has just become known may begin with the slot before or after.
const FIRST_STEPS_US: i64 = 1_000_000;
/// How long before it was seen that nothing is overdue a slot has to lie to be decided for sure.
const JUST_DUE_US: i64 = 1_500_000;

/// What became of the slots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Slots {
    /// How many there were.
    pub expected: usize,
    /// How many of them were decided once.
    pub decided_once: usize,
    /// How many slots, also beyond these, ended as completed.
    pub completed: usize,
    /// How many failed or timed out in their last attempt.
    pub failed: usize,
    /// How many were skipped or blocked, though all were to run.
    pub not_run: usize,
    /// How many attempts there were.
    pub attempts: usize,
}

type BySlot<'a> = BTreeMap<(&'a str, i64), Vec<&'a Execution>>;

/// Looks at every slot.
pub fn check(evidence: &Evidence, lives: &Lives, runs: &Runs, findings: &mut Vec<Finding>) -> Slots {
    let mut by_slot: BySlot<'_> = BTreeMap::new();
    for execution in &evidence.executions {
        by_slot.entry((&execution.task, execution.slot_us)).or_default().push(execution);
    }
    by_slot.values_mut().for_each(|attempts| attempts.sort_by_key(|execution| execution.attempt));
    let mut slots = Slots { attempts: evidence.executions.len(), ..Slots::default() };
    let before = findings.len();
    for ((task, slot_us), attempts) in &by_slot {
        let mut find = |kind, what: &str| findings.push(Finding::new(kind, format!("{task} slot {slot_us}: {what}")));
        match judge(attempts, &mut find) {
            End::Completed => slots.completed += 1,
            End::Failed => slots.failed += 1,
            End::NotRun => slots.not_run += 1,
            End::Open => {}
        }
    }
    let wrong: BTreeSet<String> = findings[before..].iter().map(|finding| finding.slot().to_owned()).collect();
    expect(evidence, lives, &by_slot, &wrong, &mut slots, findings);
    compare(evidence, lives, runs, findings);
    check_effects(evidence, findings);
    slots
}

enum End {
    Completed,
    Failed,
    NotRun,
    /// It has not ended, or not well.
    Open,
}

/// The attempts at one slot, in order.
fn judge(attempts: &[&Execution], find: &mut impl FnMut(Kind, &str)) -> End {
    let numbers: Vec<_> = attempts.iter().map(|execution| execution.attempt).collect();
    let wanted: Vec<_> = (1..).take(numbers.len()).collect();
    if numbers != wanted {
        let kind = if numbers.windows(2).any(|pair| pair[0] == pair[1]) { Kind::Doubled } else { Kind::Lost };
        find(kind, &format!("its attempts are {numbers:?}"));
    }
    if attempts.iter().filter(|execution| execution.is_completed()).count() > 1 {
        find(Kind::Doubled, "it completed more than once");
    }
    let Some((last, earlier)) = attempts.split_last() else {
        return End::Open;
    };
    for execution in earlier {
        if !matches!(execution.status.as_str(), "FAILED" | "TIMEOUT" | "CANCELLED") {
            let Execution { attempt, status, .. } = execution;
            find(Kind::Doubled, &format!("attempt {attempt} is {status}, and another followed"));
        }
    }
    let Execution { attempt, max_attempts, status, code, skipped_reason, .. } = last;
    match status.as_str() {
        "COMPLETED" => End::Completed,
        "FAILED" | "TIMEOUT" if attempt >= max_attempts => End::Failed,
        // Every task of a run catches each slot up, so none has a reason not to run.
        "SKIPPED" | "BLOCKED" => {
            let reason = skipped_reason.as_deref().unwrap_or("no reason");
            find(Kind::Lost, &format!("{status} ({reason}), and it was to run"));
            End::NotRun
        }
        // Told as what was left.
        "PENDING" | "RUNNING" => End::Open,
        other => {
            let code = code.as_deref().unwrap_or("no code");
            find(Kind::Lost, &format!("{other} ({code}) in attempt {attempt} of {max_attempts}, and none followed"));
            End::Open
        }
    }
}

/// Holds what is recorded against the slots there were.
fn expect(
    evidence: &Evidence,
    lives: &Lives,
    by_slot: &BySlot<'_>,
    wrong: &BTreeSet<String>,
    slots: &mut Slots,
    findings: &mut Vec<Finding>,
) {
    let Some(until_us) = lives.caught_up_us.map(|at| at - JUST_DUE_US) else {
        findings.push(Finding::new(Kind::Broken, "nobody waited until every slot was decided".to_owned()));
        return;
    };
    for (name, every_s) in schedule::cron_tasks(evidence.crowd()) {
        let Some(task) = evidence.tasks.iter().find(|task| task.name == name) else {
            findings.push(Finding::new(Kind::Lost, format!("{name}: it is not in the tables")));
            continue;
        };
        for slot in schedule::slots(every_s, task.created_us + FIRST_STEPS_US, until_us) {
            slots.expected += 1;
            if !by_slot.contains_key(&(name.as_str(), slot)) {
                findings.push(Finding::new(Kind::Lost, format!("{name} slot {slot}: nobody decided it")));
            } else if !wrong.contains(&format!("{name} slot {slot}")) {
                slots.decided_once += 1;
            }
        }
        let decided = by_slot.keys().filter(|(task, _)| *task == name);
        for (_, slot) in decided.filter(|(_, slot)| slot % (every_s * 1_000_000) != 0) {
            findings.push(Finding::new(Kind::Wrong, format!("{name} slot {slot}: there is no such slot")));
        }
    }
}

/// Holds what is recorded against what the tasks say.
fn compare(evidence: &Evidence, lives: &Lives, runs: &Runs, findings: &mut Vec<Finding>) {
    let recorded: BTreeMap<&str, &Execution> =
        evidence.executions.iter().map(|execution| (execution.id.as_str(), execution)).collect();
    for run in runs.all.iter().filter(|run| run.start.task != schedule::SIDE_TASK) {
        if !recorded.contains_key(run.start.execution.as_str()) {
            findings.push(Finding::new(Kind::Wrong, format!("it ran and is not recorded: {}", run.start)));
        }
    }
    for execution in &evidence.executions {
        let run = runs.of_execution(&execution.id);
        let Execution { id, task, slot_us, attempt, status, .. } = execution;
        if execution.is_completed() && run.and_then(|run| run.end) != Some(What::Done) {
            let what = format!("{task} slot {slot_us}: attempt {attempt} ({id}) is recorded as completed and was not");
            findings.push(Finding::new(Kind::Wrong, what));
        }
        if matches!(status.as_str(), "SKIPPED" | "BLOCKED") && run.is_some() {
            findings.push(Finding::new(Kind::Wrong, format!("{task} slot {slot_us}: it is {status} and ran")));
        }
        let never_completes = match task.as_str() {
            "hangs" | "ignores-cancel" => true,
            // Its process may stand still until it has ended, and then find both that and the timeout.
            "blocks" => run.is_none_or(|run| {
                lives.still(&run.start.process).iter().all(|still| still.common(run.stretch).is_none())
            }),
            "panics" | "exits" => *attempt == 1,
            _ => false,
        };
        if execution.is_completed() && never_completes {
            findings.push(Finding::new(Kind::Wrong, format!("{task} slot {slot_us}: attempt {attempt} is {status}")));
        }
    }
}

/// What was written by fenced transactions is there once for each slot that completed.
fn check_effects(evidence: &Evidence, findings: &mut Vec<Finding>) {
    let mut written: BTreeMap<i64, Vec<i32>> = BTreeMap::new();
    evidence.effects.iter().for_each(|effect| written.entry(effect.slot_us).or_default().push(effect.attempt));
    for (slot, attempts) in written.iter().filter(|(_, attempts)| attempts.len() > 1) {
        let what = format!("effect slot {slot}: attempts {attempts:?} each wrote it");
        findings.push(Finding::new(Kind::EffectDoubled, what));
    }
    let completed =
        evidence.executions.iter().filter(|execution| execution.task == schedule::EFFECT && execution.is_completed());
    for execution in completed.filter(|execution| !written.contains_key(&execution.slot_us)) {
        let what = format!("effect slot {}: it completed, and what it wrote is not there", execution.slot_us);
        findings.push(Finding::new(Kind::EffectLost, what));
    }
}
