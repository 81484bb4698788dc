//! Runners.

use serde_json::{Value, json};

use super::shown;

#[test]
fn runners_are_listed_with_what_they_run() {
    let runner = |id: u8, state: &str, running: Value| {
        json!({
            "instance_id": format!("01980000-0000-7000-8000-0000000000{id:02}"),
            "name": format!("host/{id}"),
            "kind": "worker",
            "environment": "production",
            "version": "0.1.0",
            "state": state,
            "started_at": "2026-03-02T11:00:00Z",
            "heartbeat_at": "2026-03-02T11:59:59Z",
            "heartbeat_interval": 1_000,
            "ended_at": null,
            "running": running,
        })
    };
    let busy = json!([
        { "task_name": "keep-tidy", "task_type": "cron", "started_at": "2026-03-02T11:59:00Z" },
        { "task_name": "night-watch", "task_type": "side", "started_at": "2026-03-02T11:00:00Z" },
    ]);
    let both = [runner(1, "alive", busy), runner(2, "lost", json!([]))];
    let answer = json!({ "runners": both, "next_cursor": null });
    insta::assert_snapshot!(shown(&["runner", "status"], &answer, "en").0, @r"
    Runner  State  Heartbeat     Runs                    Kind    Environment
    host/1  Alive  1 second ago  keep-tidy, night-watch  Worker  Production
    host/2  Lost   1 second ago  –                       Worker  Production
    ");
    insta::assert_snapshot!(shown(&["runner", "status"], &answer, "de").0, @r"
    Runner  Zustand   Lebenszeichen  Führt aus               Art     Umgebung
    host/1  Lebt      vor 1 Sekunde  keep-tidy, night-watch  Worker  Betrieb
    host/2  Verloren  vor 1 Sekunde  –                       Worker  Betrieb
    ");
    insta::assert_snapshot!(shown(&["runner", "status"], &answer, "pl").0, @r"
    Runner  Stan      Znak życia      Wykonuje                Rodzaj  Środowisko
    host/1  Działa    1 sekundę temu  keep-tidy, night-watch  Worker  Produkcja
    host/2  Utracony  1 sekundę temu  –                       Worker  Produkcja
    ");
    let answer = json!({ "runners": both, "next_cursor": "r.1772449200000000.0" });
    let told = shown(&["runner", "status", "--limit", "2"], &answer, "en").0;
    assert!(told.ends_with("More: --cursor r.1772449200000000.0"), "{told}");
}
