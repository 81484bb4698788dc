//! The one loop in which work is done: claim what is due, execute it, record how it ended, until nothing is left to do.

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::budget::Budget;
use super::crowd::{Crowd, Saw, Then};
use super::debt::Debt;
use super::execute::Executor;
use super::hand_back::{self, HandBack};
use super::membership::Membership;
use super::outcome::defect;
use super::plan::plan;
use super::record::{Recorded, Recorder};
use super::room::{most_claimed, room};
use super::signs::{DATABASE_AWAY, Loop};
use super::turn::{Standing, Turn};
use super::{Runner, TaskOutcome};
use crate::backoff::Backoff;
use crate::clock::Clock;
use crate::repository::{
    Candidate, Candidates, Claimed, Claimer, Decided, Decision, Ending, LockMode, QueuedCandidate, RepositoryError,
    Scope, Transaction, Verdict,
};

/// How long a pulse looks again at what somebody else holds. Whoever was frozen while it was to decide that has lost it by then.
const HELD_AT_MOST: Duration = Duration::from_millis(2_500);
/// How long the decisions of one claim may take to be made; what is left is decided by the next. The server waits for them.
const PLANNED_WITHIN: Duration = Duration::from_millis(250);
/// Decisions that took longer are written in a transaction of their own: the server is about to end that of the look.
const SLOWLY_PLANNED: Duration = Duration::from_secs(1);
/// How soon work is looked for again that somebody else was deciding.
const CONTENDED_WAIT: Duration = Duration::from_millis(100);
/// How long to wait after the database could not be reached.
pub(super) const WHILE_AWAY: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));
/// How often an idle worker looks although nobody called it. Behind a pooler nobody can.
const BACKSTOP: Duration = Duration::from_secs(30);
/// As soon as an operator's change is to show.
const BACKSTOP_WITHOUT_LISTEN: Duration = Duration::from_secs(1);
/// How long after an interruption a shift waits for executions that block their threads.
pub(super) const ABANDON_AFTER: Duration = Duration::from_millis(500);
/// Rows that one claim writes at the most for slots that passed; tasks beyond are decided by the next look.
const MOST_PASSED: usize = 5_000;
/// So many slots of a pulse whose budget is spent are left to others with that reason.
const MOST_DEFERRED: usize = 1_000;

/// When a shift ends by itself.
#[derive(Clone, Copy, Debug)]
pub(super) enum Until {
    /// When nothing is due and nothing runs; at the end of the budget what still runs is interrupted.
    Idle(Budget),
    /// Only when it is stopped.
    Stopped,
}

/// Work done as one instance.
pub(super) struct Shift<'a> {
    runner: &'a Runner,
    membership: &'a Membership,
    executor: Executor,
    scope: Scope,
    /// Tasks whose schedule could not be read; looked at again after the next wait.
    unreadable: usize,
    /// Whether work was left to others, for there was too little time or it was stopped.
    deferred: bool,
    /// What it may own and does not run.
    hand_back: HandBack,
    /// When there is something to decide next, as the newest look saw it: at once, where others held it.
    next_at: Option<DateTime<Utc>>,
    running: JoinSet<(Claimed, Ending)>,
    /// Records how they end, while more is claimed.
    recorder: Recorder,
    /// Whether endings were recorded since the newest look began.
    recorded_since_look: bool,
    /// What others do not know of: there may be something to begin that waited for what ended here.
    debt: Debt,
    /// How far it looks past what others are deciding.
    crowd: Crowd,
    /// What was decided and done, where somebody wants to know.
    report: Option<Vec<TaskOutcome>>,
}

/// What a shift that is over leaves to be seen out.
pub(super) struct Left {
    running: JoinSet<(Claimed, Ending)>,
    hand_back: HandBack,
}

impl Left {
    /// Whether nothing goes on.
    pub(super) fn is_over(&self) -> bool {
        self.running.is_empty()
    }
}

/// An execution that has ended, as its future tells.
type Ended = Result<(Claimed, Ending), tokio::task::JoinError>;

/// What one look at the queue came to.
struct Look {
    found: Found,
    now: DateTime<Utc>,
    next_at: Option<DateTime<Utc>>,
}

/// What a claim came to.
struct Taken {
    /// How many of its decisions stand.
    stands: usize,
    /// What is to be started, and when the claim was sent that has the database expect it to run.
    runs: Vec<Claimed>,
    began: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// Something was decided, and there may be more.
    Decided,
    /// Others hold all that was seen, and there may be more behind that.
    Further,
    /// Others hold all there is at this moment.
    Held,
    Nothing,
}

