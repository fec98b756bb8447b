use crate::auth::{Caller, Signed};
use crate::kernel::Kernel;
use crate::records::change::batch::{Batch, Cross, Options};
use crate::records::change::{batch, clone as cloning, delete as deleting, write};
use crate::records::query::{self, Asked, Query};
use crate::records::read::{self, aggregate};
use crate::records::rights::Ask;
use crate::records::rights::{Sets, Verb};
use crate::{Code, Result, Runtime};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use os_http::extract::{Bare, Path, parse, without_nul};
use serde_json::{Map, Value, json};
use std::sync::Arc;

type Body = Result<Bytes, BytesRejection>;

/// The kernel of this moment, and what the caller was granted.
struct Desk {
    kernel: Arc<Kernel>,
    sets: Sets,
    caller: Caller,
}

impl Desk {
    async fn of(runtime: &Runtime, caller: Caller) -> Result<Self> {
        let kernel = runtime.kernel();
        let sets = match caller.is_platform_admin() {
            true => Sets::of_owner(),
            false => Sets::of(&mut runtime.db.peek().await?, &kernel, &caller).await?,
        };
        Ok(Self { kernel, sets, caller })
    }

    fn ask(&self, object: &str, verb: Verb) -> Result<Ask<'_>> {
        Ask::new(&self.kernel, &self.sets, &self.caller, object, verb)
    }

    fn cross(&self) -> Cross<'_> {
        Cross { kernel: &self.kernel, sets: &self.sets, caller: &self.caller }
    }
}

pub async fn list(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Path(object): Path<String>,
    RawQuery(asked): RawQuery,
) -> Result<Response> {
    let asked = Asked::of_url(asked.as_deref())?;
    records(&runtime, caller, &object, &asked).await
}

pub async fn query(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Path(object): Path<String>,
    body: Body,
) -> Result<Response> {
    let asked = Asked::of_body(members(&body?)?, &object)?;
    records(&runtime, caller, &object, &asked).await
}

async fn records(
    runtime: &Runtime,
    caller: Caller,
    object: &str,
    asked: &Asked,
) -> Result<Response> {
    let desk = Desk::of(runtime, caller).await?;
    let ask = desk.ask(object, Verb::Read)?;
    if asked.group_by.is_some() || asked.aggregations.is_some() {
        let groups = aggregate::read(&ask, asked)?;
        let tx = &mut runtime.db.peek().await?;
        return Ok(json_bytes(StatusCode::OK, groups.answer(tx, &ask).await?));
    }
    let query = Query::read(&ask, asked)?;
    let bytes = read::list(&mut runtime.db.peek().await?, &ask, query).await?;
    Ok(json_bytes(StatusCode::OK, bytes))
}

pub async fn get(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Path((object, id)): Path<(String, String)>,
    RawQuery(asked): RawQuery,
) -> Result<Response> {
    let asked = Asked::of_url(asked.as_deref())?;
    if let Some((name, _)) = asked.fields_equal.first() {
        let name = name.chars().take(80).collect::<String>();
        let message = format!(
            "`{}` is no parameter here; there are `select` and `expand`",
            name.escape_debug()
        );
        return Err(Code::InvalidRequest.error(message));
    }
    let desk = Desk::of(&runtime, caller).await?;
    let ask = desk.ask(&object, Verb::Read)?;
    let fields = query::fields(&ask, asked.select.as_ref())?;
    let expand = query::expand(&ask, asked.expand.as_ref())?;
    let tx = &mut runtime.db.peek().await?;
    let record = read::one(tx, &ask, stored_id(&ask, &id)?, fields.as_deref(), &expand).await?;
    Ok(json_bytes(StatusCode::OK, answer(&object, &id, &record, None)))
}

pub async fn create(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Path(object): Path<String>,
    body: Body,
) -> Result<Response> {
    let input = members(&body?)?;
    let desk = Desk::of(&runtime, caller).await?;
    let ask = desk.ask(&object, Verb::Create)?;
    let mut tx = runtime.db.write().await?;
    let written = write::create(&mut tx, &ask, &input).await?;
    let record = batch::shown(&mut tx, &ask, &written.id).await?;
    tx.commit().await?;
    let bytes = answer(&object, &written.id, &record, written.dropped.as_ref());
    Ok(json_bytes(StatusCode::CREATED, bytes))
}

