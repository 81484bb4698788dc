//! What facts come to, without a database.

use chrono::TimeDelta;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::facts::{ClockFacts, Database, Facts, Pooling, VercelFile};
use super::{Check, CheckStatus, Diagnosis, Subject, judge};
use crate::clock::Clock;
use crate::config::Config;
use crate::locale::{Locale, msg};
use crate::model::Environment;
use crate::repository::migrate::{MigrationState, MigrationStatus};
use crate::repository::{Encryption, LockMode, SessionFacts};
use crate::task::Registry;
use CheckStatus::{Failed, Ok as Fine, Skipped, Warning};

const SECRET: &str = "4f1c9d20ab5e7386e3b0c442";
const TOKEN: &str = "98fc1c149afbf4c8996fb924";

fn subject() -> Subject {
    Subject {
        config: Config {
            environment: Some(Environment::Production),
            cron_secret: Some(SECRET.into()),
            api_token: Some(TOKEN.into()),
            ..Config::default()
        },
        mistakes: Vec::new(),
        registry: Registry::builder().build(),
        no_database: None,
        clock: Clock::System,
        listen: "127.0.0.1:3000".parse().expect("an address"),
        folder: std::path::PathBuf::new(),
    }
}

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("facts")
}

fn server() -> Value {
    json!({
        "version": "15.8", "version_number": 150_008, "is_read_only": false, "is_local": true, "tls": null,
        "data_directory": null, "has_autovacuum": true, "connections_used": 5, "connections_max": 97,
        "size_bytes": 8_000_000,
    })
}

fn work() -> Value {
    let version = env!("CARGO_PKG_VERSION");
    json!({
        "runners": [{ "name": "web-1/7", "version": version, "is_silent": false, "is_worker": true }],
        "knows_tasks": true, "schedules": [{ "task": "tidy", "expression": "* * * * *" }], "bound": [],
        "hosts": ["production"], "overdue": [],
        "never_ran": [], "failing": [],
        "retired_waiting": [], "paused": [], "maintenance_since": null, "failed_side": [],
    })
}

fn sessions(is_shared: bool) -> SessionFacts {
    SessionFacts { is_shared, database: "1 of today".to_owned() }
}

fn pooling(lock_mode: LockMode, is_shared: bool, direct: Option<SessionFacts>) -> Pooling {
    Pooling { lock_mode, statements: sessions(is_shared), direct }
}

fn migration(state: MigrationState) -> MigrationStatus {
    MigrationStatus {
        version: 1,
        name: "create_tasks".to_owned(),
        state,
        applied_at: None,
        applied_by: None,
        duration_ms: None,
        checksum: None,
        recorded_checksum: None,
    }
}

fn facts() -> Facts {
    let health = json!({
        "connections_used": 5, "connections_max": 97, "lock_waits": 0, "longest_lock_wait_ms": null,
        "oldest_transaction": null, "oldest_idle_in_transaction": null, "size_bytes": 8_000_000, "biggest_tables": [],
    });
    Facts {
        vercel: vercel(&json!([{ "path": "/api/pulse", "schedule": "* * * * *" }])),
        database: Database {
            name: "app".to_owned(),
            encryption: Encryption::Optional,
            server: Ok(read(server())),
            migrations: Ok(vec![migration(MigrationState::Applied)]),
            pooling: Ok(pooling(LockMode::Session, false, None)),
            clock: Ok(clock(3, 1)),
            health: Ok(read(health)),
            tables: Ok(Vec::new()),
            work: Ok(read(work())),
            free_bytes: Some(5 << 30),
            need: 17,
        },
    }
}

fn vercel(crons: &Value) -> VercelFile {
    VercelFile::Text(json!({ "crons": crons }).to_string())
}

fn clock(offset: i64, uncertainty: i64) -> ClockFacts {
    ClockFacts { offset: TimeDelta::milliseconds(offset), uncertainty: TimeDelta::milliseconds(uncertainty) }
}

fn diagnosed(subject: &Subject, facts: &Facts) -> Diagnosis {
    let diagnosis = Diagnosis { findings: judge::judge(subject, facts) };
    // Whatever it is, it is worded in every language, and where something is amiss, it says what to do.
    for answer in Locale::all().map(|locale| diagnosis.answer(locale)) {
        for check in answer.checks {
            let is_amiss = matches!(check.status, Warning | Failed);
            assert!(!check.saw.is_empty() && !check.code.is_empty(), "{check:?}");
            assert_eq!((check.means.is_some(), check.advice.is_some()), (is_amiss, is_amiss), "{check:?}");
        }
    }
    diagnosis
}

