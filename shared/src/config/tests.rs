use std::collections::BTreeSet;

use secrecy::ExposeSecret;

use super::*;

fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
    Config::from_pairs(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())))
}

fn config(pairs: &[(&str, &str)]) -> Config {
    read(pairs).expect("these are allowed")
}

fn mistakes(pairs: &[(&str, &str)]) -> Vec<String> {
    let errors = read(pairs).expect_err("there is something wrong");
    errors.messages().map(|message| message.to_string()).collect()
}

#[test]
fn every_default_is_what_its_documentation_says() {
    let config = Config::default();

    assert_eq!(config.defaults(), Defaults::default());
    assert!(config.runner_enabled && config.overlap_prevention && config.side_tasks_enabled());
    assert_eq!((config.concurrency, config.environment()), (100, Environment::Production));
    assert_eq!(config.pulse_interval, MINUTE);
    assert_eq!(config.pulse_budget, SECOND * 55);
    assert_eq!(config.shutdown_grace, SECOND * 30);
    assert_eq!((config.heartbeat_interval, config.lease), (SECOND, MINUTE));
    assert_eq!(config.history_retention, DAY * 30);
    assert!(config.database_url.is_none() && config.cron_secret.is_none() && config.locale.is_none());
}

#[allow(clippy::disallowed_methods, reason = "a golden file is rewritten on demand")]
#[test]
fn the_example_file_is_what_the_table_says() -> std::io::Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../.env.example");
    if env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, example())?;
    }
    assert_eq!(std::fs::read_to_string(path)?.replace("\r\n", "\n"), example(), "UPDATE_GOLDEN=1 writes it anew");
    Ok(())
}

#[test]
fn every_variable_is_named_once() {
    let names: BTreeSet<_> = VARIABLES.iter().map(|variable| variable.name).collect();
    assert_eq!(names.len(), VARIABLES.len());
}

#[test]
fn the_example_with_its_comment_signs_removed_sets_every_default() {
    let text = example();
    let pairs: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("# ")?.split_once('=')).collect();

    let from_example = config(&pairs);

    assert_eq!(pairs.len(), VARIABLES.len());
    assert_eq!(format!("{from_example:?}"), format!("{:?}", Config::default()));
}

#[test]
fn durations_are_milliseconds_or_have_a_unit() {
    for (text, millis) in [
        ("250", Some(250)),
        ("500ms", Some(500)),
        ("30s", Some(30_000)),
        ("5m", Some(300_000)),
        ("2h", Some(7_200_000)),
        ("1d", Some(86_400_000)),
        ("0", Some(0)),
        ("", None),
        ("s", None),
        ("-1s", None),
        ("1.5s", None),
        ("1 s", None),
        ("1w", None),
        ("99999999999999999999", None),
        ("4294967295d", Some(371_085_174_288_000_000)),
        ("4294967296d", None),
    ] {
        assert_eq!(duration(text), millis.map(Duration::from_millis), "{text:?}");
    }
}

#[test]
fn a_written_duration_is_read_back() {
    for millis in [0, 1, 999, 1000, 1500, 60_000, 90_000, 3_600_000, 86_400_000, 90_000_000] {
        let span = Duration::from_millis(millis);
        assert_eq!(duration(&written(span)), Some(span), "{}", written(span));
    }
}

#[test]
fn flags_are_read_in_any_case_and_nothing_else_is_one() {
    for (text, value) in [("TRUE", true), ("1", true), ("Yes", true), ("on", true), ("0", false), ("oFF", false)] {
        assert_eq!(config(&[("TASK_RUNNER_ENABLED", text)]).runner_enabled, value, "{text}");
    }
    assert_eq!(
        mistakes(&[("TASK_RUNNER_ENABLED", "enabled")]),
        ["TASK_RUNNER_ENABLED is “enabled”. Allowed: true, yes, on, 1, false, no, off or 0."]
    );
}

