//! The ledger, by run: who ran what, from when until when.

use std::collections::{BTreeMap, HashMap};

use super::lives::{Lives, Stretch};
use super::{Finding, Kind};
use crate::ledger::{Line, What};

/// One run of a task.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its first line.
    pub start: Line,
    /// From its start to its end, or to the end of its process.
    pub stretch: Stretch,
    /// How it said that it ended.
    pub end: Option<What>,
}

/// All runs.
#[derive(Clone, Debug, Default)]
pub struct Runs {
    /// In the order of their starts.
    pub all: Vec<Run>,
    by_execution: HashMap<String, usize>,
}

impl Runs {
    /// Reads the ledger. An execution that started twice is found here.
    #[must_use]
    pub fn of(ledger: &[Line], lives: &Lives, findings: &mut Vec<Finding>) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        let mut open: HashMap<(&str, &str), usize> = HashMap::new();
        for line in ledger {
            let key = (line.execution.as_str(), line.process.as_str());
            if line.what == What::Start {
                let stretch = Stretch { from: line.at_ns, until: lives.end_of(&line.process).max(line.at_ns) };
                open.insert(key, runs.len());
                runs.push(Run { start: line.clone(), stretch, end: None });
            } else if let Some(run) = open.remove(&key).and_then(|index| runs.get_mut(index)) {
                run.stretch.until = line.at_ns;
                run.end = Some(line.what);
            } else {
                findings.push(Finding::new(Kind::Broken, format!("ended without a start: {line}")));
            }
        }
        runs.sort_by_key(|run| run.stretch.from);
        let mut starts: BTreeMap<&str, Vec<&Run>> = BTreeMap::new();
        runs.iter().for_each(|run| starts.entry(&run.start.execution).or_default().push(run));
        for (execution, runs) in starts.iter().filter(|(_, runs)| runs.len() > 1) {
            let by: Vec<_> = runs.iter().map(|run| run.start.process.as_str()).collect();
            let task = &runs[0].start.task;
            let what = format!("execution {execution} of {task} started {} times: {}", runs.len(), by.join(", "));
            findings.push(Finding::new(Kind::Doubled, what));
        }
        let by_execution = runs.iter().enumerate().map(|(index, run)| (run.start.execution.clone(), index)).collect();
        Self { all: runs, by_execution }
    }

    /// The run of this execution.
    #[must_use]
    pub fn of_execution(&self, id: &str) -> Option<&Run> {
        self.by_execution.get(id).and_then(|index| self.all.get(*index))
    }
}