impl<'a> Shift<'a> {
    pub(super) fn new(runner: &'a Runner, membership: &'a Membership, scope: Scope, report: bool) -> Self {
        let executor = Executor {
            runner: membership.id,
            registry: runner.registry.clone(),
            repository: runner.repository.for_tasks(),
            records: runner.repository.clone(),
            defaults: runner.defaults,
            threads: runner.threads.clone(),
            interrupt: CancellationToken::new(),
            lost: membership.lost().clone(),
        };
        Self {
            runner,
            membership,
            executor,
            scope,
            unreadable: 0,
            deferred: false,
            hand_back: HandBack::new(runner.repository.clone(), membership.id, runner.settings.lease),
            next_at: None,
            running: JoinSet::new(),
            recorder: Recorder::new(
                runner.repository.clone(),
                membership.id,
                runner.settings.lease,
                membership.lost().clone(),
            ),
            recorded_since_look: false,
            debt: Debt::default(),
            crowd: Crowd::default(),
            report: report.then(Vec::new),
        }
    }

    /// Works until the end. When stopped, it claims no more, lets what runs finish within the grace, and interrupts the rest.
    /// Executions that block their threads may go on beyond; the caller hands [`Shift::take_left`] on.
    ///
    /// An instance that is lost ends its shift too; the caller looks at [`Membership::lost`].
    pub(super) async fn work(
        &mut self,
        until: Until,
        woken: &mut watch::Receiver<()>,
        stop: &CancellationToken,
    ) -> Result<(), RepositoryError> {
        let worked = self.work_until(until, woken, stop).await;
        // It was to look for what waited for this, and ends before.
        self.debt.pay(&self.runner.repository).await;
        worked
    }

