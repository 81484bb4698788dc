//! Every task this program knows, checked as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;

use super::{
    CronExpr, CronExprError, CronTask, CronTaskDefinition, ErasedCronTask, ErasedSideTask, Schedule, SideTask,
};
use crate::locale::{Locale, Message, format, msg};
use crate::model::{Category, TaskName, TaskType, closest};

mod messages;

use messages::Messages;

/// Starts are spread over less than this: a share that is longer would reach into the next day's slot.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Every task this program knows: the specification's `TaskRegistry`. Cheap to clone; by default it knows none.
#[derive(Clone, Default)]
pub struct Registry {
    cron: Arc<BTreeMap<&'static str, Arc<dyn ErasedCronTask>>>,
    side: Arc<BTreeMap<&'static str, Arc<dyn ErasedSideTask>>>,
    limits: Arc<BTreeMap<&'static str, u32>>,
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("cron", &self.cron.keys()).field("side", &self.side.keys()).finish()
    }
}

/// A task of either type.
#[derive(Clone)]
pub enum AnyTask {
    /// A cron task.
    Cron(Arc<dyn ErasedCronTask>),
    /// A side task.
    Side(Arc<dyn ErasedSideTask>),
}

impl AnyTask {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Cron(task) => task.definition().name,
            Self::Side(task) => task.definition().name,
        }
    }

    /// Its type.
    #[must_use]
    pub fn task_type(&self) -> TaskType {
        match self {
            Self::Cron(_) => TaskType::Cron,
            Self::Side(_) => TaskType::Side,
        }
    }

    /// What it is about.
    #[must_use]
    pub fn category(&self) -> Category {
        match self {
            Self::Cron(task) => task.definition().category,
            Self::Side(task) => task.definition().category,
        }
    }
}

impl Registry {
    /// Begins an empty registry.
    #[must_use]
    pub fn builder() -> RegistryBuilder {
        RegistryBuilder::default()
    }

    /// The cron tasks, by name.
    #[must_use]
    pub fn cron_tasks(&self) -> Vec<&Arc<dyn ErasedCronTask>> {
        self.cron.values().collect()
    }

    /// The side tasks, by name.
    #[must_use]
    pub fn side_tasks(&self) -> Vec<&Arc<dyn ErasedSideTask>> {
        self.side.values().collect()
    }

    /// All tasks, by name.
    #[must_use]
    pub fn all_tasks(&self) -> Vec<AnyTask> {
        let cron = self.cron.values().cloned().map(AnyTask::Cron);
        let mut all: Vec<_> = cron.chain(self.side.values().cloned().map(AnyTask::Side)).collect();
        all.sort_by_key(AnyTask::name);
        all
    }

    /// All tasks, grouped by category.
    #[must_use]
    pub fn tasks_by_category(&self) -> BTreeMap<Category, Vec<AnyTask>> {
        let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for task in self.all_tasks() {
            groups.entry(task.category()).or_default().push(task);
        }
        groups
    }

    /// All tasks by their names.
    #[must_use]
    pub fn tasks_by_name(&self) -> BTreeMap<&'static str, AnyTask> {
        self.all_tasks().into_iter().map(|task| (task.name(), task)).collect()
    }

    /// The cron task of that name.
    #[must_use]
    pub fn cron_task(&self, name: &str) -> Option<&Arc<dyn ErasedCronTask>> {
        self.cron.get(name)
    }

    /// The side task of that name.
    #[must_use]
    pub fn side_task(&self, name: &str) -> Option<&Arc<dyn ErasedSideTask>> {
        self.side.get(name)
    }

    /// The name of a task that somebody who wrote `name` could have meant.
    #[must_use]
    pub fn closest(&self, name: &str) -> Option<&'static str> {
        closest(name, self.cron.keys().chain(self.side.keys()).copied())
    }

    /// How many tasks with a tag may run at once, on all runners together; by tag.
    #[must_use]
    pub fn limits(&self) -> &BTreeMap<&'static str, u32> {
        &self.limits
    }

    /// Whether another task waits for the one of that name.
    #[must_use]
    pub(crate) fn has_dependants(&self, name: &str) -> bool {
        self.cron.values().any(|task| task.definition().dependencies.contains(&name))
    }
}

