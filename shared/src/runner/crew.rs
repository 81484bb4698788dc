//! Threads that take jobs from one queue, as many at once as the machine can run.
//!
//! Whose job ends at once takes the next one, and nobody changes threads. Whose job awaits steps aside, and another takes in
//! its place. Whose job blocks says nothing, so while something is queued, somebody has to look now and then whether any thread
//! came free. Thus nothing waits for long, however many threads are held.
//!
//! Taking turns is from Schmidt, O'Ryan, Kircher, Pyarali, Buschmann, "Leader/Followers", Pattern Languages of Programs, 2000.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;
use std::time::Duration;

/// How long a thread that has nothing to do stays.
const STAYS: Duration = Duration::from_secs(10);
/// What is queued for so many looks waits too long, although threads come free.
const PATIENCE: usize = 8;

/// What a thread is to do. What it panics with, nobody is told.
pub(super) type Job = Box<dyn FnOnce(&mut Turn<'_>) + Send>;

/// Threads that take jobs from one queue.
#[derive(Clone, Debug)]
pub(super) struct Crew(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Tells threads that wait that one of them was called, or that all are to end.
    called: Condvar,
    /// So many take at once, but for those that block.
    at_once: usize,
    /// There are never more threads than these.
    most: usize,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Job>,
    threads: usize,
    /// Threads that wait and were not called.
    waiting: usize,
    /// Threads that take: those called, those that begin, and those at a job that has not awaited.
    taking: usize,
    /// Threads that were called, and have not noticed yet.
    called: usize,
    /// Threads that begin, and have not noticed yet.
    beginning: usize,
    /// How often a thread came free to take what is queued.
    came_free: u64,
    /// How many jobs were queued so far, and taken.
    queued: u64,
    taken: u64,
    is_watched: bool,
    is_short_of_threads: bool,
    is_closed: bool,
}

impl State {
    /// How many jobs are queued beyond those that threads are on their way to.
    fn uncalled_for(&self) -> usize {
        self.queue.len().saturating_sub(self.called + self.beginning)
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { queue, threads, waiting, taking, .. } = self;
        write!(f, "{} queued; {threads} threads: {taking} take, {waiting} wait", queue.len())
    }
}

impl Crew {
    /// Threads that begin when there is something to do: no more than `most`, of which `at_once` take at once.
    pub(super) fn new(at_once: usize, most: usize) -> Self {
        Self(Arc::new(Shared { state: Mutex::default(), called: Condvar::new(), at_once, most }))
    }

    /// Queues a job. With a [`Watch`], it may have to wait, and the caller is to look again and again.
    pub(super) fn push(&self, job: Job) -> Option<Watch> {
        let mut state = self.state();
        if state.is_closed {
            return None;
        }
        state.queue.push_back(job);
        state.queued += 1;
        self.call_if_needed(&mut state);
        let is_new = state.uncalled_for() > 0 && !std::mem::replace(&mut state.is_watched, true);
        let (came_free, queued) = (state.came_free, VecDeque::from([state.queued]));
        is_new.then(|| Watch { crew: self.clone(), came_free, queued, more: 0, is_over: false })
    }

    /// Lets go of what is queued, and of each thread when its job has ended.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        let queued = std::mem::take(&mut state.queue);
        drop(state);
        self.0.called.notify_all();
        // Outside the lock: what they hold is not ours.
        drop(queued);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn call_if_needed(&self, state: &mut State) {
        if !state.queue.is_empty() && state.taking < self.0.at_once {
            self.call(state);
        }
    }

    /// Has one more thread take. `false`: there is none.
    fn call(&self, state: &mut State) -> bool {
        if state.waiting > 0 {
            state.waiting -= 1;
            state.called += 1;
            self.0.called.notify_one();
        } else if state.threads < self.0.most {
            let crew = self.clone();
            if let Err(error) = Builder::new().name("downbeat-task".to_owned()).spawn(move || crew.work()) {
                if !std::mem::replace(&mut state.is_short_of_threads, true) {
                    tracing::error!(%error, threads = state.threads, "the system gives no more threads; tasks wait for one");
                }
                return false;
            }
            state.threads += 1;
            state.beginning += 1;
            state.is_short_of_threads = false;
        } else {
            return false;
        }
        state.taking += 1;
        true
    }

    /// The life of a thread.
    fn work(&self) {
        let mut state = self.state();
        state.beginning -= 1;
        let mut takes = true;
        loop {
            if takes && let Some(job) = state.queue.pop_front() {
                state.taken += 1;
                drop(state);
                let mut turn = Turn { crew: self, is_aside: false };
                if let Err(panic) = catch_unwind(AssertUnwindSafe(|| job(&mut turn))) {
                    // It may panic when it is dropped, too.
                    std::mem::forget(panic);
                }
                let is_aside = turn.is_aside;
                state = self.state();
                state.taking -= usize::from(!is_aside);
                // Others may have been called in its place.
                takes = state.taking < self.0.at_once;
                state.taking += usize::from(takes);
                state.came_free += u64::from(takes);
                continue;
            }
            state.taking -= usize::from(takes);
            state.waiting += 1;
            loop {
                if state.is_closed {
                    state.threads -= 1;
                    return;
                }
                let waited = self.0.called.wait_timeout(state, STAYS);
                let (woken, waited) = waited.unwrap_or_else(PoisonError::into_inner);
                state = woken;
                if state.called > 0 {
                    state.called -= 1;
                    takes = true;
                    break;
                }
                if waited.timed_out() {
                    state.waiting -= 1;
                    state.threads -= 1;
                    return;
                }
            }
        }
    }
}

/// The turn of a thread that is at a job.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    crew: &'a Crew,
    is_aside: bool,
}

