//! Counts and sums, in groups: `groupBy` and `aggregations` of a query.

use super::encode;
use crate::object::Column;
use crate::records::query::{Asked, MOST_RECORDS, Query};
use crate::records::rights::Ask;
use crate::records::store::Filter;
use crate::records::store::filter::column;
use crate::{Code, Error, Result};
use os_db::{Cell, CellType, Name, Sql, Tx};
use serde_json::Value;

/// The most of each.
const MOST: usize = 10;

/// What is asked for, understood.
pub struct Groups {
    by: Vec<Column>,
    values: Vec<Aggregate>,
    filter: Filter,
    limit: i64,
}

struct Aggregate {
    open: &'static str,
    column: Option<Name>,
    alias: String,
}

/// Understands `groupBy` and `aggregations`.
///
/// # Errors
/// `INVALID_QUERY`, `INVALID_FIELD`, and those of filters.
pub fn read(ask: &Ask<'_>, asked: &Asked) -> Result<Groups> {
    let by = match &asked.group_by {
        None | Some(Value::Null) => Vec::new(),
        Some(value) => columns(ask, value)?,
    };
    let parsed: Option<Value> = match &asked.aggregations {
        Some(Value::String(text)) => Some(
            serde_json::from_str(text)
                .map_err(|error| invalid(format!("`aggregations` is not JSON: {error}")))?,
        ),
        other => other.clone(),
    };
    let values = match parsed {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => {
            items.iter().map(|item| aggregate(ask, item)).collect::<Result<_>>()?
        }
        Some(_) => return Err(invalid("`aggregations` must be a list")),
    };
    if by.len() > MOST || values.len() > MOST || by.len() + values.len() == 0 {
        return Err(invalid(format!(
            "there may be 1 to {MOST} fields in `groupBy` and `aggregations`"
        )));
    }
    let rest = Asked {
        filter: asked.filter.clone(),
        fields_equal: asked.fields_equal.clone(),
        limit: asked.limit.clone(),
        search: asked.search.clone(),
        ..Asked::default()
    };
    let Query { filter, limit, .. } = Query::read(ask, &rest)?;
    Ok(Groups { by, values, filter: filter.and(ask.rights.reads.clone()), limit })
}

fn columns(ask: &Ask<'_>, value: &Value) -> Result<Vec<Column>> {
    let names: Option<Vec<&str>> = match value {
        Value::String(text) => Some(text.split(',').map(str::trim).collect()),
        Value::Array(items) => {
            items.iter().map(|item| item.as_str().or_else(|| item.get("field")?.as_str())).collect()
        }
        _ => None,
    };
    let names = names.ok_or_else(|| invalid("`groupBy` must be a list of fields"))?;
    names.into_iter().map(|name| ask.column(name, "groupBy")).collect()
}

fn aggregate(ask: &Ask<'_>, item: &Value) -> Result<Aggregate> {
    let text = |key: &str| item.get(key).and_then(Value::as_str);
    let function = text("function").or(text("func")).unwrap_or_default();
    let open = match function {
        "count" => "COUNT(",
        "count_distinct" => "COUNT(DISTINCT ",
        "sum" => "SUM(",
        "avg" => "AVG(",
        "min" => "MIN(",
        "max" => "MAX(",
        _ => {
            return Err(invalid(
                "an aggregation has a `function`: count, count_distinct, sum, avg, min or max",
            ));
        }
    };
    let field = text("field").filter(|field| *field != "*");
    let column = field.map(|field| ask.column(field, "aggregations")).transpose()?;
    let is_count = function.starts_with("count");
    match &column {
        None if function != "count" => {
            return Err(invalid(format!("`{function}` needs a `field`")));
        }
        Some(it) if !is_count && it.kind != CellType::Real => {
            return Err(invalid(format!(
                "`{function}` takes numbers, and `{}` holds none",
                it.name
            )));
        }
        _ => {}
    }
    let alias = text("alias").map_or_else(
        || field.map_or_else(|| function.to_owned(), |field| format!("{function}_{field}")),
        str::to_owned,
    );
    if alias.len() > 63 {
        return Err(invalid("an `alias` may have 63 bytes"));
    }
    Ok(Aggregate { open, column: column.map(|it| it.name), alias })
}

impl Groups {
    /// The groups, as the JSON of their answer.
    pub async fn answer(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Vec<u8>> {
        let table = &ask.object.name;
        let rows = tx.made(self.select(table)).rows().await?;
        if rows.len() as i64 > MOST_RECORDS {
            return Err(invalid(format!("there are more than {MOST_RECORDS} groups; filter them")));
        }
        let mut out = format!("{{\"object\":\"{table}\",\"records\":[").into_bytes();
        for (index, row) in rows.iter().take(self.limit as usize).enumerate() {
            out.push(if index == 0 { b'{' } else { b',' });
            if index > 0 {
                out.push(b'{');
            }
            for (at, column) in self.by.iter().enumerate() {
                out.extend_from_slice(format!("\"{}\":", column.name).as_bytes());
                let field = ask.object.field(column.name.as_str());
                encode::column(&mut out, row, at, encode::Face::of(column.kind, field))?;
                out.push(b',');
            }
            for (at, value) in self.values.iter().enumerate() {
                encode::text(&mut out, &value.alias);
                out.push(b':');
                encode::real(&mut out, row.real(self.by.len() + at)?);
                out.push(b',');
            }
            out.pop();
            out.push(b'}');
        }
        let more = rows.len() as i64 > self.limit;
        out.extend_from_slice(
            format!("],\"total\":{},\"hasMore\":{more}}}", rows.len()).as_bytes(),
        );
        Ok(out)
    }

    fn select(&self, table: &Name) -> Sql {
        let mut sql = Sql::new("SELECT ");
        let mut between = "";
        for it in &self.by {
            column(sql.push(between), table, &it.name);
            between = ", ";
        }
        for value in &self.values {
            sql.push(between).push("CAST(").push(value.open);
            match &value.column {
                Some(name) => drop(column(&mut sql, table, name)),
                None => drop(sql.push("*")),
            }
            sql.push(") AS DOUBLE PRECISION)");
            between = ", ";
        }
        sql.push(" FROM ").name(table).push(" WHERE ");
        self.filter.write(&mut sql, table);
        for (clause, by) in [(" GROUP BY ", &self.by), (" ORDER BY ", &self.by)] {
            for (index, it) in by.iter().enumerate() {
                column(sql.push(if index == 0 { clause } else { ", " }), table, &it.name);
            }
        }
        sql.push(" LIMIT ").bind(Cell::Integer(Some(MOST_RECORDS + 1)));
        sql
    }
}

fn invalid(message: impl Into<String>) -> Error {
    Code::InvalidQuery.error(message)
}
