//! What a runner does: its shift, its heart, its lock, and what it runs.

use crate::rule::{Protocol, Rule};
use crate::scenario::Scenario;
use crate::statement;
use crate::step::Deed;
use crate::world::{
    ExecutionId, GIVES_UP, LEASE, Life, Lock, MISSED, Network, Outcome, Process, Run, Stage, Status, WIRE, Work, World,
};

/// Does it, if this life can at this moment.
pub(crate) fn act(scenario: &Scenario, world: &mut World, life: u8, deed: Deed) -> Option<()> {
    let me = world.lives[usize::from(life)].filter(Life::acts)?;
    let rules = scenario.rules;
    let mut mine = match deed {
        Deed::LookForSlots(come) => {
            Life { seen: Some(statement::due(scenario, &world.database, come)?), ..may_look(world, me)? }
        }
        Deed::LookInQueue(slot) => {
            let wanted = |work: &Work| matches!(work, Work::Queued(id) if id.slot == slot);
            Life { seen: Some(statement::queued(&world.database).find(wanted)?), ..may_look(world, me)? }
        }
        Deed::Claim => claim(scenario, world, life, me)?,
        Deed::WriteRows => write_rows(scenario, world, life, me)?,
        Deed::End(outcome) => end(me, outcome)?,
        Deed::Tell => with_run(me, |run| run.stage == Stage::Working, |run| run.stage = Stage::Told)?,
        Deed::Stop => stop(world, life, me)?,
        Deed::Finish => finish(rules, world, life, me)?,
        Deed::DropEnding => {
            let is_hopeless = me.lost && !world.reaches(&me);
            Life { run: me.run.filter(|run| !is_hopeless || ended(*run).is_none()), ..me }
        }
        Deed::HandBack => hand_back(rules, world, life, me)?,
        Deed::Forget => forget(rules, world, life, me)?,
        Deed::Beat => beat(rules, world, life, me)?,
        Deed::BeatLate(late) => Life { age: late, ..beat(rules, world, life, me)? },
        Deed::GiveUp => Some(Life { lost: true, ..me }).filter(|_| !me.lost && me.silent >= gives_up(rules, &me))?,
        Deed::TakeLock => {
            let may_take = world.reaches(&me) && me.lock == Lock::Free && !me.lost;
            Some(Life { lock: Lock::Held, ..me }).filter(|_| may_take)?
        }
        Deed::Leave => leave(world, me)?,
        Deed::BeginTransaction => begin_transaction(rules, world, life, me)?,
        Deed::Commit => commit(world, life, me)?,
    };
    if mine.lost
        && let Some(run) = mine.run.as_mut().filter(|run| run.stage == Stage::Working)
    {
        // `Executor::lost` is cancelled, and with it everything that runs.
        run.stage = Stage::Told;
    }
    world.lives[usize::from(life)] = Some(mine);
    Some(())
}

/// One that may claim, and has room.
fn may_look(world: &World, me: Life) -> Option<Life> {
    Some(me).filter(|me| world.reaches(me) && !me.lost && me.run.is_none() && me.seen.is_none())
}

fn claim(scenario: &Scenario, world: &mut World, life: u8, me: Life) -> Option<Life> {
    let work = sendable(&me).filter(|_| world.reaches(&me))?;
    let run = statement::claim(world, scenario, life, work, id_for(life, &me, work));
    let mine = begin(scenario.rules, world.lives[usize::from(life)]?, run);
    let seen = match work {
        Work::Slot { read_next, slot } if !scenario.rules.keeps(Rule::SlotIsDecidedInOneStatement) => {
            Some(Work::Rows { read_next, slot })
        }
        Work::Slot { .. } | Work::Queued(_) | Work::Rows { .. } => None,
    };
    Some(Life { seen, ..mine })
}

fn write_rows(scenario: &Scenario, world: &mut World, life: u8, me: Life) -> Option<Life> {
    let work = me.seen.filter(|work| matches!(work, Work::Rows { .. }) && world.reaches(&me))?;
    let run = statement::claim(world, scenario, life, work, id_for(life, &me, work));
    Some(Life { seen: None, ..begin(scenario.rules, world.lives[usize::from(life)]?, run) })
}

/// What it has seen and can claim.
pub(crate) fn sendable(me: &Life) -> Option<Work> {
    me.seen.filter(|work| me.run.is_none() && !matches!(work, Work::Rows { .. }))
}

/// Each plan makes ids of its own for the slots it decides; what was sent without an answer has to be told from them.
pub(crate) fn id_for(life: u8, me: &Life, work: Work) -> ExecutionId {
    match work {
        Work::Slot { slot, .. } | Work::Rows { slot, .. } => {
            ExecutionId { slot, attempt: 1, maker: Some((life, me.unanswered)) }
        }
        Work::Queued(id) => id,
    }
}

/// What a claim got begins, unless its runner was lost meanwhile: then it ends before it began.
fn begin(rules: Protocol, me: Life, run: Option<Run>) -> Life {
    let Some(run) = run else { return me };
    let stage = if me.lost { Stage::Ended(Outcome::Interrupted) } else { Stage::Working };
    let keeps = rules.keeps(Rule::UnansweredClaimIsKeptInMind);
    let unsure = me.unsure.map(|unsure| unsure.filter(|id| keeps || *id != run.id));
    // A claim that started something has beaten.
    Life { run: Some(Run { stage, ..run }), silent: 0, unsure, ..me }
}

fn with_run(me: Life, is_such: impl Fn(&Run) -> bool, change: impl Fn(&mut Run)) -> Option<Life> {
    let mut run = me.run.filter(is_such)?;
    change(&mut run);
    Some(Life { run: Some(run), ..me })
}

