//! Records in place of their ids.

use super::encode;
use super::list::Plan;
use crate::Result;
use crate::object::Field;
use crate::records::rights::ObjectAccess;
use crate::records::rights::Verb;
use crate::records::store::filter::Test;
use crate::records::store::{Filter, id_column};
use os_db::{Cell, Name, Row, Tx};
use std::collections::{BTreeSet, HashMap};

/// How many ids go into one statement.
const CHUNK_IDS: usize = 500;

/// The records that columns refer to, as JSON.
#[derive(Default)]
pub struct Expanded(Vec<(usize, Records)>);

/// JSON by the id of its record.
#[derive(Default)]
pub struct Records(HashMap<String, Vec<u8>>);

impl Expanded {
    /// The records for the column at this place; `None` where ids stay ids.
    pub fn of(&self, at: usize) -> Option<&Records> {
        self.0.iter().find(|(column, _)| *column == at).map(|(_, records)| records)
    }
}

impl Records {
    /// Appends the record of an id. Without a record that may be seen the id stays.
    pub fn one(&self, out: &mut Vec<u8>, id: Option<&str>) {
        match id {
            None => out.extend_from_slice(b"null"),
            Some(id) => match self.0.get(id) {
                Some(record) => out.extend_from_slice(record),
                None => encode::text(out, id),
            },
        }
    }

    /// Appends the records of a list of ids.
    pub fn list(&self, out: &mut Vec<u8>, ids: Option<&str>) {
        let Some(ids) = ids else { return out.extend_from_slice(b"null") };
        out.push(b'[');
        for (index, id) in listed(ids).iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            self.one(out, Some(id));
        }
        out.push(b']');
    }
}

fn listed(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}

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
    if owned.object.is_external || !owned.object.enable.api {
        return Ok(records);
    }
    let access = access.to(&owned.object);
    if !access.rights().grants(Verb::Read) {
        return Ok(records);
    }
    let plan = Plan::new(&access, None, &[]);
    let id_at = plan.position(&id_column());
    for chunk in ids.chunks(CHUNK_IDS) {
        let cells = chunk.iter().map(|id| Cell::text(id.as_str())).collect();
        let filter =
            Filter::Column(id_column(), Test::Among(cells)).and(access.rights().reads().clone());
        let sql = plan.select(&filter, &[], None);
        for row in tx.query_dynamic(sql).rows().await? {
            let mut json = Vec::new();
            encode::record(&mut json, &row, &plan.members, &Expanded::default(), os_db::now())?;
            if let Some(id) = id_at.map(|at| row.text(at)).transpose()?.flatten() {
                records.0.insert(id.to_owned(), json);
            }
        }
    }
    Ok(records)
}
