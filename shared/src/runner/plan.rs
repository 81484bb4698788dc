//! Which slot a due task runs, and which comes after it. Pure.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use uuid::Uuid;

use super::jitter::start_offset;
use crate::model::{CatchUp, ExecutionId, Reason};
use crate::repository::{Decision, HeldBack, PassedSlot, SlotCandidate, Verdict};
use crate::task::{CronExpr, Zone};

/// So many of the newest slots that passed get a row each, a day of minutes; those before share one for each stretch with the
/// same reason, or a task of each second would write thousands of them at once before it runs again.
const MOST_ALONE: usize = 1_440;
/// Slots that share a row are counted up to here; more say only "at least so many".
const MOST_COUNTED: usize = 100_000;

/// Decides about a due task at `now`. `None`: its schedule or zone cannot be read.
///
/// A schedule function's slot is the start of the current `pulse_interval`. A task whose start is shifted by its jitter is
/// decided as if it were that much earlier.
pub(super) fn plan(task: &SlotCandidate, now: DateTime<Utc>, pulse_interval: Duration) -> Option<Decision> {
    let slots = match &task.schedule {
        None => Slots::Grid(whole(pulse_interval)),
        Some(expression) => Slots::Cron(Box::new(CronExpr::parse(expression).ok()?), task.timezone.parse().ok()?),
    };
    let offset = whole(start_offset(&task.name, task.start_jitter));
    let now = now - offset;
    let first = task.next_execution_at;
    let (slot, verdict) = choose(task, &slots, now, pulse_interval);
    let each_in_turn = task.catch_up == CatchUp::All && task.schedule.is_some();
    let next = slots.next_after(if each_in_turn { slot } else { now });
    let next = next.filter(|next| task.not_after.is_none_or(|last| *next <= last));
    let passed = passed(task, &slots, slot, verdict);
    let missed = passed.iter().map(|passed| 1 + passed.missed).sum();
    Some(Decision {
        execution_id: ExecutionId(Uuid::now_v7()),
        task_id: task.task_id,
        read_next: first,
        slot,
        next,
        next_due: next.map(|next| next + offset),
        missed,
        verdict,
        passed,
    })
}

/// The first slot after `now`: where a task that is new, turned on or rescheduled starts.
pub(super) fn first_slot(
    schedule: Option<&str>,
    timezone: &str,
    now: DateTime<Utc>,
    pulse_interval: Duration,
) -> Option<DateTime<Utc>> {
    match schedule {
        None => Slots::Grid(whole(pulse_interval)).next_after(now),
        Some(expression) => CronExpr::parse(expression).ok()?.next_after(now, timezone.parse().ok()?),
    }
}

/// The slot to decide now, and what becomes of it.
fn choose(
    task: &SlotCandidate,
    slots: &Slots,
    now: DateTime<Utc>,
    pulse_interval: Duration,
) -> (DateTime<Utc>, Verdict) {
    let first = task.next_execution_at;
    // There are no slots after its last instant, however late it is.
    let newest_until = |at: DateTime<Utc>| slots.newest(first, task.not_after.map_or(at, |last| at.min(last)));
    let newest = newest_until(now);
    let in_turn = if task.catch_up == CatchUp::All && task.schedule.is_some() { first } else { newest };
    if let Some(hold) = held(task, in_turn) {
        // All that it covers are decided at once.
        let covered = hold.until.map_or(now, |until| now.min(until - TimeDelta::microseconds(1)));
        return (newest_until(covered), Verdict::Skip(hold.reason));
    }
    let in_time = if task.has_dependencies { Verdict::Wait } else { Verdict::Run };
    let unless_older_than = |age: TimeDelta| {
        if now - newest <= age { in_time } else { Verdict::Skip(Reason::Missed) }
    };
    if let Slots::Grid(_) = slots {
        // A question is asked for now, whatever was not asked before.
        return (newest, in_time);
    }
    let window = whole(task.catch_up_window);
    match task.catch_up {
        CatchUp::Latest => (newest, unless_older_than(window)),
        // A pulse may come a whole interval after the one that was just too early.
        CatchUp::Skip => (newest, unless_older_than(whole(pulse_interval) * 2)),
        CatchUp::All if now - first <= window => (first, in_time),
        // All that lie before the window are decided at once.
        CatchUp::All => (newest_until(now - window - TimeDelta::microseconds(1)), Verdict::Skip(Reason::Missed)),
    }
}

