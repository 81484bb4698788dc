//! What the facts come to. Pure.

use std::collections::BTreeSet;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::facts::{Asked, ClockFacts, Database, Facts, Pooling, Unasked};
use super::finding::Finding;
use super::{Check, Subject, vercel};
use crate::app::connection_settings;
use crate::config::Config;
use crate::locale::{Argument, Stored, msg};
use crate::model::Environment;
use crate::repository::migrate::{MigrationState, MigrationStatus};
use crate::repository::{
    BoundFacts, DatabaseFacts, Encryption, LockMode, OpenTransaction, ServerFacts, TableHealth, WorkFacts,
};
use crate::task::{CronExpr, Registry, Schedule};

/// The oldest PostgreSQL our statements run on: earlier ones do not say since when somebody waits for a lock.
const LEAST_VERSION: i32 = 14;
/// A secret that is shorter, or of fewer different characters, could be guessed.
const WEAK_LENGTH: usize = 24;
const WEAK_VARIETY: usize = 8;
/// Clocks that differ by more mislead whoever reads two of them side by side.
const CLOCK_TOLERANCE_MS: i64 = 2000;
/// Transactions that are open, and idle, for longer hold back vacuum for all.
const LONG_TRANSACTION_MS: i64 = 15 * 60_000;
const LONG_IDLE_MS: i64 = 5 * 60_000;
/// Fewer rows are no matter.
const MANY_ROWS: i64 = 10_000;
/// Below this much room on the disk, something is to be done; below that, at once.
const LOW_BYTES: u64 = 1 << 30;
const FULL_BYTES: u64 = 100 << 20;
/// A task that failed so often in a row does not come back by itself.
const LONG_STREAK: i32 = 10;

/// All findings, in the order in which they are told.
pub(super) fn judge(subject: &Subject, facts: &Facts) -> Vec<(Check, Finding)> {
    let Subject { config, registry, .. } = subject;
    let database = &facts.database;
    let every = vercel::pulse_interval(&facts.vercel);
    vec![
        (Check::Configuration, configuration(subject)),
        (Check::Tasks, tasks(subject)),
        (Check::Secrets, secrets(subject)),
        (Check::Listening, listening(subject)),
        (Check::Overlap, overlap(config)),
        (Check::Vercel, vercel::judge(&facts.vercel, expected(config, database))),
        (Check::Limits, registry.as_ref().map_or_else(|_| unchecked_tasks(subject), limits)),
        (Check::Database, reached(database)),
        (Check::Migrations, of(&database.migrations, |migrations| schema(migrations))),
        (Check::Tls, of(&database.server, |server| tls(server, database))),
        (Check::Pooler, of(&database.pooling, pooler)),
        (Check::Clock, of(&database.clock, clocks)),
        (Check::Connections, of(&database.server, |server| connections(server, database.need))),
        (Check::Transactions, of(&database.health, transactions)),
        (Check::Vacuum, of(&database.tables, |tables| vacuum(tables, &database.server))),
        (Check::Statistics, of(&database.tables, |tables| statistics(tables))),
        (Check::Disk, of(&database.server, |server| disk(server, database.free_bytes))),
        (Check::Runners, of(&database.work, runners)),
        (Check::Versions, of(&database.work, versions)),
        (Check::Schedules, of(&database.work, |work| schedules(work, subject, every))),
        (Check::Hosts, of(&database.work, hosts)),
        (Check::Overdue, of(&database.work, overdue)),
        (Check::NeverRan, of(&database.work, never_ran)),
        (Check::Failures, of(&database.work, failures)),
        (Check::SideTasks, of(&database.work, side_tasks)),
        (Check::Pauses, of(&database.work, pauses)),
        (Check::Retired, of(&database.work, retired)),
    ]
}

/// What is concluded from an answer, if there is one.
fn of<T>(asked: &Asked<T>, conclude: impl FnOnce(&T) -> Finding) -> Finding {
    match asked {
        Ok(facts) => conclude(facts),
        Err(because) => Finding::NotLookedAt { because: because.clone() },
    }
}

