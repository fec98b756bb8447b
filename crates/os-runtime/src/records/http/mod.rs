//! The data API: the handlers of `/api/v1/data` (docs/wire/records.md#record-endpoints).
//!
//! **Invariant:** rights come before the query and the body, so that what a caller without them
//! gets depends on neither. Only `POST /api/v1/batch` names its objects in the body.

mod budget;
mod context;

use crate::auth::SignedIn;
use crate::object::ApiMethod;
use crate::records::change::batch_input::{Batch, Options};
use crate::records::change::{batch, clone as cloning, record, transaction as transactions};
use crate::records::query::{self, Query, QueryParams};
use crate::records::read::{self, aggregate, json as json_text};
use crate::records::rights::{ObjectAccess, Verb};
use crate::{Code, Error, Result, Runtime};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
pub use budget::ListBudget;
use context::RequestContext;
use os_http::extract::{Bare, Path, parse, read_apart, without_nul};
use serde_json::{Map, Value, json};

type Body = Result<Bytes, BytesRejection>;

pub async fn list(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path(object): Path<String>,
    RawQuery(url): RawQuery,
) -> Result<Response> {
    let context = RequestContext::of(&runtime, caller).await?;
    let access = context.scope().reading(&object, ApiMethod::List)?;
    records(&runtime, &access, &QueryParams::of_url(url.as_deref())?).await
}

pub async fn query(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path(object): Path<String>,
    body: Body,
) -> Result<Response> {
    let context = RequestContext::of(&runtime, caller).await?;
    let access = context.scope().reading(&object, ApiMethod::List)?;
    records(&runtime, &access, &QueryParams::of_body(members(body?).await?, &object)?).await
}

async fn records(
    runtime: &Runtime,
    access: &ObjectAccess<'_>,
    params: &QueryParams,
) -> Result<Response> {
    if params.group_by.is_some() || params.aggregations.is_some() {
        let groups = aggregate::read(access, params)?;
        let mut reserved = runtime.lists.reserve().await?;
        let tx = &mut reserved.connect(&runtime.db).await?;
        return Ok(json_body(reserved.into_body(groups.respond(tx, access).await?)));
    }
    let query = Query::read(access, params)?;
    let mut reserved = runtime.lists.reserve().await?;
    let bytes = read::list(&mut reserved.connect(&runtime.db).await?, access, query).await?;
    Ok(json_body(reserved.into_body(bytes)))
}

pub async fn get(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path((object, id)): Path<(String, String)>,
    RawQuery(url): RawQuery,
) -> Result<Response> {
    let context = RequestContext::of(&runtime, caller).await?;
    let access = context.scope().reading(&object, ApiMethod::Get)?;
    let params = QueryParams::of_url(url.as_deref())?;
    if let Some((name, _)) = params.fields_equal.first() {
        return Err(not_a_parameter(name, "`select` or `expand`"));
    }
    let fields = query::fields(&access, params.select.as_ref())?;
    let expand = query::expand(&access, params.expand.as_ref())?;
    let tx = &mut runtime.db.autocommit().await?;
    let stored = access.stored_id(&id)?;
    let record = read::one(tx, &access, stored, fields.as_deref(), &expand).await?;
    Ok(json_bytes(StatusCode::OK, response(&object, &id, &record, None)))
}

pub async fn create(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path(object): Path<String>,
    body: Body,
) -> Result<Response> {
    let context = RequestContext::of(&runtime, caller).await?;
    let access = context.access(&object, Verb::Create)?;
    let input = members(body?).await?;
    let mut tx = runtime.db.write().await?;
    let written = record::create(&mut tx, &access, &input).await?;
    let record = read::written(&mut tx, &access, &written.id).await?;
    tx.commit().await?;
    let bytes = response(&object, &written.id, &record, written.dropped.as_ref());
    Ok(json_bytes(StatusCode::CREATED, bytes))
}

