//! Every endpoint of both servers, pages included, called in every role.
//!
//! `control.txt` and `runtime.txt` hold a row for each endpoint and the status that each role
//! gets. A call is the bare method and path: those whom the guard admits then get what an empty
//! request deserves, most often 400. Every role has a server of its own, so that nothing
//! that a call changes reaches another column.

mod control;
mod runtime;

use axum::http::Method;

/// Puts something that exists, or could, into the parameters of a path.
fn url(path: &str, parameters: &[(&str, &str)]) -> String {
    let fill = |word: &str| match parameters.iter().find(|(name, _)| *name == word) {
        Some((_, value)) => (*value).to_owned(),
        None if word.starts_with('{') => "1".to_owned(),
        None => word.to_owned(),
    };
    path.split('/').map(fill).collect::<Vec<_>>().join("/")
}

/// Sorts calls that take something away behind those that need it, and what ends the role
/// itself behind all others.
fn order(method: &Method, path: &str) -> u8 {
    let is_any = |ends: &[&str]| ends.iter().any(|end| path.ends_with(end));
    match () {
        () if path.ends_with("/sign-out") => 4,
        () if is_any(&["/leave", "/organization/delete", "/cloud-connection/revoke"]) => 3,
        () if *method == Method::DELETE => 2,
        () if is_any(&["/delete", "/revoke", "/uninstall", "/unbind"]) => 2,
        () if path.ends_with("/disable") => 1,
        () => 0,
    }
}

/// One call and its status.
struct Call {
    method: Method,
    path: &'static str,
    status: u16,
}

/// Compares calls with the column of a role, row by row.
#[track_caller]
fn assert_column(table: &str, role: &str, calls: &[Call]) {
    let mut lines = table.lines();
    let roles: Vec<&str> = lines.next().unwrap().split_whitespace().skip(2).collect();
    let column = roles.iter().position(|it| *it == role).expect("a column of the table");
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split_whitespace().collect()).collect();
    let mut wrong = Vec::new();
    for Call { method, path, status } in calls {
        let row = rows.iter().find(|row| row[0] == method.as_str() && row[1] == *path);
        let expected = row.map_or("no row", |row| row[column + 2]);
        if expected != status.to_string() {
            wrong.push(format!("{method} {path}: {status}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{role}:\n{}", wrong.join("\n"));
    assert_eq!(rows.len(), calls.len(), "a row of the table has no endpoint");
}
