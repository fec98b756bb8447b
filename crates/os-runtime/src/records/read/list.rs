//! Lists and single records.

use super::computed::{Formula, summary};
use super::encode::{self, Format, Member};
use super::expand::{Expanded, expand};
use crate::object::{Column, Computed, Field};
use crate::records::query::{self, Query, Sort};
use crate::records::rights::ObjectAccess;
use crate::records::store::filter::{Test, column};
use crate::records::store::{self, Filter};
use crate::{Code, Result};
use os_db::{Cell, Name, Sql, Tx, now};
use serde_json::{Value, json};

/// The columns that a statement selects, and the members of the JSON of a record.
pub struct Plan<'k> {
    table: &'k Name,
    columns: Vec<Column>,
    /// After the columns: a statement each.
    summaries: Vec<Sql>,
    pub members: Vec<Member<'k>>,
}

impl<'k> Plan<'k> {
    /// Selects the fields, or everything that the caller may see. The columns of
    /// `extra` are selected and not shown.
    pub fn new(access: &ObjectAccess<'k>, fields: Option<&[Name]>, extra: &[&Field]) -> Self {
        let object = access.object();
        let names = fields.map_or_else(|| visible_fields(access), <[Name]>::to_vec);
        let mut plan = Self {
            table: &object.name,
            columns: Vec::with_capacity(names.len()),
            summaries: Vec::new(),
            members: Vec::with_capacity(names.len()),
        };
        for name in &names {
            if let Some(column) = object.column(name.as_str()) {
                let format = Format::of(column.kind, object.field(name.as_str()));
                let at = plan.place(column);
                plan.members.push(Member::Column { at, name: name.clone(), format });
            }
        }
        for field in extra {
            if let Some(column) = object.column(field.name.as_str()) {
                plan.place(column);
            }
        }
        let computed = names.iter().filter_map(|name| object.field(name.as_str()));
        for field in computed.filter(|field| field.kind.is_computed()) {
            let name = field.name.clone();
            let member = match &field.computed {
                Some(Computed::Formula(formula)) => {
                    let formula = Formula::new(object, formula, |column| plan.place(column));
                    Member::Formula { name, formula }
                }
                _ => Member::Nothing { name },
            };
            plan.members.push(member);
        }
        plan.add_summaries(access);
        plan
    }

    /// Replaces the members that are summaries, now that all columns are selected: their
    /// statements come after them.
    fn add_summaries(&mut self, access: &ObjectAccess<'k>) {
        for index in 0..self.members.len() {
            let Member::Nothing { name } = &self.members[index] else { continue };
            let field = access.object().field(name.as_str());
            let Some(Computed::Summary(computed)) = field.and_then(|it| it.computed.as_ref())
            else {
                continue;
            };
            if let Some(sql) = summary(access, computed) {
                self.summaries.push(sql);
                let at = self.columns.len() + self.summaries.len() - 1;
                let (name, function) = (name.clone(), computed.function);
                self.members[index] = Member::Summary { at, name, function };
            }
        }
    }

    /// The place where a column is selected.
    pub fn position(&self, name: &Name) -> Option<usize> {
        self.columns.iter().position(|column| column.name == *name)
    }

    fn place(&mut self, column: Column) -> usize {
        self.position(&column.name).unwrap_or_else(|| {
            self.columns.push(column);
            self.columns.len() - 1
        })
    }

    /// The statement for the records of a filter, in an order; `page` is limit and
    /// offset.
    pub fn select(&self, filter: &Filter, sort: &[Sort], page: Option<(i64, i64)>) -> Sql {
        let mut sql = Sql::new("SELECT ");
        for (index, it) in self.columns.iter().enumerate() {
            column(sql.push(if index == 0 { "" } else { ", " }), self.table, &it.name);
        }
        for (index, summary) in self.summaries.iter().enumerate() {
            sql.push(if index == 0 && self.columns.is_empty() { "" } else { ", " });
            sql.append(summary);
        }
        sql.push(" FROM ").name(self.table);
        where_(&mut sql, self.table, filter);
        if let Some((limit, offset)) = page {
            query::write_order(&mut sql, self.table, sort);
            sql.push(" LIMIT ").bind(Cell::Integer(Some(limit)));
            if offset > 0 {
                sql.push(" OFFSET ").bind(Cell::Integer(Some(offset)));
            }
        }
        sql
    }
}

