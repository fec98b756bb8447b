//! Lists and single records.

use super::encode::Member;
use super::expand::expand;
use super::expanded::Expanded;
use super::limit::{MAX_LIST_BYTES, too_large};
use super::plan::{Plan, where_};
use super::{decode, encode};
use crate::object::Field;
use crate::records::query::Query;
use crate::records::rights::ObjectAccess;
use crate::records::store::filter::Test;
use crate::records::store::{self, Filter};
use crate::{Code, Result};
use os_db::{Cell, Name, Row, Sql, Tx, now};
use serde_json::{Map, Value, json};

/// A part of a list, read and not yet encoded.
struct Listed<'k> {
    plan: Plan<'k>,
    rows: Vec<Row>,
    /// The number of records in the whole list, where it was asked for.
    total: Option<i64>,
    has_more: bool,
}

async fn fetch<'k>(
    tx: &mut Tx,
    access: &ObjectAccess<'k>,
    query: &Query<'_>,
) -> Result<Listed<'k>> {
    let filter = query.filter.clone().and(access.rights().reads().clone());
    let plan = Plan::new(access, query.fields.as_deref(), &query.expand);
    let rows = match query.limit {
        0 => Vec::new(),
        limit => {
            let sql = plan.select(&filter, &query.sort, Some((limit, query.offset)));
            let rows = tx.query_dynamic(sql).rows_within(MAX_LIST_BYTES).await?;
            rows.ok_or_else(too_large)?
        }
    };
    let count = rows.len() as i64;
    // Fewer records than the limit are the last ones.
    let is_last = count < query.limit && (count > 0 || query.offset == 0);
    let total = match (query.with_total, is_last) {
        (true, true) => Some(query.offset + count),
        (true, false) => Some(total(tx, access, &filter).await?),
        (false, _) => None,
    };
    let has_more = match total {
        Some(total) => query.offset.saturating_add(count) < total,
        None => !is_last,
    };
    Ok(Listed { plan, rows, total, has_more })
}

/// Lets other requests run while a long list is made: formulas may take long for each record.
struct Rest {
    records: usize,
}

impl Rest {
    fn of(plan: &Plan<'_>) -> Self {
        let has_formula = plan.members.iter().any(|it| matches!(it, Member::Formula { .. }));
        Self { records: if has_formula { 1 } else { 100 } }
    }

    async fn after(&self, index: usize) {
        if index.is_multiple_of(self.records) {
            tokio::task::yield_now().await;
        }
    }
}

/// Returns a list as the JSON of its response.
///
/// # Errors
/// Those of the database.
pub async fn list(tx: &mut Tx, access: &ObjectAccess<'_>, query: Query<'_>) -> Result<Vec<u8>> {
    let Listed { plan, rows, total, has_more } = fetch(tx, access, &query).await?;
    let expanded = expand(tx, access, &plan, &query.expand, &rows).await?;
    let mut out = Vec::with_capacity(64 + rows.len() * plan.members.len() * 24);
    out.extend_from_slice(b"{\"object\":\"");
    out.extend_from_slice(access.object().name.as_str().as_bytes());
    out.extend_from_slice(b"\",\"records\":[");
    let (now, rest) = (now(), Rest::of(&plan));
    for (index, row) in rows.iter().enumerate() {
        if index > 0 {
            out.push(b',');
            rest.after(index).await;
        }
        encode::record(&mut out, row, &plan.members, &expanded, now)?;
        if out.len() > MAX_LIST_BYTES {
            return Err(too_large());
        }
    }
    out.push(b']');
    if let Some(total) = total {
        out.extend_from_slice(format!(",\"total\":{total}").as_bytes());
    }
    out.extend_from_slice(if has_more { b",\"hasMore\":true}" } else { b",\"hasMore\":false}" });
    Ok(out)
}

/// Records of a list, as values.
pub struct ListedValues {
    pub records: Vec<Map<String, Value>>,
    /// The number of records in the whole list; of those returned, where the query does not ask.
    pub total: u64,
}

/// Returns a list as values, without expanding references.
///
/// # Errors
/// Those of the database.
pub async fn list_values(
    tx: &mut Tx,
    access: &ObjectAccess<'_>,
    query: Query<'_>,
) -> Result<ListedValues> {
    let Listed { plan, rows, total, .. } = fetch(tx, access, &query).await?;
    let now = now();
    let (rest, mut records) = (Rest::of(&plan), Vec::with_capacity(rows.len()));
    for (index, row) in rows.iter().enumerate() {
        rest.after(index).await;
        records.push(decode::record(row, &plan.members, now)?);
    }
    let total = total.map_or(records.len() as u64, i64::cast_unsigned);
    Ok(ListedValues { records, total })
}

async fn total(tx: &mut Tx, access: &ObjectAccess<'_>, filter: &Filter) -> Result<i64> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM ");
    sql.name(&access.object().name);
    where_(&mut sql, &access.object().name, filter);
    Ok(tx.query_dynamic(sql).row().await?.integer(0)?.unwrap_or_default())
}

/// Returns the JSON of one record.
///
/// # Errors
/// `RECORD_NOT_FOUND`.
pub async fn one(
    tx: &mut Tx,
    access: &ObjectAccess<'_>,
    id: &str,
    fields: Option<&[Name]>,
    expanding: &[&Field],
) -> Result<Vec<u8>> {
    let plan = Plan::new(access, fields, expanding);
    let rows = [row(tx, access, &plan, id).await?];
    let expanded = match expanding {
        [] => Expanded::default(),
        fields => expand(tx, access, &plan, fields, &rows).await?,
    };
    let mut out = Vec::with_capacity(plan.members.len() * 32);
    encode::record(&mut out, &rows[0], &plan.members, &expanded, now())?;
    Ok(out)
}

/// Returns one record as a value, without expanding references.
///
/// # Errors
/// `RECORD_NOT_FOUND`.
pub async fn one_value(
    tx: &mut Tx,
    access: &ObjectAccess<'_>,
    id: &str,
) -> Result<Map<String, Value>> {
    let plan = Plan::new(access, None, &[]);
    decode::record(&row(tx, access, &plan, id).await?, &plan.members, now())
}

async fn row(tx: &mut Tx, access: &ObjectAccess<'_>, plan: &Plan<'_>, id: &str) -> Result<Row> {
    let filter = Filter::Column(store::id_column(), Test::Is(Cell::text(id)));
    let sql = plan.select(&filter.and(access.rights().reads().clone()), &[], None);
    let found = tx.query_dynamic(sql).rows().await?.into_iter().next();
    found.ok_or_else(|| access.no_record(id))
}

/// Returns the JSON of a record that was just written; only its id, if the caller may not see
/// it.
///
/// # Errors
/// Those of the database.
pub async fn written(tx: &mut Tx, access: &ObjectAccess<'_>, id: &str) -> Result<Vec<u8>> {
    match one(tx, access, id, None, &[]).await {
        Err(error) if error.code() == Code::RecordNotFound => {
            Ok(json!({ "id": id }).to_string().into_bytes())
        }
        record => record,
    }
}

/// Returns what [`written`] does, as a value.
///
/// # Errors
/// Those of the database.
pub async fn written_value(tx: &mut Tx, access: &ObjectAccess<'_>, id: &str) -> Result<Value> {
    match one_value(tx, access, id).await {
        Err(error) if error.code() == Code::RecordNotFound => Ok(json!({ "id": id })),
        record => record.map(Value::Object),
    }
}
