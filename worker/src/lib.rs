//! The self-hosted worker and the command line of Downbeat.
//!
//! A program of its own with its own tasks is three lines:
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     worker::main(downbeat::task::Registry::builder())
//! }
//! ```
//!
//! - [`cli`] has the commands, [`endpoint`] says what those ask that go through the API, [`call`] asks it.
//! - [`events`] follows what happens, live.
//! - [`view`] lays answers out for a person, [`printer`] prints them; nothing else prints.
//! - [`examine`] looks everything over.
//! - [`completion`] answers a shell at each Tab.
//! - [`dialogue`] asks a person at a terminal, [`follow`] follows history, [`progress`] shows that something goes on.
//! - [`start`] runs everything; [`generate`] writes the index of the tasks, [`new`] files to begin with.
//! - [`failure`] knows the exit codes, [`mistake`] says what is wrong with the arguments.

mod call;
mod cli;
mod completion;
mod dialogue;
mod endpoint;
mod events;
mod examine;
mod failure;
mod follow;
mod generate;
mod logs;
mod mistake;
mod new;
mod printer;
mod progress;
mod start;
mod view;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{FromArgMatches, ValueEnum};
use downbeat::app::App;
use downbeat::clock;
use downbeat::config::{Config, ConfigErrors};
use downbeat::http::{self, Trusted};
use downbeat::locale::{Locale, msg};
use downbeat::private_postgres::PrivatePostgres;
use downbeat::runner;
use downbeat::task::{Registry, RegistryBuilder};
use secrecy::SecretString;

use call::{Api, Deployment};
use cli::{ApiCommand, Cli, Command, CronCommand, GlobalOptions, LocalCommand, MigrateOptions, NewCommand};
use completion::{Known, Shell};
use dialogue::{Choice, Source, Unanswered};
use endpoint::Endpoint;
use events::EventsOptions;
use follow::Follow;
use progress::Progress;
use view::Page;
use view::registry::RegistryAnswer;

pub use cli::command;
pub use failure::Exit;
use failure::Failure;
pub use printer::Printer;

/// A whole program over these tasks: arguments, environment and streams are the process's own.
pub fn main(registry: RegistryBuilder) -> ExitCode {
    let mut printer = Printer::standard();
    let exit = match tokio::runtime::Runtime::new() {
        Ok(runtime) => {
            let exit = runtime.block_on(run(std::env::args_os(), Config::from_env(), registry, &mut printer));
            // A task that blocks its thread must not keep the process: it is found and run again by others.
            runtime.shutdown_background();
            exit
        }
        Err(error) => {
            printer.failure(&Failure::new("server_error", "runtime_failed", error.to_string()));
            Exit::Failed
        }
    };
    exit.into()
}

/// One command: the arguments with the program's name in front, the configuration as it was read, the tasks, and where
/// to print. Logs begin only with [`Printer::standard`]: a program that prints elsewhere has its own way to log.
pub async fn run(
    arguments: impl IntoIterator<Item = OsString>,
    config: Result<Config, ConfigErrors>,
    registry: RegistryBuilder,
    printer: &mut Printer,
) -> Exit {
    let mut arguments = cli::arguments::without_colons(arguments.into_iter().collect());
    let configured = config.as_ref().unwrap_or_else(|errors| errors.readable());
    printer.locale = cli::arguments::wanted_locale(&arguments).unwrap_or_else(|| configured.terminal_locale());
    printer.json = cli::arguments::wants_json(&arguments);
    if let Some(shell) = configured.completes_for.as_deref().filter(|shell| !shell.is_empty()) {
        // Whoever is in the middle of a line has no use for a reason why nothing is offered; and in no case is it run.
        let known = known(configured, registry, printer.locale);
        let offered = Shell::from_str(shell, false).ok().zip(known);
        let answer = offered.and_then(|(shell, known)| shell.answer(&arguments, &known).ok());
        let Some(answer) = answer else { return Exit::Failed };
        printer.data(&answer);
        return Exit::Done;
    }
    let command = cli::command(printer.locale);
    let mut parsed = parse(&command, &arguments);
    let name = arguments.first().cloned().unwrap_or_default();
    let mut program = Program { name, options: GlobalOptions::default(), config, registry, connected: None };
    if let Err(error) = &parsed
        && error.kind() == ErrorKind::MissingRequiredArgument
        && printer.may_ask()
        && let Some(mut missing) = dialogue::missing_argument(&command, &arguments, printer.locale)
    {
        if missing.sets_nothing {
            return nothing_to_set(&command, printer);
        }
        program.options = std::mem::take(&mut missing.options);
        match dialogue::complete(&mut program, missing, printer).await {
            Ok(answer) => arguments.push(answer),
            Err(Unanswered::BrokenOff) => return Exit::BrokenOff,
            Err(Unanswered::Failed(failure)) => return failed(&failure, printer),
        }
        parsed = parse(&command, &arguments);
    }
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return printer.arguments(&error, &command, &arguments),
    };
    if printer.is_standard {
        logs::begin(&cli.global, &cli.command);
    }
    if let Command::Api(ApiCommand::Cron(CronCommand::Set(options))) = &cli.command
        && options.is_empty()
    {
        return nothing_to_set(&command, printer);
    }
    program.options = cli.global;
    match program.execute(cli.command, printer).await {
        Ok(exit) => exit,
        Err(failure) => failed(&failure, printer),
    }
}