fn configuration(subject: &Subject) -> Finding {
    // An address is read when it is used; until then it is a text like any other.
    let address = connection_settings(&subject.config).err().map(|error| error.message());
    let mistakes: Vec<_> = subject.mistakes.iter().cloned().chain(address).collect();
    if !mistakes.is_empty() {
        return Finding::ConfigurationWrong { mistakes };
    }
    match &subject.config.warnings {
        doubts if doubts.is_empty() => Finding::ConfigurationFine,
        doubts => Finding::ConfigurationDoubtful { doubts: doubts.clone() },
    }
}

fn tasks(subject: &Subject) -> Finding {
    match &subject.registry {
        Ok(registry) => Finding::TasksFine { cron: registry.cron_tasks().len(), side: registry.side_tasks().len() },
        Err(_) => unchecked_tasks(subject),
    }
}

fn unchecked_tasks(subject: &Subject) -> Finding {
    let errors = subject.registry.as_ref().err();
    let mistakes = errors.into_iter().flat_map(|errors| &errors.0).map(crate::task::RegistryError::message).collect();
    Finding::TasksWrong { mistakes }
}

fn secrets(subject: &Subject) -> Finding {
    let config = &subject.config;
    let (cron, token) = (config.cron_secret.as_ref(), config.api_token.as_ref());
    let weak = [("CRON_SECRET", cron), ("TASK_API_TOKEN", token)];
    if let Some((variable, _)) = weak.into_iter().find(|(_, secret)| secret.is_some_and(is_weak)) {
        return Finding::SecretWeak { variable };
    }
    if !subject.mistakes.is_empty() && (cron.is_none() || token.is_none()) {
        // One that is set and cannot be used is not missing.
        return Finding::NotLookedAt { because: Unasked::Misconfigured };
    }
    match (config.environment(), cron, token) {
        (_, Some(cron), Some(token)) if cron.expose_secret() == token.expose_secret() => Finding::SecretsEqual,
        (Environment::Serverless, None, None) => Finding::NobodyMayPulse,
        (Environment::Serverless, None, Some(_)) => Finding::CronSecretMissing,
        (Environment::Serverless | Environment::Production, _, None) => Finding::TokenMissing,
        (Environment::Development, None, None) => Finding::SecretsNotNeeded,
        (Environment::Serverless | Environment::Production | Environment::Development, _, _) => Finding::SecretsFine,
    }
}

fn is_weak(secret: &SecretString) -> bool {
    let text = secret.expose_secret();
    text.len() < WEAK_LENGTH || text.bytes().collect::<BTreeSet<_>>().len() < WEAK_VARIETY
}

fn listening(subject: &Subject) -> Finding {
    let address = subject.listen.to_string();
    match subject.config.environment() {
        Environment::Serverless => Finding::PlatformListens,
        Environment::Development | Environment::Production if subject.listen.ip().is_loopback() => {
            Finding::ListensHere { address }
        }
        Environment::Development | Environment::Production if subject.config.api_token.is_none() => {
            Finding::ListensUnprotected { address }
        }
        Environment::Development | Environment::Production => Finding::ListensToOthers { address },
    }
}

fn overlap(config: &Config) -> Finding {
    let environment = config.environment();
    if config.overlap_prevention { Finding::OverlapPrevented } else { Finding::OverlapAllowed { environment } }
}

fn limits(registry: &Registry) -> Finding {
    let tasks = registry.cron_tasks();
    let is_carried = |tag: &&str| tasks.iter().any(|task| task.definition().tags.contains(tag));
    let unused: Vec<_> = registry.limits().keys().filter(|tag| !is_carried(tag)).map(|tag| (*tag).to_owned()).collect();
    if unused.is_empty() {
        Finding::LimitsFine { limits: registry.limits().len() }
    } else {
        Finding::LimitsUnused { tags: unused }
    }
}

