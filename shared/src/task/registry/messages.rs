//! What a program's own tasks are called, language by language.

use std::collections::{BTreeMap, BTreeSet};

use super::RegistryError;
use crate::locale::{ExtendError, Extension};
use crate::model::closest;

/// The sources of each language, in the order they were given.
#[derive(Clone, Default)]
pub(super) struct Messages(BTreeMap<&'static str, Vec<&'static str>>);

impl Messages {
    pub(super) fn of(&mut self, language: &'static str, source: &'static str) {
        self.0.entry(language).or_default().push(source);
    }

    /// Reads them all. What is read belongs to a task of these names, or is told.
    pub(super) fn check(
        &self,
        tasks: &BTreeSet<&'static str>,
        errors: &mut Vec<RegistryError>,
    ) -> Vec<(&'static str, Extension)> {
        let known: BTreeSet<_> =
            tasks.iter().flat_map(|task| [format!("task-{task}-title"), format!("task-{task}-description")]).collect();
        let mut extensions = Vec::new();
        for (&language, sources) in &self.0 {
            match Extension::read(language, sources) {
                Ok(extension) => {
                    errors.extend(extension.ids().filter(|(_, id)| !known.contains(*id)).map(|(place, id)| {
                        let nearest = closest(id, known.iter().map(String::as_str)).map(str::to_owned);
                        RegistryError::UnknownMessage { place, id: id.to_owned(), nearest }
                    }));
                    extensions.push((language, extension));
                }
                Err(error) => tell(error, language, errors),
            }
        }
        extensions
    }
}

/// Makes them heard wherever a task is listed in this process.
pub(super) fn add(extensions: Vec<(&'static str, Extension)>, errors: &mut Vec<RegistryError>) {
    for (language, extension) in extensions {
        if let Err(error) = extension.add() {
            tell(error, language, errors);
        }
    }
}

fn tell(error: ExtendError, language: &'static str, errors: &mut Vec<RegistryError>) {
    match error {
        ExtendError::UnknownLanguage { .. } => errors.push(RegistryError::UnknownLanguage { language }),
        ExtendError::Refused { problems } => {
            errors.extend(problems.into_iter().map(|problem| RegistryError::Messages { problem }));
        }
    }
}
