//! A state of the world: what the tables hold, what each process knows, and what is on its way between them.

/// Most slots of the one task.
pub const SLOTS: usize = 6;
/// Most lives of runners in one world, and one for whoever comes once faults have stopped.
pub const LIVES: usize = 8;
/// Most statements whose answer nobody waits for any more.
pub const WIRE: usize = 2;

/// A heartbeat so old, in intervals, is missed: older than two of them.
pub const MISSED: u8 = 2;
/// From this age of its last heartbeat on, a runner gives itself up: its lease less the margin.
pub const GIVES_UP: u8 = 3;
/// A heartbeat so old is older than the lease.
pub const LEASE: u8 = 4;

/// Everything there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct World {
    /// The database.
    pub database: Database,
    /// Each life of a runner, in the order in which they joined.
    pub lives: [Option<Life>; LIVES],
    /// Statements whose answer nobody waits for: they may be carried out at any moment, or never.
    pub wire: [Option<Statement>; WIRE],
    /// How much may still go wrong.
    pub faults: u8,
    /// What was done that must never be.
    pub broken: Option<Broken>,
}

/// What may never be done, and shows in the doing only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Broken {
    /// A slot was decided that had been.
    DecidedTwice,
    /// A slot was decided that was not due.
    DecidedEarly,
    /// An ending was written by somebody who did not own the execution.
    FinishedByAStranger,
}

/// What the database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Database {
    /// Whether it answers.
    pub up: bool,
    /// How many slots have come, by its clock.
    pub due: u8,
    /// `cron_tasks.next_execution_at`: the next slot to decide.
    pub next: u8,
    /// `cron_task_executions`: of each slot the newest attempt.
    pub slots: [Slot; SLOTS],
    /// `task_runner_state`: the registry row of each slot's execution. As all are of one task, there is one at most.
    pub registry: [Option<Held>; SLOTS],
}

/// What became of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// Nothing yet.
    Undecided,
    /// Its schedule function was asked and said no, so its row is gone.
    NotDue,
    /// It has a row; this is its newest attempt.
    Decided(Execution),
}

/// The id of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExecutionId {
    /// Its slot.
    pub slot: u8,
    /// First attempt 1, first retry 2, …
    pub attempt: u8,
    /// Who made the id of a first attempt, and for which of its claims without an answer: each plans with ids of its own.
    pub maker: Option<(u8, u8)>,
}

/// The newest attempt at a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Execution {
    /// Its id.
    pub id: ExecutionId,
    /// Attempts this slot may use.
    pub max_attempts: u8,
    /// What has become of it.
    pub status: Status,
    /// Whether it is only to be undone.
    pub undo: bool,
    /// Whether somebody asked for its end: `cancel_requested_at`.
    pub cancelled: bool,
    /// Its fencing token, as far as it matters: how often it was claimed.
    pub token: u8,
}

/// What has become of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// It waits to be claimed.
    Pending,
    /// This life runs it, says the table.
    Running(u8),
    /// It returned.
    Completed,
    /// It failed for good, or could not be undone.
    Failed,
    /// Its runner was lost, and nothing followed.
    Lost,
    /// It was not run.
    Skipped,
}

/// A registry row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Held {
    /// The life that owns it.
    pub owner: u8,
    /// Whether a session of its owner holds a share lock on it.
    pub fenced: bool,
}

/// One life of a runner: an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Life {
    /// `task_runners.ended_at`: it said goodbye or was found dead.
    pub ended: bool,
    /// How old its heartbeat is by the database's clock, in intervals.
    pub age: u8,
    /// Whether the server has lived on since that heartbeat.
    pub server_lived_on: bool,
    /// Its advisory lock, as the server has it.
    pub lock: Lock,
    /// Its process.
    pub process: Process,
    /// Its connections.
    pub network: Network,
    /// How long ago it last knew that it had beaten, by its own timer.
    pub silent: u8,
    /// Whether it knows that it may own nothing any more: its executions are told to end.
    pub lost: bool,
    /// What its newest look found.
    pub seen: Option<Work>,
    /// What it runs.
    pub run: Option<Run>,
    /// Executions of claims that got no answer.
    pub unsure: [Option<ExecutionId>; WIRE],
    /// How many claims of slots got no answer.
    pub unanswered: u8,
    /// It was found dead at a moment when it could not have shown that it lives, and has had no interval since to notice.
    pub excused: bool,
}

/// An advisory lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lock {
    /// Nobody holds it.
    Free,
    /// A session holds it whose client lives and is connected.
    Held,
    /// A session holds it whose client is cut off from it or gone, which the server has not noticed.
    Ghost,
}

/// A process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Process {
    /// It works.
    Awake,
    /// It does nothing, and does not know.
    Frozen,
    /// It was frozen, and its heart has not turned since.
    Waking,
    /// It is no more.
    Gone,
}

