//! What a finding says, what it means, and what to do about it.

use std::time::Duration;

use super::facts::Unasked;
use super::finding::Finding;
use super::vercel::CronFault;
use crate::locale::{Argument, Locale, Message, format, msg};
use crate::model::Reason;
use crate::repository::BoundFacts;

const MEGABYTE: u64 = 1_000_000;
/// Names beyond these would bury what is said.
const MOST_NAMES: usize = 8;

/// A finding in sentences.
pub(super) struct Words {
    /// What was seen; where it was not looked at, why.
    pub(super) saw: Message,
    /// What that means.
    pub(super) means: Option<Message>,
    /// What to do about it.
    pub(super) advice: Option<Message>,
}

/// The sentences of a finding; labels in it are in that language.
pub(super) fn worded(finding: &Finding, locale: Locale) -> Words {
    let label =
        |key: &str, written: &str| locale.lookup(&key.replace(['.', '_'], "-")).unwrap_or_else(|| written.to_owned());
    match finding {
        Finding::NotLookedAt { because: Unasked::NoDatabase(_) } => fine(msg::doctor_not_asked_no_database()),
        Finding::NotLookedAt { because: Unasked::NotMigrated } => fine(msg::doctor_not_asked_not_migrated()),
        Finding::NotLookedAt { because: Unasked::Misconfigured } => fine(msg::doctor_not_asked_misconfigured()),
        Finding::NotLookedAt { because: Unasked::Refused(reason) } => fine(reason.clone()),
        Finding::ConfigurationFine => fine(msg::doctor_configuration_fine()),
        Finding::ConfigurationDoubtful { doubts } => amiss(
            msg::doctor_configuration_doubtful(lines(doubts)),
            msg::doctor_configuration_doubtful_means(),
            msg::doctor_configuration_doubtful_advice(),
        ),
        Finding::ConfigurationWrong { mistakes } => amiss(
            msg::doctor_configuration_wrong(lines(mistakes)),
            msg::doctor_configuration_wrong_means(),
            msg::doctor_configuration_wrong_advice(),
        ),
        Finding::TasksFine { cron, side } => fine(msg::doctor_tasks_fine(*cron, *side)),
        Finding::TasksWrong { mistakes } => amiss(
            msg::doctor_tasks_wrong(lines(mistakes)),
            msg::doctor_tasks_wrong_means(),
            msg::doctor_tasks_wrong_advice(),
        ),
        Finding::SecretsFine => fine(msg::doctor_secrets_fine()),
        Finding::SecretsNotNeeded => fine(msg::doctor_secrets_not_needed()),
        Finding::NobodyMayPulse => amiss(
            msg::doctor_nobody_may_pulse(),
            msg::doctor_nobody_may_pulse_means(),
            msg::doctor_nobody_may_pulse_advice(),
        ),
        Finding::CronSecretMissing => amiss(
            msg::doctor_cron_secret_missing(),
            msg::doctor_cron_secret_missing_means(),
            msg::doctor_cron_secret_missing_advice(),
        ),
        Finding::TokenMissing => {
            amiss(msg::doctor_token_missing(), msg::doctor_token_missing_means(), msg::doctor_token_missing_advice())
        }
        Finding::SecretsEqual => {
            amiss(msg::doctor_secrets_equal(), msg::doctor_secrets_equal_means(), msg::doctor_secrets_equal_advice())
        }
        Finding::SecretWeak { variable } => {
            amiss(msg::doctor_secret_weak(*variable), msg::doctor_secret_weak_means(), msg::doctor_secret_weak_advice())
        }
        Finding::ListensHere { address } => fine(msg::doctor_listens_here(address)),
        Finding::ListensToOthers { address } => amiss(
            msg::doctor_listens_to_others(address),
            msg::doctor_listens_to_others_means(),
            msg::doctor_listens_to_others_advice(),
        ),
        Finding::ListensUnprotected { address } => amiss(
            msg::doctor_listens_unprotected(address),
            msg::doctor_listens_unprotected_means(),
            msg::doctor_listens_unprotected_advice(),
        ),
        Finding::PlatformListens => fine(msg::doctor_platform_listens()),
        Finding::OverlapPrevented => fine(msg::doctor_overlap_prevented()),
        Finding::OverlapAllowed { environment } => amiss(
            msg::doctor_overlap_allowed(label(&environment.key(), environment.as_str())),
            msg::doctor_overlap_allowed_means(),
            msg::doctor_overlap_allowed_advice(),
        ),
        Finding::NoVercelFile => fine(msg::doctor_no_vercel_file()),
        Finding::VercelFine { crons, schedules } => fine(msg::doctor_vercel_fine(*crons, list(schedules))),
        Finding::VercelFineOnPro { crons, schedules } => fine(msg::doctor_vercel_fine_on_pro(*crons, list(schedules))),
        Finding::VercelRarerThanExpected { every_ms, expected_ms } => amiss(
            msg::doctor_vercel_rarer_than_expected(whole(*every_ms), whole(*expected_ms)),
            msg::doctor_vercel_rarer_than_expected_means(),
            msg::doctor_vercel_rarer_than_expected_advice(every_ms.to_string()),
        ),
        Finding::VercelCronsTooMany { crons, most } => amiss(
            msg::doctor_vercel_crons_too_many(*crons, *most),
            msg::doctor_vercel_crons_too_many_means(),
            msg::doctor_vercel_crons_too_many_advice(),
        ),
        Finding::VercelUnreadable { error } => amiss(
            msg::doctor_vercel_unreadable(error),
            msg::doctor_vercel_unreadable_means(),
            msg::doctor_vercel_unreadable_advice(),
        ),
        Finding::VercelWithoutPulse => amiss(
            msg::doctor_vercel_without_pulse(),
            msg::doctor_vercel_without_pulse_means(),
            msg::doctor_vercel_without_pulse_advice(),
        ),
        Finding::VercelCronRefused { path, schedule, fault } => amiss(
            msg::doctor_vercel_cron_refused(fault_of(*fault), path, schedule),
            msg::doctor_vercel_cron_refused_means(),
            msg::doctor_vercel_cron_refused_advice(),
        ),
        Finding::LimitsFine { limits } => fine(msg::doctor_limits_fine(*limits)),
        Finding::LimitsUnused { tags } => amiss(
            msg::doctor_limits_unused(list(tags)),
            msg::doctor_limits_unused_means(),
            msg::doctor_limits_unused_advice(),
        ),
        Finding::NoDatabase { reason } => amiss(
            msg::doctor_no_database(reason.clone()),
            msg::doctor_no_database_means(),
            msg::doctor_no_database_advice(),
        ),
        Finding::DatabaseFine { database, version } => fine(msg::doctor_database_fine(database, version)),
        Finding::DatabaseOld { version, least } => amiss(
            msg::doctor_database_old(version),
            msg::doctor_database_old_means(*least),
            msg::doctor_database_old_advice(),
        ),
        Finding::DatabaseReadOnly { database, version } => amiss(
            msg::doctor_database_read_only(database, version),
            msg::doctor_database_read_only_means(),
            msg::doctor_database_read_only_advice(),
        ),
        Finding::MigrationsFine { applied } => fine(msg::doctor_migrations_fine(*applied)),
        Finding::MigrationsMissing { files } => amiss(
            msg::doctor_migrations_missing(list(files)),
            msg::doctor_migrations_missing_means(),
            msg::doctor_migrations_missing_advice(),
        ),
        Finding::MigrationsEdited { files } => amiss(
            msg::doctor_migrations_edited(list(files)),
            msg::doctor_migrations_edited_means(),
            msg::doctor_migrations_edited_advice(),
        ),
        Finding::MigrationsNewer { files } => amiss(
            msg::doctor_migrations_newer(list(files)),
            msg::doctor_migrations_newer_means(),
            msg::doctor_migrations_newer_advice(),
        ),
        Finding::TlsNotNeeded => fine(msg::doctor_tls_not_needed()),
        Finding::TlsVerified { version } => fine(msg::doctor_tls_verified(version)),
        Finding::TlsUnverified { version } => amiss(
            msg::doctor_tls_unverified(version),
            msg::doctor_tls_unverified_means(),
            msg::doctor_tls_unverified_advice(),
        ),
        Finding::TlsMissing => {
            amiss(msg::doctor_tls_missing(), msg::doctor_tls_missing_means(), msg::doctor_tls_missing_advice())
        }
        Finding::TlsUnknown => fine(msg::doctor_tls_unknown()),
        Finding::NoPooler { lock_mode } => fine(msg::doctor_no_pooler(lock_mode.as_str())),
        Finding::PoolerPassed { lock_mode } => fine(msg::doctor_pooler_passed(lock_mode.as_str())),
        Finding::PoolerWithTransactions => fine(msg::doctor_pooler_with_transactions()),
        Finding::PoolerWithSessions => amiss(
            msg::doctor_pooler_with_sessions(),
            msg::doctor_pooler_with_sessions_means(),
            msg::doctor_pooler_with_sessions_advice(),
        ),
        Finding::DirectPooled => {
            amiss(msg::doctor_direct_pooled(), msg::doctor_direct_pooled_means(), msg::doctor_direct_pooled_advice())
        }
        Finding::DirectElsewhere => amiss(
            msg::doctor_direct_elsewhere(),
            msg::doctor_direct_elsewhere_means(),
            msg::doctor_direct_elsewhere_advice(),
        ),
        Finding::ClocksAgree { offset_ms } => fine(msg::doctor_clocks_agree(direction(*offset_ms), offset(*offset_ms))),
        Finding::ClocksDiffer { offset_ms } => amiss(
            msg::doctor_clocks_differ(direction(*offset_ms), offset(*offset_ms)),
            msg::doctor_clocks_differ_means(),
            msg::doctor_clocks_differ_advice(),
        ),
        Finding::ConnectionsFine { used, most, need } => fine(msg::doctor_connections_fine(*most, *need, *used)),
        Finding::ConnectionsShort { used, most, need } => amiss(
            msg::doctor_connections_short(*most, *need, *used),
            msg::doctor_connections_short_means(),
            msg::doctor_connections_short_advice(),
        ),
        Finding::TransactionsFine => fine(msg::doctor_transactions_fine()),
        Finding::TransactionIdle { pid, application, age_ms } => amiss(
            msg::doctor_transaction_idle(span(*age_ms), named(application), *pid),
            msg::doctor_transaction_idle_means(),
            msg::doctor_transaction_idle_advice(*pid),
        ),
        Finding::TransactionLong { pid, application, age_ms } => amiss(
            msg::doctor_transaction_long(span(*age_ms), named(application), *pid),
            msg::doctor_transaction_long_means(),
            msg::doctor_transaction_long_advice(*pid),
        ),
        Finding::VacuumFine { dead_rows } => fine(msg::doctor_vacuum_fine(*dead_rows)),
        Finding::AutovacuumOff => {
            amiss(msg::doctor_autovacuum_off(), msg::doctor_autovacuum_off_means(), msg::doctor_autovacuum_off_advice())
        }
        Finding::TablesBloated { tables } => amiss(
            msg::doctor_tables_bloated(list(tables)),
            msg::doctor_tables_bloated_means(),
            msg::doctor_tables_bloated_advice(),
        ),
        Finding::StatisticsFine => fine(msg::doctor_statistics_fine()),
        Finding::StatisticsStale { tables } => amiss(
            msg::doctor_statistics_stale(list(tables)),
            msg::doctor_statistics_stale_means(),
            msg::doctor_statistics_stale_advice(),
        ),
        Finding::DiskFine { size_bytes, free_bytes } => {
            fine(msg::doctor_disk_fine(*free_bytes / MEGABYTE, megabytes(*size_bytes)))
        }
        Finding::DiskLow { size_bytes, free_bytes } => amiss(
            msg::doctor_disk_low(*free_bytes / MEGABYTE, megabytes(*size_bytes)),
            msg::doctor_disk_low_means(),
            msg::doctor_disk_low_advice(),
        ),
        Finding::DiskFull { size_bytes, free_bytes } => amiss(
            msg::doctor_disk_full(*free_bytes / MEGABYTE, megabytes(*size_bytes)),
            msg::doctor_disk_full_means(),
            msg::doctor_disk_full_advice(),
        ),
        Finding::DiskUnknown { size_bytes } => fine(msg::doctor_disk_unknown(megabytes(*size_bytes))),
        Finding::RunnersFine { runners } => fine(msg::doctor_runners_fine(*runners)),
        Finding::NoRunners => fine(msg::doctor_no_runners()),
        Finding::RunnersSilent { runners } => amiss(
            msg::doctor_runners_silent(list(runners)),
            msg::doctor_runners_silent_means(),
            msg::doctor_runners_silent_advice(),
        ),
        Finding::VersionsFine { version } => fine(msg::doctor_versions_fine(version)),
        Finding::VersionsMixed { ours, versions } => amiss(
            msg::doctor_versions_mixed(ours, list(versions)),
            msg::doctor_versions_mixed_means(),
            msg::doctor_versions_mixed_advice(),
        ),
        Finding::VersionsUnknown => fine(msg::doctor_versions_unknown()),
        Finding::SchedulesFine { every_ms } => fine(msg::doctor_schedules_fine(whole(*every_ms))),
        Finding::SchedulesByWorkers => fine(msg::doctor_schedules_by_workers()),
        Finding::SchedulesFiner { tasks, every_ms } => amiss(
            msg::doctor_schedules_finer(whole(*every_ms), list(tasks)),
            msg::doctor_schedules_finer_means(),
            msg::doctor_schedules_finer_advice(),
        ),
        Finding::HostsFine => fine(msg::doctor_hosts_fine()),
        Finding::HostsMissing { tasks } => {
            let told = tasks
                .iter()
                .map(|BoundFacts { task, runs_on }| format!("{task} ({})", label(&runs_on.key(), runs_on.as_str())));
            let told: Vec<_> = told.collect();
            amiss(
                msg::doctor_hosts_missing(list(&told)),
                msg::doctor_hosts_missing_means(),
                msg::doctor_hosts_missing_advice(),
            )
        }
        Finding::NothingOverdue => fine(msg::doctor_nothing_overdue()),
        Finding::Overdue { tasks } => {
            amiss(msg::doctor_overdue(list(tasks)), msg::doctor_overdue_means(), msg::doctor_overdue_advice())
        }
        Finding::OverdueUnattended { tasks } => amiss(
            msg::doctor_overdue_unattended(list(tasks)),
            msg::doctor_overdue_unattended_means(),
            msg::doctor_overdue_unattended_advice(),
        ),
        Finding::NoneWithoutRun => fine(msg::doctor_none_without_run()),
        Finding::NeverRan { tasks } => {
            let told = tasks.iter().map(|never| match never.reason.as_deref().map(Reason::split) {
                Some((word, name)) => {
                    let label = label(&format!("tasks.reason.{word}"), word);
                    let label = name.map_or_else(|| label.clone(), |name| format!("{label}: {name}"));
                    format!("{} ({label})", never.task)
                }
                None => never.task.clone(),
            });
            let told: Vec<_> = told.collect();
            amiss(msg::doctor_never_ran(list(&told)), msg::doctor_never_ran_means(), msg::doctor_never_ran_advice())
        }
        Finding::NoStreaks => fine(msg::doctor_no_streaks()),
        Finding::FailureStreaks { tasks } => amiss(
            msg::doctor_failure_streaks(list(tasks)),
            msg::doctor_failure_streaks_means(),
            msg::doctor_failure_streaks_advice(),
        ),
        Finding::FailureStreaksLong { tasks } => amiss(
            msg::doctor_failure_streaks_long(list(tasks)),
            msg::doctor_failure_streaks_long_means(),
            msg::doctor_failure_streaks_long_advice(),
        ),
        Finding::SideTasksFine => fine(msg::doctor_side_tasks_fine()),
        Finding::SideTasksGivenUp { tasks } => amiss(
            msg::doctor_side_tasks_given_up(list(tasks)),
            msg::doctor_side_tasks_given_up_means(),
            msg::doctor_side_tasks_given_up_advice(),
        ),
        Finding::NothingPaused => fine(msg::doctor_nothing_paused()),
        Finding::MaintenanceForgotten { since } => amiss(
            msg::doctor_maintenance_forgotten(since.format("%Y-%m-%d %H:%M UTC").to_string()),
            msg::doctor_maintenance_forgotten_means(),
            msg::doctor_maintenance_forgotten_advice(),
        ),
        Finding::PausesForgotten { tasks } => amiss(
            msg::doctor_pauses_forgotten(list(tasks)),
            msg::doctor_pauses_forgotten_means(),
            msg::doctor_pauses_forgotten_advice(),
        ),
        Finding::NothingRetiredWaits => fine(msg::doctor_nothing_retired_waits()),
        Finding::RetiredWaits { tasks } => amiss(
            msg::doctor_retired_waits(list(tasks)),
            msg::doctor_retired_waits_means(),
            msg::doctor_retired_waits_advice(),
        ),
    }
}

