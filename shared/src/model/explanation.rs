//! What became of a task at a moment, in one word.

use super::words;

words! {
    /// What became of a task at a moment.
    pub enum SlotVerdict: "verdict" {
        /// It ran in time.
        Ran = "ran",
        /// It ran, later than it was due.
        RanLate = "ran_late",
        /// It runs.
        Running = "running",
        /// It is to run, and waits.
        Waiting = "waiting",
        /// It was decided not to run it.
        Skipped = "skipped",
        /// A task it depends on did not complete.
        Blocked = "blocked",
        /// It ran and failed for good.
        Failed = "failed",
        /// Somebody or something ended it early.
        Cancelled = "cancelled",
        /// It had nothing to run.
        NotDue = "not_due",
        /// It was due, and nobody has decided what becomes of it.
        NobodyDecided = "nobody_decided",
        /// No row says what became of it.
        NotRecorded = "not_recorded",
        /// It was turned off.
        Disabled = "disabled",
        /// It was paused.
        Paused = "paused",
        /// The whole system was in maintenance.
        Maintenance = "maintenance",
        /// Its definition had vanished from the code.
        Retired = "retired",
    }
}
