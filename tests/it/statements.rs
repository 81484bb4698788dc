//! Every statement is one the migrated database understands, with the parameter types it is sent with.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tokio_postgres::types::Type;

use crate::support::{connect, database};

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/src/repository")
}

/// The types each `statement!(NAME = "file.sql", [TYPES])` of the sources declares, by file.
pub(crate) fn declared() -> BTreeMap<String, Vec<String>> {
    let mut declared = BTreeMap::new();
    for entry in fs::read_dir(repository()).expect("the repository's sources") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let source = fs::read_to_string(&path).expect("a source");
        for declaration in source.split("statement!(").skip(1) {
            let Some((_, rest)) = declaration.split_once(" = \"") else { continue };
            let Some((file, rest)) = rest.split_once('"') else { continue };
            let Some((types, _)) = rest.trim_start_matches([',', ' ', '\n']).trim_start_matches('[').split_once(']')
            else {
                continue;
            };
            let types = types.split(',').map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty());
            declared.insert(file.to_owned(), types.collect());
        }
    }
    declared
}

/// What is sent is text of ours: a file, or a constant; and of a database's own words only the statement that drops an index,
/// which the server makes out of its catalogue. Whatever comes from outside is a parameter.
#[test]
fn no_statement_is_put_together() {
    let constants = [
        "include_str!(",
        "statement.sql, ",
        "command)",
        "self.sql",
        "statement.text)",
        "marked.text)",
        "&drop)",
        // One that is prepared, a connection for one that is, and its parameters.
        "&prepared, ",
        "prepared, ",
        "&client, ",
        "client, ",
        "self.client(), ",
        "transaction.client(), ",
        "lent.client(), ",
    ];
    let sources = [repository(), repository().join("migrate"), repository().join("connection")];
    let files = sources.iter().flat_map(|folder| fs::read_dir(folder).expect("a folder"));
    let mut sent = 0;
    for path in files
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
    {
        let source = fs::read_to_string(&path).expect("a source");
        for verb in ["execute", "query", "prepare", "copy"] {
            for (at, _) in source.match_indices(&format!(".{verb}")).chain(source.match_indices(&format!("_{verb}"))) {
                let Some((name, argument)) = source[at + 1..].split_once('(') else { continue };
                // A name of something else.
                if !name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_') {
                    continue;
                }
                let is_ours = constants.iter().any(|constant| argument.starts_with(constant));
                assert!(is_ours, "{}: {name}({argument:.60}", path.display());
                sent += 1;
            }
        }
    }
    assert!(sent > 10, "else the sources are not what this test takes them for");
}

/// Only what speaks to the system for the private PostgreSQL may; a file could lift the lint for itself.
#[test]
fn only_one_file_may_be_unsafe() {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("..")];
    let mut unsafe_ones = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if path.is_dir() {
                open.extend((!name.starts_with('.') && name != "target" && name != "node_modules").then_some(path));
            } else if name.ends_with(".rs") {
                let source = fs::read_to_string(&path).expect("a source");
                let lifts = ["_code", " {", " fn", " impl", " extern", " trait"].iter();
                let lifts = lifts.map(|after| format!("unsafe{after}")).any(|word| source.contains(&word));
                unsafe_ones.extend(lifts.then_some(path));
            }
        }
    }
    let [one] = unsafe_ones.as_slice() else { panic!("{unsafe_ones:?}") };
    assert!(one.ends_with("shared/src/private_postgres/system.rs"), "{one:?}");
}

#[tokio::test]
async fn every_statement_is_understood_with_the_types_it_is_sent_with() {
    let database = database().await;
    let client = connect(database.config()).await;
    let declared = declared();
    for entry in fs::read_dir(repository().join("sql")).expect("the statements") {
        let path = entry.expect("an entry").path();
        let file = path.file_name().expect("a name").to_string_lossy().into_owned();
        let sql = fs::read_to_string(&path).expect("a statement");
        let sent = declared.get(&file).unwrap_or_else(|| panic!("{file} is used nowhere"));
        let types: Vec<_> = sent.iter().map(|name| named(name)).collect();
        let statement = client.prepare_typed(&sql, &types).await.unwrap_or_else(|error| panic!("{file}: {error:?}"));
        assert_eq!(statement.params(), types, "{file} takes another number of parameters");
    }
}

/// A type by the name of its constant in `tokio_postgres::types::Type`, in lower case.
fn named(name: &str) -> Type {
    match name {
        "bool" => Type::BOOL,
        "bool_array" => Type::BOOL_ARRAY,
        "int4" => Type::INT4,
        "int4_array" => Type::INT4_ARRAY,
        "int8" => Type::INT8,
        "int8_array" => Type::INT8_ARRAY,
        "float8" => Type::FLOAT8,
        "text" => Type::TEXT,
        "text_array" => Type::TEXT_ARRAY,
        "uuid" => Type::UUID,
        "uuid_array" => Type::UUID_ARRAY,
        "jsonb" => Type::JSONB,
        "jsonb_array" => Type::JSONB_ARRAY,
        "timestamptz" => Type::TIMESTAMPTZ,
        "timestamptz_array" => Type::TIMESTAMPTZ_ARRAY,
        other => panic!("add {other} here"),
    }
}