    async fn work_until(
        &mut self,
        until: Until,
        woken: &mut watch::Receiver<()>,
        stop: &CancellationToken,
    ) -> Result<(), RepositoryError> {
        let (mut interrupt_at, budget) = match until {
            Until::Idle(budget) => (Some(budget.ends), Some(budget)),
            Until::Stopped => (None, None),
        };
        let mut abandon_at = None;
        let mut backoff = WHILE_AWAY;
        let mut held_since: Option<Instant> = None;
        let (mut gather, mut gathered_at) = (0, Instant::now());
        let mut stopping = false;
        let mut held_at = Instant::now();
        // Longer than any turn: a look, a wait, and recording, which gives up after a lease.
        let within = DATABASE_AWAY + self.runner.settings.lease + BACKSTOP;
        let turning = self.runner.signs.begin(Loop::Shift, within);
        loop {
            turning.again_within(within);
            if self.membership.may_claim() {
                held_at = Instant::now();
            } else if held_at.elapsed() > self.runner.settings.lease {
                tracing::error!("the lock cannot be had back; starting over");
                self.membership.lost().cancel();
            }
            if !stopping && stop.is_cancelled() {
                stopping = true;
                let grace = Instant::now() + self.runner.settings.shutdown_grace;
                interrupt_at = Some(interrupt_at.map_or(grace, |at| at.min(grace)));
            }
            let (clock, backstop) = (self.runner.repository.clock(), self.backstop());
            let accepting = !stopping && self.membership.may_claim() && !self.executor.interrupt.is_cancelled();
            let (mut next, mut has_failed) = (Next::Backstop(backstop), false);
            let looks = accepting && self.scope.is_whole();
            self.recorder.set_looks(looks);
            self.collect(None);
            if self.debt.is_due(looks, Instant::now()) {
                self.debt.pay(&self.runner.repository).await;
            }
            self.hand_back.begin(|id| self.membership.runs(id));
            let standing = Standing {
                accepting,
                hands_back: self.hand_back.is_under_way(),
                ended: self.recorder.tasks().count(),
                recorded_since_look: self.recorded_since_look,
                room: self.room(),
                gather,
                gathered: gathered_at.elapsed(),
            };
            match standing.turn() {
                Turn::Wait => {}
                Turn::Gather(left) => next = Next::Backstop(left),
                Turn::Look => match self.look(budget, stop).await {
                    Ok(look) if look.found == Found::Decided => {
                        backoff.reset();
                        held_since = None;
                        // What was begun may end at once, and make room for more than is left now.
                        (gather, gathered_at) = (most_claimed(self.runner.settings.concurrency), Instant::now());
                        continue;
                    }
                    Ok(look) if look.found == Found::Further => {
                        backoff.reset();
                        continue;
                    }
                    // What ended during the look may have kept a slot from it, and nobody else may tell.
                    Ok(look) if self.recorded_since_look && look.found == Found::Nothing => {
                        backoff.reset();
                        continue;
                    }
                    Ok(look) => {
                        backoff.reset();
                        gather = 0;
                        let is_held = look.found == Found::Held;
                        self.next_at = if is_held { Some(look.now) } else { look.next_at };
                        held_since = is_held.then(|| held_since.unwrap_or_else(Instant::now));
                        next = match look.next_at {
                            _ if is_held => Next::Backstop(CONTENDED_WAIT),
                            Some(at) => Next::Slot { at, seen_at: look.now },
                            None => next,
                        };
                    }
                    Err(error)
                        if budget.is_some()
                            && self.running.is_empty()
                            && self.recorder.is_idle()
                            && !self.recorded_since_look =>
                    {
                        self.hand_back.now(|id| self.membership.runs(id)).await;
                        return Err(error);
                    }
                    Err(error) => {
                        let wait = backoff.wait();
                        tracing::error!(error = %error.message(), retry_in_ms = %wait.as_millis(), "could not claim");
                        (next, has_failed) = (Next::Backstop(wait), true);
                    }
                },
            }
            // Who held what is due may not decide it, so a pulse looks again before it ends; and so it does after an ending.
            let is_held = held_since.is_some_and(|since| since.elapsed() < HELD_AT_MOST);
            let looks_again =
                accepting && (has_failed || is_held || self.recorded_since_look || self.hand_back.is_under_way());
            let ends = !accepting || (budget.is_some() && !looks_again);
            let hands_back = self.hand_back.is_owed() && !self.executor.interrupt.is_cancelled();
            let is_done = self.running.is_empty() && self.recorder.is_idle() && !hands_back;
            if is_done && ends && !self.repairing(stopping) {
                break;
            }
            tokio::select! {
                Some(ended) = self.running.join_next() => self.collect(Some(ended)),
                recorded = self.recorder.recorded() => {
                    self.account(recorded);
                    self.collect(None);
                }
                _ = self.hand_back.done() => {}
                Ok(()) = woken.changed() => {}
                () = next.wait(clock, backstop) => {}
                () = stop.cancelled(), if !stopping => {}
                () = at(interrupt_at), if !self.executor.interrupt.is_cancelled() => self.executor.interrupt.cancel(),
                () = self.membership.lost().cancelled(), if !self.executor.interrupt.is_cancelled() => {
                    self.executor.interrupt.cancel();
                }
                () = at(self.debt.due_at()) => {}
                () = at(abandon_at), if !self.running.is_empty() => {
                    tracing::error!(left = self.running.len(), "tasks block their threads; not waiting for them");
                    break;
                }
            }
            if abandon_at.is_none() && self.executor.interrupt.is_cancelled() {
                abandon_at = Some(Instant::now() + ABANDON_AFTER);
            }
            let keep = self.scope.except.len() - std::mem::take(&mut self.unreadable);
            self.scope.except.truncate(keep);
        }
        self.recorder.set_looks(false);
        self.record_all().await;
        self.hand_back.now(|id| self.membership.runs(id)).await;
        if budget.is_some() && self.executor.interrupt.is_cancelled() && !stopping && self.membership.may_claim() {
            self.defer_the_rest().await;
            // What was given up on may have ended meanwhile.
            self.record_all().await;
        }
        Ok(())
    }

    /// When there is something to decide next.
    pub(super) fn next_at(&self) -> Option<DateTime<Utc>> {
        self.next_at
    }

    /// Executions that block their threads and go on although the shift is over.
    pub(super) fn take_left(&mut self) -> Left {
        let none = HandBack::new(self.runner.repository.clone(), self.membership.id, self.runner.settings.lease);
        Left { running: std::mem::take(&mut self.running), hand_back: std::mem::replace(&mut self.hand_back, none) }
    }