#[test]
fn an_empty_variable_is_not_set() {
    let config = config(&[("TASK_LEASE", ""), ("CRON_SECRET", ""), ("DATABASE_URL", " \n"), ("TASK_CONCURRENCY", "")]);

    assert_eq!((config.lease, config.concurrency), (MINUTE, 100));
    assert!(config.cron_secret.is_none() && config.database_url.is_none());
}

#[test]
fn every_mistake_is_told_at_once_in_the_language_that_could_be_read() {
    let errors = read(&[
        ("TASK_LOCALE", "de-AT"),
        ("TASK_CONCURRENCY", "0"),
        ("TASK_LOCK_MODE", "table"),
        ("TASK_RUNNER_ENVIRONMENT", "staging"),
        ("PULSE_BUDGET", "soon"),
    ])
    .expect_err("four are wrong");

    assert_eq!(
        errors.readable().terminal_locale().render(&errors.message()),
        "Die Konfiguration enthält 4 Fehler:\n\
         TASK_LOCK_MODE ist „table“. Erlaubt: session oder transaction.\n\
         TASK_RUNNER_ENVIRONMENT ist „staging“. Erlaubt: development, production oder serverless.\n\
         TASK_CONCURRENCY ist „0“. Erlaubt: eine ganze Zahl von 1 bis 10000.\n\
         PULSE_BUDGET ist „soon“. Erlaubt: eine Dauer von 1s bis 1d, etwa 500ms, 30s, 5m, 2h oder 1d; \
         eine Zahl ohne Einheit bedeutet Millisekunden."
    );
}

#[test]
fn secrets_and_addresses_are_never_repeated() {
    let errors = read(&[("CRON_SECRET", "short"), ("TASK_API_TOKEN", "with a space inside")]).expect_err("both");
    let text = format!("{errors} {errors:?}");
    assert!(text.contains("CRON_SECRET cannot be used. Allowed: at least 16"), "{text}");
    assert!(!text.contains("short") && !text.contains("inside"), "{text}");

    let config = config(&[("CRON_SECRET", " 0123456789abcdef\n"), ("DATABASE_URL", "postgres://u:hunter2@h/db")]);
    let text = format!("{config:?}");
    assert!(!text.contains("0123456789abcdef") && !text.contains("hunter2"), "{text}");
    assert_eq!(config.cron_secret.as_ref().map(ExposeSecret::expose_secret), Some("0123456789abcdef"));
}

#[cfg(unix)]
#[test]
fn what_is_not_utf_8_is_a_mistake_in_a_text_and_none_in_a_path() {
    use std::os::unix::ffi::OsStrExt as _;

    let odd = OsStr::from_bytes(b"/tmp/\xff");
    let with = |variable: &'static str| Config::read(&|name| (name == variable).then(|| odd.to_owned()));

    assert_eq!(with("DOWNBEAT_DATA_DIR").expect("a path").data_dir.as_deref(), Some(odd.as_ref()));
    assert!(with("TASK_LEASE").expect_err("no duration").to_string().contains("TASK_LEASE is “/tmp/\u{fffd}”"));
    assert!(with("DATABASE_URL").expect_err("no address").to_string().contains("DATABASE_URL cannot be used"));
}

#[test]
fn a_lease_has_room_for_three_heartbeats() {
    assert_eq!(
        mistakes(&[("TASK_LEASE", "10s"), ("TASK_HEARTBEAT_INTERVAL", "4s"), ("TASK_CONCURRENCY", "many")])[1],
        "TASK_LEASE is 10s, but with TASK_HEARTBEAT_INTERVAL at 4s it has to be at least 12s: three heartbeats."
    );
    assert_eq!(mistakes(&[("TASK_LEASE", "2s")]).len(), 1);
    assert_eq!(mistakes(&[("TASK_HEARTBEAT_INTERVAL", "never")]).len(), 1);
}

