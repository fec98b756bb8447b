//! Records for the pages of the Console.
//!
//! They come through the one encoder of records, so that a page shows exactly
//! what the API returns.

use super::query::{Query, QueryParams};
use super::read;
use super::rights::{AssignedSets, RequestScope};
use crate::object::{ApiMethod, Object};
use crate::{Result, Runtime};
use anyhow::Context;
use os_identity::UserPrincipal;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::sync::Arc;

/// A page of the records of an object that the caller may see.
pub struct Records {
    pub object: Arc<Object>,
    pub records: Vec<Map<String, Value>>,
    /// The number of records on all pages.
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
/// Those of `RequestScope::access`.
pub async fn list(
    runtime: &Runtime,
    caller: &UserPrincipal,
    object: &str,
    (limit, offset): (u64, u64),
) -> Result<Records> {
    let kernel = runtime.kernel();
    let tx = &mut runtime.db.autocommit().await?;
    let sets = AssignedSets::load(tx, &kernel, caller).await?;
    let access = RequestScope::new(&kernel, &sets, caller).reading(object, ApiMethod::List)?;
    let (limit, offset) = (Some(limit.into()), Some(offset.into()));
    let params = QueryParams { limit, offset, ..QueryParams::default() };
    let json = read::list(tx, &access, Query::read(&access, &params)?).await?;
    let Page { records, total } = decode(&json)?;
    Ok(Records { object: access.object().clone(), records, total })
}

/// Returns one record.
///
/// # Errors
/// Those of `RequestScope::access`; `RECORD_NOT_FOUND`.
pub async fn get(
    runtime: &Runtime,
    caller: &UserPrincipal,
    object: &str,
    id: &str,
) -> Result<Record> {
    let kernel = runtime.kernel();
    let tx = &mut runtime.db.autocommit().await?;
    let sets = AssignedSets::load(tx, &kernel, caller).await?;
    let access = RequestScope::new(&kernel, &sets, caller).reading(object, ApiMethod::Get)?;
    let record = read::one(tx, &access, access.stored_id(id)?, None, &[]).await?;
    Ok(Record { object: access.object().clone(), record: decode(&record)? })
}

/// The JSON of a list.
#[derive(Deserialize)]
struct Page {
    records: Vec<Map<String, Value>>,
    total: u64,
}

fn decode<T: DeserializeOwned>(json: &[u8]) -> Result<T> {
    Ok(serde_json::from_slice(json).context("reading records")?)
}