/// The connections of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Network {
    /// They work.
    Connected,
    /// Nothing arrives, and nobody says so.
    Cut,
    /// They were reset, and no new ones are to be had: its lock is free, and it knows.
    Refused,
    /// They work again, and its heart has not beaten since.
    Back,
}

/// Something to claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// The newest slot that is due, and those before it.
    Slot {
        /// The next slot as it was read.
        read_next: u8,
        /// The slot.
        slot: u8,
    },
    /// A queued attempt.
    Queued(ExecutionId),
    /// Slots whose place in the schedule is taken, and whose rows are still to be written: never so in one statement.
    Rows {
        /// The first of them.
        read_next: u8,
        /// The one that is to run.
        slot: u8,
    },
}

/// What a runner runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Run {
    /// The execution.
    pub id: ExecutionId,
    /// Its fencing token.
    pub token: u8,
    /// Whether it is only undone.
    pub undo: bool,
    /// How far it is.
    pub stage: Stage,
    /// Whether it has a fenced transaction open.
    pub in_transaction: bool,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// It has effects.
    Working,
    /// It was told to end, and still has effects.
    Told,
    /// It has ended, and this is to be recorded.
    Ended(Outcome),
}

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It returned, or was undone.
    Completed,
    /// It failed, or took too long.
    Failed,
    /// Its runner stopped it: the attempt is given back.
    Interrupted,
    /// The schedule function said no.
    NotDue,
}

/// A statement on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Statement {
    /// Whose it is.
    pub life: u8,
    /// What it asks.
    pub asks: Asks,
}

/// What a statement asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asks {
    /// `claim.sql`, with the id for a slot's first attempt.
    Claim(Work, ExecutionId),
    /// `hand_back.sql`, of these as they were claimed up to then.
    HandBack([Option<(ExecutionId, u8)>; WIRE]),
    /// `finish.sql`.
    Finish(Run),
}

impl World {
    /// So many runners have just joined, nothing is due, and so much may go wrong.
    #[must_use]
    pub fn new(runners: usize, faults: u8) -> Self {
        let mut lives = [None; LIVES];
        lives.iter_mut().take(runners).for_each(|life| *life = Some(Life::new()));
        let database = Database { up: true, due: 0, next: 0, slots: [Slot::Undecided; SLOTS], registry: [None; SLOTS] };
        Self { database, lives, wire: [None; WIRE], faults, broken: None }
    }

    /// The lives there have been, by number.
    pub fn lives(&self) -> impl Iterator<Item = (u8, &Life)> {
        (0..).zip(&self.lives).filter_map(|(number, life)| Some((number, life.as_ref()?)))
    }

    /// Whether a life's statements arrive and are answered.
    #[must_use]
    pub fn reaches(&self, life: &Life) -> bool {
        self.database.up && !life.network.is_down() && life.acts()
    }

    /// The newest attempt of this execution's slot, if it is this execution.
    #[must_use]
    pub fn execution(&self, id: ExecutionId) -> Option<&Execution> {
        match &self.database.slots[usize::from(id.slot)] {
            Slot::Decided(execution) if execution.id == id => Some(execution),
            Slot::Decided(_) | Slot::NotDue | Slot::Undecided => None,
        }
    }
}

impl Network {
    /// Whether nothing arrives.
    #[must_use]
    pub fn is_down(self) -> bool {
        matches!(self, Self::Cut | Self::Refused)
    }
}

impl Execution {
    /// One that waits, of a slot that may use so many attempts.
    #[must_use]
    pub fn new(id: ExecutionId, max_attempts: u8) -> Self {
        Self { id, max_attempts, status: Status::Pending, undo: false, cancelled: false, token: 0 }
    }
}

impl Life {
    /// It has just taken its lock and joined.
    #[must_use]
    pub fn new() -> Self {
        Self {
            ended: false,
            age: 0,
            server_lived_on: true,
            lock: Lock::Held,
            process: Process::Awake,
            network: Network::Connected,
            silent: 0,
            lost: false,
            seen: None,
            run: None,
            unsure: [None; WIRE],
            unanswered: 0,
            excused: false,
        }
    }

    /// Whether its process does anything.
    #[must_use]
    pub fn acts(&self) -> bool {
        matches!(self.process, Process::Awake | Process::Waking)
    }

    /// What it runs that still has effects.
    #[must_use]
    pub fn works_on(&self) -> Option<&Run> {
        self.run.as_ref().filter(|run| !matches!(run.stage, Stage::Ended(_)))
    }

    /// Whether it may still learn that claims without an answer took something.
    #[must_use]
    pub fn is_unsure(&self) -> bool {
        self.unsure.iter().any(Option::is_some)
    }
}

impl Default for Life {
    fn default() -> Self {
        Self::new()
    }
}

impl Slot {
    /// Whether nothing more becomes of it.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::Undecided => false,
            Self::NotDue => true,
            Self::Decided(execution) => match execution.status {
                Status::Pending | Status::Running(_) => false,
                Status::Completed | Status::Failed | Status::Lost | Status::Skipped => true,
            },
        }
    }
}
