//! The records of an object, to be looked at: what the data API answers, as
//! tables.

use super::frame::{Frame, page};
use crate::auth::Signed;
use crate::object::{ID, Object, is_system_column};
use crate::records;
use crate::{Result, Runtime};
use anyhow::Context;
use askama::Template;
use axum::body::to_bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use os_http::extract::{Path, Query};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// Records of a page.
const PAGE: u64 = 25;

/// Columns of a page.
const COLUMNS: usize = 7;

/// The longest cell, in characters.
const WIDEST: usize = 80;

/// The largest answer of the data API that a page is made of.
const LARGEST: usize = 32 * 1024 * 1024;

#[derive(Debug, Deserialize)]
pub struct From {
    /// How many records come before this page.
    #[serde(default)]
    from: u64,
}

#[derive(Template)]
#[template(path = "records.html")]
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
    caller: Signed,
    Path(name): Path<String>,
    Query(From { from }): Query<From>,
    frame: Frame,
) -> Result<Response> {
    let object = runtime.kernel().object(&name)?.object.clone();
    let asked = RawQuery(Some(format!("limit={PAGE}&offset={from}")));
    let answer = records::http::list(State(runtime), caller, Path(name), asked).await?;
    let answer = json(answer).await?;
    let records = answer["records"].as_array().map(Vec::as_slice).unwrap_or_default();
    let columns = columns(&object);
    let row = |record: &Value| Row {
        id: plain(&record["id"]),
        cells: columns.iter().map(|(name, _)| cell(&record[name.as_str()])).collect(),
    };
    let rows: Vec<Row> = records.iter().map(row).collect();
    let total = answer["total"].as_u64().unwrap_or_default();
    page(&ListPage {
        frame,
        columns: columns.into_iter().map(|(_, label)| label).collect(),
        rows,
        first: from + 1,
        previous: (from > 0).then(|| from.saturating_sub(PAGE)),
        next: Some(from + PAGE).filter(|next| *next < total),
        total,
        object,
    })
}

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage {
    frame: Frame,
    object: Arc<Object>,
    title: String,
    facts: Vec<(String, String)>,
}

pub async fn show(
    State(runtime): State<Runtime>,
    caller: Signed,
    Path((name, id)): Path<(String, String)>,
    frame: Frame,
) -> Result<Response> {
    let object = runtime.kernel().object(&name)?.object.clone();
    let path = Path((name, id.clone()));
    let answer = records::http::get(State(runtime), caller, path, RawQuery(None)).await?;
    let record = &json(answer).await?["record"];
    let label = |name: &str| {
        let field = object.fields.iter().find(|field| field.name.as_str() == name);
        field.map_or_else(|| os_console::parts::title(name), |field| field.label.clone())
    };
    let mut members: Vec<_> = record.as_object().into_iter().flatten().collect();
    // What the package declares comes before what every record has.
    members.sort_by_key(|(name, _)| name.as_str() == ID || is_system_column(name));
    let facts = members.into_iter().map(|(name, value)| (label(name), plain(value))).collect();
    let title = object.name_field.as_ref().map(|name| plain(&record[name.as_str()]));
    let title = title.filter(|title| !title.is_empty()).unwrap_or(id);
    page(&RecordPage { frame, object, title, facts })
}

/// What the data API answered.
async fn json(answer: Response) -> Result<Value> {
    let body = to_bytes(answer.into_body(), LARGEST).await.context("reading records")?;
    Ok(serde_json::from_slice(&body).context("reading records")?)
}

/// The name and the label of each column: what records are known by, then the
/// first fields that fit into a cell.
fn columns(object: &Object) -> Vec<(String, String)> {
    let is_known_by = |name: &str| object.name_field.as_ref().is_some_and(|it| it.as_str() == name);
    let shown = object.fields.iter().filter(|field| {
        field.cell_type().is_some() && !field.is_json() && !is_system_column(field.name.as_str())
    });
    let mut columns: Vec<_> =
        shown.map(|field| (field.name.to_string(), field.label.clone())).collect();
    columns.sort_by_key(|(name, _)| !is_known_by(name));
    columns.truncate(COLUMNS);
    if columns.is_empty() {
        columns.push(("id".to_owned(), "Id".to_owned()));
    }
    columns
}

fn cell(value: &Value) -> String {
    let text = plain(value);
    if text.chars().count() <= WIDEST {
        return text;
    }
    text.chars().take(WIDEST - 1).chain(['…']).collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
