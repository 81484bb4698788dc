//! The statements of the protocol, each as the database carries it out: at once, or not at all.

use crate::rule::{Protocol, Rule};
use crate::runner::ended;
use crate::scenario::{Scenario, Turns};
use crate::world::{
    Asks, Broken, Database, Execution, ExecutionId, Held, LEASE, Life, Lock, MISSED, Network, Outcome, Process, Run,
    SLOTS, Slot, Stage, Statement, Status, WIRE, Work, World,
};

/// How often a slot may be tried before something is given back.
const ATTEMPTS: u8 = 2;
/// Attempts are counted up to here, so that there is an end: one that is given back beyond it is not.
const MOST_ATTEMPTS: u8 = 4;

/// `slots` in `candidates.sql`, and `plan`: the slots that are due, so many of them having come by the clock that is gone by;
/// with `CatchUp::All` the first of them, unless an earlier one has not ended.
#[must_use]
pub fn due(scenario: &Scenario, database: &Database, come: u8) -> Option<Work> {
    let read_next = Some(database.next).filter(|next| *next < come)?;
    match scenario.turns {
        Turns::Skip | Turns::QueueOne => Some(Work::Slot { read_next, slot: come - 1 }),
        Turns::InOrder => {
            let waits = if scenario.rules.keeps(Rule::FurtherAttemptsHoldTheNextSlot) {
                is_pending
            } else {
                is_first_attempt_pending
            };
            let is_held = database.registry.iter().any(Option::is_some) || database.slots.iter().any(waits);
            (!is_held).then_some(Work::Slot { read_next, slot: read_next })
        }
    }
}

/// `queued` in `candidates.sql`: attempts whose task nobody runs.
pub fn queued(database: &Database) -> impl Iterator<Item = Work> {
    let is_held = database.registry.iter().any(Option::is_some);
    database.slots.iter().filter(move |_| !is_held).filter_map(|slot| match slot {
        Slot::Decided(execution) if execution.status == Status::Pending => Some(Work::Queued(execution.id)),
        Slot::Decided(_) | Slot::NotDue | Slot::Undecided => None,
    })
}

/// `claim.sql`: decides, and hands back what is the caller's to run. `id` is that of a slot's first attempt.
pub fn claim(world: &mut World, scenario: &Scenario, life: u8, work: Work, id: ExecutionId) -> Option<Run> {
    let rules = scenario.rules;
    let me = world.lives[usize::from(life)].as_ref()?;
    if me.ended {
        return None;
    }
    let run = match work {
        Work::Slot { read_next, slot } => {
            if rules.keeps(Rule::NextSlotIsCompared) && world.database.next != read_next {
                return None;
            }
            let run = if rules.keeps(Rule::SlotIsDecidedInOneStatement) {
                pass(world, rules, read_next, slot);
                decide(world, scenario, life, slot, id)
            } else {
                None
            };
            world.database.next = slot + 1;
            run
        }
        Work::Rows { read_next, slot } => {
            pass(world, rules, read_next, slot);
            decide(world, scenario, life, slot, id)
        }
        Work::Queued(id) => resume(world, rules, life, id),
    };
    if run.is_some() {
        beat(world, life);
    }
    run
}

/// `passed` in `claim.sql`: slots before the newest one get a row that says that it runs in their place.
fn pass(world: &mut World, rules: Protocol, from: u8, to: u8) {
    for slot in from..to {
        if has_row(world, slot) && rules.keeps(Rule::SlotsKeyIsUnique) {
            continue;
        }
        let id = ExecutionId { slot, attempt: 1, maker: None };
        insert(world, Execution { status: Status::Skipped, ..Execution::new(id, 1) });
    }
}

