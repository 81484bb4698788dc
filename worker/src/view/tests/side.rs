//! Side tasks.

use downbeat::model::SideTaskRow;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{lay_over, page, shown, shown_on};

fn side_task(name: &str, more: Value) -> Value {
    let mut task = json!({
        "id": "01980000-0000-7000-8000-000000000001",
        "name": name,
        "description": "Waits until it is told to stop.",
        "version": "1.0.0",
        "category": "MONITORING",
        "tags": [],
        "enabled": true,
        "priority": "MEDIUM",
        "per_worker": false,
        "auto_restart": true,
        "restart_delay": 5_000,
        "max_restarts": 5,
        "health_check_interval": 30_000,
        "config": {},
        "retired_at": null,
        "status": "RUNNING",
        "is_running": true,
        "is_paused": false,
        "instances": [instance(1, "2026-03-02T11:00:00Z")],
        "runner_instance_id": null,
        "executed_by_instance": "host/1",
        "started_at": "2026-03-02T11:00:00Z",
        "stopped_at": null,
        "restart_requested_at": null,
        "last_health_check": "2026-03-02T11:59:50Z",
        "is_healthy": true,
        "health_message": null,
        "restart_count": 0,
        "last_error": null,
    });
    lay_over(&mut task, more);
    with_state(task)
}

/// With what its facts come to, as the API says it.
fn with_state(mut task: Value) -> Value {
    let row = SideTaskRow::deserialize(&task).expect("a side task");
    lay_over(&mut task, json!({ "state": row.state(), "health": row.health() }));
    task
}

fn instance(id: u8, started_at: &str) -> Value {
    json!({
        "runner_instance_id": format!("01980000-0000-7000-8000-0000000000{id:02}"),
        "executed_by_instance": format!("host/{id}"),
        "started_at": started_at,
    })
}

/// A side task that nobody runs.
fn idle_side_task(name: &str, more: Value) -> Value {
    let mut task = side_task(name, json!({ "is_running": false, "instances": [], "is_healthy": null }));
    lay_over(&mut task, more);
    with_state(task)
}

#[test]
fn side_tasks_are_listed_with_who_runs_them() {
    let error = json!({ "kind": "EXECUTION", "code": "x", "message": "the socket was closed", "chain": [] });
    let both = json!([instance(1, "2026-03-02T11:00:00Z"), instance(2, "2026-03-02T11:30:00Z")]);
    let answer = json!([
        // It failed once, long ago, and runs well since.
        side_task("night-watch", json!({ "last_error": error })),
        side_task(
            "everywhere",
            json!({ "instances": both, "is_healthy": false, "health_message": "nothing was heard", "restart_count": 1 })
        ),
        idle_side_task(
            "listener",
            json!({ "status": "FAILED", "stopped_at": "2026-03-02T11:50:00Z", "restart_count": 5, "last_error": error })
        ),
        idle_side_task("waiting", json!({ "status": null })),
    ]);
    insta::assert_snapshot!(shown(&["side", "tasks"], &answer, "en").0, @r"
    Task         State          Runner  Since           Last error
    night-watch  Running        host/1  1 hour ago      –
    everywhere   Running        host/1  1 hour ago      nothing was heard
                                host/2  30 minutes ago
    listener     Failed         –       10 minutes ago  the socket was closed
    waiting      Never started  –       –               –
    ");
    insta::assert_snapshot!(shown(&["side", "tasks"], &answer, "de").0, @r"
    Aufgabe      Zustand         Runner  Seit            Letzter Fehler
    night-watch  Läuft           host/1  vor 1 Stunde    –
    everywhere   Läuft           host/1  vor 1 Stunde    nothing was heard
                                 host/2  vor 30 Minuten
    listener     Fehlgeschlagen  –       vor 10 Minuten  the socket was closed
    waiting      Nie gestartet   –       –               –
    ");
    insta::assert_snapshot!(shown(&["side", "tasks"], &answer, "pl").0, @r"
    Zadanie      Stan                   Od kiedy        Ostatni błąd
    night-watch  W toku                 1 godzinę temu  –
    everywhere   W toku                 1 godzinę temu  nothing was heard
                                        30 minut temu
    listener     Nieudane               10 minut temu   the socket was closed
    waiting      Nigdy nie uruchomione  –               –
    ");
    insta::assert_snapshot!(shown_on(&["side", "tasks"], &answer, &page("en", None)).0, @r"
    Task         State          Runner  Since           Restarts  Health     Last error
    night-watch  Running        host/1  1 hour ago             0  Healthy    –
    everywhere   Running        host/1  1 hour ago             1  Unhealthy  nothing was heard
                                host/2  30 minutes ago
    listener     Failed         –       10 minutes ago         5  –          the socket was closed
    waiting      Never started  –       –                      0  –          –
    ");
}

#[test]
fn a_side_task_shows_what_it_is_told_to_do() {
    let at = "2026-03-02T11:59:59Z";
    let stopped = json!({ "status": "CANCELLED", "stopped_at": at });
    let states = [
        side_task("stopping", json!({ "status": "CANCELLED" })),
        idle_side_task("stopped", stopped),
        side_task("restarting", json!({ "restart_requested_at": at })),
        idle_side_task("paused", json!({ "status": "PENDING", "is_paused": true, "stopped_at": at })),
        idle_side_task("off", json!({ "status": null, "enabled": false })),
        idle_side_task("done", json!({ "status": "COMPLETED", "stopped_at": at })),
        idle_side_task("gone", json!({ "status": "PENDING", "retired_at": at, "stopped_at": at })),
    ];
    insta::assert_snapshot!(shown(&["side", "tasks"], &json!(states), "en").0, @r"
    Task        State               Runner  Since         Restarts  Last error
    stopping    Stopping            host/1  1 hour ago           0  –
    stopped     Stopped             –       1 second ago         0  –
    restarting  Restarting          host/1  1 hour ago           0  –
    paused      Paused              –       1 second ago         0  –
    off         Off                 –       –                    0  –
    done        Completed           –       1 second ago         0  –
    gone        Gone from the code  –       1 second ago         0  –
    ");
    insta::assert_snapshot!(shown(&["side", "stop", "stopping"], &states[0], "en").0, @r"
    Task      State     Runner  Since       Restarts  Health   Last error
    stopping  Stopping  host/1  1 hour ago         0  Healthy  –
    ");
}
