//! The tables of `docs/api.md`: the routes and the errors, made of the table of routes.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use downbeat::http::{Access, Fault, ROUTES, Route};
use downbeat::locale::{Locale, msg};

use super::{difference, unusable};
use crate::failure::Failure;

/// Where the page lies, seen from the root of the project.
const PAGE: &str = "docs/api.md";

/// Writes the tables into the page above the folder, or with `check` only says whether they stand there. The page, if it
/// was changed; a project without one, or without the marks, has nothing to write.
pub(super) fn generate(folder: &Path, check: bool, locale: Locale) -> Result<Option<PathBuf>, Failure> {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let Some(root) = folder.ancestors().find(|root| root.join("Cargo.toml").is_file() && root.join(PAGE).is_file())
    else {
        return Ok(None);
    };
    let file = root.join(PAGE);
    let failed = |error: io::Error| unusable(&file, &error, locale);
    let present = fs::read_to_string(&file).map_err(failed)?;
    let wanted = [("routes", routes()), ("errors", errors())]
        .iter()
        .fold(present.clone(), |page, (name, table)| between_marks(&page, name, table).unwrap_or(page));
    if wanted == present {
        return Ok(None);
    }
    if check {
        let message = locale.render(&msg::cli_page_stale(file.display().to_string()));
        let lines = difference(&present, &wanted);
        return Err(Failure::new("conflict", "page_stale", message).with_lines("difference", lines));
    }
    fs::write(&file, wanted).map_err(failed)?;
    Ok(Some(file))
}

/// The page with the text between the marks of that name.
fn between_marks(page: &str, name: &str, text: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- {name}: written by worker generate -->\n"), format!("<!-- end of {name} -->"));
    let (before, rest) = page.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n{text}\n{end}{after}"))
}

fn routes() -> String {
    let mut table =
        "| route | command | who may | what it does | errors |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for route in ROUTES.iter() {
        let methods: Vec<_> = route.methods.iter().map(|method| method.as_str()).collect();
        let command = route.command.map_or_else(String::new, |command| format!("`worker {command}`"));
        let _ = writeln!(
            table,
            "| `{} {}` | {command} | {} | {} | {} |",
            methods.join("/"),
            route.path,
            who(route.access),
            route.summary,
            statuses(route),
        );
    }
    table
}

fn who(access: Access) -> &'static str {
    match access {
        Access::Open => "everybody",
        Access::Pulse => "`CRON_SECRET`, `TASK_API_TOKEN`",
        Access::Token => "`TASK_API_TOKEN`",
    }
}

fn statuses(route: &Route) -> String {
    let mut statuses: Vec<_> = route.faults().iter().map(|fault| fault.kind().status().as_u16()).collect();
    statuses.sort_unstable();
    statuses.dedup();
    statuses.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn errors() -> String {
    let mut table = "| code | kind | status | what it means |\n| --- | --- | --- | --- |\n".to_owned();
    for fault in Fault::ALL {
        let (code, kind) = (fault.code(), fault.kind());
        let _ =
            writeln!(table, "| `{code}` | `{}` | {} | {} |", kind.as_str(), kind.status().as_u16(), fault.meaning());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_marks_is_written() {
        let page = "# A\n<!-- x: written by worker generate -->\nold\n<!-- end of x -->\nB\n";
        let wanted = "# A\n<!-- x: written by worker generate -->\n\nnew\n\n<!-- end of x -->\nB\n";
        assert_eq!(between_marks(page, "x", "new\n").as_deref(), Some(wanted));
        assert_eq!(between_marks(wanted, "x", "new\n").as_deref(), Some(wanted));
        assert_eq!(between_marks("no marks", "x", "new"), None);
    }

    #[test]
    fn the_tables_name_every_route_and_every_error() {
        let (routes, errors) = (routes(), errors());
        assert!(ROUTES.iter().all(|route| routes.contains(&format!(" {}` |", route.path))));
        assert!(Fault::ALL.iter().all(|fault| errors.contains(&format!("| `{}` |", fault.code()))));
    }
}
