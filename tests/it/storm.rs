//! Many workers and pulses on many tasks at once: each slot is decided once and no task overlaps itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use downbeat::app::App;
use downbeat::model::Status;
use downbeat::task::prelude::*;
use downbeat::task::{Registry, RegistryBuilder, TaskError};
use tokio::sync::watch;

use crate::support::{World, at, pulse};

const NAMES: [&str; 10] = ["t-0", "t-1", "t-2", "t-3", "t-4", "t-5", "t-6", "t-7", "t-8", "t-9"];
static INSIDE: [AtomicBool; 10] = [const { AtomicBool::new(false) }; 10];

/// One of ten tasks that run each second, here or there, and would notice another instance of themselves.
struct EachSecond<const N: usize>;

impl<const N: usize> CronTask for EachSecond<N> {
    type Config = ();
    type Report = ();

    const DEFINITION: CronTaskDefinition = CronTaskDefinition {
        schedule: Schedule::Cron("* * * * * *"),
        catch_up: if N.is_multiple_of(2) { CatchUp::Latest } else { CatchUp::All },
        ..CronTaskDefinition::new(NAMES[N])
    };

    async fn execute(&self, cx: TaskContext<()>) -> TaskResult<()> {
        if INSIDE[N].swap(true, Ordering::SeqCst) {
            return Err(TaskError::execution("overlap", "two at once").never_retried());
        }
        // Longer than a step of the clock now and then, so that slots come while it runs.
        tokio::time::sleep(Duration::from_millis(u64::try_from(cx.scheduled_for().timestamp() % 40).unwrap_or(0)))
            .await;
        INSIDE[N].store(false, Ordering::SeqCst);
        Ok(())
    }
}

fn tasks() -> RegistryBuilder {
    let first = Registry::builder().cron(EachSecond::<0>).cron(EachSecond::<1>).cron(EachSecond::<2>);
    let second = first.cron(EachSecond::<3>).cron(EachSecond::<4>).cron(EachSecond::<5>).cron(EachSecond::<6>);
    second.cron(EachSecond::<7>).cron(EachSecond::<8>).cron(EachSecond::<9>)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_slot_is_decided_once_and_none_is_lost_however_many_look() {
    let world = World::new().await;
    let stop = CancellationToken::new();
    let mut workers = tokio::task::JoinSet::new();
    let mut apps: Vec<App> = Vec::new();
    for _ in 0..4 {
        let app = world.app(tasks()).await;
        let (runner, stop) = (app.runner().clone(), stop.clone());
        workers.spawn(async move { runner.run(&stop, &watch::Sender::new(false)).await });
        apps.push(app);
    }
    let mut pulses = tokio::task::JoinSet::new();
    for step in 0..60 {
        world.clock.advance(Duration::from_secs(1));
        let app = apps[step % apps.len()].clone();
        pulses.spawn(async move { pulse(&app).await });
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    pulses.join_all().await;
    // Whatever is still to be caught up is caught up by one last pulse, and the workers end in order.
    stop.cancel();
    workers.join_all().await;
    pulse(&apps[0]).await;

    let client = world.client().await;
    for (n, name) in NAMES.iter().enumerate() {
        let told = "select count(*), min(scheduled_for), max(scheduled_for) + interval '0 s',
                count(*) filter (where status not in ('COMPLETED', 'SKIPPED')),
                count(*) filter (where status = 'SKIPPED'), count(distinct scheduled_for)
            from cron_task_executions where task_name = $1";
        let row = client.query_one(told, &[name]).await.unwrap();
        assert_eq!(row.get::<_, i64>(0), 60, "{name}: every slot leaves a row");
        assert_eq!((row.get(1), row.get(2)), (at("12:00:01"), at("12:01:00")));
        assert_eq!(row.get::<_, i64>(3), 0, "{name}: nothing failed, nothing is left");
        assert_eq!(row.get::<_, i64>(5), 60, "{name}: no slot has two decisions");
        if n % 2 == 1 {
            assert_eq!(row.get::<_, i64>(4), 0, "{name}: catch-up all runs each");
        }
    }
    assert!(apps[0].runner().running_tasks().await.unwrap().is_empty());
    for name in NAMES {
        assert_eq!(apps[0].runner().task_status(name).await.unwrap(), Some(Status::Completed));
    }
}
