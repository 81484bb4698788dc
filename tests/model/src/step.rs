//! All that can happen next.

use crate::fair;
use crate::fault::{befall, database_goes};
use crate::rule::Rule;
use crate::runner::act;
use crate::same::tidy;
use crate::scenario::{Fault, Scenario};
use crate::statement;
use crate::time;
use crate::world::{LEASE, Life, Outcome, Process, WIRE, World};

/// One thing that happens. Where it happens to a life or is done by it, that is the first number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The time of the next slot comes, by the database's clock.
    SlotComes,
    /// One heartbeat interval passes, and every timer that was due in it has fired.
    Interval,
    /// `Membership::join`: somebody joins in place of one that is gone.
    Join,
    /// `Runner::bury_all`, by whoever looks first: a worker, a pulse.
    Bury,
    /// What a runner does.
    Does(u8, Deed),
    /// What befalls a runner.
    Befalls(u8, Blow),
    /// The database goes, and with it all sessions and locks: a restart, a failover.
    DatabaseGoes,
    /// It answers again.
    DatabaseComes,
    /// A definition that was planned a moment ago is written, with a next slot that has been decided meanwhile.
    Reschedule,
    /// An operator asks for the end of this slot's execution.
    Cancel(u8),
    /// This statement on the wire, without an answer, is carried out after all.
    CarryOut(u8),
    /// It never will be.
    Vanish(u8),
}

/// What a runner does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// `Shift::look`: reads which slots are due; so many of them have come by the clock it goes by.
    LookForSlots(u8),
    /// `Shift::look`: reads what is queued for this slot.
    LookInQueue(u8),
    /// `Shift::claim`: what it got begins.
    Claim,
    /// `Executor::guard`: what runs ends by itself.
    End(Outcome),
    /// `Executor::guard`: its time is up, and it is told to end.
    Tell,
    /// `Executor::guard`: what was told to end has ended.
    Stop,
    /// `Shift::record`: the ending is written, or dropped where it is somebody else's to write.
    Finish,
    /// `Shift::record`: the database was away for a lease, and the ending is dropped.
    DropEnding,
    /// `HandBack::begin`: hands back what claims without an answer may have taken.
    HandBack,
    /// `HandBack::begin`: a lease has passed, so none of its statements can still be on its way.
    Forget,
    /// `Heart::beat`, in time.
    Beat,
    /// `Heart::beat`: it could not beat for the lease less the margin, or without its lock for almost two intervals.
    GiveUp,
    /// `Holder::connect_again`.
    TakeLock,
    /// `Membership::leave`, of an instance that was lost.
    Leave,
    /// `TaskContext::transaction`.
    BeginTransaction,
    /// Its end.
    Commit,
    /// Without [`Rule::SlotIsDecidedInOneStatement`]: the second half of a claim.
    WriteRows,
    /// Without [`Rule::DatabaseDatesHeartbeats`]: it beats by a clock that is slow by so many intervals.
    BeatLate(u8),
}

/// What befalls a runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Blow {
    /// The process ends at once.
    Crash,
    /// The process stops, and does not know.
    Freeze,
    /// The process goes on.
    Wake,
    /// Nothing of it arrives any more, and nothing arrives there.
    CutOff,
    /// Its connections are reset, and it gets no new ones.
    Reset,
    /// Its connections work again.
    Reconnect,
    /// The server ends sessions whose client is cut off, gone, or frozen too long.
    EndSessions,
    /// The lock's connection alone is lost.
    LoseLock,
    /// A claim is sent, and its answer never comes.
    ClaimUnanswered,
    /// A handing back is sent, and its answer never comes.
    HandBackUnanswered,
    /// An ending is sent, and its answer never comes.
    FinishUnanswered,
}

/// Adds everything that may happen next. Not all of it can: [`after`] knows.
pub fn steps(scenario: &Scenario, world: &World, steps: &mut Vec<Step>) {
    if fair::is_settled(scenario, world) && is_at_rest(world) {
        // Nothing is left that could go wrong.
        return;
    }
    steps.extend([Step::SlotComes, Step::Interval, Step::Join, Step::Bury, Step::DatabaseComes]);
    if scenario.may(world, Fault::Restart) {
        steps.push(Step::DatabaseGoes);
    }
    if scenario.may(world, Fault::Reschedule) {
        steps.push(Step::Reschedule);
    }
    if scenario.may(world, Fault::Cancel) {
        steps.extend((0..scenario.slots).map(Step::Cancel));
    }
    for (number, _) in (0..).zip(&world.wire).filter(|(_, statement)| statement.is_some()) {
        steps.extend([Step::CarryOut(number), Step::Vanish(number)]);
    }
    for (life, me) in world.lives() {
        steps.extend(blows(scenario, world, me).into_iter().map(|blow| Step::Befalls(life, blow)));
        if me.acts() {
            steps.extend(deeds(scenario, world).into_iter().map(|deed| Step::Does(life, deed)));
        }
    }
}