impl Turn<'_> {
    /// The job awaits something: another thread takes meanwhile.
    pub(super) fn step_aside(&mut self) {
        if !self.is_aside {
            self.is_aside = true;
            let mut state = self.crew.state();
            state.taking -= 1;
            state.came_free += u64::from(state.taking < self.crew.0.at_once);
            self.crew.call_if_needed(&mut state);
        }
    }
}

/// Looks after a queue of which something may have to wait.
#[derive(Debug)]
#[must_use = "somebody has to look"]
pub(super) struct Watch {
    crew: Crew,
    /// What the last look saw.
    came_free: u64,
    /// How many jobs had been queued at the last looks, oldest first.
    queued: VecDeque<u64>,
    /// How many the last one called.
    more: usize,
    is_over: bool,
}

impl Watch {
    /// Has more threads take where none came free since the last look, or too few for what was queued long ago: each time in a
    /// row twice as many. `false`: nothing is queued any more, and there is nothing to look after.
    pub(super) fn look(&mut self) -> bool {
        let mut state = self.crew.state();
        if state.queue.is_empty() {
            state.is_watched = false;
            self.is_over = true;
            return false;
        }
        let long_ago = if self.queued.len() < PATIENCE { None } else { self.queued.pop_front() };
        let is_held = self.came_free == state.came_free || long_ago.is_some_and(|queued| state.taken < queued);
        self.came_free = state.came_free;
        self.queued.push_back(state.queued);
        self.more = if is_held { (2 * self.more).max(1).min(state.uncalled_for()) } else { 0 };
        for _ in 0..self.more {
            if !self.crew.call(&mut state) {
                break;
            }
        }
        true
    }
}