/// What a check comes to in a system that is well but for this.
fn but(check: Check, change: impl FnOnce(&mut Subject, &mut Facts)) -> CheckStatus {
    let (mut subject, mut facts) = (subject(), facts());
    change(&mut subject, &mut facts);
    diagnosed(&subject, &facts).status(check)
}

fn but_server(check: Check, name: &str, value: Value) -> CheckStatus {
    let mut server = server();
    server[name] = value;
    but(check, |_, facts| facts.database.server = Ok(read(server)))
}

fn but_work(check: Check, name: &str, value: Value) -> CheckStatus {
    let mut work = work();
    work[name] = value;
    but(check, |_, facts| facts.database.work = Ok(read(work)))
}

#[test]
fn a_system_that_is_well_passes_every_check() {
    let diagnosis = diagnosed(&subject(), &facts());
    for check in Check::ALL {
        assert_eq!(diagnosis.status(*check), Fine, "{check}");
    }
    assert!(!diagnosis.lacks_setup());
    assert_eq!(diagnosis.findings.len(), Check::ALL.len(), "each check stands there once");
}

#[test]
fn without_a_database_all_else_is_looked_at_all_the_same() {
    let (subject, mut facts) = (subject(), facts());
    facts.database = Database::none(msg::database_not_configured());
    let diagnosis = diagnosed(&subject, &facts);
    assert_eq!(diagnosis.status(Check::Database), Failed);
    for check in [Check::Configuration, Check::Tasks, Check::Secrets, Check::Vercel] {
        assert_eq!(diagnosis.status(check), Fine, "{check}");
    }
    for check in [Check::Migrations, Check::Tls, Check::Pooler, Check::Runners, Check::Overdue] {
        assert_eq!(diagnosis.status(check), Skipped, "{check}");
    }
    assert!(diagnosis.lacks_setup());
}

#[test]
fn secrets_are_there_strong_and_different_where_they_are_needed() {
    let secrets = |environment, cron: Option<&str>, token: Option<&str>| {
        but(Check::Secrets, |subject, _| {
            subject.config.environment = Some(environment);
            subject.config.cron_secret = cron.map(Into::into);
            subject.config.api_token = token.map(Into::into);
        })
    };
    assert_eq!(secrets(Environment::Development, None, None), Fine);
    assert_eq!(secrets(Environment::Production, None, Some(TOKEN)), Fine);
    assert_eq!(secrets(Environment::Production, None, None), Warning);
    assert_eq!(secrets(Environment::Serverless, None, None), Failed);
    assert_eq!(secrets(Environment::Serverless, None, Some(TOKEN)), Warning);
    assert_eq!(secrets(Environment::Serverless, Some(TOKEN), Some(TOKEN)), Warning);
    assert_eq!(secrets(Environment::Serverless, Some("short-but-sixteen"), Some(TOKEN)), Warning);
    assert_eq!(secrets(Environment::Serverless, Some(SECRET), Some(&"ab".repeat(20))), Warning);
}

#[test]
fn no_secret_is_repeated_in_any_answer() {
    let diagnosis = diagnosed(&subject(), &facts());
    let text = serde_json::to_string(&diagnosis.answer(Locale::ENGLISH)).expect("JSON");
    assert!(!text.contains(SECRET) && !text.contains(TOKEN), "{text}");
}

#[test]
fn who_listens_to_others_needs_a_token_and_a_warning() {
    let listening = |address: &str, token: Option<&str>, environment| {
        but(Check::Listening, |subject, _| {
            subject.config.environment = Some(environment);
            subject.config.api_token = token.map(Into::into);
            subject.listen = address.parse().expect("an address");
        })
    };
    assert_eq!(listening("[::1]:3000", None, Environment::Production), Fine);
    assert_eq!(listening("0.0.0.0:3000", Some(TOKEN), Environment::Production), Warning);
    assert_eq!(listening("0.0.0.0:3000", None, Environment::Production), Failed);
    assert_eq!(listening("0.0.0.0:3000", None, Environment::Serverless), Skipped);
}

