//! The command line as a person meets it: through [`worker::run`], and where streams and exit codes matter, through the
//! real program.

#![allow(clippy::expect_used, reason = "a test may fail")]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex, PoisonError};

use downbeat::app::App;
use downbeat::config::{Config, ConfigErrors};
use downbeat::http::{self, ROUTES};
use downbeat::locale::{Locale, format};
use downbeat::task::Registry;
use downbeat::task::prelude::*;
use secrecy::SecretString;
use serde_json::Value;
use worker::{Exit, Printer};

/// Commands that do not go through the API.
const LOCAL: [&str; 10] = [
    "dev",
    "start",
    "runner start",
    "migrate",
    "doctor",
    "new task",
    "new project",
    "registry",
    "generate",
    "completions",
];
/// Commands that look at the answer of another one's route.
const SAME_ROUTE: [&str; 3] = ["cron disable", "cron enable", "schedule explain"];

struct Tidy;

impl CronTask for Tidy {
    type Config = ();
    type Report = ();

    const DEFINITION: CronTaskDefinition = CronTaskDefinition {
        schedule: Schedule::Cron("0 3 * * *"),
        description: "Keeps tidy",
        category: Category::Maintenance,
        ..CronTaskDefinition::new("keep-tidy")
    };

    async fn execute(&self, _: TaskContext<()>) -> TaskResult<()> {
        Ok(())
    }
}

struct Watch;

impl SideTask for Watch {
    type Config = ();

    const DEFINITION: SideTaskDefinition =
        SideTaskDefinition { description: "Keeps watch", ..SideTaskDefinition::new("night-watch") };

    async fn run(&self, _: SideContext<()>, stop: CancellationToken) -> TaskResult<()> {
        stop.cancelled().await;
        Ok(())
    }
}

/// What a command printed, and how it ended.
#[derive(Debug)]
struct Said {
    exit: Exit,
    out: String,
    err: String,
}

impl Said {
    /// The one document on stdout.
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).expect("one JSON document and nothing else")
    }
}

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Page {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).expect("UTF-8")
    }
}

async fn run_with(words: &[&str], config: Result<Config, ConfigErrors>) -> Said {
    let (out, err) = (Page::default(), Page::default());
    let mut printer = Printer::to(out.clone(), err.clone());
    let arguments = std::iter::once("worker").chain(words.iter().copied()).map(OsString::from);
    let registry = Registry::builder().cron(Tidy).side(Watch);
    let exit = worker::run(arguments, config, registry, &mut printer).await;
    Said { exit, out: out.text(), err: err.text() }
}

/// Where no private PostgreSQL is.
const NO_DATABASE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/no-database");

/// Without any database, and without programs for a private one.
async fn run(words: &[&str]) -> Said {
    let pg_bin = Some("/nowhere".into());
    let data_dir = Some(NO_DATABASE.into());
    run_with(words, Ok(Config { pg_bin, data_dir, ..Config::default() })).await
}

/// Every command that has none below it, by its full name.
fn leaves(command: &clap::Command, path: &str) -> Vec<(String, clap::Command)> {
    let below = command.get_subcommands().flat_map(|sub| {
        let name = sub.get_name();
        leaves(sub, &if path.is_empty() { name.to_owned() } else { format!("{path} {name}") })
    });
    let below: Vec<_> = below.collect();
    if below.is_empty() { vec![(path.to_owned(), command.clone())] } else { below }
}

/// Every command, groups too, with the whole one at the top.
fn all(command: &clap::Command) -> Vec<clap::Command> {
    std::iter::once(command.clone()).chain(command.get_subcommands().flat_map(all)).collect()
}

#[test]
fn every_route_has_its_command_and_every_command_its_route() {
    let routes: BTreeSet<_> = ROUTES.iter().filter_map(|route| route.command).map(str::to_owned).collect();
    let besides = LOCAL.iter().chain(&SAME_ROUTE).map(|name| (*name).to_owned());
    let expected: BTreeSet<_> = routes.into_iter().chain(besides).collect();
    let commands: BTreeSet<_> =
        leaves(&worker::command(Locale::ENGLISH), "").into_iter().map(|(name, _)| name).collect();
    assert_eq!(commands, expected);
    assert!(ROUTES.iter().all(|route| route.command.is_some()), "every route has one");
}

