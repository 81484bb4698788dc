//! The commands as they are typed: names, arguments, examples.
//!
//! What each is for stands in `locales/`, as `cli-about-<command>` and `cli-arg-<argument>`; [`command`] puts it in.
//! A test sees that nothing lacks a sentence, and that every example is one that could be typed.

use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::builder::styling::{AnsiColor, Style, Styles};
use clap::builder::{PossibleValue, PossibleValuesParser, RangedI64ValueParser};
use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum};
use downbeat::locale::{Locale, format, msg};
use downbeat::model::{CatchUp, Category, Environment, OverlapPolicy, Priority, Status, TaskType};
use downbeat::repository::Period;
use reqwest::Url;
use secrecy::SecretString;
use serde_json::Value;

use crate::generate::GenerateOptions;
use crate::start::{DevOptions, LISTEN, StartOptions};

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
#[derive(Debug, Args)]
pub(crate) struct GlobalOptions {
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[arg(long, global = true, value_name = "LANGUAGE", value_parser = languages())]
    locale: Option<String>,
    #[arg(long, global = true, value_name = "URL", conflicts_with = "url", value_parser = secret)]
    pub(crate) database_url: Option<SecretString>,
    #[arg(long, global = true, value_name = "URL", value_parser = web_address)]
    pub(crate) url: Option<Url>,
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub(crate) log_format: LogFormat,
    #[arg(short, long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(flatten)]
    Local(LocalCommand),
    #[command(flatten)]
    Api(ApiCommand),
}

/// What happens in this process and nowhere else.
#[derive(Debug, Subcommand)]
pub(crate) enum LocalCommand {
    #[command(display_order = 1, after_help = "dev --listen 127.0.0.1:4000")]
    Dev(DevOptions),
    #[command(display_order = 2, after_help = "start --listen 127.0.0.1:3000 --concurrency 20")]
    Start(StartOptions),
    #[command(display_order = 3, after_help = "migrate\nmigrate --status")]
    Migrate(MigrateOptions),
    #[command(display_order = 4, after_help = "doctor\ndoctor --json")]
    Doctor(DoctorOptions),
    #[command(display_order = 20, after_help = "registry\nregistry --json")]
    Registry,
    #[command(display_order = 21, after_help = "generate\ngenerate --check")]
    Generate(GenerateOptions),
    #[command(display_order = 22, after_help = "completions bash > ~/.local/share/bash-completion/completions/worker")]
    Completions(CompletionsOptions),
}

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
    #[command(alias = "unified-runner", display_order = 13, after_help = "runner status")]
    Runner(RunnerOptions),
    #[command(subcommand, arg_required_else_help = true, display_order = 14)]
    #[command(after_help = "schedule next '0 9 * * MON-FRI' --count 3")]
    Schedule(ScheduleCommand),
    #[command(display_order = 15, after_help = "types\ntypes --json")]
    Types,
}

