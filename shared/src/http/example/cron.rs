//! Cron tasks, their executions, and what is changed about them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{TASK, WORKER, at, id};
use crate::http::change::{ChangeAnswer, ChangeBody, PauseBody};
use crate::http::cron::{ExecutionAnswer, RunBody, ShowAnswer};
use crate::http::explain::{ExplainAnswer, ExplainFinding};
use crate::http::route::Example;
use crate::model::{
    CatchUp, Category, Change, ChangeAction, CronTaskRow, Execution, ExecutionId, ExecutionLog, LogLine, OverlapPolicy,
    Priority, Progress, Queue, RecordedError, RunningExecution, RunsOn, SlotVerdict, Status, TaskId, TaskType, Trigger,
    UpcomingSlot, WaitReason, WaitingExecution,
};
use crate::repository::{Errors, FailingTask, HistoryPage, Overview, Performance, SlowTask, TaskStats, TrendStep};

impl Example for CronTaskRow {
    fn example() -> Self {
        Self {
            id: TaskId(id(1)),
            name: TASK.to_owned(),
            title: Some("History pruning".to_owned()),
            description: "Removes executions that are older than they need to be".to_owned(),
            version: "1.0.0".to_owned(),
            category: Category::Maintenance,
            tags: vec!["history".to_owned()],
            dependencies: Vec::new(),
            schedule: Some("0 3 * * *".to_owned()),
            schedule_function: None,
            timezone: "UTC".to_owned(),
            catch_up: CatchUp::Latest,
            catch_up_window: 3_600_000,
            overlap: OverlapPolicy::Skip,
            overlap_limit: 1,
            runs_on: RunsOn::Any,
            start_jitter: 0,
            not_before: None,
            not_after: None,
            enabled: true,
            paused_at: None,
            paused_until: None,
            paused_by: None,
            is_paused: false,
            history_interval: 0,
            priority: Priority::Low,
            timeout: 300_000,
            retries: 3,
            retry_delay: 5000,
            config: json!({ "retention_days": 30 }),
            overrides: json!({}),
            retired_at: None,
            next_execution_at: Some(at(86_400)),
            due_at: Some(at(86_400)),
            last_executed_at: Some(at(0)),
            last_execution_status: Some(Status::Completed),
            last_execution_error: None,
            last_execution_duration: Some(1250),
            execution_count: 41,
            success_count: 40,
            error_count: 1,
            consecutive_failures: 0,
            average_execution_time: Some(1180.5),
            is_running: false,
            created_at: at(0),
            updated_at: at(0),
        }
    }
}

impl Example for Execution {
    fn example() -> Self {
        Self {
            id: ExecutionId(id(2)),
            task_id: TaskId(id(1)),
            task_name: TASK.to_owned(),
            status: Status::Failed,
            priority: Priority::Low,
            scheduled_for: at(0),
            attempt: 1,
            max_attempts: 4,
            available_at: at(0),
            started_at: Some(at(0)),
            completed_at: Some(at(2)),
            duration_ms: Some(2000),
            config: json!({ "retention_days": 30 }),
            result: None,
            error: Some(RecordedError {
                kind: crate::model::ErrorKind::Execution,
                code: "task_failed".to_owned(),
                message: "the table is locked".to_owned(),
                chain: vec!["lock timeout".to_owned()],
                sentence: None,
                causes: Vec::new(),
            }),
            skipped_reason: None,
            rollback: None,
            progress: Some(Progress { done: 3, total: Some(7), message: Some("tables".to_owned()), at: at(1) }),
            checkpoint: None,
            cancel_requested_at: None,
            cancel_requested_by: None,
            missed_slots: 0,
            execution_environment: Some("production".to_owned()),
            triggered_by: Trigger::Schedule,
            is_manual: false,
            is_dry_run: false,
            parent_execution_id: None,
            runner_instance_id: Some(id(3)),
            executed_by_instance: Some(WORKER.to_owned()),
            fencing_token: Some(41),
            created_at: at(0),
        }
    }
}

impl Example for HistoryPage {
    fn example() -> Self {
        Self { executions: vec![Execution::example()], next_cursor: None }
    }
}

impl Example for ExecutionAnswer {
    fn example() -> Self {
        let line = LogLine {
            at: at(1),
            level: "INFO".to_owned(),
            target: "downbeat::tasks".to_owned(),
            message: "3 tables are done".to_owned(),
            fields: Map::from_iter([("tables".to_owned(), Value::from(3))]),
        };
        Self { execution: Execution::example(), log: ExecutionLog { lines: vec![line], dropped: 0 } }
    }
}