/// Gathers tasks; [`RegistryBuilder::build`] checks them.
#[derive(Clone, Default)]
pub struct RegistryBuilder {
    cron: Vec<Arc<dyn ErasedCronTask>>,
    side: Vec<Arc<dyn ErasedSideTask>>,
    limits: BTreeMap<&'static str, u32>,
    messages: Messages,
}

impl RegistryBuilder {
    /// Adds a cron task.
    #[must_use]
    pub fn cron(mut self, task: impl CronTask) -> Self {
        self.cron.push(Arc::new(task));
        self
    }

    /// Adds a side task.
    #[must_use]
    pub fn side(mut self, task: impl SideTask) -> Self {
        self.side.push(Arc::new(task));
        self
    }

    /// Lets at most so many cron tasks with that tag run at once, on all runners together.
    #[must_use]
    pub fn limit(mut self, tag: &'static str, at_most: u32) -> Self {
        self.limits.insert(tag, at_most);
        self
    }

    /// Says what the tasks are called and what they do in one language: `task-<name>-title` and
    /// `task-<name>-description` as Fluent. Where a language says nothing, English is heard, else the definition.
    #[must_use]
    pub fn messages(mut self, language: &'static str, source: &'static str) -> Self {
        self.messages.of(language, source);
        self
    }

    /// Checks all tasks and reports everything that is wrong at once.
    pub fn build(self) -> Result<Registry, RegistryErrors> {
        let mut errors = Vec::new();
        self.check_names(&mut errors);
        self.check_definitions(&mut errors);
        self.check_dependencies(&mut errors);
        self.check_limits(&mut errors);
        // Added last, for a registry that is refused shall leave nothing behind.
        let messages = self.messages.check(&self.names().collect(), &mut errors);
        if errors.is_empty() {
            messages::add(messages, &mut errors);
        }
        if errors.is_empty() {
            let cron = self.cron.into_iter().map(|task| (task.definition().name, task)).collect();
            let side = self.side.into_iter().map(|task| (task.definition().name, task)).collect();
            Ok(Registry { cron: Arc::new(cron), side: Arc::new(side), limits: Arc::new(self.limits) })
        } else {
            Err(RegistryErrors(errors))
        }
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        let cron = self.cron.iter().map(|task| task.definition().name);
        cron.chain(self.side.iter().map(|task| task.definition().name))
    }

    fn check_names(&self, errors: &mut Vec<RegistryError>) {
        let mut seen = BTreeSet::new();
        for name in self.names() {
            if name.parse::<TaskName>().is_err() {
                errors.push(RegistryError::InvalidName { task: name });
            } else if !seen.insert(name) {
                errors.push(RegistryError::DuplicateName { task: name });
            }
        }
    }

    fn check_definitions(&self, errors: &mut Vec<RegistryError>) {
        for task in &self.cron {
            let definition = task.definition();
            let task = definition.name;
            if let Schedule::Cron(expression) = definition.schedule {
                match CronExpr::parse(expression) {
                    Err(error) => errors.push(RegistryError::Schedule { task, error }),
                    Ok(expression) if expression.never_comes() => {
                        errors.push(RegistryError::NeverComes { task, expression: expression.to_string() });
                    }
                    Ok(_) => {}
                }
            }
            if definition.timezone.parse::<chrono_tz::Tz>().is_err() {
                let nearest = closest(definition.timezone, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()));
                errors.push(RegistryError::UnknownZone { task, zone: definition.timezone, nearest });
            }
            let fits_in_column = |wait: Duration| i32::try_from(wait.as_millis()).is_ok();
            if definition.timeout.is_some_and(|timeout| timeout.is_zero() || !fits_in_column(timeout)) {
                errors.push(RegistryError::Timeout { task });
            }
            let others = [definition.catch_up_window, definition.retry.delay, definition.history_interval];
            if !others.into_iter().all(fits_in_column) {
                errors.push(RegistryError::TooLong { task });
            }
            if definition.start_jitter >= DAY {
                errors.push(RegistryError::Jitter { task });
            }
            if !(1..=i32::MAX.unsigned_abs()).contains(&definition.overlap.limit()) {
                errors.push(RegistryError::Overlap { task });
            }
            check_bounds(definition, errors);
        }
    }

    fn check_limits(&self, errors: &mut Vec<RegistryError>) {
        let wrong = self.limits.iter().filter(|(_, at_most)| !(1..=i32::MAX.unsigned_abs()).contains(*at_most));
        errors.extend(wrong.map(|(tag, _)| RegistryError::Limit { tag }));
        for task in &self.cron {
            let definition = task.definition();
            let limited: Vec<_> = self.limits.keys().filter(|tag| definition.tags.contains(tag)).copied().collect();
            // It would have to take two places at once, and tasks that each hold one would wait for each other.
            if limited.len() > 1 {
                errors.push(RegistryError::TwoLimits { task: definition.name, tags: limited });
            }
        }
    }

    fn check_dependencies(&self, errors: &mut Vec<RegistryError>) {
        let edges: BTreeMap<_, _> =
            self.cron.iter().map(|task| (task.definition().name, task.definition().dependencies)).collect();
        for (&task, &dependencies) in &edges {
            for &dependency in dependencies {
                if !edges.contains_key(dependency) {
                    let nearest = closest(dependency, edges.keys().copied());
                    errors.push(RegistryError::UnknownDependency { task, dependency, nearest });
                }
            }
        }
        if let Some(path) = cycle(&edges) {
            errors.push(RegistryError::Cycle { path });
        }
    }
}

