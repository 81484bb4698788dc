//! The enums of the specification, written as it writes them.

use super::words;

words! {
    /// How urgent a task is. Decides who runs first when there is less room than work.
    pub enum Priority: "priority" {
        /// Before everything else.
        Critical = "CRITICAL",
        /// Before ordinary work.
        High = "HIGH",
        /// Ordinary work.
        Medium = "MEDIUM",
        /// After ordinary work.
        Low = "LOW",
        /// Whenever there is room.
        Background = "BACKGROUND",
    }
}

words! {
    /// What has become of an execution.
    pub enum Status: "status" {
        /// Queued: a manual run, a retry, or a run that waits for the tasks it depends on.
        Pending = "PENDING",
        /// A runner owns it and works on it.
        Running = "RUNNING",
        /// It ended well.
        Completed = "COMPLETED",
        /// It ended with an error.
        Failed = "FAILED",
        /// It took longer than its timeout.
        Timeout = "TIMEOUT",
        /// It was cancelled.
        Cancelled = "CANCELLED",
        /// Its slot was decided and not run; the reason is recorded.
        Skipped = "SKIPPED",
        /// A task it depends on did not complete.
        Blocked = "BLOCKED",
    }
}

impl Status {
    /// Whether nothing more will happen to an execution in this status.
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            Self::Pending | Self::Running => false,
            Self::Completed | Self::Failed | Self::Timeout | Self::Cancelled | Self::Skipped | Self::Blocked => true,
        }
    }

    /// Whether this status counts as a failure in statistics and health.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        match self {
            Self::Failed | Self::Timeout => true,
            Self::Pending | Self::Running | Self::Completed | Self::Cancelled | Self::Skipped | Self::Blocked => false,
        }
    }
}

words! {
    /// The two kinds of tasks.
    pub enum TaskType: "type" {
        /// Runs at slots and ends.
        Cron = "cron",
        /// Runs until it is told to stop.
        Side = "side",
    }
}

words! {
    /// What a task is about; groups tasks in lists.
    pub enum Category: "category" {
        /// Helps while developing.
        Development = "DEVELOPMENT",
        /// Builds something.
        Build = "BUILD",
        /// Watches something.
        Watch = "WATCH",
        /// Generates something.
        Generator = "GENERATOR",
        /// Exists for tests.
        Test = "TEST",
        /// Cleans up.
        Maintenance = "MAINTENANCE",
        /// Looks after the database.
        Database = "DATABASE",
        /// Belongs to the system itself.
        System = "SYSTEM",
        /// Observes and reports.
        Monitoring = "MONITORING",
    }
}

words! {
    /// Where a process runs (`TASK_RUNNER_ENVIRONMENT`).
    pub enum Environment: "environment" {
        /// A developer's machine.
        Development = "development",
        /// A machine that stays.
        Production = "production",
        /// A function that lives for one request; it runs no side tasks.
        Serverless = "serverless",
    }
}

impl Environment {
    /// Whether side tasks can run here at all.
    #[must_use]
    pub const fn supports_side_tasks(self) -> bool {
        match self {
            Self::Development | Self::Production => true,
            Self::Serverless => false,
        }
    }
}