impl Example for ShowAnswer {
    fn example() -> Self {
        let change = Change {
            changed_at: at(60),
            changed_by: "TASK_API_TOKEN".to_owned(),
            action: ChangeAction::Set,
            task_type: Some(TaskType::Cron),
            task_name: Some(TASK.to_owned()),
            before: json!({ "timeout": 60_000 }),
            after: json!({ "timeout": 300_000 }),
        };
        Self { task: CronTaskRow::example(), executions: vec![Execution::example()], changes: vec![change] }
    }
}

impl Example for ChangeAnswer {
    fn example() -> Self {
        let (before, after) = (json!({ "timeout": 60_000 }), json!({ "timeout": 300_000 }));
        Self { task: CronTaskRow::example(), before, after }
    }
}

impl Example for ChangeBody {
    fn example() -> Self {
        Self(json!({ "timeout": 300_000, "environments": { "serverless": { "timeout": 30_000 } } }))
    }
}

impl Example for RunBody {
    fn example() -> Self {
        Self { config: Some(json!({ "retention_days": 7 })), dry_run: true, wait: false }
    }
}

impl Example for PauseBody {
    fn example() -> Self {
        Self { until: None }
    }
}

impl Example for TaskStats {
    fn example() -> Self {
        Self {
            from: at(0),
            to: at(86_400),
            overview: Overview {
                executions: 2,
                completed: 1,
                failed: 1,
                skipped: 0,
                blocked: 0,
                cancelled: 0,
                pending: 0,
                running: 0,
                success_rate: Some(0.5),
            },
            performance: Performance {
                min_ms: Some(1250),
                mean_ms: Some(1625.0),
                median_ms: Some(1625.0),
                p95_ms: Some(1962.5),
                max_ms: Some(2000),
                slowest: vec![SlowTask { task_name: TASK.to_owned(), executions: 2, mean_ms: 1625.0, max_ms: 2000 }],
            },
            errors: Errors {
                by_kind: BTreeMap::from([("EXECUTION".to_owned(), 1)]),
                tasks: vec![FailingTask {
                    task_name: TASK.to_owned(),
                    failed: 1,
                    last_message: Some("the table is locked".to_owned()),
                    sentence: None,
                }],
            },
            trends: vec![TrendStep { at: at(0), executions: 2, completed: 1, failed: 1, mean_ms: Some(1625.0) }],
        }
    }
}

impl Example for ExplainAnswer {
    fn example() -> Self {
        let slot = at(0);
        let finding = ExplainFinding {
            code: "paused".to_owned(),
            message: "It was paused by TASK_API_TOKEN from 2027-03-28 02:00:00 UTC to 2027-03-28 06:00:00 UTC."
                .to_owned(),
            facts: Map::from_iter([("by".to_owned(), Value::from("TASK_API_TOKEN"))]),
        };
        Self {
            task: TASK.to_owned(),
            at: slot,
            timezone: "UTC".to_owned(),
            slot: Some(slot),
            verdict: SlotVerdict::Paused,
            findings: vec![finding],
            next_slot: Some(at(86_400)),
            next_attempt_at: None,
        }
    }
}

impl Example for Queue {
    fn example() -> Self {
        Self {
            now: at(60),
            running: vec![RunningExecution {
                execution_id: ExecutionId(id(7)),
                task_name: TASK.to_owned(),
                priority: Priority::Low,
                scheduled_for: at(0),
                attempt: 1,
                max_attempts: 4,
                triggered_by: Trigger::Schedule,
                started_at: at(0),
                executed_by_instance: Some(WORKER.to_owned()),
                progress: None,
                cancel_requested_at: None,
                stuck_since: None,
            }],
            waiting: vec![WaitingExecution {
                execution_id: Some(ExecutionId(id(8))),
                task_name: "http-check".to_owned(),
                priority: Priority::High,
                scheduled_for: at(0),
                attempt: 2,
                max_attempts: 4,
                triggered_by: Trigger::Retry,
                available_at: at(65),
                reason: WaitReason::Time,
                until: Some(at(65)),
                waits_for: Vec::new(),
            }],
            upcoming: vec![UpcomingSlot {
                task_name: TASK.to_owned(),
                priority: Priority::Low,
                scheduled_for: at(86_400),
                due_at: at(86_400),
                timezone: "UTC".to_owned(),
                is_paused: false,
            }],
            has_more: false,
        }
    }
}