#[derive(Debug, Args)]
pub(crate) struct MigrateOptions {
    #[arg(long)]
    pub(crate) status: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorOptions {
    #[arg(long, value_name = "ADDRESS", default_value_t = LISTEN)]
    pub(crate) listen: SocketAddr,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsOptions {
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CronCommand {
    #[command(after_help = "cron tasks --priority high-and-above --enabled")]
    Tasks(CronTasks),
    #[command(after_help = "cron show prune-history")]
    Show(CronShow),
    #[command(after_help = "cron history --task prune-history --status failed,timeout --since 24h")]
    History(CronHistory),
    #[command(after_help = "cron stats --period week --type errors")]
    Stats(CronStats),
    #[command(after_help = "cron run prune-history --wait\ncron run prune-history --config '{\"retention_days\":7}'")]
    Run(CronRun),
    #[command(after_help = "cron execution 01980000-0000-7000-8000-000000000000")]
    Execution(CronExecution),
    #[command(after_help = "cron enable http-check")]
    Enable(CronEnable),
    #[command(after_help = "cron disable http-check")]
    Disable(CronDisable),
    #[command(
        after_help = "cron set prune-history --schedule '30 4 * * *' --timezone Europe/Berlin\ncron set http-check \
                            --timeout 20s --environment serverless\ncron set http-check --unset timeout,config.targets"
    )]
    Set(Box<CronSet>),
    #[command(after_help = "cron reset http-check")]
    Reset(CronReset),
    #[command(after_help = "cron pause http-check --for 2h\ncron pause http-check --until 2027-03-28T06:00:00Z")]
    Pause(CronPause),
    #[command(after_help = "cron resume http-check")]
    Resume(CronResume),
    #[command(after_help = "cron retry 01980000-0000-7000-8000-000000000000")]
    Retry(CronRetry),
    #[command(after_help = "cron cancel 01980000-0000-7000-8000-000000000000")]
    Cancel(CronCancel),
    #[command(after_help = "cron explain prune-history\ncron explain prune-history --at 2027-03-28T03:10:00Z")]
    Explain(CronExplain),
}

#[derive(Debug, Args)]
pub(crate) struct CronTasks {
    #[arg(long, value_delimiter = ',', ignore_case = true, value_parser = priorities())]
    pub(crate) priority: Vec<String>,
    #[arg(long, value_delimiter = ',', ignore_case = true, value_parser = words(Status::ALL, Status::as_str))]
    pub(crate) status: Vec<String>,
    #[arg(long, ignore_case = true, value_parser = words(Category::ALL, Category::as_str))]
    pub(crate) category: Option<String>,
    #[arg(long, conflicts_with = "disabled")]
    pub(crate) enabled: bool,
    #[arg(long)]
    pub(crate) disabled: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CronShow {
    pub(crate) task: String,
}

#[derive(Debug, Args)]
pub(crate) struct CronHistory {
    #[arg(long)]
    pub(crate) task: Option<String>,
    #[arg(long, value_delimiter = ',', ignore_case = true, value_parser = words(Status::ALL, Status::as_str))]
    pub(crate) status: Vec<String>,
    #[arg(long, value_name = "TIME", value_parser = since)]
    pub(crate) since: Option<Since>,
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = amount())]
    pub(crate) limit: u16,
    #[arg(long)]
    pub(crate) cursor: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CronStats {
    #[arg(long)]
    pub(crate) task: Option<String>,
    #[arg(long, ignore_case = true, default_value = "day", value_parser = words(Period::ALL, Period::as_str))]
    pub(crate) period: String,
    #[arg(long = "type", value_name = "TYPE", value_enum)]
    pub(crate) kind: Option<StatsKind>,
}

/// Which part of the statistics is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatsKind {
    Overview,
    Performance,
    Errors,
    Trends,
}

