//! Every endpoint of both servers, pages included, called in every role.
//!
//! `control.txt` and `runtime.txt` hold a row for each endpoint and the status that each role
//! gets. A call is the bare method and path: those whom the guard admits then get what an empty
//! request deserves, most often 400. Every role has a server of its own, so that nothing
//! that a call changes reaches another column.

mod control;
mod runtime;
mod secrets;

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

/// Pages, and the endpoints of the API that show the same.
const PAGES_AND_ENDPOINTS: [(&str, &str); 12] = [
    ("/environments/{environment}", "/api/v1/cloud/environments/{environment}/packages"),
    (
        "/environments/{environment}/generations",
        "/api/v1/cloud/environments/{environment}/generations",
    ),
    ("/environments/{environment}/members", "/api/v1/cloud/environments/{environment}/members"),
    ("/environments/{environment}/runtimes", "/api/v1/cloud/environments/{environment}/runtimes"),
    ("/environments/{environment}/settings", "/api/v1/cloud/environments/{environment}"),
    ("/events", "/api/v1/cloud/events"),
    ("/keys", "/api/v1/data/sys_api_key"),
    ("/marketplace/{package}", "/api/v1/marketplace/packages/{package}"),
    ("/packages/{package}", "/api/v1/cloud/packages/{package}"),
    (
        "/packages/{package}/versions/{version}",
        "/api/v1/cloud/packages/{package}/versions/{version}",
    ),
    ("/packages/{package}/edit", "/api/v1/cloud/packages/{package}/grants"),
    ("/reviews", "/api/v1/cloud/reviews"),
];

/// The same for a runtime.
const RUNTIME_PAGES_AND_ENDPOINTS: [(&str, &str); 4] = [
    ("/installed", "/api/v1/marketplace/install-local"),
    ("/installed/{package}", "/api/v1/packages/{package}"),
    ("/objects/{object}", "/api/v1/data/{object}"),
    ("/objects/{object}/{id}", "/api/v1/data/{object}/{id}"),
];

#[test]
fn a_page_shows_nobody_what_the_api_refuses_them() {
    compare_pages(include_str!("control.txt"), &PAGES_AND_ENDPOINTS);
    compare_pages(include_str!("runtime.txt"), &RUNTIME_PAGES_AND_ENDPOINTS);
}

fn compare_pages(table: &str, pairs: &[(&str, &str)]) {
    let row = |path: &str| -> Vec<&str> {
        let mut rows = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        rows.find(|row| row[0] == "GET" && row[1] == path).unwrap_or_else(|| panic!("{path}"))
    };
    let roles: Vec<&str> = table.lines().next().unwrap().split_whitespace().collect();
    for &(page, endpoint) in pairs {
        for (role, (shown, answered)) in
            roles.iter().zip(row(page).into_iter().zip(row(endpoint))).skip(2)
        {
            let is_refused = ["401", "403", "404"].contains(&answered);
            assert!(!is_refused || shown != "200", "{role}: {page} shows what {endpoint} refuses");
        }
    }
}
