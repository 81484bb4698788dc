//! What the languages promise as a whole; the rules for sources are tested in `tests/sources.rs`.

use std::thread;
use std::time::Duration;

use super::format::{ago, all_of, duration, one_of};
use super::{Argument, ExtendError, Locale, Message, extend, msg};

mod sources;

fn locale(tag: &str) -> Locale {
    Locale::parse(tag).expect("the language is there")
}

fn in_all(message: &Message) -> [String; 3] {
    ["en", "de", "pl"].map(|tag| locale(tag).render(message))
}

#[test]
fn plurals_follow_each_language() {
    let minutes = |count: u64| in_all(&ago(Duration::from_secs(count * 60)));

    assert_eq!(minutes(1), ["1 minute ago", "vor 1 Minute", "1 minutę temu"]);
    assert_eq!(minutes(3), ["3 minutes ago", "vor 3 Minuten", "3 minuty temu"]);
    assert_eq!(minutes(5), ["5 minutes ago", "vor 5 Minuten", "5 minut temu"]);
    assert_eq!(minutes(12)[2], "12 minut temu");
    assert_eq!(minutes(22)[2], "22 minuty temu");
    assert_eq!(in_all(&msg::format_ago_minutes(1.5)), ["1.5 minutes ago", "vor 1.5 Minuten", "1.5 minuty temu"]);
}

#[test]
fn time_ago_is_said_in_its_largest_unit() {
    let said = |seconds| in_all(&ago(Duration::from_secs(seconds)));

    assert_eq!(said(0), ["just now", "gerade eben", "przed chwilą"]);
    assert_eq!(said(59), ["59 seconds ago", "vor 59 Sekunden", "59 sekund temu"]);
    assert_eq!(said(7_199), ["1 hour ago", "vor 1 Stunde", "1 godzinę temu"]);
    assert_eq!(said(200_000), ["2 days ago", "vor 2 Tagen", "2 dni temu"]);
}

#[test]
fn durations_have_at_most_two_units() {
    let said = |millis| in_all(&duration(Duration::from_millis(millis)));

    assert_eq!(said(0)[0], "0 ms");
    assert_eq!(said(350), ["350 ms"; 3]);
    assert_eq!(said(1_250), ["1.2 s", "1,2 s", "1,2 s"]);
    assert_eq!(said(5_000)[0], "5 s");
    assert_eq!(said(59_999)[0], "59.9 s");
    assert_eq!(said(60_999)[0], "1 min");
    assert_eq!(said(250_000), ["4 min 10 s"; 3]);
    assert_eq!(said(7_500_000), ["2 h 5 min", "2 h 5 min", "2 godz. 5 min"]);
    assert_eq!(said(273_600_000), ["3 d 4 h", "3 Tage 4 h", "3 dni 4 godz."]);
    assert_eq!(said(86_400_000), ["1 d", "1 Tag", "1 dzień"]);
    assert!(!in_all(&duration(Duration::MAX))[0].is_empty());
}

#[test]
fn lists_join_what_they_hold_in_the_same_language() {
    assert_eq!(in_all(&all_of(["a", "b", "c"])), ["a, b and c", "a, b und c", "a, b i c"]);
    assert_eq!(in_all(&one_of(["a", "b"])), ["a or b", "a oder b", "a lub b"]);
    assert_eq!(in_all(&one_of(["a"])), ["a"; 3]);
    assert_eq!(in_all(&one_of([""; 0])), [""; 3]);
    assert_eq!(
        in_all(&all_of([msg::tasks_priority_low(), msg::tasks_priority_high()])),
        ["Low and High", "Niedrig und Hoch", "Niski i Wysoki"]
    );
}

#[test]
fn messages_nest_and_display_speaks_english() {
    let inner = msg::format_pair(msg::tasks_status_failed(), ago(Duration::from_secs(5)));
    let outer = msg::format_pair(inner, "!");

    assert_eq!(outer.to_string(), "Failed 5 seconds ago !");
    assert_eq!(locale("de").render(&outer), "Fehlgeschlagen vor 5 Sekunden !");
    assert_eq!(outer.id(), "format-pair");
    assert_eq!(format!("{:>9}", msg::tasks_priority_low()), "      Low");
}

#[test]
fn numbers_are_printed_plainly_and_none_panics() {
    let said = |argument: Argument| msg::format_ago_days(argument).to_string();

    assert_eq!(said(1000.into()), "1000 days ago");
    assert_eq!(said((-3_i64).into()), "-3 days ago");
    assert_eq!(said(0.5.into()), "0.5 days ago");
    assert_eq!(said(u64::MAX.into()), "18446744073709551615 days ago");
    assert_eq!(said(i128::MIN.into()), format!("{} days ago", i128::MIN));
    for odd in [f64::NAN, f64::INFINITY, f64::MIN, f64::MAX, f64::MIN_POSITIVE, 0.1 + 0.2, -0.0] {
        for locale in Locale::all() {
            assert!(!locale.render(&msg::format_ago_days(odd)).is_empty());
        }
    }
}

#[test]
fn text_is_taken_as_it_is() {
    let said = in_all(&msg::format_pair("{ $large }", "\u{2068}-term { 1"));

    assert_eq!(said, ["{ $large } \u{2068}-term { 1"; 3]);
}

