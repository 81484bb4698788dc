//! Random expressions against a plain matcher that steps through time second by second, and a plain simulation of Debian's clock rules.
//!
//! The matcher shares nothing with the module: it reads the text again, looks at one wall clock reading at a time, and has no notion of
//! "next". The simulation keeps Debian's *virtual clock*: the furthest the wall clock has been, so far.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, TimeZone, Timelike, Utc};
use downbeat::task::cron_expr::{CronExpr, Zone};
use proptest::prelude::*;

use super::zone;

/// Whether a list has the value; `L`, `W` and `#` are for the days below.
fn list_has(list: &str, value: u32, low: u32, high: u32) -> bool {
    list.split(',').any(|part| {
        let (range, step) = part.split_once('/').map_or((part, 1), |(range, step)| (range, step.parse().unwrap()));
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (from.parse().unwrap(), to.parse().unwrap()),
            None if range == "*" => (low, high),
            None => match range.parse() {
                Ok(number) => (number, number),
                Err(_) => return false,
            },
        };
        value >= from && value <= to && (value - from).is_multiple_of(step)
    })
}

fn is_workday(time: NaiveDateTime) -> bool {
    time.weekday().num_days_from_monday() < 5
}

fn date_matches(list: &str, time: NaiveDateTime) -> bool {
    let same_month = |days: i64| Some(time + TimeDelta::days(days)).filter(|other| other.month() == time.month());
    let is_last = same_month(1).is_none();
    let is_last_workday =
        is_workday(time) && (1..=3).all(|days| same_month(days).is_none_or(|later| !is_workday(later)));
    list_has(list, time.day(), 1, 31)
        || list.split(',').any(|part| match part {
            "L" => is_last,
            "LW" => is_last_workday,
            _ => part.strip_suffix('W').is_some_and(|day| {
                // The day itself, or a neighbour that is no workday and has none nearer.
                let day: i64 = day.parse().unwrap();
                let target = same_month(day - i64::from(time.day()));
                is_workday(time)
                    && target.is_some_and(|target| {
                        let distance = (target.day() as i64 - time.day() as i64).abs();
                        (-distance..=distance)
                            .map(|days| target + TimeDelta::days(days))
                            .filter(|other| other.month() == target.month() && is_workday(*other) && *other != time)
                            .all(|other| (other - target).num_days().abs() >= distance)
                    })
            }),
        })
}

fn weekday_matches(list: &str, time: NaiveDateTime) -> bool {
    let today = time.weekday().num_days_from_sunday();
    let is = |weekday: &str| weekday.parse::<u32>().unwrap() % 7 == today;
    list_has(list, today, 0, 7)
        || today == 0 && list_has(list, 7, 0, 7)
        || list.split(',').any(|part| match part.split_once('#') {
            Some((weekday, nth)) => is(weekday) && (time.day() - 1) / 7 + 1 == nth.parse::<u32>().unwrap(),
            None => part
                .strip_suffix('L')
                .is_some_and(|weekday| is(weekday) && (time + TimeDelta::days(7)).month() != time.month()),
        })
}

fn matches(text: &str, time: NaiveDateTime) -> bool {
    let mut fields: Vec<&str> = text.split(' ').collect();
    if fields.len() == 5 {
        fields.insert(0, "0");
    }
    let [second, minute, hour, date, month, weekday] = fields[..] else { panic!() };
    let days = [date_matches(date, time), weekday_matches(weekday, time)];
    let both = date.starts_with('*') || weekday.starts_with('*');
    list_has(second, time.second(), 0, 59)
        && list_has(minute, time.minute(), 0, 59)
        && list_has(hour, time.hour(), 0, 23)
        && list_has(month, time.month(), 1, 12)
        && if both { days == [true, true] } else { days != [false, false] }
}

fn on_the_wall(zone: Zone, instant: DateTime<Utc>) -> NaiveDateTime {
    instant.naive_utc() + *zone.local(instant).offset()
}

/// The slots in `from < slot <= to`, by waking up at every step as Debian's cron does at every minute.
fn slots(text: &str, zone: Zone, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let fields: Vec<&str> = text.split(' ').collect();
    let fixed_time = fields.len() == 5 && !fields[0].starts_with('*') && !fields[1].starts_with('*');
    let step = if fields.len() == 6 { TimeDelta::seconds(1) } else { TimeDelta::minutes(1) };
    let three_hours = TimeDelta::hours(3);
    // Long before, so that the virtual clock is right at `from`.
    let mut instant = from - TimeDelta::hours(if fixed_time { 30 } else { 0 });
    let mut clock = on_the_wall(zone, instant);
    let mut found = BTreeSet::new();
    while instant < to {
        instant += step;
        let now = on_the_wall(zone, instant);
        let ahead = now - clock;
        if !fixed_time || ahead > three_hours || ahead <= -three_hours {
            if matches(text, now) {
                found.insert(instant);
            }
            clock = now;
        } else {
            while clock < now {
                clock += step;
                if matches(text, clock) {
                    found.insert(instant);
                }
            }
        }
    }
    found.into_iter().filter(|slot| *slot > from).collect()
}