#[derive(Debug, Args)]
pub(crate) struct CronRun {
    pub(crate) task: String,
    #[arg(long, value_name = "JSON", value_parser = json)]
    pub(crate) config: Option<Value>,
    #[arg(long)]
    pub(crate) wait: bool,
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CronExecution {
    pub(crate) id: String,
}

#[derive(Debug, Args)]
pub(crate) struct CronEnable {
    pub(crate) task: String,
}

#[derive(Debug, Args)]
pub(crate) struct CronDisable {
    pub(crate) task: String,
}

#[derive(Debug, Args)]
pub(crate) struct CronSet {
    pub(crate) task: String,
    #[arg(long, value_name = "EXPR", conflicts_with = "environment")]
    pub(crate) schedule: Option<String>,
    #[arg(long, value_name = "ZONE", conflicts_with = "environment")]
    pub(crate) timezone: Option<String>,
    #[arg(long, value_name = "SPAN", value_parser = span)]
    pub(crate) timeout: Option<Duration>,
    #[arg(long, value_name = "N")]
    pub(crate) retries: Option<u32>,
    #[arg(long, value_name = "SPAN", value_parser = span, conflicts_with = "environment")]
    pub(crate) retry_delay: Option<Duration>,
    #[arg(long, ignore_case = true, value_parser = words(Priority::ALL, Priority::as_str), conflicts_with = "environment")]
    pub(crate) priority: Option<String>,
    #[arg(long, value_name = "JSON", value_parser = json)]
    pub(crate) config: Option<Value>,
    #[arg(long, ignore_case = true, value_parser = words(CatchUp::ALL, CatchUp::as_str), conflicts_with = "environment")]
    pub(crate) catch_up: Option<String>,
    #[arg(long, ignore_case = true, value_parser = words(OverlapPolicy::ALL, OverlapPolicy::as_str))]
    #[arg(conflicts_with = "environment")]
    pub(crate) overlap: Option<String>,
    #[arg(long, value_name = "N", conflicts_with = "environment")]
    pub(crate) overlap_limit: Option<u32>,
    #[arg(long, value_name = "TIME", conflicts_with = "environment")]
    pub(crate) not_before: Option<DateTime<Utc>>,
    #[arg(long, value_name = "TIME", conflicts_with = "environment")]
    pub(crate) not_after: Option<DateTime<Utc>>,
    #[arg(long, ignore_case = true, value_parser = words(Environment::ALL, Environment::as_str))]
    pub(crate) environment: Option<String>,
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) unset: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CronReset {
    pub(crate) task: String,
}

#[derive(Debug, Args)]
pub(crate) struct CronPause {
    pub(crate) task: String,
    #[command(flatten)]
    pub(crate) end: EndOfPause,
}

#[derive(Debug, Args)]
pub(crate) struct CronResume {
    pub(crate) task: String,
}

/// When a pause ends by itself.
#[derive(Debug, Args)]
pub(crate) struct EndOfPause {
    #[arg(long, value_name = "TIME", conflicts_with = "span")]
    until: Option<DateTime<Utc>>,
    #[arg(long = "for", value_name = "SPAN", value_parser = span)]
    span: Option<Duration>,
}

impl EndOfPause {
    pub(crate) fn at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.until.or_else(|| Some(now + self.span?))
    }
}

#[derive(Debug, Args)]
pub(crate) struct CronRetry {
    pub(crate) id: String,
}

#[derive(Debug, Args)]
pub(crate) struct CronCancel {
    pub(crate) id: String,
}

