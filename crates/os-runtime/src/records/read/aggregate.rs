//! Groups of records and their aggregations: `groupBy` and `aggregations` of a query.

use super::limit::{MAX_LIST_BYTES, too_large};
use super::{encode, json};
use crate::object::Column;
use crate::records::query::{MAX_LIST_RECORDS, Query, QueryParams};
use crate::records::rights::ObjectAccess;
use crate::records::store::Filter;
use crate::records::store::filter::column;
use crate::{Code, Error, Result};
use os_db::{Cell, CellType, Name, Sql, Tx};
use serde_json::Value;

/// The most fields of `groupBy`, and the most aggregations.
const MAX_TERMS: usize = 10;

/// The longest name of an aggregation, in bytes.
const MAX_ALIAS_BYTES: usize = 63;

/// Groups and aggregations, checked.
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

/// Reads `groupBy` and `aggregations`.
///
/// # Errors
/// `INVALID_QUERY`, `INVALID_FIELD`, and those of filters.
pub fn read(access: &ObjectAccess<'_>, params: &QueryParams) -> Result<Groups> {
    let by = match &params.group_by {
        None | Some(Value::Null) => Vec::new(),
        Some(value) => columns(access, value)?,
    };
    let parsed: Option<Value> = match &params.aggregations {
        Some(Value::String(text)) => Some(
            serde_json::from_str(text)
                .map_err(|error| invalid(format!("`aggregations` is not JSON: {error}")))?,
        ),
        other => other.clone(),
    };
    let values = match parsed {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => {
            items.iter().map(|item| aggregate(access, item)).collect::<Result<_>>()?
        }
        Some(_) => return Err(invalid("`aggregations` must be a list")),
    };
    if by.len() > MAX_TERMS || values.len() > MAX_TERMS || by.len() + values.len() == 0 {
        return Err(invalid(format!(
            "`groupBy` and `aggregations` may have 1 to {MAX_TERMS} fields"
        )));
    }
    let rest = QueryParams {
        filter: params.filter.clone(),
        fields_equal: params.fields_equal.clone(),
        limit: params.limit.clone(),
        search: params.search.clone(),
        ..QueryParams::default()
    };
    let Query { filter, limit, .. } = Query::read(access, &rest)?;
    Ok(Groups { by, values, filter: filter.and(access.rights().reads().clone()), limit })
}

fn columns(access: &ObjectAccess<'_>, value: &Value) -> Result<Vec<Column>> {
    let names: Option<Vec<&str>> = match value {
        Value::String(text) => Some(text.split(',').map(str::trim).collect()),
        Value::Array(items) => {
            items.iter().map(|item| item.as_str().or_else(|| item.get("field")?.as_str())).collect()
        }
        _ => None,
    };
    let names = names.ok_or_else(|| invalid("`groupBy` must be a list of fields"))?;
    names.into_iter().map(|name| access.column(name, "groupBy")).collect()
}

fn aggregate(access: &ObjectAccess<'_>, item: &Value) -> Result<Aggregate> {
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
    let column = field.map(|field| access.column(field, "aggregations")).transpose()?;
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
    if alias.len() > MAX_ALIAS_BYTES {
        return Err(invalid(format!("an `alias` may have {MAX_ALIAS_BYTES} bytes")));
    }
    Ok(Aggregate { open, column: column.map(|it| it.name), alias })
}

impl Groups {
    /// Returns the groups, as the JSON of the response.
    ///
    /// # Errors
    /// `INVALID_QUERY` for too many groups; those of the database.
    pub async fn respond(&self, tx: &mut Tx, access: &ObjectAccess<'_>) -> Result<Vec<u8>> {
        let table = &access.object().name;
        let rows = tx.query_dynamic(self.select(table)).rows_within(MAX_LIST_BYTES).await?;
        let rows = rows.ok_or_else(too_large)?;
        if rows.len() as i64 > MAX_LIST_RECORDS {
            return Err(invalid(format!(
                "there are more than {MAX_LIST_RECORDS} groups; filter them"
            )));
        }
        let mut out = format!("{{\"object\":\"{table}\",\"records\":[").into_bytes();
        for (index, row) in rows.iter().take(self.limit as usize).enumerate() {
            out.push(if index == 0 { b'{' } else { b',' });
            if index > 0 {
                out.push(b'{');
            }
            for (at, column) in self.by.iter().enumerate() {
                out.extend_from_slice(format!("\"{}\":", column.name).as_bytes());
                let field = access.object().field(column.name.as_str());
                encode::column(&mut out, row, at, encode::Format::of(column.kind, field))?;
                out.push(b',');
            }
            for (at, value) in self.values.iter().enumerate() {
                json::text(&mut out, &value.alias);
                out.push(b':');
                json::real(&mut out, row.real(self.by.len() + at)?);
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
        sql.push(" LIMIT ").bind(Cell::Integer(Some(MAX_LIST_RECORDS + 1)));
        sql
    }
}

fn invalid(message: impl Into<String>) -> Error {
    Code::InvalidQuery.error(message)
}