fn iterated(expr: &CronExpr, zone: Zone, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    std::iter::successors(expr.next_after(from, zone), |slot| {
        let next = expr.next_after(*slot, zone);
        assert!(next.is_none_or(|next| next > *slot), "{expr} in {zone}: {next:?} after {slot}");
        next
    })
    .take_while(|slot| *slot <= to)
    .collect()
}

/// The instants at which a zone's clock is changed, found by looking every few days.
fn clock_changes(zone: Zone) -> Vec<DateTime<Utc>> {
    let offset = |at: DateTime<Utc>| *zone.local(at).offset();
    let start: DateTime<Utc> = "1975-01-01T00:00:00Z".parse().unwrap();
    let days = |count| start + TimeDelta::days(count);
    (0..63 * 365)
        .step_by(5)
        .filter(|day| offset(days(*day)) != offset(days(day + 5)))
        .map(|day| {
            let (mut before, mut after) = (days(day), days(day + 5));
            while after - before > TimeDelta::seconds(1) {
                let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
                if offset(middle) == offset(before) { before = middle } else { after = middle }
            }
            after
        })
        .collect()
}

fn part(low: u32, high: u32, size: u32) -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (low..=high).prop_map(|value| value.to_string()),
        1 => Just("*".to_owned()),
        2 => (1..=size).prop_map(|step| format!("*/{step}")),
        2 => (low..=high).prop_flat_map(move |from| (Just(from), from..=high)).prop_map(|(from, to)| format!("{from}-{to}")),
        1 => (low..=high)
            .prop_flat_map(move |from| (Just(from), from..=high, 1..=size))
            .prop_map(|(from, to, step)| format!("{from}-{to}/{step}")),
    ]
}

fn list(part: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop::collection::vec(part, 1..4).prop_map(|parts| parts.join(","))
}

fn field(stars: u32, low: u32, high: u32, size: u32) -> impl Strategy<Value = String> {
    prop_oneof![stars => Just("*".to_owned()), 5 => list(part(low, high, size))]
}

fn dates() -> impl Strategy<Value = String> {
    let extension =
        prop_oneof![Just("L".to_owned()), Just("LW".to_owned()), (1..=31u32).prop_map(|day| format!("{day}W"))];
    prop_oneof![8 => field(5, 1, 31, 31), 2 => list(prop_oneof![2 => extension, 1 => part(1, 31, 31)])]
}

fn weekdays() -> impl Strategy<Value = String> {
    let extension = prop_oneof![
        (0..=7u32).prop_map(|day| format!("{day}L")),
        (0..=7u32, 1..=5u32).prop_map(|(day, nth)| format!("{day}#{nth}"))
    ];
    prop_oneof![8 => field(5, 0, 7, 7), 2 => list(prop_oneof![2 => extension, 1 => part(0, 7, 7)])]
}

/// Hours as they are chosen for clock changes: mostly the small ones.
fn hours() -> impl Strategy<Value = String> {
    prop_oneof![3 => field(3, 0, 23, 24), 3 => (0..=4u32).prop_map(|hour| hour.to_string()), 1 => Just("0-3".to_owned()), 1 => Just("23".to_owned())]
}

fn five_fields() -> impl Strategy<Value = String> {
    (field(3, 0, 59, 60), hours(), dates(), field(20, 1, 12, 12), weekdays())
        .prop_map(|(m, h, d, mo, w)| format!("{m} {h} {d} {mo} {w}"))
}

fn six_fields() -> impl Strategy<Value = String> {
    (field(1, 0, 59, 60), five_fields()).prop_map(|(second, five)| format!("{second} {five}"))
}

/// A zone and an instant near one of its clock changes.
fn around_a_change() -> impl Strategy<Value = (Zone, DateTime<Utc>)> {
    (
        prop::sample::select(Zone::names().collect::<Vec<_>>()).prop_map(zone),
        any::<prop::sample::Index>(),
        -1600i64..400,
        0i64..60,
    )
        .prop_map(|(zone, index, minutes, seconds)| {
            let changes = clock_changes(zone);
            let change =
                if changes.is_empty() { "2026-01-01T00:00:00Z".parse().unwrap() } else { *index.get(&changes) };
            (
                zone,
                change.with_second(0).unwrap()
                    + TimeDelta::minutes(minutes)
                    + TimeDelta::seconds(seconds * i64::from(minutes % 2 == 0)),
            )
        })
}

