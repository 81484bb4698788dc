//! Each view over sample answers of the API, as they stand on a terminal of 80 columns.

use chrono::{DateTime, Utc};
use clap::Parser;
use downbeat::locale::Locale;
use serde_json::{Value, json};

use super::{Page, Tone};
use crate::cli::{Cli, Command};
use crate::endpoint::Endpoint;
use crate::failure::Exit;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn page(language: &str, width: Option<u16>) -> Page {
    let locale = Locale::parse(language).expect("a language");
    Page { locale, now: at("2026-03-02T12:00:00Z"), colours: false, width }
}

/// What a command makes of the data of an answer, in that language.
fn shown(command: &[&str], data: &Value, language: &str) -> (String, Exit) {
    shown_on(command, data, &page(language, Some(80)))
}

fn shown_on(command: &[&str], data: &Value, page: &Page) -> (String, Exit) {
    let shown = endpoint(command).shown(page, data).expect("data of the API");
    (shown.text, shown.exit)
}

fn endpoint(command: &[&str]) -> Endpoint {
    let words = std::iter::once("worker").chain(command.iter().copied());
    let cli = Cli::try_parse_from(words).expect("a command");
    match cli.command {
        Command::Api(command) => Endpoint::of(command, at("2026-03-02T12:00:00Z")),
        Command::Local(_) | Command::Events(_) => panic!("not a command that asks the API"),
    }
}

fn task(name: &str, more: Value) -> Value {
    let mut task = json!({
        "id": "01980000-0000-7000-8000-000000000001",
        "name": name,
        "description": "Does what it is for.",
        "version": "1.0.0",
        "category": "MAINTENANCE",
        "tags": ["maintenance"],
        "dependencies": [],
        "schedule": "0 3 * * *",
        "schedule_function": null,
        "timezone": "UTC",
        "catch_up": "latest",
        "catch_up_window": 3_600_000,
        "overlap": "skip",
        "overlap_limit": 1,
        "start_jitter": 0,
        "not_before": null,
        "not_after": null,
        "enabled": true,
        "paused_at": null,
        "paused_until": null,
        "paused_by": null,
        "is_paused": false,
        "history_interval": 0,
        "priority": "LOW",
        "timeout": 60_000,
        "retries": 3,
        "retry_delay": 5_000,
        "config": { "keep_days": 30 },
        "overrides": {},
        "retired_at": null,
    });
    let state = json!({
        "next_execution_at": "2026-03-03T03:00:00Z",
        "due_at": "2026-03-03T03:00:00Z",
        "last_executed_at": "2026-03-02T03:00:00Z",
        "last_execution_status": "COMPLETED",
        "last_execution_error": null,
        "last_execution_duration": 1_234,
        "execution_count": 12,
        "success_count": 11,
        "error_count": 1,
        "consecutive_failures": 0,
        "average_execution_time": 1_100.5,
        "is_running": false,
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    });
    lay_over(&mut task, state);
    lay_over(&mut task, more);
    task
}

fn execution(more: Value) -> Value {
    let mut execution = json!({
        "id": "01980000-0000-7000-8000-00000000000a",
        "task_id": "01980000-0000-7000-8000-000000000001",
        "task_name": "keep-tidy",
        "status": "COMPLETED",
        "priority": "LOW",
        "scheduled_for": "2026-03-02T03:00:00Z",
        "attempt": 1,
        "max_attempts": 4,
        "available_at": "2026-03-02T03:00:00Z",
        "started_at": "2026-03-02T03:00:00Z",
        "completed_at": "2026-03-02T03:00:01Z",
        "duration_ms": 1_234,
        "config": { "keep_days": 30 },
        "result": { "deleted": 5 },
        "error": null,
        "skipped_reason": null,
        "rollback": null,
        "progress": null,
        "checkpoint": null,
        "cancel_requested_at": null,
        "cancel_requested_by": null,
        "missed_slots": 0,
        "execution_environment": "production",
        "triggered_by": "schedule",
        "is_manual": false,
        "is_dry_run": false,
        "parent_execution_id": null,
        "runner_instance_id": null,
        "executed_by_instance": "host/1",
        "fencing_token": 12,
        "created_at": "2026-03-02T03:00:00Z",
    });
    lay_over(&mut execution, more);
    execution
}

fn lay_over(value: &mut Value, more: Value) {
    let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) else { return };
    value.extend(more);
}

/// An execution as its own route answers it.
fn with_log(mut execution: Value, log: Value) -> Value {
    execution["log"] = log;
    execution
}

fn silent(execution: Value) -> Value {
    with_log(execution, json!({ "lines": [], "dropped": 0 }))
}

fn failed() -> Value {
    execution(json!({
        "id": "01980000-0000-7000-8000-00000000000b",
        "status": "TIMEOUT",
        "result": null,
        "error": {
            "kind": "TIMEOUT",
            "code": "timed_out",
            "message": "it took longer than 60 s and was stopped, while it still waited for the archive",
            "chain": ["the archive did not answer"],
        },
    }))
}

