//! The sentence of each finding of an explanation.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::locale::{Argument, Locale, Message, format, msg};
use crate::model::Reason;
use crate::runner::Finding;
use crate::task::Zone;

/// The sentence, with instants in the task's zone.
pub(super) fn sentence(finding: &Finding, zone: Zone, locale: Locale) -> Message {
    let at = |at: &DateTime<Utc>| zone.written(*at);
    let label =
        |key: String, written: &str| locale.lookup(&key.replace(['.', '_'], "-")).unwrap_or_else(|| written.to_owned());
    match finding {
        Finding::ByHand { at: asked } => msg::explain_by_hand(at(asked)),
        Finding::Completed { attempt, started_at, completed_at, runner } => {
            let took = span((*completed_at - *started_at).num_milliseconds());
            msg::explain_completed(*attempt, on(runner), at(started_at), took)
        }
        Finding::Runs { attempt, since, runner } => msg::explain_runs(*attempt, on(runner), at(since)),
        Finding::AttemptFailed { attempt, of, at: ended, runner, error, code } => {
            msg::explain_attempt_failed(at(ended), *attempt, code, error.clone(), *of, on(runner))
        }
        Finding::RunnerLost { attempt, at: found, runner } => msg::explain_runner_lost(at(found), *attempt, on(runner)),
        Finding::Interrupted { attempt, at: ended, runner } => {
            msg::explain_interrupted(at(ended), *attempt, on(runner))
        }
        Finding::CancelledBy { at: ended, by: who } => msg::explain_cancelled_by(at(ended), by(who)),
        Finding::Superseded { at: ended } => msg::explain_superseded(at(ended)),
        Finding::LastAttempt { attempts } => msg::explain_last_attempt(*attempts),
        Finding::NotRetried => msg::explain_not_retried(),
        Finding::NotUndone { status } => msg::explain_not_undone(label(status.key(), status.as_str())),
        Finding::SkippedAt { at: decided, runner } => msg::explain_skipped_at(at(decided), on(runner)),
        Finding::BlockedAt { at: decided, runner } => msg::explain_blocked_at(at(decided), on(runner)),
        Finding::Waits { since } => msg::explain_waits(at(since)),
        Finding::Undecided { due } => msg::explain_undecided(at(due)),
        Finding::NeverDecided { due } => msg::explain_never_decided(at(due)),
        Finding::YetToCome { due } => msg::explain_yet_to_come(at(due)),
        Finding::NoRow => msg::explain_no_row(),

        Finding::Late { due, started_at: _, late_ms } => msg::explain_late(at(due), span(*late_ms)),
        Finding::StartsSpread { offset_ms } => msg::explain_starts_spread(span(*offset_ms)),
        Finding::NoRunner { from: Some(from), until: Some(until) } => msg::explain_no_runner(at(from), at(until)),
        Finding::NoRunner { from: None, until: Some(until) } => msg::explain_no_runner_until(at(until)),
        Finding::NoRunner { from: Some(from), until: None } => msg::explain_no_runner_since(at(from)),
        Finding::NoRunner { from: None, until: None } => msg::explain_no_runner_ever(),
        Finding::NoPulse { from, until: Some(until) } => msg::explain_no_pulse(at(from), at(until)),
        Finding::NoPulse { from, until: None } => msg::explain_no_pulse_since(at(from)),
        Finding::BoundTo { runs_on } => msg::explain_bound_to(runs_on.as_str()),
        Finding::NotTaken { runners } if runners.is_empty() => msg::explain_not_taken_unknown(),
        Finding::NotTaken { runners } => msg::explain_not_taken(format::all_of(runners)),
        Finding::PreviousInstance { slot, runner, since, until: Some(until) } => {
            msg::explain_previous_instance(on(runner), at(since), at(slot), at(until))
        }
        Finding::PreviousInstance { slot, runner, since, until: None } => {
            msg::explain_previous_instance_runs(on(runner), at(since), at(slot))
        }
        Finding::PreviousWaiting { slot } => msg::explain_previous_waiting(at(slot)),
        Finding::QueueFull { limit } => msg::explain_queue_full(*limit),
        Finding::Missed { catch_up, window_ms } => {
            msg::explain_missed(label(catch_up.key(), catch_up.as_str()), span(*window_ms))
        }
        Finding::StoodFor { slot: Some(slot) } => msg::explain_stood_for(at(slot)),
        Finding::StoodFor { slot: None } => msg::explain_stood_for_later(),
        Finding::Together { slot } => msg::explain_together(at(slot)),
        Finding::StandsFor { missed } => msg::explain_stands_for(*missed),
        Finding::Paused { since: Some(since), until: Some(until), by: who } => {
            msg::explain_paused(by(who), at(since), at(until))
        }
        Finding::Paused { since: Some(since), until: None, by: who } => msg::explain_paused_open(by(who), at(since)),
        Finding::Paused { since: None, until: _, by: _ } => msg::explain_paused_unknown(),
        Finding::Maintenance { since: Some(since), until: Some(until), by: who } => {
            msg::explain_maintenance(by(who), at(since), at(until))
        }
        Finding::Maintenance { since: Some(since), until: None, by: who } => {
            msg::explain_maintenance_open(by(who), at(since))
        }
        Finding::Maintenance { since: None, until: _, by: _ } => msg::explain_maintenance_unknown(),
        Finding::ParentFailed { parent, slot, status, error } => {
            let status = label(status.key(), status.as_str());
            match error {
                Some(error) => msg::explain_parent_failed_error(error.clone(), parent, at(slot), status),
                None => msg::explain_parent_failed(parent, at(slot), status),
            }
        }
        Finding::ParentNeverRan { parent } => msg::explain_parent_never_ran(parent),
        Finding::ParentAwaited { parent, slot: Some(slot), runner: runner @ Some(_) } => {
            msg::explain_parent_awaited_running(parent, on(runner), at(slot))
        }
        Finding::ParentAwaited { parent, slot: Some(slot), runner: None } => {
            msg::explain_parent_awaited_slot(parent, at(slot))
        }
        Finding::ParentAwaited { parent, slot: None, runner: _ } => msg::explain_parent_awaited(parent),
        Finding::ParentEnded { parent, at: ended, runner } => msg::explain_parent_ended(at(ended), parent, on(runner)),
        Finding::LimitFull { limit, at_most, holders } => {
            msg::explain_limit_full(format::all_of(holders), limit, *at_most)
        }
        Finding::BudgetSpent { at: looked } => msg::explain_budget_spent(at(looked)),
        Finding::CancelAsked { at: asked, by: who } => msg::explain_cancel_asked(at(asked), by(who)),
        Finding::Stuck { since } => msg::explain_stuck(at(since)),
        Finding::RunnerSilent { runner, since } => msg::explain_runner_silent(on(runner), at(since)),
        Finding::OtherReason { reason } => {
            let (word, name) = Reason::split(reason);
            let label = label(format!("tasks.reason.{word}"), word);
            msg::explain_other_reason(name.map_or_else(|| label.clone(), |name| format!("{label}: {name}")))
        }
        Finding::FunctionSaidNo { function } => msg::explain_function_said_no(function),
        Finding::Disabled { since: Some(since), by: who } => msg::explain_disabled(by(who), at(since)),
        Finding::Disabled { since: None, by: _ } => msg::explain_disabled_unknown(),
        Finding::DisabledInCode => msg::explain_disabled_in_code(),
        Finding::Retired { since } => msg::explain_retired(at(since)),
        Finding::HistoryBegins { at: oldest } => msg::explain_history_begins(at(oldest)),
        Finding::Thinned { interval_ms } => msg::explain_thinned(span(*interval_ms)),
        Finding::DefinitionChanged { at: changed } => msg::explain_definition_changed(at(changed)),
        Finding::ByHandOnly => msg::explain_by_hand_only(),
        Finding::NoSlotYet => msg::explain_no_slot_yet(),
        Finding::NotBefore { at: first } => msg::explain_not_before(at(first)),
        Finding::NotAfter { at: last } => msg::explain_not_after(at(last)),

        Finding::ScheduleChanged { at: changed, by: who, before, after } => {
            msg::explain_schedule_changed(schedule(after), at(changed), schedule(before), who)
        }
        Finding::RunByHandSince { at: asked, status } => {
            msg::explain_run_by_hand_since(at(asked), label(status.key(), status.as_str()))
        }
        Finding::NextAttempt { attempt, of, at: start } => msg::explain_next_attempt(at(start), *attempt, *of),
        Finding::DecidedNext { catch_up, window_ms } => {
            msg::explain_decided_next(label(catch_up.key(), catch_up.as_str()), span(*window_ms))
        }
        Finding::NextSlot { slot } => msg::explain_next_slot(at(slot)),
        Finding::NoNextSlot => msg::explain_no_next_slot(),
    }
}

