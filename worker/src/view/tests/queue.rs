//! What is next.

use serde_json::{Value, json};

use super::{lay_over, page, shown, shown_on};

fn entry(name: &str, more: Value) -> Value {
    let mut entry = json!({
        "execution_id": "01980000-0000-7000-8000-00000000000a",
        "task_name": name,
        "priority": "MEDIUM",
        "scheduled_for": "2026-03-02T12:00:00Z",
        "attempt": 1,
        "max_attempts": 4,
        "triggered_by": "schedule",
    });
    lay_over(&mut entry, more);
    entry
}

fn running(name: &str, more: Value) -> Value {
    let mut running = entry(
        name,
        json!({
            "started_at": "2026-03-02T11:58:00Z",
            "executed_by_instance": "host/1",
            "progress": null,
            "cancel_requested_at": null,
            "stuck_since": null,
        }),
    );
    lay_over(&mut running, more);
    running
}

fn waiting(name: &str, reason: &str, more: Value) -> Value {
    let at = "2026-03-02T12:00:00Z";
    let mut waiting = entry(name, json!({ "available_at": at, "reason": reason, "until": null, "waits_for": [] }));
    lay_over(&mut waiting, more);
    waiting
}

fn slot(name: &str, is_paused: bool) -> Value {
    let at = "2026-03-02T13:00:00Z";
    json!({
        "task_name": name, "priority": "HIGH", "scheduled_for": at, "due_at": at, "timezone": "Europe/Berlin",
        "is_paused": is_paused,
    })
}

fn queue() -> Value {
    let progress = json!({ "done": 5, "total": 10, "message": "reading", "at": "2026-03-02T11:59:00Z" });
    json!({
        "now": "2026-03-02T12:00:00Z",
        "running": [
            running("import", json!({ "progress": progress })),
            running("export", json!({ "cancel_requested_at": "2026-03-02T11:59:00Z" })),
            running("backup", json!({ "stuck_since": "2026-03-02T11:59:00Z" })),
            running("greet", json!({})),
        ],
        "waiting": [
            waiting("keep-tidy", "runner", json!({ "execution_id": null })),
            waiting("again", "time", json!({ "attempt": 2, "until": "2026-03-02T12:10:00Z" })),
            waiting("child", "dependency", json!({ "waits_for": ["import", "export"] })),
            waiting("report", "limit", json!({ "waits_for": ["heavy"] })),
            waiting("held", "paused", json!({ "until": "2026-03-02T18:00:00Z" })),
            waiting("off", "disabled", json!({})),
        ],
        "upcoming": [slot("keep-tidy", false), slot("held", true)],
        "has_more": true,
    })
}

