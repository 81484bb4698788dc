//! The rules of `schedules.md`, one behaviour each.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use downbeat::task::cron_expr::{CronExpr, CronExprError, Field, FieldFault, Zone};

use super::zone;

fn cron(text: &str) -> CronExpr {
    CronExpr::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The next slots as the zone's clock shows them.
fn next(text: &str, zone: Zone, from: &str, count: usize) -> Vec<String> {
    let expr = cron(text);
    std::iter::successors(Some(at(from)), |after| expr.next_after(*after, zone))
        .skip(1)
        .take(count)
        .map(|slot| zone.local(slot).to_rfc3339_opts(SecondsFormat::Secs, true))
        .collect()
}

fn next_days(text: &str, count: usize) -> Vec<String> {
    next(text, Zone::UTC, "2025-12-31T23:59:59Z", count).into_iter().map(|slot| slot[..10].to_owned()).collect()
}

fn fault(text: &str) -> (Field, usize, FieldFault) {
    match CronExpr::parse(text) {
        Err(CronExprError::InField { field, offset, fault, .. }) => (field, offset, fault),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn weekdays_count_from_sunday_which_is_0_and_7() {
    for text in ["0 0 * * 0", "0 0 * * 7", "0 0 * * SUN", "0 0 * * sun", "@weekly"] {
        assert_eq!(next_days(text, 2), ["2026-01-04", "2026-01-11"], "{text}");
    }
    assert_eq!(next_days("0 0 * * 1", 1), ["2026-01-05"]);
    assert_eq!(next_days("0 0 * * FRI-7", 3), ["2026-01-02", "2026-01-03", "2026-01-04"]);
}

#[test]
fn both_days_must_match_where_one_begins_with_a_star() {
    assert_eq!(next_days("0 0 */2 * 1", 3), ["2026-01-05", "2026-01-19", "2026-02-09"]);
    assert_eq!(next_days("0 0 1 * */2", 3), ["2026-01-01", "2026-02-01", "2026-03-01"]);
    assert_eq!(next_days("0 0 13 * *,1", 2), ["2026-01-13", "2026-02-13"]);
}

#[test]
fn either_day_is_enough_where_neither_begins_with_a_star() {
    assert_eq!(next_days("0 12 1 * MON", 4), ["2026-01-01", "2026-01-05", "2026-01-12", "2026-01-19"]);
    assert_eq!(next_days("0 0 13 * 0-7", 3), ["2026-01-01", "2026-01-02", "2026-01-03"]);
    assert_eq!(
        next_days("0 0 13 * 1,*", 2),
        ["2026-01-01", "2026-01-02"],
        "a star that does not come first does not count"
    );
}

#[test]
fn a_range_of_one_value_with_a_step_is_that_value() {
    assert_eq!(
        next("40-40/10 0 * * *", Zone::UTC, "2026-01-01T00:00:00Z", 2),
        ["2026-01-01T00:40:00Z", "2026-01-02T00:40:00Z"]
    );
}

#[test]
fn nicknames_stand_for_five_fields() {
    for (nickname, fields) in [
        ("@yearly", "0 0 1 1 *"),
        ("@annually", "0 0 1 1 *"),
        ("@monthly", "0 0 1 * *"),
        ("@weekly", "0 0 * * 0"),
        ("@daily", "0 0 * * *"),
        ("@midnight", "0 0 * * *"),
        (" @HOURLY ", "0 * * * *"),
    ] {
        let from = "2026-03-05T10:11:12Z";
        assert_eq!(next(nickname, Zone::UTC, from, 5), next(fields, Zone::UTC, from, 5), "{nickname}");
    }
    assert_eq!(CronExpr::parse("@reboot"), Err(CronExprError::Reboot));
    assert!(matches!(CronExpr::parse("@fortnightly"), Err(CronExprError::UnknownNickname { .. })));
    assert!(matches!(CronExpr::parse("@daily 5"), Err(CronExprError::UnknownNickname { .. })));
}

#[test]
fn a_field_in_front_is_for_seconds() {
    assert_eq!(
        next("*/20 30 4 * * *", Zone::UTC, "2026-01-01T00:00:00Z", 4),
        ["2026-01-01T04:30:00Z", "2026-01-01T04:30:20Z", "2026-01-01T04:30:40Z", "2026-01-02T04:30:00Z"]
    );
}

#[test]
fn l_and_w_are_days_of_the_month() {
    assert_eq!(next_days("0 0 L * *", 3), ["2026-01-31", "2026-02-28", "2026-03-31"]);
    assert_eq!(next_days("0 0 L 2 *", 3), ["2026-02-28", "2027-02-28", "2028-02-29"]);
    assert_eq!(next_days("0 0 lw * *", 3), ["2026-01-30", "2026-02-27", "2026-03-31"]);
    // 15 February and March are Sundays, 15 August is a Saturday.
    assert_eq!(next_days("0 0 15W 1,2,8 *", 3), ["2026-01-15", "2026-02-16", "2026-08-14"]);
    // Without leaving the month: 1 August is a Saturday, 31 May a Sunday; months without a 31st have none.
    assert_eq!(next_days("0 0 1W 8 *", 1), ["2026-08-03"]);
    assert_eq!(next_days("0 0 31W 4-6 *", 1), ["2026-05-29"]);
    assert_eq!(next_days("0 0 1,L * *", 3), ["2026-01-01", "2026-01-31", "2026-02-01"]);
    assert_eq!(next_days("0 0 L * MON#1", 3), ["2026-01-05", "2026-01-31", "2026-02-02"], "either day is enough");
}

#[test]
fn hash_and_l_are_days_of_the_week() {
    assert_eq!(next_days("0 0 * * MON#2", 3), ["2026-01-12", "2026-02-09", "2026-03-09"]);
    assert_eq!(next_days("0 0 * * 7#5", 2), ["2026-03-29", "2026-05-31"]);
    assert_eq!(next_days("0 0 * * 5L", 3), ["2026-01-30", "2026-02-27", "2026-03-27"]);
    assert_eq!(next_days("0 0 * * friL,1#1", 3), ["2026-01-05", "2026-01-30", "2026-02-02"]);
}

#[test]
fn what_is_refused_says_where_and_why() {
    assert_eq!(fault("60 * * * *"), (Field::Minute, 0, FieldFault::OutOfRange { value: "60".into() }));
    assert_eq!(fault("0  24 * * *"), (Field::Hour, 3, FieldFault::OutOfRange { value: "24".into() }));
    assert_eq!(fault("0 0 0 * *"), (Field::DayOfMonth, 4, FieldFault::OutOfRange { value: "0".into() }));
    assert_eq!(fault("0 0 * 13 *"), (Field::Month, 6, FieldFault::OutOfRange { value: "13".into() }));
    assert_eq!(fault("0 0 * * 1,8"), (Field::DayOfWeek, 10, FieldFault::OutOfRange { value: "8".into() }));
    assert_eq!(
        fault("99999999999999999999 * * * *").2,
        FieldFault::OutOfRange { value: "99999999999999999999".into() }
    );
    assert_eq!(fault("1--100000000 * * * *"), (Field::Minute, 0, FieldFault::Unreadable));
    assert_eq!(fault("10-5 * * * *"), (Field::Minute, 0, FieldFault::Backwards { from: 10, to: 5 }));
    assert_eq!(fault("0 0 * * FRI-SUN"), (Field::DayOfWeek, 8, FieldFault::BackwardsToSunday { from: 5 }));
    assert_eq!(fault("0 0 * * FRI-MON"), (Field::DayOfWeek, 8, FieldFault::Backwards { from: 5, to: 1 }));
    assert_eq!(fault("0 5-0 * * *"), (Field::Hour, 2, FieldFault::Backwards { from: 5, to: 0 }));
    assert_eq!(fault("0 5/15 * * *"), (Field::Hour, 2, FieldFault::StepWithoutRange));
    assert_eq!(fault("*/0 * * * *").2, FieldFault::StepOutOfRange { step: "0".into() });
    assert_eq!(fault("*/90 * * * *").2, FieldFault::StepOutOfRange { step: "90".into() });
    assert_eq!(fault("61 0 0 * * *"), (Field::Second, 0, FieldFault::OutOfRange { value: "61".into() }));
    assert_eq!(fault("0 0 * * MON#6").2, FieldFault::NthOutOfRange { nth: "6".into() });
    for (text, offset) in [("1,,2 * * * *", 2), (",1 * * * *", 0), ("1, * * * *", 2)] {
        assert_eq!(fault(text), (Field::Minute, offset, FieldFault::EmptyPart), "{text}");
    }
    for text in [
        "** * * * *",
        "*5 * * * *",
        "5* * * * *",
        "? * * * *",
        "1-2-3 * * * *",
        "1-5/2/2 * * * *",
        "-5 * * * *",
        "+5 * * * *",
        "1.5 * * * *",
        "*/ * * * *",
        "/5 * * * *",
        "*/*/2 * * * *",
        "5x * * * *",
        "MON 0 * * *",
        "0 0 MAR * *",
        "0 0 * * JAN",
        "0 0 * MON *",
        "0 0 ? * 1",
        "0 0 L-3 * *",
        "0 0 W * *",
        "0 0 1-5W * *",
        "0 0 * * L",
        "0 0 * * #2",
        "0 0 * * MON#",
        "0 0 * * 1-5L",
        "0 0 * * MONDAY",
        "0 L * * *",
        "٣ * * * *",
        "½ * * * *",
    ] {
        assert_eq!(fault(text).2, FieldFault::Unreadable, "{text}");
    }
}

#[test]
fn the_number_of_fields_is_five_or_six() {
    assert_eq!(CronExpr::parse(" \t "), Err(CronExprError::Empty));
    assert_eq!(CronExpr::parse("* * * *"), Err(CronExprError::FieldCount { count: 4 }));
    assert_eq!(CronExpr::parse("* * * * * * *"), Err(CronExprError::FieldCount { count: 7 }));
    assert_eq!(CronExpr::parse("*****"), Err(CronExprError::FieldCount { count: 1 }));
    assert_eq!(CronExpr::parse(&"1,".repeat(500_000)), Err(CronExprError::TooLong { length: 1_000_000 }));
}

#[test]
fn a_fault_repeats_only_the_beginning_of_a_long_part() {
    let Err(CronExprError::InField { written, .. }) = CronExpr::parse(&format!("{} * * * *", "ż".repeat(100))) else {
        panic!()
    };
    assert_eq!(written, format!("{}…", "ż".repeat(40)));
    let FieldFault::OutOfRange { value } = fault(&format!("{} * * * *", "9".repeat(40))).2 else { panic!() };
    assert_eq!(value, "9".repeat(40), "as long as may be");
}

#[test]
fn an_expression_of_the_greatest_length_is_read_and_one_longer_is_not() {
    let longest = format!("{}* * * * *", " ".repeat(CronExpr::MAX_LENGTH - 9));
    assert_eq!(longest.len(), CronExpr::MAX_LENGTH);
    assert!(CronExpr::parse(&longest).is_ok());
    let length = CronExpr::MAX_LENGTH + 1;
    assert_eq!(CronExpr::parse(&format!(" {longest}")), Err(CronExprError::TooLong { length }));
}

#[test]
fn expressions_are_the_same_where_they_are_written_the_same() {
    let all: std::collections::HashSet<_> = ["0 3 * * *", "0 3 * * *", "0 4 * * *"].map(cron).into();
    assert_eq!(all.len(), 2);
    assert_ne!(cron("0 3 * * *"), cron("0 4 * * *"));
}

#[test]
fn an_expression_is_displayed_as_written() {
    assert_eq!(cron("  */5\t*  * * Mon ").to_string(), "*/5\t*  * * Mon");
    assert_eq!(cron("@daily").to_string(), "@daily");
    assert_eq!("0 0 * * *".parse::<CronExpr>().unwrap(), cron(" 0 0 * * * "));
}

#[test]
fn a_schedule_that_never_comes_says_so() {
    for text in ["0 0 31 2 *", "0 0 30,31 2 *", "0 0 31 4,6,9,11 *", "0 0 31W 2 *", "0 0 */31 2 MON"] {
        assert_eq!(cron(text).never_comes(), text != "0 0 */31 2 MON", "{text}");
    }
    assert!(cron("0 0 30 2 */2").never_comes());
    assert!(!cron("0 0 30 2 MON").never_comes(), "either day is enough");
    assert_eq!(cron("0 0 31 2 *").next_after(at("2026-01-01T00:00:00Z"), Zone::UTC), None);
    assert_eq!(
        cron("0 0 31 2 *").newest_at_or_before(at("2026-01-01T00:00:00Z"), DateTime::<Utc>::MIN_UTC, Zone::UTC),
        None
    );
}

#[test]
fn rare_days_are_found_however_far_away() {
    // 2100 has no 29 February.
    assert_eq!(next("0 0 29 2 */7", Zone::UTC, "2026-01-01T00:00:00Z", 1), ["2032-02-29T00:00:00Z"]);
    assert_eq!(
        next("0 0 * 2 3#5", Zone::UTC, "2288-03-01T00:00:00Z", 1),
        ["2328-02-29T00:00:00Z"],
        "40 years, the longest wait there is"
    );
    assert_eq!(next("0 0 * 2 MON#5", Zone::UTC, "2016-03-01T00:00:00Z", 1), ["2044-02-29T00:00:00Z"]);
    assert_eq!(next("0 0 29 2 *", Zone::UTC, "2096-03-01T00:00:00Z", 1), ["2104-02-29T00:00:00Z"]);
}

#[test]
fn a_fixed_time_that_the_clock_jumps_over_comes_right_after_the_jump_once() {
    let days = ["2027-03-27T02:30:00+01:00", "2027-03-28T03:00:00+02:00", "2027-03-29T02:30:00+02:00"];
    assert_eq!(next("30 2 * * *", zone("Europe/Berlin"), "2027-03-27T00:00:00Z", 3), days);
    // Several of its minutes are left out: still once.
    let times = ["2027-03-28T03:00:00+02:00", "2027-03-28T03:30:00+02:00", "2027-03-29T02:00:00+02:00"];
    assert_eq!(next("0,30 2,3 * * *", zone("Europe/Berlin"), "2027-03-28T00:00:00Z", 3), times);
}

#[test]
fn the_rules_of_a_zone_go_on_after_the_last_change_that_is_listed() {
    let gap = ["2150-03-28T02:30:00+01:00", "2150-03-29T03:00:00+02:00", "2150-03-30T02:30:00+02:00"];
    assert_eq!(next("30 2 * * *", zone("Europe/Berlin"), "2150-03-28T00:00:00Z", 3), gap);
    let fold = ["2150-10-25T02:30:00+02:00", "2150-10-25T02:30:00+01:00"];
    assert_eq!(next("0 30 2 * * *", zone("Europe/Berlin"), "2150-10-25T00:00:00Z", 2), fold);
}

#[test]
fn a_fixed_time_in_a_doubled_hour_comes_the_first_time() {
    let days = ["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"];
    assert_eq!(next("30 2 * * *", zone("Europe/Berlin"), "2026-10-25T00:00:00Z", 2), days);
    // Asked in the second pass.
    assert_eq!(next("30 2 * * *", zone("Europe/Berlin"), "2026-10-25T01:10:00Z", 1), days[1..]);
}

#[test]
fn other_schedules_follow_the_time_that_passes() {
    assert_eq!(
        next("*/30 * * * *", zone("America/New_York"), "2026-11-01T04:45:00Z", 6),
        [
            "2026-11-01T01:00:00-04:00",
            "2026-11-01T01:30:00-04:00",
            "2026-11-01T01:00:00-05:00",
            "2026-11-01T01:30:00-05:00",
            "2026-11-01T02:00:00-05:00",
            "2026-11-01T02:30:00-05:00",
        ]
    );
    assert_eq!(
        next("0 * * * *", zone("Europe/Berlin"), "2027-03-28T00:00:00Z", 2),
        ["2027-03-28T03:00:00+02:00", "2027-03-28T04:00:00+02:00"]
    );
    // A star in the minute alone: the whole hour is left out.
    assert_eq!(next("*/30 2 * * *", zone("Europe/Berlin"), "2027-03-28T00:00:00Z", 1), ["2027-03-29T02:00:00+02:00"]);
}

#[test]
fn six_fields_follow_the_time_that_passes() {
    assert_eq!(next("0 30 2 * * *", zone("Europe/Berlin"), "2027-03-28T00:00:00Z", 1), ["2027-03-29T02:30:00+02:00"]);
    let both = ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"];
    assert_eq!(next("0 30 2 * * *", zone("Europe/Berlin"), "2026-10-25T00:00:00Z", 2), both);
}

#[test]
fn half_an_hour_of_summer_time_is_no_different() {
    assert_eq!(
        next("15 2 * * *", zone("Australia/Lord_Howe"), "2026-10-03T12:00:00Z", 2),
        ["2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00"]
    );
    assert_eq!(
        next("45 1 * * *", zone("Australia/Lord_Howe"), "2026-04-04T12:00:00Z", 2),
        ["2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30"]
    );
    assert_eq!(
        next("*/15 * * * *", zone("Australia/Lord_Howe"), "2026-04-04T14:35:00Z", 3),
        ["2026-04-05T01:45:00+11:00", "2026-04-05T01:30:00+10:30", "2026-04-05T01:45:00+10:30"]
    );
}

#[test]
fn midnight_may_be_left_out() {
    assert_eq!(
        next("@daily", zone("Asia/Beirut"), "2026-03-28T12:00:00Z", 2),
        ["2026-03-29T01:00:00+03:00", "2026-03-30T00:00:00+03:00"]
    );
    assert_eq!(
        next("30 0 4 11 *", zone("America/Sao_Paulo"), "2018-11-03T12:00:00Z", 1),
        ["2018-11-04T01:00:00-02:00"]
    );
}

#[test]
fn a_whole_day_may_be_left_out_and_is_not_made_up_for() {
    // Samoa had no 30 December 2011. Debian takes changes of three hours and more for corrections of the clock.
    assert_eq!(
        next("0 12 * * *", zone("Pacific/Apia"), "2011-12-29T00:00:00Z", 2),
        ["2011-12-29T12:00:00-10:00", "2011-12-31T12:00:00+14:00"]
    );
    assert_eq!(next("0 12 30 12 *", zone("Pacific/Apia"), "2011-12-29T00:00:00Z", 1), ["2012-12-30T12:00:00+14:00"]);
}

#[test]
fn three_hours_are_seasonal_backwards_and_a_correction_forwards() {
    // Casey station: +11 to +8 on 5 March 2010, +8 to +11 on 4 October 2019. What Debian's `cron.c` makes of exactly three hours.
    assert_eq!(
        next("30 0 * * *", zone("Antarctica/Casey"), "2010-03-04T12:00:00Z", 2),
        ["2010-03-05T00:30:00+11:00", "2010-03-06T00:30:00+08:00"]
    );
    assert_eq!(next("30 4 * * *", zone("Antarctica/Casey"), "2019-10-03T12:00:00Z", 1), ["2019-10-05T04:30:00+11:00"]);
}

#[test]
fn a_schedule_whose_hour_is_always_left_out_ends_the_search() {
    assert_eq!(cron("*/5 2 * 3 7L").next_after(at("2026-01-01T00:00:00Z"), zone("Europe/Berlin")), None);
    assert!(!cron("*/5 2 * 3 7L").never_comes());
}

#[test]
fn the_newest_slot_is_found_between_two_instants() {
    let newest =
        |text: &str, at_: &str, not_before: &str, zone| cron(text).newest_at_or_before(at(at_), at(not_before), zone);
    let long_ago = "2020-01-01T00:00:00Z";
    assert_eq!(newest("0 3 * * *", "2026-01-05T02:59:59.9Z", long_ago, Zone::UTC), Some(at("2026-01-04T03:00:00Z")));
    assert_eq!(newest("0 3 * * *", "2026-01-05T03:00:00Z", long_ago, Zone::UTC), Some(at("2026-01-05T03:00:00Z")));
    assert_eq!(newest("0 3 * * *", "2026-01-05T03:00:00.5Z", "2026-01-05T03:00:00Z", Zone::UTC), None);
    assert_eq!(newest("* * * * * *", "2026-01-05T03:00:00Z", long_ago, Zone::UTC), Some(at("2026-01-05T03:00:00Z")));
    // In the second pass, a fixed time's newest slot is the first pass's.
    let fold = "2026-10-25T01:45:00Z";
    assert_eq!(newest("30 2 * * *", fold, long_ago, zone("Europe/Berlin")), Some(at("2026-10-25T00:30:00Z")));
    assert_eq!(newest("*/30 * * * *", fold, long_ago, zone("Europe/Berlin")), Some(at("2026-10-25T01:30:00Z")));
    // When the clock has just been put back, the newest slot is one of before, which shows a later time.
    assert_eq!(
        newest("30 * * * *", "2026-10-25T01:00:00Z", long_ago, zone("Europe/Berlin")),
        Some(at("2026-10-25T00:30:00Z"))
    );
    assert_eq!(
        newest("*/59 2 * * *", "2026-10-25T01:00:00Z", long_ago, zone("Europe/Berlin")),
        Some(at("2026-10-25T01:00:00Z"))
    );
    assert_eq!(
        newest("30 2 * * *", "2027-03-28T01:00:00Z", long_ago, zone("Europe/Berlin")),
        Some(at("2027-03-28T01:00:00Z"))
    );
}

#[test]
fn the_finest_interval_is_the_smallest_distance_on_the_clock() {
    let finest = |text: &str| cron(text).finest_interval().map(|interval| interval.as_secs());
    assert_eq!(finest("* * * * *"), Some(60));
    assert_eq!(finest("*/7 * * * *"), Some(4 * 60), "56 to 00");
    assert_eq!(finest("* * * * * *"), Some(1));
    assert_eq!(finest("*/40 * * * * *"), Some(20));
    assert_eq!(finest("0 9-17 * * *"), Some(3600));
    assert_eq!(finest("1,59 23,0 * * *"), Some(2 * 60), "over midnight");
    assert_eq!(finest("20,40 * * * * *"), Some(20), "40 to 20 of the next minute is longer");
    assert_eq!(finest("0,59 0,1 * * *"), Some(60), "from the last minute of an hour to the first of the next");
    assert_eq!(finest("0,59 0,59 0,1 * * *"), Some(1), "the same with seconds");
    assert_eq!(finest("1,59 23,0 * * 1"), Some(58 * 60), "no midnight between two Mondays");
    assert_eq!(finest("0 0 * * 1"), Some(7 * 86_400));
    assert_eq!(finest("0 0 1 * *"), Some(28 * 86_400));
    assert_eq!(finest("0 0 29 2 *"), Some(1461 * 86_400));
    assert_eq!(finest("0 0 31 2 *"), None);
    assert_eq!(cron("0 12 * * *").finest_interval(), Some(Duration::from_secs(86_400)));
}

#[test]
fn the_ends_of_the_calendar_have_no_slots() {
    for zone in [Zone::UTC, zone("Pacific/Kiritimati"), zone("Pacific/Niue")] {
        for text in ["* * * * *", "0 0 29 2 *", "30 2 * * *"] {
            assert_eq!(cron(text).next_after(DateTime::<Utc>::MAX_UTC, zone), None);
            assert_eq!(cron(text).next_after(DateTime::<Utc>::MIN_UTC, zone), None);
            assert_eq!(cron(text).newest_at_or_before(DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC, zone), None);
            assert!(cron(text).next_after(at("2999-12-31T23:59:59Z"), zone).is_some());
        }
    }
}
