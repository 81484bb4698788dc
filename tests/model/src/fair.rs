//! What happens once faults stop: everybody does what is due, one thing after the other.

use crate::scenario::Scenario;
use crate::step::{Blow, Deed, Step, after};
use crate::world::{LIVES, Life, Outcome, Slot, WIRE, World};

/// Whether everything has ended: each slot has come and is decided for good, and no registry row is left.
#[must_use]
pub fn is_settled(scenario: &Scenario, world: &World) -> bool {
    let database = &world.database;
    database.due == scenario.slots
        && database.next == scenario.slots
        && database.slots.iter().take(usize::from(scenario.slots)).all(Slot::is_final)
        && database.registry.iter().all(Option::is_none)
}

/// The next thing that happens; `None`: nothing does any more.
#[must_use]
pub fn next(scenario: &Scenario, world: &World) -> Option<World> {
    let then = |step| after(scenario, world, step);
    let lives = || 0..LIVES as u8;
    let does =
        |deeds: &'static [Deed]| lives().flat_map(move |life| deeds.iter().map(move |deed| Step::Does(life, *deed)));
    let looks = lives().flat_map(|life| {
        let queued = (0..scenario.slots).map(Deed::LookInQueue);
        [Deed::LookForSlots(world.database.due)].into_iter().chain(queued).map(move |deed| Step::Does(life, deed))
    });
    let repairs = [Blow::Wake, Blow::Reconnect, Blow::EndSessions]
        .into_iter()
        .flat_map(|blow| lives().map(move |life| Step::Befalls(life, blow)));
    (0..WIRE as u8)
        .map(Step::Vanish)
        .chain([Step::DatabaseComes])
        .chain(repairs)
        .chain(does(&[Deed::GiveUp, Deed::Beat]))
        .chain(does(WORK))
        .chain([Step::SlotComes, Step::Bury])
        .chain(does(&[Deed::Claim]))
        .chain(looks)
        .find_map(then)
        .or_else(|| newcomer(world))
        .or_else(|| then(Step::Interval))
}

/// What a runner does with what it has.
const WORK: &[Deed] = &[
    Deed::WriteRows,
    Deed::Commit,
    Deed::End(Outcome::Completed),
    Deed::Stop,
    Deed::Finish,
    Deed::HandBack,
    Deed::Forget,
    Deed::Leave,
    Deed::TakeLock,
];

/// Somebody works where nobody else is left.
fn newcomer(world: &World) -> Option<World> {
    if world.lives().any(|(_, life)| life.acts() && !life.lost) {
        return None;
    }
    let mut next = *world;
    *next.lives.iter_mut().find(|life| life.is_none())? = Some(Life::new());
    Some(next)
}
