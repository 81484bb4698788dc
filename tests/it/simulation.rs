//! A month of a hundred tasks in virtual time: every slot of every task ends as the calendar and the protocol say.
//!
//! It is March 2027, in which New York's clocks change on the 14th and Berlin's on the 28th. What is expected is computed here,
//! by plain arithmetic and by the rules of docs/schedules.md and docs/tasks.md, with nothing of the engine.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use downbeat::clock::ManualClock;
use downbeat::config::Config;
use downbeat::model::{Execution, Status, Trigger};
use downbeat::task::prelude::*;
use downbeat::task::{Registry, RegistryBuilder, TaskError};
use downbeat::testing::TestApp;

use crate::support::World;

/// Just before midnight in Berlin. Whatever is new starts from its first slot after this.
const BEGINS: &str = "2027-02-28T22:59:00Z";
/// Just before midnight a month later, by when an hour is missing.
const ENDS: &str = "2027-03-31T21:59:00Z";

/// A hundred definitions: groups with one schedule, and in them names and whom they wait for.
macro_rules! definitions {
    ($($schedule:expr, $zone:literal, $retries:literal, { $($name:literal $(after $parents:expr)?),+ $(,)? })+) => {
        [$($(CronTaskDefinition {
            schedule: $schedule,
            timezone: $zone,
            retry: RetryPolicy { retries: Some($retries), ..RetryPolicy::DEFAULT },
            dependencies: { let parents: &[&str] = &[]; $(let parents: &[&str] = { let _ = parents; &$parents };)? parents },
            ..CronTaskDefinition::new($name)
        },)+)+]
    };
}

use Schedule::{Cron, Manual};

static DEFINITIONS: [CronTaskDefinition; 100] = definitions! {
    Cron("0 6-21 * * *"), "UTC", 3, {
        "daytime-0", "daytime-1", "daytime-2", "daytime-3",
    }
    Cron("0 */6 * * *"), "UTC", 3, {
        "six-hourly-0", "six-hourly-1", "six-hourly-2", "six-hourly-3", "six-hourly-4", "six-hourly-5",
        "six-hourly-6", "six-hourly-7", "six-hourly-8", "six-hourly-9", "six-hourly-10", "six-hourly-11",
        "six-hourly-12", "six-hourly-13", "six-hourly-14", "six-hourly-15",
    }
    Cron("*/30 2 * * *"), "Europe/Berlin", 3, { "shown-0", "shown-1", "shown-2", "shown-3" }
    Cron("30 2 * * *"), "Europe/Berlin", 3, {
        "night-0", "night-1", "night-2", "night-3", "night-4", "night-5", "night-6", "night-7", "night-8", "night-9",
        "night-10", "night-11", "night-12", "night-13",
    }
    Cron("30 2 * * *"), "America/New_York", 3, {
        "new-york-0", "new-york-1", "new-york-2", "new-york-3", "new-york-4", "new-york-5", "new-york-6", "new-york-7",
        "new-york-8", "new-york-9",
    }
    Cron("0 9 * * MON-FRI"), "Europe/Warsaw", 3, {
        "office-0", "office-1", "office-2", "office-3", "office-4", "office-5", "office-6", "office-7", "office-8",
        "office-9",
    }
    Cron("15 6 * * MON"), "Asia/Tokyo", 3, {
        "tokyo-0", "tokyo-1", "tokyo-2", "tokyo-3", "tokyo-4", "tokyo-5", "tokyo-6", "tokyo-7",
    }
    Cron("0 0 1 * *"), "Europe/Berlin", 3, { "first-day" }
    Cron("0 12 L * *"), "Europe/Berlin", 3, { "last-day" }
    Cron("0 8 * * MON#2"), "Europe/Berlin", 3, { "second-monday" }
    Cron("0 8 14W * *"), "Europe/Berlin", 3, { "nearest-weekday" }
    Cron("0 4 * * *"), "UTC", 3, {
        "chain-0", "chain-1" after ["chain-0"], "chain-2" after ["chain-1"], "chain-3" after ["chain-2"],
        "chain-4" after ["chain-3"], "chain-5" after ["chain-4"], "chain-6" after ["chain-5"],
        "chain-7" after ["chain-6"], "chain-8" after ["chain-7"], "chain-9" after ["chain-8"],
    }
    Cron("0 */8 * * *"), "UTC", 3, {
        "top-0", "left-0" after ["top-0"], "right-0" after ["top-0"], "bottom-0" after ["left-0", "right-0"],
        "top-1", "left-1" after ["top-1"], "right-1" after ["top-1"], "bottom-1" after ["left-1", "right-1"],
    }
    when!(every_eight_hours), "UTC", 3, { "asked-0", "asked-1" }
    when!(ten_hours_after_the_last), "UTC", 3, { "asked-2", "asked-3" }
    Manual, "UTC", 3, { "by-hand", "never-runs" }
    Cron("0 */6 * * *"), "UTC", 3, { "child-of-a-chain" after ["chain-0"] }
    Cron("20 4 * * *"), "UTC", 3, { "child-of-a-whole-chain" after ["chain-9"] }
    Cron("0 5 * * *"), "UTC", 3, {
        "child-of-nobody" after ["never-runs"],
        "child-of-two" after ["night-4", "daytime-3"],
    }
    Cron("45 5 * * SUN"), "UTC", 1, { "hangs-0", "hangs-1" }
};

