//! Words and JSON Schemas.

use serde_json::json;

use super::shown;

#[test]
fn words_are_told_with_their_labels_and_tasks_with_their_fields() {
    let answer = json!({
        "enums": {
            "priority": [
                { "value": "HIGH", "parameter": null, "key": "tasks.priority.high", "label": "High", "description": null },
                { "value": "LOW", "parameter": null, "key": "tasks.priority.low", "label": "Low", "description": null },
            ],
            "skipped_reason": [{
                "value": "dependency_failed", "parameter": "task", "key": "tasks.reason.dependency_failed",
                "label": "A dependency failed", "description": "A task it needs did not complete.",
            }],
        },
        "findings": {},
        "tasks": {
            "keep-tidy": {
                "config": { "type": "object", "properties": { "keep_days": {}, "dry": {} } },
                "report": { "type": "object", "properties": { "deleted": {} } },
            },
            "night-watch": { "config": { "type": "null" }, "report": null },
        },
    });
    insta::assert_snapshot!(shown(&["types"], &answer, "en").0, @r"
    Type            Value                   Label
    priority        HIGH                    High
                    LOW                     Low
    skipped_reason  dependency_failed:TASK  A dependency failed

    In a wider window, or with --json, there are more columns.

    Task         Settings        Result
    keep-tidy    dry, keep_days  deleted
    night-watch  –               –

    With --json, the JSON Schemas of all settings, results and findings.
    ");
    insta::assert_snapshot!(shown(&["types"], &answer, "de").0, @r"
    Typ             Wert                    Bezeichnung
    priority        HIGH                    High
                    LOW                     Low
    skipped_reason  dependency_failed:TASK  A dependency failed

    In einem breiteren Fenster oder mit --json gibt es weitere Spalten.

    Aufgabe      Einstellungen   Ergebnis
    keep-tidy    dry, keep_days  deleted
    night-watch  –               –

    Mit --json: die JSON-Schemas aller Einstellungen, Ergebnisse und Befunde.
    ");
    insta::assert_snapshot!(shown(&["types"], &answer, "pl").0, @r"
    Typ             Wartość                 Etykieta
    priority        HIGH                    High
                    LOW                     Low
    skipped_reason  dependency_failed:TASK  A dependency failed

    W szerszym oknie lub z --json jest więcej kolumn.

    Zadanie      Ustawienia      Wynik
    keep-tidy    dry, keep_days  deleted
    night-watch  –               –

    Z --json: schematy JSON wszystkich ustawień, wyników i ustaleń.
    ");
}
