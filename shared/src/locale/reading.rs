//! What serde, serde_json and chrono say of something they cannot read, as a sentence of ours: they know English only, and
//! tell it in no other way than as text.

use super::{Argument, Message, format, msg};

/// The sentence for what one of them says. What is not recognised stays as it is.
#[must_use]
pub fn reading(said: &str) -> Argument {
    // serde_json says at the end where it stopped.
    let (what, place) = said.rsplit_once(" at line ").map_or((said, None), |(what, place)| (what, Some(place)));
    let place = place.and_then(|place| place.split_once(" column "));
    if let Some(message) = of_value(what) {
        return message.into();
    }
    match place {
        Some((line, column)) => msg::reading_no_json(column, line).into(),
        None => Argument::from(said),
    }
}

fn of_value(what: &str) -> Option<Message> {
    if let Some(rest) = what.strip_prefix("unknown field ") {
        let mut words = words(rest);
        let name = words.next()?;
        let known: Vec<_> = words.map(|word| format!("`{word}`")).collect();
        return Some(if known.is_empty() {
            msg::reading_unknown_field(name)
        } else {
            msg::reading_unknown_field_allowed(format::one_of(known), name)
        });
    }
    if let Some(rest) = what.strip_prefix("unknown variant ") {
        let mut words = words(rest);
        let name = words.next()?;
        return Some(msg::reading_unknown_word(format::one_of(words.map(|word| format!("`{word}`"))), name));
    }
    if let Some((name, allowed)) = what.split_once(" is not one of ") {
        // A word of ours, behind the name of what was meant.
        let written = name.split_once(": ").map_or(name, |(_, written)| written).trim_matches('"');
        return Some(msg::reading_unknown_word(format::one_of(allowed.split(", ")), written));
    }
    if let Some(rest) = what.strip_prefix("duplicate field ") {
        return Some(msg::reading_duplicate_field(words(rest).next()?));
    }
    if let Some(rest) = what.strip_prefix("missing field ") {
        return Some(msg::reading_missing_field(words(rest).next()?));
    }
    if let Some(rest) = what.strip_prefix("invalid type: ") {
        let (found, wanted) = rest.rsplit_once(", expected ")?;
        return Some(msg::reading_wrong_type(found_value(found), wanted_value(wanted)));
    }
    if let Some(rest) = what.strip_prefix("invalid value: ") {
        let (found, wanted) = rest.rsplit_once(", expected ")?;
        return Some(msg::reading_wrong_value(found_value(found), wanted_value(wanted)));
    }
    Some(match what {
        "invalid digit found in string"
        | "cannot parse integer from empty string"
        | "number too large to fit in target type"
        | "number too small to fit in target type" => msg::reading_no_number(),
        "provided string was not `true` or `false`" => msg::reading_no_switch(),
        "premature end of input"
        | "input contains invalid characters"
        | "trailing input"
        | "input is out of range"
        | "input is not enough for unique date and time"
        | "no possible date and time matching input" => msg::reading_no_instant(),
        "recursion limit exceeded" => msg::reading_too_deep(),
        "invalid socket address syntax" => msg::reading_no_socket(),
        "the year lies outside 0000 to 9999" => msg::reading_no_year(),
        _ => return None,
    })
}

/// What stands between backticks.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// "integer `5`", "string \"a\"", "null": what was there.
fn found_value(said: &str) -> Argument {
    let value = |kind: &str| said.strip_prefix(kind).map(|rest| rest.trim_matches(['`', '"']));
    let named = [
        value("integer ").map(msg::reading_found_integer),
        value("floating point ").map(msg::reading_found_number),
        value("boolean ").map(msg::reading_found_boolean),
    ];
    if let Some(named) = named.into_iter().flatten().next() {
        return named.into();
    }
    match said {
        // It is not repeated: it may be long, or a secret.
        text if text.starts_with("string ") => msg::reading_found_string().into(),
        "null" | "unit value" => msg::reading_found_null().into(),
        "map" => msg::reading_found_object().into(),
        "sequence" => msg::reading_found_list().into(),
        other => other.into(),
    }
}

