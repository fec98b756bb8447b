//! Records for the pages of the Console.
//!
//! They are read like those of the API, so that a page shows exactly what the API returns.

use super::query::{Query, QueryParams};
use super::read;
use super::rights::{AssignedSets, RequestScope};
use crate::object::{ApiMethod, Object};
use crate::{Result, Runtime};
use os_identity::UserPrincipal;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Records of an object that the caller may see.
pub struct Records {
    pub object: Arc<Object>,
    pub records: Vec<Map<String, Value>>,
    /// The number of all records of the object that the caller may see.
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
    limit: u64,
    offset: u64,
) -> Result<Records> {
    let kernel = runtime.kernel();
    let tx = &mut runtime.db.autocommit().await?;
    let sets = AssignedSets::load(tx, &kernel, caller).await?;
    let access = RequestScope::new(&kernel, &sets, caller).reading(object, ApiMethod::List)?;
    let (limit, offset) = (Some(limit.into()), Some(offset.into()));
    let params = QueryParams { limit, offset, ..QueryParams::default() };
    let listed = read::list_values(tx, &access, Query::read(&access, &params)?).await?;
    let object = access.object().clone();
    Ok(Records { object, records: listed.records, total: listed.total })
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
    let record = read::one_value(tx, &access, access.stored_id(id)?).await?;
    Ok(Record { object: access.object().clone(), record })
}
