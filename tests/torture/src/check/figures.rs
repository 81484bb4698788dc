//! What is measured: how soon others take over, how late tasks start in quiet times, what was refused.

use std::collections::BTreeMap;
use std::ops::Range;
use std::slice;

use serde::Serialize;

use super::lives::{Lives, Stretch};
use super::overlap::Overlaps;
use super::runs::{Run, Runs};
use super::{Evidence, Execution};
use crate::ledger::{Line, What};
use crate::schedule::{EFFECT, PAIR, SIDE_TASK};

/// How long after the last fault the times are quiet.
const CALMED_DOWN_US: i64 = 4_000_000;
/// How long after a storm tasks should start as they do in quiet times.
const STORM_IS_OVER_US: i64 = 2_000_000;
/// What came due just before nobody was left has no part in the lag.
const JUST_DUE_US: i64 = 1_500_000;

/// Many measurements of one thing, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Spread {
    /// How many.
    pub count: usize,
    /// Half of them are no longer.
    pub median_ms: f64,
    /// 99 in 100 are no longer.
    pub p99_ms: f64,
    /// None is longer.
    pub worst_ms: f64,
}

impl Spread {
    /// Of so many nanoseconds each.
    #[must_use]
    pub fn of_ns(measured: impl IntoIterator<Item = i64>) -> Self {
        let mut sorted: Vec<_> = measured.into_iter().collect();
        sorted.sort_unstable();
        let at = |share: usize| {
            let index = (sorted.len() * share).div_ceil(100).saturating_sub(1);
            sorted.get(index).map_or(0.0, |ns| (ns / 100_000) as f64 / 10.0)
        };
        Self { count: sorted.len(), median_ms: at(50), p99_ms: at(99), worst_ms: at(100) }
    }
}

/// All that is measured.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Figures {
    /// Death by kill -9 to the task's next start elsewhere, where nothing else was done meanwhile.
    pub after_kill: Spread,
    /// The same whatever else was done meanwhile.
    pub after_kill_amid_faults: Spread,
    /// Death by kill -9 to the end that is recorded for what it ran, where nothing else was done meanwhile.
    pub left_running_after_kill: Spread,
    /// Standing still for longer than the lease, to the task's next start elsewhere; without fenced transactions.
    pub after_freeze: Spread,
    /// The same whatever else was done meanwhile.
    pub after_freeze_amid_faults: Spread,
    /// A line to the database that fell silent under what runs, to the task's next start elsewhere.
    pub after_cut: Spread,
    /// The same whatever else was done meanwhile.
    pub after_cut_amid_faults: Spread,
    /// How long those that stood still went on beside whoever had taken over; their results were refused.
    pub went_on_after_waking: Spread,
    /// The end of a server's restart to the first start of any task.
    pub after_restart: Spread,
    /// Being told to end, to the end of the process.
    pub to_orderly_end: Spread,
    /// Being told to end, to each start of a task after that.
    pub started_when_told: Spread,
    /// Slot to start in quiet times.
    pub lag_in_quiet: Spread,
    /// The same from two seconds after a storm on, until something else is done.
    pub lag_after_storm: Spread,
    /// By how much attempts were longer than they may be, in quiet times and others.
    pub beyond_timeout: Spread,
    /// Runs that ended well or badly and were refused, for others owned them by then.
    pub refused: usize,
    /// Attempts by the code of their error.
    pub errors: BTreeMap<String, usize>,
    /// Deadlocks that the server found.
    pub deadlocks: usize,
}

