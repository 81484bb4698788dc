//! What goes wrong, and what of that mends by itself.

use crate::runner::{ended, id_for, sendable, unsettled};
use crate::scenario::Scenario;
use crate::statement;
use crate::step::Blow;
use crate::world::{Asks, Life, Lock, Network, Process, Run, SLOTS, Statement, World};

/// Befalls a life, if it can at this moment.
pub(crate) fn befall(scenario: &Scenario, world: &mut World, life: u8, blow: Blow) -> Option<()> {
    let me = world.lives[usize::from(life)]?;
    let mine = match blow {
        Blow::Crash => {
            if let Some(run) = me.run.filter(|run| run.in_transaction) {
                statement::release(world, life, run.id.slot);
            }
            let lock = if me.lock == Lock::Held { Lock::Free } else { me.lock };
            Life { process: Process::Gone, lock, ..me }
        }
        Blow::Freeze => Some(Life { process: Process::Frozen, ..me }).filter(|_| me.process == Process::Awake)?,
        Blow::Wake => Some(Life { process: Process::Waking, ..me }).filter(|_| me.process == Process::Frozen)?,
        // Its sessions stay as they are on the server, and with them what they hold.
        Blow::CutOff => {
            let lock = if me.lock == Lock::Held { Lock::Ghost } else { me.lock };
            let cut = Life { network: Network::Cut, lock, run: me.run.map(without_transaction), ..me };
            Some(cut).filter(|_| me.network != Network::Cut)?
        }
        // The server hears of it at once.
        Blow::Reset => {
            if let Some(run) = me.run.filter(|run| run.in_transaction) {
                statement::release(world, life, run.id.slot);
            }
            let reset =
                Life { network: Network::Refused, lock: Lock::Free, run: me.run.map(without_transaction), ..me };
            Some(reset).filter(|_| me.network == Network::Connected)?
        }
        Blow::Reconnect => Some(Life { network: Network::Back, ..me }).filter(|_| me.network.is_down())?,
        Blow::EndSessions => Some(end_sessions(world, life, me)).filter(|_| world.database.up)?,
        Blow::LoseLock => Some(Life { lock: Lock::Free, ..me }).filter(|_| me.lock == Lock::Held)?,
        Blow::ClaimUnanswered => claim_unanswered(world, life, me)?,
        Blow::HandBackUnanswered => {
            let ids = unsettled(scenario.rules, world, &me).filter(|_| world.reaches(&me))?;
            send(world, life, Asks::HandBack(ids))?;
            me
        }
        Blow::FinishUnanswered => {
            let run = me.run.filter(|run| me.acts() && ended(*run).is_some())?;
            send(world, life, Asks::Finish(run))?;
            me
        }
    };
    world.lives[usize::from(life)] = Some(mine);
    Some(())
}

/// Locks and transactions go with the server; what is on its way may still reach the next one.
pub(crate) fn database_goes(world: &mut World) {
    world.database.up = false;
    world.database.registry.iter_mut().flatten().for_each(|held| held.fenced = false);
    for life in world.lives.iter_mut().flatten() {
        (life.lock, life.server_lived_on) = (Lock::Free, false);
        life.run = life.run.map(without_transaction);
    }
}

fn without_transaction(run: Run) -> Run {
    Run { in_transaction: false, ..run }
}

fn end_sessions(world: &mut World, life: u8, me: Life) -> Life {
    let is_frozen = me.process == Process::Frozen;
    let run = me.run.map(|run| if is_frozen { without_transaction(run) } else { run });
    let open = run.filter(|run| run.in_transaction).map(|run| run.id.slot);
    (0..SLOTS as u8).filter(|slot| open != Some(*slot)).for_each(|slot| statement::release(world, life, slot));
    let lock = if is_frozen || me.lock == Lock::Ghost { Lock::Free } else { me.lock };
    Life { lock, run, ..me }
}

fn claim_unanswered(world: &mut World, life: u8, me: Life) -> Option<Life> {
    let work = sendable(&me).filter(|_| me.acts())?;
    let id = id_for(life, &me, work);
    send(world, life, Asks::Claim(work, id))?;
    let mut mine = Life { seen: None, unanswered: me.unanswered + 1, ..me };
    if !me.unsure.contains(&Some(id)) {
        *mine.unsure.iter_mut().find(|unsure| unsure.is_none())? = Some(id);
    }
    Some(mine)
}

fn send(world: &mut World, life: u8, asks: Asks) -> Option<()> {
    let statement = Some(Statement { life, asks });
    let free = world.wire.iter().position(Option::is_none).filter(|_| !world.wire.contains(&statement))?;
    world.wire[free] = statement;
    Some(())
}
