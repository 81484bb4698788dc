//! The protocol as it is keeps its promises in every state that a small world can come to.

use std::collections::HashSet;

use model::promise::Promise;
use model::scenario::{Fault, Scenario, Turns};
use model::world::{Execution, Life, Process, Slot, Status, World};
use stateright::{Checker, HasDiscoveries, Model};

const OF_MACHINES: &[Fault] =
    &[Fault::Crash, Fault::Freeze, Fault::CutOff, Fault::Reset, Fault::LoseLock, Fault::Restart];
const OF_ANSWERS: &[Fault] = &[Fault::Unanswered, Fault::Fail, Fault::Cancel];

/// Explores all of it; hands back how many states there are: that number is what makes sure that all were looked at.
fn explore(scenario: Scenario) -> usize {
    let checker = scenario.checker().threads(2).finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let broken = checker.discoveries().into_iter().next();
    if let Some((promise, way)) = broken {
        let last = *way.last_state();
        panic!("{promise}: broken by {:#?}\nin {last:#?}", way.into_actions());
    }
    assert!(checker.is_done());
    checker.unique_state_count()
}

#[test]
fn two_runners_keep_every_promise_whatever_goes_wrong_once() {
    let world = || Scenario::new(2, 1, Fault::ALL);
    assert_eq!(explore(world()), 67_254);
    assert_eq!(explore(Scenario { turns: Turns::QueueOne, ..world() }), 75_299);
    assert_eq!(explore(Scenario { turns: Turns::InOrder, ..world() }), 35_564);
    assert_eq!(explore(Scenario { has_transactions: true, ..world() }), 83_920);
    assert_eq!(explore(Scenario { lives: 3, ..world() }), 92_012);
    assert_eq!(explore(Scenario { asks_function: true, ..Scenario::new(2, 1, Fault::BUT_RESCHEDULE) }), 123_244);
}

#[test]
fn three_runners_keep_every_promise_whatever_goes_wrong_once() {
    assert_eq!(explore(Scenario::new(3, 1, Fault::ALL)), 794_029);
}

#[test]
fn two_runners_keep_every_promise_whatever_goes_wrong_twice() {
    assert_eq!(explore(Scenario { slots: 1, ..Scenario::new(2, 2, Fault::ALL) }), 473_384);
}

#[test]
fn they_keep_it_with_fences_and_somebody_who_comes_later_where_machines_fail_twice() {
    let world = Scenario::new(2, 2, OF_MACHINES);
    assert_eq!(explore(Scenario { slots: 1, lives: 3, has_transactions: true, ..world }), 663_586);
}

#[test]
fn they_keep_it_where_answers_are_lost_and_what_was_sent_arrives_at_any_later_moment() {
    assert_eq!(explore(Scenario { slots: 1, ..Scenario::new(1, 4, OF_ANSWERS) }), 17_346);
    assert_eq!(explore(Scenario { slots: 1, ..Scenario::new(2, 3, OF_ANSWERS) }), 87_148);
    assert_eq!(explore(Scenario::new(2, 2, OF_ANSWERS)), 124_403);
}

#[test]
#[ignore = "takes half a minute"]
fn they_keep_it_where_machines_fail_three_times() {
    assert_eq!(explore(Scenario { slots: 1, ..Scenario::new(2, 3, OF_MACHINES) }), 2_115_745);
}

#[test]
#[ignore = "takes minutes"]
fn they_keep_it_for_two_slots_whatever_goes_wrong_twice() {
    assert_eq!(explore(Scenario::new(2, 2, Fault::ALL)), 3_988_833);
}

/// What the promises speak of does happen: they do not hold for want of it.
#[test]
fn the_worlds_that_are_explored_hold_what_the_promises_are_about() {
    let faults = &[Fault::Fail, Fault::Crash, Fault::Freeze, Fault::CutOff];
    let scenario = Scenario { slots: 1, has_transactions: true, ..Scenario::new(2, 2, faults) };
    let worlds = reachable(&scenario);
    let some = |holds: &dyn Fn(&World) -> bool| worlds.iter().any(holds);
    let works = |life: &Life| life.process != Process::Gone && life.works_on().is_some();
    let newest = |world: &World, is_such: &dyn Fn(&Execution) -> bool| match &world.database.slots[0] {
        Slot::Decided(execution) => is_such(execution),
        Slot::NotDue | Slot::Undecided => false,
    };
    assert!(some(&|world| world.lives().filter(|(_, life)| works(life)).count() == 2), "an overlap that is excused");
    assert!(some(&|world| newest(world, &|execution| execution.id.attempt == 3)), "a third attempt");
    assert!(some(&|world| newest(world, &|execution| execution.undo && execution.status == Status::Pending)));
    assert!(some(&|world| newest(world, &|execution| execution.status == Status::Completed)));
    assert!(some(&|world| world.lives().any(|(_, life)| life.ended && works(life))), "a buried runner at work");
    assert!(some(&|world| world.lives().any(|(_, life)| life.lost && works(life))), "one that has given itself up");
    assert!(some(&|world| world.database.registry.iter().flatten().any(|held| held.fenced)));
    assert!(worlds.iter().all(|world| Promise::ALL.iter().all(|promise| promise.holds(&scenario, world))));
}

fn reachable(scenario: &Scenario) -> HashSet<World> {
    let mut found: HashSet<World> = scenario.init_states().into_iter().collect();
    let mut open: Vec<World> = found.iter().copied().collect();
    while let Some(world) = open.pop() {
        open.extend(scenario.next_steps(&world).into_iter().map(|(_, next)| next).filter(|next| found.insert(*next)));
    }
    found
}
