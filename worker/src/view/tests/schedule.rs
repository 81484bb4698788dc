//! Schedules.

use serde_json::json;

use super::shown;

#[test]
fn slots_point_out_where_the_clock_changes() {
    let answer = json!({
        "expression": "30 2 * * *",
        "timezone": "Europe/Berlin",
        "explanation": "every day at 02:30",
        "next": ["2026-03-28T02:30:00+01:00", "2026-03-29T03:00:00+02:00"],
    });
    insta::assert_snapshot!(shown(&["schedule", "next", "30 2 * * *"], &answer, "en").0, @r"
    30 2 * * *
    every day at 02:30

    Slot (Europe/Berlin)        When
    2026-03-28 02:30:00 +01:00  in 25 days
    2026-03-29 03:00:00 +02:00  in 26 days  the clock changes
    ");
    insta::assert_snapshot!(shown(&["schedule", "next", "30 2 * * *"], &answer, "de").0, @r"
    30 2 * * *
    every day at 02:30

    Termin (Europe/Berlin)      Wann
    2026-03-28 02:30:00 +01:00  in 25 Tagen
    2026-03-29 03:00:00 +02:00  in 26 Tagen  die Uhr wird umgestellt
    ");
    insta::assert_snapshot!(shown(&["schedule", "explain", "30 2 * * *"], &answer, "pl").0, @r"
    30 2 * * *
    every day at 02:30
    ");
    let never = json!({ "expression": "0 0 30 2 *", "timezone": "UTC", "explanation": "never", "next": [] });
    insta::assert_snapshot!(shown(&["schedule", "next", "0 0 30 2 *"], &never, "en").0, @r"
    0 0 30 2 *
    never

    No slot ever comes.
    ");
}
