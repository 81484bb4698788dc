//! `worker dev` and `worker start`: runner and HTTP API side by side, from the first moment to an orderly end.
//!
//! The end, at the first Ctrl-C, SIGTERM or SIGHUP: nothing is claimed any more, side tasks end, executions end within
//! `TASK_SHUTDOWN_GRACE`, the HTTP API answers what it has begun, the database's connections are closed, and a private
//! PostgreSQL nobody else uses is stopped. A second signal leaves at once; what that cuts off is found and run again by others.

mod listen;
mod project;
mod rehearsal;
mod serve;
mod service;
mod signals;
mod upcoming;

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use downbeat::app::{App, AppError};
use downbeat::backoff::Backoff;
use downbeat::config::Config;
use downbeat::http;
use downbeat::locale::{Message, cause, format, msg};
use downbeat::model::Environment;
use downbeat::private_postgres::{Durability, Lifetime, PrivatePostgres, PrivatePostgresError, Settings};
use downbeat::repository::RepositoryError;
use downbeat::task::Registry;
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

pub(crate) use rehearsal::{Rehearsal, rehearse};
use serve::BOUNDS;
use service::Service;

/// Where `worker dev` and `worker start` listen unless told otherwise.
pub(crate) const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3000);

/// How long answers under way may take at the end, at least.
const LAST_ANSWERS: Duration = Duration::from_secs(1);
/// How long interrupting executions and recording that may take after the grace.
const LAST_RECORDS: Duration = Duration::from_secs(5);
/// How soon a database that is away is looked for again, at first and in the end.
const WHILE_AWAY: Backoff = Backoff::new(Duration::from_millis(250), Duration::from_secs(10));
/// How soon a private PostgreSQL that cannot be started is tried again.
const START_AGAIN: Duration = Duration::from_secs(5);

/// Tells whoever started this something, a piece at a time. The caller prints it.
pub(crate) type Say<'a> = dyn FnMut(News) + Send + 'a;

/// What there is to tell.
#[derive(Clone, Debug)]
pub(crate) enum News {
    /// A sentence for a person.
    Sentence(Message),
    /// It listens; a program wants to know it, too.
    Listening {
        /// What to open.
        address: String,
    },
}

impl From<Message> for News {
    fn from(message: Message) -> Self {
        Self::Sentence(message)
    }
}

/// How `worker dev` is to run.
#[derive(Clone, Debug, Args)]
pub(crate) struct DevOptions {
    /// Where to listen; the next free port if that one is taken
    #[arg(long, value_name = "ADDRESS", default_value_t = LISTEN)]
    pub(crate) listen: SocketAddr,
}

/// How `worker start` is to run.
#[derive(Clone, Debug, Args)]
pub(crate) struct StartOptions {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value_t = LISTEN)]
    pub(crate) listen: SocketAddr,
    /// Serve no HTTP API
    #[arg(long, conflicts_with = "listen")]
    pub(crate) no_http: bool,
    /// How many tasks to run at once, instead of what is configured
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) concurrency: Option<u32>,
    /// Only look whether it would start, and say as what
    #[arg(long)]
    pub(crate) dry_run: bool,
}

impl StartOptions {
    fn address(&self) -> Option<SocketAddr> {
        (!self.no_http).then_some(self.listen)
    }

    /// The configuration with what the options say laid over it, unless it would be wrong in production.
    fn laid_over(&self, config: Config) -> Result<Config, StartError> {
        let concurrency = self.concurrency.and_then(|wanted| wanted.try_into().ok()).unwrap_or(config.concurrency);
        let config = Config { environment: Some(config.environment()), concurrency, ..config };
        check(&config, self.address())?;
        Ok(config)
    }
}

