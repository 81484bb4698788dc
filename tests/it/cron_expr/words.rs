//! What people read: faults and explanations in each language; and that no explanation lies.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, Timelike, Utc};
use downbeat::locale::{Locale, Message};
use downbeat::task::cron_expr::{CronExpr, DayOfMonth, DayOfWeek, Days, Explanation, Span, Times, Zone};
use proptest::prelude::*;

fn in_each_language(message: &Message) -> [String; 3] {
    ["en", "de", "pl"].map(|tag| Locale::parse(tag).unwrap().render(message))
}

fn fault(text: &str) -> [String; 3] {
    let message = CronExpr::parse(text).unwrap_err().message();
    in_each_language(&message)
}

fn words(text: &str) -> [String; 3] {
    let message = CronExpr::parse(text).unwrap().explain().message();
    in_each_language(&message)
}

#[test]
fn a_fault_names_the_field_what_was_written_and_what_is_allowed() {
    let cases = [
        (
            "60 * * * *",
            [
                "minute: 60 is out of range 0–59",
                "Minute: 60 liegt nicht im Bereich 0–59",
                "minuta: 60 jest poza zakresem 0–59",
            ],
        ),
        (
            "0 0 * * FRI-SUN",
            [
                "day of week: FRI-SUN runs backwards, because Sunday counts as 0 there; write 5-7",
                "Wochentag: FRI-SUN läuft rückwärts, weil der Sonntag dort als 0 zählt; richtig ist 5-7",
                "dzień tygodnia: FRI-SUN biegnie wstecz, bo niedziela liczy się tam jako 0; należy napisać 5-7",
            ],
        ),
        (
            "* * * *",
            [
                "The schedule has 4 fields; it needs five (minute, hour, day of month, month, day of week), or six with seconds in front.",
                "Der Zeitplan hat 4 Felder; er braucht fünf (Minute, Stunde, Tag des Monats, Monat, Wochentag) oder sechs mit Sekunden davor.",
                "Harmonogram ma 4 pola; potrzebuje pięciu (minuta, godzina, dzień miesiąca, miesiąc, dzień tygodnia) albo sześciu, z sekundami na początku.",
            ],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(fault(text), expected, "{text}");
    }
    assert!(fault("* * * * * * *")[2].starts_with("Harmonogram ma 7 pól;"));
    assert!(fault("*")[2].starts_with("Harmonogram ma jedno pole;"));
}

#[test]
fn every_fault_has_words_in_every_language() {
    for text in [
        "",
        "@reboot",
        "@x",
        "* *",
        "1,,2 * * * *",
        "? * * * *",
        "60 * * * *",
        "9-5 * * * *",
        "0 0 * * 5-0",
        "*/99 * * * *",
        "0 5/2 * * *",
        "0 0 * * 1#9",
        "0 0 x * *",
        "0 0 * x *",
        "0 0 * * x",
        "0 x * * *",
        "x 0 0 * * *",
    ] {
        fault(text);
    }
    fault(&"1".repeat(2000));
}

#[test]
fn an_expression_is_said_in_words() {
    let cases = [
        (
            "*/15 9-17 * * MON-FRI",
            [
                "every 15 minutes from 09:00 to 17:45, Monday to Friday",
                "alle 15 Minuten von 09:00 bis 17:45 Uhr, Montag bis Freitag",
                "co 15 minut od 09:00 do 17:45, od poniedziałku do piątku",
            ],
        ),
        ("* * * * *", ["every minute", "jede Minute", "co minutę"]),
        ("*/2 * * * *", ["every 2 minutes", "alle 2 Minuten", "co 2 minuty"]),
        ("0 * * * *", ["every hour", "jede Stunde", "co godzinę"]),
        ("* * * * * *", ["every second", "jede Sekunde", "co sekundę"]),
        ("30 3 * * *", ["every day at 03:30", "täglich um 03:30 Uhr", "codziennie o 03:30"]),
        (
            "0 9,12 * 3,9 *",
            [
                "every day at 09:00 and 12:00, in March and September",
                "täglich um 09:00 und 12:00 Uhr, im März und September",
                "codziennie o 09:00 i 12:00, w marcu i we wrześniu",
            ],
        ),
        (
            "0 12 1 * MON",
            [
                "at 12:00, on day 1 of the month and every Monday",
                "um 12:00 Uhr, am 1. des Monats sowie jeden Montag",
                "o 12:00, 1. dnia miesiąca oraz w każdy poniedziałek",
            ],
        ),
        (
            "0 0 1,15,20-25,L 6-8 *",
            [
                "at 00:00, on days 1, 15 and 20–25 of the month and on the last day of the month, from June to August",
                "um 00:00 Uhr, am 1., 15. und 20.–25. des Monats und am letzten Tag des Monats, von Juni bis August",
                "o 00:00, w dniach 1, 15 i 20–25 miesiąca i w ostatni dzień miesiąca, od czerwca do sierpnia",
            ],
        ),
        (
            "0 0 * * WED,SAT#2,5L",
            [
                "at 00:00, on the second Saturday of the month, on the last Friday of the month and every Wednesday",
                "um 00:00 Uhr, am zweiten Samstag des Monats, am letzten Freitag des Monats und jeden Mittwoch",
                "o 00:00, w drugą sobotę miesiąca, w ostatni piątek miesiąca i w każdą środę",
            ],
        ),
        (
            "0 0 */10 * 1,3",
            [
                "at 00:00, on days 1, 11, 21 and 31 of the month, if it is a Monday or a Wednesday",
                "um 00:00 Uhr, am 1., 11., 21. und 31. des Monats, falls es ein Montag oder ein Mittwoch ist",
                "o 00:00, w dniach 1, 11, 21 i 31 miesiąca, jeśli jest to poniedziałek lub środa",
            ],
        ),
        (
            "0,7,13 9-11,15 * * *",
            [
                "at minutes 0, 7 and 13 of hours 9–11 and 15",
                "in den Minuten 0, 7 und 13 der Stunden 9–11 und 15",
                "w minutach 0, 7 i 13 godzin 9–11 i 15",
            ],
        ),
        (
            "30 0,7,13 * * * *",
            [
                "at second 30 of minutes 0, 7 and 13 of every hour",
                "in Sekunde 30 der Minuten 0, 7 und 13 jeder Stunde",
                "w sekundzie 30 minut 0, 7 i 13 każdej godziny",
            ],
        ),
        (
            "0 0 31 2 *",
            [
                "at 00:00, on day 31 of the month, in February (never: there is no such day)",
                "um 00:00 Uhr, am 31. des Monats, im Februar (nie: einen solchen Tag gibt es nicht)",
                "o 00:00, 31. dnia miesiąca, w lutym (nigdy: takiego dnia nie ma)",
            ],
        ),
        (
            "0 0 15W * *",
            [
                "at 00:00, on the weekday (Monday to Friday) nearest to day 15 of the month",
                "um 00:00 Uhr, am Werktag (Montag bis Freitag), der dem 15. des Monats am nächsten liegt",
                "o 00:00, w dzień roboczy (od poniedziałku do piątku) najbliższy 15. dniowi miesiąca",
            ],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(words(text), expected, "{text}");
    }
}

#[test]
fn the_same_meaning_has_the_same_words() {
    for (one, other) in [
        ("*/5 * * * *", "0-59/5 * * * *"),
        ("0 0 * * 0", "@weekly"),
        ("0 0 1-31 * MON", "0 0 * * *"),
        ("0 5 * * 1-7", "0 0 5 * * *"),
    ] {
        assert_eq!(words(one), words(other), "{one}");
    }
}

/// The seconds of a day that the explanation names.
fn named_times(times: &Times) -> BTreeSet<u32> {
    let in_spans = |spans: &[Span], value: u32| {
        spans.iter().any(|span| (u32::from(span.first)..=u32::from(span.last)).contains(&value))
    };
    match times {
        Times::At(times) => times.iter().map(NaiveTime::num_seconds_from_midnight).collect(),
        Times::Every { step, from, to } => (from.num_seconds_from_midnight()..=to.num_seconds_from_midnight())
            .step_by(usize::try_from(step.num_seconds()).unwrap())
            .collect(),
        Times::Fields { seconds, minutes, hours } => (0..86_400)
            .filter(|time| {
                in_spans(seconds, time % 60) && in_spans(minutes, time / 60 % 60) && in_spans(hours, time / 3600)
            })
            .collect(),
    }
}

fn names_day(explanation: &Explanation, day: DateTime<Utc>) -> bool {
    let in_span = |span: &Span, value: u32| (u32::from(span.first)..=u32::from(span.last)).contains(&value);
    let other_month = |days: i64| (day + TimeDelta::days(days)).month() != day.month();
    let workday = |day: DateTime<Utc>| day.weekday().number_from_monday() < 6;
    let date = |dates: &[DayOfMonth]| {
        dates.iter().any(|date| match date {
            DayOfMonth::Dates(span) => in_span(span, day.day()),
            DayOfMonth::Last => other_month(1),
            DayOfMonth::LastWorkday => {
                workday(day) && (1..4).all(|days| other_month(days) || !workday(day + TimeDelta::days(days)))
            }
            DayOfMonth::NearestWorkday(target) => {
                let target = day.with_day(u32::from(*target));
                let nearest = |target: DateTime<Utc>| {
                    [0, -1, 1, -2, 2]
                        .map(|days| target + TimeDelta::days(days))
                        .into_iter()
                        .find(|near| workday(*near) && near.month() == target.month())
                };
                target.and_then(nearest) == Some(day)
            }
        })
    };
    let weekday = |weekdays: &[DayOfWeek]| {
        let today = day.weekday().number_from_monday();
        weekdays.iter().any(|weekday| match weekday {
            DayOfWeek::Weekdays(span) => in_span(span, today),
            DayOfWeek::Last(last) => today == u32::from(*last) && other_month(7),
            DayOfWeek::Nth { weekday, nth } => today == u32::from(*weekday) && day.day().div_ceil(7) == u32::from(*nth),
        })
    };
    let in_month = explanation.months.is_empty() || explanation.months.iter().any(|span| in_span(span, day.month()));
    in_month
        && match &explanation.days {
            Days::Every => true,
            Days::OfMonth(dates) => date(dates),
            Days::OfWeek(weekdays) => weekday(weekdays),
            Days::Either(dates, weekdays) => date(dates) || weekday(weekdays),
            Days::Both(dates, weekdays) => date(dates) && weekday(weekdays),
        }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_explanation_lies(
        second in "((\\*|\\*/[1-9]|[0-5][0-9]|1-3,7) )?",
        times in "(\\*|\\*/[1-9]|\\*/15|0|30|[0-5][0-9]|0-9,30|5-55/5) (\\*|\\*/[1-9]|0|23|1[0-9]|9-1[1-8]|0-2,12)",
        dates in "(\\*|\\*/[2-9]|1|L|LW|[1-9]W|1-7,31W|1[0-9]-2[0-9]/2|1-31|13) (\\*|[1-9]|1-3,12|\\*/2)",
        weekdays in "(\\*|\\*/[2-6]|[0-7]|1-5|0,[1-6]|[0-7]L|[1-6]#[1-5]|3,[0-7]#[1-5]|0-6)",
    ) {
        let text = format!("{second}{times} {dates} {weekdays}");
        let expr = CronExpr::parse(&text).unwrap();
        let explanation = expr.explain();
        for text in in_each_language(&explanation.message()) {
            prop_assert!(!text.is_empty());
        }
        prop_assert_eq!(explanation.never, expr.never_comes());
        let start: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
        let second = TimeDelta::seconds(1);
        let slots_of = |day: DateTime<Utc>| {
            std::iter::successors(expr.next_after(day - second, Zone::UTC), |slot| expr.next_after(*slot, Zone::UTC)).take_while(move |slot| *slot < day + TimeDelta::days(1))
        };
        let mut times_checked = false;
        for days in 0..800 {
            let day = start + TimeDelta::days(days);
            let has_slots = slots_of(day).next().is_some();
            prop_assert_eq!(names_day(&explanation, day), has_slots, "{} on {}: {:?}", text, day, explanation);
            if has_slots && !times_checked {
                times_checked = true;
                let slots: BTreeSet<u32> = slots_of(day).map(|slot| slot.num_seconds_from_midnight()).collect();
                prop_assert_eq!(named_times(&explanation.times), slots, "{}: {:?}", text, explanation);
            }
        }
    }
}
