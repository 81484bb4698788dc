//! What stood in the way of a slot. Pure.

use chrono::{DateTime, TimeDelta, Utc};

use super::Finding;
use super::hold::{Holder, holds};
use crate::model::{CatchUp, OverlapPolicy, Reason, RecordedError, RunnerKind, RunsOn, Status, Trigger};
use crate::repository::{AttemptFacts, OtherFacts, ParentFacts, SlotFacts, TaskFacts};

/// What starts no later than this after it was due started in time.
pub(super) const IN_TIME: TimeDelta = TimeDelta::seconds(5);

/// A slot, with all that is known around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case<'a> {
    pub(super) task: &'a TaskFacts,
    pub(super) facts: &'a SlotFacts,
    pub(super) slot: DateTime<Utc>,
    pub(super) due: DateTime<Utc>,
}

impl Case<'_> {
    /// Why its first attempt, which started at `started`, did not start when it was due.
    pub(super) fn delay(&self, first: &AttemptFacts, started: DateTime<Utc>) -> Vec<Finding> {
        let Self { task, facts, due, .. } = *self;
        let mut findings: Vec<_> = self.nobody_looked(started).into_iter().collect();
        findings.extend(holds(task).iter().filter(|hold| hold.ended_between(due, started)).map(|hold| hold.finding()));
        if first.triggered_by == Trigger::Dependency {
            findings.extend(facts.parents.iter().filter_map(|parent| ended_late(parent, due, started)));
        }
        if started - first.created_at > IN_TIME {
            findings.extend(self.queued(first));
        } else if first.triggered_by == Trigger::Schedule && self.is_one_after_the_other() {
            findings.extend(self.previous_instance(due).or_else(|| self.previous_waiting(due)));
        }
        if findings.is_empty() {
            let runners = facts.runners.iter().map(|runner| runner.name.clone()).collect();
            findings.push(Finding::NotTaken { runners });
        }
        findings
    }

    /// Why it was queued and not run when it was decided.
    fn queued(&self, first: &AttemptFacts) -> Option<Finding> {
        let at = first.created_at;
        let by_clock = first.triggered_by == Trigger::Schedule;
        // A claim that queues a slot knows four reasons, and three of them can be seen.
        self.previous_instance(at)
            .or_else(|| self.previous_waiting(at).filter(|_| by_clock))
            .or_else(|| self.limit_full())
            .or(by_clock.then_some(Finding::BudgetSpent { at }))
    }

    /// What an attempt that is queued waits for at present.
    pub(super) fn obstacles(&self, queued: &AttemptFacts, is_by_hand: bool) -> Vec<Finding> {
        let Self { task, facts, .. } = *self;
        let mut findings = Vec::new();
        if queued.triggered_by == Trigger::Dependency {
            findings.extend(facts.parents.iter().filter_map(awaited));
        }
        if queued.available_at > task.now {
            return findings;
        }
        let in_force = holds(task).into_iter().filter(|hold| hold.covers(task.now));
        // A pause holds nothing back that somebody asks for.
        let held = in_force.filter(|hold| hold.holder == Holder::Maintenance || !is_by_hand);
        findings.extend(held.map(|hold| hold.finding()));
        findings.extend(self.previous_instance(task.now));
        findings.extend(self.limit_full());
        match queued.skipped_reason.as_deref().map(|written| Reason::split(written).0.parse()) {
            Some(Ok(Reason::BudgetSpent)) => findings.push(Finding::BudgetSpent { at: queued.created_at }),
            Some(Ok(Reason::PreviousInstanceWaiting)) => findings.extend(self.previous_waiting(task.now)),
            // These are facts that were looked at already.
            Some(Ok(
                Reason::PreviousInstanceRunning
                | Reason::QueueFull
                | Reason::Missed
                | Reason::CaughtUp
                | Reason::DependencyFailed
                | Reason::ConcurrencyLimit
                | Reason::Paused
                | Reason::Maintenance,
            ))
            | Some(Err(_))
            | None => {}
        }
        if findings.is_empty() {
            findings.extend(self.bound());
            findings.push(self.nobody_looks());
        }
        findings
    }

    /// Why it was decided at `at` not to run it.
    pub(super) fn refusal(
        &self,
        written: &str,
        at: DateTime<Utc>,
        stands_for_it: Option<DateTime<Utc>>,
    ) -> Vec<Finding> {
        let task = self.task;
        let other = || Finding::OtherReason { reason: written.to_owned() };
        let held = |holder| {
            let hold = holds(task).into_iter().find(|hold| hold.holder == holder && hold.covers(at));
            hold.map(|hold| hold.finding())
        };
        let one = match Reason::split(written).0.parse() {
            Ok(Reason::PreviousInstanceRunning) => self.previous_instance(at).unwrap_or_else(other),
            Ok(Reason::PreviousInstanceWaiting) => self.previous_waiting(at).unwrap_or_else(other),
            Ok(Reason::QueueFull) => Finding::QueueFull { limit: task.overlap_limit },
            Ok(Reason::Missed) => {
                let missed = Finding::Missed { catch_up: task.catch_up, window_ms: task.catch_up_window };
                return self.nobody_looked(at).into_iter().chain([missed]).collect();
            }
            Ok(Reason::CaughtUp) => {
                let stood_for = Finding::StoodFor { slot: stands_for_it };
                return self.nobody_looked(at).into_iter().chain([stood_for]).collect();
            }
            Ok(Reason::DependencyFailed) => self.parent_failed(written).unwrap_or_else(other),
            Ok(Reason::ConcurrencyLimit) => self.limit_full().unwrap_or_else(other),
            Ok(Reason::BudgetSpent) => Finding::BudgetSpent { at },
            Ok(Reason::Paused) => held(Holder::Pause).unwrap_or(Finding::Paused { since: None, until: None, by: None }),
            Ok(Reason::Maintenance) => {
                held(Holder::Maintenance).unwrap_or(Finding::Maintenance { since: None, until: None, by: None })
            }
            Err(_) => other(),
        };
        vec![one]
    }

    /// The kind of host it is bound to.
    pub(super) fn bound(&self) -> Option<Finding> {
        let runs_on = self.task.runs_on;
        (runs_on != RunsOn::Any).then_some(Finding::BoundTo { runs_on })
    }

    /// The instance that ran at that instant, where it kept others from running.
    pub(super) fn previous_instance(&self, at: DateTime<Utc>) -> Option<Finding> {
        let runs = |other: &&OtherFacts| {
            other.ran
                && other.started_at.is_some_and(|since| since <= at)
                && other.completed_at.is_none_or(|end| end >= at)
        };
        let running: Vec<_> = self.facts.others.iter().filter(runs).collect();
        let most = match self.task.overlap {
            OverlapPolicy::Allow => usize::try_from(self.task.overlap_limit).unwrap_or(1),
            OverlapPolicy::Skip | OverlapPolicy::QueueOne | OverlapPolicy::QueueAll | OverlapPolicy::CancelRunning => 1,
        };
        let newest = running.last().filter(|_| running.len() >= most)?;
        Some(Finding::PreviousInstance {
            slot: newest.slot,
            runner: newest.runner.clone(),
            since: newest.started_at?,
            until: newest.completed_at,
        })
    }

    /// Whether a slot is not even decided before the one before it has ended for good.
    pub(super) fn is_one_after_the_other(&self) -> bool {
        self.task.catch_up == CatchUp::All && self.task.overlap == OverlapPolicy::Skip
    }

    /// The earlier slot that waited at that instant.
    pub(super) fn previous_waiting(&self, at: DateTime<Utc>) -> Option<Finding> {
        let waits = |other: &&OtherFacts| {
            !other.is_manual
                && other.slot < self.slot
                && other.created_at <= at
                && other.started_at.is_none_or(|started| started >= at)
        };
        let waiting = self.facts.others.iter().find(waits)?;
        Some(Finding::PreviousWaiting { slot: waiting.slot })
    }

    fn limit_full(&self) -> Option<Finding> {
        let limit = self.facts.limit.as_ref()?;
        let is_full = usize::try_from(limit.at_most).is_ok_and(|most| limit.holders.len() >= most);
        is_full.then(|| Finding::LimitFull {
            limit: limit.name.clone(),
            at_most: limit.at_most,
            holders: limit.holders.clone(),
        })
    }

    fn parent_failed(&self, written: &str) -> Option<Finding> {
        let name = Reason::split(written).1?;
        let parent = self.facts.parents.iter().find(|parent| parent.name == name)?;
        Some(match (parent.slot, parent.status) {
            (Some(slot), Some(status)) => {
                let error = parent.error.as_ref().map(RecordedError::stored);
                Finding::ParentFailed { parent: name.to_owned(), slot, status, error }
            }
            _ => Finding::ParentNeverRan { parent: name.to_owned() },
        })
    }

    /// That nobody was there who could have decided it, from when it was due until somebody came, where that took a while.
    pub(super) fn nobody_looked(&self, until: DateTime<Utc>) -> Option<Finding> {
        let Self { facts, due, .. } = *self;
        let runners =
            facts.runners.iter().map(|runner| (runner.started_at.max(due), runner.kind == RunnerKind::Worker));
        let pulse = facts.pulse.map(|at| (at, false));
        // Where nobody is known to have come, their rows are gone.
        let (came, is_worker) = runners.chain(pulse).min_by_key(|(at, _)| *at).filter(|(at, _)| *at <= until)?;
        if came - due <= IN_TIME {
            return None;
        }
        let before = facts.runner_before.as_ref();
        let worker_before = before.is_some_and(|runner| runner.kind == RunnerKind::Worker);
        let from = before.map(|runner| runner.last_seen_at).max(facts.pulse_before);
        Some(match from {
            Some(from) if !is_worker && !worker_before => Finding::NoPulse { from, until: Some(came) },
            from => Finding::NoRunner { from, until: Some(came) },
        })
    }

    /// Why nobody has taken it up to now.
    pub(super) fn nobody_looks(&self) -> Finding {
        let Self { task, facts, .. } = *self;
        let alive = facts.runners.iter().filter(|runner| runner.last_seen_at >= task.now);
        let alive: Vec<_> = alive.map(|runner| runner.name.clone()).collect();
        if !alive.is_empty() {
            return Finding::NotTaken { runners: alive };
        }
        let newest = facts.runners.iter().chain(&facts.runner_before).max_by_key(|runner| runner.last_seen_at);
        let was_worker = newest.is_some_and(|runner| runner.kind == RunnerKind::Worker);
        match newest.map(|runner| runner.last_seen_at).max(facts.last_pulse) {
            Some(from) if !was_worker => Finding::NoPulse { from, until: None },
            from => Finding::NoRunner { from, until: None },
        }
    }
}

/// A task that is waited for.
fn awaited(parent: &ParentFacts) -> Option<Finding> {
    let unfinished = matches!(parent.status, Some(Status::Pending | Status::Running));
    (parent.is_undecided || unfinished).then(|| Finding::ParentAwaited {
        parent: parent.name.clone(),
        slot: parent.slot.filter(|_| unfinished),
        runner: parent.runner.clone().filter(|_| parent.status == Some(Status::Running)),
    })
}

/// A task that was waited for.
fn ended_late(parent: &ParentFacts, due: DateTime<Utc>, started: DateTime<Utc>) -> Option<Finding> {
    let at = parent.completed_at.filter(|at| *at - due > IN_TIME && *at <= started)?;
    Some(Finding::ParentEnded { parent: parent.name.clone(), at, runner: parent.runner.clone() })
}