#[derive(Debug, Args)]
pub(crate) struct CronExplain {
    pub(crate) task: String,
    #[arg(long, value_name = "TIME", value_parser = since)]
    pub(crate) at: Option<Since>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PulseCommand {
    #[command(after_help = "pulse execute --dry-run\npulse execute --task prune-history --force")]
    Execute(PulseExecute),
    #[command(after_help = "pulse status")]
    Status,
    #[command(after_help = "pulse history --limit 50")]
    History(PulseHistory),
}

#[derive(Debug, Args)]
pub(crate) struct PulseExecute {
    #[arg(long, value_delimiter = ',', num_args = 1..)]
    pub(crate) task: Vec<String>,
    #[arg(long)]
    pub(crate) force: bool,
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PulseHistory {
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = amount())]
    pub(crate) limit: u16,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SideCommand {
    #[command(after_help = "side tasks")]
    Tasks,
    #[command(after_help = "side start heartbeat-monitor")]
    Start(SideTaskOptions),
    #[command(after_help = "side stop heartbeat-monitor")]
    Stop(SideTaskOptions),
    #[command(after_help = "side restart heartbeat-monitor")]
    Restart(SideTaskOptions),
}

#[derive(Debug, Args)]
pub(crate) struct SideTaskOptions {
    pub(crate) task: String,
}

/// `runner` alone, as the specification's `unified-runner`, is `runner status`.
#[derive(Debug, Args)]
pub(crate) struct RunnerOptions {
    #[command(subcommand)]
    pub(crate) command: Option<RunnerCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RunnerCommand {
    #[command(after_help = "runner status")]
    Status,
    #[command(after_help = "runner pause --for 30m\nrunner pause --only side")]
    Pause(RunnerPause),
    #[command(after_help = "runner resume")]
    Resume(RunnerResume),
    #[command(after_help = "runner stop web-1/4711")]
    Stop(RunnerStop),
    #[command(after_help = "runner restart 01980000")]
    Restart(RunnerRestart),
}

#[derive(Debug, Args)]
pub(crate) struct RunnerPause {
    #[arg(long, value_name = "TYPE", ignore_case = true, value_parser = words(TaskType::ALL, TaskType::as_str))]
    pub(crate) only: Option<String>,
    #[command(flatten)]
    pub(crate) end: EndOfPause,
}

#[derive(Debug, Args)]
pub(crate) struct RunnerResume {
    #[arg(long, value_name = "TYPE", ignore_case = true, value_parser = words(TaskType::ALL, TaskType::as_str))]
    pub(crate) only: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct RunnerStop {
    pub(crate) instance: String,
}

#[derive(Debug, Args)]
pub(crate) struct RunnerRestart {
    pub(crate) instance: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ScheduleCommand {
    #[command(after_help = "schedule next '30 2 * * *' --tz Europe/Berlin --from 2027-03-27T00:00:00Z")]
    Next(ScheduleNext),
    #[command(after_help = "schedule explain '*/15 9-17 * * MON-FRI'")]
    Explain(ScheduleExplain),
}

#[derive(Debug, Args)]
pub(crate) struct ScheduleNext {
    #[arg(value_name = "EXPR")]
    pub(crate) expression: String,
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(crate) tz: String,
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<DateTime<Utc>>,
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = amount())]
    pub(crate) count: u16,
}

#[derive(Debug, Args)]
pub(crate) struct ScheduleExplain {
    #[arg(value_name = "EXPR")]
    pub(crate) expression: String,
}

/// A moment one looks back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// So long ago.
    Ago(Duration),
    /// At this instant.
    At(DateTime<Utc>),
}

impl Since {
    /// The instant, counted from `now`, as the API reads it.
    pub(crate) fn written(self, now: DateTime<Utc>) -> String {
        match self {
            Self::At(at) => at.to_rfc3339(),
            Self::Ago(duration) => (now - duration).to_rfc3339(),
        }
    }
}

/// `90s`, `30m`, `24h`, `7d`, or an instant as RFC 3339 writes it.
fn since(text: &str) -> Result<Since, String> {
    if let Ok(at) = text.parse() {
        return Ok(Since::At(at));
    }
    let ago = seconds(text).map(Since::Ago);
    ago.ok_or_else(|| "allowed are: 30m, 24h, 7d, 2027-03-28T00:00:00Z".to_owned())
}

/// `500ms`, `90s`, `30m`, `24h`, `7d`.
fn span(text: &str) -> Result<Duration, String> {
    let milliseconds = || text.strip_suffix("ms")?.parse::<u32>().ok().map(|ms| Duration::from_millis(ms.into()));
    milliseconds().or_else(|| seconds(text)).ok_or_else(|| "allowed are: 500ms, 90s, 30m, 24h, 7d".to_owned())
}

/// A number with the letter of its unit.
fn seconds(text: &str) -> Option<Duration> {
    let unit = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return None,
    };
    let number: u32 = text.get(..text.len() - 1)?.parse().ok()?;
    Some(Duration::from_secs(u64::from(number) * unit))
}

/// How many of something the API gives at once.
fn amount() -> RangedI64ValueParser<u16> {
    clap::value_parser!(u16).range(1..=1000)
}

#[allow(clippy::unnecessary_wraps, reason = "a value parser gives a result")]
fn secret(text: &str) -> Result<SecretString, std::convert::Infallible> {
    Ok(SecretString::from(text))
}

fn json(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(text)
}

fn web_address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if matches!(url.scheme(), "http" | "https") { Ok(url) } else { Err("https://…, http://…".to_owned()) }
}

fn languages() -> PossibleValuesParser {
    Locale::all().map(Locale::tag).collect::<Vec<_>>().into()
}

fn words<T: Copy>(all: &[T], written: fn(T) -> &'static str) -> PossibleValuesParser {
    all.iter().map(|word| PossibleValue::new(written(*word).to_lowercase())).collect::<Vec<_>>().into()
}