async fn every_eight_hours(cx: WhenContext) -> TaskResult<bool> {
    Ok(cx.slot.hour().is_multiple_of(8))
}

async fn ten_hours_after_the_last(cx: WhenContext) -> TaskResult<bool> {
    Ok(cx.last_execution.is_none_or(|last| cx.slot - last.scheduled_for >= TimeDelta::hours(10)))
}

/// What is wrong with a slot.
enum Fate {
    /// Its first so many attempts fail.
    Fails(usize),
    /// Its first attempt fails for good.
    Fatal,
    /// No attempt ends by itself.
    Hangs,
}

/// With seed 0 as one can follow it by hand; with any other, one slot in five ends as its dice say.
fn fate(seed: u64, task: &str, slot: DateTime<Utc>) -> Fate {
    let (group, number) = split(task);
    let mut dice = DefaultHasher::new();
    (seed, task, slot.timestamp()).hash(&mut dice);
    match (seed, group, dice.finish() % 20) {
        (0, ..) | (_, "hangs", _) | (.., 4..) => {}
        (.., 0) => return Fate::Fails(1),
        (.., 1) => return Fate::Fails(2),
        (.., 2) => return Fate::Fails(4),
        (.., 3) => return Fate::Fatal,
    }
    match (group, number) {
        ("daytime", 2) if slot.hour() == 6 => Fate::Fails(1),
        ("daytime", 3) if slot.hour() == 17 => Fate::Fatal,
        ("night", n) if slot.day().is_multiple_of(5) && n < 5 => Fate::Fails(n),
        ("chain", 0) if slot.day().is_multiple_of(7) => Fate::Fatal,
        ("chain", 5) if slot.day().is_multiple_of(3) => Fate::Fails(2),
        ("top", 0) if slot.hour() == 16 => Fate::Fails(1),
        ("left", 1) if slot.hour() == 8 && slot.day().is_multiple_of(2) => Fate::Fails(4),
        ("asked", 1 | 3) if slot.hour() == 0 => Fate::Fails(1),
        ("hangs", _) => Fate::Hangs,
        _ => Fate::Fails(0),
    }
}

/// `("night", 7)` of `night-7`.
fn split(task: &str) -> (&str, usize) {
    let numbered = task.rsplit_once('-').and_then(|(group, number)| Some((group, number.parse().ok()?)));
    numbered.unwrap_or((task, 0))
}

/// How often each slot of each task was begun.
type Begun = BTreeMap<(String, DateTime<Utc>), usize>;

