//! Words and JSON Schemas.

use serde_json::json;

use super::shown;

#[test]
fn words_are_told_with_their_labels_and_tasks_with_their_fields() {
    let answer = json!({
        "enums": {
            "priority": [
                { "value": "HIGH", "key": "tasks.priority.high", "label": "High" },
                { "value": "LOW", "key": "tasks.priority.low", "label": "Low" },
            ],
        },
        "tasks": {
            "keep-tidy": {
                "config": { "type": "object", "properties": { "keep_days": {}, "dry": {} } },
                "report": { "type": "object", "properties": { "deleted": {} } },
            },
            "night-watch": { "config": { "type": "null" }, "report": null },
        },
    });
    insta::assert_snapshot!(shown(&["types"], &answer, "en").0, @r"
    Type      Value  Label  Key
    priority  HIGH   High   tasks.priority.high
              LOW    Low    tasks.priority.low

    Task         Settings        Result
    keep-tidy    dry, keep_days  deleted
    night-watch  –               –

    With --json, the JSON Schemas of all settings and results.
    ");
    insta::assert_snapshot!(shown(&["types"], &answer, "de").0, @r"
    Typ       Wert  Bezeichnung  Schlüssel
    priority  HIGH  High         tasks.priority.high
              LOW   Low          tasks.priority.low

    Aufgabe      Einstellungen   Ergebnis
    keep-tidy    dry, keep_days  deleted
    night-watch  –               –

    Mit --json: die JSON-Schemas aller Einstellungen und Ergebnisse.
    ");
    insta::assert_snapshot!(shown(&["types"], &answer, "pl").0, @r"
    Typ       Wartość  Etykieta  Klucz
    priority  HIGH     High      tasks.priority.high
              LOW      Low       tasks.priority.low

    Zadanie      Ustawienia      Wynik
    keep-tidy    dry, keep_days  deleted
    night-watch  –               –

    Z --json: schematy JSON wszystkich ustawień i wyników.
    ");
}
