//! Which worlds are the same: they differ in nothing that anybody can still see.

use crate::world::{Asks, ExecutionId, LIVES, Life, Lock, Process, Slot, Status, WIRE, Work, World};

/// Makes worlds equal that are the same.
pub(crate) fn tidy(world: &mut World) {
    for at in 0..LIVES {
        let number = at as u8;
        let owns = world.database.registry.iter().flatten().any(|held| held.owner == number);
        let speaks = world.wire.iter().flatten().any(|statement| statement.life == number);
        let Some(life) = &mut world.lives[at] else { continue };
        if life.ended {
            (life.age, life.server_lived_on) = (0, true);
        }
        if life.process == Process::Gone {
            let Life { ended, age, server_lived_on, lock, .. } = *life;
            let lock = if ended && !owns && !speaks { Lock::Free } else { lock };
            *life = Life { ended, age, server_lived_on, lock, process: Process::Gone, ..Life::new() };
        }
    }
    if world.wire == [None; WIRE] && world.lives().all(|(_, life)| !life.is_unsure()) {
        forget_makers(world);
    }
    sort_lives(world);
}

/// Nobody has an id that came to nothing, so those that there are need not be told from such.
fn forget_makers(world: &mut World) {
    world.lives.iter_mut().flatten().for_each(|life| life.unanswered = 0);
    for_each_id(world, |id| id.maker = None);
}

/// Who is who makes no difference.
fn sort_lives(world: &mut World) {
    let lives = world.lives;
    let mut order: [u8; LIVES] = std::array::from_fn(|number| number as u8);
    order.sort_by_key(|number| (lives[usize::from(*number)].is_none(), lives[usize::from(*number)]));
    if order.is_sorted() {
        return;
    }
    let number_of = |old: u8| (0..).zip(order).find_map(|(new, number)| (number == old).then_some(new)).unwrap_or(old);
    world.lives = order.map(|number| lives[usize::from(number)]);
    world.database.registry.iter_mut().flatten().for_each(|held| held.owner = number_of(held.owner));
    world.wire.iter_mut().flatten().for_each(|statement| statement.life = number_of(statement.life));
    for slot in &mut world.database.slots {
        if let Slot::Decided(execution) = slot
            && let Status::Running(owner) = &mut execution.status
        {
            *owner = number_of(*owner);
        }
    }
    for_each_id(world, |id| id.maker = id.maker.map(|(life, claim)| (number_of(life), claim)));
}

fn for_each_id(world: &mut World, mut change: impl FnMut(&mut ExecutionId)) {
    for slot in &mut world.database.slots {
        if let Slot::Decided(execution) = slot {
            change(&mut execution.id);
        }
    }
    for life in world.lives.iter_mut().flatten() {
        life.run.iter_mut().for_each(|run| change(&mut run.id));
        life.unsure.iter_mut().flatten().for_each(&mut change);
        if let Some(Work::Queued(id)) = &mut life.seen {
            change(id);
        }
    }
    for statement in world.wire.iter_mut().flatten() {
        match &mut statement.asks {
            Asks::Claim(work, id) => {
                change(id);
                if let Work::Queued(id) = work {
                    change(id);
                }
            }
            Asks::HandBack(ids) => ids.iter_mut().flatten().for_each(|(id, _)| change(id)),
            Asks::Finish(run) => change(&mut run.id),
        }
    }
}