    /// Records how those end that an earlier shift left.
    pub(super) async fn see_out(&mut self, left: Left) {
        (self.running, self.hand_back) = (left.running, left.hand_back);
        while !self.running.is_empty() || !self.recorder.is_idle() || self.hand_back.is_owed() {
            self.hand_back.begin(|id| self.membership.runs(id));
            tokio::select! {
                Some(ended) = self.running.join_next() => self.collect(Some(ended)),
                recorded = self.recorder.recorded() => {
                    self.account(recorded);
                    self.collect(None);
                }
                _ = self.hand_back.done() => {}
                () = tokio::time::sleep(hand_back::AGAIN), if !self.hand_back.is_empty() => {}
            }
        }
        self.hand_back.now(|id| self.membership.runs(id)).await;
    }

    /// Leaves what is due and was not begun to others, as queued attempts with the reason.
    async fn defer_the_rest(&mut self) {
        let deferred = async {
            let (candidates, reservation) = self.reserve(MOST_DEFERRED, MOST_DEFERRED).await?;
            let (mut decisions, _) = self.sort(candidates.work, candidates.now, None);
            decisions.retain(|decision| decision.verdict == Verdict::Run);
            decisions.iter_mut().for_each(|decision| decision.verdict = Verdict::Defer);
            if decisions.is_empty() {
                self.runner.repository.let_go(reservation).await;
                Ok(())
            } else {
                let taken = self.claim(reservation, &decisions, &[]).await;
                taken.map(|taken| debug_assert!(taken.runs.is_empty(), "what is left to others runs nowhere"))
            }
        };
        if let Err(error) = deferred.await {
            // They stay due, and whoever looks next decides them.
            tracing::warn!(error = %error.message(), "could not record what is left for lack of time");
        }
    }

    /// What was decided and done.
    pub(super) fn into_report(self) -> Vec<TaskOutcome> {
        self.report.unwrap_or_default()
    }

    /// Whether it left work to others, for its budget was spent or it was stopped.
    pub(super) fn has_left_work(&self) -> bool {
        self.deferred || self.executor.interrupt.is_cancelled()
    }

    /// Whether claiming only waits for the lock to be held again.
    fn repairing(&self, stopping: bool) -> bool {
        !stopping && !self.executor.interrupt.is_cancelled() && !self.membership.may_claim()
    }

    fn room(&self) -> usize {
        room(self.runner.settings.concurrency, self.running.len(), self.recorder.tasks().count())
    }

    fn backstop(&self) -> Duration {
        if !self.membership.may_claim() {
            return CONTENDED_WAIT;
        }
        if !self.hand_back.is_empty() {
            return hand_back::AGAIN;
        }
        match self.runner.repository.settings().lock_mode() {
            LockMode::Session => BACKSTOP,
            LockMode::Transaction => BACKSTOP_WITHOUT_LISTEN,
        }
    }

    /// At most `most` of the first `among` that could be decided, which nobody else decides meanwhile.
    async fn reserve(&mut self, most: usize, among: usize) -> Result<(Candidates, Transaction), RepositoryError> {
        let (runner, id) = (self.runner, self.membership.id);
        let (overlap, environment) = (runner.settings.overlap_prevention, runner.settings.environment);
        // What has ended and is not recorded yet would seem to run still, and its next slot be skipped for that.
        let mut scope = self.scope.clone();
        scope.except.extend(self.recorder.tasks().map(str::to_owned));
        self.beside(runner.repository.reserve(id, most, among, &scope, overlap, environment)).await
    }

    /// Waits for an answer of the database, and takes in meanwhile what ends: recording waits for no claim.
    async fn beside<T>(&mut self, asked: impl Future<Output = T>) -> T {
        tokio::pin!(asked);
        loop {
            tokio::select! {
                biased;
                answer = &mut asked => return answer,
                Some(ended) = self.running.join_next() => self.collect(Some(ended)),
                recorded = self.recorder.recorded() => {
                    self.account(recorded);
                    self.collect(None);
                }
            }
        }
    }

