//! Each rule of the protocol is needed: without it, a promise is broken, and the model shows how.

use model::promise::Promise;
use model::rule::{Protocol, Rule};
use model::scenario::{Fault, Scenario, Turns};
use stateright::{Checker, HasDiscoveries, Model};

/// Which promises the protocol breaks without this rule, by how many steps, and in which small world.
fn without(rule: Rule) -> (&'static [Promise], usize, Scenario) {
    let world =
        |runners, budget, faults| Scenario { rules: Protocol::without(rule), ..Scenario::new(runners, budget, faults) };
    match rule {
        Rule::NextSlotIsCompared => {
            (&[Promise::SlotsAreDecidedOnce], 7, Scenario { asks_function: true, ..world(2, 0, &[]) })
        }
        Rule::SlotsKeyIsUnique => (&[Promise::SlotsAreDecidedOnce], 8, world(1, 1, &[Fault::Reschedule])),
        Rule::RegistryKeyIsUnique => (&[Promise::NoOverlap], 6, world(2, 0, &[])),
        Rule::SlotIsDecidedInOneStatement => {
            (&[Promise::NothingIsLost, Promise::NothingIsStuck], 4, world(1, 1, &[Fault::Crash]))
        }
        Rule::FurtherAttemptsHoldTheNextSlot => {
            let world = world(1, 1, &[Fault::Fail]);
            (&[Promise::SlotsGoInOrder], 8, Scenario { turns: Turns::InOrder, ..world })
        }
        Rule::DatabaseSaysWhatIsDue => (&[Promise::NothingIsEarly], 2, world(1, 0, &[])),
        Rule::DatabaseDatesHeartbeats => (&[Promise::NoOverlap], 7, world(2, 0, &[])),
        Rule::FreeLockNeedsOldHeartbeat => (&[Promise::NoOverlap], 7, world(2, 1, &[Fault::LoseLock])),
        Rule::OldHeartbeatNeedsFreeLock => (&[Promise::NoOverlap], 10, world(2, 1, &[Fault::CutOff])),
        Rule::FreeLockCountsInOneServerLife => (&[Promise::NoOverlap], 11, world(2, 1, &[Fault::Restart])),
        Rule::BurialQueuesTheNextAttempt => (&[Promise::NothingIsLost], 7, world(1, 1, &[Fault::Crash])),
        Rule::WhatIsLeftBehindIsFoundLater => {
            (&[Promise::NothingIsStuck], 12, Scenario { has_transactions: true, ..world(2, 1, &[Fault::CutOff]) })
        }
        Rule::OnlyWhatRunsFinishes => (&[Promise::OwnersFinish], 12, world(2, 1, &[Fault::Freeze])),
        Rule::OnlyTheOwnerFinishes => {
            (&[Promise::OwnersFinish], 18, Scenario { slots: 1, ..world(2, 2, &[Fault::Freeze, Fault::Fail]) })
        }
        Rule::OnlyThisClaimFinishes => {
            let faults = &[Fault::Unanswered, Fault::Fail, Fault::Cancel];
            (&[Promise::OwnersFinish], 10, Scenario { slots: 1, ..world(1, 3, faults) })
        }
        Rule::RegistryRowOutlivesTheRun => (&[Promise::NoOverlap], 7, world(2, 1, &[Fault::Timeout])),
        Rule::GivesUpBeforeTheLease => (&[Promise::NoOverlap], 14, world(2, 1, &[Fault::CutOff])),
        Rule::GivesUpSoonerWithoutItsLock => (&[Promise::NoOverlap], 10, world(2, 1, &[Fault::Reset])),
        Rule::LeaseHasAMargin => (&[Promise::NoOverlap], 14, world(2, 1, &[Fault::CutOff])),
        Rule::BuriedRunnerStops => (&[Promise::NoOverlap], 14, world(2, 1, &[Fault::Freeze])),
        Rule::UnansweredClaimIsSettled => (&[Promise::NothingIsStuck], 4, world(1, 1, &[Fault::Unanswered])),
        Rule::UnansweredClaimIsKeptInMind => {
            (&[Promise::NothingIsStuck], 12, Scenario { slots: 1, ..world(1, 3, &[Fault::Unanswered, Fault::Fail]) })
        }
        Rule::HandBackMeansEarlierClaims => {
            (&[Promise::NoOverlap], 11, Scenario { slots: 1, ..world(2, 2, &[Fault::Unanswered]) })
        }
        Rule::FenceHoldsTheRegistryRow => {
            let world = world(2, 1, &[Fault::Freeze]);
            (&[Promise::FencedEffectsAreOwned], 11, Scenario { has_transactions: true, ..world })
        }
    }
}

/// What breaks first, by the least number of steps; `None`: nothing does.
fn broken(rule: Rule) -> Option<(Vec<&'static str>, usize)> {
    let mut states = 0;
    // The number of steps, and the state before the first.
    for depth in 2.. {
        let (.., scenario) = without(rule);
        let finished = scenario.checker().target_max_depth(depth).finish_when(HasDiscoveries::AnyFailures);
        let checker = finished.spawn_bfs().join();
        let found = checker.discoveries();
        if let Some(way) = found.values().next() {
            let steps = way.clone().into_actions().len();
            return Some((in_order(found.into_keys()), steps));
        }
        if checker.unique_state_count() == states {
            break;
        }
        states = checker.unique_state_count();
    }
    None
}

/// What is found at once is found in no order.
fn in_order(names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names
}

#[test]
fn each_rule_is_needed_for_a_promise() {
    let expected = |rule| -> Option<(Vec<&'static str>, usize)> {
        let (promises, steps, _) = without(rule);
        Some((in_order(promises.iter().map(|promise| promise.name())), steps))
    };
    let wrong: Vec<_> = Rule::ALL
        .iter()
        .map(|rule| (*rule, broken(*rule), expected(*rule)))
        .filter(|(_, found, expected)| found != expected)
        .collect();
    assert!(wrong.is_empty(), "found, and expected: {wrong:#?}");
}

/// The worlds in which a rule is shown to be needed break nothing by themselves.
#[test]
fn with_all_rules_the_same_worlds_keep_every_promise() {
    for rule in Rule::ALL {
        let (.., scenario) = without(*rule);
        let sound = Scenario { rules: Protocol::SOUND, ..scenario };
        let checker = sound.checker().threads(2).spawn_bfs().join();
        assert!(checker.discoveries().is_empty() && checker.is_done(), "{rule:?}");
    }
}