/// `mine`, `taken` and `decided` in `claim.sql`.
fn decide(world: &mut World, scenario: &Scenario, life: u8, slot: u8, id: ExecutionId) -> Option<Run> {
    let rules = scenario.rules;
    if has_row(world, slot) && rules.keeps(Rule::SlotsKeyIsUnique) {
        return None;
    }
    // An earlier slot that waits goes first; for a further attempt only `candidates.sql` lets slots wait.
    let is_waiting = world.database.slots.iter().any(is_first_attempt_pending);
    let taken = !is_waiting && take(world, rules, slot, life);
    let status = match taken {
        true => Status::Running(life),
        false => match scenario.turns {
            Turns::InOrder => Status::Pending,
            Turns::QueueOne if !is_waiting => Status::Pending,
            Turns::QueueOne | Turns::Skip => Status::Skipped,
        },
    };
    insert(world, Execution { status, token: u8::from(taken), ..Execution::new(id, ATTEMPTS) });
    taken.then_some(Run { id, token: 1, undo: false, stage: Stage::Working, in_transaction: false })
}

/// `picked`, `taken` and `resumed` in `claim.sql`.
fn resume(world: &mut World, rules: Protocol, life: u8, id: ExecutionId) -> Option<Run> {
    let execution = *world.execution(id).filter(|execution| execution.status == Status::Pending)?;
    if !take(world, rules, id.slot, life) {
        return None;
    }
    let execution = Execution { status: Status::Running(life), token: execution.token + 1, ..execution };
    world.database.slots[usize::from(id.slot)] = Slot::Decided(execution);
    let Execution { undo, token, .. } = execution;
    Some(Run { id, token, undo, stage: Stage::Working, in_transaction: false })
}

/// Inserts the registry row; false where the task is held.
fn take(world: &mut World, rules: Protocol, slot: u8, owner: u8) -> bool {
    let registry = &mut world.database.registry;
    if registry.iter().any(Option::is_some) && rules.keeps(Rule::RegistryKeyIsUnique) {
        return false;
    }
    registry[usize::from(slot)] = Some(Held { owner, fenced: false });
    true
}

/// `cancel_execution.sql`, of one that runs: its end is asked for.
pub fn cancel(world: &mut World, slot: u8) -> Option<()> {
    let Slot::Decided(execution) = &mut world.database.slots[usize::from(slot)] else { return None };
    let runs = matches!(execution.status, Status::Running(_)) && !execution.undo;
    execution.cancelled = Some(true).filter(|_| world.database.up && runs)?;
    Some(())
}

/// `write_cron_definitions.sql`, with a next slot that was planned before the claim which has decided it.
pub fn reschedule(world: &mut World) -> Option<()> {
    let before = world.database.next.checked_sub(1).filter(|_| world.database.up)?;
    world.database.next = Some(before).filter(|slot| has_row(world, *slot))?;
    Some(())
}

/// Carries out a statement whose answer nobody waits for; `None`: it waits for a lock.
pub fn carry_out(scenario: &Scenario, world: &mut World, statement: Statement) -> Option<()> {
    let (rules, life) = (scenario.rules, statement.life);
    match statement.asks {
        Asks::Claim(work, id) => drop(claim(world, scenario, life, work, id)),
        Asks::HandBack(ids) if is_any_fenced(world, &ids) => return None,
        Asks::HandBack(ids) => hand_back(world, rules, life, ids),
        Asks::Finish(run) if is_fenced(world, run.id.slot) => return None,
        Asks::Finish(run) => finish(world, rules, life, run, ended(run)?),
    }
    Some(())
}

/// A first attempt's row.
fn insert(world: &mut World, execution: Execution) {
    let slot = execution.id.slot;
    if world.database.slots[usize::from(slot)] != Slot::Undecided {
        world.broken = Some(Broken::DecidedTwice);
    }
    if slot >= world.database.due {
        world.broken = Some(Broken::DecidedEarly);
    }
    world.database.slots[usize::from(slot)] = Slot::Decided(execution);
}

fn has_row(world: &World, slot: u8) -> bool {
    matches!(world.database.slots[usize::from(slot)], Slot::Decided(_))
}

fn is_pending(slot: &Slot) -> bool {
    matches!(slot, Slot::Decided(Execution { status: Status::Pending, .. }))
}