fn skipped() -> Value {
    execution(json!({
        "id": "01980000-0000-7000-8000-00000000000c",
        "status": "SKIPPED",
        "skipped_reason": "previous_instance_running",
        "started_at": null,
        "completed_at": null,
        "duration_ms": null,
        "result": null,
    }))
}

fn tasks() -> Value {
    json!([
        task("keep-tidy", json!({})),
        task(
            "ask-around",
            json!({
                "schedule": null,
                "schedule_function": "somebody_waits",
                "last_execution_status": "FAILED",
                "last_executed_at": "2026-03-02T11:58:00Z",
                "consecutive_failures": 3,
                "next_execution_at": "2026-03-02T12:00:30Z",
            })
        ),
        task("greet", json!({ "timezone": "Europe/Berlin", "enabled": false, "last_execution_status": null })),
        task("on-demand", json!({ "schedule": null, "next_execution_at": null, "is_running": true })),
        task("old", json!({ "retired_at": "2026-02-01T00:00:00Z" })),
    ])
}

#[test]
fn tasks_tell_how_they_fare_and_when_they_run_next() {
    insta::assert_snapshot!(shown(&["cron", "tasks"], &tasks(), "en").0, @r"
    Task        Schedule                 Last run                 Next run
    keep-tidy   0 3 * * *                Completed 9 hours ago    in 15 h
    ask-around  somebody_waits()         Failed 2 minutes ago     in 30 s
                                         (×3)
    greet       0 3 * * * Europe/Berlin  never                    off
    on-demand   by hand only             Running                  –
    old         0 3 * * *                Completed 9 hours ago    gone from the code

    5 tasks
    ");
    insta::assert_snapshot!(shown(&["cron", "tasks"], &tasks(), "de").0, @r"
    Aufgabe     Zeitplan                 Letzter Lauf          Nächster Lauf
    keep-tidy   0 3 * * *                Abgeschlossen vor 9   in 15 h
                                         Stunden
    ask-around  somebody_waits()         Fehlgeschlagen vor 2  in 30 s
                                         Minuten (×3)
    greet       0 3 * * * Europe/Berlin  nie                   aus
    on-demand   nur von Hand             Läuft                 –
    old         0 3 * * *                Abgeschlossen vor 9   nicht mehr im Code
                                         Stunden

    5 Aufgaben
    ");
    insta::assert_snapshot!(shown(&["cron", "tasks"], &tasks(), "pl").0, @r"
    Zadanie     Harmonogram              Ostatnie wykonanie          Następne
    keep-tidy   0 3 * * *                Zakończone 9 godzin temu    za 15 godz.
    ask-around  somebody_waits()         Nieudane 2 minuty temu      za 30 s
                                         (×3)
    greet       0 3 * * * Europe/Berlin  nigdy                       wyłączone
    on-demand   tylko ręcznie            W toku                      –
    old         0 3 * * *                Zakończone 9 godzin temu    usunięte z kodu

    5 zadań
    ");
}

#[test]
fn where_nothing_is_a_sentence_says_what_to_do() {
    let none = json!([]);
    let lines: Vec<_> = [
        vec!["cron", "tasks"],
        vec!["cron", "tasks", "--disabled"],
        vec!["side", "tasks"],
        vec!["runner", "status"],
        vec!["pulse", "history"],
    ]
    .iter()
    .map(|command| shown(command, &none, "en").0)
    .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    No cron tasks are known here yet. A worker or a pulse makes them known when it first runs.
    No cron task is like that. “worker cron tasks” lists all of them.
    There are no side tasks. A worker makes those of its code known when it starts: “worker start”.
    No runner is alive, and none ended in the last hour. “worker start” is one.
    There has been no pulse yet. “worker pulse execute” is one; “worker start” runs tasks without.
    ");
    let history = json!({ "executions": [], "next_cursor": null });
    insta::assert_snapshot!(shown(&["cron", "history"], &history, "en").0, @"There are no executions here. “worker pulse execute” runs what is due.");
}

#[test]
fn one_task_is_told_with_all_its_settings_and_its_newest_executions() {
    let mut answer = task(
        "keep-tidy",
        json!({
            "dependencies": ["import"],
            "overrides": { "priority": "LOW" },
            "last_execution_error": { "kind": "TIMEOUT", "code": "x", "message": "too slow", "chain": ["the archive"] },
        }),
    );
    answer["executions"] = json!([execution(json!({})), failed(), skipped()]);
    insta::assert_snapshot!(shown(&["cron", "show", "keep-tidy"], &answer, "en").0, @r#"
    keep-tidy
    Does what it is for.

    Schedule      0 3 * * *
    In words      every day at 03:00
    Next run      2026-03-03 03:00:00 UTC, in 15 h
    Last run      Completed 9 hours ago
    Error         Time-out: too slow
                  ← the archive
    Enabled       yes
    Priority      Low
    Category      Maintenance
    Tags          maintenance
    Waits for     import
    Timeout       1 min
    Retries       3, the first within 5 s
    Missed slots  The newest one runs, at most 1 h old
    Runs          12, of which 11 completed and 1 failed; on average 1.1 s
    Settings      {"keep_days":30}
    Overridden    {"priority":"LOW"}
    Version       1.0.0

    Newest executions
    Slot (UTC)           Status      Took  Detail
    2026-03-02 03:00:00  Completed  1.2 s  By schedule
    2026-03-02 03:00:00  Timed out  1.2 s  it took longer than 60 s and was stopped,
                                           while it still waited for the archive
    2026-03-02 03:00:00  Skipped        –  The previous run had not finished

    In a wider window, or with --json, there are more columns.
    "#);
    insta::assert_snapshot!(shown(&["cron", "show", "keep-tidy"], &answer, "de").0, @r#"
    keep-tidy
    Does what it is for.

    Zeitplan           0 3 * * *
    In Worten          täglich um 03:00 Uhr
    Nächster Lauf      2026-03-03 03:00:00 UTC, in 15 h
    Letzter Lauf       Abgeschlossen vor 9 Stunden
    Fehler             Zeitüberschreitung: too slow
                       ← the archive
    Eingeschaltet      ja
    Priorität          Niedrig
    Kategorie          Wartung
    Schlagwörter       maintenance
    Wartet auf         import
    Zeitlimit          1 min
    Wiederholungen     3; vor der ersten höchstens 5 s Wartezeit
    Verpasste Termine  Der neueste wird nachgeholt, höchstens 1 h alt
    Läufe              12, davon 11 abgeschlossen und 1 fehlgeschlagen; im Mittel
                       1,1 s
    Einstellungen      {"keep_days":30}
    Überschrieben      {"priority":"LOW"}
    Version            1.0.0

    Jüngste Ausführungen
    Termin (UTC)         Status              Dauer  Näheres
    2026-03-02 03:00:00  Abgeschlossen       1,2 s  Nach Zeitplan
    2026-03-02 03:00:00  Zeit überschritten  1,2 s  it took longer than 60 s and was
                                                    stopped, while it still waited
                                                    for the archive
    2026-03-02 03:00:00  Übersprungen            –  Der vorige Lauf war noch nicht
                                                    beendet

    In einem breiteren Fenster oder mit --json gibt es weitere Spalten.
    "#);
    insta::assert_snapshot!(shown(&["cron", "show", "keep-tidy"], &answer, "pl").0, @r#"
    keep-tidy
    Does what it is for.

    Harmonogram          0 3 * * *
    Słowami              codziennie o 03:00
    Następne             2026-03-03 03:00:00 UTC, za 15 godz.
    Ostatnie wykonanie   Zakończone 9 godzin temu
    Błąd                 Przekroczenie czasu: too slow
                         ← the archive
    Włączone             tak
    Priorytet            Niski
    Kategoria            Konserwacja
    Znaczniki            maintenance
    Czeka na             import
    Limit czasu          1 min
    Ponowienia           3; przed pierwszym najwyżej 5 s oczekiwania
    Przegapione terminy  Wykonuje się najnowszy, najwyżej 1 godz. po terminie
    Wykonania            12, w tym zakończone: 11, nieudane: 1; średnio 1,1 s
    Ustawienia           {"keep_days":30}
    Nadpisane            {"priority":"LOW"}
    Wersja               1.0.0

    Najnowsze wykonania
    Termin (UTC)         Stan                Czas  Szczegóły
    2026-03-02 03:00:00  Zakończone         1,2 s  Według harmonogramu
    2026-03-02 03:00:00  Przekroczono czas  1,2 s  it took longer than 60 s and was
                                                   stopped, while it still waited
                                                   for the archive
    2026-03-02 03:00:00  Pominięte              –  Poprzednie wykonanie jeszcze
                                                   trwało

    W szerszym oknie lub z --json jest więcej kolumn.
    "#);
}

#[test]
fn what_differs_from_the_usual_is_told_of_a_task() {
    let mut answer = task(
        "keep-tidy",
        json!({
            "overlap": "queue_all",
            "overlap_limit": 5,
            "start_jitter": 90_000,
            "not_before": "2026-01-01T00:00:00Z",
            "not_after": "2027-01-01T00:00:00Z",
            "paused_at": "2026-03-02T11:00:00Z",
            "paused_until": "2026-03-02T18:00:00Z",
            "paused_by": "ann",
            "is_paused": true,
            "history_interval": 3_600_000,
        }),
    );
    answer["executions"] = json!([]);
    let told = |answer: &Value, language| {
        let (text, _) = shown(&["cron", "show", "keep-tidy"], answer, language);
        text.split("\n\n").nth(1).expect("the facts").to_owned()
    };
    insta::assert_snapshot!(told(&answer, "en"), @r#"
    Schedule            0 3 * * *
    In words            every day at 03:00
    Next run            paused
    Paused since        2026-03-02 11:00:00 UTC, 1 hour ago
    Paused until        2026-03-02 18:00:00 UTC, in 6 h
    Paused by           ann
    Last run            Completed 9 hours ago
    Enabled             yes
    Priority            Low
    Category            Maintenance
    Tags                maintenance
    Timeout             1 min
    Retries             3, the first within 5 s
    Missed slots        The newest one runs, at most 1 h old
    Overlap             Slots wait in line, at most 5
    Starts spread over  1 min 30 s
    Not before (UTC)    2026-01-01 00:00:00
    Not after (UTC)     2027-01-01 00:00:00
    History             one completed run every 1 h
    Runs                12, of which 11 completed and 1 failed; on average 1.1 s
    Settings            {"keep_days":30}
    Version             1.0.0
    "#);
    insta::assert_snapshot!(told(&answer, "de"), @r#"
    Zeitplan              0 3 * * *
    In Worten             täglich um 03:00 Uhr
    Nächster Lauf         pausiert
    Pausiert seit         2026-03-02 11:00:00 UTC, vor 1 Stunde
    Pausiert bis          2026-03-02 18:00:00 UTC, in 6 h
    Pausiert von          ann
    Letzter Lauf          Abgeschlossen vor 9 Stunden
    Eingeschaltet         ja
    Priorität             Niedrig
    Kategorie             Wartung
    Schlagwörter          maintenance
    Zeitlimit             1 min
    Wiederholungen        3; vor der ersten höchstens 5 s Wartezeit
    Verpasste Termine     Der neueste wird nachgeholt, höchstens 1 h alt
    Überschneidung        Termine warten der Reihe nach, höchstens 5
    Starts verteilt über  1 min 30 s
    Nicht vor (UTC)       2026-01-01 00:00:00
    Nicht nach (UTC)      2027-01-01 00:00:00
    Verlauf               ein abgeschlossener Lauf je 1 h
    Läufe                 12, davon 11 abgeschlossen und 1 fehlgeschlagen; im Mittel
                          1,1 s
    Einstellungen         {"keep_days":30}
    Version               1.0.0
    "#);
    insta::assert_snapshot!(told(&answer, "pl"), @r#"
    Harmonogram          0 3 * * *
    Słowami              codziennie o 03:00
    Następne             wstrzymane
    Wstrzymane od        2026-03-02 11:00:00 UTC, 1 godzinę temu
    Wstrzymane do        2026-03-02 18:00:00 UTC, za 6 godz.
    Wstrzymane przez     ann
    Ostatnie wykonanie   Zakończone 9 godzin temu
    Włączone             tak
    Priorytet            Niski
    Kategoria            Konserwacja
    Znaczniki            maintenance
    Limit czasu          1 min
    Ponowienia           3; przed pierwszym najwyżej 5 s oczekiwania
    Przegapione terminy  Wykonuje się najnowszy, najwyżej 1 godz. po terminie
    Nakładanie się       Terminy czekają w kolejce, najwyżej 5
    Starty rozłożone na  1 min 30 s
    Nie przed (UTC)      2026-01-01 00:00:00
    Nie po (UTC)         2027-01-01 00:00:00
    Historia             jedno zakończone wykonanie na 1 godz.
    Wykonania            12, w tym zakończone: 11, nieudane: 1; średnio 1,1 s
    Ustawienia           {"keep_days":30}
    Wersja               1.0.0
    "#);
    answer["overlap"] = json!("cancel_running");
    assert!(told(&answer, "en").contains("The running one is cancelled\n"), "{}", told(&answer, "en"));
    // A pause that has ended by itself is no pause.
    answer["is_paused"] = json!(false);
    assert!(!told(&answer, "en").contains("aused"), "{}", told(&answer, "en"));
    let tasks = json!([task("keep-tidy", json!({ "is_paused": true }))]);
    assert!(shown(&["cron", "tasks"], &tasks, "en").0.contains("paused"));
}

#[test]
fn history_drops_ids_where_there_is_no_room_and_says_so() {
    let answer = json!({ "executions": [execution(json!({})), failed(), skipped()], "next_cursor": "17.ab" });
    insta::assert_snapshot!(shown(&["cron", "history"], &answer, "en").0, @r"
    Slot (UTC)           Task       Status      Took  Detail
    2026-03-02 03:00:00  keep-tidy  Completed  1.2 s  By schedule
    2026-03-02 03:00:00  keep-tidy  Timed out  1.2 s  it took longer than 60 s and
                                                      was stopped, while it still
                                                      waited for the archive
    2026-03-02 03:00:00  keep-tidy  Skipped        –  The previous run had not
                                                      finished

    In a wider window, or with --json, there are more columns.

    More: --cursor 17.ab
    ");
    insta::assert_snapshot!(shown(&["cron", "history"], &answer, "de").0, @r"
    Termin (UTC)         Aufgabe    Status              Dauer  Näheres
    2026-03-02 03:00:00  keep-tidy  Abgeschlossen       1,2 s  Nach Zeitplan
    2026-03-02 03:00:00  keep-tidy  Zeit überschritten  1,2 s  it took longer than
                                                               60 s and was stopped,
                                                               while it still waited
                                                               for the archive
    2026-03-02 03:00:00  keep-tidy  Übersprungen            –  Der vorige Lauf war
                                                               noch nicht beendet

    In einem breiteren Fenster oder mit --json gibt es weitere Spalten.

    Mehr: --cursor 17.ab
    ");
    insta::assert_snapshot!(shown(&["cron", "history"], &answer, "pl").0, @r"
    Termin (UTC)         Zadanie    Stan                Czas  Szczegóły
    2026-03-02 03:00:00  keep-tidy  Zakończone         1,2 s  Według harmonogramu
    2026-03-02 03:00:00  keep-tidy  Przekroczono czas  1,2 s  it took longer than 60
                                                              s and was stopped,
                                                              while it still waited
                                                              for the archive
    2026-03-02 03:00:00  keep-tidy  Pominięte              –  Poprzednie wykonanie
                                                              jeszcze trwało

    W szerszym oknie lub z --json jest więcej kolumn.

    Więcej: --cursor 17.ab
    ");
    insta::assert_snapshot!(shown_on(&["cron", "history"], &answer, &page("en", Some(120))).0, @r"
    Slot (UTC)           Task       Status      Took  Detail                            Id
    2026-03-02 03:00:00  keep-tidy  Completed  1.2 s  By schedule                       01980000-0000-7000-8000-00000000000a
    2026-03-02 03:00:00  keep-tidy  Timed out  1.2 s  it took longer than 60 s and was  01980000-0000-7000-8000-00000000000b
                                                      stopped, while it still waited
                                                      for the archive
    2026-03-02 03:00:00  keep-tidy  Skipped        –  The previous run had not          01980000-0000-7000-8000-00000000000c
                                                      finished

    In a wider window, or with --json, there are more columns.

    More: --cursor 17.ab
    ");
    insta::assert_snapshot!(shown_on(&["cron", "history"], &answer, &page("en", None)).0, @r"
    Slot (UTC)           Task       Status      Took  Detail                                                                           Id                                    Attempt
    2026-03-02 03:00:00  keep-tidy  Completed  1.2 s  By schedule                                                                      01980000-0000-7000-8000-00000000000a  1/4
    2026-03-02 03:00:00  keep-tidy  Timed out  1.2 s  it took longer than 60 s and was stopped, while it still waited for the archive  01980000-0000-7000-8000-00000000000b  1/4
    2026-03-02 03:00:00  keep-tidy  Skipped        –  The previous run had not finished                                                01980000-0000-7000-8000-00000000000c  1/4

    More: --cursor 17.ab
    ");
}

#[test]
fn an_execution_is_told_in_full() {
    let command = ["cron", "execution", "01980000-0000-7000-8000-00000000000b"];
    insta::assert_snapshot!(shown(&command, &silent(failed()), "en").0, @r#"
    Task        keep-tidy
    Status      Timed out
    Error       Time-out: it took longer than 60 s and was stopped, while it still
                waited for the archive
                ← the archive did not answer
    Slot (UTC)  2026-03-02 03:00:00
    Started     2026-03-02 03:00:00 UTC, 9 hours ago
    Took        1.2 s
    Attempt     1/4
    Triggered   By schedule
    Runner      host/1
    Settings    {"keep_days":30}
    Id          01980000-0000-7000-8000-00000000000b
    "#);
    insta::assert_snapshot!(shown(&command, &silent(skipped()), "de").0, @r#"
    Aufgabe        keep-tidy
    Status         Übersprungen
    Grund          Der vorige Lauf war noch nicht beendet
    Termin (UTC)   2026-03-02 03:00:00
    Versuch        1/4
    Auslöser       Nach Zeitplan
    Runner         host/1
    Einstellungen  {"keep_days":30}
    ID             01980000-0000-7000-8000-00000000000c
    "#);
    insta::assert_snapshot!(shown(&command, &silent(execution(json!({}))), "pl").0, @r#"
    Zadanie       keep-tidy
    Stan          Zakończone
    Termin (UTC)  2026-03-02 03:00:00
    Początek      2026-03-02 03:00:00 UTC, 9 godzin temu
    Czas          1,2 s
    Próba         1/4
    Uruchomione   Według harmonogramu
    Runner        host/1
    Ustawienia    {"keep_days":30}
    Wynik         {"deleted":5}
    ID            01980000-0000-7000-8000-00000000000a
    "#);
}

#[test]
fn an_execution_is_told_with_what_it_leaves() {
    let command = ["cron", "execution", "01980000-0000-7000-8000-00000000000b"];
    let error = json!({ "kind": "EXECUTION", "code": "x", "message": "nothing to undo", "chain": ["no archive"] });
    let progress = json!({ "done": 5, "total": 10, "message": "reading pages", "at": "2026-03-02T11:57:00Z" });
    let left = json!({
        "status": "CANCELLED",
        "result": null,
        "progress": progress,
        "checkpoint": { "page": 5, "seen": "0123456789".repeat(20) },
        "rollback": { "status": "FAILED", "duration_ms": 12, "error": error },
        "cancel_requested_at": "2026-03-02T11:58:00Z",
        "cancel_requested_by": "ann",
    });
    insta::assert_snapshot!(shown(&command, &silent(execution(left)), "en").0, @r#"
    Task           keep-tidy
    Status         Cancelled
    Slot (UTC)     2026-03-02 03:00:00
    Started        2026-03-02 03:00:00 UTC, 9 hours ago
    Took           1.2 s
    Attempt        1/4
    Triggered      By schedule
    Runner         host/1
    End asked for  2026-03-02 11:58:00 UTC, 2 minutes ago
    Asked for by   ann
    Settings       {"keep_days":30}
    Progress       5/10, reading pages, 3 minutes ago
    Checkpoint     {"page":5,"seen":"01234567890123456789012345678901234567890123456
                   78901234567890123456789012345678901234567890123456789012345678901
                   234567890123456789012345678901…
    Rollback       Failed, 12 ms
                   Task error: nothing to undo
                   ← no archive
    Id             01980000-0000-7000-8000-00000000000a
    "#);
    let left = json!({
        "progress": { "done": 5, "total": null, "message": null, "at": "2026-03-02T11:57:00Z" },
        "rollback": { "status": "COMPLETED", "duration_ms": 12, "error": null },
        "cancel_requested_at": "2026-03-02T11:58:00Z",
        "cancel_requested_by": "schedule",
    });
    insta::assert_snapshot!(shown(&command, &silent(execution(left.clone())), "de").0, @r#"
    Aufgabe        keep-tidy
    Status         Abgeschlossen
    Termin (UTC)   2026-03-02 03:00:00
    Begonnen       2026-03-02 03:00:00 UTC, vor 9 Stunden
    Dauer          1,2 s
    Versuch        1/4
    Auslöser       Nach Zeitplan
    Runner         host/1
    Ende verlangt  2026-03-02 11:58:00 UTC, vor 2 Minuten
    Verlangt von   dem nächsten Termin
    Einstellungen  {"keep_days":30}
    Fortschritt    5, vor 3 Minuten
    Ergebnis       {"deleted":5}
    Rücknahme      Abgeschlossen, 12 ms
    ID             01980000-0000-7000-8000-00000000000a
    "#);
    insta::assert_snapshot!(shown(&command, &silent(execution(left)), "pl").0, @r#"
    Zadanie         keep-tidy
    Stan            Zakończone
    Termin (UTC)    2026-03-02 03:00:00
    Początek        2026-03-02 03:00:00 UTC, 9 godzin temu
    Czas            1,2 s
    Próba           1/4
    Uruchomione     Według harmonogramu
    Runner          host/1
    Zażądano końca  2026-03-02 11:58:00 UTC, 2 minuty temu
    Kto zażądał     następny termin
    Ustawienia      {"keep_days":30}
    Postęp          5, 3 minuty temu
    Wynik           {"deleted":5}
    Wycofanie       Zakończone, 12 ms
    ID              01980000-0000-7000-8000-00000000000a
    "#);
}

#[test]
fn an_execution_is_told_with_what_it_logged() {
    let line = |second: u8, level: &str, message: &str, fields: Value| {
        let at = format!("2026-03-02T03:00:{second:02}.25Z");
        json!({ "at": at, "level": level, "target": "tasks", "message": message, "fields": fields })
    };
    let lines = [
        line(0, "INFO", "begun", json!({})),
        line(
            1,
            "WARN",
            "the archive is slow to answer, and more than one page is left",
            json!({ "left": 3, "by": "Ann" }),
        ),
        line(2, "ERROR", "two\nlines\tand \u{1b}[31ma colour", json!({})),
        line(3, "INFO", "", json!({ "page": 9 })),
    ];
    let told = |log: Value, language| {
        let command = ["cron", "execution", "01980000-0000-7000-8000-00000000000b"];
        let (text, _) = shown(&command, &with_log(execution(json!({})), log), language);
        text.split_once("\n\n").expect("two blocks").1.to_owned()
    };
    insta::assert_snapshot!(told(json!({ "lines": lines, "dropped": 0 }), "en"), @r#"
    Log
    Time (UTC)    Level  Line
    03:00:00.250  INFO   begun
    03:00:01.250  WARN   the archive is slow to answer, and more than one page is
                         left by="Ann" left=3
    03:00:02.250  ERROR  two
                         lines and �[31ma colour
    03:00:03.250  INFO   page=9
    "#);
    insta::assert_snapshot!(told(json!({ "lines": lines[..2], "dropped": 1 }), "en"), @r#"
    Log
    Time (UTC)    Level  Line
    03:00:00.250  INFO   begun
                         … 1 line left out
    03:00:01.250  WARN   the archive is slow to answer, and more than one page is
                         left by="Ann" left=3
    "#);
    insta::assert_snapshot!(told(json!({ "lines": lines[..2], "dropped": 12 }), "de"), @r#"
    Protokoll
    Zeit (UTC)    Stufe  Zeile
    03:00:00.250  INFO   begun
                         … 12 Zeilen ausgelassen
    03:00:01.250  WARN   the archive is slow to answer, and more than one page is
                         left by="Ann" left=3
    "#);
    insta::assert_snapshot!(told(json!({ "lines": lines[..2], "dropped": 3 }), "pl"), @r#"
    Dziennik
    Czas (UTC)    Poziom  Wiersz
    03:00:00.250  INFO    begun
                          … pominięto 3 wiersze
    03:00:01.250  WARN    the archive is slow to answer, and more than one page is
                          left by="Ann" left=3
    "#);
}

#[test]
fn a_run_that_was_waited_for_and_failed_is_a_failure() {
    let run = ["cron", "run", "keep-tidy"];
    assert_eq!(shown(&run, &execution(json!({})), "en").1, Exit::Done);
    for status in ["FAILED", "TIMEOUT", "CANCELLED", "BLOCKED"] {
        assert_eq!(shown(&run, &execution(json!({ "status": status })), "en").1, Exit::Failed, "{status}");
    }
    let said = |attempt| shown(&run, &execution(json!({ "status": "FAILED", "attempt": attempt })), "en").0;
    assert!(said(1).contains("Attempt 2 of 4 follows"), "{}", said(1));
    assert!(!said(4).contains("follows"), "{}", said(4));
    let (text, exit) = shown(&run, &execution(json!({ "status": "PENDING", "duration_ms": null })), "en");
    assert_eq!(exit, Exit::Done);
    insta::assert_snapshot!(text, @r"
    “keep-tidy” is queued; a worker or the next pulse runs it.
    Follow it: worker cron execution 01980000-0000-7000-8000-00000000000a
    ");
}

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
    Success rate  92.5 %

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
    Success rate, 24 h  50 %
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
    Erfolgsquote, 24 h   50 %
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
    let answer = json!([{
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
    }]);
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
    let answer = json!([runner(1, "alive", busy), runner(2, "lost", json!([]))]);
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
}

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
    task
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
    waiting      never started  –       –               –
    ");
    insta::assert_snapshot!(shown(&["side", "tasks"], &answer, "de").0, @r"
    Aufgabe      Zustand         Runner  Seit            Letzter Fehler
    night-watch  Läuft           host/1  vor 1 Stunde    –
    everywhere   Läuft           host/1  vor 1 Stunde    nothing was heard
                                 host/2  vor 30 Minuten
    listener     Fehlgeschlagen  –       vor 10 Minuten  the socket was closed
    waiting      nie gestartet   –       –               –
    ");
    insta::assert_snapshot!(shown(&["side", "tasks"], &answer, "pl").0, @r"
    Zadanie      Stan                   Od kiedy        Ostatni błąd
    night-watch  W toku                 1 godzinę temu  –
    everywhere   W toku                 1 godzinę temu  nothing was heard
                                        30 minut temu
    listener     Nieudane               10 minut temu   the socket was closed
    waiting      nigdy nie uruchomione  –               –
    ");
    insta::assert_snapshot!(shown_on(&["side", "tasks"], &answer, &page("en", None)).0, @r"
    Task         State          Runner  Since           Restarts  Health     Last error
    night-watch  Running        host/1  1 hour ago             0  healthy    –
    everywhere   Running        host/1  1 hour ago             1  unhealthy  nothing was heard
                                host/2  30 minutes ago
    listener     Failed         –       10 minutes ago         5  –          the socket was closed
    waiting      never started  –       –                      0  –          –
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
    stopping    stopping            host/1  1 hour ago           0  –
    stopped     stopped             –       1 second ago         0  –
    restarting  restarting          host/1  1 hour ago           0  –
    paused      paused              –       1 second ago         0  –
    off         off                 –       –                    0  –
    done        Completed           –       1 second ago         0  –
    gone        gone from the code  –       1 second ago         0  –
    ");
    insta::assert_snapshot!(shown(&["side", "stop", "stopping"], &states[0], "en").0, @r"
    Task      State     Runner  Since       Restarts  Health   Last error
    stopping  stopping  host/1  1 hour ago         0  healthy  –
    ");
}

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

#[test]
fn migrations_tell_their_state() {
    use downbeat::repository::migrate::{Applied, MigrationState, MigrationStatus};
    let status = |version, state, applied_at| MigrationStatus {
        version,
        name: "create_tasks".to_owned(),
        state,
        applied_at,
        applied_by: None,
        duration_ms: None,
        checksum: None,
        recorded_checksum: None,
    };
    let all = vec![
        status(1, MigrationState::Applied, Some(at("2026-03-01T00:00:00Z"))),
        status(2, MigrationState::Pending, None),
    ];
    insta::assert_snapshot!(super::migrate::status(&page("en", Some(80)), &all), @r"
    Migration          State    Applied (UTC)        Took  By
    0001_create_tasks  Applied  2026-03-01 00:00:00     –  –
    0002_create_tasks  Pending  –                       –  –
    ");
    insta::assert_snapshot!(super::migrate::status(&page("de", Some(80)), &all), @r"
    Migration          Zustand     Ausgeführt (UTC)     Dauer  Von
    0001_create_tasks  Ausgeführt  2026-03-01 00:00:00      –  –
    0002_create_tasks  Ausstehend  –                        –  –
    ");
    let applied = vec![Applied { version: 2, name: "create_executions".to_owned(), duration_ms: 12 }];
    insta::assert_snapshot!(super::migrate::applied(&page("pl", Some(80)), &applied), @r"
    Migracja                 Czas
    0002_create_executions  12 ms

    Wykonano 1 migrację
    ");
    insta::assert_snapshot!(super::migrate::applied(&page("de", Some(80)), &Vec::new()), @"Die Datenbank ist auf dem Stand dieser Version; es war nichts zu tun.");
}

#[test]
fn colours_are_written_only_where_they_arrive() {
    let coloured = Page { colours: true, ..page("en", Some(80)) };
    assert!(shown_on(&["cron", "tasks"], &tasks(), &coloured).0.contains("\u{1b}["));
    assert!(!shown(&["cron", "tasks"], &tasks(), "en").0.contains('\u{1b}'));
    assert_eq!(Tone::Bad.paint("x", false), "x");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let history = json!({ "executions": [execution(json!({})), failed(), skipped()], "next_cursor": null });
    for width in [60, 80, 100, 120, 200] {
        for language in ["en", "de", "pl"] {
            let page = page(language, Some(width));
            for (command, data) in [(["cron", "tasks"], tasks()), (["cron", "history"], history.clone())] {
                for line in shown_on(&command, &data, &page).0.lines() {
                    let is_sentence = line.ends_with('.');
                    assert!(is_sentence || line.chars().count() <= usize::from(width), "{width} {language}: {line}");
                }
            }
        }
    }
}

#[test]
fn commands_ask_for_what_they_were_told() {
    for (command, asked) in [
        (
            vec!["cron", "tasks", "--priority", "HIGH-and-above,low", "--disabled"],
            "GET /api/tasks/cron?enabled=false&priority=HIGH%2Dand%2Dabove%2Clow",
        ),
        (vec!["cron", "show", "a/b ä"], "GET /api/tasks/cron/a%2Fb%20%C3%A4"),
        (
            vec!["cron", "history", "--since", "24h", "--limit", "5"],
            "GET /api/tasks/cron/history?since=2026%2D03%2D01T12%3A00%3A00%2B00%3A00&limit=5",
        ),
        (vec!["cron", "stats"], "GET /api/tasks/cron/stats?period=day"),
        (
            vec!["cron", "explain", "a", "--at", "30m"],
            "GET /api/tasks/cron/a/explain?at=2026%2D03%2D02T11%3A30%3A00%2B00%3A00",
        ),
        (vec!["cron", "explain", "a"], "GET /api/tasks/cron/a/explain"),
        (vec!["cron", "run", "a", "--wait"], "POST /api/tasks/cron/a/run"),
        (vec!["pulse", "execute", "--task", "a", "b", "--force"], "POST /api/pulse?tasks=a%2Cb&force=true"),
        (vec!["runner"], "GET /api/runner"),
        (
            vec!["schedule", "explain", "@daily"],
            "GET /api/schedule/next?expression=%40daily&from=2026%2D03%2D02T12%3A00%3A00%2B00%3A00&count=1",
        ),
    ] {
        let (method, target) = endpoint(&command).call.target().expect("a route");
        assert_eq!(format!("{method} {target}"), asked, "{command:?}");
    }
}
