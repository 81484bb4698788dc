//! What became of the slot, and in which order that is told: what happened, then why, then what follows. Pure.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::cause::{Case, IN_TIME};
use super::moment::{Moment, timing_changes};
use super::{Explanation, Finding};
use crate::model::{Reason, RecordedError, SlotVerdict, Status};
use crate::repository::{AttemptFacts, SlotFacts, SuccessorFacts, TaskFacts};

/// The verdict, with its findings.
pub(super) fn judge(task: &TaskFacts, moment: &Moment, facts: &SlotFacts) -> Explanation {
    let (verdict, mut findings) = match moment.slot {
        None => without_slot(task),
        Some(slot) => {
            let case = Case { task, facts, slot, due: moment.due(slot) };
            match facts.attempts.split_last() {
                Some((last, earlier)) => with_row(case, moment, earlier, last),
                None => without_row(case, moment),
            }
        }
    };
    let next_slot = task.next_execution_at.filter(|_| task.enabled && task.retired_at.is_none());
    let queued = facts.attempts.last().filter(|last| last.status == Status::Pending && last.attempt > 1);
    for finding in what_follows(task, moment, facts, queued, next_slot) {
        // What explains the slot may also be what follows.
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    Explanation {
        task: task.name.clone(),
        at: task.at,
        timezone: task.timezone.clone(),
        slot: moment.slot,
        verdict,
        findings,
        next_slot,
        next_attempt_at: queued.map(|queued| queued.available_at),
    }
}

/// There has never been a slot.
fn without_slot(task: &TaskFacts) -> (SlotVerdict, Vec<Finding>) {
    match task.retired_at {
        Some(since) => (SlotVerdict::Retired, vec![Finding::Retired { since }]),
        None if !has_clock(task) => (SlotVerdict::NotDue, Vec::new()),
        None if !task.enabled => (SlotVerdict::Disabled, vec![disabled(task, task.at)]),
        None => (SlotVerdict::NotDue, vec![Finding::NoSlotYet]),
    }
}

/// Nothing is recorded about the slot: it has yet to be decided, or was none to decide, or its rows are gone.
fn without_row(case: Case<'_>, moment: &Moment) -> (SlotVerdict, Vec<Finding>) {
    let Case { task, facts, slot, due } = case;
    if let Some(since) = task.retired_at.filter(|since| *since <= slot) {
        return (SlotVerdict::Retired, vec![Finding::Retired { since }]);
    }
    if !moment.terms.enabled {
        return (SlotVerdict::Disabled, vec![disabled(task, slot)]);
    }
    if due > task.now {
        let spread = moment.is_spread().then(|| starts_spread(slot, due));
        return (SlotVerdict::NotDue, [Finding::YetToCome { due }].into_iter().chain(spread).collect());
    }
    if task.next_execution_at.is_some_and(|next| next <= slot) {
        return undecided(case);
    }
    if task.oldest_slot.is_none_or(|oldest| slot < oldest) {
        let begins = task.oldest_slot.map(|at| Finding::HistoryBegins { at });
        return (
            SlotVerdict::NotRecorded,
            [Finding::NoRow].into_iter().chain(begins).chain(changed(task, slot)).collect(),
        );
    }
    if let Some(later) = stands_for(moment, facts, slot) {
        return match &later.skipped_reason {
            Some(reason) => {
                let together = Finding::Together { slot: later.slot };
                let why = case.refusal(reason, later.decided_at, None);
                (refused(reason), [together].into_iter().chain(why).collect())
            }
            None => {
                let stood_for = Finding::StoodFor { slot: Some(later.slot) };
                (SlotVerdict::Skipped, vec![Finding::NeverDecided { due }, stood_for])
            }
        };
    }
    let changed_since = timing_changes(task).any(|change| change.changed_at > slot);
    if changed_since || task.retired_at.is_some() {
        let never = [Finding::NeverDecided { due }].into_iter();
        return (SlotVerdict::NobodyDecided, never.chain(case.nobody_looked(task.now)).collect());
    }
    match &task.schedule_function {
        Some(function) => (SlotVerdict::NotDue, vec![Finding::FunctionSaidNo { function: function.clone() }]),
        None => {
            let thinned = task.history_interval > 0;
            let why = if thinned {
                Some(Finding::Thinned { interval_ms: task.history_interval })
            } else {
                changed(task, slot)
            };
            (SlotVerdict::NotRecorded, [Finding::NoRow].into_iter().chain(why).collect())
        }
    }
}

/// It is due, and whoever looks next decides it.
fn undecided(case: Case<'_>) -> (SlotVerdict, Vec<Finding>) {
    let Case { task, due, .. } = case;
    let mut findings = vec![Finding::Undecided { due }];
    if case.is_one_after_the_other() {
        // An earlier slot keeps this one from being decided.
        findings.extend(case.previous_instance(task.now).or_else(|| case.previous_waiting(task.now)));
        if findings.len() > 1 {
            return (SlotVerdict::Waiting, findings);
        }
    }
    findings.extend(case.bound());
    findings.push(case.nobody_looks());
    findings.push(Finding::DecidedNext { catch_up: task.catch_up, window_ms: task.catch_up_window });
    (SlotVerdict::NobodyDecided, findings)
}

/// The slot was decided.
fn with_row(
    case: Case<'_>,
    moment: &Moment,
    earlier: &[AttemptFacts],
    last: &AttemptFacts,
) -> (SlotVerdict, Vec<Finding>) {
    let Case { facts, slot, due, .. } = case;
    let mut findings = Vec::new();
    if moment.is_by_hand {
        findings.push(Finding::ByHand { at: slot });
    }
    findings.extend(earlier.iter().flat_map(outcome));
    findings.extend(outcome(last));
    let reason = last.skipped_reason.as_deref().unwrap_or_default();
    let verdict = match last.status {
        Status::Pending => {
            if earlier.is_empty() {
                findings.push(Finding::Waits { since: last.created_at });
            }
            findings.extend(case.obstacles(last, moment.is_by_hand));
            SlotVerdict::Waiting
        }
        Status::Skipped | Status::Blocked => {
            let at = last.started_at.unwrap_or(last.created_at);
            findings.extend(case.refusal(reason, at, stands_for(moment, facts, slot).map(|later| later.slot)));
            if last.status == Status::Blocked { SlotVerdict::Blocked } else { refused(reason) }
        }
        Status::Running => SlotVerdict::Running,
        Status::Completed => SlotVerdict::Ran,
        Status::Failed | Status::Timeout => {
            findings.push(if last.attempt >= last.max_attempts {
                Finding::LastAttempt { attempts: last.attempt }
            } else {
                Finding::NotRetried
            });
            SlotVerdict::Failed
        }
        Status::Cancelled => SlotVerdict::Cancelled,
    };
    // That it was undone, or that there was nothing to undo, explains nothing.
    let not_undone = last.rollback.as_ref().filter(|rollback| rollback.status != Status::Completed);
    findings.extend(not_undone.map(|rollback| Finding::NotUndone { status: rollback.status }));
    let started = last.started_at.filter(|_| !matches!(last.status, Status::Skipped | Status::Blocked));
    let is_late = started.is_some_and(|started| started - due > IN_TIME);
    if let Some(started_at) = started.filter(|_| is_late) {
        findings.push(Finding::Late { due, started_at, late_ms: (started_at - due).num_milliseconds() });
        let first = earlier.first().unwrap_or(last);
        let first_started = first.started_at.unwrap_or(started_at);
        if first_started - due > IN_TIME {
            findings.extend(case.delay(first, first_started));
        }
    }
    if moment.is_spread() {
        findings.push(starts_spread(slot, due));
    }
    // What was skipped caught up nothing.
    if last.missed_slots > 0 && last.status != Status::Skipped {
        findings.push(Finding::StandsFor { missed: last.missed_slots });
    }
    (if verdict == SlotVerdict::Ran && is_late { SlotVerdict::RanLate } else { verdict }, findings)
}

/// What became of an attempt.
fn outcome(attempt: &AttemptFacts) -> Vec<Finding> {
    let AttemptFacts { attempt: number, max_attempts: of, ref runner, .. } = *attempt;
    let runner = runner.clone();
    let started_at = attempt.started_at.unwrap_or(attempt.created_at);
    let at = attempt.completed_at.unwrap_or(started_at);
    let code = attempt.error.as_ref().map_or("", |error| error.code.as_str());
    match attempt.status {
        Status::Pending => Vec::new(),
        Status::Running => {
            let mut findings = vec![Finding::Runs { attempt: number, since: started_at, runner: runner.clone() }];
            let by = attempt.cancel_requested_by.clone();
            findings.extend(attempt.cancel_requested_at.map(|at| Finding::CancelAsked { at, by }));
            findings.extend(attempt.stuck_since.map(|since| Finding::Stuck { since }));
            findings.extend(attempt.silent_since.map(|since| Finding::RunnerSilent { runner, since }));
            findings
        }
        Status::Completed => vec![Finding::Completed { attempt: number, started_at, completed_at: at, runner }],
        Status::Skipped => vec![Finding::SkippedAt { at, runner }],
        Status::Blocked => vec![Finding::BlockedAt { at, runner }],
        Status::Cancelled if code == "superseded" => vec![Finding::Superseded { at }],
        Status::Cancelled if matches!(code, "interrupted" | "lease_lost") => {
            vec![Finding::Interrupted { attempt: number, at, runner }]
        }
        Status::Cancelled => {
            let by = attempt.cancel_requested_by.clone();
            vec![Finding::CancelledBy { at: attempt.cancel_requested_at.unwrap_or(at), by }]
        }
        Status::Failed | Status::Timeout if code == "runner_lost" => {
            vec![Finding::RunnerLost { attempt: number, at, runner }]
        }
        Status::Failed | Status::Timeout => {
            let error = attempt.error.as_ref().map(RecordedError::stored).unwrap_or_default();
            vec![Finding::AttemptFailed { attempt: number, of, at, runner, error, code: code.to_owned() }]
        }
    }
}

/// What came and comes after the slot.
fn what_follows(
    task: &TaskFacts,
    moment: &Moment,
    facts: &SlotFacts,
    queued: Option<&AttemptFacts>,
    next_slot: Option<DateTime<Utc>>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(AttemptFacts { attempt, max_attempts: of, available_at: at, .. }) = queued {
        findings.push(Finding::NextAttempt { attempt: *attempt, of: *of, at: *at });
    }
    let by_hand = facts.by_hand_since.map(|run| Finding::RunByHandSince { at: run.at, status: run.status });
    findings.extend(by_hand.or(task.newest_by_hand.filter(|_| moment.slot.is_none()).map(|at| Finding::ByHand { at })));
    let since = moment.slot.unwrap_or(task.at);
    findings.extend(schedule_changed(task, since));
    if let Some(since) = task.retired_at {
        findings.push(Finding::Retired { since });
    } else if !has_clock(task) {
        findings.push(Finding::ByHandOnly);
    } else if !task.enabled {
        findings.push(disabled(task, task.now));
    }
    findings.extend(task.not_before.filter(|first| *first > task.now).map(|at| Finding::NotBefore { at }));
    findings.extend(task.not_after.filter(|last| *last < task.now).map(|at| Finding::NotAfter { at }));
    match next_slot {
        Some(slot) if slot > task.now => findings.push(Finding::NextSlot { slot }),
        // It is the one that is due.
        Some(_) => {}
        None if has_clock(task) => findings.push(Finding::NoNextSlot),
        None => {}
    }
    findings
}

/// Whether it runs by itself at all.
fn has_clock(task: &TaskFacts) -> bool {
    task.schedule.is_some() || task.schedule_function.is_some()
}

/// Who had turned the task off at `at`, and when.
fn disabled(task: &TaskFacts, at: DateTime<Utc>) -> Finding {
    let turned_off = timing_changes(task)
        .filter(|change| change.changed_at <= at)
        .rfind(|change| change.after.get("enabled") == Some(&Value::Bool(false)));
    match turned_off {
        Some(change) => Finding::Disabled { since: Some(change.changed_at), by: Some(change.changed_by.clone()) },
        None if task.is_enabled_overridden => Finding::Disabled { since: None, by: None },
        None => Finding::DisabledInCode,
    }
}

/// How its schedule was changed last, if that was after `since`.
fn schedule_changed(task: &TaskFacts, since: DateTime<Utc>) -> Option<Finding> {
    let has_schedule = |columns: &Value| columns.get("schedule").or(columns.get("timezone")).is_some();
    let change = timing_changes(task).rfind(|change| change.changed_at > since && has_schedule(&change.after))?;
    let written = |columns: &Value| {
        let texts: Vec<_> = ["schedule", "timezone"].iter().filter_map(|name| columns.get(*name)?.as_str()).collect();
        (!texts.is_empty()).then(|| texts.join(" "))
    };
    Some(Finding::ScheduleChanged {
        at: change.changed_at,
        by: change.changed_by.clone(),
        before: written(&change.before),
        after: written(&change.after),
    })
}

/// That its definition, or what was set over it, was written after the slot.
fn changed(task: &TaskFacts, slot: DateTime<Utc>) -> Option<Finding> {
    (task.updated_at > slot).then_some(Finding::DefinitionChanged { at: task.updated_at })
}

/// What a slot came to that was skipped for that reason.
fn refused(reason: &str) -> SlotVerdict {
    match reason.parse() {
        Ok(Reason::Paused) => SlotVerdict::Paused,
        Ok(Reason::Maintenance) => SlotVerdict::Maintenance,
        _ => SlotVerdict::Skipped,
    }
}

/// The later slot that stands for this one.
fn stands_for<'a>(moment: &Moment, facts: &'a SlotFacts, slot: DateTime<Utc>) -> Option<&'a SuccessorFacts> {
    facts.successor.as_ref().filter(|later| moment.terms.stands_for(slot, later.slot, later.missed_slots))
}

fn starts_spread(slot: DateTime<Utc>, due: DateTime<Utc>) -> Finding {
    Finding::StartsSpread { offset_ms: (due - slot).num_milliseconds() }
}
