//! What a check comes to: a fact each, without words.

use chrono::{DateTime, Utc};

use super::CheckStatus;
use super::facts::Unasked;
use super::vercel::CronFault;
use crate::locale::{Locale, Message, Stored};
use crate::model::Environment;
use crate::model::schema::findings;
use crate::repository::{BoundFacts, LockMode, NeverRanFacts};

findings! {
    /// What a check comes to.
    ///
    /// Its written form is `{"code","facts"}`, the code being the variant's name in lower case. Sentences of others, such as
    /// what the reader of the configuration says, are only in its words.
    pub(crate) enum Finding {
        /// It could not be looked at.
        NotLookedAt {
            #[serde(skip)]
            because: Unasked,
        },

        // What is set and defined.
        ConfigurationFine,
        /// Something looks like a mistake.
        ConfigurationDoubtful {
            #[serde(skip)]
            doubts: Vec<Message>,
        },
        ConfigurationWrong {
            #[serde(skip)]
            mistakes: Vec<Message>,
        },
        TasksFine {
            cron: usize,
            side: usize,
        },
        TasksWrong {
            #[serde(skip)]
            mistakes: Vec<Message>,
        },
        SecretsFine,
        /// Nobody but this machine is answered.
        SecretsNotNeeded,
        /// A platform has nothing to send, and nobody is let in.
        NobodyMayPulse,
        /// A platform's cron has nothing to send.
        CronSecretMissing,
        /// The HTTP API refuses everybody.
        TokenMissing,
        SecretsEqual,
        /// It could be guessed.
        SecretWeak {
            variable: &'static str,
        },
        ListensHere {
            address: String,
        },
        /// Others reach it, with the token, unencrypted.
        ListensToOthers {
            address: String,
        },
        /// Others would reach it without any token.
        ListensUnprotected {
            address: String,
        },
        /// The platform listens.
        PlatformListens,
        OverlapPrevented,
        OverlapAllowed {
            environment: Environment,
        },
        /// There is no `vercel.json`.
        NoVercelFile,
        VercelFine {
            crons: usize,
            schedules: Vec<String>,
        },
        /// The same, but not on the plan that allows one a day.
        VercelFineOnPro {
            crons: usize,
            schedules: Vec<String>,
        },
        /// The pulse is expected more often than the platform calls it.
        VercelRarerThanExpected {
            every_ms: u64,
            expected_ms: u64,
        },
        VercelCronsTooMany {
            crons: usize,
            most: usize,
        },
        VercelUnreadable {
            error: String,
        },
        /// No cron calls the pulse.
        VercelWithoutPulse,
        VercelCronRefused {
            path: String,
            schedule: String,
            fault: CronFault,
        },
        LimitsFine {
            limits: usize,
        },
        LimitsUnused {
            tags: Vec<String>,
        },

        // The database.
        NoDatabase {
            #[serde(skip)]
            reason: Message,
        },
        DatabaseFine {
            database: String,
            version: String,
        },
        DatabaseOld {
            version: String,
            least: i32,
        },
        DatabaseReadOnly {
            database: String,
            version: String,
        },
        MigrationsFine {
            applied: usize,
        },
        MigrationsMissing {
            files: Vec<String>,
        },
        MigrationsEdited {
            files: Vec<String>,
        },
        /// A newer version of the program was here.
        MigrationsNewer {
            files: Vec<String>,
        },
        /// The server is on this machine.
        TlsNotNeeded,
        TlsVerified {
            version: String,
        },
        /// Encrypted, and nobody knows with whom.
        TlsUnverified {
            version: String,
        },
        TlsMissing,
        /// The pooler ends it, so the server does not know.
        TlsUnknown,
        /// Connections keep their backends.
        NoPooler {
            lock_mode: LockMode,
        },
        /// Locks go past the pooler.
        PoolerPassed {
            lock_mode: LockMode,
        },
        /// Locks last for a transaction.
        PoolerWithTransactions,
        /// A session lock protects nothing.
        PoolerWithSessions,
        /// The direct address leads through a pooler, too.
        DirectPooled,
        /// The direct address leads to another database.
        DirectElsewhere,
        ClocksAgree {
            offset_ms: i64,
        },
        ClocksDiffer {
            offset_ms: i64,
        },
        ConnectionsFine {
            used: i64,
            most: i64,
            need: usize,
        },
        ConnectionsShort {
            used: i64,
            most: i64,
            need: usize,
        },
        TransactionsFine,
        TransactionIdle {
            pid: i32,
            application: Option<String>,
            age_ms: i64,
        },
        TransactionLong {
            pid: i32,
            application: Option<String>,
            age_ms: i64,
        },
        VacuumFine {
            dead_rows: i64,
        },
        AutovacuumOff,
        TablesBloated {
            tables: Vec<String>,
        },
        StatisticsFine,
        StatisticsStale {
            tables: Vec<String>,
        },
        DiskFine {
            size_bytes: i64,
            free_bytes: u64,
        },
        DiskLow {
            size_bytes: i64,
            free_bytes: u64,
        },
        DiskFull {
            size_bytes: i64,
            free_bytes: u64,
        },
        /// Only the size is known.
        DiskUnknown {
            size_bytes: i64,
        },

        // What runs and ran.
        RunnersFine {
            runners: usize,
        },
        NoRunners,
        RunnersSilent {
            runners: Vec<String>,
        },
        VersionsFine {
            version: String,
        },
        VersionsMixed {
            ours: String,
            versions: Vec<String>,
        },
        /// No runner lives whose version could be compared.
        VersionsUnknown,
        SchedulesFine {
            every_ms: u64,
        },
        /// Workers decide each slot at its time.
        SchedulesByWorkers,
        SchedulesFiner {
            tasks: Vec<String>,
            every_ms: u64,
        },
        HostsFine,
        /// Tasks that wait, and the kind of host that is not there.
        HostsMissing {
            tasks: Vec<BoundFacts>,
        },
        NothingOverdue,
        /// Somebody lives who should have decided.
        Overdue {
            tasks: Vec<String>,
        },
        /// Nobody lives who could decide.
        OverdueUnattended {
            tasks: Vec<String>,
        },
        NoneWithoutRun,
        NeverRan {
            tasks: Vec<NeverRanFacts>,
        },
        NoStreaks,
        FailureStreaks {
            tasks: Vec<String>,
        },
        FailureStreaksLong {
            tasks: Vec<String>,
        },
        SideTasksFine,
        SideTasksGivenUp {
            tasks: Vec<Stored>,
        },
        NothingPaused,
        MaintenanceForgotten {
            since: DateTime<Utc>,
        },
        PausesForgotten {
            tasks: Vec<String>,
        },
        NothingRetiredWaits,
        RetiredWaits {
            tasks: Vec<String>,
        },
    }
}

