//! Pulses.

use super::{TASK, at, id};
use crate::http::pulse::{ExecuteBody, StatusAnswer};
use crate::http::route::Example;
use crate::model::{ExecutionId, PulseExecution, PulseHealth, PulseStatus, Status};
use crate::repository::PulsePage;
use crate::runner::{PulseReport, TaskOutcome};

impl Example for ExecuteBody {
    fn example() -> Self {
        Self { dry_run: true, force: false, tasks: Some(vec![TASK.to_owned()]) }
    }
}

impl Example for PulseReport {
    fn example() -> Self {
        let outcome = TaskOutcome {
            task_name: TASK.to_owned(),
            scheduled_for: at(0),
            status: Status::Completed,
            execution_id: Some(ExecutionId(id(2))),
            attempt: 1,
            duration_ms: Some(1250),
            error: None,
            skipped_reason: None,
        };
        Self {
            pulse_id: id(4),
            executed_at: at(0),
            duration_ms: 1300,
            is_dry_run: false,
            total_tasks_discovered: 3,
            results: vec![outcome],
            budget_spent: false,
        }
    }
}

impl Example for StatusAnswer {
    fn example() -> Self {
        let pulse = PulseStatus {
            status: PulseHealth::Healthy,
            last_pulse_at: Some(at(0)),
            last_pulse_age_ms: Some(12_000),
            success_rate: Some(0.975),
            total_executions: 40,
            consecutive_failures: 0,
            overdue_slots: 0,
            live_workers: 1,
            running: 0,
            stuck: 0,
            silent_runners: 0,
            failed_side_tasks: 0,
            is_maintenance_mode: false,
        };
        Self { pulse, tasks: None }
    }
}

impl Example for PulseExecution {
    fn example() -> Self {
        let tasks = || vec![TASK.to_owned()];
        Self {
            id: id(4),
            status: "SUCCESS".to_owned(),
            environment: "production".to_owned(),
            triggered_by: "vercel-cron/1.0".to_owned(),
            is_dry_run: false,
            started_at: at(0),
            duration_ms: 1300,
            total_tasks_discovered: 3,
            tasks_due: tasks(),
            tasks_executed: tasks(),
            tasks_succeeded: tasks(),
            tasks_failed: Vec::new(),
            tasks_skipped: Vec::new(),
        }
    }
}

impl Example for PulsePage {
    fn example() -> Self {
        Self { pulses: vec![PulseExecution::example()], next_cursor: None }
    }
}
