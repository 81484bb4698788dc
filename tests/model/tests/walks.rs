//! Long walks through worlds that are too large to be explored: more runners, slots and faults, and dice that say what happens
//! next. A walk that breaks a promise is told by its seed, and found again by it.

use std::ops::Range;

use fastrand::Rng;
use model::promise::Promise;
use model::rule::{Protocol, Rule};
use model::scenario::{Fault, Scenario, Turns};
use model::step::{Step, after, is_fault, steps};
use model::world::{LIVES, Process, SLOTS, Slot, World};
use stateright::Model;

const FAULTS: &[Fault] = &[
    Fault::Fail,
    Fault::Timeout,
    Fault::Cancel,
    Fault::Crash,
    Fault::Freeze,
    Fault::CutOff,
    Fault::Reset,
    Fault::LoseLock,
    Fault::Restart,
    Fault::Unanswered,
    Fault::Reschedule,
];

const WITHOUT_RESCHEDULE: &[Fault] = FAULTS.split_at(FAULTS.len() - 1).0;

/// Three runners and four that join later, six slots, and a dozen faults; the rest is different from seed to seed.
fn scenario(seed: u64, rules: Protocol) -> Scenario {
    let turns = [Turns::Skip, Turns::QueueOne, Turns::InOrder];
    // What was asked and is not due leaves no row, so of a slot that was set back nobody could say that it was decided.
    let asks_function = seed.is_multiple_of(5);
    let faults = if asks_function { WITHOUT_RESCHEDULE } else { FAULTS };
    Scenario {
        rules,
        lives: LIVES - 1,
        slots: SLOTS as u8,
        turns: turns[(seed % 3) as usize],
        has_transactions: seed.is_multiple_of(2),
        asks_function,
        ..Scenario::new(3, 12, faults)
    }
}

/// More steps than any of these walks takes to come to rest.
const STEPS: usize = 2_000;

/// What a walk came to.
#[derive(Debug)]
struct Walk {
    world: World,
    steps: Vec<Step>,
    broken: Option<Promise>,
}

/// Walks until a promise is broken, all has come to rest, or it was long enough.
fn walk(seed: u64, rules: Protocol) -> Walk {
    let scenario = scenario(seed, rules);
    let mut dice = Rng::with_seed(seed);
    let mut walk = Walk { world: scenario.init_states()[0], steps: Vec::new(), broken: None };
    while walk.broken.is_none() && walk.steps.len() < STEPS {
        let Some((step, world)) = next(&scenario, &walk.world, &mut dice) else { break };
        walk.steps.push(step);
        walk.world = world;
        let at_each_step = Promise::ALL.into_iter().filter(|promise| *promise != Promise::NothingIsStuck);
        walk.broken = at_each_step.into_iter().find(|promise| !promise.holds(&scenario, &world));
    }
    if walk.broken.is_none() && !Promise::NothingIsStuck.holds(&scenario, &walk.world) {
        walk.broken = Some(Promise::NothingIsStuck);
    }
    walk
}

/// What the dice say of all that can happen. A slot comes and a fault befalls once in some steps each, so that they fall into
/// the whole of a walk: there are more of them than of all other things.
fn next(scenario: &Scenario, world: &World, dice: &mut Rng) -> Option<(Step, World)> {
    let mut open = Vec::new();
    steps(scenario, world, &mut open);
    let kinds = [Kind::Fault, Kind::Slot, Kind::Work];
    let first = match dice.u8(..24) {
        0 | 1 => Kind::Fault,
        2 => Kind::Slot,
        _ => Kind::Work,
    };
    let order = [first].into_iter().chain(kinds.into_iter().rev().filter(|kind| *kind != first));
    order.into_iter().find_map(|kind| {
        let mut open: Vec<_> = open.iter().copied().filter(|step| kind_of(*step) == kind).collect();
        std::iter::from_fn(|| (!open.is_empty()).then(|| open.swap_remove(dice.usize(..open.len()))))
            .find_map(|step| Some((step, after(scenario, world, step)?)))
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Fault,
    Slot,
    Work,
}

fn kind_of(step: Step) -> Kind {
    match step {
        Step::SlotComes => Kind::Slot,
        step if is_fault(step) => Kind::Fault,
        _ => Kind::Work,
    }
}

fn walk_all(seeds: Range<u64>) -> Vec<Walk> {
    seeds
        .map(|seed| {
            let walk = walk(seed, Protocol::SOUND);
            if let Some(broken) = walk.broken {
                panic!("seed {seed}: {}: broken by {:#?}\nin {:#?}", broken.name(), walk.steps, walk.world);
            }
            walk
        })
        .collect()
}

#[test]
fn a_hundred_thousand_walks_break_no_promise() {
    let halves = [0..50_000, 50_000..100_000].map(|seeds| std::thread::spawn(|| walk_all(seeds)));
    let walks: Vec<_> = halves.into_iter().flat_map(|half| half.join().expect("no promise is broken")).collect();
    // They came somewhere: a promise does not hold for want of what it is about.
    let some = |holds: &dyn Fn(&World) -> bool| walks.iter().filter(|walk| holds(&walk.world)).count();
    let steps: usize = walks.iter().map(|walk| walk.steps.len()).sum();
    assert!(steps > 10_000_000, "{steps} steps");
    let all_faults = some(&|world| world.faults == 0);
    assert!(all_faults > 50_000, "{all_faults} with all their faults");
    let all_ended = some(&|world| world.database.slots.iter().all(Slot::is_final));
    assert!(all_ended > 90_000, "{all_ended} whose slots all ended among faults");
    let rejoined = some(&|world| world.lives().filter(|(_, life)| life.process == Process::Gone).count() > 1);
    assert!(rejoined > 50_000, "{rejoined} in which others took the place of those that were gone");
}

/// The walks see what is wrong. What takes three things in one order at one moment they do not meet in so few: that each rule
/// is needed is shown by `dropped.rs`, which looks at everything.
#[test]
fn without_a_rule_some_walk_breaks_a_promise() {
    let takes_much = [
        Rule::FreeLockCountsInOneServerLife,
        Rule::OnlyThisClaimFinishes,
        Rule::GivesUpBeforeTheLease,
        Rule::GivesUpSoonerWithoutItsLock,
        Rule::LeaseHasAMargin,
        Rule::UnansweredClaimIsKeptInMind,
        Rule::HandBackMeansEarlierClaims,
    ];
    let breaks = |rule: Rule| (0..10_000).any(|seed| walk(seed, Protocol::without(rule)).broken.is_some());
    let unseen: Vec<_> = Rule::ALL.iter().filter(|rule| !takes_much.contains(rule) && !breaks(**rule)).collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}