impl Finding {
    /// The same with what errors said in that language, where it is a sentence of ours.
    pub(super) fn told(mut self, locale: Locale) -> Self {
        if let Self::SideTasksGivenUp { tasks } = &mut self {
            for task in tasks {
                *task = Stored { text: task.told(locale), sentence: None };
            }
        }
        self
    }

    /// How the check ended.
    pub(super) fn status(&self) -> CheckStatus {
        match self {
            Self::NotLookedAt { .. }
            | Self::PlatformListens
            | Self::NoVercelFile
            | Self::TlsUnknown
            | Self::DiskUnknown { .. }
            | Self::VersionsUnknown => CheckStatus::Skipped,
            Self::ConfigurationFine
            | Self::TasksFine { .. }
            | Self::SecretsFine
            | Self::SecretsNotNeeded
            | Self::ListensHere { .. }
            | Self::OverlapPrevented
            | Self::VercelFine { .. }
            | Self::VercelFineOnPro { .. }
            | Self::LimitsFine { .. }
            | Self::DatabaseFine { .. }
            | Self::MigrationsFine { .. }
            | Self::TlsNotNeeded
            | Self::TlsVerified { .. }
            | Self::NoPooler { .. }
            | Self::PoolerPassed { .. }
            | Self::PoolerWithTransactions
            | Self::ClocksAgree { .. }
            | Self::ConnectionsFine { .. }
            | Self::TransactionsFine
            | Self::VacuumFine { .. }
            | Self::StatisticsFine
            | Self::DiskFine { .. }
            | Self::RunnersFine { .. }
            | Self::NoRunners
            | Self::VersionsFine { .. }
            | Self::SchedulesFine { .. }
            | Self::SchedulesByWorkers
            | Self::HostsFine
            | Self::NothingOverdue
            | Self::NoneWithoutRun
            | Self::NoStreaks
            | Self::SideTasksFine
            | Self::NothingPaused
            | Self::NothingRetiredWaits => CheckStatus::Ok,
            Self::ConfigurationDoubtful { .. }
            | Self::CronSecretMissing
            | Self::TokenMissing
            | Self::SecretsEqual
            | Self::SecretWeak { .. }
            | Self::ListensToOthers { .. }
            | Self::OverlapAllowed { .. }
            | Self::VercelWithoutPulse
            | Self::VercelRarerThanExpected { .. }
            | Self::LimitsUnused { .. }
            | Self::MigrationsNewer { .. }
            | Self::TlsUnverified { .. }
            | Self::TlsMissing
            | Self::ClocksDiffer { .. }
            | Self::ConnectionsShort { .. }
            | Self::TransactionIdle { .. }
            | Self::TransactionLong { .. }
            | Self::AutovacuumOff
            | Self::TablesBloated { .. }
            | Self::StatisticsStale { .. }
            | Self::DiskLow { .. }
            | Self::RunnersSilent { .. }
            | Self::VersionsMixed { .. }
            | Self::SchedulesFiner { .. }
            | Self::HostsMissing { .. }
            | Self::Overdue { .. }
            | Self::NeverRan { .. }
            | Self::FailureStreaks { .. }
            | Self::MaintenanceForgotten { .. }
            | Self::PausesForgotten { .. }
            | Self::RetiredWaits { .. } => CheckStatus::Warning,
            Self::ConfigurationWrong { .. }
            | Self::TasksWrong { .. }
            | Self::NobodyMayPulse
            | Self::ListensUnprotected { .. }
            | Self::VercelUnreadable { .. }
            | Self::VercelCronsTooMany { .. }
            | Self::VercelCronRefused { .. }
            | Self::NoDatabase { .. }
            | Self::DatabaseOld { .. }
            | Self::DatabaseReadOnly { .. }
            | Self::MigrationsMissing { .. }
            | Self::MigrationsEdited { .. }
            | Self::PoolerWithSessions
            | Self::DirectPooled
            | Self::DirectElsewhere
            | Self::DiskFull { .. }
            | Self::OverdueUnattended { .. }
            | Self::FailureStreaksLong { .. }
            | Self::SideTasksGivenUp { .. } => CheckStatus::Failed,
        }
    }
}
