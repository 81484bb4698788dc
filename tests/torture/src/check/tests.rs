//! The checker finds what it is there to find: histories made up for it, sound ones with one thing wrong in each.

use super::*;
use crate::history::{Entry, Event};
use crate::ledger::{Line, What};
use crate::schedule;

const SECOND_NS: i64 = 1_000_000_000;
/// What the machine's clock shows when the run begins, in seconds since 1970; a slot of every task.
const BEGUN_S: i64 = 1_800_000_000;
/// How many seconds of slots there are.
const SECONDS: i64 = 60;

/// A run of one minute in which all went well, and what is to be changed about it.
struct Story(Evidence);

fn slot_us(second: i64) -> i64 {
    (BEGUN_S + second) * 1_000_000
}

fn at_ns(second: f64) -> i64 {
    (second * SECOND_NS as f64) as i64
}

fn entry(second: f64, event: Event) -> Entry {
    let at_ns = at_ns(second);
    Entry { at_ns, wall_us: slot_us(0) + at_ns / 1_000, event }
}

fn line(what: What, task: &str, second: i64, attempt: i32, process: &str, at: f64) -> Line {
    let execution = format!("{task}-{second}-{attempt}");
    let (task, process) = (task.to_owned(), process.to_owned());
    Line { what, task, slot_us: slot_us(second), attempt, execution, token: 1, process, at_ns: at_ns(at) }
}

fn execution(task: &str, second: i64, attempt: i32, status: &str, code: Option<&str>) -> Execution {
    Execution {
        id: format!("{task}-{second}-{attempt}"),
        task: task.to_owned(),
        slot_us: slot_us(second),
        attempt,
        max_attempts: 51,
        status: status.to_owned(),
        code: code.map(str::to_owned),
        skipped_reason: None,
        started_us: Some(slot_us(second) + 10_000),
        duration_ms: Some(100),
    }
}

impl Story {
    /// Each slot starts when it is due and takes a third of a second; the child's half a second later.
    fn sound() -> Self {
        let mut evidence = Evidence::default();
        let (worker, other) = ("worker-0.1".to_owned(), "worker-1.1".to_owned());
        let spawned = |process: &str| Event::Spawned { process: process.to_owned(), pid: 1 };
        let signalled = |process: &str| Event::Signalled { process: process.to_owned(), signal: "TERM".to_owned() };
        let exited =
            |process: &str| Event::Exited { process: process.to_owned(), how: "code 0".to_owned(), code: Some(0) };
        evidence.history = vec![
            entry(-2.0, Event::Begun { seed: 1, seconds: 60, lease_ms: 6_000, crowd: 0, arguments: String::new() }),
            entry(-2.0, spawned(&worker)),
            entry(-2.0, spawned(&other)),
            entry(50.0, Event::Quiet),
            entry(60.0, Event::CaughtUp),
            entry(62.0, signalled(&worker)),
            entry(62.0, signalled(&other)),
            entry(63.0, exited(&worker)),
            entry(63.0, exited(&other)),
            entry(64.0, Event::Over),
        ];
        for (task, every_s) in schedule::cron_tasks(0) {
            evidence.tasks.push(Task { name: task.clone(), created_us: slot_us(-1) });
            for second in (0..SECONDS).filter(|second| second % every_s == 0) {
                let late = if task == schedule::PAIR.0 { 0.5 } else { 0.01 };
                let at = second as f64 + late;
                let never_completes = matches!(task.as_str(), "hangs" | "ignores-cancel" | "blocks");
                let first_fails = matches!(task.as_str(), "panics" | "exits");
                if never_completes {
                    evidence.ledger.push(line(What::Start, &task, second, 1, &worker, at));
                    evidence.ledger.push(line(What::Dropped, &task, second, 1, &worker, at + 0.3));
                    let timed_out = execution(&task, second, 1, "TIMEOUT", Some("timeout"));
                    evidence.executions.push(Execution { max_attempts: 1, ..timed_out });
                    continue;
                }
                let last = if first_fails { 2 } else { 1 };
                if first_fails {
                    evidence.ledger.push(line(What::Start, &task, second, 1, &worker, at));
                    evidence.ledger.push(line(What::Dropped, &task, second, 1, &worker, at + 0.1));
                    evidence.executions.push(execution(&task, second, 1, "FAILED", Some("panic")));
                }
                evidence.ledger.push(line(What::Start, &task, second, last, &worker, at + 0.2));
                evidence.ledger.push(line(What::Done, &task, second, last, &worker, at + 0.33));
                evidence.executions.push(execution(&task, second, last, "COMPLETED", None));
                if task == "effect" {
                    evidence.effects.push(Effect { slot_us: slot_us(second), attempt: 1 });
                }
            }
        }
        evidence.ledger.sort_by_key(|line| line.at_ns);
        Self(evidence)
    }