#[test]
fn the_queue_tells_what_runs_what_waits_and_what_comes() {
    insta::assert_snapshot!(shown(&["cron", "queue"], &queue(), "en").0, @r"
    Running
    Task    Started        Progress                      Runner  Priority  Attempt
    import  2 minutes ago  5/10, reading                 host/1  Medium    1/4
    export  2 minutes ago  stopping                      host/1  Medium    1/4
    backup  2 minutes ago  stuck, 1 minute ago  host/1  Medium    1/4
    greet   2 minutes ago  –                             host/1  Medium    1/4

    Due or queued
    Task       Slot (UTC)           Waits                          Priority  Attempt
    keep-tidy  2026-03-02 12:00:00  For a runner                   Medium    1/4
    again      2026-03-02 12:00:00  For its time, in 10 min        Medium    2/4
    child      2026-03-02 12:00:00  For other tasks: import,       Medium    1/4
                                    export
    report     2026-03-02 12:00:00  For a place under its limit:   Medium    1/4
                                    heavy
    held       2026-03-02 12:00:00  Paused, until 2026-03-02       Medium    1/4
                                    18:00:00 UTC, in 6 h
    off        2026-03-02 12:00:00  Turned off                     Medium    1/4

    Next slots
    Task       When    Slot                     Priority
    keep-tidy  in 1 h  2026-03-02 14:00:00 CET  High
    held       paused  2026-03-02 14:00:00 CET  High

    There is more: --limit says how much is shown.
    ");
    insta::assert_snapshot!(shown(&["cron", "queue"], &queue(), "de").0, @r"
    Läuft
    Aufgabe  Begonnen       Fortschritt                   Runner  Priorität  Versuch
    import   vor 2 Minuten  5/10, reading                 host/1  Mittel     1/4
    export   vor 2 Minuten  hält an                       host/1  Mittel     1/4
    backup   vor 2 Minuten  backup (hängt, vor 1 Minute)  host/1  Mittel     1/4
    greet    vor 2 Minuten  –                             host/1  Mittel     1/4

    Fällig oder eingereiht
    Aufgabe    Termin (UTC)         Wartet                        Priorität  Versuch
    keep-tidy  2026-03-02 12:00:00  Auf einen Runner              Mittel     1/4
    again      2026-03-02 12:00:00  Auf ihre Zeit, in 10 min      Mittel     2/4
    child      2026-03-02 12:00:00  Auf andere Aufgaben: import,  Mittel     1/4
                                    export
    report     2026-03-02 12:00:00  Auf einen Platz unter ihrer   Mittel     1/4
                                    Grenze: heavy
    held       2026-03-02 12:00:00  Pausiert, bis 2026-03-02      Mittel     1/4
                                    18:00:00 UTC, in 6 h
    off        2026-03-02 12:00:00  Ausgeschaltet                 Mittel     1/4

    Nächste Termine
    Aufgabe    Wann      Termin                   Priorität
    keep-tidy  in 1 h    2026-03-02 14:00:00 CET  Hoch
    held       pausiert  2026-03-02 14:00:00 CET  Hoch

    Es gibt noch mehr: --limit sagt, wie viel gezeigt wird.
    ");
    insta::assert_snapshot!(shown(&["cron", "queue"], &queue(), "pl").0, @r"
    W toku
    Zadanie  Początek       Postęp                          Runner  Priorytet  Próba
    import   2 minuty temu  5/10, reading                   host/1  Średni     1/4
    export   2 minuty temu  zatrzymywane                    host/1  Średni     1/4
    backup   2 minuty temu  backup (zawieszone, 1 minutę    host/1  Średni     1/4
                            temu)
    greet    2 minuty temu  –                               host/1  Średni     1/4

    Do wykonania lub w kolejce
    Zadanie    Termin (UTC)         Czeka                        Priorytet  Próba
    keep-tidy  2026-03-02 12:00:00  Na runnera                   Średni     1/4
    again      2026-03-02 12:00:00  Na swoją porę, za 10 min     Średni     2/4
    child      2026-03-02 12:00:00  Na inne zadania: import,     Średni     1/4
                                    export
    report     2026-03-02 12:00:00  Na miejsce w ramach limitu:  Średni     1/4
                                    heavy
    held       2026-03-02 12:00:00  Wstrzymane, do 2026-03-02    Średni     1/4
                                    18:00:00 UTC, za 6 godz.
    off        2026-03-02 12:00:00  Wyłączone                    Średni     1/4

    Następne terminy
    Zadanie    Kiedy       Termin                   Priorytet
    keep-tidy  za 1 godz.  2026-03-02 14:00:00 CET  Wysoki
    held       wstrzymane  2026-03-02 14:00:00 CET  Wysoki

    Jest tego więcej: --limit mówi, ile pokazać.
    ");
}

#[test]
fn the_queue_gives_ids_and_priorities_where_there_is_room() {
    let wide = shown_on(&["cron", "queue"], &queue(), &page("en", None)).0;
    for told in ["01980000-0000-7000-8000-00000000000a", "2/4", "host/1", "High", "2026-03-02 14:00:00 CET"] {
        assert!(wide.contains(told), "{told}: {wide}");
    }
}

#[test]
fn an_empty_queue_says_so() {
    let mut queue =
        json!({ "now": "2026-03-02T12:00:00Z", "running": [], "waiting": [], "upcoming": [], "has_more": false });
    insta::assert_snapshot!(shown(&["cron", "queue"], &queue, "en").0, @"Nothing runs, nothing waits, and no slot is to come. “worker cron tasks” lists the tasks.");
    queue["upcoming"] = json!([slot("keep-tidy", false)]);
    insta::assert_snapshot!(shown(&["cron", "queue"], &queue, "de").0, @r"
    Nichts läuft, und nichts wartet.

    Nächste Termine
    Aufgabe    Wann    Termin                   Priorität
    keep-tidy  in 1 h  2026-03-02 14:00:00 CET  Hoch
    ");
}