/// What the tasks themselves write down, and the dice they fail by.
#[derive(Clone, Default)]
struct Ledger {
    seed: u64,
    begun: Arc<Mutex<Begun>>,
}

struct Simulated<const N: usize>(Ledger);

impl<const N: usize> CronTask for Simulated<N> {
    type Config = ();
    type Report = ();

    const DEFINITION: CronTaskDefinition =
        CronTaskDefinition { timeout: if N >= 98 { Some(Duration::from_millis(20)) } else { None }, ..DEFINITIONS[N] };

    async fn execute(&self, cx: TaskContext<()>) -> TaskResult<()> {
        work(&self.0, cx).await
    }
}

async fn work(ledger: &Ledger, cx: TaskContext<()>) -> TaskResult<()> {
    assert_eq!(cx.missed_slots(), 0, "time passes from one slot to the next");
    let attempt = usize::try_from(cx.attempt()).unwrap();
    *ledger.begun.lock().unwrap().entry((cx.task_name().to_owned(), cx.scheduled_for())).or_default() += 1;
    match fate(ledger.seed, cx.task_name(), cx.scheduled_for()) {
        Fate::Fails(times) if attempt <= times => Err(TaskError::execution("not_yet", "not yet")),
        Fate::Fails(_) => Ok(()),
        Fate::Fatal => Err(TaskError::execution("broken", "broken").never_retried()),
        Fate::Hangs => {
            cx.cancelled().cancelled().await;
            Ok(())
        }
    }
}

macro_rules! each {
    ($ledger:ident: $($n:literal)+) => { Registry::builder()$(.cron(Simulated::<$n>($ledger.clone())))+ };
}

#[rustfmt::skip]
fn tasks(ledger: &Ledger) -> RegistryBuilder {
    each!(ledger:
         0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24
        25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49
        50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74
        75 76 77 78 79 80 81 82 83 84 85 86 87 88 89 90 91 92 93 94 95 96 97 98 99
    )
}

/// A time of day in March by a clock that changes on `day` from two to three, and is `behind` UTC before that.
fn shown(d: u32, time: (u32, u32), changes_on: u32, behind: i64) -> DateTime<Utc> {
    let (hour, minute) = time;
    let summer = i64::from((d, hour) >= (changes_on, 3));
    let local = format!("2027-03-{d:02}T{hour:02}:{minute:02}:00Z").parse::<DateTime<Utc>>().unwrap();
    local + TimeDelta::hours(behind - summer)
}

fn in_berlin(d: u32, hour: u32, minute: u32) -> DateTime<Utc> {
    shown(d, (hour, minute), 28, -1)
}

fn full_hours(which: impl Fn(&DateTime<Utc>) -> bool) -> Vec<DateTime<Utc>> {
    let first: DateTime<Utc> = "2027-02-28T23:00:00Z".parse().unwrap();
    // 31 days less the hour that was jumped over.
    (0..31 * 24 - 1).map(|hour| first + TimeDelta::hours(hour)).filter(which).collect()
}

