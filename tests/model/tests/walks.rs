//! Long walks through worlds that are too large to be explored: more runners, slots and faults, and dice that say what happens
//! next. A walk that breaks a promise is told by its seed, and found again by it.

use std::ops::Range;

use fastrand::Rng;
use model::promise::Promise;
use model::rule::{Protocol, Rule};
use model::scenario::{Fault, Scenario, Turns};
use model::step::{Blow, Deed, Step, after, is_fault, steps};
use model::world::{LIVES, Outcome, SLOTS, Slot, World};
use stateright::Model;

/// Three runners and four that join later, six slots, and a dozen faults; the rest is different from seed to seed.
fn scenario(seed: u64, rules: Protocol) -> Scenario {
    let turns = [Turns::Skip, Turns::QueueOne, Turns::InOrder];
    let asks_function = seed.is_multiple_of(5);
    let faults = if asks_function { Fault::BUT_RESCHEDULE } else { Fault::ALL };
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
struct Walk {
    world: World,
    steps: usize,
    broken: Option<Promise>,
}

/// Walks until a promise is broken or all has come to rest, and shows each step to `seen`.
fn walk(seed: u64, rules: Protocol, mut seen: impl FnMut(Step)) -> Walk {
    let scenario = scenario(seed, rules);
    let mut dice = Rng::with_seed(seed);
    let takes_long = seed / 2 % 4 == 1;
    let mut walk = Walk { world: scenario.init_states()[0], steps: 0, broken: None };
    while walk.broken.is_none()
        && walk.steps < STEPS
        && let Some((step, world)) = next(&scenario, &walk.world, takes_long, &mut dice)
    {
        seen(step);
        walk.steps += 1;
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
/// the whole of a walk: there are more of them than of all other things. Where runs and outages take long, they outlast
/// leases.
fn next(scenario: &Scenario, world: &World, takes_long: bool, dice: &mut Rng) -> Option<(Step, World)> {
    let mut open = Vec::new();
    steps(scenario, world, &mut open);
    let first = match dice.u8(..32) {
        0..3 => Kind::Fault,
        3 => Kind::Slot,
        4 => Kind::Rest,
        _ => Kind::Work,
    };
    let kinds = [Kind::Work, Kind::Rest, Kind::Slot, Kind::Fault];
    let order = [first].into_iter().chain(kinds.into_iter().filter(|kind| *kind != first));
    order.into_iter().find_map(|kind| {
        let mut open: Vec<_> = open.iter().copied().filter(|step| kind_of(*step, takes_long) == kind).collect();
        std::iter::from_fn(|| (!open.is_empty()).then(|| open.swap_remove(dice.usize(..open.len()))))
            .find_map(|step| Some((step, after(scenario, world, step)?)))
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Fault,
    Slot,
    /// What ends a run or an outage, where these take long.
    Rest,
    Work,
}

fn kind_of(step: Step, takes_long: bool) -> Kind {
    match step {
        Step::SlotComes => Kind::Slot,
        Step::Befalls(_, Blow::Wake | Blow::Reconnect | Blow::EndSessions) if takes_long => Kind::Rest,
        Step::Does(_, Deed::End(Outcome::Completed | Outcome::NotDue)) if takes_long => Kind::Rest,
        step if is_fault(step) => Kind::Fault,
        _ => Kind::Work,
    }
}

fn walk_all(seeds: Range<u64>) -> Vec<Walk> {
    seeds
        .map(|seed| {
            let ended = walk(seed, Protocol::SOUND, |_| {});
            if let Some(broken) = ended.broken {
                let mut way = Vec::new();
                let again = walk(seed, Protocol::SOUND, |step| way.push(step));
                panic!("seed {seed}: {}: broken by {way:#?}\nin {:#?}", broken.name(), again.world);
            }
            assert!(ended.steps < STEPS, "seed {seed} comes to no rest");
            ended
        })
        .collect()
}

#[test]
fn a_hundred_thousand_walks_break_no_promise() {
    let halves = [0..50_000, 50_000..100_000].map(|seeds| std::thread::spawn(|| walk_all(seeds)));
    let walks: Vec<_> = halves.into_iter().flat_map(|half| half.join().expect("no promise is broken")).collect();
    // They came somewhere: a promise does not hold for want of what it is about.
    let some = |holds: &dyn Fn(&World) -> bool| walks.iter().filter(|walk| holds(&walk.world)).count();
    let steps: usize = walks.iter().map(|walk| walk.steps).sum();
    assert!(steps > 10_000_000, "{steps} steps");
    let all_faults = some(&|world| world.faults == 0);
    assert!(all_faults > 50_000, "{all_faults} with all their faults");
    let all_ended = some(&|world| world.database.slots.iter().all(Slot::is_final));
    assert!(all_ended > 80_000, "{all_ended} whose slots all ended among faults");
    let rejoined = some(&|world| world.lives().count() > 3);
    assert!(rejoined > 50_000, "{rejoined} in which somebody took the place of one that was gone");
}

/// The walks see what is wrong. The other rules are about two statements without an answer in one order, which they do not
/// meet in so few: that each rule is needed is shown by `dropped.rs`, which looks at everything.
#[test]
fn without_a_rule_some_walk_breaks_a_promise() {
    let takes_more = [Rule::OnlyThisClaimFinishes, Rule::UnansweredClaimIsKeptInMind, Rule::HandBackMeansEarlierClaims];
    let breaks = |rule: Rule| (0..4_000).any(|seed| walk(seed, Protocol::without(rule), |_| {}).broken.is_some());
    let unseen: Vec<_> = Rule::ALL.iter().filter(|rule| !breaks(**rule)).copied().collect();
    assert_eq!(unseen, takes_more);
}