/// What holds a slot back, if anything does.
fn held(task: &SlotCandidate, slot: DateTime<Utc>) -> Option<&HeldBack> {
    task.holds.iter().find(|hold| hold.covers(slot))
}

/// The earlier slots that go with the decision about `slot`, oldest first.
fn passed(task: &SlotCandidate, slots: &Slots, slot: DateTime<Utc>, verdict: Verdict) -> Vec<PassedSlot> {
    let reason = |at: DateTime<Utc>| match (held(task, at), verdict) {
        (Some(hold), _) => hold.reason,
        (None, Verdict::Run | Verdict::Wait | Verdict::Defer) => Reason::CaughtUp,
        (None, Verdict::Skip(_)) => Reason::Missed,
    };
    let row = |slot, reason, missed| PassedSlot { execution_id: ExecutionId(Uuid::now_v7()), slot, reason, missed };
    let first = task.next_execution_at;
    let mut alone: Vec<_> = slots.before(slot, first).take(MOST_ALONE).collect();
    alone.reverse();
    let mut rows: Vec<PassedSlot> = Vec::with_capacity(alone.len());
    let oldest_alone = alone.first().copied().unwrap_or(slot);
    for at in slots.from(first).take_while(|at| *at < oldest_alone).take(MOST_COUNTED) {
        match rows.last_mut() {
            Some(last) if last.reason == reason(at) => {
                last.slot = at;
                last.missed += 1;
            }
            Some(_) | None => rows.push(row(at, reason(at), 0)),
        }
    }
    rows.extend(alone.into_iter().map(|at| row(at, reason(at), 0)));
    rows
}

enum Slots {
    Cron(Box<CronExpr>, Zone),
    /// One slot at each multiple of the interval since 1970.
    Grid(TimeDelta),
}

impl Slots {
    fn next_after(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Cron(expression, zone) => expression.next_after(after, *zone),
            Self::Grid(interval) => Some(grid_start(after, *interval) + *interval),
        }
    }

    /// The newest slot up to `at`, but no older than `first`, which is one.
    fn newest(&self, first: DateTime<Utc>, at: DateTime<Utc>) -> DateTime<Utc> {
        let newest = match self {
            Self::Cron(expression, zone) => expression.newest_at_or_before(at, first, *zone),
            Self::Grid(interval) => Some(grid_start(at, *interval)),
        };
        newest.unwrap_or(first).max(first)
    }

    /// The slots before `slot` down to `first`, which is one; newest first.
    fn before(&self, slot: DateTime<Utc>, first: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
        let earlier = move |at: &DateTime<Utc>| match self {
            Self::Cron(..) if *at <= first => None,
            // The search ends at `first`, so that is not among what it finds.
            Self::Cron(expression, zone) => {
                let before = *at - TimeDelta::microseconds(1);
                Some(expression.newest_at_or_before(before, first, *zone).unwrap_or(first))
            }
            // A question that was never asked is no missed slot.
            Self::Grid(_) => None,
        };
        std::iter::successors(earlier(&slot), earlier)
    }

    /// `first`, which is a slot, and those after it.
    fn from(&self, first: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
        let is_slot = matches!(self, Self::Cron(..));
        std::iter::successors(is_slot.then_some(first), |at| self.next_after(*at))
    }
}

fn grid_start(at: DateTime<Utc>, interval: TimeDelta) -> DateTime<Utc> {
    let interval = interval.num_milliseconds().max(1);
    let start = at.timestamp_millis().div_euclid(interval) * interval;
    DateTime::from_timestamp_millis(start).unwrap_or(at)
}