    /// Looks at the queue, decides what is due, and starts what is to run.
    async fn look(&mut self, budget: Option<Budget>, stop: &CancellationToken) -> Result<Look, RepositoryError> {
        self.recorded_since_look = false;
        let left_out = self.scope.except.len();
        let room = self.room().min(most_claimed(self.runner.settings.concurrency));
        let among = self.crowd.among(room);
        let is_whole = self.scope.is_whole() && left_out == 0 && self.recorder.is_idle();
        let (candidates, mut reservation) = self.reserve(room, among).await?;
        let (now, next_at) = (candidates.now, candidates.next_at);
        let (taken, seen, reached) = (candidates.work.len(), candidates.seen, candidates.reached);
        let then = self.crowd.after(Saw { room, among, seen, reached, taken });
        let may_decide = candidates.may_decide;
        let begun = Instant::now();
        let (decisions, queued) = self.sort(candidates.work, now, budget);
        // What was left out took the place of others.
        let has_left_out = self.scope.except.len() > left_out;
        if decisions.is_empty() && queued.is_empty() {
            let repository = self.runner.repository.clone();
            self.beside(repository.let_go(reservation)).await;
            if !may_decide {
                tracing::error!("others have found this instance dead; starting over");
                self.membership.lost().cancel();
            }
            let found = match then {
                _ if !may_decide => Found::Nothing,
                _ if has_left_out => Found::Decided,
                Then::LookAgain => Found::Further,
                Then::Wait => Found::Held,
                Then::Nobody if taken > 0 => Found::Held,
                Then::Nobody => Found::Nothing,
            };
            if found == Found::Nothing && may_decide && is_whole && !self.recorded_since_look {
                // What waited for what had ended by the time this look began was there for it.
                self.debt.forgive();
            }
            return Ok(Look { found, now, next_at });
        }
        if stop.is_cancelled() {
            // That came while this looked, and others begin it.
            self.deferred = true;
            self.runner.repository.let_go(reservation).await;
            return Ok(Look { found: Found::Nothing, now, next_at });
        }
        if begun.elapsed() > SLOWLY_PLANNED {
            let repository = self.runner.repository.clone();
            repository.let_go(reservation).await;
            reservation = repository.begin().await?;
        }
        let taken = self.claim(reservation, &decisions, &queued).await?;
        if stop.is_cancelled() {
            // That came meanwhile, too, and others begin it.
            self.deferred |= !taken.runs.is_empty();
            self.hand_back.overtaken(taken.runs.iter().map(|claimed| claimed.id));
        } else {
            taken.runs.into_iter().for_each(|claimed| self.start(claimed));
        }
        if let Some(sent) = taken.began {
            self.membership.has_claimed(sent);
        }
        // Who runs a task, or holds the last place under a limit, may have been faster.
        let found = if taken.stands > 0 { Found::Decided } else { Found::Held };
        Ok(Look { found, now, next_at })
    }

    /// Writes decisions.
    async fn claim(
        &mut self,
        reservation: Transaction,
        decisions: &[Decision],
        queued: &[QueuedCandidate],
    ) -> Result<Taken, RepositoryError> {
        let runner = self.runner;
        let settings = &runner.settings;
        let claimer = Claimer {
            runner: self.membership.id,
            name: &settings.name,
            environment: settings.environment.as_str(),
            heartbeat_interval: settings.heartbeat_interval,
        };
        let sent = Instant::now();
        let claim = runner.repository.claim(reservation, &claimer, settings.overlap_prevention, decisions, queued);
        let claim = self.beside(claim).await;
        if claim.is_err() {
            // It may have been carried out all the same.
            let slots = decisions.iter().map(|decision| decision.execution_id);
            let attempts = queued.iter().map(|attempt| attempt.execution_id);
            self.hand_back.unanswered(slots.chain(attempts));
            self.membership.may_have_claimed();
        }
        let decided = claim?;
        let stands = decided.len();
        let mut runs = Vec::new();
        for decision in decided {
            match decision {
                Decided::Run(claimed) => runs.push(*claimed),
                Decided::Other { task_name, scheduled_for, status, reason } => {
                    tracing::info!(task.name = task_name, slot = %scheduled_for, status = %status, reason, "not run");
                    self.tell(|| TaskOutcome::not_run(task_name, scheduled_for, status, reason));
                }
            }
        }
        Ok(Taken { stands, began: (!runs.is_empty()).then_some(sent), runs })
    }