#[test]
fn the_idle_heartbeat_fits_into_the_lease() {
    let idle = |lease, heartbeat| Config { lease, heartbeat_interval: heartbeat, ..Config::default() }.idle_heartbeat();

    assert_eq!(idle(MINUTE, SECOND), IDLE_HEARTBEAT);
    assert_eq!(idle(SECOND * 6, SECOND), SECOND * 2);
    assert_eq!(idle(HOUR, MINUTE), MINUTE);
}

#[test]
fn functions_are_recognised_and_run_no_side_tasks_unless_told_otherwise() {
    for platform in [("VERCEL", "1"), ("AWS_LAMBDA_FUNCTION_NAME", "pulse")] {
        let there = config(&[platform, ("SIDE_TASKS_ENABLED", "true")]);
        assert_eq!((there.environment(), there.side_tasks_enabled()), (Environment::Serverless, false));

        let explicit = config(&[platform, ("TASK_RUNNER_ENVIRONMENT", "Production")]);
        assert_eq!((explicit.environment(), explicit.side_tasks_enabled()), (Environment::Production, true));
    }
}

#[test]
fn the_language_at_the_terminal_falls_back_to_the_systems() {
    let locale = |pairs| config(pairs).terminal_locale().tag();

    assert_eq!(locale(&[("TASK_LOCALE", "pl"), ("LANG", "de_DE.UTF-8")]), "pl");
    assert_eq!(locale(&[("LC_ALL", ""), ("LC_MESSAGES", "de_DE.UTF-8"), ("LANG", "pl_PL")]), "de");
    assert_eq!(locale(&[("LANG", "fr_FR.UTF-8")]), "en");
    // Who calls the HTTP API is not at this machine.
    assert_eq!(config(&[("LANG", "de_DE.UTF-8")]).locale, None);
    let languages = format::one_of(Locale::all().map(Locale::tag));
    assert_eq!(mistakes(&[("TASK_LOCALE", "fr")]), [format!("TASK_LOCALE is “fr”. Allowed: {languages}.")]);
}

#[test]
fn misspelt_variables_are_noticed_and_those_of_others_left_alone() {
    for (written, meant) in [
        ("TASK_LEASES", "TASK_LEASE"),
        ("TASK_DEFUALT_TIMEOUT", "TASK_DEFAULT_TIMEOUT"),
        ("TASK_TIMEOUT", "TASK_DEFAULT_TIMEOUT"),
        ("PULSE_INTERVALL", "PULSE_INTERVAL"),
        ("task_lease", "TASK_LEASE"),
        ("SIDE_TASK_ENABLED", "SIDE_TASKS_ENABLED"),
    ] {
        let warnings: Vec<_> = config(&[(written, "1")]).warnings.iter().map(ToString::to_string).collect();
        assert_eq!(warnings, [format!("{written} is no setting of ours. Did you mean {meant}?")]);
    }
    for foreign in ["TASK_ID", "TASK_X_REMOTE_TASKFILES", "PULSE_SERVER", "PULSE_", "TASK_", "ASK_LEASE", "DATABASE_UR"]
    {
        assert!(config(&[(foreign, "1")]).warnings.is_empty(), "{foreign}");
    }
}

#[test]
fn the_person_is_who_the_system_says() {
    assert_eq!(config(&[("USER", "anna"), ("LOGNAME", "other")]).user, "anna");
    assert_eq!(config(&[("USER", ""), ("LOGNAME", "anna")]).user, "anna");
    assert_eq!(config(&[]).user, "unknown");
}

#[test]
fn origins_are_what_a_browser_writes() {
    let origins = |written| config(&[("TASK_API_CORS_ORIGINS", written)]).cors_origins;
    assert_eq!(origins("https://a.example, HTTP://localhost:3000"), ["https://a.example", "http://localhost:3000"]);
    assert_eq!(origins("*"), ["*"]);
    for wrong in
        ["a.example", "https://", "https://a.example/", "https://a.example/x", "*,https://a.example", "ftp://a", ","]
    {
        assert_eq!(mistakes(&[("TASK_API_CORS_ORIGINS", wrong)]).len(), 1, "{wrong}");
    }
}