fn reached(database: &Database) -> Finding {
    let name = || database.name.clone();
    match &database.server {
        Ok(server) if server.version_number < LEAST_VERSION * 10_000 => {
            Finding::DatabaseOld { version: server.version.clone(), least: LEAST_VERSION }
        }
        Ok(server) if server.is_read_only => {
            Finding::DatabaseReadOnly { database: name(), version: server.version.clone() }
        }
        Ok(server) => Finding::DatabaseFine { database: name(), version: server.version.clone() },
        Err(Unasked::NoDatabase(reason) | Unasked::Refused(reason)) => Finding::NoDatabase { reason: reason.clone() },
        Err(because @ (Unasked::NotMigrated | Unasked::Misconfigured)) => {
            Finding::NotLookedAt { because: because.clone() }
        }
    }
}

fn schema(migrations: &[MigrationStatus]) -> Finding {
    let files = |wanted: &[MigrationState]| -> Vec<_> {
        let those = migrations.iter().filter(|migration| wanted.contains(&migration.state));
        those.map(|migration| format!("{:04}_{}", migration.version, migration.name)).collect()
    };
    let edited = files(&[MigrationState::Edited]);
    let missing = files(&[MigrationState::Pending, MigrationState::Started]);
    let newer = files(&[MigrationState::Unknown]);
    if !edited.is_empty() {
        Finding::MigrationsEdited { files: edited }
    } else if !missing.is_empty() {
        Finding::MigrationsMissing { files: missing }
    } else if !newer.is_empty() {
        Finding::MigrationsNewer { files: newer }
    } else {
        Finding::MigrationsFine { applied: migrations.len() }
    }
}

fn tls(server: &ServerFacts, database: &Database) -> Finding {
    let is_pooled = database.pooling.as_ref().is_ok_and(|pooling| pooling.statements.is_shared);
    match (&server.tls, database.encryption) {
        _ if is_pooled => Finding::TlsUnknown,
        _ if server.is_local => Finding::TlsNotNeeded,
        (None, _) => Finding::TlsMissing,
        (Some(version), Encryption::Verified) => Finding::TlsVerified { version: version.clone() },
        (Some(version), Encryption::Off | Encryption::Optional | Encryption::Required) => {
            Finding::TlsUnverified { version: version.clone() }
        }
    }
}

fn pooler(pooling: &Pooling) -> Finding {
    let lock_mode = pooling.lock_mode;
    match (&pooling.direct, lock_mode) {
        (Some(direct), _) if direct.database != pooling.statements.database => Finding::DirectElsewhere,
        (Some(direct), LockMode::Session) if direct.is_shared => Finding::DirectPooled,
        (None, LockMode::Session) if pooling.statements.is_shared => Finding::PoolerWithSessions,
        (None, LockMode::Transaction) if pooling.statements.is_shared => Finding::PoolerWithTransactions,
        (Some(_), _) if pooling.statements.is_shared => Finding::PoolerPassed { lock_mode },
        (Some(_) | None, LockMode::Session | LockMode::Transaction) => Finding::NoPooler { lock_mode },
    }
}

fn clocks(clock: &ClockFacts) -> Finding {
    let offset_ms = clock.offset.num_milliseconds();
    // What the way there may account for is no difference.
    if offset_ms.abs() - clock.uncertainty.num_milliseconds() > CLOCK_TOLERANCE_MS {
        Finding::ClocksDiffer { offset_ms }
    } else {
        Finding::ClocksAgree { offset_ms }
    }
}

fn connections(server: &ServerFacts, need: usize) -> Finding {
    let (used, most) = (server.connections_used, server.connections_max);
    let is_short = i64::try_from(need).is_ok_and(|need| most - used < need);
    if is_short {
        Finding::ConnectionsShort { used, most, need }
    } else {
        Finding::ConnectionsFine { used, most, need }
    }
}

fn transactions(health: &DatabaseFacts) -> Finding {
    let past = |open: &Option<OpenTransaction>, most| open.clone().filter(|open| open.age_ms > most);
    if let Some(open) = past(&health.oldest_idle_in_transaction, LONG_IDLE_MS) {
        return Finding::TransactionIdle { pid: open.pid, application: open.application_name, age_ms: open.age_ms };
    }
    match past(&health.oldest_transaction, LONG_TRANSACTION_MS) {
        Some(open) => {
            Finding::TransactionLong { pid: open.pid, application: open.application_name, age_ms: open.age_ms }
        }
        None => Finding::TransactionsFine,
    }
}

