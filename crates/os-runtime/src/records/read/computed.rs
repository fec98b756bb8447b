//! Fields that are computed when they are read.
//!
//! A formula is evaluated for each row, from the columns of the row. A summary is a
//! statement within the statement, over the records that refer to the row and that the
//! caller may read; it sums a number, or a formula that is arithmetic. What cannot be
//! computed, or reads a field that is hidden from the caller, is null
//! (docs/wire/rights.md#computed-fields).

use super::json;
use crate::Result;
use crate::object::{self, Column, Computed, Field, Object, SummaryFunction};
use crate::records::query::Binder;
use crate::records::rights::{ObjectAccess, Verb};
use crate::records::store::filter::column;
use crate::records::store::{Filter, expression_value, id_column};
use chrono::{DateTime, Utc};
use os_db::{Cell, CellType, Name, Row, Sql};
use os_package::FieldType;
use os_package::expression::{EvaluationError, Expr, Kind, Op, Scope, Value};

/// A formula, with the places of its columns in a row.
pub struct Formula<'k> {
    formula: &'k object::Formula,
    object: &'k Object,
    places: Vec<usize>,
}

impl<'k> Formula<'k> {
    /// Prepares a formula; `place` returns where a column is selected.
    pub fn new(
        object: &'k Object,
        formula: &'k object::Formula,
        place: impl FnMut(Column) -> usize,
    ) -> Self {
        let places = formula.columns.iter().cloned().map(place).collect();
        Self { formula, object, places }
    }

    /// Appends its value for a row; null where it has none.
    ///
    /// # Errors
    /// Those of the database.
    pub fn write(&self, out: &mut Vec<u8>, row: &Row, now: DateTime<Utc>) -> Result<()> {
        match self.evaluate(row, now)? {
            Some(Value::String(value)) => json::text(out, &value),
            Some(Value::Number(value)) => json::real(out, Some(value)),
            Some(Value::Bool(value)) => {
                out.extend_from_slice(if value { b"true" } else { b"false" });
            }
            Some(Value::Timestamp(value)) => json::time(out, value),
            Some(value) => out.extend_from_slice(value.to_json().to_string().as_bytes()),
            None => json::null(out),
        }
        Ok(())
    }

    /// Returns what [`Formula::write`] appends.
    ///
    /// # Errors
    /// Those of the database.
    pub fn value(&self, row: &Row, now: DateTime<Utc>) -> Result<serde_json::Value> {
        Ok(match self.evaluate(row, now)? {
            Some(Value::Number(value)) => json::real_value(value),
            Some(Value::Timestamp(value)) => json::timestamp(value).into(),
            Some(value) => value.to_json(),
            None => serde_json::Value::Null,
        })
    }

    fn evaluate(&self, row: &Row, now: DateTime<Utc>) -> Result<Option<Value>> {
        let mut values = Vec::with_capacity(self.places.len());
        for (column, at) in self.formula.columns.iter().zip(&self.places) {
            let is_json = self.object.field(column.name.as_str()).is_some_and(Field::is_json);
            let value = expression_value(&row.cell(*at, column.kind)?, is_json);
            values.push((column.name.as_str(), value));
        }
        Ok(self.formula.expression.evaluate(&RowScope { values: &values }, now).ok())
    }
}

/// The columns of a row, as `record`.
struct RowScope<'v> {
    values: &'v [(&'v str, Value)],
}

impl Scope for RowScope<'_> {
    fn name(&self, _: &str) -> Option<Value> {
        None
    }

    fn member(
        &self,
        name: &str,
        member: &str,
    ) -> Option<std::result::Result<Value, EvaluationError>> {
        let found = self.values.iter().find(|(column, _)| *column == member);
        let value = found.map(|(_, value)| value.clone());
        (name == "record").then(|| value.ok_or_else(|| EvaluationError::missing_key(member)))
    }
}

/// Returns the statement of a summary; `None` where it cannot be computed for this caller.
pub fn summary(access: &ObjectAccess<'_>, summary: &object::Summary) -> Option<Sql> {
    let name = &access.object().name;
    let child = access.to(&access.kernel().object(&summary.object).ok()?.object);
    let (child, rights) = (&child, child.rights());
    let table = &child.object().name;
    if child.object().is_external || table == name || !rights.grants(Verb::Read) {
        return None;
    }
    let refers = |it: &&Field| {
        let is_meant =
            summary.relationship.as_ref().is_none_or(|wanted| wanted == it.name.as_str());
        it.reference.as_ref() == Some(name) && !it.is_multiple && is_meant
    };
    let by_master = |it: &&Field| it.kind == FieldType::MasterDetail;
    let fields = || child.object().fields.iter().filter(refers);
    let reference = fields().find(by_master).or_else(|| fields().next())?;
    if !rights.shows(reference.name.as_str()) {
        return None;
    }
    let mut sql = Sql::new("(SELECT CAST(");
    sql.push(match summary.function {
        SummaryFunction::Count => "COUNT(*",
        SummaryFunction::Sum => "SUM(",
        SummaryFunction::Average => "AVG(",
        SummaryFunction::Least => "MIN(",
        SummaryFunction::Greatest => "MAX(",
    });
    if summary.function != SummaryFunction::Count {
        operand(&mut sql, child, summary.field.as_deref()?)?;
    }
    sql.push(") AS DOUBLE PRECISION) FROM ").name(table).push(" WHERE ");
    column(&mut sql, table, &reference.name).push(" = ");
    column(&mut sql, name, &id_column());
    let filter = match &summary.filter {
        Some(condition) => Binder::new(child).bind(condition).ok()?,
        None => Filter::everything(),
    };
    let filter = filter.and(rights.reads().clone());
    if !filter.is_everything() {
        filter.write(sql.push(" AND "), table);
    }
    sql.push(")");
    Some(sql)
}

/// Returns a number of the child, or a formula that is arithmetic.
fn operand(sql: &mut Sql, child: &ObjectAccess<'_>, name: &str) -> Option<()> {
    let field = child.object().field(name).filter(|it| child.rights().shows(it.name.as_str()))?;
    match (field.cell_type(), &field.computed) {
        (Some(CellType::Real | CellType::Integer), _) => {
            column(sql, &child.object().name, &field.name);
            Some(())
        }
        (None, Some(Computed::Formula(formula))) => {
            arithmetic(sql, child, formula.expression.expr())
        }
        _ => None,
    }
}

/// Appends a formula in SQL, where it is arithmetic over numbers.
fn arithmetic(sql: &mut Sql, child: &ObjectAccess<'_>, expr: &Expr) -> Option<()> {
    let number = |expr: &Expr| -> Option<Name> {
        let Kind::Member(of, name) = &expr.kind else { return None };
        let column = child.object().column(name).filter(|it| it.kind == CellType::Real)?;
        if !child.rights().shows(name) {
            return None;
        }
        of.is_name("record").then_some(column.name)
    };
    match &expr.kind {
        Kind::Number(value) => drop(sql.bind(Cell::Real(Some(*value)))),
        Kind::Member(..) => drop(column(sql, &child.object().name, &number(expr)?)),
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
            column(sql.push("(CASE WHEN "), &child.object().name, &number(left)?)
                .push(" IS NULL THEN ");
            arithmetic(sql, child, then)?;
            sql.push(" ELSE ");
            arithmetic(sql, child, otherwise)?;
            sql.push(" END)");
        }
        _ => return None,
    }
    Some(())
}