fn nothing_to_set(command: &clap::Command, printer: &mut Printer) -> Exit {
    let message = printer.say(&mistake::nothing_to_set(command));
    failed(&Failure::new("validation_failed", "arguments_invalid", message), printer)
}

/// How long a shell may be kept waiting at a Tab.
const PATIENCE_AT_TAB: Duration = Duration::from_secs(2);

/// What may be known at a Tab. The API is asked on a thread of its own: the engine of completions waits for the answer.
fn known(config: &Config, registry: RegistryBuilder, locale: Locale) -> Option<Known> {
    let config = config.clone();
    let tasks = registry.clone().build().ok()?;
    let ask = move |options, source| {
        let program = Program {
            name: OsString::new(),
            options,
            config: Ok(config.clone()),
            registry: registry.clone(),
            connected: None,
        };
        let asking = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            let asked = async { tokio::time::timeout(PATIENCE_AT_TAB, program.choices(source, locale)).await.ok()? };
            runtime.block_on(asked)
        });
        asking.join().ok().flatten().unwrap_or_default()
    };
    Some(Known { registry: tasks, locale, ask: Arc::new(ask) })
}

fn parse(command: &clap::Command, arguments: &[OsString]) -> Result<Cli, clap::Error> {
    let matches = command.clone().try_get_matches_from(arguments)?;
    Ok(Cli::from_arg_matches(&matches)?.meant())
}

fn failed(failure: &Failure, printer: &mut Printer) -> Exit {
    printer.failure(failure);
    failure.exit()
}

/// What every command may draw on. The configuration and the tasks are only checked by a command that needs them.
struct Program {
    /// How it was called.
    name: OsString,
    options: GlobalOptions,
    config: Result<Config, ConfigErrors>,
    registry: RegistryBuilder,
    /// Who answers, once somebody was asked.
    connected: Option<Connected>,
}

/// The API, and the private PostgreSQL it works on, joined for as long as this is held.
struct Connected {
    api: Api,
    _postgres: Option<PrivatePostgres>,
}

impl Program {
    /// Each command is a future of its own size, on the heap: the largest would else lie on the stack of them all.
    async fn execute(self, command: Command, printer: &mut Printer) -> Result<Exit, Failure> {
        match command {
            Command::Api(command) => match Box::pin(self.is_meant(&command, printer)).await {
                Ok(true) => Box::pin(self.ask(command, printer)).await,
                Ok(false) => {
                    printer.note(&msg::cli_nothing_done());
                    Ok(Exit::Failed)
                }
                Err(Unanswered::BrokenOff) => Ok(Exit::BrokenOff),
                Err(Unanswered::Failed(failure)) => Err(failure),
            },
            Command::Events(options) => Box::pin(self.tell(&options, printer)).await,
            Command::Runner(options) => Box::pin(self.execute(options.meant(), printer)).await,
            Command::Local(_) if self.options.url.is_some() => {
                let message = printer.say(&msg::cli_not_by_url());
                Err(Failure::new("validation_failed", "not_by_url", message))
            }
            Command::Local(command) => Box::pin(self.execute_here(command, printer)).await,
        }
    }