#[test]
fn what_is_set_wrongly_is_told() {
    let mistake = || vec![msg::database_not_configured()];
    assert_eq!(but(Check::Configuration, |subject, _| subject.mistakes = mistake()), Failed);
    assert_eq!(but(Check::Configuration, |subject, _| subject.config.warnings = mistake()), Warning);
    let no_address = |subject: &mut Subject, _: &mut Facts| subject.config.database_url = Some("bad".to_owned().into());
    assert_eq!(but(Check::Configuration, no_address), Failed);
    assert_eq!(but(Check::Overlap, |subject, _| subject.config.overlap_prevention = false), Warning);
    let unused =
        |subject: &mut Subject, _: &mut Facts| subject.registry = Registry::builder().limit("heavy", 2).build();
    assert_eq!(but(Check::Limits, unused), Warning);
    let wrong = |subject: &mut Subject, _: &mut Facts| subject.registry = Registry::builder().limit("heavy", 0).build();
    assert_eq!((but(Check::Tasks, wrong), but(Check::Limits, wrong)), (Failed, Failed));
}

#[test]
fn crons_of_vercel_are_held_against_what_the_platform_takes() {
    let file = |file: VercelFile| but(Check::Vercel, |_, facts| facts.vercel = file);
    let pulse = |schedule: &str| file(vercel(&json!([{ "path": "/api/pulse?tasks=a", "schedule": schedule }])));
    for schedule in ["* * * * *", "0-59 * * * *", "*/1 * 1,15 * *", "* * * 1-3 *", "* * * * 0,6"] {
        assert_eq!(pulse(schedule), Fine, "{schedule}");
    }
    let fields = ["@daily", "* * * *", "0 * * * * *", "*  * * * *", " * * * * *", ""];
    let names = ["0 9 * * MON", "0 9 * JAN *", "0 0 L * *", "0 0 15W * *"];
    let foreign = ["99 * * * *", "0 0 ? * *", "0 0 * * 1#2", "0 0 * * 7", "0 0 * * 5-7", "-5 * * * *"];
    let days = ["0 9 1 * 1", "0 0 31 2 *"];
    for schedule in [&fields[..], &names, &foreign, &days].concat() {
        assert_eq!(pulse(schedule), Failed, "{schedule}");
    }
    let many = |crons| file(vercel(&json!(vec![json!({ "path": "/api/pulse", "schedule": "* * * * *" }); crons])));
    assert_eq!((many(100), many(101)), (Fine, Failed));
    assert_eq!(file(VercelFile::Absent), Skipped);
    assert_eq!(file(VercelFile::Text("{".to_owned())), Failed);
    assert_eq!(file(VercelFile::Unreadable("denied".to_owned())), Failed);
    assert_eq!(file(vercel(&json!([{ "path": "/api/other", "schedule": "* * * * *" }]))), Warning);
    assert_eq!(file(VercelFile::Text("{}".to_owned())), Warning);
}

#[test]
fn what_each_plan_of_vercel_allows_is_said_in_words() {
    let said = |schedule: &str| {
        let (mut subject, mut facts) = (subject(), facts());
        subject.config.pulse_interval = std::time::Duration::from_secs(86_400);
        facts.vercel = vercel(&json!([{ "path": "/api/pulse", "schedule": schedule }]));
        let checks = diagnosed(&subject, &facts).answer(Locale::ENGLISH).checks;
        checks.into_iter().find(|check| check.check == Check::Vercel).map(|check| check.saw).expect("it looks")
    };
    for schedule in ["* * * * *", "0 */12 * * *", "0,30 9 * * *"] {
        assert!(said(schedule).contains("Hobby"), "{schedule}: {}", said(schedule));
    }
    for schedule in ["37 9 * * *", "0 9 * * 1", "0 9 1 * *"] {
        assert!(!said(schedule).contains("Hobby"), "{schedule}: {}", said(schedule));
    }
}

