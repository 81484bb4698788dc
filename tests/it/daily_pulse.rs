//! One pulse a day, at whatever minute of it: as on the free plan of Vercel. What runs is what catch-up says.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use downbeat::app::App;
use downbeat::config::Config;
use downbeat::model::{CatchUp, PulseHealth, Status};
use downbeat::task::{Registry, Schedule};

use crate::support::{World, at, history, pulse, quick, task};

const DAY: Duration = Duration::from_secs(86_400);
const NIGHTLY: Schedule = Schedule::Cron("0 3 * * *");
const HOURLY: Schedule = Schedule::Cron("30 * * * *");

task!(Nightly = "nightly" { schedule: NIGHTLY, catch_up_window: DAY });
task!(Punctual = "punctual" { schedule: NIGHTLY });
task!(Latest = "latest" { schedule: HOURLY });
task!(Each = "each" { schedule: HOURLY, catch_up: CatchUp::All, catch_up_window: Duration::from_secs(6 * 3600) });
task!(Fresh = "fresh" { schedule: NIGHTLY, catch_up: CatchUp::Skip });

fn tasks() -> downbeat::task::RegistryBuilder {
    let tasks = Registry::builder().cron(Nightly(quick())).cron(Punctual(quick())).cron(Latest(quick()));
    tasks.cron(Each(quick())).cron(Fresh(quick()))
}

async fn app(world: &World) -> App {
    let config = Config { pulse_interval: DAY, ..world.config.clone() };
    world.app_with(config, tasks()).await
}

/// Slots that ran, oldest first.
async fn ran(app: &App, task: &str) -> Vec<DateTime<Utc>> {
    let completed = history(app, task).await.into_iter().filter(|execution| execution.status == Status::Completed);
    let mut slots: Vec<_> = completed.map(|execution| execution.scheduled_for).collect();
    slots.sort();
    slots
}

/// Slots after `from` up to `to`: each hour at that minute, or each day at that hour.
fn slots(from: DateTime<Utc>, to: DateTime<Utc>, first: DateTime<Utc>, each: TimeDelta) -> Vec<DateTime<Utc>> {
    let all = std::iter::successors(Some(first), |slot| Some(*slot + each));
    all.skip_while(|slot| *slot <= from).take_while(|slot| *slot <= to).collect()
}

#[tokio::test]
async fn at_whatever_minute_it_comes_it_runs_what_catch_up_says() {
    let world = World::new().await;
    let app = app(&world).await;
    let begun = at("12:00:00");
    let midnight = at("00:00:00");
    let (nightly, hourly) = (midnight + TimeDelta::hours(3), midnight + TimeDelta::minutes(30));
    let (mut expected_nightly, mut expected_punctual, mut expected_latest) = (Vec::new(), Vec::new(), Vec::new());
    let mut expected_each = Vec::new();

    let mut before = begun;
    for day in 1..=24 {
        // Another minute each day, from all over the day.
        let now = midnight + TimeDelta::days(day) + TimeDelta::minutes(day * 397 % 1440);
        world.clock.set(now);
        let report = pulse(&app).await;
        assert!(!report.budget_spent, "{report:?}");

        let nights = slots(before, now, nightly, TimeDelta::days(1));
        let hours = slots(before, now, hourly, TimeDelta::hours(1));
        expected_nightly.extend(nights.last());
        expected_punctual.extend(nights.last().filter(|slot| now - **slot <= TimeDelta::hours(1)));
        expected_latest.extend(hours.last());
        expected_each.extend(hours.iter().filter(|slot| now - **slot <= TimeDelta::hours(6)));
        before = now;
    }

    assert!(expected_nightly.len() > 15 && !expected_punctual.is_empty(), "else this says little");
    assert_eq!(ran(&app, "nightly").await, expected_nightly, "a window of a day");
    assert_eq!(ran(&app, "punctual").await, expected_punctual, "the usual window of an hour");
    assert_eq!(ran(&app, "latest").await, expected_latest, "the newest slot, once");
    assert_eq!(ran(&app, "each").await, expected_each, "each slot within its window, in order");
    assert_eq!(ran(&app, "fresh").await, expected_nightly, "what is no older than two pulses apart");
    for task in ["nightly", "punctual", "fresh"] {
        let decided = history(&app, task).await.len();
        assert_eq!(decided, slots(begun, before, nightly, TimeDelta::days(1)).len(), "{task}: one row a slot");
    }
}

#[tokio::test]
async fn what_waits_for_the_next_pulse_is_not_overdue_where_one_a_day_is_expected() {
    let world = World::new().await;
    let app = app(&world).await;
    for day in 1..=3 {
        world.clock.set(at("09:37:00") + TimeDelta::days(day));
        pulse(&app).await;
        // Up to an hour later than the day before.
        world.clock.advance(DAY + Duration::from_secs(59 * 60));
        assert_eq!(app.runner().pulse_status().await.unwrap().status, PulseHealth::Healthy, "day {day}");
    }
}
