//! Claims, the queue and explanations each look at the tasks that another one waits for. They see the same.

use axum::http::Method;
use downbeat::model::Status;
use downbeat::runner::PulseRequest;
use downbeat::task::Registry;
use downbeat::task::prelude::*;
use serde_json::Value;

use crate::support::{World, asked, at, history, pulse_with, quick, task};

const HOURLY: Schedule = Schedule::Cron("0 * * * *");

task!(Parent = "parent" { schedule: HOURLY });
task!(Child = "child" { schedule: HOURLY, dependencies: &["parent"] });

/// What the parent's own row says.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Row {
    /// Its slot of one o'clock was decided.
    Decided,
    /// It was not.
    Undecided,
    /// It was not, and never will be, for the task is turned off.
    Disabled,
    /// Or gone from the code.
    Retired,
}

impl Row {
    const ALL: [Self; 4] = [Self::Decided, Self::Undecided, Self::Disabled, Self::Retired];

    fn sql(self) -> &'static str {
        match self {
            Self::Decided => "enabled = true, retired_at = null, next_execution_at = '2026-03-02 14:00Z'",
            Self::Undecided => "enabled = true, retired_at = null, next_execution_at = '2026-03-02 13:00Z'",
            Self::Disabled => "enabled = false, retired_at = null, next_execution_at = '2026-03-02 13:00Z'",
            Self::Retired => "enabled = true, retired_at = now(), next_execution_at = '2026-03-02 13:00Z'",
        }
    }
}

/// What becomes of a child whose parent is like that.
#[derive(Debug, PartialEq)]
enum Fate {
    Waits,
    Runs,
    IsBlocked,
}

/// The rule, as the documentation says it.
fn fate(row: Row, newest: Option<Status>) -> Fate {
    match newest {
        _ if row == Row::Undecided => Fate::Waits,
        Some(Status::Pending | Status::Running) => Fate::Waits,
        Some(Status::Completed) => Fate::Runs,
        Some(Status::Failed | Status::Timeout | Status::Cancelled | Status::Skipped | Status::Blocked) | None => {
            Fate::IsBlocked
        }
    }
}

/// Writes the parent down like that, and the child's slot of one o'clock as one that waits.
async fn write(world: &World, row: Row, newest: Option<Status>) {
    let execution = |task: &str, status: Status, trigger: &str| {
        let one = "timestamptz '2026-03-02 13:00Z'";
        let started = if status == Status::Pending { "null" } else { one };
        let completed = if status.is_final() { one } else { "null" };
        format!(
            "insert into cron_task_executions
               (id, task_id, task_name, scheduled_for, status, triggered_by, config, available_at, created_at,
                started_at, completed_at)
             select gen_random_uuid(), id, name, {one}, '{status}', '{trigger}', '{{}}', {one}, {one}, {started}, {completed}
             from cron_tasks where name = '{task}';"
        )
    };
    let parent = newest.map(|status| execution("parent", status, "schedule")).unwrap_or_default();
    let child = execution("child", Status::Pending, "dependency");
    let sql = format!(
        "delete from cron_task_executions;
         update cron_tasks set {} where name = 'parent';
         update cron_tasks set next_execution_at = '2026-03-02 14:00Z' where name = 'child';
         {parent}{child}",
        row.sql()
    );
    world.client().await.batch_execute(&sql).await.expect("rows");
}

#[tokio::test]
async fn claims_queue_and_explanation_see_the_same_of_a_parent() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Parent(quick())).cron(Child(quick()))).await;
    world.set("13:00:01");
    let statuses = Status::ALL.iter().copied().map(Some).chain([None]);
    for (row, newest) in statuses.flat_map(|newest| Row::ALL.map(|row| (row, newest))) {
        write(&world, row, newest).await;
        let expected = fate(row, newest);
        let case = format!("{row:?}, {newest:?}");

        let (_, queue) = asked(&app, "anna", Method::GET, "/api/tasks/cron/queue", &Value::Null).await;
        let waiting = queue["data"]["waiting"].as_array().expect("a list").clone();
        let child = waiting.iter().find(|waiting| waiting["task_name"] == "child").expect("it waits");
        let awaited = child["reason"] == "dependency";
        assert_eq!(awaited, expected == Fate::Waits, "the queue: {case}: {child}");
        assert_eq!(child["waits_for"] == serde_json::json!(["parent"]), awaited, "{child}");

        let path = "/api/tasks/cron/child/explain?at=2026-03-02T13:00:00Z";
        let (_, told) = asked(&app, "anna", Method::GET, path, &Value::Null).await;
        let findings = told["data"]["findings"].as_array().expect("findings");
        let awaited = findings.iter().any(|finding| finding["code"] == "parent_awaited");
        assert_eq!(awaited, expected == Fate::Waits, "the explanation: {case}: {told}");

        // Only the child: a pulse for all would decide the parent first.
        pulse_with(&app, PulseRequest { tasks: Some(vec!["child".to_owned()]), ..PulseRequest::default() }).await;
        let child = history(&app, "child").await.remove(0);
        assert_eq!(child.scheduled_for, at("13:00:00"));
        let became = match child.status {
            Status::Pending => Fate::Waits,
            Status::Completed => Fate::Runs,
            Status::Blocked => Fate::IsBlocked,
            other => panic!("{case}: {other}"),
        };
        assert_eq!(became, expected, "the claim: {case}");
    }
}