/// The slots of a task, by the calendar.
fn slots(task: &str) -> Vec<DateTime<Utc>> {
    let days = 1..=31;
    let utc = |d: u32, hour: u32, minute: u32| shown(d, (hour, minute), 99, 0);
    // The 1st is a Monday.
    let weekday = |d: &u32| (d - 1) % 7 < 5;
    match split(task).0 {
        "daytime" => full_hours(|slot| (6..=21).contains(&slot.hour())),
        "six-hourly" | "child-of-a-chain" => full_hours(|slot| slot.hour().is_multiple_of(6)),
        // What the clock does not show does not run.
        "shown" => days.filter(|d| *d != 28).flat_map(|d| [in_berlin(d, 2, 0), in_berlin(d, 2, 30)]).collect(),
        // A fixed time that is jumped over comes at the first instant after.
        "night" => days.map(|d| if d == 28 { in_berlin(28, 3, 0) } else { in_berlin(d, 2, 30) }).collect(),
        "new-york" => days.map(|d| if d == 14 { shown(14, (3, 0), 14, 5) } else { shown(d, (2, 30), 14, 5) }).collect(),
        "office" => days.filter(weekday).map(|d| in_berlin(d, 9, 0)).collect(),
        // The evening before, in UTC; that of the 1st is over.
        "tokyo" => [7, 14, 21, 28].map(|d| utc(d, 21, 15)).to_vec(),
        "first-day" => vec![in_berlin(1, 0, 0)],
        "last-day" => vec![in_berlin(31, 12, 0)],
        "second-monday" => vec![in_berlin(8, 8, 0)],
        // The 14th is a Sunday.
        "nearest-weekday" => vec![in_berlin(15, 8, 0)],
        "chain" => days.map(|d| utc(d, 4, 0)).collect(),
        "child-of-a-whole-chain" => days.map(|d| utc(d, 4, 20)).collect(),
        "child-of-nobody" | "child-of-two" => days.map(|d| utc(d, 5, 0)).collect(),
        "top" | "left" | "right" | "bottom" => full_hours(|slot| slot.hour().is_multiple_of(8)),
        "asked" if split(task).1 < 2 => full_hours(|slot| slot.hour().is_multiple_of(8)),
        // Ten hours after the last, and asked each four.
        "asked" => full_hours(|slot| slot.hour().is_multiple_of(4)).into_iter().step_by(3).collect(),
        "hangs" => [7, 14, 21, 28].map(|d| utc(d, 5, 45)).to_vec(),
        "by-hand" | "never-runs" => Vec::new(),
        _ => panic!("{task} has no calendar"),
    }
}

/// How a task's slots end, and after how many attempts.
type Endings = BTreeMap<DateTime<Utc>, (Status, usize)>;

fn expected(seed: u64) -> BTreeMap<&'static str, Endings> {
    let mut expected = BTreeMap::<_, Endings>::new();
    for definition in &DEFINITIONS {
        let attempts = definition.retry.retries.unwrap() as usize + 1;
        let ending = |slot| {
            let completed = |parent: &&str| {
                // Parents stand before their children.
                let newest = expected[*parent].range(..=slot).next_back();
                newest.is_some_and(|(_, (status, _))| *status == Status::Completed)
            };
            if !definition.dependencies.iter().all(completed) {
                return (Status::Blocked, 1);
            }
            match fate(seed, definition.name, slot) {
                Fate::Fails(times) if times < attempts => (Status::Completed, times + 1),
                Fate::Fails(_) => (Status::Failed, attempts),
                Fate::Fatal => (Status::Failed, 1),
                Fate::Hangs => (Status::Timeout, attempts),
            }
        };
        let endings = slots(definition.name).into_iter().map(|slot| (slot, ending(slot))).collect();
        expected.insert(definition.name, endings);
    }
    expected
}

/// How the slots ended, by what is recorded.
fn recorded(executions: &[Execution]) -> Endings {
    let mut endings = Endings::new();
    for slot in executions.chunk_by(|one, next| one.scheduled_for == next.scheduled_for) {
        let attempts: Vec<_> = slot.iter().map(|execution| usize::try_from(execution.attempt).unwrap()).collect();
        assert_eq!(attempts, (1..=slot.len()).collect::<Vec<_>>(), "{slot:#?}");
        let (last, earlier) = slot.split_last().unwrap();
        assert!(earlier.iter().all(|failed| failed.status.is_failure()), "{slot:#?}");
        endings.insert(last.scheduled_for, (last.status, slot.len()));
    }
    endings
}

#[tokio::test]
async fn a_month_of_a_hundred_tasks_ends_as_the_calendar_and_the_protocol_say() {
    simulate(0).await;
}