fn is_first_attempt_pending(slot: &Slot) -> bool {
    matches!(slot, Slot::Decided(Execution { status: Status::Pending, id: ExecutionId { attempt: 1, .. }, .. }))
}

/// `heartbeat.sql`; false: it was found dead.
pub fn beat(world: &mut World, life: u8) -> bool {
    match &mut world.lives[usize::from(life)] {
        Some(me) if !me.ended => {
            (me.age, me.server_lived_on) = (0, true);
            true
        }
        Some(_) | None => false,
    }
}

/// `finish.sql`, with the rollback where no attempt follows. Not to be called while somebody holds the registry row: it waits.
pub fn finish(world: &mut World, rules: Protocol, life: u8, run: Run, outcome: Outcome) {
    let execution = world.execution(run.id).copied();
    let Some(execution) = execution.filter(|execution| matches!(execution.status, Status::Running(_))) else {
        // It is over, or a further attempt follows it.
        if !rules.keeps(Rule::OnlyWhatRunsFinishes) {
            world.broken = Some(Broken::FinishedByAStranger);
        }
        return;
    };
    let (is_owner, is_this_claim) = (execution.status == Status::Running(life), execution.token == run.token);
    let is_allowed = is_owner && (is_this_claim || !rules.keeps(Rule::OnlyThisClaimFinishes));
    if !is_allowed && rules.keeps(Rule::OnlyTheOwnerFinishes) {
        return;
    }
    if !is_owner || !is_this_claim {
        world.broken = Some(Broken::FinishedByAStranger);
    }
    let slot = usize::from(run.id.slot);
    world.database.registry[slot] = None;
    let ends = |status| Slot::Decided(Execution { status, ..execution });
    let again = |given_back| match execution.cancelled {
        // What would be tried again is undone, for somebody asked for its end.
        true => Slot::Decided(Execution { status: Status::Pending, undo: true, ..execution }),
        false => next_attempt(execution, given_back),
    };
    world.database.slots[slot] = match outcome {
        Outcome::NotDue => Slot::NotDue,
        Outcome::Completed => ends(if run.undo { Status::Failed } else { Status::Completed }),
        // Undoing was interrupted, so it waits to be undone by others.
        Outcome::Interrupted if run.undo => ends(Status::Pending),
        Outcome::Interrupted if execution.id.attempt < MOST_ATTEMPTS => again(1),
        Outcome::Failed if !run.undo && execution.id.attempt < execution.max_attempts => again(0),
        Outcome::Interrupted | Outcome::Failed => ends(Status::Failed),
    };
}

/// `retried` in `finish.sql` and `bury_dead_runners.sql`.
fn next_attempt(execution: Execution, given_back: u8) -> Slot {
    let ExecutionId { slot, attempt, .. } = execution.id;
    let id = ExecutionId { slot, attempt: attempt + 1, maker: None };
    Slot::Decided(Execution::new(id, execution.max_attempts + given_back))
}

/// `hand_back.sql`: of each execution, how often it may have been claimed.
pub fn hand_back(world: &mut World, rules: Protocol, life: u8, ids: [Option<(ExecutionId, u8)>; WIRE]) {
    for (id, up_to) in ids.into_iter().flatten() {
        let Some(execution) = world.execution(id).copied() else { continue };
        let is_meant = execution.token <= up_to || !rules.keeps(Rule::HandBackMeansEarlierClaims);
        if execution.status == Status::Running(life) && is_meant {
            let slot = usize::from(id.slot);
            world.database.registry[slot] = None;
            world.database.slots[slot] = Slot::Decided(Execution { status: Status::Pending, ..execution });
        }
    }
}

/// `hold_execution.sql`: takes a share lock on the registry row; `None`: it is not this life's.
pub fn hold(world: &mut World, life: u8, id: ExecutionId) -> Option<()> {
    world.execution(id)?;
    let held = world.database.registry[usize::from(id.slot)].as_mut().filter(|held| held.owner == life)?;
    held.fenced = true;
    Some(())
}

