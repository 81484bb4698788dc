//! A small world to explore: who is in it, what may go wrong, and by which rules they go.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::{Mutex, PoisonError};

use stateright::{Model, Property};

use crate::fair;
use crate::promise::Promise;
use crate::rule::Protocol;
use crate::step::{Step, after, steps};
use crate::world::World;

/// What may go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// A run fails.
    Fail,
    /// A run takes too long, and ends late when it is told to.
    Timeout,
    /// Somebody asks for the end of what runs.
    Cancel,
    /// A process ends at once.
    Crash,
    /// A process stops for any while.
    Freeze,
    /// A process is cut off for any while.
    CutOff,
    /// All connections of a process are reset, and it gets no new ones for any while.
    Reset,
    /// A lock's connection is lost.
    LoseLock,
    /// The database restarts or fails over, without the locks.
    Restart,
    /// An answer never comes, and the statement may be carried out at any later moment, or never.
    Unanswered,
    /// The next slot is set back to one that has been decided.
    Reschedule,
}

impl Fault {
    /// All of them, [`Self::Reschedule`] first.
    pub const ALL: &[Self] = &[
        Self::Reschedule,
        Self::Fail,
        Self::Timeout,
        Self::Cancel,
        Self::Crash,
        Self::Freeze,
        Self::CutOff,
        Self::Reset,
        Self::LoseLock,
        Self::Restart,
        Self::Unanswered,
    ];
    /// All but that, for schedule functions: what was asked and is not due leaves no row, so of a slot that was set back nobody
    /// could say that it was decided.
    pub const BUT_RESCHEDULE: &[Self] = Self::ALL.split_at(1).1;
}

/// What becomes of a slot that finds its task running, or an earlier slot not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Turns {
    /// It is skipped where the task runs, and runs where only a further attempt waits.
    Skip,
    /// With `Overlap::QueueOne`: the same, but one waits.
    QueueOne,
    /// With `CatchUp::All`: each runs when the one before it has ended for good.
    InOrder,
}

/// A small world, and the rules of those who live there.
#[derive(Debug)]
pub struct Scenario {
    /// The rules.
    pub rules: Protocol,
    /// Runners at once.
    pub runners: usize,
    /// Lives of runners in all: those beyond join in place of others that are gone.
    pub lives: usize,
    /// What may go wrong.
    pub faults: &'static [Fault],
    /// How much of it.
    pub budget: u8,
    /// How many slots come.
    pub slots: u8,
    /// What becomes of a slot that finds its task running, or an earlier slot not ended.
    pub turns: Turns,
    /// Whether its schedule function may say no.
    pub asks_function: bool,
    /// Whether runs open fenced transactions.
    pub has_transactions: bool,
    /// What was found about this world.
    pub known: Known,
}

/// Worlds from which everything settles, by hash: what was found so once is not looked at again.
#[derive(Debug, Default)]
pub struct Known(Mutex<HashSet<u64>>);

impl Known {
    fn contains(&self, hash: u64) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&hash)
    }

    fn extend(&self, hashes: Vec<u64>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(hashes);
    }
}

/// More steps than it takes to settle from anywhere.
const PATIENCE: usize = 300;

impl Scenario {
    /// So many runners, each with one life, so much of these faults, and two slots.
    #[must_use]
    pub fn new(runners: usize, budget: u8, faults: &'static [Fault]) -> Self {
        Self {
            rules: Protocol::SOUND,
            runners,
            lives: runners,
            faults,
            budget,
            slots: 2,
            turns: Turns::Skip,
            asks_function: false,
            has_transactions: false,
            known: Known::default(),
        }
    }

    /// Whether this may go wrong now.
    #[must_use]
    pub fn may(&self, world: &World, fault: Fault) -> bool {
        world.faults > 0 && self.faults.contains(&fault)
    }

    /// Whether everything ends once nothing goes wrong any more.
    #[must_use]
    pub fn settles(&self, world: &World) -> bool {
        let mut way = Vec::new();
        let mut at = *world;
        let settles = loop {
            let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(at);
            if fair::is_settled(self, &at) || self.known.contains(hash) {
                break true;
            }
            way.push(hash);
            match fair::next(self, &at) {
                Some(next) if way.len() < PATIENCE => at = next,
                Some(_) | None => break false,
            }
        };
        if settles {
            self.known.extend(way);
        }
        settles
    }
}

impl Model for Scenario {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        vec![World::new(self.runners, self.budget)]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Step>) {
        steps(self, world, actions);
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        after(self, world, step)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        use Promise::*;
        vec![
            Property::always(NoOverlap.name(), |scenario: &Self, world| NoOverlap.holds(scenario, world)),
            Property::always(FencedEffectsAreOwned.name(), |scenario: &Self, world| {
                FencedEffectsAreOwned.holds(scenario, world)
            }),
            Property::always(SlotsAreDecidedOnce.name(), |scenario: &Self, world| {
                SlotsAreDecidedOnce.holds(scenario, world)
            }),
            Property::always(SlotsGoInOrder.name(), |scenario: &Self, world| SlotsGoInOrder.holds(scenario, world)),
            Property::always(NothingIsEarly.name(), |scenario: &Self, world| NothingIsEarly.holds(scenario, world)),
            Property::always(NothingIsLost.name(), |scenario: &Self, world| NothingIsLost.holds(scenario, world)),
            Property::always(OwnersFinish.name(), |scenario: &Self, world| OwnersFinish.holds(scenario, world)),
            Property::always(NothingIsStuck.name(), |scenario: &Self, world| NothingIsStuck.holds(scenario, world)),
        ]
    }
}
