//! Runners, side tasks, and the system as a whole.

use serde_json::json;

use super::{WORKER, at, id};
use crate::http::SideTaskAnswer;
use crate::http::route::Example;
use crate::http::runner::{SystemPauseBody, SystemResumeBody};
use crate::locale::Locale;
use crate::model::{
    Category, Maintenance, Priority, Runner, RunnerId, RunnerKind, RunnerState, RunningTask, SideInstance, SideTaskRow,
    Status, TaskId, TaskType,
};
use crate::repository::RunnerPage;

impl Example for SideTaskAnswer {
    fn example() -> Self {
        let task = SideTaskRow {
            id: TaskId(id(5)),
            name: "heartbeat-monitor".to_owned(),
            title: Some("Heartbeat monitor".to_owned()),
            description: Some("Says when a runner goes silent".to_owned()),
            version: "1.0.0".to_owned(),
            category: Category::Monitoring,
            tags: Vec::new(),
            enabled: true,
            priority: Priority::High,
            per_worker: false,
            auto_restart: true,
            restart_delay: 5000,
            max_restarts: 5,
            health_check_interval: 30_000,
            config: json!({}),
            retired_at: None,
            status: Some(Status::Running),
            is_running: true,
            is_paused: false,
            instances: vec![SideInstance {
                runner_instance_id: id(3),
                executed_by_instance: Some(WORKER.to_owned()),
                started_at: at(0),
            }],
            runner_instance_id: Some(id(3)),
            executed_by_instance: Some(WORKER.to_owned()),
            started_at: Some(at(0)),
            stopped_at: None,
            restart_requested_at: None,
            last_health_check: Some(at(30)),
            is_healthy: Some(true),
            health_message: None,
            health_sentence: None,
            restart_count: 0,
            last_error: None,
        };
        Self::of(task, Locale::ENGLISH)
    }
}

impl Example for RunnerPage {
    fn example() -> Self {
        Self { runners: vec![Runner::example()], next_cursor: None }
    }
}

impl Example for Runner {
    fn example() -> Self {
        Self {
            instance_id: RunnerId(id(3)),
            name: WORKER.to_owned(),
            kind: RunnerKind::Worker,
            environment: "production".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            state: RunnerState::Alive,
            started_at: at(0),
            heartbeat_at: at(30),
            heartbeat_interval: 15_000,
            ended_at: None,
            drain_requested_at: None,
            drain_action: None,
            running: vec![RunningTask {
                task_name: "heartbeat-monitor".to_owned(),
                task_type: TaskType::Side,
                started_at: at(0),
                stuck_since: None,
                limit_tag: None,
                progress: None,
            }],
        }
    }
}

impl Example for SystemPauseBody {
    fn example() -> Self {
        Self { only: Some(TaskType::Side), until: None }
    }
}

impl Example for SystemResumeBody {
    fn example() -> Self {
        Self { only: Some(TaskType::Side) }
    }
}

impl Example for Maintenance {
    fn example() -> Self {
        Self { side_tasks_paused: true, side_tasks_paused_until: Some(at(3600)), ..Self::default() }
    }
}