/// `SIMULATION_SEEDS` says how many, one if it is not set; `SIMULATION_FIRST_SEED` where they begin.
#[tokio::test]
#[ignore = "takes half a minute a seed"]
async fn months_in_which_dice_decide_what_fails_end_as_the_calendar_and_the_protocol_say() {
    let number = |name: &str, otherwise| std::env::var(name).map_or(otherwise, |value| value.parse().unwrap());
    let first: u64 = number("SIMULATION_FIRST_SEED", 1);
    for seed in first..first + number("SIMULATION_SEEDS", 1) {
        simulate(seed).await;
    }
}

#[allow(clippy::print_stderr, reason = "how long it took is worth knowing, and no assertion")]
async fn simulate(seed: u64) {
    let world = World::new().await;
    let ledger = Ledger { seed, ..Ledger::default() };
    // Functions are asked each four hours.
    let config = Config { pulse_interval: Duration::from_secs(4 * 3600), ..world.config.clone() };
    let clock = ManualClock::at(BEGINS.parse().unwrap());
    let app = TestApp::with(config, tasks(&ledger), clock).await;
    let begun = std::time::Instant::now();
    app.advance_to(ENDS.parse().unwrap()).await;
    let took = begun.elapsed();

    let ledger = ledger.begun.lock().unwrap().clone();
    let (mut rows, mut instants) = (0, Vec::new());
    for (task, endings) in expected(seed) {
        let executions = app.executions(task).await;
        assert_eq!(recorded(&executions), endings, "seed {seed}: {task}");
        for (slot, (status, attempts)) in &endings {
            let begun = if *status == Status::Blocked { 0 } else { *attempts };
            let wrote = ledger.get(&(task.to_owned(), *slot)).copied().unwrap_or(0);
            assert_eq!(wrote, begun, "{task} at {slot}, as the task itself saw it");
        }
        for execution in &executions {
            let waits = execution.triggered_by == Trigger::Dependency;
            assert!(waits || execution.started_at == Some(execution.available_at), "{task} starts when it is due");
        }
        rows += executions.len();
        instants.extend(executions.iter().map(|execution| execution.available_at));
    }
    assert!(app.app().runner().running_tasks().await.unwrap().is_empty());
    let client = world.client().await;
    let recorded: i64 = client.query_one("select count(*) from cron_task_executions", &[]).await.unwrap().get(0);
    assert_eq!(usize::try_from(recorded).unwrap(), rows, "and nothing besides");
    instants.sort_unstable();
    instants.dedup();
    eprintln!(
        "seed {seed}: a month of {} tasks, {rows} executions at {} instants: {took:?}",
        DEFINITIONS.len(),
        instants.len()
    );
}

#[test]
fn the_month_has_as_many_slots_as_one_counts_on_a_calendar() {
    let count = |task| slots(task).len();
    assert_eq!(count("daytime-0"), 496);
    assert_eq!(count("six-hourly-0"), 124);
    assert_eq!(count("shown-0"), 60);
    assert_eq!((count("night-0"), count("new-york-0")), (31, 31));
    assert_eq!(count("office-0"), 23);
    assert_eq!((count("asked-0"), count("asked-2")), (93, 62));
    let expected = expected(0);
    let ended = |task, status| expected[task].values().filter(|ending| ending.0 == status).count();
    assert_eq!((ended("chain-9", Status::Completed), ended("chain-9", Status::Blocked)), (27, 4));
    assert_eq!((ended("night-4", Status::Failed), ended("night-13", Status::Failed)), (6, 0));
    assert_eq!((ended("bottom-1", Status::Completed), ended("bottom-1", Status::Blocked)), (78, 15));
    // Midnight before its parent first ran, and a day after each failure of that.
    assert_eq!(ended("child-of-a-chain", Status::Blocked), 1 + 4 * 4);
    assert_eq!(ended("child-of-nobody", Status::Blocked), 31);
    // Before one parent first ran, and where the other failed that night.
    assert_eq!(ended("child-of-two", Status::Blocked), 1 + 6);
}
