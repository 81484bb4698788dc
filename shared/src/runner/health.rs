//! How the system fares, judged from facts in the database and never from a process being up. Pure.

use crate::model::{PulseHealth, PulseStatus};

/// A task that failed so often in a row deserves a look.
const WARNING_STREAK: i64 = 3;
/// So often, it does not come back by itself.
const CRITICAL_STREAK: i64 = 10;

/// The verdict over the facts.
pub(super) fn judge(facts: &PulseStatus) -> PulseHealth {
    let success_rate = facts.success_rate.unwrap_or(1.0);
    let nobody_decides = facts.overdue_slots > 0 && facts.live_workers == 0;
    if facts.last_pulse_at.is_none() && facts.total_executions == 0 {
        PulseHealth::Unknown
    } else if nobody_decides || success_rate < 0.5 || facts.consecutive_failures >= CRITICAL_STREAK {
        PulseHealth::Critical
    } else if facts.overdue_slots > 0
        || success_rate < 0.9
        || facts.consecutive_failures >= WARNING_STREAK
        || facts.stuck > 0
        || facts.silent_runners > 0
        || facts.failed_side_tasks > 0
    {
        PulseHealth::Warning
    } else {
        PulseHealth::Healthy
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn facts() -> PulseStatus {
        PulseStatus {
            status: PulseHealth::Unknown,
            last_pulse_at: Some(DateTime::UNIX_EPOCH),
            last_pulse_age_ms: Some(1000),
            success_rate: Some(1.0),
            total_executions: 100,
            consecutive_failures: 0,
            overdue_slots: 0,
            live_workers: 0,
            running: 0,
            stuck: 0,
            silent_runners: 0,
            failed_side_tasks: 0,
            is_maintenance_mode: false,
        }
    }

    #[test]
    fn nothing_yet_is_unknown() {
        let facts = PulseStatus { last_pulse_at: None, total_executions: 0, success_rate: None, ..facts() };
        assert_eq!(judge(&facts), PulseHealth::Unknown);
    }

    #[test]
    fn all_well_is_healthy_and_stays_so_without_executions() {
        assert_eq!(judge(&facts()), PulseHealth::Healthy);
        assert_eq!(judge(&PulseStatus { total_executions: 0, success_rate: None, ..facts() }), PulseHealth::Healthy);
    }

    #[test]
    fn failures_warn_and_then_are_critical() {
        let rate = |rate| judge(&PulseStatus { success_rate: Some(rate), ..facts() });
        assert_eq!(
            (rate(0.9), rate(0.89), rate(0.49)),
            (PulseHealth::Healthy, PulseHealth::Warning, PulseHealth::Critical)
        );
        let streak = |consecutive_failures| judge(&PulseStatus { consecutive_failures, ..facts() });
        assert_eq!(
            (streak(2), streak(3), streak(10)),
            (PulseHealth::Healthy, PulseHealth::Warning, PulseHealth::Critical)
        );
    }

    #[test]
    fn what_is_stuck_silent_or_given_up_is_a_warning() {
        for facts in [
            PulseStatus { stuck: 1, ..facts() },
            PulseStatus { silent_runners: 1, ..facts() },
            PulseStatus { failed_side_tasks: 1, ..facts() },
        ] {
            assert_eq!(judge(&facts), PulseHealth::Warning, "{facts:?}");
        }
    }

    #[test]
    fn slots_nobody_decides_are_critical_and_late_ones_a_warning() {
        let overdue = |live_workers| judge(&PulseStatus { overdue_slots: 1, live_workers, ..facts() });
        assert_eq!((overdue(0), overdue(1)), (PulseHealth::Critical, PulseHealth::Warning));
    }
}