#[test]
fn a_pulse_that_is_expected_more_often_than_it_comes_is_told_where_no_worker_decides() {
    let pulse = |schedule: &str, expected, runners: Value| {
        let mut work = work();
        work["runners"] = runners;
        but(Check::Vercel, |subject, facts| {
            subject.config.pulse_interval = std::time::Duration::from_secs(expected);
            facts.database.work = Ok(read(work));
            facts.vercel = vercel(&json!([{ "path": "/api/pulse", "schedule": schedule }]));
        })
    };
    let nobody = || json!([]);
    assert_eq!(pulse("37 9 * * *", 60, nobody()), Warning);
    assert_eq!(pulse("37 9 * * *", 86_400, nobody()), Fine);
    assert_eq!(pulse("*/5 * * * *", 300, nobody()), Fine);
    assert_eq!(pulse("*/5 * * * *", 299, nobody()), Warning);
    assert_eq!(pulse("*/5 * * * *", 60, work()["runners"].clone()), Fine, "workers decide");
}

#[test]
fn a_schedule_finer_than_the_pulse_is_told_where_no_worker_decides() {
    let schedules = |pulse: Option<&str>, environment, runners: Value| {
        let mut work = work();
        work["runners"] = runners;
        work["schedules"] = json!([{ "task": "often", "expression": "*/10 * * * *" }]);
        but(Check::Schedules, |subject, facts| {
            subject.config.environment = Some(environment);
            facts.database.work = Ok(read(work));
            facts.vercel = pulse.map_or(VercelFile::Absent, |schedule| {
                vercel(&json!([{ "path": "/api/pulse", "schedule": schedule }]))
            });
        })
    };
    let nobody = || json!([]);
    assert_eq!(schedules(Some("*/10 * * * *"), Environment::Serverless, nobody()), Fine);
    assert_eq!(schedules(Some("0 * * * *"), Environment::Serverless, nobody()), Warning);
    assert_eq!(schedules(Some("0 * * * *"), Environment::Serverless, work()["runners"].clone()), Fine);
    assert_eq!(schedules(None, Environment::Serverless, nobody()), Fine, "the pulse is expected every minute");
    assert_eq!(schedules(None, Environment::Production, nobody()), Fine, "workers are expected");
}

#[test]
fn where_the_database_knows_no_task_yet_the_schedules_of_the_code_are_looked_at() {
    let status = |knows_tasks: bool| {
        let mut work = work();
        work["runners"] = json!([]);
        work["schedules"] = json!([]);
        work["knows_tasks"] = json!(knows_tasks);
        but(Check::Schedules, |subject, facts| {
            subject.registry = Registry::builder().cron(crate::tasks::http_check::HttpCheck).build();
            subject.config.environment = Some(Environment::Serverless);
            facts.database.work = Ok(read(work));
            facts.vercel = vercel(&json!([{ "path": "/api/pulse", "schedule": "0 * * * *" }]));
        })
    };
    assert_eq!((status(false), status(true)), (Warning, Fine), "it runs every five minutes; then all is turned off");
}

#[test]
fn the_server_is_new_takes_changes_and_has_room() {
    assert_eq!(but_server(Check::Database, "version_number", json!(130_014)), Failed);
    assert_eq!(but_server(Check::Database, "version_number", json!(140_000)), Fine);
    assert_eq!(but_server(Check::Database, "is_read_only", json!(true)), Failed);
    assert_eq!(but_server(Check::Connections, "connections_used", json!(80)), Fine);
    assert_eq!(but_server(Check::Connections, "connections_used", json!(81)), Warning);
    assert_eq!(but_server(Check::Vacuum, "has_autovacuum", json!(false)), Warning);
    let free = |bytes| but(Check::Disk, |_, facts| facts.database.free_bytes = bytes);
    assert_eq!((free(None), free(Some(1 << 30))), (Skipped, Fine));
    assert_eq!((free(Some((1 << 30) - 1)), free(Some(50 << 20))), (Warning, Failed));
}

#[test]
fn the_way_to_another_machine_is_encrypted() {
    let tls = |version: Option<&str>, encryption| {
        let mut server = server();
        server["is_local"] = json!(false);
        server["tls"] = json!(version);
        but(Check::Tls, |_, facts| {
            facts.database.server = Ok(read(server));
            facts.database.encryption = encryption;
        })
    };
    assert_eq!(tls(Some("TLSv1.3"), Encryption::Verified), Fine);
    assert_eq!(tls(Some("TLSv1.3"), Encryption::Required), Warning);
    assert_eq!(tls(None, Encryption::Optional), Warning);
    let pooled = |_: &mut Subject, facts: &mut Facts| {
        facts.database.pooling = Ok(pooling(LockMode::Transaction, true, None));
    };
    assert_eq!(but(Check::Tls, pooled), Skipped, "it would be the pooler's own connection");
}