impl Figures {
    /// Measures.
    #[must_use]
    pub fn of(evidence: &Evidence, runs: &Runs, lives: &Lives, overlaps: &Overlaps) -> Self {
        let recorded: BTreeMap<&str, &Execution> =
            evidence.executions.iter().map(|execution| (execution.id.as_str(), execution)).collect();
        let after_kill = taken_over_after(runs, |run| {
            let life = lives.processes.get(&run.start.process)?;
            life.killed_ns.and(life.ended_ns).filter(|_| run.end.is_none())
        });
        let lease_ns = lease_ns(evidence);
        let after_freeze = taken_over_after(runs, |run| {
            if run.start.task == EFFECT {
                // A fenced transaction that is open keeps others out for as long as its process stands still.
                return None;
            }
            let still = lives.still(&run.start.process).iter();
            let mut long = still.filter(|still| still.length() > lease_ns && still.common(run.stretch).is_some());
            long.next().map(|still| still.from)
        });
        let after_cut = taken_over_after(runs, |run| {
            let code = recorded.get(run.start.execution.as_str())?.code.as_deref();
            if run.start.task == EFFECT || code != Some("runner_lost") {
                return None;
            }
            lives
                .cuts(&run.start.process)
                .map(|cut| cut.from)
                .find(|cut| (run.stretch.from..run.stretch.until).contains(cut))
        });
        let ns = |all: &[TakenOver<'_>]| all.iter().map(|taken| taken.stretch.length()).collect::<Vec<_>>();
        let alone = |all: &[TakenOver<'_>]| {
            let alone = all.iter().filter(|taken| lives.is_only_about(taken.process, taken.stretch));
            alone.map(|taken| taken.stretch.length()).collect::<Vec<_>>()
        };
        let left_running = after_kill.iter().filter(|taken| lives.is_only_about(taken.process, taken.stretch));
        let left_running = left_running.filter_map(|taken| {
            let execution = recorded.get(taken.execution)?;
            let ended_us = execution.started_us? + i64::from(execution.duration_ms?) * 1_000;
            Some((ended_us - lives.wall_us(taken.stretch.from)?) * 1_000)
        });
        let told = lives.processes.values().filter_map(|life| Some(life.ended_ns? - life.told_ns?));
        let started_when_told = runs.all.iter().filter_map(|run| {
            let since = run.stretch.from - lives.processes.get(&run.start.process)?.told_ns?;
            (since > 0).then_some(since)
        });
        let refused = runs.all.iter().filter(|run| is_refused(run, &recorded, lives)).count();
        let mut errors = BTreeMap::new();
        for code in evidence.executions.iter().filter_map(|execution| execution.code.clone()) {
            *errors.entry(code).or_default() += 1;
        }
        Self {
            after_kill: Spread::of_ns(alone(&after_kill)),
            after_kill_amid_faults: Spread::of_ns(ns(&after_kill)),
            left_running_after_kill: Spread::of_ns(left_running),
            after_freeze: Spread::of_ns(alone(&after_freeze)),
            after_freeze_amid_faults: Spread::of_ns(ns(&after_freeze)),
            after_cut: Spread::of_ns(alone(&after_cut)),
            after_cut_amid_faults: Spread::of_ns(ns(&after_cut)),
            went_on_after_waking: Spread::of_ns(overlaps.woke_ns.iter().copied()),
            after_restart: Spread::of_ns(after_restarts(runs, lives)),
            to_orderly_end: Spread::of_ns(told),
            started_when_told: Spread::of_ns(started_when_told),
            lag_in_quiet: Spread::of_ns(lag_in_quiet(evidence, lives)),
            lag_after_storm: Spread::of_ns(lag_after_storms(evidence, lives)),
            beyond_timeout: Spread::of_ns(beyond_timeout(evidence)),
            refused,
            errors,
            deadlocks: evidence.deadlocks,
        }
    }
}

/// A task that went on elsewhere.
struct TakenOver<'a> {
    /// Who had it.
    process: &'a str,
    /// The attempt that was broken off.
    execution: &'a str,
    /// From the blow to the start of the slot's next attempt.
    stretch: Stretch,
}

/// From when on each run was out of the world, by `from`, to when its task went on.
fn taken_over_after(runs: &Runs, from: impl Fn(&Run) -> Option<i64>) -> Vec<TakenOver<'_>> {
    let mut starts: BTreeMap<&str, Vec<&Run>> = BTreeMap::new();
    runs.all.iter().for_each(|run| starts.entry(&run.start.task).or_default().push(run));
    let cron = runs.all.iter().filter(|run| run.start.task != SIDE_TASK);
    cron.filter_map(|run| {
        let from = from(run)?;
        let is_next =
            |next: &&Run| (next.start.slot_us, next.start.attempt) == (run.start.slot_us, run.start.attempt + 1);
        // Where none follows, it was the last, or is told as lost. One that followed a failure of its own began earlier.
        let of_task = starts.get(run.start.task.as_str()).into_iter().flatten().copied();
        let until = of_task.filter(|next| next.stretch.from > from).find(is_next)?.stretch.from;
        let Line { process, execution, .. } = &run.start;
        Some(TakenOver { process, execution, stretch: Stretch { from, until } })
    })
    .collect()
}

