//! What operators set over a cron task's definition at run time.

use serde_json::{Map, Value};

use super::{Runner, definitions};
use crate::model::ChangeAction;
use crate::repository::{ChangedOverrides, RepositoryError, StoredDefinition};
use crate::task::{ChangeError, changed_overrides, configs_in_force, difference};

/// So often others may come in between before one is told so.
const MOST_TRIES: usize = 20;

/// What was changed about a task: what was in force of it before, and what is since, by column name. Empty where nothing
/// changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// Before.
    pub before: Value,
    /// Since.
    pub after: Value,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeRefused {
    /// There is no such task.
    #[error("there is no such task")]
    NoSuchTask,
    /// The code no longer has it.
    #[error("the task is retired")]
    Retired,
    /// What was asked for is wrong.
    #[error("{} settings are wrong", .0.len())]
    Wrong(Vec<ChangeError>),
    /// Others changed it each time before this could be written.
    #[error("others changed the task again and again")]
    Overtaken,
    /// The database.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

/// What is to become of the overrides.
#[derive(Clone, Copy)]
enum Wish<'a> {
    Set(&'a Value),
    Reset,
}

impl Runner {
    /// Sets something over the definition of a cron task, or takes it back where the request says `null`. All of it is
    /// stored, or nothing. In force from the next decision on, on every runner.
    ///
    /// The request names columns: `{"schedule":"0 4 * * *","config":{"limit":3},"environments":{"serverless":{…}}}`.
    pub async fn change_cron_task(&self, name: &str, request: &Value, by: &str) -> Result<Changed, ChangeRefused> {
        self.change(name, Wish::Set(request), by).await
    }

    /// Takes back all that was set over the definition of a cron task.
    pub async fn reset_cron_task(&self, name: &str, by: &str) -> Result<Changed, ChangeRefused> {
        self.change(name, Wish::Reset, by).await
    }

    /// Read, decide, write where all is as it was read: so of two at once, neither is lost.
    async fn change(&self, name: &str, wish: Wish<'_>, by: &str) -> Result<Changed, ChangeRefused> {
        for _ in 0..MOST_TRIES {
            let read = self.repository.definitions(Some(name)).await?;
            let Some(stored) = read.tasks.first() else {
                return Err(ChangeRefused::NoSuchTask);
            };
            if stored.retired {
                return Err(ChangeRefused::Retired);
            }
            let (action, overrides) = match wish {
                Wish::Set(request) => (ChangeAction::Set, self.requested(stored, request).await?),
                Wish::Reset => (ChangeAction::Reset, Value::Object(Map::new())),
            };
            let (before, after) = difference(&stored.definition, &stored.overrides, &overrides);
            if overrides == stored.overrides {
                return Ok(Changed { before, after });
            }
            let change = ChangedOverrides {
                overrides,
                read_overrides: stored.overrides.clone(),
                action,
                changed_by: by.to_owned(),
                before: before.clone(),
                after: after.clone(),
            };
            let written = definitions::changed_by_operator(self, stored, change, read.now);
            if self.repository.write_cron_definitions(&[written]).await? > 0 {
                return Ok(Changed { before, after });
            }
        }
        Err(ChangeRefused::Overtaken)
    }

    /// The overrides a request asks for, unless something in it is wrong.
    async fn requested(&self, stored: &StoredDefinition, request: &Value) -> Result<Value, ChangeRefused> {
        let StoredDefinition { name, definition, overrides, .. } = stored;
        let (changed, mut errors) = changed_overrides(definition, overrides, request);
        let known = configs_in_force(definition, overrides);
        // What is in force already is not this request's mistake.
        let new = configs_in_force(definition, &changed).into_iter().filter(|config| !known.contains(config));
        if let Some(task) = self.registry.cron_task(name) {
            for (path, config) in new {
                let refusal = task.validate(&config).await.err().into_iter();
                errors.extend(refusal.flat_map(|refusal| ChangeError::refused(&path, refusal)));
            }
        }
        if errors.is_empty() { Ok(changed) } else { Err(ChangeRefused::Wrong(errors)) }
    }
}