fn whole(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TaskId;

    const MINUTE: Duration = Duration::from_secs(60);

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-03-02T{text}Z").parse().unwrap()
    }

    fn due(schedule: &str, first: &str, catch_up: CatchUp) -> SlotCandidate {
        SlotCandidate {
            task_id: TaskId(uuid::Uuid::nil()),
            name: "task".to_owned(),
            next_execution_at: at(first),
            schedule: Some(schedule.to_owned()),
            timezone: "UTC".to_owned(),
            catch_up,
            catch_up_window: 60 * MINUTE,
            has_dependencies: false,
            start_jitter: Duration::ZERO,
            not_after: None,
            holds: Vec::new(),
            expected: None,
        }
    }

    fn told(task: &SlotCandidate, now: &str) -> Vec<(DateTime<Utc>, Reason)> {
        plan(task, at(now), MINUTE).unwrap().passed.iter().map(|passed| (passed.slot, passed.reason)).collect()
    }

    fn decide(task: &SlotCandidate, now: &str) -> (DateTime<Utc>, Option<DateTime<Utc>>, i32, Verdict) {
        let decision = plan(task, at(now), MINUTE).unwrap();
        (decision.slot, decision.next, decision.missed, decision.verdict)
    }

    #[test]
    fn a_slot_in_time_runs_and_the_next_follows_it() {
        let task = due("*/5 * * * *", "12:00:00", CatchUp::Latest);
        assert_eq!(decide(&task, "12:00:00.5"), (at("12:00:00"), Some(at("12:05:00")), 0, Verdict::Run));
    }

    #[test]
    fn latest_runs_the_newest_missed_slot_once_and_counts_the_others() {
        let task = due("*/5 * * * *", "12:00:00", CatchUp::Latest);
        assert_eq!(decide(&task, "12:31:00"), (at("12:30:00"), Some(at("12:35:00")), 6, Verdict::Run));
    }

    #[test]
    fn latest_leaves_a_slot_older_than_its_window() {
        let task = due("0 2 * * *", "02:00:00", CatchUp::Latest);
        let (slot, next, missed, verdict) = decide(&task, "12:00:00");
        assert_eq!((slot, missed, verdict), (at("02:00:00"), 0, Verdict::Skip(Reason::Missed)));
        assert_eq!(next, Some("2026-03-03T02:00:00Z".parse().unwrap()));
    }

    #[test]
    fn all_runs_each_missed_slot_in_order() {
        let mut task = due("*/5 * * * *", "12:00:00", CatchUp::All);
        let mut slots = Vec::new();
        while task.next_execution_at <= at("12:17:00") {
            let (slot, next, missed, verdict) = decide(&task, "12:17:00");
            assert_eq!((missed, verdict), (0, Verdict::Run));
            slots.push(slot);
            task.next_execution_at = next.unwrap();
        }
        assert_eq!(slots, [at("12:00:00"), at("12:05:00"), at("12:10:00"), at("12:15:00")]);
    }

    #[test]
    fn a_slot_exactly_as_old_as_its_window_runs() {
        for catch_up in [CatchUp::Latest, CatchUp::All] {
            let task = due("0 2 * * *", "02:00:00", catch_up);
            assert_eq!(decide(&task, "03:00:00").3, Verdict::Run, "{catch_up}");
            assert_eq!(decide(&task, "03:00:00.000001").3, Verdict::Skip(Reason::Missed), "{catch_up}");
        }
    }

    #[test]
    fn all_tells_what_lies_before_its_window_in_one_row() {
        let task = due("0 * * * *", "01:00:00", CatchUp::All);
        assert_eq!(
            decide(&task, "12:30:00"),
            (at("11:00:00"), Some(at("12:00:00")), 10, Verdict::Skip(Reason::Missed))
        );
    }

    #[test]
    fn skip_runs_what_is_in_time_and_never_more() {
        let task = due("*/5 * * * *", "12:00:00", CatchUp::Skip);
        assert_eq!(decide(&task, "12:01:30"), (at("12:00:00"), Some(at("12:05:00")), 0, Verdict::Run));
        assert_eq!(decide(&task, "12:04:00"), (at("12:00:00"), Some(at("12:05:00")), 0, Verdict::Skip(Reason::Missed)));
        // A pulse that comes late, but in time for a newer slot, runs that one.
        assert_eq!(decide(&task, "12:31:00"), (at("12:30:00"), Some(at("12:35:00")), 6, Verdict::Run));
    }

    #[test]
    fn every_policy_always_moves_on() {
        for catch_up in [CatchUp::Latest, CatchUp::All, CatchUp::Skip] {
            for now in ["12:00:00", "12:00:01", "12:59:59", "13:00:01", "23:59:59"] {
                let task = due("* * * * *", "12:00:00", catch_up);
                let (slot, next, _, _) = decide(&task, now);
                assert!(next.is_some_and(|next| next > slot), "{catch_up} at {now}");
            }
        }
    }

    #[test]
    fn counting_a_year_of_seconds_is_bounded() {
        let mut task = due("* * * * * *", "00:00:00", CatchUp::Latest);
        task.next_execution_at = "2025-03-02T00:00:00Z".parse().unwrap();
        assert_eq!(decide(&task, "12:00:00").2, (MOST_COUNTED + MOST_ALONE) as i32);
    }

    #[test]
    fn a_function_is_asked_for_the_current_interval_and_missed_questions_do_not_count() {
        let task = SlotCandidate { schedule: None, ..due("", "12:00:00", CatchUp::All) };
        assert_eq!(decide(&task, "12:10:30"), (at("12:10:00"), Some(at("12:11:00")), 0, Verdict::Run));
    }

    #[test]
    fn each_earlier_slot_is_told_with_its_reason() {
        let task = due("*/5 * * * *", "12:00:00", CatchUp::Latest);
        assert_eq!(told(&task, "12:11:00"), [(at("12:00:00"), Reason::CaughtUp), (at("12:05:00"), Reason::CaughtUp)]);
        let task = SlotCandidate { catch_up_window: Duration::ZERO, ..task };
        assert_eq!(told(&task, "12:06:00"), [(at("12:00:00"), Reason::Missed)]);
        let task = SlotCandidate { catch_up: CatchUp::All, ..due("*/5 * * * *", "12:00:00", CatchUp::All) };
        assert_eq!(told(&task, "12:11:00"), [], "each runs in its turn");
    }

    #[test]
    fn of_very_many_missed_slots_the_newest_are_told_alone_and_the_others_together() {
        let mut task = due("* * * * *", "00:00:00", CatchUp::Latest);
        task.next_execution_at = "2026-02-20T00:00:00Z".parse().unwrap();
        let decision = plan(&task, at("12:00:00"), MINUTE).unwrap();
        let minutes = 10 * 24 * 60 + 12 * 60;
        assert_eq!((decision.passed.len(), decision.missed), (MOST_ALONE + 1, minutes), "each is in some row");
        assert_eq!(decision.passed.last().map(|passed| passed.slot), Some(at("11:59:00")));
        let together = &decision.passed[0];
        let before_that_day = "2026-03-01T11:59:00Z".parse().unwrap();
        assert_eq!((together.slot, together.missed), (before_that_day, minutes - MOST_ALONE as i32 - 1));
    }

    #[test]
    fn slots_that_share_a_row_share_its_reason() {
        let holds = vec![HeldBack {
            reason: Reason::Maintenance,
            since: "2026-02-21T06:00:30Z".parse().unwrap(),
            until: Some("2026-02-21T07:00:30Z".parse().unwrap()),
        }];
        let mut task = SlotCandidate { holds, ..due("* * * * *", "00:00:00", CatchUp::Latest) };
        task.next_execution_at = "2026-02-21T00:00:00Z".parse().unwrap();
        let decision = plan(&task, at("00:00:00"), MINUTE).unwrap();
        let shared = &decision.passed[..decision.passed.len() - MOST_ALONE];
        let told: Vec<_> = shared.iter().map(|row| (row.reason, row.missed + 1)).collect();
        let last = 9 * 1440 - 421 - MOST_ALONE as i32;
        assert_eq!(told, [(Reason::CaughtUp, 361), (Reason::Maintenance, 60), (Reason::CaughtUp, last)]);
    }

    fn paused(since: &str, until: Option<&str>) -> Vec<HeldBack> {
        vec![HeldBack { reason: Reason::Paused, since: at(since), until: until.map(at) }]
    }

    #[test]
    fn what_is_held_back_is_skipped_for_that_reason_and_moves_on() {
        for catch_up in [CatchUp::Latest, CatchUp::Skip] {
            let task = SlotCandidate { holds: paused("12:04:00", None), ..due("*/5 * * * *", "12:00:00", catch_up) };
            let (slot, next, missed, verdict) = decide(&task, "12:11:00");
            assert_eq!((slot, next), (at("12:10:00"), Some(at("12:15:00"))));
            assert_eq!((missed, verdict), (2, Verdict::Skip(Reason::Paused)));
            assert_eq!(
                told(&task, "12:11:00"),
                [(at("12:00:00"), Reason::Missed), (at("12:05:00"), Reason::Paused)],
                "what passed before it was held back was missed"
            );
        }
        let task = SlotCandidate { holds: paused("12:00:00", None), ..due("*/5 * * * *", "12:00:00", CatchUp::All) };
        let (slot, next, missed, verdict) = decide(&task, "12:11:00");
        assert_eq!((slot, missed, verdict), (at("12:10:00"), 2, Verdict::Skip(Reason::Paused)), "all at once");
        assert_eq!(next, Some(at("12:15:00")));
    }

    #[test]
    fn a_slot_that_fell_into_a_pause_does_not_run_although_that_is_over() {
        let holds = paused("12:00:00", Some("12:07:00"));
        let task = SlotCandidate { holds, ..due("*/5 * * * *", "12:00:00", CatchUp::Latest) };
        assert_eq!(decide(&task, "12:08:00").3, Verdict::Skip(Reason::Paused), "12:05 fell into it");
        assert_eq!(decide(&task, "12:11:00").3, Verdict::Run);
        assert_eq!(told(&task, "12:11:00"), [(at("12:00:00"), Reason::Paused), (at("12:05:00"), Reason::Paused)]);
        let all = SlotCandidate { catch_up: CatchUp::All, ..task };
        let (slot, next, _, verdict) = decide(&all, "12:16:00");
        assert_eq!((slot, verdict), (at("12:05:00"), Verdict::Skip(Reason::Paused)));
        assert_eq!(next, Some(at("12:10:00")), "from there on each runs in its turn");
        let ends_with_a_slot = SlotCandidate { holds: paused("12:00:00", Some("12:10:00")), ..all };
        assert_eq!(decide(&ends_with_a_slot, "12:16:00").0, at("12:05:00"), "what comes at its end is not held back");
    }

    #[test]
    fn a_start_that_is_spread_keeps_its_slot_and_is_due_later() {
        let spread = SlotCandidate { start_jitter: 30 * MINUTE, ..due("0 * * * *", "12:00:00", CatchUp::Skip) };
        let offset = whole(start_offset("task", spread.start_jitter));
        assert!(offset > TimeDelta::minutes(2), "else this says nothing");
        let decision = plan(&spread, at("12:00:00") + offset, MINUTE).unwrap();
        assert_eq!((decision.slot, decision.verdict), (at("12:00:00"), Verdict::Run));
        assert_eq!((decision.next, decision.next_due), (Some(at("13:00:00")), Some(at("13:00:00") + offset)));
    }

    #[test]
    fn after_its_last_instant_a_task_has_no_slots() {
        let task = SlotCandidate { not_after: Some(at("12:05:00")), ..due("*/5 * * * *", "12:00:00", CatchUp::Latest) };
        assert_eq!(decide(&task, "12:00:00").1, Some(at("12:05:00")));
        assert_eq!(decide(&task, "12:31:00").0, at("12:05:00"), "however late it is looked at");
        assert_eq!(decide(&SlotCandidate { next_execution_at: at("12:05:00"), ..task }, "12:05:00").1, None);
    }

    #[test]
    fn a_task_with_dependencies_waits() {
        let task = SlotCandidate { has_dependencies: true, ..due("0 * * * *", "12:00:00", CatchUp::Latest) };
        assert_eq!(decide(&task, "12:00:00").3, Verdict::Wait);
    }

    #[test]
    fn what_cannot_be_read_is_not_decided() {
        assert_eq!(plan(&due("nonsense", "12:00:00", CatchUp::Latest), at("12:00:00"), MINUTE), None);
        let task =
            SlotCandidate { timezone: "Mars/Olympus".to_owned(), ..due("* * * * *", "12:00:00", CatchUp::Latest) };
        assert_eq!(plan(&task, at("12:00:00"), MINUTE), None);
    }
}
