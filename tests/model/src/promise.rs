//! What is promised, each as a property of every reachable state.

use crate::scenario::{Scenario, Turns};
use crate::world::{Broken, Execution, Life, Process, Slot, Status, Work, World};

/// One promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Promise {
    /// No two runs of the task have effects at once, not counting those of a life that is [`excused`]: it was found dead at
    /// a moment when it could not show that it lives, for it was frozen beyond its lease, or was frozen or cut off for more
    /// than two intervals while its lock's session had ended; and it has had no interval since to notice.
    ///
    /// [`excused`]: crate::world::Life::excused
    NoOverlap,
    /// While a fenced transaction is open, its execution is owned by its life, without any exception.
    FencedEffectsAreOwned,
    /// A slot is decided once: nothing is inserted for it again.
    SlotsAreDecidedOnce,
    /// Where slots go in order, none is begun before the one before it has ended for good.
    SlotsGoInOrder,
    /// Nothing is decided before the database's clock says that it is due.
    NothingIsEarly,
    /// No slot is passed over, what runs has a registry row by which it is found, and what was lost is tried again or undone.
    NothingIsLost,
    /// An ending is written by the owner of this very claim, or not at all.
    OwnersFinish,
    /// Once nothing goes wrong any more, every slot ends and no registry row is left.
    NothingIsStuck,
}

impl Promise {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::NoOverlap,
        Self::FencedEffectsAreOwned,
        Self::SlotsAreDecidedOnce,
        Self::SlotsGoInOrder,
        Self::NothingIsEarly,
        Self::NothingIsLost,
        Self::OwnersFinish,
        Self::NothingIsStuck,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NoOverlap => "no overlap",
            Self::FencedEffectsAreOwned => "fenced effects are owned",
            Self::SlotsAreDecidedOnce => "slots are decided once",
            Self::SlotsGoInOrder => "slots go in order",
            Self::NothingIsEarly => "nothing is early",
            Self::NothingIsLost => "nothing is lost",
            Self::OwnersFinish => "owners finish",
            Self::NothingIsStuck => "nothing is stuck",
        }
    }

    /// Whether it holds here.
    #[must_use]
    pub fn holds(self, scenario: &Scenario, world: &World) -> bool {
        match self {
            Self::NoOverlap => working(world) <= 1,
            Self::FencedEffectsAreOwned => transactions_are_owned(world),
            Self::SlotsAreDecidedOnce => world.broken != Some(Broken::DecidedTwice),
            Self::SlotsGoInOrder => scenario.turns != Turns::InOrder || slots_go_in_order(world),
            Self::NothingIsEarly => world.broken != Some(Broken::DecidedEarly),
            Self::NothingIsLost => nothing_is_lost(world),
            Self::OwnersFinish => world.broken != Some(Broken::FinishedByAStranger),
            Self::NothingIsStuck => scenario.settles(world),
        }
    }
}

/// Runs that have effects at this moment and no excuse.
fn working(world: &World) -> usize {
    let works = |life: &Life| life.process != Process::Gone && !life.excused && life.works_on().is_some();
    world.lives().filter(|(_, life)| works(life)).count()
}

fn transactions_are_owned(world: &World) -> bool {
    world.lives().all(|(number, life)| {
        let Some(run) = life.run.filter(|run| run.in_transaction) else { return true };
        let held = world.database.registry[usize::from(run.id.slot)];
        let is_current = world
            .execution(run.id)
            .is_some_and(|execution| execution.status == Status::Running(number) && execution.token == run.token);
        is_current && held.is_some_and(|held| held.owner == number)
    })
}

fn slots_go_in_order(world: &World) -> bool {
    let mut after_the_first_open = world.database.slots.iter().skip_while(|slot| slot.is_final()).skip(1);
    !after_the_first_open.any(|slot| matches!(slot, Slot::Decided(Execution { status: Status::Running(_), .. })))
}

fn nothing_is_lost(world: &World) -> bool {
    let database = &world.database;
    (0..).zip(&database.slots).zip(&database.registry).all(|((number, slot), held)| {
        let owner = held.map(|held| held.owner);
        match slot {
            Slot::Undecided => (number >= database.next || is_being_written(world, number)) && owner.is_none(),
            Slot::NotDue => owner.is_none(),
            Slot::Decided(Execution { status, .. }) => match status {
                Status::Running(runner) => owner == Some(*runner),
                Status::Pending | Status::Completed | Status::Failed | Status::Skipped => owner.is_none(),
                Status::Lost => false,
            },
        }
    })
}

/// Whether somebody is about to write the row of a slot that is taken: never so in one statement.
fn is_being_written(world: &World, slot: u8) -> bool {
    world.lives().any(|(_, life)| matches!(life.seen, Some(Work::Rows { read_next, slot: last }) if (read_next..=last).contains(&slot)))
}