    fn changed(change: impl FnOnce(&mut Evidence)) -> Verdict {
        let mut story = Self::sound();
        change(&mut story.0);
        story.0.history.sort_by_key(|entry| entry.at_ns);
        story.0.ledger.sort_by_key(|line| line.at_ns);
        check(&story.0)
    }
}

/// The kinds of what was found, each once.
fn kinds(verdict: &Verdict) -> Vec<Kind> {
    let mut kinds: Vec<_> = verdict.findings.iter().map(|finding| finding.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn of_slot(execution: &Execution, task: &str, second: i64) -> bool {
    execution.task == task && execution.slot_us == slot_us(second)
}

/// Everything about a slot is forgotten.
fn forget(evidence: &mut Evidence, task: &str, second: i64) {
    evidence.executions.retain(|execution| !of_slot(execution, task, second));
    evidence.ledger.retain(|line| !(line.task == task && line.slot_us == slot_us(second)));
    if task == "effect" {
        evidence.effects.retain(|effect| effect.slot_us != slot_us(second));
    }
}

/// A process stands still, or is killed.
fn blow(process: &str, signal: &str, at: f64) -> Entry {
    entry(at, Event::Signalled { process: process.to_owned(), signal: signal.to_owned() })
}

/// Slot 20 of `tick`: a worker has it when something is done to it, and another runs the second attempt from then to then.
fn taken_over(evidence: &mut Evidence, from: f64, until: f64) {
    forget(evidence, "tick", 20);
    // The slots that come meanwhile wait, and run one after the other once it has ended.
    for second in 21..40 {
        let later = until + (second - 20) as f64 * 0.01;
        evidence.ledger.retain(|line| !(line.task == "tick" && line.slot_us == slot_us(second)));
        evidence.ledger.push(line(What::Start, "tick", second, 1, "worker-1.1", later));
        evidence.ledger.push(line(What::Done, "tick", second, 1, "worker-1.1", later + 0.005));
    }
    evidence.executions.push(execution("tick", 20, 1, "FAILED", Some("runner_lost")));
    evidence.executions.push(execution("tick", 20, 2, "COMPLETED", None));
    evidence.ledger.push(line(What::Start, "tick", 20, 1, "worker-2.1", 20.0));
    evidence.ledger.push(line(What::Start, "tick", 20, 2, "worker-1.1", from));
    evidence.ledger.push(line(What::Done, "tick", 20, 2, "worker-1.1", until));
    let event = Event::Spawned { process: "worker-2.1".to_owned(), pid: 3 };
    evidence.history.push(entry(1.0, event));
}

fn killed(evidence: &mut Evidence, at: f64) {
    evidence.history.push(blow("worker-2.1", "KILL", at));
    let event = Event::Exited { process: "worker-2.1".to_owned(), how: "signal 9".to_owned(), code: None };
    evidence.history.push(entry(at + 0.01, event));
}

#[test]
fn a_sound_run_passes() {
    let verdict = Story::changed(|_| {});
    assert!(verdict.passed, "{verdict}");
    assert!(verdict.slots.expected > 500, "{verdict}");
    assert_eq!(verdict.slots.decided_once, verdict.slots.expected);
}

#[test]
fn a_slot_nobody_decided_is_lost() {
    let verdict = Story::changed(|evidence| forget(evidence, "tick", 7));
    assert_eq!(kinds(&verdict), [Kind::Lost]);
    assert_eq!(verdict.slots.decided_once + 1, verdict.slots.expected);
}

#[test]
fn the_first_and_the_last_slots_are_looked_at_too() {
    for second in [0, 57] {
        let verdict = Story::changed(|evidence| forget(evidence, "tick", second));
        assert_eq!(kinds(&verdict), [Kind::Lost], "slot {second}");
    }
}

#[test]
fn a_slot_that_was_skipped_or_blocked_is_lost_whatever_the_reason() {
    for (status, reason) in [("SKIPPED", Some("missed")), ("BLOCKED", Some("parent_failed")), ("SKIPPED", None)] {
        let verdict = Story::changed(|evidence| {
            forget(evidence, "tick", 7);
            let skipped_reason = reason.map(str::to_owned);
            evidence.executions.push(Execution { skipped_reason, ..execution("tick", 7, 1, status, None) });
        });
        assert_eq!(kinds(&verdict), [Kind::Lost], "{status} {reason:?}");
        assert_eq!((verdict.slots.not_run, verdict.slots.decided_once + 1), (1, verdict.slots.expected));
    }
}

#[test]
fn a_slot_whose_next_attempt_never_came_is_lost() {
    for (status, code) in [("FAILED", "runner_lost"), ("TIMEOUT", "timeout"), ("CANCELLED", "interrupted")] {
        let verdict = Story::changed(|evidence| {
            let execution = evidence.executions.iter_mut().find(|execution| of_slot(execution, "tick", 7));
            let execution = execution.unwrap();
            (execution.status, execution.code) = (status.to_owned(), Some(code.to_owned()));
        });
        assert_eq!(kinds(&verdict), [Kind::Lost], "{status}");
    }
}

#[test]
fn an_attempt_that_is_missing_between_others_is_lost() {
    let verdict = Story::changed(|evidence| {
        evidence.executions.retain(|execution| !(of_slot(execution, "panics", 10) && execution.attempt == 1));
        evidence.ledger.retain(|line| !(line.task == "panics" && line.slot_us == slot_us(10) && line.attempt == 1));
    });
    assert_eq!(kinds(&verdict), [Kind::Lost]);
}

#[test]
fn a_slot_that_completed_twice_is_doubled() {
    let verdict = Story::changed(|evidence| {
        evidence.executions.push(execution("tick", 7, 2, "COMPLETED", None));
        evidence.ledger.push(line(What::Start, "tick", 7, 2, "worker-1.1", 7.5));
        evidence.ledger.push(line(What::Done, "tick", 7, 2, "worker-1.1", 7.6));
    });
    assert_eq!(kinds(&verdict), [Kind::Doubled]);
}

#[test]
fn an_attempt_that_started_twice_is_doubled() {
    let verdict = Story::changed(|evidence| {
        evidence.ledger.push(line(What::Start, "tick", 7, 1, "worker-1.1", 7.5));
        evidence.ledger.push(line(What::Done, "tick", 7, 1, "worker-1.1", 7.6));
    });
    assert!(kinds(&verdict).contains(&Kind::Doubled), "{verdict}");
}

#[test]
fn two_runs_at_once_overlap() {
    let verdict = Story::changed(|evidence| {
        forget(evidence, "tick", 8);
        evidence.executions.push(execution("tick", 8, 1, "COMPLETED", None));
        // The slot before ends at 7.34.
        evidence.ledger.push(line(What::Start, "tick", 8, 1, "worker-1.1", 7.3));
        evidence.ledger.push(line(What::Done, "tick", 8, 1, "worker-1.1", 7.5));
    });
    assert_eq!(kinds(&verdict), [Kind::Overlap]);
}

#[test]
fn two_instances_of_the_side_task_overlap() {
    let run = |process: &str, from: f64, until: f64| {
        let start = Line { slot_us: 0, attempt: 0, ..line(What::Start, schedule::SIDE_TASK, 0, 0, process, from) };
        let start = Line { execution: process.to_owned(), ..start };
        [start.clone(), Line { what: What::Done, at_ns: at_ns(until), ..start }]
    };
    let verdict = |until| {
        Story::changed(|evidence| {
            evidence.ledger.extend(run("worker-0.1", 1.0, until));
            evidence.ledger.extend(run("worker-1.1", 30.0, 60.0));
        })
    };
    assert_eq!(kinds(&verdict(30.1)), [Kind::Overlap]);
    assert!(verdict(29.9).passed);
}

#[test]
fn what_a_killed_worker_ran_ends_with_it() {
    let verdict = Story::changed(|evidence| {
        killed(evidence, 20.5);
        taken_over(evidence, 22.5, 22.6);
    });
    assert!(verdict.passed, "{verdict}");
    assert_eq!((verdict.figures.after_kill.count, verdict.figures.after_kill.worst_ms), (1, 1_990.0));
    let verdict = Story::changed(|evidence| {
        killed(evidence, 22.55);
        taken_over(evidence, 22.5, 22.6);
    });
    assert_eq!(kinds(&verdict), [Kind::Overlap], "it began while the other lived");
}

#[test]
fn how_long_what_a_killed_worker_ran_is_left_running_is_measured() {
    let buried_after = |duration_ms: i32| {
        Story::changed(|evidence| {
            killed(evidence, 20.5);
            taken_over(evidence, 27.5, 27.6);
            let broken_off = evidence.executions.iter_mut().find(|execution| of_slot(execution, "tick", 20)).unwrap();
            broken_off.duration_ms = Some(duration_ms);
        })
    };
    let verdict = buried_after(5_000);
    assert!(verdict.passed, "{verdict}");
    // It began at 20.01 and died at 20.51.
    assert_eq!(verdict.figures.left_running_after_kill.worst_ms, 4_500.0);
    assert_eq!(kinds(&buried_after(5_600)), [Kind::LeftRunning]);
}

#[test]
fn recovery_amid_other_faults_is_measured_apart() {
    let verdict = Story::changed(|evidence| {
        killed(evidence, 20.5);
        taken_over(evidence, 22.5, 22.6);
        let (kind, what) = ("storm".to_owned(), String::new());
        let processes = Vec::new();
        evidence.history.push(entry(15.0, Event::FaultBegun { fault: 1, kind, what, processes }));
        evidence.history.push(entry(18.0, Event::FaultEnded { fault: 1 }));
    });
    assert_eq!((verdict.figures.after_kill.count, verdict.figures.after_kill_amid_faults.count), (0, 1));
}

#[test]
fn how_late_tasks_start_after_a_storm_is_measured_until_something_else_is_done() {
    let verdict = Story::changed(|evidence| {
        for (fault, kind, from, until) in [(1, "storm", 10.0, 15.0), (2, "cut", 21.0, 30.0)] {
            let (kind, what, processes) = (kind.to_owned(), String::new(), Vec::new());
            evidence.history.push(entry(from, Event::FaultBegun { fault, kind, what, processes }));
            evidence.history.push(entry(until, Event::FaultEnded { fault }));
        }
        for (second, late_us) in [(14, 4_000_000), (16, 2_000_000), (18, 300_000), (20, 1_000_000)] {
            let of_tick = |execution: &&mut Execution| of_slot(execution, "tick", second);
            evidence.executions.iter_mut().find(of_tick).unwrap().started_us = Some(slot_us(second) + late_us);
        }
    });
    let lag = verdict.figures.lag_after_storm;
    // From 17 on, and not what is due so soon before the next fault that it may have met it.
    assert_eq!((lag.worst_ms, lag.median_ms), (300.0, 10.0), "of {}", lag.count);
}

/// Stands still from 21 to 35, and goes on for so long then.
fn frozen(goes_on: f64, status: &str) -> Verdict {
    Story::changed(|evidence| {
        taken_over(evidence, 30.0, 38.0);
        evidence.history.push(blow("worker-2.1", "STOP", 21.0));
        evidence.history.push(blow("worker-2.1", "CONT", 35.0));
        evidence.history.push(blow("worker-2.1", "TERM", 50.0));
        let (process, how) = ("worker-2.1".to_owned(), "code 0".to_owned());
        evidence.history.push(entry(50.1, Event::Exited { process, how, code: Some(0) }));
        evidence.ledger.push(line(What::Done, "tick", 20, 1, "worker-2.1", 35.0 + goes_on));
        let first = evidence.executions.iter_mut().find(|execution| of_slot(execution, "tick", 20)).unwrap();
        first.status = status.to_owned();
    })
}

/// `worker-2.1` does not hear the database from 21 to 40; its task goes on elsewhere at 30.
fn cut(among: &[(f64, &str)]) -> Verdict {
    Story::changed(|evidence| {
        taken_over(evidence, 30.0, 38.0);
        let of_worker = vec!["worker-2.1".to_owned()];
        for (number, (from, kind, processes)) in [(21.0, "cut", of_worker)]
            .into_iter()
            .chain(among.iter().map(|(from, kind)| (*from, *kind, vec![])))
            .enumerate()
        {
            let (fault, kind, what) = (number as u64, kind.to_owned(), String::new());
            evidence.history.push(entry(from, Event::FaultBegun { fault, kind, what, processes }));
            evidence.history.push(entry(40.0, Event::FaultEnded { fault }));
        }
        evidence.ledger.push(line(What::Done, "tick", 20, 1, "worker-2.1", 29.0));
    })
}

#[test]
fn how_soon_others_go_on_with_what_was_cut_off_is_measured() {
    let measured = |verdict: &Verdict| {
        let Figures { after_cut, after_cut_amid_faults, .. } = &verdict.figures;
        (after_cut.count, after_cut_amid_faults.count, after_cut_amid_faults.worst_ms)
    };
    let alone = cut(&[]);
    assert_eq!(measured(&alone), (1, 1, 9_000.0), "{alone}");
    assert_eq!(measured(&cut(&[(25.0, "storm")])), (0, 1, 9_000.0), "something else was done");
}

#[test]
fn what_wakes_past_its_lease_may_go_on_for_an_instant_if_its_result_is_refused() {
    let verdict = frozen(0.1, "FAILED");
    assert!(verdict.passed, "{verdict}");
    assert_eq!((verdict.figures.went_on_after_waking.count, verdict.figures.went_on_after_waking.worst_ms), (1, 100.0));
    assert_eq!(verdict.figures.refused, 1);
    assert_eq!((verdict.figures.after_freeze.count, verdict.figures.after_freeze.worst_ms), (1, 9_000.0));
    assert_eq!(kinds(&frozen(2.5, "FAILED")), [Kind::Overlap], "that is no instant");
    assert!(kinds(&frozen(0.1, "COMPLETED")).contains(&Kind::Overlap), "its result counted");
}

#[test]
fn an_effect_that_is_there_twice_or_not_at_all_is_found() {
    let twice = Effect { slot_us: slot_us(4), attempt: 2 };
    assert_eq!(kinds(&Story::changed(|evidence| evidence.effects.push(twice))), [Kind::EffectDoubled]);
    let verdict = Story::changed(|evidence| evidence.effects.retain(|effect| effect.slot_us != slot_us(4)));
    assert_eq!(kinds(&verdict), [Kind::EffectLost]);
}

#[test]
fn a_child_that_does_not_wait_for_its_parent_is_found() {
    let verdict = Story::changed(|evidence| {
        for line in evidence.ledger.iter_mut().filter(|line| line.task == "child" && line.slot_us == slot_us(10)) {
            line.at_ns -= at_ns(0.4);
        }
    });
    assert_eq!(kinds(&verdict), [Kind::OutOfOrder]);
}

/// Slot 6 of `flaky` fails, and is tried again at that second: before or after slot 8 and 10.
fn tried_again(at: f64) -> Verdict {
    Story::changed(|evidence| {
        forget(evidence, "flaky", 6);
        evidence.executions.push(execution("flaky", 6, 1, "FAILED", Some("flaky")));
        evidence.executions.push(execution("flaky", 6, 2, "COMPLETED", None));
        for (attempt, end, at) in [(1, What::Failed, 6.1), (2, What::Done, at)] {
            evidence.ledger.push(line(What::Start, "flaky", 6, attempt, "worker-0.1", at));
            evidence.ledger.push(line(end, "flaky", 6, attempt, "worker-0.1", at + 0.1));
        }
    })
}

#[test]
fn a_slot_that_overtakes_an_earlier_one_is_found() {
    assert!(tried_again(7.9).passed, "{}", tried_again(7.9));
    assert_eq!(kinds(&tried_again(9.0)), [Kind::Overtaken]);
}

#[test]
fn what_is_recorded_and_did_not_happen_is_found() {
    let without_run = Story::changed(|evidence| {
        evidence.ledger.retain(|line| !(line.task == "tick" && line.slot_us == slot_us(7)));
    });
    assert_eq!(kinds(&without_run), [Kind::Wrong]);
    let without_end = Story::changed(|evidence| {
        let of_slot = |line: &Line| line.task == "tick" && line.slot_us == slot_us(7);
        evidence.ledger.iter_mut().filter(|line| of_slot(line)).last().unwrap().what = What::Dropped;
    });
    assert_eq!(kinds(&without_end), [Kind::Wrong]);
}

#[test]
fn what_happened_and_is_not_recorded_is_found() {
    let verdict = Story::changed(|evidence| {
        evidence.executions.retain(|execution| !of_slot(execution, "tick", 7));
    });
    assert_eq!(kinds(&verdict), [Kind::Lost, Kind::Wrong]);
}

#[test]
fn a_slot_that_does_not_exist_is_found() {
    let verdict = Story::changed(|evidence| {
        let skipped = execution("parent", 7, 1, "SKIPPED", None);
        evidence.executions.push(Execution { skipped_reason: Some("missed".to_owned()), ..skipped });
    });
    assert_eq!(kinds(&verdict), [Kind::Lost, Kind::Wrong]);
}

/// Its run of slot 10 ended well, and that is recorded.
fn completes(evidence: &mut Evidence, task: &str) {
    let first = |execution: &&mut Execution| of_slot(execution, task, 10);
    evidence.executions.iter_mut().find(first).unwrap().status = "COMPLETED".to_owned();
    let end = |line: &&mut Line| line.task == task && line.slot_us == slot_us(10) && line.what != What::Start;
    evidence.ledger.iter_mut().find(end).unwrap().what = What::Done;
}

#[test]
fn a_task_that_cannot_complete_and_is_said_to_have_is_found() {
    for task in ["hangs", "ignores-cancel", "blocks"] {
        assert_eq!(kinds(&Story::changed(|evidence| completes(evidence, task))), [Kind::Wrong], "{task}");
    }
    let verdict = Story::changed(|evidence| {
        completes(evidence, "blocks");
        evidence.history.push(blow("worker-0.1", "STOP", 10.1));
        evidence.history.push(blow("worker-0.1", "CONT", 10.2));
    });
    assert!(verdict.passed, "it ended while its process stood still: {verdict}");
}

#[test]
fn whatever_is_left_behind_is_told() {
    let left = "cron tick is still held".to_owned();
    assert_eq!(kinds(&Story::changed(|evidence| evidence.left.push(left))), [Kind::Left]);
    let what = "there are still tick PENDING".to_owned();
    let not_drained = entry(61.0, Event::NotDrained { what });
    assert_eq!(kinds(&Story::changed(|evidence| evidence.history.push(not_drained))), [Kind::Left]);
}

#[test]
fn a_process_that_ends_by_itself_is_found() {
    for (how, code) in [("code 101", Some(101)), ("code 3", Some(3)), ("signal 9", None), ("signal 11", None)] {
        let verdict = Story::changed(|evidence| {
            let (process, how) = ("worker-2.1".to_owned(), how.to_owned());
            evidence.history.push(entry(1.0, Event::Spawned { process: process.clone(), pid: 9 }));
            evidence.history.push(entry(9.0, Event::Exited { process, how, code }));
        });
        assert_eq!(kinds(&verdict), [Kind::BadExit], "{how}");
    }
    let never = Story::changed(|evidence| {
        evidence.history.push(entry(1.0, Event::Spawned { process: "worker-2.1".to_owned(), pid: 9 }));
    });
    assert_eq!(kinds(&never), [Kind::BadExit]);
    let panicked = Story::changed(|evidence| evidence.panics.push("panicked at shift.rs".to_owned()));
    assert_eq!(kinds(&panicked), [Kind::BadExit]);
}

#[test]
fn what_a_worker_leaves_that_ends_in_order_is_found() {
    let verdict = Story::changed(|evidence| {
        taken_over(evidence, 24.0, 24.1);
        evidence.history.push(blow("worker-2.1", "TERM", 21.0));
        let (process, how) = ("worker-2.1".to_owned(), "code 0".to_owned());
        evidence.history.push(entry(22.0, Event::Exited { process, how, code: Some(0) }));
    });
    assert_eq!(kinds(&verdict), [Kind::LeftRunning]);
}

#[test]
fn what_a_worker_starts_that_was_told_to_end_is_measured() {
    let worst = |told: f64| {
        let verdict = Story::changed(|evidence| evidence.history.push(blow("worker-0.1", "TERM", told)));
        verdict.figures.started_when_told
    };
    assert_eq!(worst(1_000.0).count, 0, "told after all was over");
    let (few, many) = (worst(50.0), worst(10.0));
    assert!(0 < few.count && few.count < many.count && few.worst_ms < many.worst_ms, "{few:?} {many:?}");
}

#[test]
fn a_run_without_slots_does_not_pass() {
    assert!(!check(&Evidence::default()).passed);
    let verdict = Story::changed(|evidence| evidence.history.retain(|entry| entry.event != Event::CaughtUp));
    assert!(kinds(&verdict).contains(&Kind::Broken), "{verdict}");
}
