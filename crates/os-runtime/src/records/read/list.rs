//! Lists and single records.

use super::computed::{Formula, summary};
use super::encode::{self, Face, Shown};
use super::expand::{Expanded, expand};
use crate::Result;
use crate::object::{Column, Field, FieldType};
use crate::records::query::{self, Query, Sort};
use crate::records::rights::Ask;
use crate::records::store::filter::{Test, column};
use crate::records::store::{self, Filter};
use os_db::{Cell, Name, Sql, Tx, now};

/// What a statement selects, and what of it is shown.
pub struct Plan<'k> {
    table: &'k Name,
    columns: Vec<Column>,
    /// After the columns: a statement each.
    summaries: Vec<Sql>,
    pub shown: Vec<Shown<'k>>,
}

impl<'k> Plan<'k> {
    /// Selects what is asked for, or everything that the caller may see.
    /// `extra` are columns that are read and not shown.
    pub fn new(ask: &Ask<'k>, fields: Option<&[Name]>, extra: &[&Field]) -> Self {
        let object = ask.object;
        let names = fields.map_or_else(|| seen(ask), <[Name]>::to_vec);
        let mut plan = Self {
            table: &object.name,
            columns: Vec::with_capacity(names.len()),
            summaries: Vec::new(),
            shown: Vec::with_capacity(names.len()),
        };
        for name in &names {
            if let Some(column) = object.column(name.as_str()) {
                let face = Face::of(column.kind, object.field(name.as_str()));
                let at = plan.place(column);
                plan.shown.push(Shown::Column { at, name: name.clone(), face });
            }
        }
        for field in extra {
            if let Some(column) = object.column(field.name.as_str()) {
                plan.place(column);
            }
        }
        let computed = names.iter().filter_map(|name| object.field(name.as_str()));
        let computed: Vec<&'k Field> = computed.filter(|field| field.kind.is_computed()).collect();
        for field in computed.iter().filter(|field| field.kind == FieldType::Formula) {
            let formula = Formula::new(object, field, |column| plan.place(column));
            let name = field.name.clone();
            plan.shown.push(match formula {
                Some(formula) => Shown::Formula { name, formula },
                None => Shown::Nothing { name },
            });
        }
        for field in computed.iter().filter(|field| field.kind == FieldType::Summary) {
            let name = field.name.clone();
            plan.shown.push(match summary(ask, field) {
                Some((sql, summary)) => {
                    plan.summaries.push(sql);
                    let at = plan.columns.len() + plan.summaries.len() - 1;
                    Shown::Summary { at, name, summary }
                }
                None => Shown::Nothing { name },
            });
        }
        plan
    }

    /// Where a column is selected.
    pub fn position(&self, name: &Name) -> Option<usize> {
        self.columns.iter().position(|column| column.name == *name)
    }

    fn place(&mut self, column: Column) -> usize {
        self.position(&column.name).unwrap_or_else(|| {
            self.columns.push(column);
            self.columns.len() - 1
        })
    }

    /// The statement for the records of a filter, in an order; `page` is limit
    /// and offset.
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
fn seen(ask: &Ask<'_>) -> Vec<Name> {
    let object = ask.object;
    let computed = object.fields.iter().filter(|field| field.kind.is_computed());
    let stored = object.columns().iter().map(|column| &column.name);
    let names = stored.chain(computed.map(|field| &field.name));
    names.filter(|name| ask.rights.shows(name.as_str())).cloned().collect()
}

fn where_(sql: &mut Sql, table: &Name, filter: &Filter) {
    if !filter.is_everything() {
        sql.push(" WHERE ");
        filter.write(sql, table);
    }
}

/// A list, as the JSON of its answer.
pub async fn list(tx: &mut Tx, ask: &Ask<'_>, query: Query<'_>) -> Result<Vec<u8>> {
    let filter = query.filter.and(ask.rights.reads.clone());
    let plan = Plan::new(ask, query.fields.as_deref(), &query.expand);
    let rows = match query.limit {
        0 => Vec::new(),
        limit => {
            let sql = plan.select(&filter, &query.sort, Some((limit, query.offset)));
            tx.made(sql).rows().await?
        }
    };
    let expanded = expand(tx, ask, &plan, &query.expand, &rows).await?;
    let count = rows.len() as i64;
    // A page that is not full is the last one.
    let is_last = count < query.limit && (count > 0 || query.offset == 0);
    let total = match (query.with_total, is_last) {
        (true, true) => Some(query.offset + count),
        (true, false) => Some(total(tx, ask, &filter).await?),
        (false, _) => None,
    };
    let mut out = Vec::with_capacity(64 + rows.len() * plan.shown.len() * 24);
    out.extend_from_slice(b"{\"object\":\"");
    out.extend_from_slice(ask.object.name.as_str().as_bytes());
    out.extend_from_slice(b"\",\"records\":[");
    let now = now();
    for (index, row) in rows.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        encode::record(&mut out, row, &plan.shown, &expanded, now)?;
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

async fn total(tx: &mut Tx, ask: &Ask<'_>, filter: &Filter) -> Result<i64> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM ");
    sql.name(&ask.object.name);
    where_(&mut sql, &ask.object.name, filter);
    Ok(tx.made(sql).row().await?.integer(0)?.unwrap_or_default())
}

/// The records of a filter with their whole JSON: one record, by its id.
///
/// # Errors
/// `RECORD_NOT_FOUND`.
pub async fn one(
    tx: &mut Tx,
    ask: &Ask<'_>,
    id: &str,
    fields: Option<&[Name]>,
    expanding: &[&Field],
) -> Result<Vec<u8>> {
    let plan = Plan::new(ask, fields, expanding);
    let filter = Filter::Column(store::id(), Test::Is(Cell::text(id)));
    let sql = plan.select(&filter.and(ask.rights.reads.clone()), &[], None);
    let rows = tx.made(sql).rows().await?;
    let row = rows.first().ok_or_else(|| ask.no_record(id))?;
    let expanded = match expanding {
        [] => Expanded::default(),
        fields => expand(tx, ask, &plan, fields, &rows).await?,
    };
    let mut out = Vec::with_capacity(plan.shown.len() * 32);
    encode::record(&mut out, row, &plan.shown, &expanded, now())?;
    Ok(out)
}
