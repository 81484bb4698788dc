//! Brings the definitions of the code into the tables, without touching what an operator set.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use tokio_postgres::types::Json;
use uuid::Uuid;

use super::row::word;
use super::{Repository, RepositoryError, statement};
use crate::model::{CatchUp, Category, ChangeAction, OverlapPolicy, Priority, RunsOn, TaskType};

/// What the code says about a cron task, by column name.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CronDefinitionRow {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) version: &'static str,
    pub(crate) category: Category,
    pub(crate) tags: &'static [&'static str],
    pub(crate) dependencies: &'static [&'static str],
    pub(crate) schedule: Option<&'static str>,
    pub(crate) schedule_function: Option<&'static str>,
    pub(crate) timezone: &'static str,
    pub(crate) catch_up: CatchUp,
    pub(crate) catch_up_window: i32,
    pub(crate) overlap: OverlapPolicy,
    pub(crate) overlap_limit: i32,
    pub(crate) runs_on: RunsOn,
    pub(crate) start_jitter: i32,
    pub(crate) not_before: Option<DateTime<Utc>>,
    pub(crate) not_after: Option<DateTime<Utc>>,
    pub(crate) history_interval: i32,
    pub(crate) enabled: bool,
    pub(crate) priority: Priority,
    pub(crate) timeout: i32,
    pub(crate) retries: i32,
    pub(crate) retry_delay: i32,
    pub(crate) config: Value,
}

/// What the code says about a side task, by column name.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SideDefinitionRow {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) version: &'static str,
    pub(crate) category: Category,
    pub(crate) tags: &'static [&'static str],
    pub(crate) enabled: bool,
    pub(crate) priority: Priority,
    pub(crate) per_worker: bool,
    pub(crate) auto_restart: bool,
    pub(crate) restart_delay: i32,
    pub(crate) max_restarts: i32,
    pub(crate) health_check_interval: i32,
    pub(crate) config: Value,
}

/// What is stored of a task's definition.
#[derive(Clone, Debug)]
pub(crate) struct StoredDefinition {
    pub(crate) task_type: TaskType,
    pub(crate) name: String,
    pub(crate) definition: Value,
    pub(crate) overrides: Value,
    pub(crate) schedule: Option<String>,
    pub(crate) timezone: Option<String>,
    pub(crate) not_before: Option<DateTime<Utc>>,
    pub(crate) not_after: Option<DateTime<Utc>>,
    pub(crate) enabled: bool,
    pub(crate) retired: bool,
    pub(crate) next_execution_at: Option<DateTime<Utc>>,
}

/// What is stored of all definitions, at one instant.
#[derive(Clone, Debug)]
pub(crate) struct StoredDefinitions {
    pub(crate) now: DateTime<Utc>,
    pub(crate) tasks: Vec<StoredDefinition>,
    /// The named limits, by tag.
    pub(crate) limits: BTreeMap<String, u32>,
}

/// A definition of a cron task to be written.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ChangedCron {
    /// Taken if the task is new.
    pub(crate) id: Uuid,
    pub(crate) definition: Value,
    /// Whether its slots start anew, from now.
    pub(crate) reschedule: bool,
    pub(crate) next_execution_at: Option<DateTime<Utc>>,
    /// How much later than its slots it is due, in milliseconds.
    pub(crate) start_offset: u64,
    /// Where an operator changes it.
    #[serde(flatten)]
    pub(crate) change: Option<ChangedOverrides>,
}

/// What an operator changes about a cron task. Written only where definition and overrides still are what was read.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ChangedOverrides {
    pub(crate) overrides: Value,
    pub(crate) read_overrides: Value,
    pub(crate) action: ChangeAction,
    pub(crate) changed_by: String,
    /// What was in force, of what is changed, by column name.
    pub(crate) before: Value,
    pub(crate) after: Value,
}

/// A definition of a side task to be written.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ChangedSide {
    /// Taken if the task is new.
    pub(crate) id: Uuid,
    pub(crate) definition: Value,
}

impl Repository {
    /// What is stored of every task's definition, or of that one cron task's, with the present instant.
    pub(crate) async fn definitions(&self, only: Option<&str>) -> Result<StoredDefinitions, RepositoryError> {
        statement!(READ = "read_definitions.sql", [TIMESTAMPTZ, TEXT]);
        let rows = self.all(&READ, &[&self.clock.now_for_sql(), &only]).await?;
        let first = rows.first().ok_or(RepositoryError::NoRow { statement: READ.name })?;
        let (now, Json(limits)) = (first.get("now"), first.get("limits"));
        let tasks = rows
            .iter()
            .filter(|row| row.get::<_, Option<&str>>("name").is_some())
            .map(|row| {
                Ok(StoredDefinition {
                    task_type: word(row, "task_type")?,
                    name: row.get("name"),
                    definition: row.get("definition"),
                    overrides: row.get("overrides"),
                    schedule: row.get("schedule"),
                    timezone: row.get("timezone"),
                    not_before: row.get("not_before"),
                    not_after: row.get("not_after"),
                    enabled: row.get("enabled"),
                    retired: row.get("retired"),
                    next_execution_at: row.get("next_execution_at"),
                })
            })
            .collect::<Result<_, RepositoryError>>()?;
        Ok(StoredDefinitions { now, tasks, limits })
    }

    /// Writes cron tasks whose definition or overrides are new or changed; says how many it wrote.
    ///
    /// What others changed since it was read is left as it is.
    pub(crate) async fn write_cron_definitions(&self, changed: &[ChangedCron]) -> Result<usize, RepositoryError> {
        statement!(WRITE_CRON = "write_cron_definitions.sql", [TIMESTAMPTZ, JSONB]);
        if changed.is_empty() {
            return Ok(0);
        }
        Ok(self.all(&WRITE_CRON, &[&self.clock.now_for_sql(), &Json(changed)]).await?.len())
    }

    /// Writes side tasks whose definition is new or changed.
    pub(crate) async fn write_side_definitions(&self, changed: &[ChangedSide]) -> Result<(), RepositoryError> {
        statement!(WRITE_SIDE = "write_side_definitions.sql", [TIMESTAMPTZ, JSONB]);
        if !changed.is_empty() {
            self.all(&WRITE_SIDE, &[&self.clock.now_for_sql(), &Json(changed)]).await?;
        }
        Ok(())
    }

    /// Writes the named limits, and forgets those that are none any more.
    pub(crate) async fn write_limits(&self, limits: &BTreeMap<&str, u32>) -> Result<(), RepositoryError> {
        statement!(WRITE_LIMITS = "write_limits.sql", [TIMESTAMPTZ, JSONB]);
        self.all(&WRITE_LIMITS, &[&self.clock.now_for_sql(), &Json(limits)]).await?;
        Ok(())
    }

    /// Marks tasks that the code no longer has; hands back their names.
    pub(crate) async fn retire_others(&self, cron: &[&str], side: &[&str]) -> Result<Vec<String>, RepositoryError> {
        statement!(RETIRE = "retire_tasks.sql", [TIMESTAMPTZ, TEXT_ARRAY, TEXT_ARRAY]);
        let rows = self.all(&RETIRE, &[&self.clock.now_for_sql(), &cron, &side]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}
