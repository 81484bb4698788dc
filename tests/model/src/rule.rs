//! The rules of the protocol, by name, so that each can be dropped.

/// An enumeration of rules, and all of them in a row.
macro_rules! rules {
    ($(#[$about:meta])* $name:ident: $($(#[$doc:meta])* $rule:ident,)*) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $rule,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$rule),*];
        }
    };
}

pub(crate) use rules;

rules! {
    /// One rule of the protocol, and where the product keeps it.
    Rule:
    /// A slot is taken only where the task's next slot still is what was read: `t.next_execution_at = s.read_next` in
    /// `claim.sql`.
    NextSlotIsCompared,
    /// A slot has one row an attempt: `unique (task_id, scheduled_for, attempt)`, and `decided_before` in `claim.sql`, which
    /// looks before the key would refuse.
    SlotsKeyIsUnique,
    /// Whoever inserts the registry row runs: `unique (task_type, task_name, holder)`, `on conflict do nothing` in `claim.sql`.
    RegistryKeyIsUnique,
    /// The slot's row is inserted by the statement that moves the next slot on: `advanced` and `decided` in `claim.sql`.
    SlotIsDecidedInOneStatement,
    /// With catch-up `all`, a slot waits for the further attempts of the one before it, too: `x.status = 'PENDING'` in
    /// `candidates.sql`, whatever attempt it is.
    FurtherAttemptsHoldTheNextSlot,
    /// What is due is decided by the database's clock: `coalesce($1, clock_timestamp())` in `candidates.sql`.
    DatabaseSaysWhatIsDue,
    /// A heartbeat is dated by the database's clock: `heartbeat_at = clock.now` in `heartbeat.sql`.
    DatabaseDatesHeartbeats,
    /// A free lock alone shows nothing: `r.heartbeat_at < clock.now - 2 * …` in `bury_dead_runners.sql`.
    FreeLockNeedsOldHeartbeat,
    /// An old heartbeat alone shows nothing before the lease is over: `pg_try_advisory_xact_lock` in `bury_dead_runners.sql`.
    OldHeartbeatNeedsFreeLock,
    /// A lock that is free because the server began anew shows nothing: `server.began` in
    /// `bury_dead_runners.sql`.
    FreeLockCountsInOneServerLife,
    /// What the dead leave is tried again: `retried` in `bury_dead_runners.sql`.
    BurialQueuesTheNextAttempt,
    /// What a burial had to leave, for it was locked, a later one finds: `r.ended_at is not null` in `bury_dead_runners.sql`.
    WhatIsLeftBehindIsFoundLater,
    /// Only what is still running ends: `e.status = 'RUNNING'` in `finish.sql`.
    OnlyWhatRunsFinishes,
    /// Only its owner says how an execution ended: `e.runner_instance_id = $2` in `finish.sql`.
    OnlyTheOwnerFinishes,
    /// Only the claim that began it: `e.fencing_token = d.token` in `finish.sql`.
    OnlyThisClaimFinishes,
    /// The registry row goes after the task's future has ended: `Executor::execute` returns no sooner.
    RegistryRowOutlivesTheRun,
    /// A runner that cannot beat cancels its own runs: `deadline` in `Heart::beat`.
    GivesUpBeforeTheLease,
    /// It does so sooner where it knows that its lock is gone: `missed` in `LastBeat::deadline`.
    GivesUpSoonerWithoutItsLock,
    /// It does so early enough for them to end: `safety_margin` in `membership.rs`.
    LeaseHasAMargin,
    /// A runner that was found dead cancels its runs: `Ok(Ok(None))` in `Heart::beat`.
    BuriedRunnerStops,
    /// What a claim without an answer took is handed back: `HandBack::begin`.
    UnansweredClaimIsSettled,
    /// It is kept in mind although it was handed back once, for another such claim may still be carried out: `HandBack::begin`.
    UnansweredClaimIsKeptInMind,
    /// Only what was claimed before is handed back, not what was claimed since: `fencing_token` in `hand_back.sql`.
    HandBackMeansEarlierClaims,
    /// A fenced transaction holds the registry row: `hold_execution.sql`.
    FenceHoldsTheRegistryRow,
}

/// The protocol: all rules, or all but one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Protocol {
    dropped: Option<Rule>,
}

impl Protocol {
    /// The protocol as it is.
    pub const SOUND: Self = Self { dropped: None };

    /// The protocol without one of its rules.
    #[must_use]
    pub const fn without(rule: Rule) -> Self {
        Self { dropped: Some(rule) }
    }

    /// Whether this rule is in force.
    #[must_use]
    pub fn keeps(self, rule: Rule) -> bool {
        self.dropped != Some(rule)
    }
}
