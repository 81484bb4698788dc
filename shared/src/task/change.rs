//! What an operator may set over a cron task's definition, and what is in force then. Pure.
//!
//! Overrides are kept by column name, `{"timeout":30000,"config":{"limit":3}}`, and by environment for the few that may
//! differ, `{"environments":{"serverless":{"timeout":30000}}}`. Settings are laid over each other name by name. A request
//! has the same form, and `null` takes back what it names.

mod schema;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use serde_json::{Map, Value};

use super::refusal::{Refusal, joined};
use super::{CronExpr, CronExprError, UnknownZone, Zone};
use crate::locale::{Argument, Message, format, msg};
use crate::model::{CatchUp, Environment, OverlapPolicy, Priority, RunsOn, Words, closest};

pub(crate) use schema::change_schema;

const CONFIG: &str = "config";
const ENVIRONMENTS: &str = "environments";
/// The longest span a column takes, in whole days.
const DAYS_24: i64 = 24 * 24 * 3600 * 1000;
/// Starts are spread over less than a day.
const LONGEST_JITTER: i64 = 24 * 3600 * 1000 - 1;

/// What each name takes.
const SETTINGS: &[(&str, Kind)] = &[
    ("enabled", Kind::Switch),
    ("schedule", Kind::Schedule),
    ("timezone", Kind::Zone),
    ("timeout", TIMEOUT),
    ("retries", RETRIES),
    ("retry_delay", Kind::Number(0..=DAYS_24)),
    ("priority", Kind::Word(read_word::<Priority>)),
    ("catch_up", Kind::Word(read_word::<CatchUp>)),
    ("catch_up_window", Kind::Number(0..=DAYS_24)),
    ("overlap", Kind::Word(read_word::<OverlapPolicy>)),
    ("overlap_limit", Kind::Number(1..=10_000)),
    ("runs_on", Kind::Word(read_word::<RunsOn>)),
    ("start_jitter", Kind::Number(0..=LONGEST_JITTER)),
    ("not_before", Kind::Instant),
    ("not_after", Kind::Instant),
    ("history_interval", Kind::Number(0..=DAYS_24)),
];
/// The same for one environment.
const SETTINGS_OF_ENVIRONMENT: &[(&str, Kind)] = &[("timeout", TIMEOUT), ("retries", RETRIES)];
const TIMEOUT: Kind = Kind::Number(1..=DAYS_24);
const RETRIES: Kind = Kind::Number(0..=1000);

enum Kind {
    Switch,
    Schedule,
    Zone,
    /// Milliseconds or a count.
    Number(RangeInclusive<i64>),
    Word(fn(&str) -> Result<&'static str, Vec<&'static str>>),
    Instant,
}

/// Something that cannot be set.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeError {
    /// Where it stands in the request: `environments.serverless.timeout`.
    pub path: String,
    wrong: Wrong,
}

#[derive(Clone, Debug, PartialEq)]
enum Wrong {
    Nothing,
    NoObject,
    UnknownName {
        allowed: Vec<&'static str>,
        nearest: Option<&'static str>,
    },
    NoSwitch,
    NoText,
    Schedule(CronExprError),
    NeverComes,
    /// The code has a schedule function.
    HasFunction(String),
    UnknownZone {
        written: String,
        nearest: Option<&'static str>,
    },
    OutOfRange {
        least: i64,
        most: i64,
    },
    NotAllowed {
        written: String,
        allowed: Vec<&'static str>,
        nearest: Option<&'static str>,
    },
    NoInstant,
    Backwards,
    /// The task itself refuses it.
    Refused {
        reason: Argument,
        allowed: Vec<String>,
        nearest: Option<String>,
    },
}

impl ChangeError {
    fn new(path: impl Into<String>, wrong: Wrong) -> Self {
        Self { path: path.into(), wrong }
    }

    /// What the task itself refuses, of the settings that stand at `path`.
    pub(crate) fn refused(path: &str, refusal: Refusal) -> impl Iterator<Item = Self> {
        refusal.each().map(move |Refusal { path: beneath, reason, allowed, nearest, besides: _ }| {
            Self::new(joined(path, &beneath), Wrong::Refused { reason, allowed, nearest })
        })
    }