pub async fn update(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Path((object, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let mut input = members(&body?)?;
    let expected = match input.remove("expectedVersion") {
        Some(Value::String(text)) => Some(text),
        _ => if_match(&headers),
    };
    let desk = Desk::of(&runtime, caller).await?;
    let ask = desk.ask(&object, Verb::Edit)?;
    let id = stored_id(&ask, &id)?;
    let mut tx = runtime.db.write().await?;
    let written = write::update(&mut tx, &ask, id, &input, expected.as_deref()).await?;
    let record = batch::shown(&mut tx, &ask, id).await?;
    tx.commit().await?;
    Ok(json_bytes(StatusCode::OK, answer(&object, id, &record, written.dropped.as_ref())))
}

pub async fn delete(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Path((object, id)): Path<(String, String)>,
    RawQuery(asked): RawQuery,
    headers: HeaderMap,
) -> Result<Bare<Value>> {
    let asked = Asked::of_url(asked.as_deref())?;
    let said = asked.fields_equal.into_iter().find(|(name, _)| name == "expectedVersion");
    let expected = match said {
        Some((_, Value::String(text))) => Some(text),
        _ => if_match(&headers),
    };
    let desk = Desk::of(&runtime, caller).await?;
    let ask = desk.ask(&object, Verb::Delete)?;
    let mut tx = runtime.db.write().await?;
    deleting::delete(&mut tx, &ask, stored_id(&ask, &id)?, expected.as_deref()).await?;
    tx.commit().await?;
    Ok(Bare(json!({ "object": object, "id": id, "success": true })))
}

/// The body holds `overrides`, or is them.
pub async fn clone(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Path((object, id)): Path<(String, String)>,
    body: Body,
) -> Result<Response> {
    let mut overrides = members(&body?)?;
    if let Some(Value::Object(inner)) = overrides.remove("overrides") {
        overrides = inner;
    }
    let desk = Desk::of(&runtime, caller).await?;
    let ask = desk.ask(&object, Verb::Create)?;
    let mut tx = runtime.db.write().await?;
    let made = cloning::clone(&mut tx, &ask, stored_id(&ask, &id)?, &overrides).await?;
    let record = batch::value(&mut tx, &ask, &made.id).await?;
    tx.commit().await?;
    let body = json!({ "object": object, "id": made.id, "sourceId": id, "record": record });
    Ok((StatusCode::CREATED, Bare(body)).into_response())
}

pub async fn batch(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Path(object): Path<String>,
    body: Body,
) -> Result<Response> {
    let batch = Batch::of_batch(members(&body?)?)?;
    many(&runtime, caller, &object, batch).await
}

pub async fn update_many(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Path(object): Path<String>,
    body: Body,
) -> Result<Response> {
    let batch = Batch::of_updates(members(&body?)?)?;
    many(&runtime, caller, &object, batch).await
}

pub async fn delete_many(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Path(object): Path<String>,
    body: Body,
) -> Result<Response> {
    let batch = Batch::of_ids(members(&body?)?)?;
    many(&runtime, caller, &object, batch).await
}

async fn many(runtime: &Runtime, caller: Caller, object: &str, batch: Batch) -> Result<Response> {
    let desk = Desk::of(runtime, caller).await?;
    let mut tx = runtime.db.write().await?;
    let done = batch::run(&mut tx, &desk.cross(), object, batch).await?;
    if done.keep {
        tx.commit().await?;
    }
    Ok(Bare(done.answer).into_response())
}

pub async fn create_many(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Path(object): Path<String>,
    body: Body,
) -> Result<Response> {
    let body = body?;
    without_nul(&body)?;
    let batch = Batch::of_records(parse(&body)?, Options::default())?;
    let desk = Desk::of(&runtime, caller).await?;
    let ask = desk.ask(&object, Verb::Create)?;
    let mut tx = runtime.db.write().await?;
    let records = batch::create_all(&mut tx, &ask, batch).await?;
    tx.commit().await?;
    let body = json!({ "object": object, "count": records.len(), "records": records });
    Ok((StatusCode::CREATED, Bare(body)).into_response())
}

pub async fn transaction(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    body: Body,
) -> Result<Bare<Value>> {
    let operations = batch::operations(members(&body?)?)?;
    let desk = Desk::of(&runtime, caller).await?;
    let mut tx = runtime.db.write().await?;
    let results = batch::across(&mut tx, &desk.cross(), operations).await?;
    tx.commit().await?;
    Ok(Bare(json!({ "results": results })))
}

/// The members of a body that must be an object.
fn members(body: &[u8]) -> Result<Map<String, Value>> {
    without_nul(body)?;
    if body.is_empty() {
        return Ok(Map::new());
    }
    match parse(body)? {
        Value::Object(map) => Ok(map),
        _ => Err(Code::ValidationFailed.error("the body must be a JSON object")),
    }
}

fn if_match(headers: &HeaderMap) -> Option<String> {
    headers.get(header::IF_MATCH)?.to_str().ok().map(str::to_owned)
}

/// An id that a database can look for.
pub(super) fn stored_id<'i>(ask: &Ask<'_>, id: &'i str) -> Result<&'i str> {
    if id.contains('\0') || id.len() > 255 { Err(ask.no_record(id)) } else { Ok(id) }
}

/// `{object, id, record}` around a record that is JSON already.
fn answer(object: &str, id: &str, record: &[u8], dropped: Option<&Value>) -> Vec<u8> {
    let mut out = Vec::with_capacity(record.len() + 128);
    out.extend_from_slice(b"{\"object\":");
    read::encode::text(&mut out, object);
    out.extend_from_slice(b",\"id\":");
    read::encode::text(&mut out, id);
    out.extend_from_slice(b",\"record\":");
    out.extend_from_slice(record);
    if let Some(dropped) = dropped {
        out.extend_from_slice(b",\"droppedFields\":");
        out.extend_from_slice(dropped.to_string().as_bytes());
    }
    out.push(b'}');
    out
}

fn json_bytes(status: StatusCode, bytes: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], bytes).into_response()
}