/// "a string", "u32", "struct Config": what should have been there.
fn wanted_value(said: &str) -> Argument {
    match said {
        "a string" | "a borrowed string" => msg::reading_wanted_string().into(),
        "a boolean" => msg::reading_wanted_boolean().into(),
        "a sequence" => msg::reading_wanted_list().into(),
        "a map" => msg::reading_wanted_object().into(),
        "f32" | "f64" => msg::reading_wanted_number().into(),
        "u8" => msg::reading_wanted_range(u8::MIN, u8::MAX).into(),
        "u16" => msg::reading_wanted_range(u16::MIN, u16::MAX).into(),
        "u32" => msg::reading_wanted_range(u32::MIN, u32::MAX).into(),
        "i8" => msg::reading_wanted_range(i8::MIN, i8::MAX).into(),
        "i16" => msg::reading_wanted_range(i16::MIN, i16::MAX).into(),
        "i32" => msg::reading_wanted_range(i32::MIN, i32::MAX).into(),
        "u64" | "usize" => msg::reading_wanted_count().into(),
        "i64" | "isize" => msg::reading_wanted_integer().into(),
        other if other.starts_with("struct ") => msg::reading_wanted_object().into(),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::locale::Locale;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "it is only read")]
    struct Settings {
        limit: u32,
        #[serde(default)]
        urgent: bool,
        #[serde(default)]
        names: Vec<String>,
        #[serde(default)]
        mode: Option<Mode>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Mode {
        Fast,
        Slow,
    }

    /// What serde itself says of settings, in a language of ours.
    fn told(json: &str, language: &str) -> String {
        let said = serde_json::from_str::<Settings>(json).unwrap_err().to_string();
        let locale = Locale::parse(language).unwrap();
        locale.render(&msg::http_request_invalid(reading(&said)))
    }

    #[test]
    fn what_serde_says_is_told_in_each_language() {
        for (json, english, german, polish) in [
            (
                r#"{"limt": 1}"#,
                "the request is wrong: unknown field `limt`, expected `limit`, `urgent`, `names` or `mode`",
                "Die Anfrage ist fehlerhaft: unbekanntes Feld `limt`; erlaubt: `limit`, `urgent`, `names` oder `mode`",
                "żądanie jest błędne: nieznane pole `limt`; dozwolone: `limit`, `urgent`, `names` lub `mode`",
            ),
            (
                r#"{"limit": "a"}"#,
                "the request is wrong: a string, expected a whole number from 0 to 4294967295",
                "Die Anfrage ist fehlerhaft: ein Text statt einer ganzen Zahl von 0 bis 4294967295",
                "żądanie jest błędne: tekst zamiast liczby całkowitej od 0 do 4294967295",
            ),
            (
                r#"{"limit": -1}"#,
                "the request is wrong: integer `-1` is not allowed, expected a whole number from 0 to 4294967295",
                "Die Anfrage ist fehlerhaft: nicht erlaubt ist Zahl `-1` statt einer ganzen Zahl von 0 bis 4294967295",
                "żądanie jest błędne: niedozwolona liczba `-1` zamiast liczby całkowitej od 0 do 4294967295",
            ),
            (
                "{",
                "the request is wrong: this is no JSON (line 1, column 1)",
                "Die Anfrage ist fehlerhaft: das ist kein JSON (Zeile 1, Spalte 1)",
                "żądanie jest błędne: to nie jest JSON (wiersz 1, kolumna 1)",
            ),
            (
                "{}",
                "the request is wrong: missing field `limit`",
                "Die Anfrage ist fehlerhaft: das Feld `limit` fehlt",
                "żądanie jest błędne: brakuje pola `limit`",
            ),
        ] {
            assert_eq!(told(json, "en"), english);
            assert_eq!(told(json, "de"), german);
            assert_eq!(told(json, "pl"), polish);
        }
    }

    /// A newer serde may say it otherwise; then this fails.
    #[test]
    fn everything_serde_and_chrono_say_is_recognised() {
        let mut said = Vec::new();
        for json in [
            "",
            "{",
            "[",
            "{\"limit\"",
            "{\"limit\": 1,}",
            "{\"limit\": tru}",
            "{\"limit\": 1} x",
            "5",
            "null",
            "{}",
            r#"{"limit": null}"#,
            r#"{"limit": 1.5}"#,
            r#"{"limit": true}"#,
            r#"{"limit": {}}"#,
            r#"{"limit": []}"#,
            r#"{"limit": 99999999999}"#,
            r#"{"limit": 1, "urgent": 1}"#,
            r#"{"limit": 1, "names": 1}"#,
            r#"{"limit": 1, "names": [1]}"#,
            r#"{"limit": 1, "mode": "quick"}"#,
            r#"{"limit": 1, "more": 1}"#,
            r#"{"limit": 1, "limit": 1}"#,
        ] {
            said.push(serde_json::from_str::<Settings>(json).unwrap_err().to_string());
        }
        said.extend(["", "a", "-1", "99999999999"].map(|text| text.parse::<u32>().unwrap_err().to_string()));
        said.extend(
            ["", "yesterday", "2026-03-02", "2026-03-02T12:00:00Zx", "2026-13-02T12:00:00Z"]
                .map(|text| chrono::DateTime::parse_from_rfc3339(text).unwrap_err().to_string()),
        );
        let deep = "[".repeat(200);
        said.push(serde_json::from_str::<serde_json::Value>(&deep).unwrap_err().to_string());
        said.push("x".parse::<std::net::SocketAddr>().unwrap_err().to_string());
        said.push("x".parse::<bool>().unwrap_err().to_string());
        said.push("urgent".parse::<crate::model::Priority>().unwrap_err().to_string());
        let plain = |said: &&String| reading(said) == Argument::from(said.as_str());
        let unknown: Vec<_> = said.iter().filter(plain).collect();
        assert!(unknown.is_empty(), "{unknown:#?}");
    }
}
