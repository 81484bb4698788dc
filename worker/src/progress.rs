//! What shows that something goes on: a turning sign, what is known of it, and for how long.

use std::cell::RefCell;
use std::time::Duration;

use downbeat::locale::{format, msg};
use downbeat::model::{Queue, RunningExecution};
use serde::Deserialize;
use tokio::time::{Instant, sleep, sleep_until};

use crate::call::{Api, Call};
use crate::view::Page;
use crate::view::queue::waits_for;

/// What is done within this shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the sign turns.
const TURN: Duration = Duration::from_millis(120);
/// How often is asked how far an execution came.
const LOOK: Duration = Duration::from_secs(1);
const SIGN: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/// What is waited for.
pub(crate) enum Progress<'a> {
    /// An answer.
    Answer,
    /// The migrations.
    Migrations,
    /// A task that is to run: what it waits for and how far it came is asked besides.
    Run(&'a Api, &'a str),
}

/// One picture after the other.
pub(crate) struct Frames<'a> {
    progress: &'a Progress<'a>,
    page: Page,
    begun: Instant,
    turns: usize,
    looked: Option<Instant>,
    known: RefCell<Option<String>>,
}

impl Progress<'_> {
    pub(crate) fn frames(&self, page: Page) -> Frames<'_> {
        Frames { progress: self, page, begun: Instant::now(), turns: 0, looked: None, known: RefCell::default() }
    }
}

impl Frames<'_> {
    /// The next one, when it is time for it.
    pub(crate) async fn next(&mut self) -> String {
        if self.turns == 0 {
            sleep_until(self.begun + PATIENCE).await;
        } else {
            sleep(TURN).await;
        }
        let is_due = self.looked.is_none_or(|looked| looked.elapsed() >= LOOK);
        if let (Progress::Run(api, task), true) = (self.progress, is_due) {
            self.looked = Some(Instant::now());
            // What cannot be learnt is not shown.
            *self.known.borrow_mut() = self.look(api, task).await;
        }
        self.turns += 1;
        let elapsed = format::duration(Duration::from_secs(self.begun.elapsed().as_secs()));
        let sentence = match (self.progress, self.known.borrow().as_deref()) {
            (Progress::Migrations, _) => msg::cli_progress_migrating(elapsed),
            (Progress::Run(..), Some(known)) => msg::cli_progress_running(elapsed, known),
            (Progress::Run(_, task), None) => msg::cli_progress_running(elapsed, *task),
            (Progress::Answer, _) => msg::cli_progress_waiting(elapsed),
        };
        drawn(self.turns, &self.page.say(&sentence))
    }

    /// What the task says of itself, or what it waits for.
    async fn look(&self, api: &Api, task: &str) -> Option<String> {
        let answer = api.ask(&Call::of("cron queue").query("limit", Some(1000)), self.page.locale).await.ok()?;
        let queue = Queue::deserialize(answer.data).ok()?;
        let running = queue.running.iter().rfind(|execution| execution.task_name == task).map(told);
        let page = Page { now: queue.now, ..self.page };
        let waits = |execution| page.say(&msg::cli_progress_waits(waits_for(&page, execution), task));
        running.or_else(|| queue.waiting.iter().find(|execution| execution.task_name == task).map(waits))
    }
}

/// `import 5/10, reading pages`.
fn told(execution: &RunningExecution) -> String {
    let Some(progress) = &execution.progress else {
        return execution.task_name.clone();
    };
    let count = progress.total.map_or_else(|| progress.done.to_string(), |total| format!("{}/{total}", progress.done));
    let message = progress.message.as_ref().map(|message| format!(", {message}")).unwrap_or_default();
    format!("{} {count}{message}", execution.task_name)
}

fn drawn(turn: usize, sentence: &str) -> String {
    format!("{} {sentence}", SIGN[turn % SIGN.len()])
}
