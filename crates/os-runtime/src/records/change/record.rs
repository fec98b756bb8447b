//! Creating, updating and deleting one record on behalf of a caller.

use super::cascade;
use super::pipeline::{self, Change, Origin, Written};
use crate::records::read::timestamp;
use crate::records::rights::{ObjectAccess, denied};
use crate::records::store::sql::{self, StoredRow};
use crate::records::store::{Filter, of_id, version_of};
use crate::{Code, Error, Result};
use chrono::{DateTime, Utc};
use os_db::{Tx, now};
use serde_json::{Map, Value};

/// The most attempts at a change when others are faster.
const MAX_ATTEMPTS: usize = 3;

/// Creates a record.
///
/// # Errors
/// `INVALID_FIELD`, `VALIDATION_FAILED`, `DUPLICATE_RECORD`, `PERMISSION_DENIED`.
pub async fn create(
    tx: &mut Tx,
    access: &ObjectAccess<'_>,
    input: &Map<String, Value>,
) -> Result<Written> {
    let change = Change::insert(access.object(), Origin::Request(access), now());
    let written = pipeline::run(tx, change, Some(input)).await?;
    written.ok_or_else(|| overtaken(access, "new"))
}

/// Updates a record. `expected` is the version that the client has read.
///
/// # Errors
/// `RECORD_NOT_FOUND`, `CONCURRENT_MODIFICATION`, and those of [`create`].
pub async fn update(
    tx: &mut Tx,
    access: &ObjectAccess<'_>,
    id: &str,
    input: &Map<String, Value>,
    expected: Option<&str>,
) -> Result<Written> {
    for _ in 0..MAX_ATTEMPTS {
        let row = current(tx, access, access.rights().edits(), id, expected).await?;
        let change = Change::update(access.object(), Origin::Request(access), row);
        if let Some(written) = pipeline::run(tx, change, Some(input)).await? {
            return Ok(written);
        }
    }
    Err(overtaken(access, id))
}

/// Deletes a record, and what follows for those that refer to it.
///
/// # Errors
/// `RECORD_NOT_FOUND`, `CONCURRENT_MODIFICATION`, `DELETE_RESTRICTED`,
/// `PERMISSION_DENIED`.
pub async fn delete(
    tx: &mut Tx,
    access: &ObjectAccess<'_>,
    id: &str,
    expected: Option<&str>,
) -> Result<()> {
    let row = current(tx, access, access.rights().deletes(), id, expected).await?;
    cascade::delete(tx, access, row).await
}

fn overtaken(access: &ObjectAccess<'_>, id: &str) -> Error {
    let object = access.object().name.as_str();
    Code::ConcurrentModification
        .error(format!("Record {object}/{id} is being changed by others; try again"))
        .with("object", object)
}

/// The row to change, if it is among those that the caller may change and its version is the
/// expected one.
async fn current(
    tx: &mut Tx,
    access: &ObjectAccess<'_>,
    changeable: &Filter,
    id: &str,
    expected: Option<&str>,
) -> Result<StoredRow> {
    let (object, rights) = (access.object(), access.rights());
    let visible = of_id(id).and(rights.reads().clone());
    let Some(row) = sql::stored(tx, object, &visible).await? else {
        return Err(access.no_record(id));
    };
    if !changeable.is_everything() {
        let changeable = of_id(id).and(changeable.clone());
        if !sql::exists(tx, &object.name, &changeable).await? {
            return Err(denied(object));
        }
    }
    let version = version_of(object, &row);
    match (expected, version) {
        (Some(expected), Some(version)) if !is_version(expected, version)? => {
            let version = timestamp(version);
            Err(Code::ConcurrentModification
                .error(format!(
                    "Record {}/{id} was modified by another user (current version {version}, expected {})",
                    object.name,
                    expected.chars().take(80).collect::<String>().escape_debug()
                ))
                .with("currentVersion", version)
                .with("object", object.name.as_str()))
        }
        _ => Ok(row),
    }
}

/// Returns whether what a client sends names this version: `updated_at` as it was read,
/// with or without quotes. Programs that keep milliseconds only may send those.
fn is_version(expected: &str, version: DateTime<Utc>) -> Result<bool> {
    let text = expected.trim().trim_start_matches("W/").trim_matches('"');
    if text.is_empty() {
        return Err(Code::ValidationFailed
            .error("If-Match is empty; send the `updated_at` that was read, or leave it out"));
    }
    if text == "*" {
        return Ok(true);
    }
    let Ok(time) = DateTime::parse_from_rfc3339(text) else { return Ok(false) };
    let (given, kept) = (time.timestamp_micros(), version.timestamp_micros());
    Ok(given == kept || (given % 1000 == 0 && given == kept - kept.rem_euclid(1000)))
}
