//! Reading the records that replace their ids.

use super::encode;
use super::expanded::{Expanded, Records, listed};
use super::limit::{MAX_LIST_BYTES, too_large};
use super::plan::Plan;
use crate::Result;
use crate::object::{ApiMethod, Field};
use crate::records::rights::ObjectAccess;
use crate::records::rights::Verb;
use crate::records::store::filter::Test;
use crate::records::store::{Filter, id_column};
use os_db::{Cell, Name, Row, Tx};
use std::collections::BTreeSet;

/// The most ids in one statement.
const CHUNK_IDS: usize = 500;

/// Reads the records that rows refer to, as far as the caller may see them.
pub async fn expand(
    tx: &mut Tx,
    access: &ObjectAccess<'_>,
    plan: &Plan<'_>,
    fields: &[&Field],
    rows: &[Row],
) -> Result<Expanded> {
    let mut expanded = Expanded::default();
    for field in fields {
        let (Some(at), Some(target)) = (plan.position(&field.name), &field.reference) else {
            continue;
        };
        let mut ids = BTreeSet::new();
        for row in rows {
            match row.text(at)? {
                Some(text) if field.is_multiple => ids.extend(listed(text)),
                Some(text) => drop(ids.insert(text.to_owned())),
                None => {}
            }
        }
        let records = records(tx, access, target, ids.into_iter().collect()).await?;
        expanded.0.push((at, records));
    }
    Ok(expanded)
}

async fn records(
    tx: &mut Tx,
    access: &ObjectAccess<'_>,
    target: &Name,
    ids: Vec<String>,
) -> Result<Records> {
    let mut records = Records::default();
    let Ok(owned) = access.kernel().object(target.as_str()) else { return Ok(records) };
    let enable = owned.object.enable;
    let is_offered = enable.api && enable.methods.offers(ApiMethod::Get);
    if owned.object.is_external || !is_offered {
        return Ok(records);
    }
    let access = access.to(&owned.object);
    if !access.rights().grants(Verb::Read) {
        return Ok(records);
    }
    let plan = Plan::new(&access, None, &[]);
    let id_at = plan.position(&id_column());
    let mut bytes = 0;
    for chunk in ids.chunks(CHUNK_IDS) {
        let cells = chunk.iter().map(|id| Cell::text(id.as_str())).collect();
        let filter =
            Filter::Column(id_column(), Test::Among(cells)).and(access.rights().reads().clone());
        let sql = plan.select(&filter, &[], None);
        let rows = tx.query_dynamic(sql).rows_within(MAX_LIST_BYTES).await?;
        for row in rows.ok_or_else(too_large)? {
            let mut json = Vec::new();
            encode::record(&mut json, &row, &plan.members, &Expanded::default(), os_db::now())?;
            bytes += json.len();
            if bytes > MAX_LIST_BYTES {
                return Err(too_large());
            }
            if let Some(id) = id_at.map(|at| row.text(at)).transpose()?.flatten() {
                records.0.insert(id.to_owned(), json);
            }
        }
    }
    Ok(records)
}