fn vacuum(tables: &[TableHealth], server: &Asked<ServerFacts>) -> Finding {
    let is_bloated = |table: &&TableHealth| table.dead_rows > MANY_ROWS && table.dead_rows * 4 > table.live_rows;
    let bloated: Vec<_> = tables.iter().filter(is_bloated).map(|table| table.name.clone()).collect();
    if server.as_ref().is_ok_and(|server| !server.has_autovacuum) {
        Finding::AutovacuumOff
    } else if bloated.is_empty() {
        Finding::VacuumFine { dead_rows: tables.iter().map(|table| table.dead_rows).sum() }
    } else {
        Finding::TablesBloated { tables: bloated }
    }
}

fn statistics(tables: &[TableHealth]) -> Finding {
    let is_stale = |table: &&TableHealth| table.changed_rows > MANY_ROWS && table.changed_rows * 2 > table.live_rows;
    let stale: Vec<_> = tables.iter().filter(is_stale).map(|table| table.name.clone()).collect();
    if stale.is_empty() { Finding::StatisticsFine } else { Finding::StatisticsStale { tables: stale } }
}

fn disk(server: &ServerFacts, free_bytes: Option<u64>) -> Finding {
    let size_bytes = server.size_bytes;
    match free_bytes {
        None => Finding::DiskUnknown { size_bytes },
        Some(free_bytes @ ..FULL_BYTES) => Finding::DiskFull { size_bytes, free_bytes },
        Some(free_bytes @ FULL_BYTES..LOW_BYTES) => Finding::DiskLow { size_bytes, free_bytes },
        Some(free_bytes @ LOW_BYTES..) => Finding::DiskFine { size_bytes, free_bytes },
    }
}

fn runners(work: &WorkFacts) -> Finding {
    let silent: Vec<_> =
        work.runners.iter().filter(|runner| runner.is_silent).map(|runner| runner.name.clone()).collect();
    match work.runners.len() {
        0 => Finding::NoRunners,
        runners if silent.is_empty() => Finding::RunnersFine { runners },
        _ => Finding::RunnersSilent { runners: silent },
    }
}

fn versions(work: &WorkFacts) -> Finding {
    let ours = env!("CARGO_PKG_VERSION").to_owned();
    let alive = work.runners.iter().filter(|runner| !runner.is_silent);
    let versions: BTreeSet<_> = alive.map(|runner| runner.version.clone()).collect();
    if versions.is_empty() {
        Finding::VersionsUnknown
    } else if versions.iter().all(|version| *version == ours) {
        Finding::VersionsFine { version: ours }
    } else {
        Finding::VersionsMixed { ours, versions: versions.into_iter().collect() }
    }
}

/// How often the pulse is expected. Where workers decide, it does not matter.
fn expected(config: &Config, database: &Database) -> Option<Duration> {
    let is_pulsed = !database.work.as_ref().is_ok_and(has_worker);
    is_pulsed.then_some(config.pulse_interval)
}

fn has_worker(work: &WorkFacts) -> bool {
    work.runners.iter().any(|runner| runner.is_worker && !runner.is_silent)
}