fn lease_ns(evidence: &Evidence) -> i64 {
    let lease = evidence.history.iter().find_map(|entry| match entry.event {
        crate::history::Event::Begun { lease_ms, .. } => Some(lease_ms),
        _ => None,
    });
    lease.unwrap_or(60_000) * 1_000_000
}

/// The task said how it ended, and that was not recorded although its process lived on.
fn is_refused(run: &Run, recorded: &BTreeMap<&str, &Execution>, lives: &Lives) -> bool {
    /// Whoever dies so soon may not have come to record it.
    const JUST_BEFORE_ITS_END_NS: i64 = 1_000_000_000;
    let lived_on = lives.end_of(&run.start.process) > run.stretch.until + JUST_BEFORE_ITS_END_NS;
    let code = recorded.get(run.start.execution.as_str()).and_then(|execution| execution.code.as_deref());
    lived_on && matches!(run.end, Some(What::Done | What::Failed)) && code == Some("runner_lost")
}

fn after_restarts(runs: &Runs, lives: &Lives) -> Vec<i64> {
    let restarts = lives.faults.iter().filter(|fault| fault.kind.starts_with("restart"));
    let first_after = |at: i64| runs.all.iter().map(|run| run.stretch.from).find(|from| *from > at);
    restarts.filter_map(|fault| Some(first_after(fault.stretch.until)? - fault.stretch.until)).collect()
}

fn lag_in_quiet(evidence: &Evidence, lives: &Lives) -> Vec<i64> {
    let (Some((_, quiet_us)), Some(caught_up_us)) = (lives.quiet, lives.caught_up_us) else {
        return Vec::new();
    };
    let quiet = quiet_us + CALMED_DOWN_US..caught_up_us - JUST_DUE_US;
    lag_within(evidence, lives, slice::from_ref(&quiet))
}

fn lag_after_storms(evidence: &Evidence, lives: &Lives) -> Vec<i64> {
    let storms = lives.faults.iter().filter(|fault| fault.kind == "storm");
    let calm: Vec<_> = storms
        .filter_map(|storm| {
            let begun = lives.faults.iter().map(|fault| fault.stretch.from);
            let next = begun.filter(|from| *from > storm.stretch.until).min().unwrap_or(lives.over_ns);
            Some(lives.wall_us(storm.stretch.until)? + STORM_IS_OVER_US..lives.wall_us(next)? - JUST_DUE_US)
        })
        .collect();
    lag_within(evidence, lives, &calm)
}

/// By how much tasks started late whose slots lie in these times, on the wall's clock.
fn lag_within(evidence: &Evidence, lives: &Lives, times: &[Range<i64>]) -> Vec<i64> {
    // A task takes its worker along even then, and what that had waits to be found.
    let blows: Vec<_> = lives.blows.iter().filter_map(|(at_ns, _)| lives.wall_us(*at_ns)).collect();
    let is_undisturbed =
        |slot_us: i64| !blows.iter().any(|blow| (blow - 1_000_000..blow + CALMED_DOWN_US).contains(&slot_us));
    let (child, _) = PAIR;
    // Those that are long, or are killed by what they do, start late for reasons of their own.
    let is_plain = |task: &str| {
        !matches!(
            task,
            "chunks" | "long" | "longer" | "exits" | "blocks" | "hangs" | "ignores-cancel" | "flaky" | "panics"
        ) && task != child
    };
    let looked_at = evidence.executions.iter().filter(|execution| {
        let Execution { task, slot_us, attempt, .. } = execution;
        *attempt == 1 && is_plain(task) && times.iter().any(|times| times.contains(slot_us)) && is_undisturbed(*slot_us)
    });
    looked_at.filter_map(|execution| Some((execution.started_us? - execution.slot_us) * 1_000)).collect()
}

fn beyond_timeout(evidence: &Evidence) -> Vec<i64> {
    let timeout_ms = |task: &str| match task {
        "hangs" => Some(1_000),
        "ignores-cancel" => Some(700),
        _ => None,
    };
    let timed_out = evidence.executions.iter().filter(|execution| execution.status == "TIMEOUT");
    timed_out
        .filter_map(|execution| Some(i64::from(execution.duration_ms? - timeout_ms(&execution.task)?) * 1_000_000))
        .collect()
}