#[test]
fn each_way_a_migration_may_fare_is_told_apart() {
    for (state, status, is_setup_lacking) in [
        (MigrationState::Applied, Fine, false),
        (MigrationState::Unknown, Warning, false),
        (MigrationState::Pending, Failed, true),
        (MigrationState::Started, Failed, true),
        (MigrationState::Edited, Failed, true),
    ] {
        let (subject, mut facts) = (subject(), facts());
        facts.database.migrations = Ok(vec![migration(state)]);
        let diagnosis = diagnosed(&subject, &facts);
        assert_eq!(
            (diagnosis.status(Check::Migrations), diagnosis.lacks_setup()),
            (status, is_setup_lacking),
            "{state}"
        );
    }
}

#[test]
fn a_session_lock_behind_a_pooler_fails() {
    use LockMode::{Session, Transaction};
    let elsewhere = SessionFacts { database: "2 of today".to_owned(), ..sessions(false) };
    for (lock_mode, is_shared, direct, expected) in [
        (Session, false, None, Fine),
        (Transaction, false, None, Fine),
        (Session, true, None, Failed),
        (Transaction, true, None, Fine),
        (Session, true, Some(sessions(false)), Fine),
        (Session, true, Some(sessions(true)), Failed),
        (Transaction, true, Some(sessions(true)), Fine),
        (Session, true, Some(elsewhere.clone()), Failed),
        (Session, false, Some(elsewhere), Failed),
    ] {
        let facts = pooling(lock_mode, is_shared, direct);
        let told = format!("{facts:?}");
        assert_eq!(but(Check::Pooler, |_, all| all.database.pooling = Ok(facts)), expected, "{told}");
    }
}

#[test]
fn clocks_may_differ_by_what_the_way_between_them_takes() {
    let status =
        |offset, uncertainty| but(Check::Clock, |_, facts| facts.database.clock = Ok(clock(offset, uncertainty)));
    assert_eq!((status(2000, 0), status(-2000, 0)), (Fine, Fine));
    assert_eq!((status(2001, 0), status(-2001, 0)), (Warning, Warning));
    assert_eq!((status(5000, 3000), status(5001, 3000)), (Fine, Warning), "a slow network proves nothing");
}

#[test]
fn old_transactions_dead_rows_and_old_statistics_are_told() {
    let open = |name: &str, age_ms: i64| {
        let open = json!({ "pid": 7, "application_name": null, "age_ms": age_ms });
        let mut health = serde_json::to_value(facts().database.health.expect("health")).expect("JSON");
        health[name] = open;
        but(Check::Transactions, |_, facts| facts.database.health = Ok(read(health)))
    };
    assert_eq!((open("oldest_transaction", 900_000), open("oldest_transaction", 900_001)), (Fine, Warning));
    let idle = |age| open("oldest_idle_in_transaction", age);
    assert_eq!((idle(300_000), idle(300_001)), (Fine, Warning));

    let table = |check, live: i64, dead: i64, changed: i64| {
        let table = json!({ "name": "cron_tasks", "live_rows": live, "dead_rows": dead, "changed_rows": changed });
        but(check, |_, facts| facts.database.tables = Ok(vec![read(table)]))
    };
    assert_eq!((table(Check::Vacuum, 10, 10_000, 0), table(Check::Vacuum, 10, 10_001, 0)), (Fine, Warning));
    assert_eq!(table(Check::Vacuum, 1_000_000, 10_001, 0), Fine, "a small share of a big table");
    assert_eq!((table(Check::Statistics, 10, 0, 10_000), table(Check::Statistics, 10, 0, 10_001)), (Fine, Warning));
}

