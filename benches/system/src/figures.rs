//! Samples by name, and what is told of them: medians, with the least and the most.

use serde_json::{Value, json};

/// Samples of each column, by row.
pub(crate) struct Table {
    pub(crate) unit: &'static str,
    columns: Vec<&'static str>,
    rows: Vec<(String, Vec<Vec<f64>>)>,
}

/// What is told of samples.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    pub(crate) least: f64,
    pub(crate) median: f64,
    pub(crate) most: f64,
}

impl Figures {
    /// `None`: there are no samples.
    pub(crate) fn of(samples: &[f64]) -> Option<Self> {
        let mut sorted: Vec<f64> = samples.iter().copied().filter(|sample| !sample.is_nan()).collect();
        sorted.sort_by(f64::total_cmp);
        let median = *sorted.get(sorted.len() / 2)?;
        Some(Self { least: *sorted.first()?, median, most: *sorted.last()? })
    }
}

impl Table {
    pub(crate) fn new(unit: &'static str, columns: &[&'static str]) -> Self {
        Self { unit, columns: columns.to_vec(), rows: Vec::new() }
    }

    /// One sample of each column.
    pub(crate) fn add(&mut self, row: &str, samples: &[f64]) {
        let index = self.rows.iter().position(|(name, _)| name == row).unwrap_or_else(|| {
            self.rows.push((row.to_owned(), vec![Vec::new(); self.columns.len()]));
            self.rows.len() - 1
        });
        for (column, sample) in self.rows[index].1.iter_mut().zip(samples) {
            column.push(*sample);
        }
    }

    /// One sample of each column from that one on: others have fewer.
    pub(crate) fn add_beside(&mut self, row: &str, column: usize, samples: &[f64]) {
        let (_, columns) = self.rows.iter_mut().find(|(name, _)| name == row).expect("a row that was begun");
        for (column, sample) in columns[column..].iter_mut().zip(samples) {
            column.push(*sample);
        }
    }

    /// The figures of the first column, by row.
    pub(crate) fn first(&self) -> impl Iterator<Item = (&str, Figures)> {
        self.rows.iter().filter_map(|(name, columns)| Some((name.as_str(), Figures::of(&columns[0])?)))
    }

    /// Prints it as Markdown: the median, and the least and the most behind it.
    pub(crate) fn print(&self, title: &str) {
        println!("\n## {title}\n\n| | {} |", self.columns.join(" | "));
        println!("| --- |{}", " ---: |".repeat(self.columns.len()));
        for (name, columns) in &self.rows {
            let cells = columns.iter().map(|samples| match Figures::of(samples) {
                Some(figures) if samples.len() > 1 => {
                    format!("{} ({}–{})", short(figures.median), short(figures.least), short(figures.most))
                }
                Some(figures) => short(figures.median),
                None => String::new(),
            });
            println!("| {name} | {} |", cells.collect::<Vec<_>>().join(" | "));
        }
    }

    /// A sentence for each row in which such a column was ever anything but zero.
    pub(crate) fn above_zero(&self, columns: &[&str]) -> Vec<String> {
        self.rows.iter().flat_map(|(row, _)| self.above_zero_in(row, columns)).collect()
    }

    /// The same of one row.
    pub(crate) fn above_zero_in(&self, row: &str, columns: &[&str]) -> Vec<String> {
        let Some((_, samples)) = self.rows.iter().find(|(name, _)| name == row) else {
            return vec![format!("{row}: nothing was measured")];
        };
        let wanted = self.columns.iter().zip(samples).filter(|(column, _)| columns.contains(column));
        // What is not a number was not counted, which is no better.
        let wrong = wanted.filter(|(_, samples)| samples.iter().any(|sample| *sample != 0.0));
        wrong.map(|(column, samples)| format!("{row}: {column}: {samples:?}")).collect()
    }

    pub(crate) fn json(&self) -> Value {
        let rows = self.rows.iter().map(|(name, columns)| {
            let samples: serde_json::Map<_, _> = self
                .columns
                .iter()
                .zip(columns)
                .map(|(column, samples)| ((*column).to_owned(), json!(samples)))
                .collect();
            (name.clone(), Value::Object(samples))
        });
        Value::Object(rows.collect())
    }
}

/// Three digits that count.
pub(crate) fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}