/// Why it did not start, or did not end well.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// `worker start` without a `DATABASE_URL`.
    #[error("DATABASE_URL is not set")]
    DatabaseRequired,
    /// The API would be open to other machines.
    #[error("{address} is not on the loopback, and TASK_API_TOKEN is not set")]
    OpenToOthers {
        /// Where it was to listen.
        address: SocketAddr,
    },
    /// Neither tasks nor an API are wanted.
    #[error("neither runner nor HTTP are enabled")]
    NothingToDo,
    /// Another process listens there.
    #[error("{address} is in use")]
    AddressInUse {
        /// Where it was to listen.
        address: SocketAddr,
    },
    /// The operating system does not let us listen there.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where it was to listen.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// Signals cannot be listened to, so there would be no orderly end.
    #[error("cannot listen to signals")]
    Signals(#[source] io::Error),
    /// Neither a `DATABASE_URL`, nor a private PostgreSQL that `worker dev` made.
    #[error("there is no database in {folder:?}")]
    NoPrivateDatabase {
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// What is there to find the private PostgreSQL again could not be written.
    #[error("cannot use {path:?}")]
    Project {
        /// What could not be written.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The private PostgreSQL.
    #[error(transparent)]
    PrivatePostgres(#[from] PrivatePostgresError),
    /// The database, or what is in it.
    #[error(transparent)]
    App(#[from] AppError),
}

impl StartError {
    /// The sentence for people.
    pub(crate) fn message(&self) -> Message {
        match self {
            Self::DatabaseRequired => msg::start_database_required(),
            Self::OpenToOthers { address } => msg::start_open_to_others(address.to_string()),
            Self::NothingToDo => msg::start_nothing_to_do(),
            Self::AddressInUse { address } => msg::start_address_in_use(address.to_string()),
            Self::Listen { address, source } => msg::start_listen_failed(address.to_string(), cause(source)),
            Self::Signals(source) => msg::start_signals_failed(cause(source)),
            Self::NoPrivateDatabase { .. } => msg::cli_no_database(),
            Self::Project { path, source } => msg::cli_file_unusable(path.display().to_string(), cause(source)),
            Self::PrivatePostgres(error) => error.message(),
            Self::App(error) => error.message(),
        }
    }
}

/// The configuration with a database in it: that of `DATABASE_URL`, else the private PostgreSQL that `worker dev` made. It
/// runs as long as the lease is held.
///
/// # Errors
///
/// If there is none, or it cannot be started.
pub(crate) async fn database(config: Config) -> Result<(Config, Option<PrivatePostgres>), StartError> {
    if config.database_url.is_some() {
        return Ok((config, None));
    }
    let folder = config.data_dir.clone().unwrap_or_else(project::data_folder);
    // Who only looks leaves nothing behind.
    if !project::has_cluster(&folder) {
        return Err(StartError::NoPrivateDatabase { folder });
    }
    let (config, postgres) = private_database(config, folder).await?;
    Ok((config, Some(postgres)))
}

/// Whether there is a database without starting one.
pub(crate) fn has_running_database(config: &Config) -> bool {
    let folder = || config.data_dir.clone().unwrap_or_else(project::data_folder);
    config.database_url.is_some() || project::has_running_server(&folder())
}

/// The same, but makes the private PostgreSQL where there is none.
async fn database_or_new(config: Config) -> Result<(Config, Option<PrivatePostgres>), StartError> {
    if config.database_url.is_some() {
        return Ok((config, None));
    }
    let folder = config.data_dir.clone().unwrap_or_else(project::data_folder);
    let (config, postgres) = private_database(config, folder.clone()).await?;
    project::remember(&folder, postgres.socket_dir())?;
    Ok((config, Some(postgres)))
}

/// Starts or joins the private PostgreSQL. What runs on it is development unless said otherwise.
async fn private_database(config: Config, home: PathBuf) -> Result<(Config, PrivatePostgres), StartError> {
    let settings = Settings {
        home,
        programs: config.pg_bin.clone(),
        durability: Durability::Development,
        lifetime: Lifetime::WithUsers,
    };
    let postgres = PrivatePostgres::start(settings).await?;
    let config = Config {
        database_url: Some(SecretString::from(postgres.url())),
        // A direct address of some other database must not be mixed with it.
        database_url_unpooled: None,
        environment: config.environment.or(Some(Environment::Development)),
        ..config
    };
    Ok((config, postgres))
}

/// Runs everything for development until a signal ends it: on a private PostgreSQL unless there is a `DATABASE_URL`, migrated.
///
/// # Errors
///
/// Whatever keeps it from starting, and a private PostgreSQL that does not stop.
///
/// Returns although a task may still block a thread; the caller ends the process without waiting for its runtime.
pub(crate) async fn dev(
    config: Config,
    registry: Registry,
    options: &DevOptions,
    say: &mut Say<'_>,
) -> Result<(), StartError> {
    let stop = CancellationToken::new();
    let _signals = signals::watch(stop.clone()).map_err(StartError::Signals)?;
    let config = Config { environment: Some(Environment::Development), ..config };
    let begin = begin_development(config, registry, options.listen, say);
    let Some(begun) = stop.run_until_cancelled(begin).await else {
        return Ok(());
    };
    let (app, listener, postgres) = begun?;
    let Some(postgres) = postgres else {
        return work(&app, Some(listener), None, &stop, say).await;
    };
    let worked = tokio::select! {
        worked = work(&app, Some(listener), None, &stop, say) => worked,
        never = keep_alive(&postgres) => match never {},
    };
    postgres.stop().await?;
    worked
}

/// Runs in production until a signal ends it. The database has to be migrated; one that is away is waited for.
///
/// # Errors
///
/// Whatever keeps it from starting.
pub(crate) async fn start(
    config: Config,
    registry: Registry,
    options: &StartOptions,
    say: &mut Say<'_>,
) -> Result<(), StartError> {
    let stop = CancellationToken::new();
    let _signals = signals::watch(stop.clone()).map_err(StartError::Signals)?;
    let app = App::new(options.laid_over(config)?, registry)?;
    app.log_addresses();
    let listener = match options.address() {
        Some(address) => Some(listen::at(address)?),
        None => None,
    };
    let address = listener.as_ref().map(listen::url).transpose()?;
    work(&app, listener, address, &stop, say).await
}

/// Refuses what would be wrong in production.
fn check(config: &Config, listen: Option<SocketAddr>) -> Result<(), StartError> {
    if config.database_url.is_none() {
        return Err(StartError::DatabaseRequired);
    }
    match listen {
        None if !config.runner_enabled => Err(StartError::NothingToDo),
        Some(address) if !address.ip().is_loopback() && config.api_token.is_none() => {
            Err(StartError::OpenToOthers { address })
        }
        Some(_) | None => Ok(()),
    }
}

/// Everything up to the moment where work can begin, told as it happens.
async fn begin_development(
    config: Config,
    registry: Registry,
    listen: SocketAddr,
    say: &mut Say<'_>,
) -> Result<(App, TcpListener, Option<PrivatePostgres>), StartError> {
    // First of all, for it fails at once if it fails.
    let listener = listen::near(listen, say)?;
    let (config, postgres) = database_or_new(config).await?;
    let app = App::new(config, registry)?;
    let applied = app.migrate().await?;
    app.prepare().await?;
    let database = match &postgres {
        Some(postgres) => msg::start_private_database(postgres.url()),
        None => msg::start_database(app.repository().settings().database()),
    };
    say(database.into());
    if !applied.is_empty() {
        say(msg::start_migrated(applied.len()).into());
    }
    say(News::Listening { address: listen::url(&listener)? });
    upcoming::tell(&app, say).await?;
    Ok((app, listener, postgres))
}

/// Runner and HTTP side by side until `stop`, then the end in its order. An address still to be told is told once the
/// database is fit for work or waited for: not before an error that ends it all.
async fn work(
    app: &App,
    listener: Option<TcpListener>,
    address: Option<String>,
    stop: &CancellationToken,
    say: &mut Say<'_>,
) -> Result<(), StartError> {
    let service = Service::new(app.config().locale.unwrap_or_default(), app.config().runner_enabled);
    let ready = watch::Sender::new(false);
    let over = CancellationToken::new();
    let goes_on = CancellationToken::new();
    let tasks = async {
        let worked = run_tasks(app, &service, stop, &goes_on, &ready).await;
        stop.cancel();
        over.cancel();
        worked
    };
    let told = async {
        if let Some(address) = address
            && stop.run_until_cancelled(goes_on.cancelled()).await.is_some()
        {
            say(News::Listening { address });
        }
        stop.cancelled().await;
        service.stops(app.config().shutdown_grace);
        if !over.is_cancelled() {
            say(msg::start_stopping(format::duration(app.config().shutdown_grace)).into());
        }
    };
    let work = async { tokio::join!(tasks, serve(app, listener, stop, &over), told) };
    let (worked, (), ()) = tokio::select! {
        worked = work => worked,
        never = service.show_life(|| app.runner().frozen(Instant::now())) => match never {},
        Some(never) = stop.run_until_cancelled(service.follow(&ready)) => match never {},
    };
    app.repository().close();
    worked
}

/// Runs tasks until `stop`, as soon as the database is there and fit for it.
async fn run_tasks(
    app: &App,
    service: &Service,
    stop: &CancellationToken,
    goes_on: &CancellationToken,
    ready: &watch::Sender<bool>,
) -> Result<(), StartError> {
    let Some(prepared) = stop.run_until_cancelled(prepare(app, service, goes_on)).await else {
        return Ok(());
    };
    prepared?;
    goes_on.cancel();
    let looked = async {
        if app.config().environment() != Environment::Development {
            stop.run_until_cancelled(app.log_way()).await;
        }
    };
    if app.config().runner_enabled {
        let out_of_grace = async {
            stop.cancelled().await;
            sleep(app.config().shutdown_grace + LAST_RECORDS).await;
        };
        tokio::select! {
            ((), ()) = async { tokio::join!(app.runner().run(stop, ready), looked) } => {}
            () = out_of_grace => {
                tracing::error!("a task blocks its thread and cannot be interrupted; leaving it to be found and run again");
            }
        }
    } else {
        tracing::warn!("TASK_RUNNER_ENABLED is false; no tasks run in this process");
        ready.send_replace(true);
        tokio::join!(stop.cancelled(), looked);
    }
    Ok(())
}

/// Waits for a database that is away, and cancels `goes_on` when it does; ends with an error where waiting cannot help.
async fn prepare(app: &App, service: &Service, goes_on: &CancellationToken) -> Result<(), AppError> {
    let mut backoff = WHILE_AWAY;
    loop {
        match app.prepare().await {
            Err(AppError::Repository(error)) if may_pass(&error) => {
                let wait = backoff.wait();
                let retry_in_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
                tracing::warn!(error = %error.message(), retry_in_ms, "waiting for the database");
                service.waits_for_the_database();
                goes_on.cancel();
                sleep(wait).await;
            }
            done => return done,
        }
    }
}

/// Whether the same may succeed later. A server that answers, but knows neither this user nor this database, is the wrong one;
/// one that takes no changes may be about to become the primary.
fn may_pass(error: &RepositoryError) -> bool {
    const INVALID_AUTHORIZATION: &str = "28";
    const NO_SUCH_DATABASE: &str = "3D000";
    let refused = match error {
        RepositoryError::Unreachable(error) => error
            .code()
            .is_some_and(|state| state.code().starts_with(INVALID_AUTHORIZATION) || state.code() == NO_SUCH_DATABASE),
        _ => false,
    };
    (error.is_connection() && !refused) || error.is_read_only()
}

/// Serves HTTP until `over`; what is under way then has the rest of the grace, which began with `stop`.
async fn serve(app: &App, listener: Option<TcpListener>, stop: &CancellationToken, over: &CancellationToken) {
    let Some(listener) = listener else { return };
    let ending = {
        let (app, over) = (app.clone(), over.clone());
        async move {
            over.cancelled().await;
            // Streams of events would go on for ever; whoever listens goes on elsewhere.
            app.events().close();
        }
    };
    let server = serve::serve(listener, http::router(app.clone()), BOUNDS, ending);
    let out_of_patience = async {
        stop.cancelled().await;
        let end_of_grace = Instant::now() + app.config().shutdown_grace;
        over.cancelled().await;
        sleep_until(end_of_grace.max(Instant::now() + LAST_ANSWERS)).await;
    };
    tokio::select! {
        () = server => {}
        () = out_of_patience => tracing::warn!("requests that did not end in time are cut off"),
    }
}

/// Keeps the private PostgreSQL running. The runner lives through its absence as through that of any database.
async fn keep_alive(postgres: &PrivatePostgres) -> Infallible {
    loop {
        let Err(error) = postgres.keep_alive().await;
        tracing::error!(error = %error.message(), "the private PostgreSQL cannot be started; trying again");
        sleep(START_AGAIN).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(set: &[(&str, &str)]) -> Config {
        let get = |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into());
        Config::read(&get).expect("a sound configuration")
    }

    const DATABASE: (&str, &str) = ("DATABASE_URL", "postgres://localhost/db");

    #[test]
    fn production_needs_a_database() {
        assert!(matches!(check(&config(&[]), Some(LISTEN)), Err(StartError::DatabaseRequired)));
        assert!(check(&config(&[DATABASE]), Some(LISTEN)).is_ok());
    }

    #[test]
    fn beyond_the_loopback_a_token_is_needed() {
        let token = ("TASK_API_TOKEN", "0123456789abcdef");
        for address in ["0.0.0.0:3000", "[::]:3000", "10.1.2.3:80"] {
            let address = Some(address.parse().expect("an address"));
            assert!(matches!(check(&config(&[DATABASE]), address), Err(StartError::OpenToOthers { .. })));
            assert!(check(&config(&[DATABASE, token]), address).is_ok());
        }
        for address in ["127.0.0.1:3000", "127.9.9.9:1", "[::1]:3000"] {
            assert!(check(&config(&[DATABASE]), Some(address.parse().expect("an address"))).is_ok());
        }
    }

    #[test]
    fn there_has_to_be_something_to_do() {
        let off = ("TASK_RUNNER_ENABLED", "false");
        assert!(matches!(check(&config(&[DATABASE, off]), None), Err(StartError::NothingToDo)));
        assert!(check(&config(&[DATABASE, off]), Some(LISTEN)).is_ok());
        assert!(check(&config(&[DATABASE]), None).is_ok());
    }
}
