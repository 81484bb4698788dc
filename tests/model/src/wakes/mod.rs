//! Who sleeps while something may begin: a second small world, of looks, endings and calls, in which nobody looks without a
//! reason. The product looks every thirty seconds besides; here nothing does, so whoever is not called sleeps for ever.
//!
//! Two runners work on two tasks. Of one an attempt is queued; of the other an attempt is queued and a slot comes, and these
//! wait for each other. A look, a claim and an ending are statements: what they see, and what they do, may lie far apart. Runners
//! are stopped and die.
//!
//! What is left out: what a statement without an answer did; limits and dependencies, which call everybody each time; connections on
//! which calls are lost, after which a runner looks; a call that fails; and shifts that do not look at all tasks, whose statements
//! of endings call.

pub mod rule;

use rule::Wake;
use stateright::{Model, Property};

/// A queued attempt of one task, a queued attempt of another, and a slot of the latter: by urgency.
const ITEMS: usize = 3;
const SLOT: usize = 2;
const RUNNERS: usize = 2;

/// Whose attempt or slot it is.
const fn task(item: usize) -> usize {
    if item == 0 { 0 } else { 1 }
}

/// The world that is explored.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// The rule that is not kept.
    pub without: Option<Wake>,
    /// How many each runner runs at once.
    pub room: [usize; RUNNERS],
    /// How often a runner is stopped or dies.
    pub losses: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Item {
    /// It has not come yet.
    Absent,
    Waiting,
    Running(u8),
    /// It has ended, and that is not recorded.
    Ended(u8),
    Done,
}

