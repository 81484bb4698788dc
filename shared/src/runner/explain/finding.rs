//! What an explanation is made of: one fact each, without words.

use chrono::{DateTime, Utc};

use crate::locale::{Locale, Stored};
use crate::model::schema::findings;
use crate::model::{CatchUp, RunsOn, Status};

findings! {
    /// One thing that happened, or why it did, or what follows.
    ///
    /// Its written form is `{"code","facts"}`, the code being the variant's name in lower case. A runner that is not known is
    /// `null`, and so is who did something where nobody has recorded it.
    pub(crate) enum Finding {
        // What happened.
        /// Somebody asked for the run.
        ByHand { at: DateTime<Utc> },
        /// An attempt completed.
        Completed { attempt: i32, started_at: DateTime<Utc>, completed_at: DateTime<Utc>, runner: Option<String> },
        /// An attempt runs.
        Runs { attempt: i32, since: DateTime<Utc>, runner: Option<String> },
        /// An attempt failed, or took too long.
        AttemptFailed {
            attempt: i32,
            of: i32,
            at: DateTime<Utc>,
            runner: Option<String>,
            error: Stored,
            code: String,
        },
        /// The runner of an attempt was found dead.
        RunnerLost { attempt: i32, at: DateTime<Utc>, runner: Option<String> },
        /// The runner of an attempt stopped, or its pulse had no time left.
        Interrupted { attempt: i32, at: DateTime<Utc>, runner: Option<String> },
        /// Somebody ended it.
        CancelledBy { at: DateTime<Utc>, by: Option<String> },
        /// A later slot took its place.
        Superseded { at: DateTime<Utc> },
        /// All attempts are used up.
        LastAttempt { attempts: i32 },
        /// Its error is of a kind that is not tried again.
        NotRetried,
        /// What it did was to be undone, and was not.
        NotUndone { status: Status },
        /// It was decided and not run.
        SkippedAt { at: DateTime<Utc>, runner: Option<String> },
        /// It was decided that it cannot run.
        BlockedAt { at: DateTime<Utc>, runner: Option<String> },
        /// It is queued.
        Waits { since: DateTime<Utc> },
        /// Nobody has decided it yet.
        Undecided { due: DateTime<Utc> },
        /// Nobody decided it in time.
        NeverDecided { due: DateTime<Utc> },
        /// It is yet to come.
        YetToCome { due: DateTime<Utc> },
        /// No row is left of it.
        NoRow,

        // Why.
        /// It started later than it was due.
        Late { due: DateTime<Utc>, started_at: DateTime<Utc>, late_ms: i64 },
        /// Its starts are spread.
        StartsSpread { offset_ms: i64 },
        /// No runner lived.
        NoRunner { from: Option<DateTime<Utc>>, until: Option<DateTime<Utc>> },
        /// No pulse came.
        NoPulse { from: DateTime<Utc>, until: Option<DateTime<Utc>> },
        /// Only one kind of host may run it.
        BoundTo { runs_on: RunsOn },
        /// Runners lived and did not take it.
        NotTaken { runners: Vec<String> },
        /// The previous instance ran.
        PreviousInstance { slot: DateTime<Utc>, runner: Option<String>, since: DateTime<Utc>, until: Option<DateTime<Utc>> },
        /// An earlier slot waited.
        PreviousWaiting { slot: DateTime<Utc> },
        /// As many slots waited as may.
        QueueFull { limit: i32 },
        /// It passed, and lies outside what catch-up allows.
        Missed { catch_up: CatchUp, window_ms: i64 },
        /// A later slot ran in its place.
        StoodFor { slot: Option<DateTime<Utc>> },
        /// It was skipped together with later ones, and the newest of them has the row.
        Together { slot: DateTime<Utc> },
        /// It stands for earlier slots, too.
        StandsFor { missed: i32 },
        /// The task was paused.
        Paused { since: Option<DateTime<Utc>>, until: Option<DateTime<Utc>>, by: Option<String> },
        /// The whole system was in maintenance.
        Maintenance { since: Option<DateTime<Utc>>, until: Option<DateTime<Utc>>, by: Option<String> },
        /// A task it depends on did not complete.
        ParentFailed {
            parent: String,
            slot: DateTime<Utc>,
            status: Status,
            error: Option<Stored>,
        },
        /// A task it depends on has never been decided.
        ParentNeverRan { parent: String },
        /// It waits for a task it depends on.
        ParentAwaited { parent: String, slot: Option<DateTime<Utc>>, runner: Option<String> },
        /// It waited for a task it depends on.
        ParentEnded { parent: String, at: DateTime<Utc>, runner: Option<String> },
        /// All places of the named limit were taken.
        LimitFull { limit: String, at_most: i32, holders: Vec<String> },
        /// The pulse that looked at it had too little time.
        BudgetSpent { at: DateTime<Utc> },
        /// Somebody asked it to end.
        CancelAsked { at: DateTime<Utc>, by: Option<String> },
        /// It was told to end and blocks its thread.
        Stuck { since: DateTime<Utc> },
        /// Its runner is overdue.
        RunnerSilent { runner: Option<String>, since: DateTime<Utc> },
        /// Another reason, as it is written.
        OtherReason { reason: String },
        /// Its function was asked and said no, or was not asked.
        FunctionSaidNo { function: String },
        /// Somebody turned the task off.
        Disabled { since: Option<DateTime<Utc>>, by: Option<String> },
        /// The code has the task turned off.
        DisabledInCode,
        /// The code no longer has the task.
        Retired { since: DateTime<Utc> },
        /// Rows before that are gone.
        HistoryBegins { at: DateTime<Utc> },
        /// Completed runs are kept only so often.
        Thinned { interval_ms: i64 },
        /// The definition or what was set over it has changed.
        DefinitionChanged { at: DateTime<Utc> },
        /// It has no schedule.
        ByHandOnly,
        /// No slot has come since the task is known.
        NoSlotYet,
        /// It has no slots before that.
        NotBefore { at: DateTime<Utc> },
        /// It has no slots after that.
        NotAfter { at: DateTime<Utc> },

        // What follows.
        /// When its schedule changed since.
        ScheduleChanged { at: DateTime<Utc>, by: String, before: Option<String>, after: Option<String> },
        /// It was run by hand since.
        RunByHandSince { at: DateTime<Utc>, status: Status },
        /// Another attempt follows.
        NextAttempt { attempt: i32, of: i32, at: DateTime<Utc> },
        /// Whoever looks next decides it.
        DecidedNext { catch_up: CatchUp, window_ms: i64 },
        /// The next slot.
        NextSlot { slot: DateTime<Utc> },
        /// No slot is to come.
        NoNextSlot,
    }
}

impl Finding {
    /// The same with what errors said in that language, where it is a sentence of ours.
    pub(crate) fn told(mut self, locale: Locale) -> Self {
        if let Self::AttemptFailed { error, .. } | Self::ParentFailed { error: Some(error), .. } = &mut self {
            *error = Stored { text: error.told(locale), sentence: None };
        }
        self
    }
}