    /// The names or words that are allowed there, where there are a few.
    #[must_use]
    pub fn allowed(&self) -> Vec<&str> {
        match &self.wrong {
            Wrong::UnknownName { allowed, .. } | Wrong::NotAllowed { allowed, .. } => allowed.clone(),
            Wrong::Refused { allowed, .. } => allowed.iter().map(String::as_str).collect(),
            Wrong::Nothing
            | Wrong::NoObject
            | Wrong::NoSwitch
            | Wrong::NoText
            | Wrong::Schedule(_)
            | Wrong::NeverComes
            | Wrong::HasFunction(_)
            | Wrong::UnknownZone { .. }
            | Wrong::OutOfRange { .. }
            | Wrong::NoInstant
            | Wrong::Backwards => Vec::new(),
        }
    }

    /// The one that could have been meant.
    #[must_use]
    pub fn nearest(&self) -> Option<&str> {
        match &self.wrong {
            Wrong::UnknownName { nearest, .. }
            | Wrong::UnknownZone { nearest, .. }
            | Wrong::NotAllowed { nearest, .. } => *nearest,
            Wrong::Refused { nearest, .. } => nearest.as_deref(),
            Wrong::Nothing
            | Wrong::NoObject
            | Wrong::NoSwitch
            | Wrong::NoText
            | Wrong::Schedule(_)
            | Wrong::NeverComes
            | Wrong::HasFunction(_)
            | Wrong::OutOfRange { .. }
            | Wrong::NoInstant
            | Wrong::Backwards => None,
        }
    }

    /// The sentence for people, without the path.
    pub fn message(&self) -> Message {
        match &self.wrong {
            Wrong::Nothing => msg::change_nothing(),
            Wrong::NoObject => msg::change_no_object(),
            Wrong::UnknownName { nearest: Some(nearest), .. } => msg::change_unknown_name_nearest(*nearest),
            Wrong::UnknownName { allowed, nearest: None } => {
                msg::change_unknown_name(format::all_of(allowed.iter().copied()))
            }
            Wrong::NoSwitch => msg::change_no_switch(),
            Wrong::NoText => msg::change_no_text(),
            Wrong::Schedule(error) => error.message(),
            Wrong::NeverComes => msg::change_never_comes(),
            Wrong::HasFunction(function) => msg::change_has_function(function.as_str()),
            Wrong::UnknownZone { written, nearest: Some(nearest) } => {
                msg::http_no_such_zone_nearest(written.as_str(), *nearest)
            }
            Wrong::UnknownZone { written, nearest: None } => msg::http_no_such_zone(written.as_str()),
            Wrong::OutOfRange { least, most } => msg::change_out_of_range(*least, *most),
            Wrong::NotAllowed { written, allowed, nearest } => {
                let allowed = format::one_of(allowed.iter().copied());
                match nearest {
                    Some(nearest) => msg::change_not_allowed_nearest(allowed, *nearest, written.as_str()),
                    None => msg::change_not_allowed(allowed, written.as_str()),
                }
            }
            Wrong::NoInstant => msg::change_no_instant(),
            Wrong::Backwards => msg::change_backwards(),
            Wrong::Refused { reason, nearest: Some(nearest), .. } => {
                msg::change_refused_by_task_nearest(nearest.as_str(), reason.clone())
            }
            Wrong::Refused { reason, nearest: None, .. } => msg::change_refused_by_task(reason.clone()),
        }
    }
}

/// The overrides with a request laid over them, and all that is wrong with the request. What the task itself says of its
/// settings is not asked here.
pub(crate) fn changed_overrides(definition: &Value, overrides: &Value, request: &Value) -> (Value, Vec<ChangeError>) {
    let mut changed = overrides.as_object().cloned().unwrap_or_default();
    let mut errors = Vec::new();
    match request.as_object() {
        Some(request) if !request.is_empty() => {
            change(&mut changed, request, "", SETTINGS, &mut errors);
            change_environments(&mut changed, request.get(ENVIRONMENTS), &mut errors);
        }
        Some(_) => errors.push(ChangeError::new("", Wrong::Nothing)),
        None if request.is_null() => errors.push(ChangeError::new("", Wrong::Nothing)),
        None => errors.push(ChangeError::new("", Wrong::NoObject)),
    }
    let changed = Value::Object(changed);
    if let Some(function) = definition.get("schedule_function").and_then(Value::as_str)
        && request.get("schedule").is_some_and(|schedule| !schedule.is_null())
    {
        errors.push(ChangeError::new("schedule", Wrong::HasFunction(function.to_owned())));
    }
    let bound = |name| in_force(definition, &changed, &[name]).as_str().and_then(instant);
    let asks_for_bounds = ["not_before", "not_after"].iter().any(|name| request.get(name).is_some());
    if asks_for_bounds && bound("not_before").zip(bound("not_after")).is_some_and(|(first, last)| last < first) {
        errors.push(ChangeError::new("not_after", Wrong::Backwards));
    }
    (changed, errors)
}