#[test]
fn work_that_does_not_get_done_is_told() {
    let silent = json!([{ "name": "web-1/7", "version": "0", "is_silent": true, "is_worker": true }]);
    let older = json!([{ "name": "web-1/7", "version": "0", "is_silent": false, "is_worker": true }]);
    for (check, name, value, expected) in [
        (Check::Runners, "runners", json!([]), Fine),
        (Check::Runners, "runners", silent.clone(), Warning),
        (Check::Versions, "runners", silent, Skipped),
        (Check::Versions, "runners", older, Warning),
        (Check::Hosts, "bound", json!([{ "task": "tidy", "runs_on": "worker" }]), Fine),
        (Check::Hosts, "bound", json!([{ "task": "tidy", "runs_on": "function" }]), Warning),
        (Check::Overdue, "overdue", json!(["tidy"]), Warning),
        (Check::NeverRan, "never_ran", json!([{ "task": "tidy", "reason": null }]), Warning),
        (Check::NeverRan, "never_ran", json!([{ "task": "tidy", "reason": "paused" }]), Warning),
        (Check::Failures, "failing", json!([{ "task": "tidy", "failures": 9 }]), Warning),
        (Check::Failures, "failing", json!([{ "task": "tidy", "failures": 10 }]), Failed),
        (Check::SideTasks, "failed_side", json!([{ "task": "watch", "error": "no" }]), Failed),
        (Check::SideTasks, "failed_side", json!([{ "task": "watch", "error": null }]), Failed),
        (Check::Pauses, "paused", json!([{ "task": "tidy", "since": "2026-03-01T00:00:00Z" }]), Warning),
        (Check::Pauses, "maintenance_since", json!("2026-03-01T00:00:00Z"), Warning),
        (Check::Retired, "retired_waiting", json!([{ "task": "old", "waiting": 3 }]), Warning),
    ] {
        let told = format!("{name}: {value}");
        assert_eq!(but_work(check, name, value), expected, "{told}");
    }
    let mut work = work();
    work["runners"] = json!([]);
    work["overdue"] = json!(["tidy"]);
    assert_eq!(but(Check::Overdue, |_, facts| facts.database.work = Ok(read(work))), Failed, "nobody is there");
}

/// What a check saw, in that language.
fn saw(check: Check, locale: &str, change: impl FnOnce(&mut Facts)) -> String {
    let (subject, mut facts) = (subject(), facts());
    change(&mut facts);
    let answer = diagnosed(&subject, &facts).answer(Locale::parse(locale).expect("a language"));
    answer.checks.into_iter().find(|told| told.check == check).expect("the check").saw
}

#[test]
fn why_a_task_never_ran_is_told_in_words() {
    let never = |reason: &str| {
        let mut work = work();
        work["never_ran"] = json!([{ "task": "tidy", "reason": reason }]);
        work
    };
    for (reason, locale, told) in [
        ("paused", "de", "tasks-reason-paused"),
        ("paused", "en", "tasks-reason-paused"),
        ("concurrency_limit:reports", "pl", "tasks-reason-concurrency-limit"),
    ] {
        let label = Locale::parse(locale).and_then(|locale| locale.lookup(told)).expect("a label");
        let saw = saw(Check::NeverRan, locale, |facts| facts.database.work = Ok(read(never(reason))));
        assert!(saw.contains(&format!("tidy ({label}")) && !saw.contains(&format!("({reason}")), "{saw}");
    }
    let newer = saw(Check::NeverRan, "de", |facts| facts.database.work = Ok(read(never("solar_eclipse"))));
    assert!(newer.contains("tidy (solar_eclipse)"), "{newer}");
}

#[test]
fn a_clock_is_ahead_or_behind_and_never_by_less_than_nothing() {
    for (offset, locale, told) in [
        (3000, "en", "The database is 3 s ahead of this machine."),
        (-90_500, "en", "The database is 1 min 30 s behind this machine."),
        (-3000, "de", "Die Datenbank geht 3 s nach gegenüber diesem Rechner."),
        (-3000, "pl", "Baza jest w tyle za tą maszyną o 3 s."),
    ] {
        assert_eq!(saw(Check::Clock, locale, |facts| facts.database.clock = Ok(clock(offset, 0))), told);
    }
}

#[test]
fn of_many_names_the_first_are_told_and_how_many_more_there_are() {
    let names: Vec<_> = (0..11).map(|number| format!("task-{number}")).collect();
    let mut work = work();
    work["overdue"] = json!(names);
    let (subject, mut facts) = (subject(), facts());
    facts.database.work = Ok(read(work));
    let answer = diagnosed(&subject, &facts).answer(Locale::ENGLISH);
    let overdue = answer.checks.iter().find(|check| check.check == Check::Overdue).expect("the check");
    assert!(overdue.saw.ends_with("task-6, task-7 and +3."), "{}", overdue.saw);
    assert_eq!(overdue.facts["tasks"].as_array().map(Vec::len), Some(11), "a program gets them all");
}