fn priorities() -> PossibleValuesParser {
    let exact = Priority::ALL.iter().map(|priority| priority.as_str().to_lowercase());
    let above = ["high-and-above", "medium-and-above"].map(str::to_owned);
    exact.chain(above).map(PossibleValue::new).collect::<Vec<_>>().into()
}

const HEADER: Style = AnsiColor::Yellow.on_default().bold();
const LITERAL: Style = AnsiColor::Green.on_default();
const STYLES: Styles =
    Styles::styled().header(HEADER).usage(HEADER).literal(LITERAL).placeholder(AnsiColor::Cyan.on_default());

/// The whole command line, with its help in that language.
#[must_use]
pub fn command(locale: Locale) -> clap::Command {
    translated(Cli::command(), "worker", locale)
}

fn translated(command: clap::Command, path: &str, locale: Locale) -> clap::Command {
    let say = |message| locale.render(&message);
    let usage = say(msg::cli_heading_usage());
    let examples = command.get_after_help().map(|lines| examples(&lines.to_string(), locale));
    let about = locale.lookup(&format!("cli-about-{path}")).unwrap_or_default();
    command
        .help_template(format!("{{about}}\n\n{HEADER}{usage}{HEADER:#} {{usage}}\n\n{{all-args}}{{after-help}}\n"))
        .about(about)
        .after_help(examples.unwrap_or_default())
        .subcommand_help_heading(say(msg::cli_heading_commands()))
        .mut_args(|argument| described(argument, path, locale))
        .mut_subcommands(|sub| {
            let name = sub.get_name();
            let path = if path == "worker" { name.to_owned() } else { format!("{path}-{name}") };
            translated(sub, &path, locale)
        })
}

fn examples(lines: &str, locale: Locale) -> String {
    let heading = locale.render(&msg::cli_heading_examples());
    let lines = lines.lines().map(|line| format!("\n  {LITERAL}worker{LITERAL:#} {line}"));
    std::iter::once(format!("{HEADER}{heading}{HEADER:#}")).chain(lines).collect()
}

/// An argument with its own sentence, else the one shared by all of its name; allowed values and default after it.
fn described(argument: clap::Arg, path: &str, locale: Locale) -> clap::Arg {
    let say = |message| locale.render(&message);
    let id = argument.get_id().as_str().replace('_', "-");
    let own = format!("cli-arg-{path}-{id}");
    let mut help = [own, format!("cli-arg-{id}")].iter().find_map(|id| locale.lookup(id)).unwrap_or_default();
    let takes_values = argument.get_action().takes_values();
    if takes_values {
        let values: Vec<_> = argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        if !values.is_empty() {
            help = say(msg::cli_help_values(help, format::one_of(values)));
        }
        if let [default] = argument.get_default_values() {
            help = say(msg::cli_help_default(default.to_string_lossy(), help));
        }
    }
    let heading = match (argument.is_global_set() || id == "version", argument.is_positional()) {
        (true, _) => msg::cli_heading_global(),
        (false, true) => msg::cli_heading_arguments(),
        (false, false) => msg::cli_heading_options(),
    };
    argument.help(help).help_heading(say(heading)).hide_possible_values(takes_values).hide_default_value(takes_values)
}

/// The language asked for among the arguments, before they are parsed: what is wrong with them is said in it.
pub(crate) fn wanted_locale(arguments: &[OsString]) -> Option<Locale> {
    let mut arguments = arguments.iter().map(|argument| argument.to_str().unwrap_or_default());
    let mut wanted = None;
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--locale") {
            Some("") => wanted = arguments.next(),
            Some(value) => wanted = value.strip_prefix('='),
            None => {}
        }
    }
    Locale::parse(wanted?)
}

/// Options in front of the command that take a value of their own.
const VALUED: [&str; 4] = ["--locale", "--database-url", "--url", "--log-format"];

