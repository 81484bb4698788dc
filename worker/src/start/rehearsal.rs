//! `worker start --dry-run`: all that `worker start` looks at before it begins, and nothing of what it does then.

use downbeat::app::App;
use downbeat::config::Config;
use downbeat::model::Environment;
use downbeat::task::Registry;
use serde::Serialize;

use super::{StartError, StartOptions, listen};

/// What would be started here.
#[derive(Debug, Serialize)]
pub(crate) struct Rehearsal {
    /// What kind of place it would take this for.
    pub(crate) environment: Environment,
    /// Where HTTP would be answered; null: nowhere.
    pub(crate) address: Option<String>,
    /// The name of the database.
    pub(crate) database: String,
    /// How many cron tasks it knows; null: it would run none.
    pub(crate) cron_tasks: Option<usize>,
    /// How many side tasks it knows; null: it would run none.
    pub(crate) side_tasks: Option<usize>,
    /// How many tasks would run at once.
    pub(crate) concurrency: usize,
}

/// Looks whether it would start.
///
/// # Errors
///
/// Whatever would keep it from starting; a database that is away, too, although `start` would wait for it.
pub(crate) async fn rehearse(
    config: Config,
    registry: Registry,
    options: &StartOptions,
) -> Result<Rehearsal, StartError> {
    let app = App::new(options.laid_over(config)?, registry)?;
    let listener = match options.address() {
        Some(address) => Some(listen::at(address)?),
        None => None,
    };
    let address = listener.as_ref().map(listen::url).transpose()?;
    app.check().await?;
    let (config, registry) = (app.config(), app.registry());
    Ok(Rehearsal {
        environment: config.environment(),
        address,
        database: app.repository().settings().database().to_owned(),
        cron_tasks: config.runner_enabled.then(|| registry.cron_tasks().len()),
        side_tasks: (config.runner_enabled && config.side_tasks_enabled()).then(|| registry.side_tasks().len()),
        concurrency: config.concurrency,
    })
}
