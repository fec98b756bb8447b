//! Fields that are computed when they are read.
//!
//! A formula is evaluated for each row, from the columns of the row. A summary
//! is a statement within the statement, over the records that refer to the row;
//! it counts, or takes the sum, average, least or greatest of a number or of a
//! formula that is arithmetic. Everything else that a package may write there is
//! answered as null: formulas over other formulas, over other objects, or with
//! functions that `cel` does not know.

use super::encode;
use crate::Result;
use crate::object::{Column, Field, FieldType, Object};
use crate::records::cel::{self, Expr, Kind, Op, Scope, V, evaluate, parse};
use crate::records::query::condition::Reading;
use crate::records::rights::Ask;
use crate::records::store::filter::column;
use chrono::{DateTime, Utc};
use os_db::{Cell, CellType, Name, Row, Sql};
use serde_json::Value;

/// A formula, ready for rows.
pub struct Formula<'k> {
    expr: Expr,
    object: &'k Object,
    /// Where its columns stand in the row.
    places: Vec<(Column, usize)>,
}

impl<'k> Formula<'k> {
    /// Reads the formula of a field. `place` tells where a column stands.
    pub fn new(
        object: &'k Object,
        field: &Field,
        mut place: impl FnMut(Column) -> usize,
    ) -> Option<Self> {
        let expr = expression(field)?;
        let mut names = Vec::new();
        members(&expr, &mut names)?;
        let columns: Option<Vec<Column>> = names.iter().map(|name| object.column(name)).collect();
        let places = columns?.into_iter().map(|it| (it.clone(), place(it))).collect();
        Some(Self { expr, object, places })
    }

    /// Appends its value for a row.
    pub fn write(&self, out: &mut Vec<u8>, row: &Row, now: DateTime<Utc>) -> Result<()> {
        let mut values = Vec::with_capacity(self.places.len());
        for (column, at) in &self.places {
            let is_json = self.object.field(column.name.as_str()).is_some_and(Field::is_json);
            values.push((column.name.as_str(), V::of_cell(&row.cell(*at, column.kind)?, is_json)));
        }
        match evaluate(&self.expr, &Values { values: &values, now }) {
            Some(V::Text(value)) => encode::text(out, &value),
            Some(V::Number(value)) => encode::real(out, Some(value)),
            Some(V::Bool(value)) => out.extend_from_slice(if value { b"true" } else { b"false" }),
            Some(V::Time(value)) => encode::time(out, value),
            _ => out.extend_from_slice(b"null"),
        }
        Ok(())
    }
}

struct Values<'v> {
    values: &'v [(&'v str, V)],
    now: DateTime<Utc>,
}

impl Scope for Values<'_> {
    fn member(&self, name: &str, member: &str) -> Option<V> {
        let found = self.values.iter().find(|(column, _)| name == "record" && *column == member);
        found.map(|(_, value)| value.clone())
    }

    fn now(&self) -> DateTime<Utc> {
        self.now
    }
}

fn expression(field: &Field) -> Option<Expr> {
    let source = &field.source;
    let expression = source.get("expression").or_else(|| source.get("formula"))?;
    parse(cel::source(expression).or(expression.as_str())?)
}

/// The members of `record` that an expression names; `None` if it names others.
fn members<'e>(expr: &'e Expr, names: &mut Vec<&'e str>) -> Option<()> {
    match &expr.kind {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => Some(()),
        Kind::Name(_) => None,
        Kind::Member(of, name) if of.is_name("record") => {
            names.push(name);
            Some(())
        }
        _ => expr.parts().into_iter().try_for_each(|part| members(part, names)),
    }
}

/// What the encoder must know of a summary.
pub struct Summary {
    pub is_zero_without_records: bool,
}

