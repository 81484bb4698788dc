//! The tasks this program knows.

use std::collections::BTreeMap;
use std::time::Duration;

use downbeat::locale::{Locale, Message, format, msg};
use downbeat::model::{CatchUp, Category, Priority, TaskType, closest};
use downbeat::task::{AnyTask, Registry, Schedule};
use serde::Serialize;

use super::{Cell, Column, Facts, Page, Table, Tone, paragraph};

/// The specification's `TaskRegistry`, as one document.
#[derive(Debug, Serialize)]
pub(crate) struct RegistryAnswer {
    cron_tasks: Vec<Entry>,
    side_tasks: Vec<Entry>,
    all_tasks: Vec<Entry>,
    tasks_by_category: BTreeMap<&'static str, Vec<Entry>>,
    tasks_by_name: BTreeMap<&'static str, Entry>,
    /// Whether one was asked for by its name.
    #[serde(skip)]
    is_one: bool,
}

/// One task, by its definition.
#[derive(Clone, Debug, Serialize)]
struct Entry {
    name: &'static str,
    #[serde(rename = "type")]
    kind: TaskType,
    /// In the reader's language, where that has one.
    title: Option<String>,
    /// In the reader's language, else as the code says.
    description: String,
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
    /// All tasks, or those of a type, of a category, or of a name.
    ///
    /// # Errors
    ///
    /// The sentence where there is nothing of that name.
    pub(crate) fn of(registry: &Registry, which: Option<&str>, locale: Locale) -> Result<Self, Message> {
        let wanted = |task: &AnyTask| which.is_none_or(|which| is_meant(task, which));
        let all: Vec<_> = registry.all_tasks().into_iter().filter(wanted).collect();
        match which {
            Some(which) if all.is_empty() && !is_word(which) => Err(no_such(registry, which)),
            Some(which) => Ok(Self { is_one: !is_word(which), ..Self::listing(&all, locale) }),
            None => Ok(Self::listing(&all, locale)),
        }
    }

    fn listing(tasks: &[AnyTask], locale: Locale) -> Self {
        let all: Vec<Entry> = tasks.iter().map(|task| Entry::of(task, locale)).collect();
        let of_type = |kind| all.iter().filter(|task| task.kind == kind).cloned().collect();
        let mut by_category = BTreeMap::<_, Vec<Entry>>::new();
        for task in &all {
            by_category.entry(task.category.as_str()).or_default().push(task.clone());
        }
        Self {
            cron_tasks: of_type(TaskType::Cron),
            side_tasks: of_type(TaskType::Side),
            tasks_by_category: by_category,
            tasks_by_name: all.iter().map(|task| (task.name, task.clone())).collect(),
            all_tasks: all,
            is_one: false,
        }
    }
}

/// What stands for all tasks, beside the types and the categories.
pub(crate) const ALL: &str = "all";

fn is_meant(task: &AnyTask, which: &str) -> bool {
    let is = |word: &str| word.eq_ignore_ascii_case(which);
    is(ALL) || is(task.task_type().as_str()) || is(task.category().as_str()) || task.name() == which
}

/// Whether it stands for tasks, of which there may be none.
fn is_word(which: &str) -> bool {
    which.eq_ignore_ascii_case(ALL) || which.parse::<TaskType>().is_ok() || which.parse::<Category>().is_ok()
}

fn no_such(registry: &Registry, which: &str) -> Message {
    let types = TaskType::ALL.iter().map(|word| word.as_str().to_lowercase());
    let categories = Category::ALL.iter().map(|word| word.as_str().to_lowercase());
    let words: Vec<_> = types.chain([ALL.to_owned()]).chain(categories).collect();
    let names = registry.all_tasks().into_iter().map(|task| task.name().to_owned());
    let known: Vec<_> = names.chain(words.iter().cloned()).collect();
    match closest(which, known.iter().map(String::as_str)) {
        Some(nearest) => msg::cli_registry_unknown_nearest(nearest, which),
        None => msg::cli_registry_unknown(format::one_of(words), which),
    }
}

impl Entry {
    fn of(task: &AnyTask, locale: Locale) -> Self {
        let title = locale.lookup(&format!("task-{}-title", task.name()));
        let told = locale.lookup(&format!("task-{}-description", task.name()));
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
                    title,
                    description: told.unwrap_or_else(|| definition.description.to_owned()),
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
                    title,
                    description: told.unwrap_or_else(|| definition.description.to_owned()),
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

/// The tasks, grouped by category; one that was asked for by its name, at length.
pub(crate) fn registry(page: &Page, registry: &RegistryAnswer) -> String {
    match registry.all_tasks.as_slice() {
        [] => page.say(&msg::cli_no_known_tasks()),
        [task] if registry.is_one => one(page, task),
        _ => listed_by_category(page, registry),
    }
}

fn listed_by_category(page: &Page, registry: &RegistryAnswer) -> String {
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
                Cell::plain(&task.description),
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

/// What the code says of a task.
fn one(page: &Page, task: &Entry) -> String {
    let name = Tone::Strong.paint(task.name, page.colours);
    let title = task.title.as_ref().map_or_else(|| name.clone(), |title| format!("{name}  {title}"));
    let mut facts = Facts::new(page);
    facts
        .add(&msg::cli_name_type(), page.label(&task.kind.key(), task.kind.as_str()))
        .cell(&msg::cli_name_schedule(), schedule(page, task))
        .add(&msg::cli_name_enabled(), page.yes_or_no(task.enabled))
        .add(&msg::cli_name_priority(), page.label(&task.priority.key(), task.priority.as_str()))
        .add(&msg::cli_name_category(), page.label(&task.category.key(), task.category.as_str()))
        .maybe(&msg::cli_name_tags(), (!task.tags.is_empty()).then(|| task.tags.join(", ")));
    match &task.only {
        Only::Cron { dependencies, timeout, retries, retry_delay, catch_up, catch_up_window, .. } => {
            let configured = || page.say(&msg::cli_as_configured());
            let catch_up = page.label(&catch_up.key(), catch_up.as_str());
            let retries = retries.map(|retries| msg::cli_retries(retries, page.milliseconds(*retry_delay)));
            facts
                .maybe(&msg::cli_name_dependencies(), (!dependencies.is_empty()).then(|| dependencies.join(", ")))
                .add(&msg::cli_name_timeout(), timeout.map_or_else(configured, |timeout| page.milliseconds(timeout)))
                .add(&msg::cli_name_retries(), retries.map_or_else(configured, |retries| page.say(&retries)))
                .add(&msg::cli_name_missed_slots(), {
                    page.say(&msg::cli_missed_slots(catch_up, page.milliseconds(*catch_up_window)))
                });
        }
        Only::Side { auto_restart, restart_delay, max_restarts, health_check_interval } => {
            let most = if *auto_restart { *max_restarts } else { 0 };
            facts
                .add(&msg::cli_name_restarts(), page.say(&msg::cli_retries(most, page.milliseconds(*restart_delay))))
                .add(
                    &msg::cli_name_health(),
                    page.say(&msg::cli_asked_every(page.milliseconds(*health_check_interval))),
                );
        }
    }
    facts.add(&msg::cli_name_version(), task.version);
    page.blocks([format!("{title}\n{}", paragraph(page, &task.description)), facts.text()])
}