    async fn execute_here(self, command: LocalCommand, printer: &mut Printer) -> Result<Exit, Failure> {
        match command {
            LocalCommand::Dev(options) => {
                let (config, registry) = self.checked(printer)?;
                let started = Box::pin(start::dev(config, registry, &options, &mut |news| printer.tell(news))).await;
                started.map(|()| Exit::Done).map_err(|error| Failure::start(&error, printer.locale))
            }
            LocalCommand::Start(options) if options.dry_run => {
                let (config, registry) = self.checked(printer)?;
                let rehearsed = Box::pin(start::rehearse(config, registry, &options)).await;
                let rehearsed = rehearsed.map_err(|error| Failure::start(&error, printer.locale))?;
                printer.answer(&rehearsed, view::start::rehearsal);
                Ok(Exit::Done)
            }
            LocalCommand::Start(options) => {
                let (config, registry) = self.checked(printer)?;
                let started = Box::pin(start::start(config, registry, &options, &mut |news| printer.tell(news))).await;
                started.map(|()| Exit::Done).map_err(|error| Failure::start(&error, printer.locale))
            }
            LocalCommand::Migrate(options) => Box::pin(self.migrate(&options, printer)).await,
            LocalCommand::Doctor(options) => Ok(Box::pin(examine::examine(self, &options, printer)).await),
            LocalCommand::Registry(options) => {
                let registry = self.tasks(printer.locale)?;
                let answer = RegistryAnswer::of(&registry, options.which.as_deref(), printer.locale)
                    .map_err(|message| Failure::new("not_found", "task_not_found", printer.say(&message)))?;
                printer.answer(&answer, view::registry::registry);
                Ok(Exit::Done)
            }
            LocalCommand::Generate(options) => {
                printer.answer(&generate::generate(&options, printer.locale)?, generate::view);
                Ok(Exit::Done)
            }
            LocalCommand::New(NewCommand::Task(options)) => {
                // A program whose tasks are wrong may get another one all the same.
                let known = self.registry.clone().build().ok();
                printer.answer(&new::new_task(&options, known.as_ref(), printer.locale)?, new::view_task);
                Ok(Exit::Done)
            }
            LocalCommand::New(NewCommand::Project(options)) => {
                printer.answer(&new::new_project(&options, printer.locale)?, new::view_project);
                Ok(Exit::Done)
            }
            LocalCommand::Completions(options) => {
                let script = options
                    .shell
                    .script(&self.name)
                    .map_err(|error| Failure::new("server_error", "completions_failed", error.to_string()))?;
                printer.data(&script);
                Ok(Exit::Done)
            }
        }
    }

    async fn migrate(self, options: &MigrateOptions, printer: &mut Printer) -> Result<Exit, Failure> {
        let (config, registry) = self.checked(printer)?;
        let (config, postgres) = database(config, printer.locale).await?;
        let app = App::new(config, registry).map_err(|error| Failure::database(&error, printer.locale))?;
        if options.status {
            let status = app.migration_status().await.map_err(|error| Failure::database(&error, printer.locale))?;
            printer.answer(&status, view::migrate::status);
        } else {
            let applied = printer.while_at(&Progress::Migrations, app.migrate()).await;
            let applied = applied.map_err(|error| Failure::database(&error, printer.locale))?;
            printer.answer(&applied, view::migrate::applied);
        }
        drop(postgres);
        Ok(Exit::Done)
    }

    async fn tell(mut self, options: &EventsOptions, printer: &mut Printer) -> Result<Exit, Failure> {
        let api = self.connect(true, printer).await?;
        events::tell(api, options, printer).await
    }

    /// Whether what is hard to undo is meant; asked only where there is a person to answer.
    async fn is_meant(&self, command: &ApiCommand, printer: &Printer) -> Result<bool, Unanswered> {
        match dialogue::confirmation(command) {
            Some(question) if !self.options.yes && printer.may_ask() => {
                printer.prompt().confirm(printer.say(&question)).await
            }
            Some(_) | None => Ok(true),
        }
    }

    async fn ask(mut self, command: ApiCommand, printer: &mut Printer) -> Result<Exit, Failure> {
        let now = clock::machine_now();
        let waited_for = match &command {
            ApiCommand::Cron(CronCommand::History(options)) if options.follow => {
                let follow = Follow::of(options, now);
                let api = self.connect(true, printer).await?;
                return follow.run(api, printer).await;
            }
            ApiCommand::Cron(CronCommand::Run(options)) if options.wait => Some(options.task.clone()),
            ApiCommand::Cron(_)
            | ApiCommand::Pulse(_)
            | ApiCommand::Side(_)
            | ApiCommand::Runner(_)
            | ApiCommand::Schedule(_)
            | ApiCommand::Health(_)
            | ApiCommand::Types
            | ApiCommand::Openapi
            | ApiCommand::Metrics => None,
        };
        let endpoint = Endpoint::of(command, now);
        let api = self.connect(endpoint.needs_database, printer).await?;
        let progress = match &waited_for {
            Some(task) => Progress::Run(api, task),
            None => Progress::Answer,
        };
        let locale = printer.locale;
        let answer = printer.while_at(&progress, api.ask(&endpoint.call, locale)).await?;
        let shown = endpoint.shown(&printer.page(), &answer.data).map_err(|error| {
            let message = printer.say(&msg::cli_answer_broken(error.to_string()));
            Failure::new("server_error", "answer_broken", message)
        })?;
        printer.data(if printer.json { &answer.body } else { &shown.text });
        Ok(shown.exit)
    }

