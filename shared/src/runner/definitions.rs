//! Brings the definitions of the code into the tables, without touching what an operator set.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::Runner;
use crate::model::TaskType;
use crate::repository::{
    ChangedCron, ChangedSide, CronDefinitionRow, RepositoryError, SideDefinitionRow, StoredDefinition,
};
use crate::task::{ErasedCronTask, ErasedSideTask, Instances, Schedule};

/// One read, and writes only where the code says something else than last time.
pub(super) async fn synchronise(runner: &Runner) -> Result<Vec<String>, RepositoryError> {
    let (now, stored) = runner.repository.definitions().await?;
    let stored: BTreeMap<_, _> = stored.iter().map(|row| ((row.task_type, row.name.as_str()), row)).collect();
    let cron: Vec<_> = runner
        .registry
        .cron_tasks()
        .into_iter()
        .filter_map(|task| {
            let definition = cron_row(runner, task.as_ref());
            changed_cron(runner, definition, stored.get(&(TaskType::Cron, task.definition().name)).copied(), now)
        })
        .collect();
    let side: Vec<_> = runner
        .registry
        .side_tasks()
        .into_iter()
        .filter_map(|task| {
            let row = stored.get(&(TaskType::Side, task.definition().name)).copied();
            changed_side(side_row(task.as_ref()), row)
        })
        .collect();
    runner.repository.write_definitions(&cron, &side).await?;

    let known = runner.registry.tasks_by_name();
    let vanished = |row: &&StoredDefinition| !row.retired && !known.contains_key(row.name.as_str());
    if !stored.values().any(vanished) {
        return Ok(Vec::new());
    }
    let names = |task_type| known.values().filter(move |task| task.task_type() == task_type).map(|task| task.name());
    let (cron, side): (Vec<_>, Vec<_>) = (names(TaskType::Cron).collect(), names(TaskType::Side).collect());
    runner.repository.retire_others(&cron, &side).await
}

fn cron_row(runner: &Runner, task: &dyn ErasedCronTask) -> Value {
    let definition = task.definition();
    let (schedule, schedule_function) = match definition.schedule {
        Schedule::Cron(expression) => (Some(expression), None),
        Schedule::When { name, .. } => (None, Some(name)),
        Schedule::Manual => (None, None),
    };
    let defaults = runner.defaults;
    json(&CronDefinitionRow {
        name: definition.name,
        description: definition.description,
        version: definition.version,
        category: definition.category,
        tags: definition.tags,
        dependencies: definition.dependencies,
        schedule,
        schedule_function,
        timezone: definition.timezone,
        catch_up: definition.catch_up,
        catch_up_window: milliseconds(definition.catch_up_window),
        enabled: definition.enabled,
        priority: definition.priority,
        timeout: milliseconds(definition.timeout.unwrap_or(defaults.timeout)),
        retries: i32::try_from(definition.retry.retries.unwrap_or(defaults.retries)).unwrap_or(i32::MAX),
        retry_delay: milliseconds(definition.retry.delay),
        config: task.default_config(),
    })
}

fn side_row(task: &dyn ErasedSideTask) -> Value {
    let definition = task.definition();
    json(&SideDefinitionRow {
        name: definition.name,
        description: definition.description,
        version: definition.version,
        category: definition.category,
        tags: definition.tags,
        enabled: definition.enabled,
        priority: definition.priority,
        per_worker: match definition.instances {
            Instances::One => false,
            Instances::PerWorker => true,
        },
        auto_restart: definition.restart.auto_restart,
        restart_delay: milliseconds(definition.restart.delay),
        max_restarts: i32::try_from(definition.restart.max_restarts).unwrap_or(i32::MAX),
        health_check_interval: milliseconds(definition.health_check_interval),
        config: task.default_config(),
    })
}

/// A cron task whose definition is new, changed, or back again; `None` if all is as it was.
fn changed_cron(
    runner: &Runner,
    definition: Value,
    stored: Option<&StoredDefinition>,
    now: DateTime<Utc>,
) -> Option<ChangedCron> {
    if stored.is_some_and(|row| row.definition == definition && !row.retired) {
        return None;
    }
    let overrides = stored.map_or(&Value::Null, |row| &row.overrides);
    let in_force = |column: &str| overrides.get(column).or_else(|| definition.get(column)).cloned().unwrap_or_default();
    let (schedule, timezone, enabled) = (in_force("schedule"), in_force("timezone"), in_force("enabled") == true);
    let clocked = schedule.is_string() || in_force("schedule_function").is_string();
    let unchanged = stored.is_some_and(|row| {
        !row.retired
            && row.enabled == enabled
            && row.schedule.as_deref() == schedule.as_str()
            && row.timezone.as_deref() == timezone.as_str()
            && row.next_execution_at.is_some() == clocked
    });
    let next_execution_at =
        if clocked { runner.first_slot(schedule.as_str(), timezone.as_str().unwrap_or("UTC"), now) } else { None };
    Some(ChangedCron { id: Uuid::now_v7(), reschedule: !unchanged, next_execution_at, definition })
}

fn changed_side(definition: Value, stored: Option<&StoredDefinition>) -> Option<ChangedSide> {
    let unchanged = stored.is_some_and(|row| row.definition == definition && !row.retired);
    if unchanged { None } else { Some(ChangedSide { id: Uuid::now_v7(), definition }) }
}

fn json(row: &impl serde::Serialize) -> Value {
    match serde_json::to_value(row) {
        Ok(value) => value,
        Err(error) => unreachable!("texts, numbers and lists are always JSON: {error}"),
    }
}

/// The registry has refused what does not fit.
fn milliseconds(duration: Duration) -> i32 {
    i32::try_from(duration.as_millis()).unwrap_or(i32::MAX)
}
