//! Pulses: what became of each task, the status, the history.

use serde_json::{Value, json};

use super::{lay_over, shown, tasks};
use crate::failure::Exit;

fn outcome(name: &str, more: Value) -> Value {
    let mut outcome = json!({
        "task_name": name,
        "scheduled_for": "2026-03-02T12:00:00Z",
        "status": "COMPLETED",
        "execution_id": "01980000-0000-7000-8000-00000000000a",
        "attempt": 1,
        "duration_ms": 42,
        "error": null,
        "skipped_reason": null,
    });
    lay_over(&mut outcome, more);
    outcome
}

fn report(results: Value, more: Value) -> Value {
    let mut report = json!({
        "pulse_id": "01980000-0000-7000-8000-0000000000ff",
        "executed_at": "2026-03-02T12:00:00Z",
        "duration_ms": 1_500,
        "is_dry_run": false,
        "total_tasks_discovered": 4,
        "results": results,
        "budget_spent": false,
    });
    lay_over(&mut report, more);
    report
}

#[test]
fn a_pulse_tells_what_became_of_each_task_and_fails_if_one_did() {
    let error = json!({ "kind": "EXECUTION", "code": "x", "message": "no", "chain": [] });
    let blocked = json!({
        "status": "BLOCKED", "execution_id": null, "duration_ms": null, "skipped_reason": "dependency_failed:import",
    });
    let results = json!([
        outcome("keep-tidy", json!({})),
        outcome("import", json!({ "status": "FAILED", "error": error })),
        outcome("export", blocked),
    ]);
    let answer = report(results, json!({ "budget_spent": true }));
    assert_eq!(shown(&["pulse", "execute"], &answer, "en").1, Exit::Failed);
    insta::assert_snapshot!(shown(&["pulse", "execute"], &answer, "en").0, @r"
    Task       Slot (UTC)           Status      Took  Detail
    keep-tidy  2026-03-02 12:00:00  Completed  42 ms  –
    import     2026-03-02 12:00:00  Failed     42 ms  no
    export     2026-03-02 12:00:00  Blocked        –  A dependency failed: import

    2 runs, 1 failed, 1 not run, in 1.5 s.
    The time for one pulse is spent; the next one goes on.
    ");
    insta::assert_snapshot!(shown(&["pulse", "execute"], &answer, "de").0, @r"
    Aufgabe    Termin (UTC)         Status          Dauer  Näheres
    keep-tidy  2026-03-02 12:00:00  Abgeschlossen   42 ms  –
    import     2026-03-02 12:00:00  Fehlgeschlagen  42 ms  no
    export     2026-03-02 12:00:00  Blockiert           –  Eine Abhängigkeit ist
                                                           fehlgeschlagen: import

    2 gelaufen, 1 fehlgeschlagen, 1 ausgelassen, in 1,5 s.
    Die Zeit für einen Puls ist um; der nächste macht weiter.
    ");
    insta::assert_snapshot!(shown(&["pulse", "execute"], &answer, "pl").0, @r"
    Zadanie    Termin (UTC)         Stan          Czas  Szczegóły
    keep-tidy  2026-03-02 12:00:00  Zakończone   42 ms  –
    import     2026-03-02 12:00:00  Nieudane     42 ms  no
    export     2026-03-02 12:00:00  Zablokowane      –  Zależność zakończyła się
                                                        niepowodzeniem: import

    Wykonane: 2, nieudane: 1, pominięte: 1, w 1,5 s.
    Czas jednego pulsu minął; następny będzie kontynuował.
    ");
}

#[test]
fn a_dry_run_tells_what_would_run() {
    let would = json!({ "status": "PENDING", "execution_id": null, "duration_ms": null });
    let answer = report(json!([outcome("keep-tidy", would)]), json!({ "is_dry_run": true }));
    let (text, exit) = shown(&["pulse", "execute", "--dry-run"], &answer, "en");
    assert_eq!(exit, Exit::Done);
    insta::assert_snapshot!(text, @r"
    Task       Slot (UTC)           Status     Took  Detail  Id
    keep-tidy  2026-03-02 12:00:00  Would run     –  –       –

    1 would run. Nothing was done.
    ");
    insta::assert_snapshot!(shown(&["pulse", "execute"], &report(json!([]), json!({})), "pl").0, @"Nie ma nic do wykonania; 4 zadania czekają na swoją porę.");
}

#[test]
fn the_status_of_the_pulse_ends_with_the_tasks_that_fail() {
    let answer = json!({
        "status": "warning",
        "last_pulse_at": "2026-03-02T11:59:00Z",
        "last_pulse_age_ms": 60_000,
        "success_rate": 0.5,
        "total_executions": 4,
        "consecutive_failures": 2,
        "overdue_slots": 0,
        "live_workers": 1,
        "running": 0,
        "tasks": tasks(),
    });
    insta::assert_snapshot!(shown(&["pulse", "status"], &answer, "en").0, @r"
    ● Warning

    Last pulse          2026-03-02 11:59:00 UTC, 1 minute ago
    Success rate, 24 h  50%
    Executions, 24 h    4
    Failures in a row   2
    Overdue slots       0
    Live workers        1
    Running now         0

    Failing tasks
    Task        Schedule          Last run                   Next run  Priority
    ask-around  somebody_waits()  Failed 2 minutes ago (×3)  in 30 s   Low
    ");
    insta::assert_snapshot!(shown(&["pulse", "status"], &answer, "de").0, @r"
    ● Warnung

    Letzter Puls         2026-03-02 11:59:00 UTC, vor 1 Minute
    Erfolgsquote, 24 h   50 %
    Ausführungen, 24 h   4
    Fehler in Folge      2
    Überfällige Termine  0
    Lebende Worker       1
    Läuft gerade         0

    Aufgaben mit Fehlern
    Aufgabe     Zeitplan          Letzter Lauf          Nächster Lauf  Priorität
    ask-around  somebody_waits()  Fehlgeschlagen vor 2  in 30 s        Niedrig
                                  Minuten (×3)
    ");
    insta::assert_snapshot!(shown(&["pulse", "status"], &answer, "pl").0, @r"
    ● Ostrzeżenie

    Ostatni puls           2026-03-02 11:59:00 UTC, 1 minutę temu
    Skuteczność, 24 godz.  50%
    Wykonania, 24 godz.    4
    Błędy z rzędu          2
    Zaległe terminy        0
    Działające workery     1
    Teraz w toku           0

    Zadania z błędami
    Zadanie     Harmonogram       Ostatnie wykonanie           Następne  Priorytet
    ask-around  somebody_waits()  Nieudane 2 minuty temu (×3)  za 30 s   Niski
    ");
}

#[test]
fn pulses_are_listed_with_what_they_did() {
    let answer = json!({ "pulses": [{
        "id": "01980000-0000-7000-8000-0000000000ff",
        "status": "FAILURE",
        "environment": "serverless",
        "triggered_by": "vercel-cron/1.0",
        "is_dry_run": false,
        "started_at": "2026-03-02T12:00:00Z",
        "duration_ms": 1_500,
        "total_tasks_discovered": 4,
        "tasks_due": ["export", "import", "keep-tidy"],
        "tasks_executed": ["import", "keep-tidy"],
        "tasks_succeeded": ["keep-tidy"],
        "tasks_failed": ["import"],
        "tasks_skipped": ["export"],
    }], "next_cursor": null });
    insta::assert_snapshot!(shown(&["pulse", "history"], &answer, "en").0, @r"
    Began (UTC)           Took  Due  Ran  Not run  Failed  Called by
    2026-03-02 12:00:00  1.5 s    3    2        1  import  vercel-cron/1.0
    ");
    insta::assert_snapshot!(shown(&["pulse", "history"], &answer, "de").0, @r"
    Beginn (UTC)         Dauer  Fällig  Gelaufen  Ausgelassen  Fehler
    2026-03-02 12:00:00  1,5 s       3         2            1  import
    ");
    insta::assert_snapshot!(shown(&["pulse", "history"], &answer, "pl").0, @r"
    Początek (UTC)        Czas  Do wykonania  Wykonane  Pominięte  Błędy
    2026-03-02 12:00:00  1,5 s             3         2          1  import
    ");
}