    /// The deployment at `--url`, else the router in this process; the same from then on.
    async fn connect(&mut self, needs_database: bool, printer: &mut Printer) -> Result<&Api, Failure> {
        let connected = match self.connected.take() {
            Some(connected) => connected,
            None => self.connected(needs_database, printer).await?,
        };
        Ok(&self.connected.insert(connected).api)
    }

    async fn connected(&self, needs_database: bool, printer: &mut Printer) -> Result<Connected, Failure> {
        Ok(match self.options.url.clone() {
            Some(url) => Connected { api: self.deployment(url, printer.locale)?, _postgres: None },
            None if needs_database => {
                let (config, registry) = self.checked(printer)?;
                let (config, postgres) = database(config, printer.locale).await?;
                Connected { api: in_process(config, registry, printer.locale)?, _postgres: postgres }
            }
            None => {
                let registry = self.tasks(printer.locale)?;
                Connected { api: in_process(without_database(), registry, printer.locale)?, _postgres: None }
            }
        })
    }

    /// What there is to choose from; nothing where nobody can be asked. No server is started for that.
    async fn choices(mut self, source: Source, locale: Locale) -> Option<Vec<Choice>> {
        let named = self.options.url.is_some() || self.options.database_url.is_some();
        let config = self.configuration(locale).ok()?;
        if !named && !start::has_running_database(&config) {
            return None;
        }
        let mut printer = Printer::to(io::sink(), io::sink());
        let answer = self.connect(true, &mut printer).await.ok()?.ask(&source.call(), locale).await.ok()?;
        let page = Page { locale, ..printer.page() };
        source.choices(&page, &answer.data).ok()
    }

    /// The configuration as it was read.
    fn configuration(&self, locale: Locale) -> Result<Config, Failure> {
        self.config.clone().map_err(|errors| Failure::configuration(&errors, locale))
    }

    /// The tasks of this program.
    fn tasks(&self, locale: Locale) -> Result<Registry, Failure> {
        self.registry.clone().build().map_err(|errors| Failure::registry(&errors, locale))
    }

    fn deployment(&self, url: reqwest::Url, locale: Locale) -> Result<Api, Failure> {
        let config = self.configuration(locale)?;
        let deployment = Deployment::new(url, config.api_token).map_err(|error| {
            Failure::new("server_error", "client_failed", locale.render(&msg::cli_answer_broken(error.to_string())))
        })?;
        Ok(Api::There(deployment))
    }

    /// The configuration with what the options say laid over it, and the tasks.
    fn checked(&self, printer: &mut Printer) -> Result<(Config, Registry), Failure> {
        let mut config = self.configuration(printer.locale)?;
        config.warnings.iter().for_each(|warning| printer.warning(warning));
        config.locale = Some(printer.locale);
        if let Some(url) = &self.options.database_url {
            config.database_url = Some(url.clone());
            // It belongs to the database of the environment.
            config.database_url_unpooled = None;
        }
        let registry = self.tasks(printer.locale)?;
        Ok((config, registry))
    }
}

/// The configuration with a database in it, and the private PostgreSQL where it is that one, joined for as long as it is
/// held. It is never made here.
async fn database(config: Config, locale: Locale) -> Result<(Config, Option<PrivatePostgres>), Failure> {
    start::database(config).await.map_err(|error| Failure::start(&error, locale))
}

fn in_process(config: Config, registry: Registry, locale: Locale) -> Result<Api, Failure> {
    let trusted = Trusted { actor: format!("command-line:{}@{}", config.user, runner::hostname()) };
    let app = App::new(config, registry).map_err(|error| Failure::database(&error, locale))?;
    Ok(Api::Here(http::router(app), trusted))
}

/// For what is answered without a database. The pool connects when first used, so nobody looks for this one.
fn without_database() -> Config {
    Config { database_url: Some(SecretString::from("postgresql://nowhere.invalid/none")), ..Config::default() }
}
