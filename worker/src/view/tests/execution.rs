//! Executions: the history, one in full, what a run ends with.

use serde_json::{Value, json};

use super::{execution, failed, page, shown, shown_on, silent, skipped, with_log};
use crate::failure::Exit;

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