fn is_at_rest(world: &World) -> bool {
    world.wire == [None; WIRE] && world.lives().all(|(_, life)| life.run.is_none())
}

fn blows(scenario: &Scenario, world: &World, me: &Life) -> Vec<Blow> {
    if me.process == Process::Gone {
        return vec![Blow::EndSessions];
    }
    let faults = [
        (Fault::Crash, Blow::Crash),
        (Fault::Freeze, Blow::Freeze),
        (Fault::CutOff, Blow::CutOff),
        (Fault::Reset, Blow::Reset),
        (Fault::LoseLock, Blow::LoseLock),
        (Fault::Unanswered, Blow::ClaimUnanswered),
        (Fault::Unanswered, Blow::HandBackUnanswered),
        (Fault::Unanswered, Blow::FinishUnanswered),
    ];
    let faults = faults.into_iter().filter(|(fault, _)| scenario.may(world, *fault)).map(|(_, blow)| blow);
    [Blow::Wake, Blow::Reconnect, Blow::EndSessions].into_iter().chain(faults).collect()
}

fn deeds(scenario: &Scenario, world: &World) -> Vec<Deed> {
    use Deed::*;
    let mut deeds = vec![Claim, Stop, Finish, DropEnding, HandBack, Forget, Beat, GiveUp, TakeLock, Leave];
    let due = world.database.due;
    let readings = if scenario.rules.keeps(Rule::DatabaseSaysWhatIsDue) { due..=due } else { 0..=scenario.slots };
    deeds.extend(readings.map(LookForSlots));
    deeds.extend((0..scenario.slots).map(LookInQueue));
    deeds.push(End(Outcome::Completed));
    if scenario.asks_function {
        deeds.push(End(Outcome::NotDue));
    }
    if scenario.may(world, Fault::Fail) {
        deeds.push(End(Outcome::Failed));
    }
    if scenario.may(world, Fault::Timeout) {
        deeds.push(Tell);
    }
    if scenario.has_transactions {
        deeds.extend([BeginTransaction, Commit]);
    }
    if !scenario.rules.keeps(Rule::SlotIsDecidedInOneStatement) {
        deeds.push(WriteRows);
    }
    if !scenario.rules.keeps(Rule::DatabaseDatesHeartbeats) {
        deeds.extend((1..=LEASE).map(BeatLate));
    }
    deeds
}

/// The world after a step; `None`: it cannot happen, or changes nothing.
#[must_use]
pub fn after(scenario: &Scenario, world: &World, step: Step) -> Option<World> {
    let mut next = *world;
    happen(scenario, &mut next, step)?;
    if is_fault(step) {
        next.faults = next.faults.saturating_sub(1);
    }
    tidy(&mut next);
    Some(next).filter(|next| next != world)
}

fn happen(scenario: &Scenario, world: &mut World, step: Step) -> Option<()> {
    match step {
        Step::SlotComes => {
            let due = world.database.due + 1;
            world.database.due = Some(due).filter(|due| *due <= scenario.slots)?;
        }
        Step::Interval => time::pass(world, scenario.rules)?,
        Step::Join => join(scenario, world)?,
        Step::Bury => world.database.up.then(|| statement::bury(world, scenario.rules))?,
        Step::Does(life, deed) => act(scenario, world, life, deed)?,
        Step::Befalls(life, blow) => befall(scenario, world, life, blow)?,
        Step::DatabaseGoes => world.database.up.then(|| database_goes(world))?,
        Step::DatabaseComes => world.database.up = true,
        Step::Reschedule => statement::reschedule(world)?,
        Step::Cancel(slot) => statement::cancel(world, slot)?,
        Step::CarryOut(number) => {
            let statement = world.wire[usize::from(number)].take().filter(|_| world.database.up)?;
            statement::carry_out(scenario, world, statement)?;
        }
        Step::Vanish(number) => world.wire[usize::from(number)] = None,
    }
    Some(())
}

/// Whether something goes wrong with this step.
#[must_use]
pub fn is_fault(step: Step) -> bool {
    match step {
        Step::DatabaseGoes | Step::Reschedule | Step::Cancel(_) => true,
        Step::Does(_, deed) => matches!(deed, Deed::End(Outcome::Failed) | Deed::Tell),
        Step::Befalls(_, blow) => !matches!(blow, Blow::Wake | Blow::Reconnect | Blow::EndSessions),
        Step::SlotComes
        | Step::Interval
        | Step::Join
        | Step::Bury
        | Step::DatabaseComes
        | Step::CarryOut(_)
        | Step::Vanish(_) => false,
    }
}

fn join(scenario: &Scenario, world: &mut World) -> Option<()> {
    let alive = world.lives().filter(|(_, life)| life.process != Process::Gone).count();
    let has_room = world.database.up && alive < scenario.runners && world.lives().count() < scenario.lives;
    *world.lives.iter_mut().find(|life| has_room && life.is_none())? = Some(Life::new());
    Some(())
}
