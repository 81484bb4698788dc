//! Time: it passes in heartbeat intervals, and no timer of a process that works fires later than it has to.

use crate::rule::Protocol;
use crate::runner::gives_up;
use crate::world::{LEASE, Life, Network, Process, World};

/// One interval passes; `None`: somebody still has something to do in this one.
pub(crate) fn pass(world: &mut World, rules: Protocol) -> Option<()> {
    if world.lives().any(|(_, life)| is_late(rules, world, life)) {
        return None;
    }
    let up = world.database.up;
    for life in world.lives.iter_mut().flatten() {
        let could_notice = up && life.network == Network::Connected || life.silent >= LEASE;
        life.excused &= !(life.process == Process::Awake && could_notice);
        if life.process == Process::Waking {
            life.process = Process::Awake;
        }
        life.age = LEASE.min(life.age + 1);
        life.silent = LEASE.min(life.silent + 1);
    }
    Some(())
}

/// Whether a process would break its word if the interval ended now.
fn is_late(rules: Protocol, world: &World, life: &Life) -> bool {
    match life.process {
        Process::Gone | Process::Frozen => false,
        // Told to end because its runner is lost, it ends or is dropped within the margin.
        Process::Awake | Process::Waking if life.lost => life.works_on().is_some(),
        Process::Waking => true,
        Process::Awake => {
            let beat_is_due = life.silent >= 1 || life.network == Network::Back;
            life.silent >= gives_up(rules, life) || world.reaches(life) && beat_is_due
        }
    }
}
