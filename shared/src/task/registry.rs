//! Every task this program knows, checked as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::{CronTask, ErasedCronTask, ErasedSideTask, SideTask};
use crate::model::{Category, TaskType, closest};

mod check;
mod error;
mod messages;

pub use check::RESERVED as RESERVED_NAMES;
pub use error::{RegistryError, RegistryErrors};
use messages::Messages;

/// Every task this program knows: the specification's `TaskRegistry`. Cheap to clone; by default it knows none.
#[derive(Clone, Default)]
pub struct Registry {
    cron: Arc<BTreeMap<&'static str, Arc<dyn ErasedCronTask>>>,
    side: Arc<BTreeMap<&'static str, Arc<dyn ErasedSideTask>>>,
    limits: Arc<BTreeMap<&'static str, u32>>,
    /// Tasks that others wait for.
    parents: Arc<BTreeSet<&'static str>>,
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

    /// The name of a task of that kind that somebody who wrote `name` could have meant.
    #[must_use]
    pub fn closest(&self, kind: TaskType, name: &str) -> Option<&'static str> {
        match kind {
            TaskType::Cron => closest(name, self.cron.keys().copied()),
            TaskType::Side => closest(name, self.side.keys().copied()),
        }
    }

    /// The kind of the task of that name.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<TaskType> {
        let is_cron = self.cron.contains_key(name).then_some(TaskType::Cron);
        is_cron.or_else(|| self.side.contains_key(name).then_some(TaskType::Side))
    }

    /// How many tasks with a tag may run at once, on all runners together; by tag.
    #[must_use]
    pub fn limits(&self) -> &BTreeMap<&'static str, u32> {
        &self.limits
    }

    /// Whether another task waits for the one of that name.
    #[must_use]
    pub(crate) fn has_dependants(&self, name: &str) -> bool {
        self.parents.contains(name)
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

    /// Adds a cron task that is known only at run time: one for each customer, say. Its definition lives as long as the
    /// program.
    #[must_use]
    pub fn erased(mut self, task: Arc<dyn ErasedCronTask>) -> Self {
        self.cron.push(task);
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
        self.check(&mut errors);
        let cron: Vec<_> = self.cron.iter().filter_map(|task| check::cron(task, &mut errors)).collect();
        let side: Vec<_> = self.side.iter().filter_map(|task| check::side(task, &mut errors)).collect();
        // Added last, for a registry that is refused shall leave nothing behind.
        let messages = self.messages.check(&self.names().collect(), &mut errors);
        if errors.is_empty() {
            messages::add(messages, &mut errors);
        }
        if errors.is_empty() {
            let parents = self.cron.iter().flat_map(|task| task.definition().dependencies).copied().collect();
            let cron = cron.into_iter().map(|task| (task.definition().name, task)).collect();
            let side = side.into_iter().map(|task| (task.definition().name, task)).collect();
            Ok(Registry {
                cron: Arc::new(cron),
                side: Arc::new(side),
                limits: Arc::new(self.limits),
                parents: Arc::new(parents),
            })
        } else {
            Err(RegistryErrors(errors))
        }
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        let cron = self.cron.iter().map(|task| task.definition().name);
        cron.chain(self.side.iter().map(|task| task.definition().name))
    }
}