fn on_the_minute(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant.with_second(0).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn five_fields_agree_with_stepping_through_every_minute((zone, near) in around_a_change(), text in five_fields(), hours in 1i64..60) {
        let expr = CronExpr::parse(&text).unwrap();
        let from = on_the_minute(near);
        let to = from + TimeDelta::hours(hours);
        let slots = slots(&text, zone, from, to);
        prop_assert_eq!(iterated(&expr, zone, from, to), slots.clone());
        prop_assert_eq!(expr.newest_at_or_before(to, from, zone), slots.last().copied());
        let mid = from + TimeDelta::minutes(hours * 23);
        prop_assert_eq!(expr.newest_at_or_before(mid, from, zone), slots.iter().copied().rfind(|slot| *slot <= mid));
    }

    #[test]
    fn the_newest_slot_is_the_last_of_those_iterated((zone, near) in around_a_change(), text in prop_oneof![five_fields(), six_fields()], minutes in 1i64..3000) {
        let expr = CronExpr::parse(&text).unwrap();
        let from = near - TimeDelta::minutes(minutes);
        // Every second of days is too much to walk through; the last two hours of them will do.
        let from = if text.split(' ').count() == 6 { from.max(near - TimeDelta::hours(2)) } else { from };
        prop_assert_eq!(expr.newest_at_or_before(near, from, zone), iterated(&expr, zone, from, near).last().copied());
    }

    #[test]
    fn slots_increase_for_years((zone, near) in around_a_change(), text in prop_oneof![five_fields(), six_fields()]) {
        let expr = CronExpr::parse(&text).unwrap();
        let mut after = near;
        for _ in 0..50 {
            let Some(next) = expr.next_after(after, zone) else { break };
            prop_assert!(next > after);
            prop_assert!(next.nanosecond() == 0);
            prop_assert_eq!(expr.newest_at_or_before(next, after, zone), Some(next));
            prop_assert_eq!(expr.newest_at_or_before(next - TimeDelta::seconds(1), after, zone), None);
            after = next;
        }
    }

    #[test]
    fn any_text_at_all_is_read_or_refused(text in any::<String>()) {
        let _ = CronExpr::parse(&text).map(|expr| expr.explain().message()).map_err(|error| error.message());
    }

    #[test]
    fn anything_that_looks_like_cron_is_read_or_refused(text in "[-0-9*/,#?@LW+. A-Za-z]{0,40}", at in any::<i32>()) {
        use_whatever(&text, at);
    }

    #[test]
    fn fields_of_anything_are_read_or_refused(text in "(@[a-z]{0,8}|[-0-9*/,#LWF]{1,6}( [-0-9*/,#LW]{1,5}| \\*){3,5}( MON| SUN-SAT| 5L| [0-7]#[0-6])?)", at in any::<i32>()) {
        use_whatever(&text, at);
    }
}

fn use_whatever(text: &str, at: i32) {
    let instant = DateTime::from_timestamp(i64::from(at) * 37, 0).unwrap();
    match CronExpr::parse(text) {
        Err(error) => assert!(!error.to_string().is_empty() && !error.message().id().is_empty()),
        Ok(expr) => {
            let next = expr.next_after(instant, zone("America/St_Johns"));
            assert!(next.is_some() || expr.never_comes() || instant.year() < 1 || instant.year() > 9900, "{text}");
            assert!(next.is_none_or(|next| next > instant));
            assert_eq!(expr.finest_interval().is_none(), expr.never_comes(), "{text}");
            assert!(!expr.explain().message().id().is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn six_fields_agree_with_stepping_through_every_second((zone, near) in around_a_change(), text in six_fields(), minutes in 1i64..200) {
        let expr = CronExpr::parse(&text).unwrap();
        let to = near + TimeDelta::minutes(minutes);
        let slots = slots(&text, zone, near, to);
        prop_assert_eq!(iterated(&expr, zone, near, to), slots.clone());
        prop_assert_eq!(expr.newest_at_or_before(to, near, zone), slots.last().copied());
    }

    #[test]
    fn days_agree_with_looking_at_every_day(text in (dates(), field(5, 1, 12, 12), weekdays()), year in 1996i32..2104, day in 1u32..=365) {
        let text = format!("0 0 {} {} {}", text.0, text.1, text.2);
        let expr = CronExpr::parse(&text).unwrap();
        let from = Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap() + TimeDelta::days(i64::from(day));
        let days: Vec<_> = (1..=1500).map(|days| from + TimeDelta::days(days)).filter(|day| matches(&text, day.naive_utc())).collect();
        prop_assert_eq!(iterated(&expr, Zone::UTC, from, from + TimeDelta::days(1500)), days.clone());
        prop_assert_eq!(expr.newest_at_or_before(from + TimeDelta::days(1500), from, Zone::UTC), days.last().copied());
        if expr.never_comes() {
            prop_assert!(days.is_empty());
        }
        if let Some(finest) = days.iter().zip(days.iter().skip(1)).map(|(a, b)| (*b - *a).to_std().unwrap()).min() {
            prop_assert!(expr.finest_interval().unwrap() <= finest);
        }
    }
}