/// Turns the specification's names into ours: `cron:tasks`, also as `core:system:tasks:cron:tasks`, into `cron tasks`; and
/// `help cron tasks` into `cron tasks --help`.
pub(crate) fn without_colons(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let mut at = 1;
    while let Some(argument) = arguments.get(at).and_then(|argument| argument.to_str()) {
        if !argument.starts_with('-') {
            let name = argument.strip_prefix("core:system:tasks:").unwrap_or(argument);
            let words: Vec<_> = name.split(':').filter(|word| !word.is_empty()).map(OsString::from).collect();
            arguments.splice(at..=at, words);
            if arguments.get(at).is_some_and(|word| word == "help") {
                // In the person's language, as `--help` is; clap's own command would have a sentence of its own.
                arguments.remove(at);
                arguments.push(OsString::from("--help"));
            }
            break;
        }
        at += if VALUED.contains(&argument) { 2 } else { 1 };
    }
    arguments
}

/// Whether `--json` is among the arguments, before they are parsed.
pub(crate) fn wants_json(arguments: &[OsString]) -> bool {
    arguments.iter().take_while(|argument| *argument != OsStr::new("--")).any(|argument| argument == "--json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn the_names_of_the_specification_are_ours() {
        for (theirs, ours) in [
            ("worker cron:tasks", "worker cron tasks"),
            ("worker cron:history --limit 3", "worker cron history --limit 3"),
            ("worker cron:stats", "worker cron stats"),
            ("worker pulse:execute --dry-run", "worker pulse execute --dry-run"),
            ("worker --json --locale de pulse:status", "worker --json --locale de pulse status"),
            ("worker core:system:tasks:cron:stats", "worker cron stats"),
            ("worker core:system:tasks:types", "worker types"),
            ("worker core:system:tasks:unified-runner status", "worker unified-runner status"),
            ("worker cron show a:b", "worker cron show a:b"),
            ("worker --url https://a:1 types", "worker --url https://a:1 types"),
            ("worker help", "worker --help"),
            ("worker --locale pl help cron run", "worker --locale pl cron run --help"),
            ("worker cron show help", "worker cron show help"),
            ("worker", "worker"),
        ] {
            assert_eq!(without_colons(words(theirs)), words(ours), "{theirs}");
        }
        for line in ["worker unified-runner", "worker unified-runner status", "worker runner", "worker types"] {
            assert!(Cli::try_parse_from(words(line)).is_ok(), "{line}");
        }
    }

    #[test]
    fn the_language_is_known_before_anything_is_parsed() {
        let wanted = |line| wanted_locale(&words(line)).map(Locale::tag);
        assert_eq!(wanted("worker --locale de --nonsense"), Some("de"));
        assert_eq!(wanted("worker cron tasks --locale=pl"), Some("pl"));
        assert_eq!(wanted("worker --locale"), None);
        assert_eq!(wanted("worker --locale tlh"), None);
        assert_eq!(wanted("worker cron tasks"), None);
    }

    #[test]
    fn a_span_is_a_number_with_its_unit() {
        for (text, milliseconds) in [("500ms", 500), ("90s", 90_000), ("2h", 7_200_000), ("1d", 86_400_000)] {
            assert_eq!(span(text), Ok(Duration::from_millis(milliseconds)));
        }
        for wrong in ["", "ms", "5", "-1s", "1.5h", "1w", "2027-03-28T00:00:00Z"] {
            assert!(span(wrong).is_err(), "{wrong:?} was read");
        }
    }

    #[test]
    fn a_look_back_begins_so_long_ago_or_at_an_instant() {
        assert_eq!(since("90s"), Ok(Since::Ago(Duration::from_secs(90))));
        assert_eq!(since("24h"), Ok(Since::Ago(Duration::from_secs(86_400))));
        assert_eq!(since("7d"), Ok(Since::Ago(Duration::from_secs(7 * 86_400))));
        assert!(matches!(since("2027-03-28T00:00:00+02:00"), Ok(Since::At(_))));
        for wrong in ["", "h", "24", "-1h", "1w", "99999999999d", "gestern", "1ä"] {
            assert!(since(wrong).is_err(), "{wrong:?} was read");
        }
    }
}