/// Everything that the caller may see: columns first, then what is computed.
fn visible_fields(access: &ObjectAccess<'_>) -> Vec<Name> {
    let object = access.object();
    let computed = object.fields.iter().filter(|field| field.kind.is_computed());
    let stored = object.columns().iter().map(|column| &column.name);
    let names = stored.chain(computed.map(|field| &field.name));
    names.filter(|name| access.rights().shows(name.as_str())).cloned().collect()
}

fn where_(sql: &mut Sql, table: &Name, filter: &Filter) {
    if !filter.is_everything() {
        sql.push(" WHERE ");
        filter.write(sql, table);
    }
}

/// A list, as the JSON of its response.
///
/// # Errors
/// Those of the database.
pub async fn list(tx: &mut Tx, access: &ObjectAccess<'_>, query: Query<'_>) -> Result<Vec<u8>> {
    let filter = query.filter.and(access.rights().reads().clone());
    let plan = Plan::new(access, query.fields.as_deref(), &query.expand);
    let rows = match query.limit {
        0 => Vec::new(),
        limit => {
            let sql = plan.select(&filter, &query.sort, Some((limit, query.offset)));
            tx.query_dynamic(sql).rows().await?
        }
    };
    let expanded = expand(tx, access, &plan, &query.expand, &rows).await?;
    let count = rows.len() as i64;
    // A page that is not full is the last one.
    let is_last = count < query.limit && (count > 0 || query.offset == 0);
    let total = match (query.with_total, is_last) {
        (true, true) => Some(query.offset + count),
        (true, false) => Some(total(tx, access, &filter).await?),
        (false, _) => None,
    };
    let mut out = Vec::with_capacity(64 + rows.len() * plan.members.len() * 24);
    out.extend_from_slice(b"{\"object\":\"");
    out.extend_from_slice(access.object().name.as_str().as_bytes());
    out.extend_from_slice(b"\",\"records\":[");
    let now = now();
    for (index, row) in rows.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        encode::record(&mut out, row, &plan.members, &expanded, now)?;
    }
    out.push(b']');
    let has_more = match total {
        Some(total) => {
            out.extend_from_slice(format!(",\"total\":{total}").as_bytes());
            query.offset.saturating_add(count) < total
        }
        None => !is_last,
    };
    out.extend_from_slice(if has_more { b",\"hasMore\":true}" } else { b",\"hasMore\":false}" });
    Ok(out)
}

async fn total(tx: &mut Tx, access: &ObjectAccess<'_>, filter: &Filter) -> Result<i64> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM ");
    sql.name(&access.object().name);
    where_(&mut sql, &access.object().name, filter);
    Ok(tx.query_dynamic(sql).row().await?.integer(0)?.unwrap_or_default())
}

/// The JSON of one record.
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
    let filter = Filter::Column(store::id_column(), Test::Is(Cell::text(id)));
    let sql = plan.select(&filter.and(access.rights().reads().clone()), &[], None);
    let rows = tx.query_dynamic(sql).rows().await?;
    let row = rows.first().ok_or_else(|| access.no_record(id))?;
    let expanded = match expanding {
        [] => Expanded::default(),
        fields => expand(tx, access, &plan, fields, &rows).await?,
    };
    let mut out = Vec::with_capacity(plan.members.len() * 32);
    encode::record(&mut out, row, &plan.members, &expanded, now())?;
    Ok(out)
}

/// The JSON of a record that was just written; only its id, if the caller may not see
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

/// As [`written`], as a value.
///
/// # Errors
/// Those of the database.
pub async fn written_value(tx: &mut Tx, access: &ObjectAccess<'_>, id: &str) -> Result<Value> {
    let bytes = written(tx, access, id).await?;
    Ok(serde_json::from_slice(&bytes).map_err(anyhow::Error::from)?)
}