fn check_bounds(definition: &CronTaskDefinition, errors: &mut Vec<RegistryError>) {
    let mut read = |written: Option<&'static str>| {
        let written = written?;
        let instant = DateTime::parse_from_rfc3339(written).ok();
        if instant.is_none() {
            errors.push(RegistryError::Instant { task: definition.name, written });
        }
        instant
    };
    let (first, last) = (read(definition.not_before), read(definition.not_after));
    if first.zip(last).is_some_and(|(first, last)| last < first) {
        errors.push(RegistryError::Backwards { task: definition.name });
    }
}

/// A way from a task back to itself along its dependencies, if there is one. Each task is entered once.
fn cycle(edges: &BTreeMap<&'static str, &'static [&'static str]>) -> Option<Vec<&'static str>> {
    let mut done = BTreeSet::new();
    for &start in edges.keys() {
        // Depth first without recursion: the path so far, with what is left to look at beneath each step.
        let mut path = vec![(start, edges[start].iter())];
        while let Some((task, rest)) = path.last_mut() {
            let task = *task;
            match rest.next() {
                None => {
                    done.insert(task);
                    path.pop();
                }
                Some(next) if done.contains(next) => {}
                Some(&next) => {
                    if let Some(begin) = path.iter().position(|(step, _)| *step == next) {
                        return Some(path[begin..].iter().map(|(step, _)| *step).chain([next]).collect());
                    }
                    if let Some(dependencies) = edges.get(next) {
                        path.push((next, dependencies.iter()));
                    }
                }
            }
        }
    }
    None
}

/// Something wrong in the registry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// The name is no [`TaskName`].
    #[error("task {task:?}: the name is not allowed")]
    InvalidName {
        /// The name.
        task: &'static str,
    },
    /// Two tasks have one name.
    #[error("task {task:?}: the name is taken twice")]
    DuplicateName {
        /// The name.
        task: &'static str,
    },
    /// The cron expression cannot be read.
    #[error("task {task:?}: the schedule cannot be read")]
    Schedule {
        /// The task's name.
        task: &'static str,
        /// What is wrong with the expression.
        #[source]
        error: CronExprError,
    },
    /// The cron expression is valid and never comes.
    #[error("task {task:?}: the schedule {expression:?} never comes")]
    NeverComes {
        /// The task's name.
        task: &'static str,
        /// The expression.
        expression: String,
    },
    /// The time zone is unknown.
    #[error("task {task:?}: the time zone {zone:?} is unknown")]
    UnknownZone {
        /// The task's name.
        task: &'static str,
        /// What was written.
        zone: &'static str,
        /// What could have been meant.
        nearest: Option<&'static str>,
    },
    /// The timeout is zero or longer than 24 days.
    #[error("task {task:?}: the timeout must be between 1 ms and 24 days")]
    Timeout {
        /// The task's name.
        task: &'static str,
    },
    /// Another duration is longer than 24 days.
    #[error("task {task:?}: a duration is longer than 24 days")]
    TooLong {
        /// The task's name.
        task: &'static str,
    },
    /// The start jitter is a day or longer.
    #[error("task {task:?}: the start jitter must be shorter than a day")]
    Jitter {
        /// The task's name.
        task: &'static str,
    },
    /// No slot may wait, or no instance may run.
    #[error("task {task:?}: the number of the overlap policy must be at least 1")]
    Overlap {
        /// The task's name.
        task: &'static str,
    },
    /// An instant cannot be read.
    #[error("task {task:?}: {written:?} is no instant of RFC 3339")]
    Instant {
        /// The task's name.
        task: &'static str,
        /// What was written.
        written: &'static str,
    },
    /// The time in which it has slots ends before it begins.
    #[error("task {task:?}: not_after is before not_before")]
    Backwards {
        /// The task's name.
        task: &'static str,
    },
    /// A named limit lets nothing run.
    #[error("limit {tag:?}: at least 1 must be allowed")]
    Limit {
        /// The tag.
        tag: &'static str,
    },
    /// A task falls under two named limits.
    #[error("task {task:?}: it falls under several limits: {}", tags.join(", "))]
    TwoLimits {
        /// The task's name.
        task: &'static str,
        /// Its tags that are limited.
        tags: Vec<&'static str>,
    },
    /// A dependency names no cron task.
    #[error("task {task:?}: the dependency {dependency:?} is unknown")]
    UnknownDependency {
        /// The task's name.
        task: &'static str,
        /// What was written.
        dependency: &'static str,
        /// What could have been meant.
        nearest: Option<&'static str>,
    },
    /// Messages are for a language there is not.
    #[error("messages: there is no language {language:?}")]
    UnknownLanguage {
        /// What was written.
        language: &'static str,
    },
    /// Messages cannot be read, or say twice what one id means.
    #[error("messages: {problem}")]
    Messages {
        /// The language, the line, and what is wrong.
        problem: String,
    },
    /// A message is neither the title nor the description of a task.
    #[error("messages: {place}: {id:?} is the title or description of no task")]
    UnknownMessage {
        /// The language and the line.
        place: String,
        /// What was written.
        id: String,
        /// What could have been meant.
        nearest: Option<String>,
    },
    /// Tasks wait for each other in a circle.
    #[error("tasks wait for each other: {}", path.join(" → "))]
    Cycle {
        /// The way round, first and last the same.
        path: Vec<&'static str>,
    },
}

impl RegistryError {
    /// The sentence for people.
    pub fn message(&self) -> Message {
        match self {
            Self::InvalidName { task } => msg::registry_invalid_name(*task),
            Self::DuplicateName { task } => msg::registry_duplicate_name(*task),
            Self::Schedule { task, error } => msg::registry_schedule(error.message(), *task),
            Self::NeverComes { task, expression } => msg::registry_never_comes(expression.as_str(), *task),
            Self::UnknownZone { task, zone, nearest: None } => msg::registry_unknown_zone(*task, *zone),
            Self::UnknownZone { task, zone, nearest: Some(nearest) } => {
                msg::registry_unknown_zone_nearest(*nearest, *task, *zone)
            }
            Self::Timeout { task } => msg::registry_timeout(*task),
            Self::TooLong { task } => msg::registry_too_long(*task),
            Self::Jitter { task } => msg::registry_jitter(*task),
            Self::Overlap { task } => msg::registry_overlap(*task),
            Self::Instant { task, written } => msg::registry_instant(*task, *written),
            Self::Backwards { task } => msg::registry_backwards(*task),
            Self::Limit { tag } => msg::registry_limit(*tag),
            Self::TwoLimits { task, tags } => msg::registry_two_limits(format::all_of(tags.iter().copied()), *task),
            Self::UnknownDependency { task, dependency, nearest: None } => {
                msg::registry_unknown_dependency(*dependency, *task)
            }
            Self::UnknownDependency { task, dependency, nearest: Some(nearest) } => {
                msg::registry_unknown_dependency_nearest(*dependency, *nearest, *task)
            }
            Self::UnknownLanguage { language } => {
                msg::registry_unknown_language(format::all_of(Locale::all().map(Locale::tag)), *language)
            }
            Self::Messages { problem } => msg::registry_messages(problem.as_str()),
            Self::UnknownMessage { place, id, nearest: None } => {
                msg::registry_unknown_message(id.as_str(), place.as_str())
            }
            Self::UnknownMessage { place, id, nearest: Some(nearest) } => {
                msg::registry_unknown_message_nearest(id.as_str(), nearest.as_str(), place.as_str())
            }
            Self::Cycle { path } => msg::registry_cycle(path.join(" → ")),
        }
    }
}

/// Everything that is wrong in the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryErrors(pub Vec<RegistryError>);

impl fmt::Display for RegistryErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(|error| error.message().to_string()).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for RegistryErrors {}