/// The statement of a summary field; `None` if we do not compute it.
pub fn summary(ask: &Ask<'_>, field: &Field) -> Option<(Sql, Summary)> {
    let operations = field.source.get("summaryOperations")?;
    let text = |key: &str| operations.get(key).and_then(Value::as_str);
    let child = &ask.kernel.object(text("object")?).ok()?.object;
    if child.is_external || child.name == ask.object.name {
        return None;
    }
    let refers = |it: &&Field| {
        let said = text("relationshipField").or(text("foreignKey"));
        let is_meant = said.is_none_or(|said| said == it.name.as_str());
        it.reference.as_ref() == Some(&ask.object.name) && !it.is_multiple && is_meant
    };
    let by_master = |it: &&Field| it.kind == FieldType::MasterDetail;
    let fields = || child.fields.iter().filter(refers);
    let reference = fields().find(by_master).or_else(|| fields().next())?;
    let mut sql = Sql::new("(SELECT CAST(");
    let function = text("function")?;
    let open = match function {
        "count" => "COUNT(*",
        "sum" => "SUM(",
        "avg" => "AVG(",
        "min" => "MIN(",
        "max" => "MAX(",
        _ => return None,
    };
    sql.push(open);
    if function != "count" {
        summed(&mut sql, child, text("field")?)?;
    }
    sql.push(") AS DOUBLE PRECISION) FROM ").name(&child.name).push(" WHERE ");
    column(&mut sql, &child.name, &reference.name).push(" = ");
    column(&mut sql, &ask.object.name, &crate::records::store::id());
    if let Some(filter) = operations.get("filter").filter(|it| !it.is_null()) {
        let child = Ask::inside(ask.kernel, ask.sets, ask.caller, child);
        let filter = Reading::new(&child).filter(filter, 0).ok()?;
        sql.push(" AND ");
        filter.write(&mut sql, &child.object.name);
    }
    sql.push(")");
    let is_zero_without_records = matches!(function, "count" | "sum");
    Some((sql, Summary { is_zero_without_records }))
}

/// A number of the child, or a formula that is arithmetic.
fn summed(sql: &mut Sql, child: &Object, name: &str) -> Option<()> {
    let field = child.field(name)?;
    match field.cell_type() {
        Some(CellType::Real | CellType::Integer) => {
            column(sql, &child.name, &field.name);
            Some(())
        }
        None if field.kind == FieldType::Formula => arithmetic(sql, child, &expression(field)?),
        _ => None,
    }
}

fn arithmetic(sql: &mut Sql, child: &Object, expr: &Expr) -> Option<()> {
    let number = |expr: &Expr| -> Option<Name> {
        let Kind::Member(of, name) = &expr.kind else { return None };
        let column = child.column(name).filter(|it| it.kind == CellType::Real)?;
        of.is_name("record").then_some(column.name)
    };
    match &expr.kind {
        Kind::Number(value) => drop(sql.bind(Cell::Real(Some(*value)))),
        Kind::Member(..) => drop(column(sql, &child.name, &number(expr)?)),
        Kind::Binary(op, left, right) => {
            let (between, end) = match op {
                Op::Add => (" + ", ")"),
                Op::Subtract => (" - ", ")"),
                Op::Multiply => (" * ", ")"),
                Op::Divide => (" / NULLIF(", ", 0))"),
                _ => return None,
            };
            sql.push("(");
            arithmetic(sql, child, left)?;
            sql.push(between);
            arithmetic(sql, child, right)?;
            sql.push(end);
        }
        Kind::If(condition, then, otherwise) => {
            let Kind::Binary(Op::Equal, left, right) = &condition.kind else { return None };
            if right.kind != Kind::Null {
                return None;
            }
            column(sql.push("(CASE WHEN "), &child.name, &number(left)?).push(" IS NULL THEN ");
            arithmetic(sql, child, then)?;
            sql.push(" ELSE ");
            arithmetic(sql, child, otherwise)?;
            sql.push(" END)");
        }
        _ => return None,
    }
    Some(())
}