/// Who ran it.
fn on(runner: &Option<String>) -> Argument {
    runner.as_ref().map_or_else(|| msg::explain_some_runner().into(), Argument::from)
}

/// Who did it.
fn by(who: &Option<String>) -> Argument {
    who.as_ref().map_or_else(|| msg::explain_somebody().into(), Argument::from)
}

/// A schedule as it is written.
fn schedule(written: &Option<String>) -> Argument {
    written.as_ref().map_or_else(|| msg::explain_no_schedule().into(), Argument::from)
}

fn span(milliseconds: i64) -> Message {
    format::duration(Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Status;

    fn at(time: &str) -> DateTime<Utc> {
        format!("2026-03-02T{time}Z").parse().unwrap()
    }

    fn said(finding: &Finding) -> String {
        Locale::ENGLISH.render(&sentence(finding, Zone::UTC, Locale::ENGLISH))
    }

    #[test]
    fn what_is_not_known_is_told_without() {
        let slot = at("13:00:00");
        let (parent, holders) = ("top".to_owned(), vec!["a".to_owned(), "b".to_owned()]);
        for (finding, expected) in [
            (Finding::SkippedAt { at: slot, runner: None }, "on a runner no longer known not to run it."),
            (Finding::CancelledBy { at: slot, by: None }, "It was cancelled by somebody at 2026-03-02 13:00:00 UTC."),
            (Finding::StoodFor { slot: None }, "A later slot ran in its place."),
            (Finding::NotTaken { runners: Vec::new() }, "What kept it is not recorded."),
            (Finding::NoRunner { from: None, until: None }, "No runner has been there."),
            (Finding::Maintenance { since: None, until: None, by: None }, "The whole system was in maintenance."),
            (
                Finding::ParentFailed { parent: parent.clone(), slot, status: Status::Skipped, error: None },
                "whose slot of 2026-03-02 13:00:00 UTC came to: Skipped.",
            ),
            (
                Finding::ParentAwaited { parent: parent.clone(), slot: None, runner: None },
                "It waits for “top”, whose own slot is not decided yet.",
            ),
            (
                Finding::ParentAwaited { parent, slot: Some(slot), runner: None },
                "It waits for “top”, whose slot of 2026-03-02 13:00:00 UTC is queued.",
            ),
            (
                Finding::LimitFull { limit: "reports".to_owned(), at_most: 2, holders },
                "At most 2 tasks tagged “reports” may run at once; the places were taken by a and b.",
            ),
            (
                Finding::ScheduleChanged {
                    at: slot,
                    by: "anna".to_owned(),
                    before: None,
                    after: Some("@daily".to_owned()),
                },
                "from none to @daily.",
            ),
        ] {
            assert!(said(&finding).ends_with(expected), "{}", said(&finding));
        }
    }

    #[test]
    fn a_reason_that_says_nothing_more_is_told_by_its_label_or_as_it_is_written() {
        let reason = |reason: &str| said(&Finding::OtherReason { reason: reason.to_owned() });
        assert_eq!(reason("concurrency_limit:reports"), "The recorded reason: Too many of its kind ran: reports.");
        assert_eq!(reason("solar_eclipse"), "The recorded reason: solar_eclipse.");
    }
}
