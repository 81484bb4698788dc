//! What the build refuses, and how it says so.

use crate::locale::source;
use messages::Source;

#[path = "../../../build/messages.rs"]
mod messages;

/// Builds from files given as path below `locales/` and text.
fn generate(files: &[(&str, &str)]) -> Result<String, Vec<String>> {
    let sources: Vec<Source> = files
        .iter()
        .map(|(path, text)| Source {
            language: path.split('/').next().unwrap_or_default().to_owned(),
            path: format!("locales/{path}"),
            text: (*text).to_owned(),
        })
        .collect();
    messages::generate(&sources).map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

fn problems(files: &[(&str, &str)]) -> Vec<String> {
    generate(files).expect_err("the build fails")
}

#[test]
fn a_message_becomes_a_function_with_its_arguments_in_order() {
    let code = generate(&[
        ("de/cron.ftl", "cron-added = { $name } ({ $count })\ncron-none = Kein\n"),
        (
            "en/cron.ftl",
            "cron-added = Added { $name }, { $count ->\n    [one] one\n   *[other] many\n}\ncron-none = No `x`\n",
        ),
    ])
    .expect("the build succeeds");

    assert!(code.contains(
        "pub fn cron_added(count: impl Into<Argument>, name: impl Into<Argument>) -> Message {\n        \
         Message::new(\"cron-added\", vec![(\"count\", count.into()), (\"name\", name.into())])"
    ));
    assert!(code.contains("pub const fn cron_none() -> Message {\n        Message::new(\"cron-none\", Vec::new())"));
    assert!(code.find("Language::new(\"en\"") < code.find("Language::new(\"de\""));
}

#[test]
fn all_that_a_language_lacks_or_adds_is_told_at_once() {
    let told = problems(&[
        ("en/cron.ftl", "cron-added = Added { $name }\n\ncron-removed = Removed\n"),
        ("de/cron.ftl", "cron-added = { $nmae } hinzugefügt\ncron-gone = Weg\n"),
        ("pl/cron.ftl", "cron-removed = Usunięto { $name }\n"),
    ]);

    assert_eq!(
        told,
        [
            "locales/de/cron.ftl: cron-removed: is missing, but stands at locales/en/cron.ftl:3",
            "locales/de/cron.ftl:1: cron-added: uses $nmae, which the English message does not have",
            "locales/de/cron.ftl:1: cron-added: lacks $name, which the English message has",
            "locales/de/cron.ftl:2: cron-gone: is unknown in English",
            "locales/pl/cron.ftl: cron-added: is missing, but stands at locales/en/cron.ftl:1",
            "locales/pl/cron.ftl:1: cron-removed: uses $name, which the English message does not have",
        ]
    );
}

#[test]
fn names_that_are_no_rust_are_refused() {
    let told = problems(&[(
        "en/a.ftl",
        "type = A\nOne-two = B\none_two = C\none--two = D\nfine = { $type } { $fooBar } { $b-c }\n",
    )]);

    assert_eq!(
        told,
        [
            "locales/en/a.ftl:1: type: is a Rust keyword; choose another id",
            "locales/en/a.ftl:2: One-two: is no id: write lower-case words joined by single hyphens",
            "locales/en/a.ftl:3: one_two: is no id: write lower-case words joined by single hyphens",
            "locales/en/a.ftl:4: one--two: is no id: write lower-case words joined by single hyphens",
            "locales/en/a.ftl:5: fine: names an argument $b-c: write lower_case words",
            "locales/en/a.ftl:5: fine: names an argument $fooBar: write lower_case words",
            "locales/en/a.ftl:5: fine: names an argument $type, a Rust keyword; choose another",
        ]
    );
}

#[test]
fn an_id_is_defined_once_whatever_the_file() {
    let told = problems(&[("en/a.ftl", "one = A\n# again\none = B\n"), ("en/b.ftl", "two = C\n\none = D\n-two = E\n")]);

    assert_eq!(
        told,
        [
            "locales/en/a.ftl:3: one: is already defined at locales/en/a.ftl:1",
            "locales/en/b.ftl:3: one: is already defined at locales/en/a.ftl:1",
            "locales/en/b.ftl:4: -two: is already defined at locales/en/b.ftl:1",
        ]
    );
}

#[test]
fn what_could_fail_when_rendered_is_refused() {
    let many = format!("many = {}\n", "{ $x }".repeat(101));
    let told = problems(&[
        (
            "en/a.ftl",
            "a = A\n    .label = B\nb = { a }\nc = { NUMBER($x) }\nd = { -gone }\ne = { -v }\n\
             f = { 1 ->\n    [one] A\n   *[other] B\n}\n-t = T { $x }\n-u = { -t }\ng = { -u(x: 1) }\n-v = { $x ->\n   *[a] A\n}\nh = { -v($y) }\n\
             i = { $n ->\n   *[one] A\n    [other] B\n}\nj = { $n ->\n    [0] A\n   *[more] B\n}\n",
        ),
        ("en/b.ftl", &many),
    ]);

    assert_eq!(
        told,
        [
            "locales/en/a.ftl:1: a: has an attribute; make it a message of its own",
            "locales/en/a.ftl:3: b: refers to another message; use an argument or a -term",
            "locales/en/a.ftl:4: c: calls a function; numbers are printed plainly",
            "locales/en/a.ftl:7: f: selects by something that is not an argument",
            "locales/en/a.ftl:11: -t: is a term, which may print neither arguments nor other terms",
            "locales/en/a.ftl:12: -u: is a term, which may print neither arguments nor other terms",
            "locales/en/a.ftl:17: h: passes a term an argument without a name",
            "locales/en/a.ftl:18: i: tells plural forms apart, and its default is not [other]",
            "locales/en/b.ftl:1: many: has more than 100 placeables",
            "locales/en/a.ftl:5: d: uses -gone, which is not defined",
        ]
    );
}

#[test]
fn syntax_errors_carry_their_line() {
    let told = problems(&[("en/a.ftl", "a = A\n\nb B\nc = { $x\n"), ("en/b.ftl", "d = { }\n")]);

    assert_eq!(
        told,
        [
            "locales/en/a.ftl:3: Expected a token starting with \"=\"",
            "locales/en/a.ftl:5: Expected a token starting with \"}\"",
            "locales/en/b.ftl:1: Expected an inline expression",
        ]
    );
}

#[test]
fn a_plural_says_what_becomes_of_all_other_numbers() {
    let told = problems(&[
        ("de/a.ftl", "a = { $n ->\n    [one] Einer\n    [other] Viele\n}\n"),
        ("en/a.ftl", "a = { $n ->\n    [one] One\n   *[other] Many\n}\n"),
    ]);

    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("locales/de/a.ftl:"), "{told:?}");
    assert!(told[0].ends_with("The select expression must have a default variant"), "{told:?}");
}

#[test]
fn folders_are_languages_and_english_is_one() {
    assert_eq!(
        problems(&[("german/a.ftl", "a = A\n")]),
        [
            "locales/german: is not a language tag such as de or pt-BR",
            "locales/en: holds no messages, but English is the reference",
        ]
    );
    assert!(generate(&[("en/a.ftl", "a = A\n"), ("pt-BR/a.ftl", "a = B\n")]).is_ok());
}

#[test]
fn the_languages_of_this_package_share_their_terms_across_files() {
    assert!(
        generate(&[("en/a.ftl", "a = { -brand }\n"), ("en/z.ftl", "-brand = { $case ->\n   *[a] Downbeat\n}\n")])
            .is_ok()
    );
}