#[test]
fn every_command_and_argument_is_explained_in_every_language() {
    for locale in Locale::all() {
        for command in all(&worker::command(locale)) {
            let name = command.get_name();
            assert!(command.get_about().is_some_and(|about| !about.to_string().is_empty()), "{locale}: {name}");
            for argument in command.get_arguments() {
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(!help.is_empty() && !help.starts_with(['[', '(']), "{locale}: {name} {}", argument.get_id());
            }
        }
    }
}

#[test]
fn every_command_shows_an_example_that_could_be_typed() {
    let whole = worker::command(Locale::ENGLISH);
    for command in all(&whole) {
        let help = command.clone().render_help().to_string();
        let (_, examples) = help.split_once("Examples:\n").expect("an example");
        for line in examples.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let typed = line.split(" > ").next().unwrap_or_default();
            let parsed = whole.clone().try_get_matches_from(words(typed));
            assert!(parsed.is_ok(), "{line}: {}", parsed.expect_err("it was refused"));
            assert!(command.get_name() == "worker" || typed.contains(command.get_name()), "{line}");
        }
    }
}

/// Splits as a shell does, as far as our examples go: single quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().expect("at least one").push(c),
        }
    }
    words
}

#[test]
fn help_speaks_the_person_s_language() {
    let german = Locale::parse("de").expect("a language");
    let help = worker::command(german).term_width(100).try_get_matches_from(["worker", "cron", "run", "--help"]);
    let languages = german.render(&format::one_of(Locale::all().map(Locale::tag)));
    let help = help.expect_err("it is help").render().to_string().replace(&languages, "LANGUAGES");
    insta::assert_snapshot!(help, @r#"
    Eine Cron-Aufgabe jetzt ausführen

    Aufruf: worker cron run [OPTIONS] <TASK>

    Argumente:
      <TASK>  Der Name der Aufgabe

    Optionen:
          --config <JSON>          Ein JSON-Objekt, das für diesen Lauf über die Einstellungen der
                                   Aufgabe gelegt wird
          --wait                   Auf das Ende warten; schlägt die Aufgabe fehl, dann auch der Befehl
          --dry-run                Nur die Einstellungen prüfen
          --idempotency-key <KEY>  Nur einmal handeln, wie oft dies auch mit demselben Schlüssel
                                   gesendet wird; er gilt einen Tag

    Überall:
          --json                 Ein JSON-Dokument ausgeben und sonst nichts
          --locale <LANGUAGE>    Die Sprache [LANGUAGES]
          --database-url <URL>   Das PostgreSQL, auf dem gearbeitet wird, statt DATABASE_URL
          --url <URL>            Die Installation unter dieser Adresse fragen statt der Datenbank;
                                 TASK_API_TOKEN öffnet sie
      -y, --yes                  Nichts fragen vor dem, was sich schwer zurücknehmen lässt
      -v, --verbose...           Mehr protokollieren; zweimal für noch mehr
          --log-format <FORMAT>  Wie auf stderr protokolliert wird [text, json oder journal] (Vorgabe:
                                 text)
      -h, --help                 Diese Hilfe zeigen

    Beispiele:
      worker cron run prune-history --wait
      worker cron run prune-history --config '{"retention_days":7}'
    "#);
}

#[tokio::test]
async fn help_goes_to_stdout_and_is_no_mistake() {
    let german = Config { locale: Locale::parse("de"), ..Config::default() };
    let said = run_with(&["pulse", "--help"], Ok(german)).await;
    assert_eq!((said.exit, said.err.as_str()), (Exit::Done, ""));
    assert!(said.out.starts_with("Der Puls"), "{}", said.out);
    assert_eq!(run(&["help", "cron", "run"]).await.out, run(&["cron", "run", "--help"]).await.out);
    assert!(run(&["pulse", "--help", "--locale", "pl"]).await.out.starts_with("Puls:"));
    for (language, usage, noun, mistake) in [
        (
            "en",
            "worker cron show [OPTIONS] <TASK>",
            "worker cron [OPTIONS] <COMMAND>",
            "worker cron show [OPTIONS] <TASK>",
        ),
        (
            "de",
            "worker cron show [OPTIONEN] <TASK>",
            "worker cron [OPTIONEN] <BEFEHL>",
            "worker cron show [OPTIONEN] <TASK>",
        ),
        ("pl", "worker cron show [OPCJE] <TASK>", "worker cron [OPCJE] <POLECENIE>", "worker cron show [OPCJE] <TASK>"),
    ] {
        for (typed, expected) in
            [(&["cron", "show", "--help"][..], usage), (&["cron", "--help"], noun), (&["cron"], noun)]
        {
            let said = run(&[typed, &["--locale", language]].concat()).await;
            assert!(format!("{}{}", said.out, said.err).contains(expected), "{typed:?}: {}{}", said.out, said.err);
        }
        let said = run(&["cron", "show", "a", "b", "--locale", language]).await;
        assert!(said.err.contains(mistake), "{}", said.err);
    }
}

#[tokio::test]
async fn what_is_typed_wrong_is_named_and_ends_with_2() {
    let languages = format::one_of(Locale::all().map(Locale::tag)).to_string();
    let unknown_language = format!("“fr_FR.UTF-8” is not allowed for --locale <LANGUAGE>; allowed are {languages}");
    for (typed, named) in [
        (vec!["cron", "show"], "<TASK>"),
        (vec!["cron", "taks"], "did you mean “tasks” or “stats”?"),
        (vec!["history"], "did you mean “cron history” or “pulse history”?"),
        (vec!["cron", "run", "keep-tidy", "--wait=1", "--locale", "de"], "--wait nimmt keinen Wert: „1“"),
        (vec!["cron", "run", "keep-tidy", "--wait", "--wait"], "--wait is there twice"),
        (vec!["dev", "--listen", "x", "--locale", "de"], "Adresse mit Port"),
        (vec!["--url", "foo", "types", "--locale", "de"], "https://…, http://…"),
        (vec!["histroy"], "did you mean “cron history” or “pulse history”?"),
        (vec!["registr"], "did you mean “registry”?"),
        (vec!["cron", "tasks", "--priority", "hihg"], "did you mean “high”? Allowed are critical, high"),
        (vec!["cron", "run", "keep-tidy", "--config", "{"], "--config"),
        (vec!["schedule", "next", "0 25 * * *"], "25"),
        (vec!["schedule", "next", "@daily", "--tz", "Europe/Berln"], "Europe/Berlin"),
        (vec!["schedule", "next", "@daily", "--count", "0"], "1"),
        (vec!["schedule", "next", "@daily", "--count", "1001"], "between 1 and 1000"),
        (vec!["cron", "history", "--limit", "0"], "between 1 and 1000"),
        (vec!["pulse", "history", "--limit", "70000"], "between 1 and 1000"),
        (vec!["cron", "history", "--since", "yesterday"], "allowed are 30m"),
        (vec!["--url", "https://a", "--database-url", "postgresql://b", "types"], "--url"),
        (vec!["--url", "https://a", "migrate"], "--url"),
        (vec!["--url", "ftp://a", "types"], "https://"),
        (
            vec!["--locale", "de", "cron", "histroy"],
            "Fehler: den Befehl „histroy“ gibt es nicht; war „history“ gemeint?",
        ),
        (vec!["--locale", "pl", "cron", "show"], "błąd: brakuje: <TASK>"),
        (vec!["cron", "tasks", "--nope"], "there is no option “--nope” here"),
        (vec!["cron", "history", "--limit", "many"], "it is no whole number"),
        (vec!["pulse", "status", "surplus"], "unexpected argument “surplus”"),
        (vec!["cron", "show", "a", "b", "--locale", "de"], "unerwartetes Argument „b“"),
        (vec!["cron", "set", "keep-tidy"], "nothing is to be set; name at least one of --schedule"),
        (vec!["registry", "night-wacht"], "did you mean “night-watch”?"),
        (vec!["registry", "maintenence"], "did you mean “maintenance”?"),
        (vec!["registry", "x", "--locale", "de"], "neben den Namen der Aufgaben gibt es cron, side, all, development"),
        (vec!["types", "--locale", "fr_FR.UTF-8"], &unknown_language),
        (vec!["unified-runner", "start", "--concurrency", "0"], "between 1 and 10000"),
        (vec!["runner", "start", "--url", "https://a"], "--url"),
        (vec!["new", "task"], "<NAME>"),
        (vec!["new", "task", "Invoice Mailer"], "a name is 1 to 100 characters"),
        (vec!["new", "task", "history", "--locale", "de"], "„history“"),
        (vec!["new", "project"], "<FOLDER>"),
        (vec!["new", "project", "/nowhere/new", "--path", "/nowhere"], "/nowhere/shared/Cargo.toml"),
        (vec!["new", "project", "a", "--path", "b", "--git", "c"], "--git"),
        (vec!["--url", "https://a", "new", "project", "b"], "--url"),
        (vec!["generate", "--dir", "/nowhere"], "/nowhere"),
    ] {
        let said = run(&typed).await;
        let expected = if typed[0] == "generate" { Exit::Failed } else { Exit::Input };
        assert_eq!((said.exit, said.out.as_str()), (expected, ""), "{typed:?}: {}", said.err);
        assert!(said.err.contains(named), "{typed:?} does not name {named}: {}", said.err);
    }
}

#[tokio::test]
async fn half_a_command_is_told_in_one_sentence_to_a_program() {
    for (typed, sentence) in [
        (vec!["--json", "cron", "--locale", "de"], "es fehlt ein Befehl; es gibt tasks, show"),
        (vec!["--json", "--locale", "pl"], "brakuje polecenia; dostępne: dev, start"),
        (vec!["schedule", "--json"], "a command is missing; there are next"),
    ] {
        let said = run(&typed).await;
        let document = said.json();
        let message = document["error"]["message"].as_str().expect("a sentence");
        assert_eq!((said.exit, said.err.as_str()), (Exit::Input, ""), "{typed:?}");
        assert!(message.starts_with(sentence), "{typed:?}: {message}");
    }
}

#[tokio::test]
async fn without_a_database_the_command_says_what_to_do_and_ends_with_3() {
    for typed in [vec!["cron", "tasks"], vec!["pulse", "execute"], vec!["unified-runner"], vec!["migrate", "--status"]]
    {
        let said = run(&typed).await;
        assert_eq!((said.exit, said.out.as_str()), (Exit::Setup, ""), "{typed:?}");
        assert!(said.err.contains("DATABASE_URL") && said.err.contains("worker dev"), "{}", said.err);
        assert!(!std::path::Path::new(NO_DATABASE).exists(), "{typed:?} left something behind");
    }
    let said = run(&["cron", "tasks", "--database-url", "postgresql://127.0.0.1:1/none?connect_timeout=1"]).await;
    assert_eq!(said.exit, Exit::Setup, "{}", said.err);
    let said = run(&["cron", "tasks", "--database-url", "nonsense"]).await;
    assert_eq!(said.exit, Exit::Setup, "{}", said.err);
}

#[tokio::test]
async fn a_wrong_configuration_ends_with_3_and_names_every_mistake() {
    let wrong =
        || Config::from_pairs([("TASK_CONCURRENCY", "many"), ("TASK_LEASE", "1s")].map(|(a, b)| (a.into(), b.into())));
    let said = run_with(&["cron", "tasks"], wrong()).await;
    assert_eq!(said.exit, Exit::Setup);
    assert!(said.err.contains("TASK_CONCURRENCY") && said.err.contains("TASK_LEASE"), "{}", said.err);
    // What needs no configuration does not stumble over it.
    assert_eq!(run_with(&["schedule", "explain", "@daily"], wrong()).await.exit, Exit::Done);
    assert_eq!(run_with(&["registry"], wrong()).await.exit, Exit::Done);
}

#[tokio::test]
async fn what_needs_no_database_works_without_one() {
    let said = run(&["registry"]).await;
    assert_eq!(said.exit, Exit::Done);
    insta::assert_snapshot!(said.out, @r"
    Category     Task         Schedule   Description  Priority
    Maintenance  keep-tidy    0 3 * * *  Keeps tidy   Medium
    System       night-watch  always     Keeps watch  Medium

    1 cron task, 1 side task
    ");
    let said = run(&["schedule", "explain", "*/15 9-17 * * MON-FRI", "--locale", "de"]).await;
    insta::assert_snapshot!(said.out, @r"
    */15 9-17 * * MON-FRI
    alle 15 Minuten von 09:00 bis 17:45 Uhr, Montag bis Freitag
    ");
    let next = ["schedule", "next", "0 9 * * MON", "--tz", "Europe/Warsaw", "--from", "2027-03-26T00:00:00Z", "--json"];
    let said = run(&next).await;
    insta::assert_snapshot!(said.out, @r#"{"success":true,"data":{"expression":"0 9 * * MON","timezone":"Europe/Warsaw","explanation":"at 09:00, every Monday","next":["2027-03-29T09:00:00+02:00","2027-04-05T09:00:00+02:00","2027-04-12T09:00:00+02:00","2027-04-19T09:00:00+02:00","2027-04-26T09:00:00+02:00"]}}"#);
    assert!(run(&["types"]).await.out.contains("keep-tidy"));
    for shell in ["bash", "zsh", "fish"] {
        let script = run(&["completions", shell]).await.out;
        assert!(script.contains("WORKER_COMPLETE") && script.contains(shell), "{script}");
    }
}

#[tokio::test]
async fn with_json_there_is_one_document_on_stdout_whatever_happens() {
    for (typed, exit) in [
        (vec!["registry"], Exit::Done),
        (vec!["types"], Exit::Done),
        (vec!["schedule", "next", "@hourly"], Exit::Done),
        (vec!["schedule", "explain", "@hourly"], Exit::Done),
        (vec!["schedule", "next", "nonsense"], Exit::Input),
        (vec!["cron", "tasks"], Exit::Setup),
        (vec!["cron", "show"], Exit::Input),
        (vec!["nonsense"], Exit::Input),
        (vec!["new", "task", "history"], Exit::Input),
        (vec!["new", "task", "keep-tidy", "--dir", "."], Exit::Failed),
        (vec!["generate", "--dir", "/nowhere"], Exit::Failed),
    ] {
        let typed = [typed, vec!["--json"]].concat();
        let said = run(&typed).await;
        assert_eq!((said.exit, said.err.as_str()), (exit, ""), "{typed:?}");
        let envelope = said.json();
        assert_eq!(envelope["success"], exit == Exit::Done, "{typed:?}");
        let part = if exit == Exit::Done { "data" } else { "error" };
        assert!(envelope[part].is_object() || envelope[part].is_array(), "{typed:?}: {envelope}");
        if exit != Exit::Done {
            assert!(envelope["error"]["message"].as_str().is_some_and(|text| !text.is_empty()), "{envelope}");
        }
    }
}

#[tokio::test]
async fn the_registry_has_the_five_views_of_the_specification() {
    let said = run(&["registry", "--json"]).await;
    assert!(said.out.starts_with(r#"{"success":true,"data":{"#), "{}", said.out);
    let registry = said.json()["data"].take();
    assert_eq!(registry["cron_tasks"][0]["name"], "keep-tidy");
    assert_eq!(registry["side_tasks"][0]["name"], "night-watch");
    assert_eq!(registry["all_tasks"].as_array().map(Vec::len), Some(2));
    assert_eq!(registry["tasks_by_category"]["MAINTENANCE"][0]["name"], "keep-tidy");
    assert_eq!(registry["tasks_by_name"]["night-watch"]["type"], "side");
}

#[tokio::test]
async fn the_registry_is_asked_by_type_by_category_and_by_name() {
    for (which, tasks) in [
        ("all", &["keep-tidy", "night-watch"][..]),
        ("cron", &["keep-tidy"]),
        ("SIDE", &["night-watch"]),
        ("maintenance", &["keep-tidy"]),
        ("SYSTEM", &["night-watch"]),
        ("watch", &[]),
        ("night-watch", &["night-watch"]),
    ] {
        let said = run(&["registry", which, "--json"]).await;
        let registry = said.json()["data"].take();
        let names: Vec<_> = registry["all_tasks"].as_array().into_iter().flatten().map(|task| &task["name"]).collect();
        assert_eq!(names, tasks, "{which}");
        let by_name = registry["tasks_by_name"].as_object().map(serde_json::Map::len);
        assert_eq!((by_name, said.exit), (Some(tasks.len()), Exit::Done), "{which}");
    }
    insta::assert_snapshot!(run(&["registry", "side"]).await.out, @r"
    Category  Task         Schedule  Description  Priority
    System    night-watch  always    Keeps watch  Medium

    0 cron tasks, 1 side task
    ");
    insta::assert_snapshot!(run(&["registry", "keep-tidy"]).await.out, @r"
    keep-tidy
    Keeps tidy

    Type          Cron task
    Schedule      0 3 * * *
    Enabled       yes
    Priority      Medium
    Category      Maintenance
    Timeout       as configured
    Retries       as configured
    Missed slots  The newest one runs, at most 1 h old
    Version       1.0.0
    ");
    insta::assert_snapshot!(run(&["registry", "night-watch", "--locale", "de"]).await.out, @r"
    night-watch
    Keeps watch

    Typ            Nebenaufgabe
    Zeitplan       immer
    Eingeschaltet  ja
    Priorität      Mittel
    Kategorie      System
    Neustarts      5; vor der ersten höchstens 5 s Wartezeit
    Befinden       wird alle 30 s gefragt
    Version        1.0.0
    ");
}

#[tokio::test]
async fn the_runner_starts_by_the_name_of_the_specification() {
    for typed in [&["start"][..], &["runner", "start"], &["unified-runner", "start"]] {
        let said = run(&[typed, &["--dry-run"]].concat()).await;
        assert_eq!((said.exit, said.out.as_str()), (Exit::Setup, ""), "{typed:?}");
        assert!(said.err.contains("DATABASE_URL"), "{typed:?}: {}", said.err);
    }
    let core = ["core:system:tasks:unified-runner", "start", "--help"];
    assert_eq!(run(&core).await.out, run(&["runner", "start", "--help"]).await.out);
}

#[tokio::test]
async fn the_description_of_the_api_is_printed_without_a_database() {
    for words in [&["openapi"][..], &["openapi", "--json"]] {
        let said = run(words).await;
        assert_eq!((said.exit, said.err.as_str()), (Exit::Done, ""));
        assert_eq!(said.json(), http::document());
    }
}

/// The router behind an address of its own, opened by a token; without a database.
async fn deployment() -> SocketAddr {
    let config = Config {
        database_url: Some(SecretString::from("postgresql://127.0.0.1:1/none")),
        api_token: Some(SecretString::from("a-token-of-this-test")),
        ..Config::default()
    };
    let registry = Registry::builder().cron(Tidy).build().expect("a good registry");
    let app = App::new(config, registry).expect("an app");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    // Ends with the test's runtime.
    tokio::spawn(async move { axum::serve(listener, http::router(app)).await });
    address
}

fn with_token(token: &str) -> Result<Config, ConfigErrors> {
    Ok(Config { api_token: Some(SecretString::from(token)), ..Config::default() })
}

#[tokio::test]
async fn a_deployment_gives_the_same_answer_as_the_router_in_process() {
    let url = format!("http://{}/", deployment().await);
    let command = ["schedule", "next", "@daily", "--from", "2027-03-26T00:00:00Z", "--locale", "pl"];
    for json in [&[][..], &["--json"]] {
        let remote =
            run_with(&[&command[..], &["--url", url.as_str()], json].concat(), with_token("a-token-of-this-test"))
                .await;
        let local = run(&[&command[..], json].concat()).await;
        assert_eq!(remote.exit, Exit::Done, "{}", remote.err);
        assert_eq!(remote.out, local.out);
    }
}

#[tokio::test]
async fn a_missing_or_wrong_token_ends_with_4() {
    let url = format!("http://{}", deployment().await);
    for config in [Ok(Config::default()), with_token("another-token-that-is-wrong")] {
        let said = run_with(&["types", "--url", &url], config).await;
        assert_eq!((said.exit, said.out.as_str()), (Exit::Refused, ""));
        assert!(said.err.contains("TASK_API_TOKEN") && !said.err.contains("another-token"), "{}", said.err);
    }
}

#[tokio::test]
async fn an_address_where_nothing_of_ours_answers_is_said() {
    let said = run(&["types", "--url", "http://127.0.0.1:1"]).await;
    assert_eq!(said.exit, Exit::Setup);
    assert!(said.err.contains("http://127.0.0.1:1"), "{}", said.err);
    let url = format!("http://{}/somewhere/else", deployment().await);
    let said = run_with(&["types", "--url", &url], with_token("a-token-of-this-test")).await;
    assert_eq!(said.exit, Exit::Failed, "{}", said.err);
}

/// The program itself, with an environment of its own.
fn program(words: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_worker"));
    command.env_clear().args(words).envs(environment.iter().copied());
    command.output().expect("the program starts")
}

#[test]
fn an_unreachable_database_is_told_of_in_one_line_with_the_reason() {
    let told = [
        ("en", "error: the database", "refused"),
        ("de", "Fehler: Die Datenbank", "abgelehnt"),
        ("pl", "błąd: baza danych", "odmowa"),
    ];
    for (language, begins, reason) in told {
        for command in [&["cron", "tasks"][..], &["health", "ready"], &["runner", "status"]] {
            let words = [command, &["--locale", language, "--database-url", "postgresql://127.0.0.1:1/none"]].concat();
            let output = program(&words, &[]);
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!((output.status.code(), said.lines().count()), (Some(3), 1), "{said}");
            assert!(said.starts_with(begins) && said.contains(reason), "{said}");
        }
    }
}

#[test]
fn the_program_ends_with_the_exit_codes_of_the_contract() {
    for (words, code) in [
        (&["schedule", "explain", "@daily"][..], 0),
        (&["--version"], 0),
        (&["--help"], 0),
        (&["generate", "--check", "--dir", "/nowhere"], 1),
        (&["schedule", "next", "nonsense"], 2),
        (&[], 2),
        (&["cron:tasks", "--database-url", "postgresql://127.0.0.1:1/none"], 3),
    ] {
        let output = program(words, &[]);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn the_index_of_the_tasks_that_ship_is_current() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/src/tasks");
    let output = program(&["generate", "--check", "--dir", folder], &[]);
    assert!(output.status.success(), "run `worker generate`: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_program_speaks_the_language_of_its_environment() {
    let (english, german, polish) = ("every day", "täglich", "codziennie");
    let german_system = ("LANG", "de_DE.UTF-8");
    for (typed, environment, said) in [
        (None, &[][..], english),
        (None, &[german_system], german),
        (None, &[german_system, ("LC_MESSAGES", "pl_PL.UTF-8")], polish),
        (None, &[german_system, ("LC_MESSAGES", "de_AT"), ("LC_ALL", "pl_PL")], polish),
        (None, &[german_system, ("LC_ALL", "")], german),
        (None, &[german_system, ("LC_ALL", "C")], english),
        (None, &[german_system, ("LC_MESSAGES", "POSIX")], english),
        (None, &[("LANG", "fr_FR.UTF-8")], english),
        (None, &[german_system, ("LC_ALL", "C"), ("TASK_LOCALE", "pl")], polish),
        (Some("de"), &[("LANG", "pl_PL"), ("TASK_LOCALE", "pl")], german),
        (Some("de-AT"), &[], german),
        (Some("DE_de.UTF-8"), &[], german),
        (Some("pl-PL"), &[], polish),
        (Some("C"), &[german_system], english),
        (Some("en"), &[german_system, ("LC_ALL", "de_DE"), ("TASK_LOCALE", "pl")], english),
    ] {
        let mut words = vec!["schedule", "explain", "@daily"];
        words.extend(typed.into_iter().flat_map(|tag| ["--locale", tag]));
        let output = program(&words, environment);
        let out = String::from_utf8_lossy(&output.stdout);
        assert!(out.contains(said), "{typed:?}, {environment:?}: {out}");
    }
}

#[test]
fn the_program_writes_no_colours_into_a_pipe_and_logs_to_stderr() {
    let output = program(&["types", "-vvv"], &[]);
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(out.contains("priority") && !out.contains('\u{1b}'), "{out}");
    let output = program(&["types", "--json", "-vvv"], &[]);
    assert!(serde_json::from_slice::<Value>(&output.stdout).is_ok());
}

/// A folder of tasks of its own, gone with the test.
struct TaskFolder(PathBuf);

impl TaskFolder {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    async fn new_task(&self, words: &[&str]) -> Said {
        let folder = self.0.to_str().expect("text");
        run(&[&["new", "task", "--dir", folder], words].concat()).await
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.0.join(file)).expect("a file")
    }
}

impl Drop for TaskFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn a_new_task_is_written_and_indexed_and_what_comes_next_is_told_in_every_language() {
    let folder = TaskFolder::new("new-task");
    for (locale, name, next) in
        [("en", "one", "Next: say in it"), ("de", "two-two", "Weiter: darin"), ("pl", "three", "Dalej: napisz")]
    {
        let said = folder.new_task(&[name, "--locale", locale]).await;
        assert_eq!((said.exit, said.err.as_str()), (Exit::Done, ""), "{}", said.out);
        assert!(said.out.contains(next) && said.out.contains(&format!("cron run {name}")), "{}", said.out);
    }
    let side = folder.new_task(&["queue-watch", "--side", "--json"]).await.json()["data"].take();
    assert_eq!((&side["name"], &side["type"]), (&"queue-watch".into(), &"side".into()));
    assert_eq!(side["index"]["tasks"].as_array().map(Vec::len), Some(4), "{side}");
    assert!(folder.text("two_two.rs").contains("impl CronTask for TwoTwo"));
    assert!(folder.text("queue_watch.rs").contains("impl SideTask for QueueWatch"));
    let index = folder.text("index.rs");
    assert!(index.contains(".cron(two_two::TwoTwo)") && index.contains(".side(queue_watch::QueueWatch)"), "{index}");
}

#[tokio::test]
async fn a_new_task_overwrites_nothing_and_leaves_nothing_where_it_is_refused() {
    let folder = TaskFolder::new("new-task-refused");
    folder.new_task(&["one"]).await;
    let (file, index) = (folder.text("one.rs"), folder.text("index.rs"));
    // By its name in a file, by its file, and by this program.
    fs::write(folder.0.join("two.rs"), file.replace("\"one\"", "\"other\"").replace("One", "Two")).expect("a file");
    for (name, named) in [("one", "“one”"), ("other", "“other”"), ("two", "two.rs"), ("keep-tidy", "“keep-tidy”")]
    {
        let said = folder.new_task(&[name]).await;
        assert_eq!((said.exit, said.out.as_str()), (Exit::Failed, ""), "{name}");
        assert!(said.err.contains(named), "{}", said.err);
    }
    fs::write(folder.0.join("empty.rs"), "").expect("a file");
    let said = folder.new_task(&["three"]).await;
    assert!(said.exit == Exit::Failed && said.err.contains("empty.rs"), "{}", said.err);
    assert_eq!((folder.text("one.rs"), folder.text("index.rs")), (file, index));
    assert!(!folder.0.join("three.rs").exists() && !folder.0.join("other.rs").exists());
}

#[tokio::test]
async fn a_new_project_tells_its_files_and_what_comes_next_in_every_language() {
    for (locale, told, next) in
        [("en", "The project", "Next:"), ("de", "Das Projekt", "Weiter:"), ("pl", "Projekt", "Dalej:")]
    {
        let root = TaskFolder::new(&format!("new-project-{locale}"));
        let folder = root.0.join("billing");
        let said = run(&["new", "project", folder.to_str().expect("text"), "--locale", locale]).await;
        assert_eq!((said.exit, said.err.as_str()), (Exit::Done, ""));
        assert!(said.out.starts_with(told) && said.out.contains("  api/pulse.rs\n"), "{}", said.out);
        assert!(said.out.contains(&format!("{next}\n  cd {}\n  cargo test\n", folder.display())), "{}", said.out);
        let again = run(&["new", "project", folder.to_str().expect("text"), "--json"]).await;
        assert_eq!((again.exit, &again.json()["error"]["code"]), (Exit::Failed, &"folder_in_use".into()));
    }
}
