//! What a person may set: one struct, a field a variable. The only reader of the environment.
//!
//! A variable that is empty counts as not set. Durations are milliseconds or have a unit: `500ms`, `30s`, `5m`, `2h`,
//! `1d`. Everything that is wrong is told at once, see [`ConfigErrors`]. `.env.example` is [`example`], held to it by a
//! test.

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use secrecy::SecretString;

use crate::locale::{Locale, Message, format, msg};
use crate::model::Environment;
use crate::repository::LockMode;
use crate::task::Defaults;

/// How often a runner that runs nothing writes its heartbeat, see [`Config::idle_heartbeat`].
pub const IDLE_HEARTBEAT: Duration = Duration::from_secs(15);

/// Stands for the pages of everybody in `TASK_API_CORS_ORIGINS`.
pub(crate) const ANY_ORIGIN: &str = "*";

/// Heartbeats that must fit into a lease: one may be late and one lost before anyone takes the runner for frozen.
const HEARTBEATS_PER_LEASE: u32 = 3;
/// Below this a secret could be guessed.
const SHORTEST_SECRET: usize = 16;

const MILLISECOND: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);
/// Most of what is stored as milliseconds in an `integer` column, in whole days.
const LONGEST: Duration = Duration::from_secs(24 * 86_400);

/// One variable, for help and for `.env.example`.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What counts where it is not set, as one would write it; `None` where that depends, or is nothing.
    pub default: Option<&'static str>,
    /// What it does.
    pub description: fn() -> Message,
}