fn end(me: Life, outcome: Outcome) -> Option<Life> {
    // What is only undone asks no schedule function.
    let can_end =
        |run: &Run| run.stage == Stage::Working && !run.in_transaction && !(run.undo && outcome == Outcome::NotDue);
    with_run(me, can_end, |run| run.stage = Stage::Ended(outcome))
}

fn stop(world: &mut World, life: u8, me: Life) -> Option<Life> {
    let run = me.run.filter(|run| run.stage == Stage::Told)?;
    if run.in_transaction {
        statement::release(world, life, run.id.slot);
    }
    let outcome = if me.lost { Outcome::Interrupted } else { Outcome::Failed };
    Some(Life { run: Some(Run { stage: Stage::Ended(outcome), in_transaction: false, ..run }), ..me })
}

fn finish(rules: Protocol, world: &mut World, life: u8, me: Life) -> Option<Life> {
    let run = me.run.filter(|run| world.reaches(&me) && !statement::is_fenced(world, run.id.slot))?;
    let outcome = match run.stage {
        Stage::Ended(outcome) => outcome,
        Stage::Told if !rules.keeps(Rule::RegistryRowOutlivesTheRun) => Outcome::Failed,
        Stage::Told | Stage::Working => return None,
    };
    statement::finish(world, rules, life, run, outcome);
    // One that was recorded too early goes on.
    Some(Life { run: me.run.filter(|run| run.stage == Stage::Told), ..me })
}

/// What a run came to, if it has ended.
pub(crate) fn ended(run: Run) -> Option<Outcome> {
    match run.stage {
        Stage::Ended(outcome) => Some(outcome),
        Stage::Working | Stage::Told => None,
    }
}

fn hand_back(rules: Protocol, world: &mut World, life: u8, me: Life) -> Option<Life> {
    let ids = unsettled(rules, world, &me).filter(|ids| world.reaches(&me) && !statement::is_any_fenced(world, ids))?;
    let before = world.database.slots;
    statement::hand_back(world, rules, life, ids);
    let was_owned = |id: &ExecutionId| before[usize::from(id.slot)] != world.database.slots[usize::from(id.slot)];
    let keeps = rules.keeps(Rule::UnansweredClaimIsKeptInMind);
    Some(Life { unsure: me.unsure.map(|unsure| unsure.filter(|id| keeps || !was_owned(id))), ..me })
}

/// What it is not sure about and does not run; each with the newest token there is before it asks.
pub(crate) fn unsettled(rules: Protocol, world: &World, me: &Life) -> Option<[Option<(ExecutionId, u8)>; WIRE]> {
    let token = |id| world.execution(id).map_or(0, |execution| execution.token);
    let runs = |id| me.run.is_some_and(|run| run.id == id);
    let ids = me.unsure.map(|unsure| unsure.filter(|id| !runs(*id)).map(|id| (id, token(id))));
    Some(ids).filter(|_| rules.keeps(Rule::UnansweredClaimIsSettled) && me.is_unsure())
}

/// It forgets with a settlement after which nothing of it is on its way.
fn forget(rules: Protocol, world: &World, life: u8, me: Life) -> Option<Life> {
    let is_on_its_way = world.wire.iter().flatten().any(|statement| statement.life == life);
    let is_mine = |id| world.execution(id).is_some_and(|execution| execution.status == Status::Running(life));
    let ids = unsettled(rules, world, &me).unwrap_or_default();
    let is_left = ids.into_iter().flatten().any(|(id, _)| is_mine(id));
    Some(Life { unsure: [None; WIRE], ..me }).filter(|_| !is_on_its_way && !is_left)
}

fn beat(rules: Protocol, world: &mut World, life: u8, me: Life) -> Option<Life> {
    if !world.reaches(&me) || me.lost || me.silent >= gives_up(rules, &me) {
        return None;
    }
    let lost = !statement::beat(world, life) && rules.keeps(Rule::BuriedRunnerStops);
    let mine = world.lives[usize::from(life)]?;
    Some(Life { lost, silent: 0, process: Process::Awake, network: Network::Connected, ..mine })
}

/// How long it may be silent before it gives itself up: `LastBeat::deadline`.
pub(crate) fn gives_up(rules: Protocol, me: &Life) -> u8 {
    if me.network == Network::Refused && rules.keeps(Rule::GivesUpSoonerWithoutItsLock) {
        // Before the interval is over in which it would be missed.
        MISSED - 1
    } else if !rules.keeps(Rule::GivesUpBeforeTheLease) {
        u8::MAX
    } else if !rules.keeps(Rule::LeaseHasAMargin) {
        LEASE
    } else {
        GIVES_UP
    }
}

fn leave(world: &World, me: Life) -> Option<Life> {
    let lock = if me.lock == Lock::Held { Lock::Free } else { me.lock };
    let gone = Life { process: Process::Gone, ended: me.ended || world.reaches(&me), lock, ..me };
    Some(gone).filter(|_| me.lost && me.run.is_none())
}

fn begin_transaction(rules: Protocol, world: &mut World, life: u8, me: Life) -> Option<Life> {
    let can_begin = |run: &Run| run.stage == Stage::Working && !run.in_transaction && !run.undo;
    let run = me.run.filter(|run| world.reaches(&me) && can_begin(run))?;
    if rules.keeps(Rule::FenceHoldsTheRegistryRow) {
        statement::hold(world, life, run.id)?;
    }
    Some(Life { run: Some(Run { in_transaction: true, ..run }), ..me })
}

fn commit(world: &mut World, life: u8, me: Life) -> Option<Life> {
    let run = me.run.filter(|run| world.reaches(&me) && run.in_transaction)?;
    statement::release(world, life, run.id.slot);
    Some(Life { run: Some(Run { in_transaction: false, ..run }), ..me })
}
