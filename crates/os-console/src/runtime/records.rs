//! The records of an object, as tables.

use crate::frame::Frame;
use crate::parts::title;
use crate::respond::page;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::DateTime;
use os_http::extract::{Path, Query};
use os_runtime::auth::SignedIn;
use os_runtime::object::{ID, Object, is_system_column};
use os_runtime::records::view;
use os_runtime::{Result, Runtime};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Records of a page.
const PAGE_RECORDS: u64 = 25;

/// The most columns of a table.
const MAX_COLUMNS: usize = 7;

/// The longest text of a cell.
const MAX_CELL_CHARS: usize = 80;

#[derive(Debug, Deserialize)]
pub struct From {
    /// The number of records before this page.
    #[serde(default)]
    from: u64,
}

#[derive(Template)]
#[template(path = "runtime/records.html")]
struct ListPage {
    frame: Frame,
    object: Arc<Object>,
    /// The labels of the columns.
    columns: Vec<String>,
    rows: Vec<Row>,
    total: u64,
    first: u64,
    previous: Option<u64>,
    next: Option<u64>,
}

struct Row {
    id: String,
    cells: Vec<String>,
}

pub async fn list(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path(name): Path<String>,
    Query(From { from }): Query<From>,
    frame: Frame,
) -> Result<Response> {
    let view::Records { object, records, total } =
        view::list(&runtime, &caller, &name, PAGE_RECORDS, from).await?;
    let columns = columns(&object);
    let row = |record: &Map<String, Value>| Row {
        id: record.get(ID).map(plain).unwrap_or_default(),
        cells: columns.iter().map(|(name, _)| cell(record.get(name))).collect(),
    };
    page(&ListPage {
        frame,
        rows: records.iter().map(row).collect(),
        columns: columns.into_iter().map(|(_, label)| label).collect(),
        first: from + 1,
        previous: (from > 0).then(|| from.saturating_sub(PAGE_RECORDS)),
        next: Some(from + PAGE_RECORDS).filter(|next| *next < total),
        total,
        object,
    })
}

#[derive(Template)]
#[template(path = "runtime/record.html")]
struct RecordPage {
    frame: Frame,
    object: Arc<Object>,
    title: String,
    facts: Vec<(String, String)>,
}

pub async fn show(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path((name, id)): Path<(String, String)>,
    frame: Frame,
) -> Result<Response> {
    let view::Record { object, record } = view::get(&runtime, &caller, &name, &id).await?;
    let label = |name: &str| {
        let field = object.fields.iter().find(|field| field.name.as_str() == name);
        field.map_or_else(|| title(name), |field| field.label.clone())
    };
    let known_by = object.name_field.as_ref().and_then(|name| record.get(name.as_str()));
    let title = known_by.map(plain).filter(|title| !title.is_empty()).unwrap_or(id);
    let mut members: Vec<_> = record.iter().collect();
    // The name comes first, system fields come last.
    let is_name = |name: &str| object.name_field.as_ref().is_some_and(|it| it.as_str() == name);
    members.sort_by_key(|(name, _)| (is_system_column(name), !is_name(name)));
    let facts = members.into_iter().map(|(name, value)| (label(name), fact(name, value))).collect();
    page(&RecordPage { frame, object, title, facts })
}

/// Returns the name and the label of each column: the name field, then the first fields
/// that fit into a cell.
fn columns(object: &Object) -> Vec<(String, String)> {
    let is_known_by = |name: &str| object.name_field.as_ref().is_some_and(|it| it.as_str() == name);
    let shown = object.fields.iter().filter(|field| {
        field.cell_type().is_some() && !field.is_json() && !is_system_column(field.name.as_str())
    });
    let mut columns: Vec<_> =
        shown.map(|field| (field.name.to_string(), field.label.clone())).collect();
    columns.sort_by_key(|(name, _)| !is_known_by(name));
    columns.truncate(MAX_COLUMNS);
    if columns.is_empty() {
        columns.push(("id".to_owned(), "Id".to_owned()));
    }
    columns
}

/// Returns the text of a cell, cut to [`MAX_CELL_CHARS`].
fn cell(value: Option<&Value>) -> String {
    let text = value.map(plain).unwrap_or_default();
    if text.chars().count() <= MAX_CELL_CHARS {
        return text;
    }
    text.chars().take(MAX_CELL_CHARS - 1).chain(['…']).collect()
}

/// Returns the value of a field; the times of system fields to the second.
fn fact(name: &str, value: &Value) -> String {
    let text = plain(value);
    match DateTime::parse_from_rfc3339(&text) {
        Ok(at) if is_system_column(name) => at.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
        _ => text,
    }
}

/// Returns a value as readers see it.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