/// `every`: how often a platform calls the pulse, if that is known.
fn schedules(work: &WorkFacts, Subject { config, registry, .. }: &Subject, every: Option<Duration>) -> Finding {
    let is_pulsed = every.is_some() || config.environment() == Environment::Serverless;
    if has_worker(work) || !is_pulsed {
        return Finding::SchedulesByWorkers;
    }
    let every = every.unwrap_or(config.pulse_interval);
    let every_ms = u64::try_from(every.as_millis()).unwrap_or(u64::MAX);
    let is_finer = |expression: &str| {
        let interval = CronExpr::parse(expression).ok().and_then(|expression| expression.finest_interval());
        interval.is_some_and(|interval| interval < every)
    };
    let in_code = registry.as_ref().ok().filter(|_| !work.knows_tasks).into_iter().flat_map(schedules_in_code);
    let known = work.schedules.iter().map(|schedule| (schedule.task.as_str(), schedule.expression.as_str()));
    let finer = known.chain(in_code).filter(|(_, expression)| is_finer(expression));
    let finer: Vec<_> = finer.map(|(task, expression)| format!("{task} ({expression})")).collect();
    if finer.is_empty() {
        Finding::SchedulesFine { every_ms }
    } else {
        Finding::SchedulesFiner { tasks: finer, every_ms }
    }
}

/// What a database that knows no task yet will be told by the first that runs on it.
fn schedules_in_code(registry: &Registry) -> Vec<(&str, &str)> {
    let tasks = registry.cron_tasks();
    let enabled = tasks.iter().map(|task| *task.definition()).filter(|definition| definition.enabled);
    let scheduled = enabled.filter_map(|definition| match definition.schedule {
        Schedule::Cron(expression) => Some((definition.name, expression)),
        _ => None,
    });
    scheduled.collect()
}

fn hosts(work: &WorkFacts) -> Finding {
    let hosts: Vec<Environment> = work.hosts.iter().filter_map(|host| host.parse().ok()).collect();
    let waits = |bound: &&BoundFacts| !hosts.iter().any(|host| bound.runs_on.allows(*host));
    let tasks: Vec<_> = work.bound.iter().filter(waits).cloned().collect();
    if tasks.is_empty() { Finding::HostsFine } else { Finding::HostsMissing { tasks } }
}

fn overdue(work: &WorkFacts) -> Finding {
    let tasks = work.overdue.clone();
    if tasks.is_empty() {
        Finding::NothingOverdue
    } else if has_worker(work) {
        Finding::Overdue { tasks }
    } else {
        Finding::OverdueUnattended { tasks }
    }
}

fn never_ran(work: &WorkFacts) -> Finding {
    let tasks = work.never_ran.clone();
    if tasks.is_empty() { Finding::NoneWithoutRun } else { Finding::NeverRan { tasks } }
}

fn failures(work: &WorkFacts) -> Finding {
    let tasks = work.failing.iter().map(|failing| format!("{} ({})", failing.task, failing.failures)).collect();
    if work.failing.is_empty() {
        Finding::NoStreaks
    } else if work.failing.iter().any(|failing| failing.failures >= LONG_STREAK) {
        Finding::FailureStreaksLong { tasks }
    } else {
        Finding::FailureStreaks { tasks }
    }
}

fn side_tasks(work: &WorkFacts) -> Finding {
    let tasks = work.failed_side.iter().map(|failed| match &failed.error {
        Some(error) => {
            let said = Stored { text: error.clone(), sentence: failed.sentence.clone() };
            let told = msg::doctor_side_task_given_up(said, failed.task.as_str());
            Argument::from(told).stored()
        }
        None => Stored { text: failed.task.clone(), sentence: None },
    });
    let tasks: Vec<_> = tasks.collect();
    if tasks.is_empty() { Finding::SideTasksFine } else { Finding::SideTasksGivenUp { tasks } }
}

fn pauses(work: &WorkFacts) -> Finding {
    if let Some(since) = work.maintenance_since {
        return Finding::MaintenanceForgotten { since };
    }
    let tasks = work.paused.iter().map(|paused| format!("{} ({})", paused.task, paused.since.format("%Y-%m-%d")));
    let tasks: Vec<_> = tasks.collect();
    if tasks.is_empty() { Finding::NothingPaused } else { Finding::PausesForgotten { tasks } }
}

fn retired(work: &WorkFacts) -> Finding {
    let tasks: Vec<_> =
        work.retired_waiting.iter().map(|waiting| format!("{} ({})", waiting.task, waiting.waiting)).collect();
    if tasks.is_empty() { Finding::NothingRetiredWaits } else { Finding::RetiredWaits { tasks } }
}
