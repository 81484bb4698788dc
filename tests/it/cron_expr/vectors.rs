//! Replays what another implementation of Debian's rules answered; see `vectors/generate.py`.

use chrono::{DateTime, TimeDelta};
use downbeat::task::cron_expr::{CronExpr, Zone};

const VECTORS: &str = include_str!("../../vectors/debian-cron.txt");

#[test]
fn every_vector_is_reproduced() {
    let mut count = 0;
    for line in VECTORS.lines().filter(|line| !line.starts_with('#')) {
        let [text, zone, from, times] = line.split('|').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let expr = CronExpr::parse(text).unwrap_or_else(|error| panic!("{line}: {error}"));
        let zone: Zone = zone.parse().unwrap();
        let mut numbers = times.split(' ').map(|number| number.parse::<i64>().unwrap());
        let first = DateTime::from_timestamp(numbers.next().unwrap(), 0).unwrap();
        let mut at = expr.next_after(DateTime::from_timestamp(from.parse().unwrap(), 0).unwrap(), zone);
        assert_eq!(at, Some(first), "{line}");
        for minutes in numbers {
            let after = at.unwrap();
            at = expr.next_after(after, zone);
            assert_eq!(at, Some(after + TimeDelta::minutes(minutes)), "{line}");
            assert_eq!(
                expr.newest_at_or_before(at.unwrap() - TimeDelta::seconds(1), after - TimeDelta::seconds(1), zone),
                Some(after),
                "{line}"
            );
        }
        count += 1;
    }
    assert!(count >= 4000, "only {count} vectors");
}
