//! The tasks this program knows.

use std::collections::BTreeMap;
use std::time::Duration;

use downbeat::locale::msg;
use downbeat::model::{CatchUp, Category, Priority, TaskType};
use downbeat::task::{AnyTask, Registry, Schedule};
use serde::Serialize;

use super::{Cell, Column, Page, Table, Tone};

/// The specification's `TaskRegistry`, as one document.
#[derive(Debug, Serialize)]
pub(crate) struct RegistryAnswer {
    cron_tasks: Vec<Entry>,
    side_tasks: Vec<Entry>,
    all_tasks: Vec<Entry>,
    tasks_by_category: BTreeMap<&'static str, Vec<Entry>>,
    tasks_by_name: BTreeMap<&'static str, Entry>,
}

/// One task, by its definition.
#[derive(Clone, Debug, Serialize)]
struct Entry {
    name: &'static str,
    #[serde(rename = "type")]
    kind: TaskType,
    description: &'static str,
    version: &'static str,
    category: Category,
    tags: &'static [&'static str],
    enabled: bool,
    priority: Priority,
    #[serde(flatten)]
    only: Only,
}

/// What only one of the types has. Durations are milliseconds; `null` means the configured default.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Only {
    Cron {
        schedule: Option<&'static str>,
        schedule_function: Option<&'static str>,
        timezone: &'static str,
        dependencies: &'static [&'static str],
        timeout: Option<u64>,
        retries: Option<u32>,
        retry_delay: u64,
        catch_up: CatchUp,
        catch_up_window: u64,
    },
    Side {
        auto_restart: bool,
        restart_delay: u64,
        max_restarts: u32,
        health_check_interval: u64,
    },
}

impl RegistryAnswer {
    pub(crate) fn of(registry: &Registry) -> Self {
        let all: Vec<Entry> = registry.all_tasks().iter().map(Entry::of).collect();
        let of_type = |kind| all.iter().filter(|task| task.kind == kind).cloned().collect();
        let category =
            |(category, tasks): (Category, Vec<AnyTask>)| (category.as_str(), tasks.iter().map(Entry::of).collect());
        Self {
            cron_tasks: of_type(TaskType::Cron),
            side_tasks: of_type(TaskType::Side),
            tasks_by_category: registry.tasks_by_category().into_iter().map(category).collect(),
            tasks_by_name: registry.tasks_by_name().iter().map(|(name, task)| (*name, Entry::of(task))).collect(),
            all_tasks: all,
        }
    }
}

impl Entry {
    fn of(task: &AnyTask) -> Self {
        match task {
            AnyTask::Cron(task) => {
                let definition = task.definition();
                let (schedule, schedule_function) = match definition.schedule {
                    Schedule::Cron(expression) => (Some(expression), None),
                    Schedule::When { name, .. } => (None, Some(name)),
                    Schedule::Manual => (None, None),
                };
                Self {
                    name: definition.name,
                    kind: TaskType::Cron,
                    description: definition.description,
                    version: definition.version,
                    category: definition.category,
                    tags: definition.tags,
                    enabled: definition.enabled,
                    priority: definition.priority,
                    only: Only::Cron {
                        schedule,
                        schedule_function,
                        timezone: definition.timezone,
                        dependencies: definition.dependencies,
                        timeout: definition.timeout.map(whole_milliseconds),
                        retries: definition.retry.retries,
                        retry_delay: whole_milliseconds(definition.retry.delay),
                        catch_up: definition.catch_up,
                        catch_up_window: whole_milliseconds(definition.catch_up_window),
                    },
                }
            }
            AnyTask::Side(task) => {
                let definition = task.definition();
                Self {
                    name: definition.name,
                    kind: TaskType::Side,
                    description: definition.description,
                    version: definition.version,
                    category: definition.category,
                    tags: definition.tags,
                    enabled: definition.enabled,
                    priority: definition.priority,
                    only: Only::Side {
                        auto_restart: definition.restart.auto_restart,
                        restart_delay: whole_milliseconds(definition.restart.delay),
                        max_restarts: definition.restart.max_restarts,
                        health_check_interval: whole_milliseconds(definition.health_check_interval),
                    },
                }
            }
        }
    }
}

fn whole_milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The tasks, grouped by category.
pub(crate) fn registry(page: &Page, registry: &RegistryAnswer) -> String {
    if registry.all_tasks.is_empty() {
        return page.say(&msg::cli_no_known_tasks());
    }
    let mut table = Table::new(
        page,
        [
            Column::fixed(msg::cli_name_category()),
            Column::fixed(msg::cli_name_task()),
            Column::flowing(msg::cli_name_schedule()),
            Column::flowing(msg::cli_name_description()),
            Column::spare(msg::cli_name_priority()),
        ],
    );
    for tasks in registry.tasks_by_category.values() {
        for (index, task) in tasks.iter().enumerate() {
            let category = page.label(&task.category.key(), task.category.as_str());
            table.row([
                if index == 0 { Cell::plain(category) } else { Cell::default() },
                Cell::strong(task.name),
                schedule(page, task),
                Cell::plain(page.description(task.name, task.description)),
                Cell::plain(page.label(&task.priority.key(), task.priority.as_str())),
            ]);
        }
    }
    let counts = msg::cli_count_registry(
        msg::cli_count_cron_tasks(registry.cron_tasks.len()),
        msg::cli_count_side_tasks(registry.side_tasks.len()),
    );
    page.blocks([table.text(), page.tell(&counts, Tone::Faint)])
}

fn schedule(page: &Page, task: &Entry) -> Cell {
    if !task.enabled {
        return Cell::new(page.say(&msg::cli_disabled()), Tone::Warn);
    }
    match &task.only {
        Only::Cron { schedule: Some(schedule), timezone: "UTC", .. } => Cell::plain(*schedule),
        Only::Cron { schedule: Some(schedule), timezone, .. } => Cell::plain(format!("{schedule} {timezone}")),
        Only::Cron { schedule_function: Some(function), .. } => Cell::plain(format!("{function}()")),
        Only::Cron { .. } => Cell::faint(page.say(&msg::cli_schedule_by_hand())),
        Only::Side { .. } => Cell::faint(page.say(&msg::cli_schedule_always())),
    }
}
