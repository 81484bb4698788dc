//! The cron tasks of the torture run: short ones, long ones, and such as fail in every way there is.
//!
//! Each asks for every slot, however late, so that a slot which nobody decided is seen; and has attempts enough for what is
//! done to it. Their seconds stand in [`torture::schedule`] too, for the checker.

use std::time::Duration;

use downbeat::task::prelude::*;
use downbeat::task::{Registry, RegistryBuilder};
use tokio::time::sleep;

use crate::crowd;
use crate::run::{fate, recorded};

/// A crash costs an attempt, and some slots are hit again and again.
const RETRY: RetryPolicy =
    RetryPolicy { retries: Some(50), delay: Duration::from_millis(300), max_delay: Duration::from_secs(2) };

pub(crate) const fn every_slot(name: &'static str, schedule: &'static str) -> CronTaskDefinition {
    CronTaskDefinition {
        description: "A task of the torture run",
        category: Category::Test,
        schedule: Schedule::Cron(schedule),
        catch_up: CatchUp::All,
        timeout: Some(Duration::from_secs(60)),
        retry: RETRY,
        ..CronTaskDefinition::new(name)
    }
}

/// Declares a task: its definition, and what it does between its two lines in the ledger.
macro_rules! task {
    ($(#[$doc:meta])* $task:ident, $definition:expr, $cx:ident => $work:expr) => {
        $(#[$doc])*
        struct $task;

        impl CronTask for $task {
            type Config = ();
            type Report = ();

            const DEFINITION: CronTaskDefinition = $definition;

            async fn execute(&self, $cx: TaskContext<()>) -> TaskResult<()> {
                recorded(&$cx, async { $work }).await
            }
        }
    };
}

task!(
    /// Takes a moment, each second.
    Tick, every_slot("tick", "* * * * * *"), cx => {
        sleep(Duration::from_millis(fate(&cx) % 60)).await;
        Ok(())
    }
);

task!(
    /// Goes before the others.
    Urgent,
    CronTaskDefinition { priority: Priority::Critical, ..every_slot("urgent", "*/2 * * * * *") },
    cx => {
        sleep(Duration::from_millis(fate(&cx) % 400)).await;
        Ok(())
    }
);

task!(
    /// Fails in its first attempts, one slot in three.
    Flaky, every_slot("flaky", "*/2 * * * * *"), cx => {
        let failures = if fate(&cx).is_multiple_of(3) { 1 + fate(&cx) % 2 } else { 0 };
        if cx.attempt().unsigned_abs() <= u32::try_from(failures).unwrap_or_default() {
            return Err(TaskError::execution("flaky", "it was to fail"));
        }
        Ok(())
    }
);

task!(
    /// Writes one row a slot. No key holds that: it looks first, and the fence keeps any other attempt from doing the same
    /// between the look and the commit.
    Effect, every_slot("effect", "*/2 * * * * *"), cx => {
        let transaction = cx.transaction().await?;
        let before = "select 1 from torture_effects where slot = $1";
        let slot = cx.scheduled_for();
        if transaction.query_opt(before, &[&slot]).await?.is_none() {
            // Long enough for something to happen in between.
            sleep(Duration::from_millis(fate(&cx) % 300)).await;
            let write = "insert into torture_effects (slot, attempt, token) values ($1, $2, $3)";
            transaction.execute(write, &[&slot, &cx.attempt(), &cx.fencing_token()]).await?;
        }
        transaction.commit().await
    }
);

task!(
    /// What the child waits for.
    Parent, every_slot("parent", "*/5 * * * * *"), cx => {
        sleep(Duration::from_millis(500 + fate(&cx) % 1_000)).await;
        Ok(())
    }
);

task!(
    /// Runs after its parent's same slot.
    Child,
    CronTaskDefinition { dependencies: &["parent"], ..every_slot("child", "*/5 * * * * *") },
    cx => {
        sleep(Duration::from_millis(fate(&cx) % 200)).await;
        Ok(())
    }
);

task!(
    /// Panics in its first attempt.
    Panics, every_slot("panics", "*/10 * * * * *"), cx => {
        #[allow(clippy::panic, reason = "that is what it is for")]
        if cx.attempt() == 1 {
            panic!("it was to panic");
        }
        Ok(())
    }
);

task!(
    /// Never ends by itself.
    Hangs,
    CronTaskDefinition {
        timeout: Some(Duration::from_secs(1)),
        retry: RetryPolicy { retries: Some(1), ..RETRY },
        ..every_slot("hangs", "*/10 * * * * *")
    },
    cx => {
        let _ = &cx;
        std::future::pending().await
    }
);

task!(
    /// Does not look whether it is to end.
    IgnoresCancel,
    CronTaskDefinition {
        timeout: Some(Duration::from_millis(700)),
        retry: RetryPolicy::NEVER,
        ..every_slot("ignores-cancel", "*/10 * * * * *")
    },
    cx => {
        let _ = &cx;
        for _ in 0..200 {
            sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }
);

task!(
    /// Blocks its thread for longer than it may take.
    Blocks,
    CronTaskDefinition {
        timeout: Some(Duration::from_millis(500)),
        retry: RetryPolicy { retries: Some(1), ..RETRY },
        ..every_slot("blocks", "*/10 * * * * *")
    },
    cx => {
        let _ = &cx;
        std::thread::sleep(Duration::from_millis(1_500));
        Ok(())
    }
);

task!(
    /// Takes nearly as long as a lease, and needs no database for it.
    Long, every_slot("long", "*/10 * * * * *"), cx => {
        sleep(Duration::from_millis(4_000 + fate(&cx) % 2_000)).await;
        Ok(())
    }
);

task!(
    /// Takes longer than a lease.
    Longer, every_slot("longer", "*/20 * * * * *"), cx => {
        sleep(Duration::from_millis(8_000 + fate(&cx) % 4_000)).await;
        Ok(())
    }
);

/// How many pieces the work of [`Chunks`] has.
const CHUNKS: u32 = 16;

task!(
    /// Works for long, and goes on where it was.
    Chunks, every_slot("chunks", "*/20 * * * * *"), cx => {
        for chunk in cx.last_checkpoint::<u32>()?.unwrap_or(0)..CHUNKS {
            sleep(Duration::from_millis(500)).await;
            cx.progress(u64::from(chunk) + 1, u64::from(CHUNKS), "");
            cx.checkpoint(&(chunk + 1)).await?;
        }
        Ok(())
    }
);

task!(
    /// Takes its process with it, in its first attempt.
    Exits, every_slot("exits", "*/30 * * * * *"), cx => {
        sleep(Duration::from_millis(100)).await;
        if cx.attempt() == 1 {
            std::process::abort();
        }
        Ok(())
    }
);

/// Makes work.
struct Load<const N: usize>;

/// As many as [`torture::schedule::LOADS`].
const LOADS: [&str; 12] = [
    "load-00", "load-01", "load-02", "load-03", "load-04", "load-05", "load-06", "load-07", "load-08", "load-09",
    "load-10", "load-11",
];

impl<const N: usize> CronTask for Load<N> {
    type Config = ();
    type Report = ();

    const DEFINITION: CronTaskDefinition = every_slot(LOADS[N], "*/2 * * * * *");

    async fn execute(&self, cx: TaskContext<()>) -> TaskResult<()> {
        recorded(&cx, async {
            sleep(Duration::from_millis((fate(&cx) >> N) % 700)).await;
            Ok(())
        })
        .await
    }
}

/// All of them.
pub(crate) fn registry() -> RegistryBuilder {
    let tasks = Registry::builder().cron(Tick).cron(Urgent).cron(Flaky).cron(Effect).cron(Parent).cron(Child);
    let tasks = tasks
        .cron(Long)
        .cron(Longer)
        .cron(Panics)
        .cron(Hangs)
        .cron(IgnoresCancel)
        .cron(Blocks)
        .cron(Chunks)
        .cron(Exits);
    let tasks = tasks.cron(Load::<0>).cron(Load::<1>).cron(Load::<2>).cron(Load::<3>).cron(Load::<4>).cron(Load::<5>);
    let tasks = tasks.cron(Load::<6>).cron(Load::<7>).cron(Load::<8>).cron(Load::<9>).cron(Load::<10>).cron(Load::<11>);
    crowd::join(tasks)
}
