//! Brings the definitions of the code into the tables, without touching what an operator set.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::Runner;
use super::jitter::start_offset;
use crate::model::TaskType;
use crate::repository::{
    ChangedCron, ChangedOverrides, ChangedSide, CronDefinitionRow, RepositoryError, SideDefinitionRow, StoredDefinition,
};
use crate::task::{ErasedCronTask, ErasedSideTask, Instances, Schedule, in_force};

/// One read, and writes only where the code says something else than last time.
pub(super) async fn synchronise(runner: &Runner) -> Result<Vec<String>, RepositoryError> {
    let read = runner.repository.definitions(None).await?;
    let stored: BTreeMap<_, _> = read.tasks.iter().map(|row| ((row.task_type, row.name.as_str()), row)).collect();
    let cron: Vec<_> = runner
        .registry
        .cron_tasks()
        .into_iter()
        .filter_map(|task| {
            let row = stored.get(&(TaskType::Cron, task.definition().name)).copied();
            let definition = cron_row(runner, task.as_ref());
            let unchanged = row.is_some_and(|row| row.definition == definition && !row.retired);
            (!unchanged).then(|| changed_cron(runner, definition, row, read.now))
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
    runner.repository.write_cron_definitions(&cron).await?;
    runner.repository.write_side_definitions(&side).await?;
    let limits = runner.registry.limits();
    if !limits.iter().map(|(tag, at_most)| (*tag, *at_most)).eq(read.limits.iter().map(|(tag, n)| (tag.as_str(), *n))) {
        runner.repository.write_limits(limits).await?;
    }

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
        overlap: definition.overlap.policy(),
        overlap_limit: whole(definition.overlap.limit()),
        runs_on: definition.runs_on,
        start_jitter: milliseconds(definition.start_jitter),
        not_before: definition.not_before.and_then(instant),
        not_after: definition.not_after.and_then(instant),
        history_interval: milliseconds(definition.history_interval),
        enabled: definition.enabled,
        priority: definition.priority,
        timeout: milliseconds(definition.timeout.unwrap_or(defaults.timeout)),
        retries: whole(definition.retry.retries.unwrap_or(defaults.retries)),
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
        max_restarts: whole(definition.restart.max_restarts),
        health_check_interval: milliseconds(definition.health_check_interval),
        config: task.default_config(),
    })
}

/// A cron task whose definition is new, changed, or back again, as it is to be written.
fn changed_cron(
    runner: &Runner,
    definition: Value,
    stored: Option<&StoredDefinition>,
    now: DateTime<Utc>,
) -> ChangedCron {
    let timing = Timing::of(&definition, stored.map_or(&Value::Null, |row| &row.overrides));
    timing.applied(runner, definition, stored, now)
}

/// A cron task over whose definition an operator sets something else, as it is to be written.
pub(super) fn changed_by_operator(
    runner: &Runner,
    stored: &StoredDefinition,
    change: ChangedOverrides,
    now: DateTime<Utc>,
) -> ChangedCron {
    let timing = Timing::of(&stored.definition, &change.overrides);
    ChangedCron { change: Some(change), ..timing.applied(runner, stored.definition.clone(), Some(stored), now) }
}

/// When a task's slots come: what is in force of its definition and what an operator set over it.
struct Timing {
    enabled: bool,
    schedule: Option<String>,
    has_function: bool,
    timezone: String,
    not_before: Option<DateTime<Utc>>,
    not_after: Option<DateTime<Utc>>,
    /// In milliseconds.
    start_offset: u64,
}

impl Timing {
    fn of(definition: &Value, overrides: &Value) -> Self {
        let in_force = |column| in_force(definition, overrides, &[column]);
        let text = |column| in_force(column).as_str();
        let has_function = in_force("schedule_function").is_string();
        let jitter = Duration::from_millis(in_force("start_jitter").as_u64().unwrap_or(0));
        let name = text("name").unwrap_or_default();
        Self {
            enabled: in_force("enabled") == true,
            // An expression that was set while the code had one, too, gives way to a function.
            schedule: text("schedule").filter(|_| !has_function).map(str::to_owned),
            has_function,
            timezone: text("timezone").unwrap_or("UTC").to_owned(),
            not_before: text("not_before").and_then(instant),
            not_after: text("not_after").and_then(instant),
            start_offset: u64::try_from(start_offset(name, jitter).as_millis()).unwrap_or(0),
        }
    }

    /// The definition as it is to be written, whose slots start anew where their times change.
    fn applied(
        &self,
        runner: &Runner,
        definition: Value,
        stored: Option<&StoredDefinition>,
        now: DateTime<Utc>,
    ) -> ChangedCron {
        ChangedCron {
            id: Uuid::now_v7(),
            reschedule: !stored.is_some_and(|row| self.is_as_stored(row)),
            next_execution_at: self.first_slot(runner, now),
            start_offset: self.start_offset,
            definition,
            change: None,
        }
    }

    /// Whether there are slots at all.
    fn is_clocked(&self) -> bool {
        self.schedule.is_some() || self.has_function
    }

    /// The first slot from now on, within the time in which it has slots.
    fn first_slot(&self, runner: &Runner, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if !self.is_clocked() {
            return None;
        }
        // The first instant may itself be a slot.
        let after = self.not_before.map_or(now, |first| now.max(first - TimeDelta::microseconds(1)));
        let slot = runner.first_slot(self.schedule.as_deref(), &self.timezone, after)?;
        self.not_after.is_none_or(|last| slot <= last).then_some(slot)
    }

    /// Whether its slots may go on as they stand.
    fn is_as_stored(&self, row: &StoredDefinition) -> bool {
        !row.retired
            && row.enabled == self.enabled
            && row.schedule == self.schedule
            && row.timezone.as_deref() == Some(&self.timezone)
            && (row.not_before, row.not_after) == (self.not_before, self.not_after)
            && row.next_execution_at.is_some() == self.is_clocked()
    }
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

/// The registry has refused what is none.
fn instant(written: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(written).ok().map(|at| at.to_utc())
}

fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The registry has refused what does not fit.
fn milliseconds(duration: Duration) -> i32 {
    i32::try_from(duration.as_millis()).unwrap_or(i32::MAX)
}
