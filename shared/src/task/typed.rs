//! Settings out of JSON, with all that is wrong with them. Pure.
//!
//! Serde ends at the first value it cannot read. So what it refuses is taken out, or made as it is by default, and the rest
//! is read again, until all has been seen.

use std::collections::HashMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};

use super::refusal::{Refusal, joined};

/// So many mistakes are told at once.
pub(super) const MOST: usize = 20;
/// So often it is read anew for that: what is taken out may lay bare the next thing to take out.
const MOST_READINGS: usize = 3 * MOST;

/// Default settings as JSON.
pub(super) fn default_config<C: Serialize + Default>() -> Value {
    as_json(&C::default())
}

/// Settings as JSON; `{}` for `()`, since the settings of a task are always an object.
pub(super) fn as_json<C: Serialize>(config: &C) -> Value {
    match serde_json::to_value(config) {
        Ok(Value::Null) | Err(_) => Value::Object(Map::new()),
        Ok(value) => value,
    }
}

/// Settings out of JSON, or a refusal that names the path of each mistake.
pub(super) fn typed<C: DeserializeOwned + Serialize + Default>(config: &Value) -> Result<C, Refusal> {
    let nothing_set = config.as_object().is_some_and(Map::is_empty);
    if nothing_set && let Ok(unit) = serde_json::from_value(Value::Null) {
        return Ok(unit);
    }
    match serde_path_to_error::deserialize(config) {
        Ok(typed) => Ok(typed),
        Err(first) => Err(Rest::of::<C>(config).refusals::<C>(first)),
    }
}

type Error = serde_path_to_error::Error<serde_json::Error>;

/// A step on the way to a value.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Name(String),
    Index(usize),
}

/// What is still to be read.
struct Rest {
    config: Value,
    default: Value,
    /// Of each list that elements were taken out of, by its place in what was written: where those that remain stood.
    taken_out_of: HashMap<String, Vec<usize>>,
}

impl Rest {
    fn of<C: Serialize + Default>(config: &Value) -> Self {
        Self { config: config.clone(), default: default_config::<C>(), taken_out_of: HashMap::new() }
    }

    fn refusals<C: DeserializeOwned>(mut self, first: Error) -> Refusal {
        let mut refusals: Vec<Refusal> = Vec::new();
        let mut next = Some(first);
        for _ in 0..MOST_READINGS {
            let Some(error) = next else { break };
            let steps = steps(error.path());
            let refusal = Refusal::unread(self.written(&steps), &error.inner().to_string());
            let lacks = missing_field(&error.inner().to_string()).map(|name| Step::Name(name.to_owned()));
            let place: Vec<_> = steps.into_iter().chain(lacks).collect();
            // What is refused again where it was taken out is wrong as a whole.
            let is_known = refusals.iter().any(|known| known.path == refusal.path);
            if !is_known {
                refusals.push(refusal);
            }
            if refusals.len() == MOST || !self.mend(&place, is_known) {
                break;
            }
            next = serde_path_to_error::deserialize::<_, C>(&self.config).err();
        }
        Refusal::all(refusals).err().unwrap_or_else(|| Refusal::new("", String::new()))
    }

    /// Makes what stands there as it is by default, or takes it out; where neither can be, what it is part of. False: all
    /// of it is wrong.
    fn mend(&mut self, place: &[Step], spares_the_last: bool) -> bool {
        let longest = place.len() - usize::from(spares_the_last).min(place.len());
        (1..=longest).rev().any(|length| self.mend_at(&place[..length]))
    }

    fn mend_at(&mut self, place: &[Step]) -> bool {
        let Some((last, outer)) = place.split_last() else { return false };
        let list = self.written(outer);
        let default = at(&self.default, place).cloned();
        let Some(outer) = at_mut(&mut self.config, outer) else { return false };
        match (outer, last, default) {
            (Value::Object(fields), Step::Name(name), Some(default)) if fields.get(name) != Some(&default) => {
                fields.insert(name.clone(), default);
                true
            }
            (Value::Object(fields), Step::Name(name), None) => fields.remove(name).is_some(),
            (Value::Array(elements), Step::Index(index), _) if *index < elements.len() => {
                let known = self.taken_out_of.entry(list).or_insert_with(|| (0..elements.len()).collect());
                elements.remove(*index);
                known.remove(*index);
                true
            }
            _ => false,
        }
    }

