//! `worker doctor`: looks everything over, whatever is wrong with the configuration, the tasks or the database.

use std::net::SocketAddr;

use clap::Args;
use downbeat::clock::Clock;
use downbeat::config::ConfigErrors;
use downbeat::doctor::{self, CheckStatus, Subject};

use crate::start::LISTEN;
use crate::{Exit, Printer, Program, start, view};

/// What the doctor is to take for granted.
#[derive(Debug, Args)]
pub(crate) struct DoctorOptions {
    /// Where `worker start` is to listen
    #[arg(long, value_name = "ADDRESS", default_value_t = LISTEN)]
    listen: SocketAddr,
}

/// Looks everything over, and says it.
pub(crate) async fn examine(program: Program, options: &DoctorOptions, printer: &mut Printer) -> Exit {
    let Program { options: global, config, registry, .. } = program;
    let (mut config, mistakes) = match config {
        Ok(config) => (config, Vec::new()),
        Err(errors) => (ConfigErrors::readable(&errors).clone(), errors.messages().collect()),
    };
    if let Some(url) = global.database_url {
        config.database_url = Some(url);
        // It belongs to the database of the environment.
        config.database_url_unpooled = None;
    }
    let (config, postgres, no_database) = match start::database(config.clone()).await {
        Ok((config, postgres)) => (config, postgres, None),
        Err(error) => (config, None, Some(error.message())),
    };
    let subject = Subject {
        config,
        mistakes,
        registry: registry.build(),
        no_database,
        clock: Clock::System,
        listen: options.listen,
        folder: std::env::current_dir().unwrap_or_default(),
    };
    let diagnosis = doctor::examine(&subject).await;
    drop(postgres);
    let answer = diagnosis.answer(printer.locale);
    printer.answer(&answer, view::doctor::doctor);
    match answer.status {
        _ if diagnosis.lacks_setup() => Exit::Setup,
        CheckStatus::Failed => Exit::Failed,
        CheckStatus::Ok | CheckStatus::Warning | CheckStatus::Skipped => Exit::Done,
    }
}
