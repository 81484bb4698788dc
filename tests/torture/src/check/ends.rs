//! How processes ended: by what was done to them, or in order. None panics, none gives up, and none leaves work behind that
//! ends in order.

use std::collections::BTreeMap;

use super::lives::{Life, Lives, Stretch};
use super::runs::Runs;
use super::{Evidence, Execution, Finding, Kind};

const ABORTED: &str = "signal 6";
const KILLED: &str = "signal 9";

/// How long before its end in order a process must have been left alone for its end to be its own.
const LEFT_ALONE_NS: i64 = 10_000_000_000;

/// Looks at every process.
pub fn check(evidence: &Evidence, runs: &Runs, lives: &Lives, findings: &mut Vec<Finding>) {
    findings.extend(evidence.panics.iter().map(|panic| Finding::new(Kind::BadExit, panic.clone())));
    for (name, life) in &lives.processes {
        if let Some(what) = wrong_end(name, life, runs) {
            findings.push(Finding::new(Kind::BadExit, format!("{name}: {what}")));
        }
    }
    for what in left_by_orderly_ends(evidence, runs, lives) {
        findings.push(Finding::new(Kind::LeftRunning, what));
    }
}

fn wrong_end(name: &str, life: &Life, runs: &Runs) -> Option<String> {
    let Some((how, code)) = &life.end else {
        return Some("it never ended".to_owned());
    };
    let takes_it_along = || {
        let exits = |task: &str, attempt| task == "exits" && attempt == 1;
        runs.all.iter().any(|run| run.start.process == name && exits(&run.start.task, run.start.attempt))
    };
    let is_pulse = name.starts_with("pulse");
    let is_right = match (how.as_str(), code) {
        (KILLED, _) => life.killed_ns.is_some(),
        (ABORTED, _) => takes_it_along(),
        (_, Some(0)) => is_pulse || life.told_ns.is_some(),
        // A task failed, or there was no database.
        (_, Some(1 | 3)) => is_pulse,
        _ => false,
    };
    (!is_right).then(|| format!("it ended by {how}"))
}

/// Executions that were found lost although their worker ended in order, and nothing else was done meanwhile. Whoever blocks
/// a thread is not waited for.
fn left_by_orderly_ends(evidence: &Evidence, runs: &Runs, lives: &Lives) -> Vec<String> {
    let lost = |execution: &&Execution| execution.code.as_deref() == Some("runner_lost") && execution.task != "blocks";
    let mut left: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for execution in evidence.executions.iter().filter(lost) {
        let Some(run) = runs.of_execution(&execution.id) else {
            continue;
        };
        let process = &run.start.process;
        let Some(life) = lives.processes.get(process) else {
            continue;
        };
        let (Some(told), Some(ended), Some((_, Some(0)))) = (life.told_ns, life.ended_ns, &life.end) else {
            continue;
        };
        let alone = Stretch { from: told - LEFT_ALONE_NS, until: ended };
        let faults = lives.faults.iter().filter(|fault| fault.kind != "term" && fault.stretch.common(alone).is_some());
        if run.stretch.until >= told && faults.count() == 0 {
            left.entry(process.clone()).or_default().push(format!("{} attempt {}", execution.task, execution.attempt));
        }
    }
    left.into_iter().map(|(process, tasks)| format!("{process} ended in order and left {}", tasks.join(", "))).collect()
}
