//! Statements: where they stand, and who may write which table.

use crate::assert_none;
use crate::source::{self, Literal};
use crate::tree::{self, File};

/// The only module that writes a table: `crates/<crate>/src/<module>`.
const OWNERS: &[(&str, &str)] = &[
    // Identity
    ("sys_user", "os-identity::user"),
    ("sys_account", "os-identity::user"),
    ("sys_session", "os-identity::session"),
    ("sys_password_reset", "os-identity::password_reset"),
    ("sys_device_code", "os-identity::device"),
    ("sys_api_key", "os-identity::api_key"),
    ("sys_organization", "os-identity::organization"),
    ("sys_member", "os-identity::organization::member"),
    ("sys_invitation", "os-identity::organization::invitation"),
    ("sys_event", "os-identity::audit"),
    // The registry
    ("sys_package", "os-control::registry::package"),
    ("sys_package_grant", "os-control::registry::package"),
    ("package_search", "os-control::registry::package"),
    ("sys_blob", "os-control::registry::package"),
    ("sys_package_version", "os-control::registry::version"),
    ("sys_namespace_reservation", "os-control::registry::package"),
    ("sys_counter", "os-control::registry::package"),
    // The fleet
    ("sys_environment", "os-control::fleet::environment"),
    ("sys_environment_credential", "os-control::fleet::environment"),
    ("sys_environment_member", "os-control::fleet::environment"),
    ("sys_environment_generation", "os-control::fleet::generation"),
    ("sys_package_installation", "os-control::fleet::installation"),
    ("sys_package_installation_history", "os-control::fleet::installation"),
    ("sys_runtime_connection", "os-control::fleet::runtime_link"),
    // The runtime
    ("sys_autonumber", "os-runtime::object"),
    ("sys_package_migration", "os-runtime::schema"),
    ("sys_ledger", "os-runtime::ledger"),
    ("sys_ledger_import", "os-runtime::ledger"),
    ("sys_seeded_row", "os-runtime::seed"),
    ("sys_delivery", "os-runtime::delivery"),
    ("sys_delivered_generation", "os-runtime::delivery"),
    ("sys_file", "os-runtime::file"),
    ("sys_upload", "os-runtime::file"),
    ("sys_upload_chunk", "os-runtime::file"),
    ("sys_packages", "os-runtime::registry"),
    ("sys_packages_clock", "os-runtime::registry"),
];

/// Statements outside of `sql.rs`, with the reason.
const ELSEWHERE: &[(&str, &str)] =
    &[("crates/os-db/src/", "knows no table but its own, of migrations")];

#[test]
fn every_table_is_written_by_its_owner() {
    let mut wrong = Vec::new();
    for file in tree::sources() {
        for (line, table) in writes(&file) {
            let owner = OWNERS
                .iter()
                .find(|(name, module)| *name == table && krate(module) == file.krate());
            match owner {
                None if file.krate() == "os-db" => {}
                None => wrong.push(format!("{}:{line}: `{table}` has no owner", file.path)),
                Some((_, module)) if !file.path.starts_with(&source_path(module)) => {
                    wrong.push(format!("{}:{line}: `{table}` is written by {module}", file.path));
                }
                Some(_) => {}
            }
        }
    }
    assert_none(
        wrong,
        "Call a function of the owner, which knows the rules of the table; a change that spans \
         owners is a workflow. A new table needs a line in OWNERS.",
    );
}

/// Statements that are put together while the program runs are an `os_db::Sql`: see
/// docs/decisions/0006-statements-made-while-the-program-runs.md.
#[test]
fn statements_stand_in_sql_files() {
    let mut wrong = Vec::new();
    for file in tree::sources() {
        let is_sql = file.is("sql.rs") || file.path.contains("/sql/");
        if is_sql || ELSEWHERE.iter().any(|(path, _)| file.path.starts_with(path)) {
            continue;
        }
        for literal in literals(&file) {
            let is_dynamic = literal.before.ends_with("Sql::new(");
            if is_statement(&literal.text) && !is_dynamic {
                let start: String = literal.text.trim().chars().take(60).collect();
                let start = start.replace('\n', " ");
                wrong.push(format!("{}:{}: {start}", file.path, literal.line));
            }
        }
    }
    assert_none(wrong, "Move the statement into the `sql.rs` of its module.");
}

/// A handler is what takes extractors of axum or guards; pages are handlers, too.
#[test]
fn handlers_hold_no_statements_and_statements_know_no_http() {
    let mut wrong = Vec::new();
    for file in tree::sources() {
        let source = source::parse(&file.text);
        let code = source.without_tests();
        let is_sql = file.is("sql.rs") || file.path.contains("/sql/");
        if is_sql && code.contains("axum") {
            wrong.push(format!("{}: a file of statements names axum", file.path));
        }
        let extractors = ["axum::extract", "extract::Path", "extract::Query", "Path<", "Form<"];
        if !is_sql && extractors.iter().any(|it| code.contains(it)) {
            for (number, line) in code.lines().enumerate() {
                if line.contains("sql::") || line.contains("tx.query(") {
                    wrong.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
                }
            }
        }
    }
    assert_none(wrong, "A handler calls a rule; the rule calls the statement.");
}

/// Tables that a file writes, with the line of the statement.
fn writes(file: &File) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for Literal { line, text, .. } in literals(file) {
        for verb in ["INSERT INTO ", "INSERT OR IGNORE INTO ", "UPDATE ", "DELETE FROM "] {
            for (at, _) in text.match_indices(verb) {
                let rest = &text[at + verb.len()..];
                let end =
                    rest.find(|c: char| !(c.is_ascii_lowercase() || "_0123456789".contains(c)));
                let table = &rest[..end.unwrap_or(rest.len())];
                let is_update =
                    verb != "UPDATE " || is_table_of_update(&text[..at], &rest[table.len()..]);
                if table.contains('_') && is_update {
                    found.push((line, table.to_owned()));
                }
            }
        }
    }
    found
}

/// `FOR UPDATE` and `DO UPDATE SET` name no table.
fn is_table_of_update(before: &str, after: &str) -> bool {
    !before.ends_with("FOR ")
        && !before.ends_with("DO ")
        && after.trim_start().starts_with(['S', 'A'])
}

fn is_statement(text: &str) -> bool {
    let text = text.trim_start();
    let has = |words: &[&str]| words.iter().all(|word| text.contains(word));
    (text.starts_with("SELECT ") && has(&[" FROM "]))
        || text.starts_with("INSERT INTO ")
        || text.starts_with("DELETE FROM ")
        || (text.starts_with("UPDATE ") && has(&[" SET "]))
        || text.starts_with("CREATE TABLE ")
        || text.starts_with("ALTER TABLE ")
        || (text.starts_with("WITH ") && has(&[" AS (", "SELECT"]))
}

fn literals(file: &File) -> Vec<Literal> {
    let source = source::parse(&file.text);
    let tests = source.first_line_of_tests();
    source.strings.into_iter().filter(|literal| literal.line < tests).collect()
}

fn krate(module: &str) -> &str {
    module.split("::").next().unwrap_or_default()
}

/// `os-control::registry::package` is `crates/os-control/src/registry/package`.
fn source_path(module: &str) -> String {
    let (krate, below) = module.split_once("::").unwrap_or((module, ""));
    format!("crates/{krate}/src/{}", below.replace("::", "/"))
}
