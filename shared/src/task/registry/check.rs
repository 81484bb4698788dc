//! What may be wrong with the tasks of a program, each alone and all together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;

use super::{RegistryBuilder, RegistryError};
use crate::model::{TaskName, closest};
use crate::task::checked::Checked;
use crate::task::refusal::{Refusal, joined};
use crate::task::{CronExpr, CronTaskDefinition, ErasedCronTask, ErasedSideTask, Schedule, Zone};

/// Starts are spread over less than this: a share that is longer would reach into the next day's slot.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// What stands in paths where a task's name could, such as `/api/tasks/cron/history`: nobody would reach that task. A
/// test holds it against the routes.
pub const RESERVED: [&str; 3] = ["history", "queue", "stats"];

impl RegistryBuilder {
    /// Finds everything that is wrong.
    pub(super) fn check(&self, errors: &mut Vec<RegistryError>) {
        self.check_names(errors);
        self.check_definitions(errors);
        self.check_dependencies(errors);
        self.check_limits(errors);
    }

    fn check_names(&self, errors: &mut Vec<RegistryError>) {
        let mut seen = BTreeSet::new();
        for name in self.names() {
            if name.parse::<TaskName>().is_err() {
                errors.push(RegistryError::InvalidName { task: name });
            } else if RESERVED.contains(&name) {
                errors.push(RegistryError::ReservedName { task: name });
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
            if definition.timezone.parse::<Zone>().is_err() {
                let nearest = closest(definition.timezone, Zone::names());
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

/// The task, held to the schema it publishes of its settings.
pub(super) fn cron(task: &Arc<dyn ErasedCronTask>, errors: &mut Vec<RegistryError>) -> Option<Arc<dyn ErasedCronTask>> {
    let name = task.definition().name;
    let checked = Checked::cron(task.clone());
    let checked = checked.map_err(|problem| errors.push(RegistryError::Schema { task: name, problem })).ok()?;
    errors.extend(defaults(name, checked.check_default()));
    Some(Arc::new(checked))
}

/// The task, held to the schema it publishes of its settings.
pub(super) fn side(task: &Arc<dyn ErasedSideTask>, errors: &mut Vec<RegistryError>) -> Option<Arc<dyn ErasedSideTask>> {
    let name = task.definition().name;
    let checked = Checked::side(task.clone());
    let checked = checked.map_err(|problem| errors.push(RegistryError::Schema { task: name, problem })).ok()?;
    errors.extend(defaults(name, checked.check_default()));
    Some(Arc::new(checked))
}

/// What is wrong with the settings a task comes with.
fn defaults(task: &'static str, checked: Result<(), Refusal>) -> impl Iterator<Item = RegistryError> {
    let refusals = checked.err().into_iter().flat_map(Refusal::each);
    refusals.map(move |Refusal { path, reason, .. }| RegistryError::DefaultConfig {
        task,
        path: joined("config", &path),
        reason,
    })
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