impl Item {
    /// Who has it, where its row says that it runs.
    const fn owner(self) -> Option<u8> {
        match self {
            Self::Running(runner) | Self::Ended(runner) => Some(runner),
            Self::Absent | Self::Waiting | Self::Done => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Found {
    /// Its task is locked until it is claimed.
    Taken(u8),
    Held,
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Look {
    None,
    /// Sent; it leaves those tasks out whose endings were being recorded then.
    Sent {
        except: [bool; 2],
    },
    /// Carried out, and not answered. `sees_slot`: the slot is still to come.
    Answered {
        found: Found,
        sees_slot: bool,
    },
    /// What it took is claimed, and that is not answered.
    Claimed(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Recording {
    None,
    Sent(u8),
    /// It has seen whether something waits for the same task, and is not committed.
    Begun(u8, bool),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Runner {
    lives: bool,
    stops: bool,
    awake: bool,
    look: Look,
    recording: Recording,
    /// Whether it has recorded something since its newest look began.
    has_recorded: bool,
    owes: bool,
    /// A call that it has not heard.
    called: bool,
    /// It wakes when the slot comes; it wakes soon.
    waits_for_slot: bool,
    waits_a_moment: bool,
}

/// A state: what the rows say, and what each runner knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct World {
    items: [Item; ITEMS],
    runners: [Runner; RUNNERS],
    losses: u8,
}

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// An attempt is queued, or the slot comes.
    Comes(usize),
    /// What runs ends.
    Ends(usize),
    /// A runner turns its loop.
    Turns(u8),
    /// Its look is carried out.
    Looks(u8),
    /// It is answered, and what it took is claimed.
    Claims(u8),
    /// That is answered, and what was claimed begins.
    Begins(u8),
    /// A statement that records an ending sees what waits.
    BeginsRecording(u8),
    /// It is committed.
    Records(u8),
    /// A runner hears a call.
    Hears(u8),
    /// The moment is over after which it looks again at what others held.
    WakesSoon(u8),
    /// It calls the others, as it owes them.
    Calls(u8),
    /// It is told to stop.
    IsStopped(u8),
    /// It has stopped.
    Leaves(u8),
    /// It is gone.
    Dies(u8),
    /// Somebody finds it dead.
    IsBuried(u8),
}

impl Scenario {
    fn keeps(&self, rule: Wake) -> bool {
        self.without != Some(rule)
    }

    fn room(&self, world: &World, runner: u8) -> bool {
        let runs = world.items.iter().filter(|item| **item == Item::Running(runner)).count();
        runs < self.room[usize::from(runner)]
    }

    /// Everything that can happen.
    fn steps() -> impl Iterator<Item = Step> {
        let of_items = (0..ITEMS).flat_map(|item| [Step::Comes(item), Step::Ends(item)]);
        let of_runners = (0..RUNNERS as u8).flat_map(|runner| {
            [
                Step::Turns,
                Step::Looks,
                Step::Claims,
                Step::Begins,
                Step::BeginsRecording,
                Step::Records,
                Step::Hears,
                Step::WakesSoon,
                Step::Calls,
                Step::IsStopped,
                Step::Leaves,
                Step::Dies,
                Step::IsBuried,
            ]
            .map(|step| step(runner))
        });
        of_items.chain(of_runners)
    }

    /// Nothing happens any more, something waits that may run, and somebody is there who could have run it.
    fn sleeps(&self, world: &World) -> bool {
        let works = |runner: &Runner| runner.lives && !runner.stops;
        world.items.contains(&Item::Waiting)
            && world.runners.iter().any(works)
            && !Self::steps().any(|step| self.next_state(world, step).is_some())
    }

    /// Nothing happens until a debt is paid, something waits that may run, and who owes the call could have run it.
    fn dawdles(&self, world: &World) -> bool {
        let could = |n: &u8| {
            let runner = &world.runners[usize::from(*n)];
            runner.lives && !runner.stops && runner.owes && self.room(world, *n)
        };
        world.items.contains(&Item::Waiting)
            && (0..RUNNERS as u8).any(|n| could(&n))
            && Self::steps()
                .filter(|step| !matches!(step, Step::Calls(_)))
                .all(|step| self.next_state(world, step).is_none())
    }
}

impl World {
    fn call(&mut self) {
        self.runners.iter_mut().filter(|runner| runner.lives).for_each(|runner| runner.called = true);
    }

    fn runs(&self, wanted: usize) -> bool {
        self.items.iter().enumerate().any(|(item, state)| task(item) == wanted && state.owner().is_some())
    }

    fn waits(&self, wanted: usize) -> bool {
        self.items.iter().enumerate().any(|(item, state)| task(item) == wanted && *state == Item::Waiting)
    }

    /// Whether the look of another has locked the task.
    fn is_held(&self, wanted: usize, by_other_than: u8) -> bool {
        self.runners.iter().enumerate().any(|(n, runner)| match runner.look {
            Look::Answered { found: Found::Taken(item), .. } => {
                n != usize::from(by_other_than) && task(usize::from(item)) == wanted
            }
            Look::None | Look::Sent { .. } | Look::Answered { .. } | Look::Claimed(_) => false,
        })
    }

    /// The most urgent that waits, whose task does not run, and which nobody else is about to claim.
    fn found(&self, runner: u8, except: [bool; 2]) -> Found {
        let may_begin =
            |item: &usize| self.items[*item] == Item::Waiting && !self.runs(task(*item)) && !except[task(*item)];
        let mut all = (0..ITEMS).filter(may_begin).peekable();
        if all.peek().is_none() {
            return Found::Nothing;
        }
        all.find(|item| !self.is_held(task(*item), runner)).map_or(Found::Held, |item| Found::Taken(item as u8))
    }
}

impl Model for Scenario {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        let runner = Runner {
            lives: true,
            stops: false,
            awake: true,
            look: Look::None,
            recording: Recording::None,
            has_recorded: false,
            owes: false,
            called: false,
            waits_for_slot: false,
            waits_a_moment: false,
        };
        vec![World { items: [Item::Absent; ITEMS], runners: [runner; RUNNERS], losses: self.losses }]
    }

    fn actions(&self, _: &World, actions: &mut Vec<Step>) {
        actions.extend(Self::steps());
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        let mut next = *world;
        let done = match step {
            Step::Comes(item) => comes(self, &mut next, item),
            Step::Ends(item) => ends(&mut next, item),
            Step::Turns(n) => turns(self, &mut next, n),
            Step::Looks(n) => looks(&mut next, n),
            Step::Claims(n) => claims(self, &mut next, n),
            Step::Begins(n) => begins(self, &mut next, n),
            Step::BeginsRecording(n) => begins_recording(&mut next, n),
            Step::Records(n) => records(self, &mut next, n),
            Step::Hears(n) => hears(self, &mut next, n),
            Step::WakesSoon(n) => wakes_soon(&mut next, n),
            Step::Calls(n) => calls(&mut next, n),
            Step::IsStopped(n) => is_stopped(&mut next, n),
            Step::Leaves(n) => leaves(self, &mut next, n),
            Step::Dies(n) => dies(&mut next, n),
            Step::IsBuried(n) => is_buried(self, &mut next, n),
        };
        done.map(|()| next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("nobody sleeps while something may begin", |scenario: &Self, world| {
                !scenario.sleeps(world)
            }),
            Property::always("nobody leaves to others what it could begin itself", |scenario: &Self, world| {
                !scenario.dawdles(world)
            }),
        ]
    }
}

fn comes(rules: &Scenario, world: &mut World, item: usize) -> Option<()> {
    (world.items[item] == Item::Absent).then_some(())?;
    world.items[item] = Item::Waiting;
    if item == SLOT {
        for runner in &mut world.runners {
            runner.awake |= std::mem::take(&mut runner.waits_for_slot);
        }
    } else if rules.keeps(Wake::QueueingCalls) {
        world.call();
    }
    Some(())
}

fn ends(world: &mut World, item: usize) -> Option<()> {
    let Item::Running(n) = world.items[item] else { return None };
    let runner = &mut world.runners[usize::from(n)];
    (runner.lives && runner.look != Look::Claimed(item as u8)).then_some(())?;
    runner.awake = true;
    // Recorded one after the other, whatever the loop is at.
    if runner.recording == Recording::None {
        runner.recording = Recording::Sent(item as u8);
    }
    world.items[item] = Item::Ended(n);
    Some(())
}

/// Looks where it may and has room; sleeps otherwise.
fn turns(rules: &Scenario, world: &mut World, n: u8) -> Option<()> {
    let is_ended = |of: &dyn Fn(usize) -> bool| (0..ITEMS).any(|item| of(item) && world.items[item] == Item::Ended(n));
    let (records, except) = (is_ended(&|_| true), [0, 1].map(|of| is_ended(&|item| task(item) == of)));
    let has_room = rules.room(world, n);
    let runner = &mut world.runners[usize::from(n)];
    (runner.lives && runner.awake && runner.look == Look::None).then_some(())?;
    (runner.waits_for_slot, runner.waits_a_moment) = (false, false);
    // A few endings are recorded in a moment, and it waits for one batch of them.
    if runner.stops || !has_room || (records && !runner.has_recorded) {
        runner.awake = false;
    } else {
        runner.look = Look::Sent { except };
        runner.has_recorded = false;
    }
    Some(())
}

fn looks(world: &mut World, n: u8) -> Option<()> {
    let Look::Sent { except } = world.runners[usize::from(n)].look else { return None };
    let (found, sees_slot) = (world.found(n, except), world.items[SLOT] == Item::Absent);
    world.runners[usize::from(n)].look = Look::Answered { found, sees_slot };
    Some(())
}

fn claims(rules: &Scenario, world: &mut World, n: u8) -> Option<()> {
    let Look::Answered { found, sees_slot } = world.runners[usize::from(n)].look else { return None };
    let has_come = world.items[SLOT] != Item::Absent;
    let runner = &mut world.runners[usize::from(n)];
    runner.look = Look::None;
    match found {
        // What was looked at when the stop came is let go.
        Found::Taken(_) if runner.stops => {}
        Found::Taken(item) => {
            runner.look = Look::Claimed(item);
            // Its task is locked, so nobody else has begun it.
            world.items[usize::from(item)] = Item::Running(n);
        }
        Found::Held => {
            runner.waits_a_moment = rules.keeps(Wake::LooksAgainAtWhatIsHeld);
            runner.awake = false;
        }
        Found::Nothing => {
            runner.owes &= runner.has_recorded && rules.keeps(Wake::OnlyANewerLookClears);
            let looks_again = runner.has_recorded && rules.keeps(Wake::LooksAgainAfterAnEnding);
            let is_late = sees_slot && has_come;
            let waits_for_slot = sees_slot && rules.keeps(Wake::SleepsUntilTheNextSlot);
            runner.waits_for_slot = waits_for_slot && !has_come;
            runner.awake = looks_again || waits_for_slot && is_late;
        }
    }
    Some(())
}

fn begins(rules: &Scenario, world: &mut World, n: u8) -> Option<()> {
    let runner = &mut world.runners[usize::from(n)];
    let Look::Claimed(item) = runner.look else { return None };
    runner.look = Look::None;
    if runner.stops {
        world.items[usize::from(item)] = Item::Waiting;
        if rules.keeps(Wake::HandingBackCalls) {
            world.call();
        }
    }
    Some(())
}

fn begins_recording(world: &mut World, n: u8) -> Option<()> {
    let Recording::Sent(item) = world.runners[usize::from(n)].recording else { return None };
    let waits = world.waits(task(usize::from(item)));
    world.runners[usize::from(n)].recording = Recording::Begun(item, waits);
    Some(())
}

fn records(rules: &Scenario, world: &mut World, n: u8) -> Option<()> {
    let Recording::Begun(item, waits) = world.runners[usize::from(n)].recording else { return None };
    let item = usize::from(item);
    // It waits for the lock of whoever is to claim something of this task.
    let is_locked = (0..RUNNERS as u8).any(|other| world.is_held(task(item), other));
    (!is_locked).then_some(())?;
    world.items[item] = Item::Done;
    let runner = &mut world.runners[usize::from(n)];
    runner.recording = Recording::None;
    runner.has_recorded = true;
    runner.awake |= rules.keeps(Wake::LooksAfterAnEnding);
    runner.owes |= rules.keeps(Wake::OwesACall) && (waits || rules.keeps(Wake::OwesItWhateverWaits));
    if let Some(next) = (0..ITEMS).find(|item| world.items[*item] == Item::Ended(n)) {
        runner.recording = Recording::Sent(next as u8);
    }
    Some(())
}

fn hears(rules: &Scenario, world: &mut World, n: u8) -> Option<()> {
    let runner = &mut world.runners[usize::from(n)];
    (runner.lives && runner.called).then_some(())?;
    let is_busy = runner.look != Look::None;
    // The loop takes it when it sleeps next.
    if is_busy && rules.keeps(Wake::CallsAreKept) {
        return None;
    }
    runner.called = false;
    runner.awake |= !is_busy;
    Some(())
}

fn wakes_soon(world: &mut World, n: u8) -> Option<()> {
    let runner = &mut world.runners[usize::from(n)];
    (runner.lives && runner.waits_a_moment).then_some(())?;
    (runner.waits_a_moment, runner.awake) = (false, true);
    Some(())
}

fn calls(world: &mut World, n: u8) -> Option<()> {
    let runner = &mut world.runners[usize::from(n)];
    (runner.lives && runner.owes && runner.look == Look::None).then_some(())?;
    runner.owes = false;
    world.call();
    Some(())
}

fn is_stopped(world: &mut World, n: u8) -> Option<()> {
    let runner = &mut world.runners[usize::from(n)];
    (world.losses > 0 && runner.lives && !runner.stops).then_some(())?;
    (runner.stops, runner.awake) = (true, true);
    world.losses -= 1;
    Some(())
}

fn leaves(rules: &Scenario, world: &mut World, n: u8) -> Option<()> {
    let has_work = world.items.iter().any(|item| item.owner() == Some(n));
    let runner = &mut world.runners[usize::from(n)];
    (runner.lives && runner.stops && !has_work && runner.look == Look::None).then_some(())?;
    runner.lives = false;
    if std::mem::take(&mut runner.owes) && rules.keeps(Wake::CallsBeforeItLeaves) {
        world.call();
    }
    Some(())
}

fn dies(world: &mut World, n: u8) -> Option<()> {
    let runner = &mut world.runners[usize::from(n)];
    (world.losses > 0 && runner.lives).then_some(())?;
    (runner.lives, runner.look, runner.recording) = (false, Look::None, Recording::None);
    world.losses -= 1;
    Some(())
}

fn is_buried(rules: &Scenario, world: &mut World, n: u8) -> Option<()> {
    let runner = &world.runners[usize::from(n)];
    let has_left = world.items.iter().any(|item| item.owner() == Some(n));
    let somebody = world.runners.iter().any(|other| other.lives);
    // It may have been about to look for what waited for what it had recorded.
    (!runner.lives && (has_left || runner.owes) && somebody).then_some(())?;
    for item in world.items.iter_mut().filter(|item| item.owner() == Some(n)) {
        *item = Item::Waiting;
    }
    world.runners[usize::from(n)].owes = false;
    if rules.keeps(Wake::BurialCalls) {
        world.call();
    }
    Some(())
}