/// Lays what is asked for over one level of the overrides: all of them, or those of one environment.
fn change(
    changed: &mut Map<String, Value>,
    request: &Map<String, Value>,
    path: &str,
    settings: &[(&'static str, Kind)],
    errors: &mut Vec<ChangeError>,
) {
    for (name, value) in request {
        let path = joined(path, name);
        let setting = settings.iter().find(|(known, _)| known == name);
        match (name.as_str(), setting, value) {
            (CONFIG, _, _) => change_config(changed, value, path, errors),
            (_, Some(_), Value::Null) => {
                changed.remove(name);
            }
            (_, Some((_, kind)), _) => match kind.read(value) {
                Ok(value) => {
                    changed.insert(name.clone(), value);
                }
                Err(wrong) => errors.push(ChangeError::new(path, wrong)),
            },
            // Only the whole has environments.
            (ENVIRONMENTS, None, _) if path == ENVIRONMENTS => {}
            (_, None, _) => {
                let mut allowed: Vec<_> = settings.iter().map(|(known, _)| *known).chain([CONFIG]).collect();
                allowed.extend((path == *name).then_some(ENVIRONMENTS));
                let nearest = closest(name, allowed.iter().copied());
                errors.push(ChangeError::new(path, Wrong::UnknownName { allowed, nearest }));
            }
        }
    }
}

fn change_config(changed: &mut Map<String, Value>, request: &Value, path: String, errors: &mut Vec<ChangeError>) {
    let mut config = changed.get(CONFIG).and_then(Value::as_object).cloned().unwrap_or_default();
    match request {
        Value::Null => config.clear(),
        Value::Object(request) => {
            for (name, value) in request {
                match value {
                    Value::Null => config.remove(name),
                    value => config.insert(name.clone(), value.clone()),
                };
            }
        }
        _ => errors.push(ChangeError::new(path, Wrong::NoObject)),
    }
    put(changed, CONFIG, config);
}

fn change_environments(changed: &mut Map<String, Value>, request: Option<&Value>, errors: &mut Vec<ChangeError>) {
    let mut environments = changed.get(ENVIRONMENTS).and_then(Value::as_object).cloned().unwrap_or_default();
    match request {
        None => {}
        Some(Value::Null) => environments.clear(),
        Some(Value::Object(request)) => {
            for (name, request) in request {
                let path = joined(ENVIRONMENTS, name);
                let allowed = || Environment::ALL.iter().map(|environment| environment.as_str());
                if !allowed().any(|known| known == name) {
                    let (nearest, allowed) = (closest(name, allowed()), allowed().collect());
                    errors.push(ChangeError::new(path, Wrong::UnknownName { allowed, nearest }));
                    continue;
                }
                let mut one = environments.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
                match request {
                    Value::Null => one.clear(),
                    Value::Object(request) => change(&mut one, request, &path, SETTINGS_OF_ENVIRONMENT, errors),
                    _ => errors.push(ChangeError::new(path, Wrong::NoObject)),
                }
                put(&mut environments, name, one);
            }
        }
        Some(_) => errors.push(ChangeError::new(ENVIRONMENTS, Wrong::NoObject)),
    }
    put(changed, ENVIRONMENTS, environments);
}

/// Nothing is kept of what holds nothing.
fn put(into: &mut Map<String, Value>, name: &str, fields: Map<String, Value>) {
    if fields.is_empty() {
        into.remove(name);
    } else {
        into.insert(name.to_owned(), Value::Object(fields));
    }
}

impl Kind {
    /// The value as it is stored.
    fn read(&self, value: &Value) -> Result<Value, Wrong> {
        let text = || value.as_str().ok_or(Wrong::NoText);
        match self {
            Self::Switch => value.as_bool().map(Value::from).ok_or(Wrong::NoSwitch),
            Self::Schedule => match CronExpr::parse(text()?) {
                Err(error) => Err(Wrong::Schedule(error)),
                Ok(expression) if expression.never_comes() => Err(Wrong::NeverComes),
                Ok(expression) => Ok(Value::from(expression.to_string())),
            },
            Self::Zone => {
                let written = text()?;
                match written.parse::<Zone>() {
                    Ok(zone) => Ok(Value::from(zone.name())),
                    Err(UnknownZone) => Err(Wrong::UnknownZone {
                        written: written.to_owned(),
                        nearest: closest(written, Zone::names()),
                    }),
                }
            }
            Self::Number(range) => value
                .as_i64()
                .filter(|number| range.contains(number))
                .map(Value::from)
                .ok_or(Wrong::OutOfRange { least: *range.start(), most: *range.end() }),
            Self::Word(read) => {
                let written = text()?;
                read(written).map(Value::from).map_err(|allowed| {
                    // Words are read in any case, so what was meant is looked for in any case.
                    let nearest = closest(&written.to_ascii_uppercase(), allowed.iter().copied())
                        .or_else(|| closest(&written.to_ascii_lowercase(), allowed.iter().copied()));
                    Wrong::NotAllowed { written: written.to_owned(), allowed, nearest }
                })
            }
            Self::Instant => {
                let at = instant(text()?).ok_or(Wrong::NoInstant)?;
                Ok(Value::from(at.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
            }
        }
    }
}

/// Its years are those the database and every reader of the answer know, too.
fn instant(written: &str) -> Option<DateTime<Utc>> {
    let at = DateTime::parse_from_rfc3339(written).ok()?.to_utc();
    (0..=9999).contains(&at.year()).then_some(at)
}

fn read_word<T: Words>(text: &str) -> Result<&'static str, Vec<&'static str>> {
    text.parse::<T>().map(T::written).map_err(|_| T::ALL.iter().map(|word| word.written()).collect())
}

/// What is in force at a path: what an operator set, else what the code says; for an environment, else what is in force
/// everywhere.
pub(crate) fn in_force<'a>(definition: &'a Value, overrides: &'a Value, path: &[&str]) -> &'a Value {
    let at = |value: &'a Value| path.iter().try_fold(value, |value, name| value.get(name));
    match (at(overrides), path) {
        (Some(set), _) => set,
        (None, [ENVIRONMENTS, _, rest @ ..]) => in_force(definition, overrides, rest),
        (None, _) => at(definition).unwrap_or(&Value::Null),
    }
}

/// The settings in force, where they stand in a request: for every environment, and for each that has its own.
pub(crate) fn configs_in_force(definition: &Value, overrides: &Value) -> Vec<(String, Value)> {
    let over = |config: &Value, over: Option<&Value>| {
        let mut config = config.as_object().cloned().unwrap_or_default();
        config.extend(over.and_then(Value::as_object).cloned().unwrap_or_default());
        Value::Object(config)
    };
    let everywhere = over(&definition[CONFIG], overrides.get(CONFIG));
    let environments = overrides.get(ENVIRONMENTS).and_then(Value::as_object);
    let own = environments.into_iter().flatten().filter_map(|(name, one)| {
        Some((joined(&joined(ENVIRONMENTS, name), CONFIG), over(&everywhere, Some(one.get(CONFIG)?))))
    });
    let own: Vec<_> = own.collect();
    std::iter::once((CONFIG.to_owned(), everywhere)).chain(own).collect()
}

/// What two states of the overrides put in force, of what they set differently: before and after.
pub(crate) fn difference(definition: &Value, old: &Value, new: &Value) -> (Value, Value) {
    let (set_before, set_after) = (leaves(old), leaves(new));
    let paths: BTreeSet<_> = set_before.keys().chain(set_after.keys()).collect();
    let (mut before, mut after) = (Value::Object(Map::new()), Value::Object(Map::new()));
    for path in paths.into_iter().filter(|path| set_before.get(*path) != set_after.get(*path)) {
        set_at(&mut before, path, in_force(definition, old, path));
        set_at(&mut after, path, in_force(definition, new, path));
    }
    (before, after)
}

/// Each override by its path.
fn leaves(overrides: &Value) -> BTreeMap<Vec<&str>, &Value> {
    let mut leaves = BTreeMap::new();
    let mut rest = vec![(Vec::new(), overrides)];
    while let Some((path, value)) = rest.pop() {
        // Beneath a setting, objects are values of the task's own.
        let is_inner =
            matches!(path.as_slice(), [] | [CONFIG | ENVIRONMENTS] | [ENVIRONMENTS, _] | [ENVIRONMENTS, _, CONFIG]);
        match value.as_object() {
            Some(fields) if is_inner => {
                rest.extend(
                    fields.iter().map(|(name, value)| (path.iter().copied().chain([name.as_str()]).collect(), value)),
                );
            }
            _ => {
                leaves.insert(path, value);
            }
        }
    }
    leaves
}

fn set_at(value: &mut Value, path: &[&str], to: &Value) {
    let place = path.iter().fold(value, |value, name| &mut value[*name]);
    *place = to.clone();
}

#[cfg(test)]
mod tests;