/// Declares the struct, the table of variables and the reading of each: a variable's name stands once.
macro_rules! variables {
    (
        $(#[$config_doc:meta])*
        pub struct $config:ident;
        $($(#[$doc:meta])* $field:ident: $type:ty = $name:literal $(or $default:literal)?, $read:expr, $about:path;)+
    ) => {
        $(#[$config_doc])*
        #[derive(Clone, Debug)]
        pub struct $config {
            $($(#[$doc])* #[doc = concat!("\n\nVariable: `", $name, "`")] pub $field: $type,)+
            /// Who is logged in, for people: `USER` or `LOGNAME`, otherwise `unknown`.
            pub user: String,
            /// The language of the user's system: that of `LC_ALL`, `LC_MESSAGES` or `LANG`, where it is one of ours.
            pub system_locale: Option<Locale>,
            /// The shell that wants to know what may be typed: `WORKER_COMPLETE`, which its script sets.
            pub completes_for: Option<String>,
            /// What looks like a mistake and stops nothing: misspelt variables.
            pub warnings: Vec<Message>,
        }

        /// Every variable of ours, in the order a person wants to read them.
        pub const VARIABLES: &[Variable] =
            &[$(Variable { name: $name, default: variables!(@default $($default)?), description: $about }),+];

        impl $config {
            fn fields(reading: &mut Reading<'_>) -> Self {
                Self {
                    $($field: reading.value($name, variables!(@default $($default)?), $read),)+
                    user: user(reading),
                    system_locale: system_language(reading),
                    completes_for: reading.raw("WORKER_COMPLETE").and_then(|shell| shell.into_string().ok()),
                    warnings: Vec::new(),
                }
            }
        }
    };
    (@default $default:literal) => { Some($default) };
    (@default) => { None };
}

variables! {
    /// What a person may set. Its `Debug` shows no secret and no address.
    ///
    /// [`Config::default`] is what counts where nothing is set; tests go on from there with struct update syntax.
    pub struct Config;

    /// The PostgreSQL to work on. Default: none; `worker dev` then starts a private one.
    database_url: Option<SecretString> = "DATABASE_URL", address, msg::config_about_database_url;

    /// A direct address of the same database, past any transaction pooler, for locks, LISTEN and migrations.
    /// Default: none.
    database_url_unpooled: Option<SecretString> =
        "DATABASE_URL_UNPOOLED", address, msg::config_about_database_url_unpooled;

    /// How a runner's lock is held. Default: by session; by transaction where the address for it shows a transaction pooler,
    /// and where the environment is serverless and there is no direct address.
    lock_mode: Option<LockMode> =
        "TASK_LOCK_MODE", |raw| word(raw, LockMode::ALL), msg::config_about_lock_mode;

    /// What the platform's cron sends to the pulse route. Default: none, nobody is let in by it.
    cron_secret: Option<SecretString> = "CRON_SECRET", secret, msg::config_about_cron_secret;

    /// What opens the HTTP API. Default: none, only `worker dev` answers, to this machine.
    api_token: Option<SecretString> = "TASK_API_TOKEN", secret, msg::config_about_api_token;

    /// Whose pages may ask the HTTP API from a browser: origins, or `*` for all. Default: none.
    cors_origins: Vec<String> = "TASK_API_CORS_ORIGINS", origins, msg::config_about_cors_origins;

    /// Whether this process runs tasks. Default: `true`.
    runner_enabled: bool = "TASK_RUNNER_ENABLED" or "true", flag, msg::config_about_runner_enabled;

    /// Where this process runs, as set or as the platform shows; read it through [`Config::environment`].
    /// Default: serverless on Vercel and AWS Lambda, otherwise the program's choice.
    environment: Option<Environment> =
        "TASK_RUNNER_ENVIRONMENT", |raw| word(raw, Environment::ALL), msg::config_about_environment;

    /// How long an attempt may take where the task does not say. Milliseconds or with a unit; default: 300000 (5 min).
    default_timeout: Duration =
        "TASK_DEFAULT_TIMEOUT" or "300000", |raw| span(raw, MILLISECOND..=LONGEST), msg::config_about_default_timeout;

    /// How many attempts follow a failed first one where the task does not say. Default: 3.
    default_retries: u32 = "TASK_DEFAULT_RETRIES" or "3", |raw| whole(raw, 0..=1000), msg::config_about_default_retries;

    /// Whether a task is kept from running while it runs; off for tests only. Default: `true`.
    overlap_prevention: bool =
        "TASK_OVERLAP_PREVENTION" or "true", flag, msg::config_about_overlap_prevention;

    /// How many tasks this process runs at once. Default: 100.
    concurrency: usize = "TASK_CONCURRENCY" or "100", |raw| whole(raw, 1..=10_000), msg::config_about_concurrency;

    /// How often pulses are expected, and schedule functions asked. Milliseconds or with a unit; default: 60000 (1 min).
    pulse_interval: Duration =
        "PULSE_INTERVAL" or "60000", |raw| span(raw, SECOND..=DAY), msg::config_about_pulse_interval;

    /// How long one pulse may take, below the platform's own limit. Milliseconds or with a unit; default: 55 s.
    pulse_budget: Duration = "PULSE_BUDGET" or "55s", |raw| span(raw, SECOND..=DAY), msg::config_about_pulse_budget;

    /// Whether side tasks are wanted; whether they run says [`Config::side_tasks_enabled`]. Default: `true`.
    side_tasks: bool = "SIDE_TASKS_ENABLED" or "true", flag, msg::config_about_side_tasks;

    /// How long running tasks may go on once the process is told to stop. Milliseconds or with a unit; default: 30 s.
    shutdown_grace: Duration =
        "TASK_SHUTDOWN_GRACE" or "30s", |raw| span(raw, Duration::ZERO..=DAY), msg::config_about_shutdown_grace;

    /// How often a runner that runs something writes its heartbeat. Milliseconds or with a unit; default: 1 s.
    heartbeat_interval: Duration = "TASK_HEARTBEAT_INTERVAL" or "1s",
        |raw| span(raw, Duration::from_millis(100)..=HOUR), msg::config_about_heartbeat_interval;

    /// How old a heartbeat may grow before the runner has lost what it runs; at least three heartbeats.
    /// Milliseconds or with a unit; default: 60 s.
    lease: Duration =
        "TASK_LEASE" or "60s", |raw| span(raw, Duration::from_secs(3)..=DAY), msg::config_about_lease;

    /// How long finished executions are kept. Milliseconds or with a unit; default: 30 d.
    history_retention: Duration = "TASK_HISTORY_RETENTION" or "30d",
        |raw| span(raw, MINUTE..=Duration::from_secs(36_500 * 86_400)), msg::config_about_history_retention;

    /// The language where nobody asks for another. Default: English, and at a terminal that of the user's system.
    locale: Option<Locale> = "TASK_LOCALE", language, msg::config_about_locale;

    /// The folder of `initdb` and `postgres` for the private PostgreSQL. Default: they are looked for.
    pg_bin: Option<PathBuf> = "DOWNBEAT_PG_BIN", folder, msg::config_about_pg_bin;

    /// The folder the private PostgreSQL lives in. Default: `.downbeat` in the project.
    data_dir: Option<PathBuf> = "DOWNBEAT_DATA_DIR", folder, msg::config_about_data_dir;
}

impl Config {
    /// Reads the environment of this process.
    ///
    /// # Errors
    ///
    /// Every mistake there is.
    #[allow(clippy::disallowed_methods, reason = "the one reader of the environment")]
    pub fn from_env() -> Result<Self, ConfigErrors> {
        Self::from_pairs(env::vars_os())
    }

    /// Reads an environment given as a whole, so that misspelt variables are noticed too.
    ///
    /// # Errors
    ///
    /// Every mistake there is.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, ConfigErrors> {
        let values: BTreeMap<_, _> = pairs.into_iter().collect();
        let config = Self::read(&|name| values.get(OsStr::new(name)).cloned())?;
        let warnings = values.keys().filter_map(|name| misspelt(name.to_str()?)).collect();
        Ok(Self { warnings, ..config })
    }

    /// Reads what `get` gives for each variable.
    ///
    /// # Errors
    ///
    /// Every mistake there is.
    pub fn read(get: &dyn Fn(&str) -> Option<OsString>) -> Result<Self, ConfigErrors> {
        let mut reading = Reading { get, mistakes: Vec::new() };
        let mut config = Self::fields(&mut reading);
        config.environment = config.environment.or_else(|| platform(&reading));
        let mut mistakes = reading.mistakes;
        let is_read = |name| mistakes.iter().all(|mistake| mistake.variable() != Some(name));
        if is_read("TASK_LEASE") && is_read("TASK_HEARTBEAT_INTERVAL") {
            mistakes.extend(config.short_lease());
        }
        if mistakes.is_empty() { Ok(config) } else { Err(ConfigErrors { mistakes, readable: Box::new(config) }) }
    }

    /// Where this process runs; production where neither the variable nor the platform says, for it refuses most.
    /// `worker dev` sets development before it asks.
    #[must_use]
    pub fn environment(&self) -> Environment {
        self.environment.unwrap_or(Environment::Production)
    }

    /// The language of whoever is at the terminal: `TASK_LOCALE`, else the one of their system, else English. Callers of
    /// the HTTP API are somewhere else, and the system of the server says nothing about them.
    #[must_use]
    pub fn terminal_locale(&self) -> Locale {
        self.locale.or(self.system_locale).unwrap_or_default()
    }

    /// Whether side tasks run here: never where the environment is serverless.
    #[must_use]
    pub fn side_tasks_enabled(&self) -> bool {
        self.side_tasks && self.environment().supports_side_tasks()
    }

    /// What applies where a task's definition leaves it open.
    #[must_use]
    pub fn defaults(&self) -> Defaults {
        Defaults {
            timeout: self.default_timeout,
            retries: self.default_retries,
            history_retention: self.history_retention,
        }
    }

    /// How often a runner that runs nothing writes its heartbeat: every [`IDLE_HEARTBEAT`], but often enough for the lease.
    #[must_use]
    pub fn idle_heartbeat(&self) -> Duration {
        IDLE_HEARTBEAT.min(self.lease / HEARTBEATS_PER_LEASE).max(self.heartbeat_interval)
    }

    fn short_lease(&self) -> Option<Mistake> {
        let least = self.heartbeat_interval * HEARTBEATS_PER_LEASE;
        let (lease, heartbeat) = (self.lease, self.heartbeat_interval);
        (lease < least).then_some(Mistake::ShortLease { lease, heartbeat, least })
    }
}

impl Default for Config {
    /// What counts where nothing is set.
    fn default() -> Self {
        match Self::read(&|_| None) {
            Ok(config) => config,
            Err(errors) => unreachable!("a test reads every default: {errors}"),
        }
    }
}

/// The text of `.env.example`: every variable with what it does and its default.
#[must_use]
pub fn example() -> String {
    let variables = VARIABLES.iter().map(|Variable { name, default, description }| {
        format!("\n# {}\n# {name}={}\n", description(), default.unwrap_or_default())
    });
    std::iter::once(format!("# {}\n", msg::config_about_example())).chain(variables).collect()
}

/// All that is wrong with the environment; never empty.
#[derive(Clone, Debug)]
pub struct ConfigErrors {
    mistakes: Vec<Mistake>,
    readable: Box<Config>,
}

impl ConfigErrors {
    /// A sentence for each mistake: the variable, what was read, and what is allowed.
    pub fn messages(&self) -> impl Iterator<Item = Message> {
        self.mistakes.iter().map(Mistake::message)
    }

    /// All of it, a line each.
    pub fn message(&self) -> Message {
        let list = self.messages().reduce(msg::config_mistakes_list);
        msg::config_mistakes(self.mistakes.len(), list.unwrap_or_else(|| format::all_of([""; 0])))
    }

    /// What could be read, with what counts where nothing is set in place of the rest. To look at, not to work by.
    #[must_use]
    pub fn readable(&self) -> &Config {
        &self.readable
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

impl std::error::Error for ConfigErrors {}

#[derive(Clone, Debug, PartialEq)]
enum Mistake {
    /// `read` is nothing like what is allowed.
    Value { variable: &'static str, read: String, allowed: Message },
    /// The same of a secret or an address, which is not repeated.
    Hidden { variable: &'static str, allowed: Message },
    /// The lease leaves no room for a late heartbeat.
    ShortLease { lease: Duration, heartbeat: Duration, least: Duration },
}

impl Mistake {
    /// The one variable whose value cannot be read.
    fn variable(&self) -> Option<&'static str> {
        match self {
            Self::Value { variable, .. } | Self::Hidden { variable, .. } => Some(variable),
            Self::ShortLease { .. } => None,
        }
    }

    fn message(&self) -> Message {
        match self {
            Self::Value { variable, read, allowed } => msg::config_wrong_value(allowed.clone(), read, *variable),
            Self::Hidden { variable, allowed } => msg::config_wrong_hidden(allowed.clone(), *variable),
            Self::ShortLease { lease, heartbeat, least } => {
                msg::config_short_lease(written(*heartbeat), written(*lease), written(*least))
            }
        }
    }
}

/// Reads variables and collects what is wrong with them.
struct Reading<'a> {
    get: &'a dyn Fn(&str) -> Option<OsString>,
    mistakes: Vec<Mistake>,
}

impl Reading<'_> {
    fn value<T: Default>(
        &mut self,
        variable: &'static str,
        default: Option<&str>,
        read: impl Fn(&OsStr) -> Result<T, Refused>,
    ) -> T {
        let otherwise = || default.and_then(|default| read(OsStr::new(default)).ok()).unwrap_or_default();
        let Some(raw) = self.raw(variable) else {
            return otherwise();
        };
        read(&raw).unwrap_or_else(|refused| {
            self.mistakes.push(match refused {
                Refused::Shown(allowed) => Mistake::Value { variable, read: shortened(&raw), allowed },
                Refused::Hidden(allowed) => Mistake::Hidden { variable, allowed },
            });
            otherwise()
        })
    }

    /// The value as it stands, if there is more to it than white space.
    fn raw(&self, variable: &str) -> Option<OsString> {
        (self.get)(variable).filter(|raw| !raw.to_string_lossy().trim().is_empty())
    }
}

/// What would have been allowed, and whether what was read may be shown.
enum Refused {
    Shown(Message),
    Hidden(Message),
}

fn text(raw: &OsStr) -> Option<&str> {
    raw.to_str().map(str::trim)
}

/// A text that is not UTF-8 is shown with its odd bytes replaced, a very long one cut.
fn shortened(raw: &OsStr) -> String {
    const MOST: usize = 60;
    let text = raw.to_string_lossy();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

fn flag(raw: &OsStr) -> Result<bool, Refused> {
    match text(raw).unwrap_or_default().to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err(Refused::Shown(msg::config_allowed_flag())),
    }
}

fn whole<T: TryFrom<u32>>(raw: &OsStr, allowed: RangeInclusive<u32>) -> Result<T, Refused> {
    let number = text(raw).and_then(|text| text.parse().ok()).filter(|number| allowed.contains(number));
    number
        .and_then(|number| number.try_into().ok())
        .ok_or_else(|| Refused::Shown(msg::config_allowed_number(*allowed.start(), *allowed.end())))
}

fn span(raw: &OsStr, allowed: RangeInclusive<Duration>) -> Result<Duration, Refused> {
    text(raw)
        .and_then(duration)
        .filter(|duration| allowed.contains(duration))
        .ok_or_else(|| Refused::Shown(msg::config_allowed_span(written(*allowed.start()), written(*allowed.end()))))
}

fn word<T: FromStr + fmt::Display>(raw: &OsStr, allowed: &[T]) -> Result<Option<T>, Refused> {
    let known = text(raw).and_then(|text| text.parse().ok());
    known.map(Some).ok_or_else(|| Refused::Shown(format::one_of(allowed.iter().map(ToString::to_string))))
}

fn language(raw: &OsStr) -> Result<Option<Locale>, Refused> {
    let known = text(raw).and_then(Locale::parse);
    known.map(Some).ok_or_else(|| Refused::Shown(format::one_of(Locale::all().map(Locale::tag))))
}

/// Origins as browsers write them, separated by commas; or [`ANY_ORIGIN`] alone.
fn origins(raw: &OsStr) -> Result<Vec<String>, Refused> {
    let written = text(raw).unwrap_or_default().split(',').map(str::trim).filter(|origin| !origin.is_empty());
    let origins: Vec<_> = written.map(str::to_ascii_lowercase).collect();
    let sound = origins.iter().all(|origin| is_origin(origin)) || origins == [ANY_ORIGIN];
    if sound && !origins.is_empty() { Ok(origins) } else { Err(Refused::Shown(msg::config_allowed_origins())) }
}

/// `https://host`, perhaps with a port, and nothing behind it.
fn is_origin(text: &str) -> bool {
    let host = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let is_part = |byte: u8| byte.is_ascii_graphic() && !b"/?#@*\\".contains(&byte);
    host.is_some_and(|host| !host.is_empty() && host.bytes().all(is_part))
}

fn folder(raw: &OsStr) -> Result<Option<PathBuf>, Refused> {
    Ok(Some(PathBuf::from(raw)))
}

/// What is wrong inside an address is found where it is parsed, by the repository.
fn address(raw: &OsStr) -> Result<Option<SecretString>, Refused> {
    let text = text(raw).ok_or_else(|| Refused::Hidden(msg::config_allowed_address()))?;
    Ok(Some(SecretString::from(text)))
}

/// It has to fit into an HTTP header: visible ASCII.
fn secret(raw: &OsStr) -> Result<Option<SecretString>, Refused> {
    let sound = |text: &&str| text.len() >= SHORTEST_SECRET && text.bytes().all(|byte| byte.is_ascii_graphic());
    match text(raw).filter(sound) {
        Some(text) => Ok(Some(SecretString::from(text))),
        None => Err(Refused::Hidden(msg::config_allowed_secret(SHORTEST_SECRET))),
    }
}

/// Reads `500`, `500ms`, `30s`, `5m`, `2h` and `1d`.
fn duration(text: &str) -> Option<Duration> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = match unit {
        "" | "ms" => MILLISECOND,
        "s" => SECOND,
        "m" => MINUTE,
        "h" => HOUR,
        "d" => DAY,
        _ => return None,
    };
    unit.checked_mul(number.parse().ok()?)
}

/// The shortest text that [`duration`] reads as this much.
fn written(duration: Duration) -> String {
    let units = [(DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (SECOND, "s")];
    let millis = duration.as_millis();
    match units.iter().find(|(unit, _)| millis > 0 && millis.is_multiple_of(unit.as_millis())) {
        Some((unit, letter)) => format!("{}{letter}", millis / unit.as_millis()),
        None => format!("{millis}ms"),
    }
}

/// What the host says about itself: Vercel sets `VERCEL=1`, Lambda the name of the function.
fn platform(reading: &Reading<'_>) -> Option<Environment> {
    let functions = ["VERCEL", "AWS_LAMBDA_FUNCTION_NAME"];
    functions.iter().any(|name| reading.raw(name).is_some()).then_some(Environment::Serverless)
}

/// The language of the user's system, in POSIX order: the first that is set decides, even for a language we lack.
fn system_language(reading: &Reading<'_>) -> Option<Locale> {
    let first = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| reading.raw(name))?;
    Locale::parse(first.to_str()?)
}

/// What the system says of the person, in the order of how common it is.
fn user(reading: &Reading<'_>) -> String {
    let name = ["USER", "LOGNAME"].iter().find_map(|name| reading.raw(name));
    name.map_or_else(|| "unknown".to_owned(), |name| shortened(&name))
}

/// Says which variable of ours was meant by one that looks like ours and is not.
fn misspelt(name: &str) -> Option<Message> {
    const OURS: [&str; 4] = ["TASK_", "PULSE_", "SIDE_TASK", "DOWNBEAT_"];
    /// Letters that may be wrong, lacking, too many or swapped.
    const SLIPS: usize = 2;
    let upper = name.to_uppercase();
    if !OURS.iter().any(|prefix| upper.starts_with(prefix)) || VARIABLES.iter().any(|variable| variable.name == name) {
        return None;
    }
    let slips = |variable: &&Variable| strsim::osa_distance(&upper, variable.name);
    let nearest = VARIABLES.iter().min_by_key(slips).filter(|nearest| slips(nearest) <= SLIPS);
    let meant = nearest.or_else(|| VARIABLES.iter().find(|variable| lacks_words(&upper, variable.name)))?;
    Some(msg::config_misspelt(meant.name, name))
}

/// Whether `written` is `whole` without some of its words: `TASK_TIMEOUT` for `TASK_DEFAULT_TIMEOUT`.
fn lacks_words(written: &str, whole: &str) -> bool {
    let mut words = whole.split('_');
    written.contains('_') && written.split('_').all(|word| words.any(|other| other == word))
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test may fail")]
mod tests;
