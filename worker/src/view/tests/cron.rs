//! Tasks: listed, told in full, changed from the usual.

use serde_json::{Value, json};

use super::{execution, failed, shown, skipped, task, tasks};

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
