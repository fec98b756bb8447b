//! Records for people to look at, as the pages of the Console ask for them.
//!
//! They come through the one encoder of records, so that a page shows exactly
//! what the API answers.

use super::http::stored_id;
use super::query::{Asked, Query};
use super::read;
use super::rights::{Ask, Sets, Verb};
use crate::auth::Caller;
use crate::object::Object;
use crate::{Result, Runtime};
use anyhow::Context;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::sync::Arc;

/// A part of the records of an object that somebody may see.
pub struct Records {
    pub object: Arc<Object>,
    pub records: Vec<Map<String, Value>>,
    /// How many there are in all.
    pub total: u64,
}

/// One record with its object.
pub struct Record {
    pub object: Arc<Object>,
    pub record: Map<String, Value>,
}

/// Returns `limit` records of an object after the first `offset`.
///
/// # Errors
/// Those of [`Ask::new`].
pub async fn list(
    runtime: &Runtime,
    caller: &Caller,
    object: &str,
    (limit, offset): (u64, u64),
) -> Result<Records> {
    let kernel = runtime.kernel();
    let tx = &mut runtime.db.peek().await?;
    let sets = Sets::of(tx, &kernel, caller).await?;
    let ask = Ask::new(&kernel, &sets, caller, object, Verb::Read)?;
    let asked =
        Asked { limit: Some(limit.into()), offset: Some(offset.into()), ..Asked::default() };
    let json = read::list(tx, &ask, Query::read(&ask, &asked)?).await?;
    let Page { records, total } = decode(&json)?;
    Ok(Records { object: ask.object.clone(), records, total })
}

/// Returns one record.
///
/// # Errors
/// Those of [`Ask::new`]; `RECORD_NOT_FOUND`.
pub async fn get(runtime: &Runtime, caller: &Caller, object: &str, id: &str) -> Result<Record> {
    let kernel = runtime.kernel();
    let tx = &mut runtime.db.peek().await?;
    let sets = Sets::of(tx, &kernel, caller).await?;
    let ask = Ask::new(&kernel, &sets, caller, object, Verb::Read)?;
    let record = read::one(tx, &ask, stored_id(&ask, id)?, None, &[]).await?;
    Ok(Record { object: ask.object.clone(), record: decode(&record)? })
}

/// What the encoder writes of a list.
#[derive(Deserialize)]
struct Page {
    records: Vec<Map<String, Value>>,
    total: u64,
}

fn decode<T: DeserializeOwned>(json: &[u8]) -> Result<T> {
    Ok(serde_json::from_slice(json).context("reading records")?)
}
