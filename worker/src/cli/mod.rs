//! The commands as they are typed: names, arguments, examples; one file a noun.
//!
//! What each is for stands in `locales/`, as `cli-about-<command>` and `cli-arg-<argument>`; [`help`] puts it in.
//! A test sees that nothing lacks a sentence, and that every example is one that could be typed.

pub(crate) mod arguments;
mod cron;
mod health;
mod help;
mod new;
mod pulse;
mod runner;
mod schedule;
mod side;
mod value;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use downbeat::locale::Locale;
use reqwest::Url;
use secrecy::SecretString;

use crate::completion::Shell;
use crate::events::EventsOptions;
use crate::examine::DoctorOptions;
use crate::generate::GenerateOptions;
use crate::start::{DevOptions, StartOptions};

pub(crate) use cron::{CronCommand, CronHistory, CronSet, CronStats, CronTasks, StatsKind};
pub(crate) use health::HealthCommand;
use help::STYLES;
pub use help::command;
pub(crate) use new::{NewCommand, NewProject, NewTask};
pub(crate) use pulse::PulseCommand;
pub(crate) use runner::{RunnerCommand, RunnerOptions};
pub(crate) use schedule::ScheduleCommand;
pub(crate) use side::SideCommand;
pub(crate) use value::Allowed;
use value::{Language, secret, web_address};

#[derive(Debug, Parser)]
#[command(
    name = "worker",
    version,
    styles = STYLES,
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "dev\ncron tasks --json\ncron run prune-history --wait"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalOptions,
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct GlobalOptions {
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[arg(long, global = true, value_name = "LANGUAGE", value_parser = Language)]
    locale: Option<Locale>,
    #[arg(long, global = true, value_name = "URL", conflicts_with = "url", value_parser = secret)]
    pub(crate) database_url: Option<SecretString>,
    #[arg(long, global = true, value_name = "URL", value_parser = web_address)]
    pub(crate) url: Option<Url>,
    #[arg(short, long, global = true)]
    pub(crate) yes: bool,
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub(crate) log_format: LogFormat,
    #[arg(short, long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    #[default]
    Text,
    Json,
    Journal,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(flatten)]
    Local(LocalCommand),
    #[command(flatten)]
    Api(ApiCommand),
    #[command(display_order = 18, after_help = "events\nevents --task prune-history --json")]
    Events(EventsOptions),
    #[command(alias = "unified-runner", display_order = 13)]
    #[command(after_help = "runner status\nunified-runner start --dry-run")]
    Runner(RunnerOptions),
}

impl Cli {
    /// With the command that was meant, whichever of its names was typed.
    pub(crate) fn meant(self) -> Self {
        Self { command: self.command.meant(), ..self }
    }
}

impl Command {
    /// The command that was meant, whichever of its names was typed.
    pub(crate) fn meant(self) -> Self {
        match self {
            Self::Runner(options) => options.meant(),
            Self::Local(_) | Self::Api(_) | Self::Events(_) => self,
        }
    }
}

/// What happens in this process and nowhere else.
#[derive(Debug, Subcommand)]
pub(crate) enum LocalCommand {
    #[command(display_order = 1, after_help = "dev --listen 127.0.0.1:4000")]
    Dev(DevOptions),
    #[command(display_order = 2, after_help = "start --listen 127.0.0.1:3000 --concurrency 20\nstart --dry-run")]
    Start(StartOptions),
    #[command(display_order = 3, after_help = "migrate\nmigrate --status")]
    Migrate(MigrateOptions),
    #[command(display_order = 4, after_help = "doctor\ndoctor --json")]
    Doctor(DoctorOptions),
    #[command(subcommand, arg_required_else_help = true, display_order = 19)]
    #[command(after_help = "new task invoice-mailer\nnew project ../billing")]
    New(NewCommand),
    #[command(display_order = 20, after_help = "registry\nregistry side\nregistry maintenance\nregistry prune-history")]
    Registry(RegistryOptions),
    #[command(display_order = 21, after_help = "generate\ngenerate --check")]
    Generate(GenerateOptions),
    #[command(display_order = 22, after_help = COMPLETIONS)]
    Completions(CompletionsOptions),
}

/// Where each shell looks for them.
const COMPLETIONS: &str = "completions bash > ~/.local/share/bash-completion/completions/worker
completions zsh > ~/.zfunc/_worker
completions fish > ~/.config/fish/completions/worker.fish";

/// What the API is asked for, here or at `--url`. Each leaf is the command of a route, or another look at its answer.
#[derive(Debug, Subcommand)]
pub(crate) enum ApiCommand {
    #[command(subcommand, arg_required_else_help = true, display_order = 10)]
    #[command(after_help = "cron tasks\ncron history --status failed")]
    Cron(CronCommand),
    #[command(subcommand, arg_required_else_help = true, display_order = 11)]
    #[command(after_help = "pulse status\npulse execute --dry-run")]
    Pulse(PulseCommand),
    #[command(subcommand, arg_required_else_help = true, display_order = 12)]
    #[command(after_help = "side tasks\nside restart heartbeat-monitor")]
    Side(SideCommand),
    /// Typed as [`Command::Runner`].
    #[command(skip)]
    Runner(RunnerCommand),
    #[command(subcommand, arg_required_else_help = true, display_order = 14)]
    #[command(after_help = "schedule next '0 9 * * MON-FRI' --count 3")]
    Schedule(ScheduleCommand),
    #[command(subcommand, arg_required_else_help = true, display_order = 15)]
    #[command(after_help = "health ready")]
    Health(HealthCommand),
    #[command(display_order = 15, after_help = "types\ntypes --json")]
    Types,
    #[command(display_order = 16, after_help = "openapi > openapi.json")]
    Openapi,
    #[command(display_order = 17, after_help = "metrics")]
    Metrics,
}

#[derive(Debug, Args)]
pub(crate) struct MigrateOptions {
    #[arg(long)]
    pub(crate) status: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RegistryOptions {
    #[arg(value_name = "TYPE|CATEGORY|TASK")]
    pub(crate) which: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsOptions {
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}