pub async fn update(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path((object, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let context = RequestContext::of(&runtime, caller).await?;
    let access = context.access(&object, Verb::Edit)?;
    let mut input = members(body?).await?;
    let expected = match input.remove("expectedVersion") {
        Some(Value::String(text)) => Some(text),
        _ => if_match(&headers),
    };
    let id = access.stored_id(&id)?;
    let mut tx = runtime.db.write().await?;
    let written = record::update(&mut tx, &access, id, &input, expected.as_deref()).await?;
    let record = read::written(&mut tx, &access, id).await?;
    tx.commit().await?;
    Ok(json_bytes(StatusCode::OK, response(&object, id, &record, written.dropped.as_ref())))
}

pub async fn delete(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path((object, id)): Path<(String, String)>,
    RawQuery(url): RawQuery,
    headers: HeaderMap,
) -> Result<Bare<Value>> {
    let context = RequestContext::of(&runtime, caller).await?;
    let access = context.access(&object, Verb::Delete)?;
    let expected = expected_version(url.as_deref())?.or_else(|| if_match(&headers));
    let mut tx = runtime.db.write().await?;
    record::delete(&mut tx, &access, access.stored_id(&id)?, expected.as_deref()).await?;
    tx.commit().await?;
    Ok(Bare(json!({ "object": object, "id": id, "success": true })))
}

/// Clones a record. The body has `overrides`, or is them.
pub async fn clone(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path((object, id)): Path<(String, String)>,
    body: Body,
) -> Result<Response> {
    let context = RequestContext::of(&runtime, caller).await?;
    let access = context.access(&object, Verb::Create)?;
    access.object().offers(ApiMethod::Get)?;
    let mut overrides = members(body?).await?;
    if let Some(Value::Object(inner)) = overrides.remove("overrides") {
        overrides = inner;
    }
    let mut tx = runtime.db.write().await?;
    let cloned = cloning::clone(&mut tx, &access, access.stored_id(&id)?, &overrides).await?;
    let record = read::written_value(&mut tx, &access, &cloned.id).await?;
    tx.commit().await?;
    let body = json!({ "object": object, "id": cloned.id, "sourceId": id, "record": record });
    Ok((StatusCode::CREATED, Bare(body)).into_response())
}

pub async fn batch(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path(object): Path<String>,
    body: Body,
) -> Result<Response> {
    let context = RequestContext::of(&runtime, caller).await?;
    context.require_any_change(&object)?;
    many(&runtime, &context, &object, Batch::of_batch(members(body?).await?)?).await
}

pub async fn update_many(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path(object): Path<String>,
    body: Body,
) -> Result<Response> {
    let context = RequestContext::of(&runtime, caller).await?;
    context.access(&object, Verb::Edit)?;
    many(&runtime, &context, &object, Batch::of_updates(members(body?).await?)?).await
}

pub async fn delete_many(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path(object): Path<String>,
    body: Body,
) -> Result<Response> {
    let context = RequestContext::of(&runtime, caller).await?;
    context.access(&object, Verb::Delete)?;
    many(&runtime, &context, &object, Batch::of_ids(members(body?).await?)?).await
}

async fn many(
    runtime: &Runtime,
    context: &RequestContext,
    object: &str,
    batch: Batch,
) -> Result<Response> {
    let mut tx = runtime.db.write().await?;
    let outcome = batch::run(&mut tx, context.scope(), object, batch).await?;
    if outcome.is_kept {
        tx.commit().await?;
    }
    Ok(Bare(outcome.response).into_response())
}

pub async fn create_many(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path(object): Path<String>,
    body: Body,
) -> Result<Response> {
    let context = RequestContext::of(&runtime, caller).await?;
    let access = context.access(&object, Verb::Create)?;
    access.object().offers(ApiMethod::Bulk)?;
    let read = |body: &[u8]| {
        without_nul(body)?;
        parse(body)
    };
    let batch = Batch::of_records(read_apart(body?, read).await?, Options::default())?;
    let mut tx = runtime.db.write().await?;
    let records = batch::create_all(&mut tx, &access, batch).await?;
    tx.commit().await?;
    let body = json!({ "object": object, "count": records.len(), "records": records });
    Ok((StatusCode::CREATED, Bare(body)).into_response())
}

pub async fn transaction(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    body: Body,
) -> Result<Bare<Value>> {
    let steps = transactions::read(members(body?).await?)?;
    let context = RequestContext::of(&runtime, caller).await?;
    let mut tx = runtime.db.write().await?;
    let results = transactions::run(&mut tx, context.scope(), steps).await?;
    tx.commit().await?;
    Ok(Bare(json!({ "results": results })))
}

/// Returns the members of a body that must be an object.
async fn members(body: Bytes) -> Result<Map<String, Value>> {
    let read = |body: &[u8]| {
        without_nul(body)?;
        if body.is_empty() {
            return Ok(Map::new());
        }
        match parse(body)? {
            Value::Object(map) => Ok(map),
            _ => Err(Code::ValidationFailed.error("the body must be a JSON object")),
        }
    };
    read_apart(body, read).await
}

/// Reads the only parameter of a delete.
fn expected_version(url: Option<&str>) -> Result<Option<String>> {
    let mut expected = None;
    for (name, value) in url::form_urlencoded::parse(url.unwrap_or_default().as_bytes()) {
        if name != "expectedVersion" {
            return Err(not_a_parameter(&name, "`expectedVersion`"));
        }
        expected = Some(value.into_owned());
    }
    Ok(expected)
}

fn not_a_parameter(name: &str, known: &str) -> Error {
    let name: String = name.chars().take(80).collect();
    let name = name.escape_debug();
    Code::InvalidRequest.error(format!("`{name}` is not a parameter here; use {known}"))
}

fn if_match(headers: &HeaderMap) -> Option<String> {
    headers.get(header::IF_MATCH)?.to_str().ok().map(str::to_owned)
}

/// `{object, id, record}` around a record that is JSON already.
fn response(object: &str, id: &str, record: &[u8], dropped: Option<&Value>) -> Vec<u8> {
    let mut out = Vec::with_capacity(record.len() + 128);
    out.extend_from_slice(b"{\"object\":");
    json_text::text(&mut out, object);
    out.extend_from_slice(b",\"id\":");
    json_text::text(&mut out, id);
    out.extend_from_slice(b",\"record\":");
    out.extend_from_slice(record);
    if let Some(dropped) = dropped {
        out.extend_from_slice(b",\"droppedFields\":");
        out.extend_from_slice(dropped.to_string().as_bytes());
    }
    out.push(b'}');
    out
}

fn json_body(body: axum::body::Body) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn json_bytes(status: StatusCode, bytes: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], bytes).into_response()
}