#[test]
fn tags_and_environment_values_name_a_language() {
    let parsed = |text| Locale::parse(text).map(Locale::tag);

    for german in ["de", "DE", "de-DE", "de-Latn-AT", "de_DE.UTF-8", "de_DE@euro", " de "] {
        assert_eq!(parsed(german), Some("de"), "{german:?}");
    }
    for english in ["en-GB", "C", "POSIX", "C.UTF-8"] {
        assert_eq!(parsed(english), Some("en"), "{english:?}");
    }
    for none in ["", "tlh", "deu", "d", "-", "-de", "_", "..", "*", "ą-ę"] {
        assert_eq!(parsed(none), None, "{none:?}");
    }
    assert_eq!(Locale::default(), Locale::ENGLISH);
    assert_eq!(format!("{0} {0:?}", Locale::ENGLISH), "en Locale(en)");
    assert_eq!(["en", "de", "pl"].map(|tag| locale(tag).name()), ["English", "Deutsch", "polski"]);
}

#[test]
fn the_header_is_negotiated() {
    for (header, expected) in [
        ("de-DE,de;q=0.9,en;q=0.8", Some("de")),
        ("en;q=0.3, pl;q=0.7", Some("pl")),
        ("tlh, pl;q=0.1", Some("pl")),
        ("de, pl", Some("de")),
        ("tlh-CH, tlh;q=0.9", None),
        ("*", Some("en")),
        ("tlh, *;q=0.5", Some("en")),
        ("de;q=0, de-AT, pl;q=0.1", Some("pl")),
        ("pl;q=0", None),
        ("pl ; Q = 0.5 , en;q=0.4", Some("pl")),
        ("", None),
        (",,;,;q=,q=1", None),
        ("de;q=nan, pl;q=inf, en;q=-1", None),
        ("de;q=2, pl;level=1, en;q=0.1", Some("en")),
    ] {
        assert_eq!(Locale::negotiate(header).map(Locale::tag), expected, "{header:?}");
    }
    assert_ne!(Locale::negotiate("en;q=0, *").expect("there are others"), Locale::ENGLISH);
}

#[test]
fn no_header_makes_negotiation_panic() {
    const PARTS: [&str; 16] =
        ["de", "en", "pl", "*", "-", "_", ",", ";", "q=", "0.5", "1e39", "NaN", " ", ".", "ż", "\0"];
    // A linear congruential generator: the same strings in every run.
    let mut state = 1_u64;
    for _ in 0..20_000 {
        let mut header = String::new();
        for _ in 0..state >> 60 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            header.push_str(PARTS[(state >> 60) as usize]);
        }
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let _ = (Locale::negotiate(&header), Locale::parse(&header));
    }
}

#[test]
fn labels_are_looked_up_by_id() {
    assert_eq!(locale("de").lookup("tasks-status-running").as_deref(), Some("Läuft"));
    assert_eq!(locale("de").lookup("tasks-status-"), None);
    assert_eq!(locale("de").lookup("format-hours"), None, "it needs an argument");
}

#[test]
fn a_program_adds_its_own_sentences() {
    extend("en", "task-brew-title = Brew { -drink }\n-drink = tea\ntask-brew-description = Hot.\n").expect("added");
    extend("pl", "task-brew-title = Zaparz herbatę\n").expect("added");

    assert_eq!(Locale::ENGLISH.lookup("task-brew-title").as_deref(), Some("Brew tea"));
    assert_eq!(locale("pl").lookup("task-brew-title").as_deref(), Some("Zaparz herbatę"));
    assert_eq!(locale("pl").lookup("task-brew-description").as_deref(), Some("Hot."));
    assert_eq!(locale("de").lookup("task-brew-title").as_deref(), Some("Brew tea"));
}

#[test]
fn what_was_added_may_be_added_again_and_said_no_other_way() {
    let rake = "task-rake-title = Harken\n";
    for source in [rake, rake, "task-rake-title = Harken\ntask-rake-description = Laub.\n"] {
        extend("de", source).expect("it says the same");
    }
    assert_eq!(locale("de").lookup("task-rake-description").as_deref(), Some("Laub."));

    let refused = extend("de", "task-rake-title = Rechen\ntask-rake-note = Neu\n").expect_err("it says something else");
    assert_eq!(refused.to_string(), "sentences refused: de:1: task-rake-title: exists already");
    assert_eq!(locale("de").lookup("task-rake-title").as_deref(), Some("Harken"));
    assert_eq!(locale("de").lookup("task-rake-note"), None);
}

#[test]
fn a_bad_extension_adds_nothing_and_says_why() {
    extend("de", "task-mow-title = Rasen mähen\n").expect("added");

    let refused =
        extend("de", "task-sow-title = Säen\n\ntask-mow-title = Mähen\nlanguage-name = Deitsch\ntask-x = { $x }\n");
    let broken = extend("de", "task-reap-title = Ernten\ntask-y = { $n ->\n");

    assert_eq!(
        refused.expect_err("refused").to_string(),
        "sentences refused: de:3: task-mow-title: exists already; de:4: language-name: exists already; \
         de:5: task-x: uses $x, but a look-up passes no arguments"
    );
    assert!(broken.expect_err("refused").to_string().starts_with("sentences refused: de:"));
    assert_eq!(locale("de").lookup("task-sow-title"), None);
    assert_eq!(locale("de").lookup("task-reap-title"), None);
    assert_eq!(extend("tlh", "").expect_err("unknown"), ExtendError::UnknownLanguage { tag: "tlh".to_owned() });
}

#[test]
fn many_threads_render_at_once() {
    fn shared_freely<T: Send + Sync + 'static>() {}
    shared_freely::<Message>();
    shared_freely::<Argument>();
    shared_freely::<super::Bundle>();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for seconds in 0..200 {
                    assert_eq!(in_all(&ago(Duration::from_secs(seconds))).len(), 3);
                }
            });
        }
    });
}
