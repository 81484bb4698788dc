//! `worker dev` and `worker start`: runner, HTTP API and signals.

use std::net::SocketAddr;

use clap::Args;
use downbeat::config::Config;
use downbeat::private_postgres::PrivatePostgres;
use downbeat::task::Registry;

use crate::failure::{Exit, Failure};
use crate::printer::Printer;

/// What `worker dev` takes.
#[derive(Debug, Args)]
pub(crate) struct DevOptions {
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:3000")]
    pub(crate) listen: SocketAddr,
}

/// What `worker start` takes.
#[derive(Debug, Args)]
pub(crate) struct StartOptions {
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:3000")]
    pub(crate) listen: SocketAddr,
    #[arg(long, conflicts_with = "listen")]
    pub(crate) no_http: bool,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) concurrency: Option<u32>,
}

/// Everything for development, until it is told to stop.
pub(crate) async fn dev(
    _config: Config,
    _registry: Registry,
    options: &DevOptions,
    _printer: &mut Printer,
) -> Result<Exit, Failure> {
    Err(not_yet(options.listen))
}

/// Production, until it is told to stop.
pub(crate) async fn start(
    _config: Config,
    _registry: Registry,
    options: &StartOptions,
    _printer: &mut Printer,
) -> Result<Exit, Failure> {
    tracing::debug!(no_http = options.no_http, concurrency = options.concurrency);
    Err(not_yet(options.listen))
}

/// The database to work on: the one that is configured, else the private one of `worker dev`, if there is one.
pub(crate) async fn database(config: Config, _printer: &Printer) -> Result<(Config, Option<PrivatePostgres>), Failure> {
    Ok((config, None))
}

fn not_yet(listen: SocketAddr) -> Failure {
    Failure::new("server_error", "not_yet", format!("nothing listens on {listen} yet"))
}