fn fine(saw: Message) -> Words {
    Words { saw, means: None, advice: None }
}

fn amiss(saw: Message, means: Message, advice: Message) -> Words {
    Words { saw, means: Some(means), advice: Some(advice) }
}

/// The names, as many as anybody reads.
fn list<T: ToString>(names: &[T]) -> Message {
    let shown = names.iter().take(MOST_NAMES).map(T::to_string);
    let rest = names.len().saturating_sub(MOST_NAMES);
    format::all_of(shown.chain((rest > 0).then(|| format!("+{rest}"))))
}

/// Sentences of others, one after the other.
fn lines(sentences: &[Message]) -> Message {
    let joined = sentences.iter().cloned().reduce(msg::config_mistakes_list);
    joined.unwrap_or_else(|| format::all_of([""; 0]))
}

fn fault_of(fault: CronFault) -> Message {
    match fault {
        CronFault::Fields => msg::doctor_fault_fields(),
        CronFault::Names => msg::doctor_fault_names(),
        CronFault::BothDays => msg::doctor_fault_both_days(),
        CronFault::Unreadable => msg::doctor_fault_unreadable(),
        CronFault::NeverComes => msg::doctor_fault_never_comes(),
    }
}

fn named(application: &Option<String>) -> Argument {
    let name = application.as_ref().filter(|name| !name.is_empty());
    name.map_or_else(|| msg::doctor_some_program().into(), Argument::from)
}

/// Which way the database's clock differs.
fn direction(offset_ms: i64) -> &'static str {
    if offset_ms < 0 { "behind" } else { "ahead" }
}

fn offset(offset_ms: i64) -> Message {
    whole(offset_ms.unsigned_abs())
}

fn span(milliseconds: i64) -> Message {
    format::duration(Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default()))
}

fn whole(milliseconds: u64) -> Message {
    format::duration(Duration::from_millis(milliseconds))
}

fn megabytes(bytes: i64) -> u64 {
    u64::try_from(bytes).unwrap_or_default() / MEGABYTE
}