/// The session of this life that held the registry row lets go.
pub fn release(world: &mut World, life: u8, slot: u8) {
    if let Some(held) = &mut world.database.registry[usize::from(slot)]
        && held.owner == life
    {
        held.fenced = false;
    }
}

/// Whether somebody's session holds the registry row, so that who would delete it waits.
#[must_use]
pub fn is_fenced(world: &World, slot: u8) -> bool {
    world.database.registry[usize::from(slot)].is_some_and(|held| held.fenced)
}

/// Whether that is so of any of these.
#[must_use]
pub fn is_any_fenced(world: &World, ids: &[Option<(ExecutionId, u8)>; WIRE]) -> bool {
    ids.iter().flatten().any(|(id, _)| is_fenced(world, id.slot))
}

/// `bury_dead_runners.sql`, by anyone: a worker, a pulse.
pub fn bury(world: &mut World, rules: Protocol) {
    let mut just_buried = [false; SLOTS];
    for number in 0..world.lives.len() {
        let Some(life) = &mut world.lives[number] else { continue };
        if life.ended || !is_presumed_dead(life, rules) {
            continue;
        }
        life.ended = true;
        life.excused = is_excused(life);
        for (slot, held) in world.database.registry.iter().enumerate() {
            just_buried[slot] |= held.is_some_and(|held| usize::from(held.owner) == number);
        }
    }
    for (slot, just_buried) in just_buried.into_iter().enumerate() {
        let Some(held) = world.database.registry[slot] else { continue };
        let owner_ended = world.lives[usize::from(held.owner)].is_none_or(|owner| owner.ended);
        let is_found = just_buried || (owner_ended && rules.keeps(Rule::WhatIsLeftBehindIsFoundLater));
        // Rows that others have locked are passed by.
        if is_found && !held.fenced {
            hand_on(world, rules, slot);
        }
    }
}

/// `dead` in `bury_dead_runners.sql`.
fn is_presumed_dead(life: &Life, rules: Protocol) -> bool {
    let is_missed = life.age >= MISSED || !rules.keeps(Rule::FreeLockNeedsOldHeartbeat);
    let lock_is_free = life.lock == Lock::Free || !rules.keeps(Rule::OldHeartbeatNeedsFreeLock);
    let same_server = life.server_lived_on || !rules.keeps(Rule::FreeLockCountsInOneServerLife);
    life.age >= LEASE || (is_missed && lock_is_free && same_server)
}

/// Whether it could not show at this moment that it lives: it was frozen for so long that it had to be presumed dead, or
/// was cut off for more than two intervals and its lock's session had ended. Of these no scheduler can say more.
fn is_excused(life: &Life) -> bool {
    let without_lock = life.lock == Lock::Free && life.age >= MISSED;
    match (life.process, life.network) {
        (Process::Frozen | Process::Waking, _) => without_lock || life.age >= LEASE,
        (Process::Awake, Network::Cut | Network::Back) => without_lock && life.age < LEASE,
        // Who was reset knows.
        (Process::Awake, Network::Connected | Network::Refused) | (Process::Gone, _) => false,
    }
}

/// `running`, `failed`, `released` and `retried` in `bury_dead_runners.sql`.
fn hand_on(world: &mut World, rules: Protocol, slot: usize) {
    world.database.registry[slot] = None;
    let Slot::Decided(execution) = world.database.slots[slot] else { return };
    if !matches!(execution.status, Status::Running(_)) {
        return;
    }
    world.database.slots[slot] = if execution.undo {
        Slot::Decided(Execution { status: Status::Failed, ..execution })
    } else if !rules.keeps(Rule::BurialQueuesTheNextAttempt) {
        Slot::Decided(Execution { status: Status::Lost, ..execution })
    } else if execution.id.attempt < execution.max_attempts && !execution.cancelled {
        next_attempt(execution, 0)
    } else {
        Slot::Decided(Execution { status: Status::Pending, undo: true, ..execution })
    };
}
