//! Nobody sleeps while something may begin, whatever lies between what statements see and what they do.

use model::wakes::Scenario;
use model::wakes::rule::Wake;
use stateright::{Checker, HasDiscoveries, Model};

/// Small worlds: who may do two at once looks while something ends, and who may do one is full.
const WORLDS: [[usize; 2]; 3] = [[1, 1], [2, 1], [2, 2]];

/// How many states there are, and by which steps somebody comes to sleep, if anybody does.
fn explore(scenario: Scenario) -> (usize, Option<String>) {
    let checker = scenario.checker().threads(2).finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let way = checker.discoveries().into_values().next();
    (
        checker.unique_state_count(),
        way.map(|way| format!("{:#?}\nin {:#?}", way.clone().into_actions(), way.last_state())),
    )
}

#[test]
fn nobody_sleeps_while_something_may_begin() {
    let found = WORLDS.map(|room| explore(Scenario { without: None, room, losses: 1 }));
    for (_, way) in &found {
        assert!(way.is_none(), "{}", way.as_deref().unwrap_or_default());
    }
    assert_eq!(found.map(|(states, _)| states), [219_652, 460_914, 845_772]);
}

#[test]
fn without_any_of_the_rules_somebody_does() {
    let sleeps =
        |rule| WORLDS.iter().any(|room| explore(Scenario { without: Some(rule), room: *room, losses: 1 }).1.is_some());
    let needless: Vec<_> = Wake::ALL.iter().filter(|rule| !sleeps(**rule)).collect();
    assert!(needless.is_empty(), "{needless:?}");
}