impl Drop for Watch {
    /// Whoever queues something next is to look instead.
    fn drop(&mut self) {
        if !self.is_over {
            self.crew.state().is_watched = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::thread::{ThreadId, current};

    use super::*;

    /// Jobs that tell which thread took them.
    struct Told {
        tell: Sender<(u32, ThreadId)>,
        told: Receiver<(u32, ThreadId)>,
    }

    impl Told {
        fn new() -> Self {
            let (tell, told) = channel();
            Self { tell, told }
        }

        /// One that ends at once.
        fn quick(&self, n: u32) -> Job {
            let tell = self.tell.clone();
            Box::new(move |_| tell.send((n, current().id())).unwrap())
        }

        /// One that goes on until it is let go, and awaits or blocks meanwhile.
        fn long(&self, n: u32, awaits: bool) -> (Job, Sender<()>) {
            let (let_go, held) = channel();
            let tell = self.tell.clone();
            let job: Job = Box::new(move |turn| {
                tell.send((n, current().id())).unwrap();
                if awaits {
                    turn.step_aside();
                }
                let _ = held.recv();
            });
            (job, let_go)
        }

        /// The next of them that was taken.
        fn next(&self) -> (u32, ThreadId) {
            self.told.recv_timeout(Duration::from_secs(60)).expect("somebody takes it")
        }

        fn nothing(&self) -> bool {
            self.told.try_recv().is_err()
        }
    }

    #[test]
    fn what_ends_at_once_changes_no_threads() {
        let (crew, told) = (Crew::new(1, 10), Told::new());
        let (first, let_go) = told.long(0, false);
        assert!(crew.push(first).is_none(), "a thread begins for it");
        let (_, thread) = told.next();
        let looks: Vec<_> = (1..=100).filter_map(|n| crew.push(told.quick(n))).collect();
        assert_eq!(looks.len(), 1, "one is enough to look");
        drop(let_go);
        let taken: Vec<_> = (0..100).map(|_| told.next()).collect();
        assert_eq!(taken, (1..=100).map(|n| (n, thread)).collect::<Vec<_>>());
        assert_eq!(crew.state().threads, 1);
    }

    #[test]
    fn whose_job_awaits_is_replaced_at_once_and_takes_again_when_it_has_ended() {
        let (crew, told) = (Crew::new(1, 10), Told::new());
        let mut held = Vec::new();
        for n in 0..5 {
            let (job, let_go) = told.long(n, true);
            held.push(let_go);
            let _watch = crew.push(job);
        }
        let threads: Vec<_> = (0..5).map(|_| told.next().1).collect();
        assert_eq!(threads.iter().collect::<std::collections::HashSet<_>>().len(), 5, "each holds one");
        drop(held.remove(0));
        // Whoever is there takes it.
        let _watch = crew.push(told.quick(9));
        assert_eq!(told.next().0, 9);
        drop(held);
    }

    #[test]
    fn where_jobs_block_each_look_calls_twice_as_many_until_nothing_is_queued() {
        let (crew, told) = (Crew::new(2, 100), Told::new());
        let mut held = Vec::new();
        let mut watch = None;
        for n in 0..12 {
            let (job, let_go) = told.long(n, false);
            held.push(let_go);
            watch = watch.or(crew.push(job));
        }
        let mut watch = watch.expect("ten wait");
        assert_eq!([told.next().0, told.next().0].map(|n| n < 2), [true; 2]);
        assert!(told.nothing(), "two are held");
        for more in [1, 2, 4, 3] {
            assert!(watch.look());
            for _ in 0..more {
                told.next();
            }
            assert!(told.nothing(), "no more than {more}");
        }
        assert!(!watch.look(), "nothing is queued");
        // They are enough for whatever comes next, and only two of them take.
        drop(held);
        for n in 20..40 {
            let _watch = crew.push(told.quick(n));
            told.next();
        }
        assert_eq!(crew.state().threads, 12);
        assert!(crew.state().taking <= 2);
    }

    #[test]
    fn where_threads_come_free_nobody_else_is_called() {
        let (crew, told) = (Crew::new(1, 10), Told::new());
        let ((first, let_go_first), (second, let_go_second)) = (told.long(0, false), told.long(1, false));
        let _none = crew.push(first);
        told.next();
        let mut watch = crew.push(second).expect("the second waits");
        let _watched = crew.push(told.quick(2));
        drop(let_go_first);
        told.next();
        assert!(watch.look(), "the third waits");
        assert_eq!(crew.state().threads, 1, "one came free since");
        assert!(watch.look());
        assert_eq!(told.next().0, 2, "none came free since");
        drop(let_go_second);
    }

    #[test]
    fn threads_that_others_stand_in_for_do_not_count_as_free() {
        let (crew, told) = (Crew::new(2, 100), Told::new());
        let (held, lets_go): (Vec<_>, Vec<_>) = (0..2).map(|n| told.long(n, false)).unzip();
        for job in held {
            assert!(crew.push(job).is_none());
            told.next();
        }
        // Two that block, and a hundred behind them: of each kind that ends or awaits, no more is taken than is called for.
        let mut watch = crew.push(told.quick(2)).expect("it waits");
        let (awaiting, lets_go_too) = told.long(3, true);
        for job in std::iter::once(awaiting).chain((4..100).map(|n| told.quick(n))) {
            assert!(crew.push(job).is_none());
        }
        let mut taken = 2;
        for more in [1, 2, 4, 8, 16, 32, 35] {
            assert!(watch.look());
            for _ in 0..more {
                told.next();
            }
            taken += more;
            assert!(told.nothing(), "no more than {more}");
            // They wait again before the next look.
            let begun = std::time::Instant::now();
            while crew.state().taking > 2 {
                assert!(begun.elapsed() < Duration::from_secs(60), "they go on taking");
                std::thread::yield_now();
            }
        }
        assert_eq!(taken, 100);
        assert!(!watch.look());
        drop((lets_go, lets_go_too));
    }

    #[test]
    fn what_is_queued_for_long_gets_threads_of_its_own_although_others_come_free() {
        let (crew, told) = (Crew::new(1, 100), Told::new());
        let (first, mut last_let_go) = told.long(0, false);
        assert!(crew.push(first).is_none());
        told.next();
        let mut watch = None;
        let mut held = VecDeque::new();
        for n in 1..40 {
            let (job, let_go) = told.long(n, false);
            held.push_back(let_go);
            watch = watch.or(crew.push(job));
        }
        let mut watch = watch.expect("they wait");
        // Each ends before the next look, which is as often as one thread can show that it comes free.
        for _ in 0..PATIENCE {
            drop(std::mem::replace(&mut last_let_go, held.pop_front().expect("many are queued")));
            told.next();
            assert!(watch.look());
            assert_eq!(crew.state().threads, 1);
        }
        drop(std::mem::replace(&mut last_let_go, held.pop_front().expect("many are queued")));
        told.next();
        assert!(watch.look());
        told.next();
        assert_eq!(crew.state().threads, 2, "the last of them was queued so many looks ago");
        drop((last_let_go, held));
    }

    #[test]
    fn who_looks_no_more_is_replaced_and_what_panics_costs_no_thread() {
        let (crew, told) = (Crew::new(1, 10), Told::new());
        let (first, let_go) = told.long(0, false);
        assert!(crew.push(first).is_none());
        told.next();
        drop(crew.push(Box::new(|_| panic!("boom"))).expect("it waits"));
        let mut watch = crew.push(told.quick(1)).expect("nobody looks");
        drop(let_go);
        told.next();
        assert!(!watch.look());
        assert_eq!(crew.state().threads, 1);
    }

    #[test]
    fn there_are_no_more_threads_than_allowed_and_what_is_queued_is_let_go_in_the_end() {
        let (crew, told) = (Crew::new(1, 2), Told::new());
        let mut held = Vec::new();
        let mut watch = None;
        for n in 0..4 {
            let (job, let_go) = told.long(n, false);
            held.push(let_go);
            watch = watch.or(crew.push(job));
        }
        let mut watch = watch.expect("three wait");
        told.next();
        assert!(watch.look());
        told.next();
        for _ in 0..3 {
            assert!(watch.look());
        }
        let state = crew.state();
        assert_eq!((state.threads, state.queue.len()), (2, 2));
        drop(state);
        crew.close();
        drop(held);
        assert!(crew.push(told.quick(9)).is_none());
        drop(told.tell);
        assert!(told.told.recv_timeout(Duration::from_secs(60)).is_err(), "nothing was taken, and nobody can");
    }
}
