//! Statistics.

use serde_json::{Value, json};

use super::shown;

fn stats() -> Value {
    json!({
        "from": "2026-03-01T12:00:00Z",
        "to": "2026-03-02T12:00:00Z",
        "overview": {
            "executions": 30, "completed": 25, "failed": 2, "skipped": 2, "blocked": 0, "cancelled": 0,
            "pending": 0, "running": 1, "success_rate": 0.9259,
        },
        "performance": {
            "min_ms": 4, "mean_ms": 812.4, "median_ms": 300.0, "p95_ms": 2_400.0, "max_ms": 61_000,
            "slowest": [{ "task_name": "keep-tidy", "executions": 3, "mean_ms": 20_500.0, "max_ms": 61_000 }],
        },
        "errors": {
            "by_kind": { "TIMEOUT": 2 },
            "tasks": [{ "task_name": "keep-tidy", "failed": 2, "last_message": "it took longer than 60 s" }],
        },
        "trends": [
            { "at": "2026-03-02T10:00:00Z", "executions": 28, "completed": 25, "failed": 1, "mean_ms": 700.0 },
            { "at": "2026-03-02T11:00:00Z", "executions": 2, "completed": 0, "failed": 1, "mean_ms": null },
        ],
    })
}

#[test]
fn statistics_come_in_parts() {
    insta::assert_snapshot!(shown(&["cron", "stats"], &stats(), "en").0, @r"
    2026-03-01 12:00:00 to 2026-03-02 12:00:00 UTC

    Overview
    Executions    30
    Completed     25
    Failed        2
    Skipped       2
    Blocked       0
    Cancelled     0
    Pending       0
    Running       1
    Success rate  92.5%

    Durations
    Shortest          4 ms
    Mean              812 ms
    Median            300 ms
    95 of 100 within  2.4 s
    Longest           1 min 1 s

    Slowest tasks  Executions    Mean    Longest
    keep-tidy               3  20.5 s  1 min 1 s

    Errors
    Time-out  2

    Failing tasks  Failed  Last error
    keep-tidy           2  it took longer than 60 s
    ");
    insta::assert_snapshot!(shown(&["cron", "stats", "--type", "trends"], &stats(), "de").0, @r"
    2026-03-01 12:00:00 bis 2026-03-02 12:00:00 UTC

    Trend
    Ab (UTC)             Ausführungen  Fehler  Mittel
    2026-03-02 10:00:00            28       1  700 ms  ████████████████████████
    2026-03-02 11:00:00             2       1       –  █
    ");
    insta::assert_snapshot!(shown(&["cron", "stats", "--type", "errors"], &stats(), "pl").0, @r"
    od 2026-03-01 12:00:00 do 2026-03-02 12:00:00 UTC

    Błędy
    Przekroczenie czasu  2

    Zadania z błędami  Błędy  Ostatni błąd
    keep-tidy              2  it took longer than 60 s
    ");
    insta::assert_snapshot!(shown(&["cron", "stats", "--type", "overview"], &stats(), "pl").0, @r"
    od 2026-03-01 12:00:00 do 2026-03-02 12:00:00 UTC

    Przegląd
    Wykonania    30
    Zakończone   25
    Nieudane     2
    Pominięte    2
    Zablokowane  0
    Anulowane    0
    Oczekuje     0
    W toku       1
    Skuteczność  92,5%
    ");
}