    /// Plans the due slots. Tasks that this program does not know, or whose schedule it cannot read, are left to others; so is,
    /// once it is recorded, what would not end within the budget.
    fn sort(
        &mut self,
        work: Vec<Candidate>,
        now: DateTime<Utc>,
        budget: Option<Budget>,
    ) -> (Vec<Decision>, Vec<QueuedCandidate>) {
        let (mut decisions, mut queued): (Vec<Decision>, _) = (Vec::new(), Vec::new());
        let (mut passed, begun) = (0, Instant::now());
        for candidate in work {
            let name = candidate.name();
            if self.runner.registry.cron_task(name).is_none() {
                tracing::warn!(task.name = name, "due, but this program does not know it; left to others");
                self.scope.except.insert(0, name.to_owned());
                continue;
            }
            let fits = budget.is_none_or(|budget| budget.has_room_for(candidate.expected(), Instant::now()));
            if !fits {
                // Time only runs out, so it does not fit later either.
                self.deferred = true;
                self.scope.except.insert(0, name.to_owned());
            }
            match candidate {
                Candidate::Queued(attempt) if fits || attempt.blocked_by.is_some() => queued.push(attempt),
                Candidate::Queued(_) => {}
                Candidate::Slot(_)
                    if passed > MOST_PASSED || (begun.elapsed() > PLANNED_WITHIN && !decisions.is_empty()) => {}
                Candidate::Slot(task) => match plan(&task, now, self.runner.settings.pulse_interval) {
                    Some(mut decision) => {
                        passed += decision.passed.len();
                        if !fits && decision.verdict == Verdict::Run {
                            decision.verdict = Verdict::Defer;
                        }
                        decisions.push(decision);
                    }
                    None => {
                        let (schedule, zone) = (&task.schedule, &task.timezone);
                        tracing::error!(task.name = task.name, schedule, zone, "due, but its schedule cannot be read");
                        self.scope.except.push(task.name);
                        self.unreadable += 1;
                    }
                },
            }
        }
        (decisions, queued)
    }

    fn start(&mut self, claimed: Claimed) {
        let executor = self.executor.clone();
        let control = self.membership.begin(claimed.id);
        self.running.spawn(async move {
            // Whatever it comes to is recorded, or the task would count as running for as long as this process lives.
            let ending = AssertUnwindSafe(executor.execute(claimed.clone(), &control)).catch_unwind().await;
            let ending = ending.unwrap_or_else(|_| defect(&claimed));
            (claimed, ending)
        });
    }

    /// Takes in what has ended, and sees to it that it is recorded.
    fn collect(&mut self, first: Option<Ended>) {
        let mut next = first.or_else(|| self.running.try_join_next());
        while let Some(joined) = next {
            match joined {
                Ok((claimed, ending)) => self.recorder.take(claimed, ending),
                // Everything that can panic runs in a task of its own, so this is a defect of ours. Its registry row keeps
                // the task from running until this process ends.
                Err(error) => tracing::error!(%error, "an execution vanished"),
            }
            next = self.running.try_join_next();
        }
        if let Some(recorded) = self.recorder.try_recorded() {
            self.account(recorded);
        }
        self.recorder.begin(self.running.len());
    }

    /// Takes note of what is recorded.
    fn account(&mut self, Recorded { endings, owned, called }: Recorded) {
        self.recorded_since_look = true;
        if !called {
            self.debt.owe(Instant::now());
        }
        self.membership.end(endings.iter().map(|(_, ending)| ending.id));
        let owned: HashSet<_> = owned.into_iter().collect();
        for (claimed, ending) in endings {
            if owned.contains(&ending.id) {
                self.tell(|| TaskOutcome::of(&claimed, &ending));
            } else {
                tracing::warn!(task.name = claimed.task_name, execution.id = %claimed.id, "ended, but was handed to others; its result is dropped");
            }
        }
    }

    /// Waits until all that has ended is recorded.
    async fn record_all(&mut self) {
        self.collect(None);
        while !self.recorder.is_idle() {
            let recorded = self.recorder.recorded().await;
            self.account(recorded);
            self.collect(None);
        }
    }

    fn tell(&mut self, outcome: impl FnOnce() -> TaskOutcome) {
        if let Some(report) = &mut self.report {
            report.push(outcome());
        }
    }
}

/// What a shift with nothing to claim waits for, besides being called.
enum Next {
    Slot { at: DateTime<Utc>, seen_at: DateTime<Utc> },
    Backstop(Duration),
}

impl Next {
    async fn wait(&self, clock: &Clock, backstop: Duration) {
        match self {
            Self::Slot { at, seen_at } => {
                tokio::select! {
                    () = clock.wait(*at, *seen_at) => {}
                    () = tokio::time::sleep(backstop) => {}
                }
            }
            Self::Backstop(wait) => tokio::time::sleep(*wait).await,
        }
    }
}

async fn at(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
