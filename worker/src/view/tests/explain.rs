//! Explanations.

use serde_json::{Value, json};

use super::{lay_over, shown};
use crate::failure::Exit;

fn explanation() -> Value {
    json!({
        "task": "keep-tidy",
        "at": "2026-03-02T12:00:00Z",
        "timezone": "Europe/Berlin",
        "slot": "2026-03-02T03:00:00Z",
        "verdict": "ran_late",
        "findings": [
            { "code": "completed", "message": "It started and completed.", "facts": { "attempt": 1 } },
            { "code": "late", "message": "It started 10 min late.", "facts": { "late_ms": 600_000 } },
        ],
        "next_slot": "2026-03-03T03:00:00Z",
        "next_attempt_at": null,
    })
}

#[test]
fn an_explanation_is_a_headline_with_the_slot_in_its_zone_and_a_list() {
    let explain = ["cron", "explain", "keep-tidy"];
    insta::assert_snapshot!(shown(&explain, &explanation(), "en").0, @r"
    Ran late: keep-tidy, slot of 2026-03-02 04:00:00 CET

    - It started and completed.
    - It started 10 min late.
    ");
    assert_eq!(shown(&explain, &explanation(), "en").1, Exit::Done);
    let headline = |language| shown(&explain, &explanation(), language).0.lines().next().map(str::to_owned);
    assert_eq!(headline("de").as_deref(), Some("Verspätet gelaufen: keep-tidy, Termin 2026-03-02 04:00:00 CET"));
    assert_eq!(headline("pl").as_deref(), Some("Wykonane z opóźnieniem: keep-tidy, termin 2026-03-02 04:00:00 CET"));
    let mut by_hand = explanation();
    lay_over(&mut by_hand, json!({ "slot": null, "verdict": "not_due", "findings": [] }));
    assert_eq!(shown(&explain, &by_hand, "en").0, "Not due: keep-tidy, at 2026-03-02 13:00:00 CET");
}