    /// The place in what was written: `targets[2].url`.
    fn written(&self, steps: &[Step]) -> String {
        steps.iter().fold(String::new(), |path, step| match step {
            Step::Name(name) => joined(&path, name),
            Step::Index(index) => {
                let stood = self.taken_out_of.get(&path).and_then(|stood| stood.get(*index)).unwrap_or(index);
                format!("{path}[{stood}]")
            }
        })
    }
}

/// The way to where an error lies, as far as it is known.
fn steps(path: &Path) -> Vec<Step> {
    let known = path.iter().map_while(|segment| match segment {
        Segment::Seq { index } => Some(Step::Index(*index)),
        Segment::Map { key } => Some(Step::Name(key.clone())),
        Segment::Enum { variant } => Some(Step::Name(variant.clone())),
        Segment::Unknown => None,
    });
    known.collect()
}

/// The field that serde misses in the object it tells of.
pub(super) fn missing_field(said: &str) -> Option<&str> {
    said.strip_prefix("missing field `").and_then(|rest| rest.split_once('`')).map(|(name, _)| name)
}

fn at<'a>(value: &'a Value, place: &[Step]) -> Option<&'a Value> {
    place.iter().try_fold(value, |value, step| match step {
        Step::Name(name) => value.get(name),
        Step::Index(index) => value.get(index),
    })
}

fn at_mut<'a>(value: &'a mut Value, place: &[Step]) -> Option<&'a mut Value> {
    place.iter().try_fold(value, |value, step| match step {
        Step::Name(name) => value.get_mut(name),
        Step::Index(index) => value.get_mut(index),
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Serialize, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Config {
        days: u32,
        label: String,
        targets: Vec<Target>,
        by_name: std::collections::BTreeMap<String, u8>,
    }

    impl Default for Config {
        fn default() -> Self {
            Self { days: 3, label: "all".to_owned(), targets: Vec::new(), by_name: [("one".to_owned(), 1)].into() }
        }
    }

    #[derive(Debug, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Target {
        url: String,
        status: Option<u16>,
        #[serde(default)]
        tags: Vec<String>,
    }

    fn wrong(config: &Value) -> Vec<String> {
        let refusal = typed::<Config>(config).expect_err("it is wrong");
        refusal.each().map(|refusal| refusal.path).collect()
    }

    #[test]
    fn all_mistakes_are_told_at_once_where_they_stand() {
        let config = json!({
            "days": -1, "lable": "x", "label": 7, "more": {},
            "targets": [
                { "url": 1, "status": "ok", "tags": ["a", 2, "b", 3] },
                { "url": "fine" },
                "nonsense",
                { "status": 99_999 },
                { "url": "fine", "staus": 200 },
            ],
            "by_name": { "one": 1, "two": 300, "three": -1 },
        });
        let mut paths = wrong(&config);
        paths.sort_unstable();
        assert_eq!(
            paths,
            [
                "by_name.three",
                "by_name.two",
                "days",
                "label",
                "lable",
                "more",
                "targets[0].status",
                "targets[0].tags[1]",
                "targets[0].tags[3]",
                "targets[0].url",
                "targets[2]",
                "targets[3].status",
                "targets[3].url",
                "targets[4].staus",
            ]
        );
    }

    #[test]
    fn what_is_no_object_is_one_mistake() {
        assert_eq!(wrong(&json!(7)), [""]);
        assert_eq!(wrong(&json!({ "targets": 7 })), ["targets"]);
    }

    #[test]
    fn there_is_an_end_to_what_is_told() {
        let many: Map<_, _> = (0..100).map(|n| (format!("field-{n}"), json!(n))).collect();
        assert_eq!(wrong(&Value::Object(many)).len(), MOST);
    }

    #[test]
    fn settings_without_a_mistake_are_read() {
        assert_eq!(typed::<Config>(&json!({ "days": 9 })).map(|config| config.days), Ok(9));
        assert_eq!(typed::<()>(&json!({})), Ok(()));
    }
}
