//! Fields that are computed when they are read: formulas and summaries, compiled.
//!
//! A formula over other formulas, over other objects or with a function that does
//! not exist has no value (docs/wire/expressions.md#where-expressions-stand); the install warns of it.

use super::reading::Reading;
use super::{Column, Condition, rule};
use os_package::expression::Expression;
use serde_json::Value;

/// The computation of a field.
#[derive(Debug)]
pub enum Computed {
    Formula(Formula),
    Summary(Summary),
}

/// A formula over the columns of its record.
#[derive(Debug)]
pub struct Formula {
    pub expression: Expression,
    /// The columns that it reads.
    pub columns: Vec<Column>,
}

/// A value over the records that refer to a record.
#[derive(Debug)]
pub struct Summary {
    /// The object of those records.
    pub object: String,
    pub function: SummaryFunction,
    /// The field of those records, where the function takes one.
    pub field: Option<String>,
    /// The field that refers to the record, where the package names one.
    pub relationship: Option<String>,
    pub filter: Option<Condition>,
}

/// The function of a summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SummaryFunction {
    Count,
    Sum,
    Average,
    Least,
    Greatest,
}

impl SummaryFunction {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "count" => Self::Count,
            "sum" => Self::Sum,
            "avg" => Self::Average,
            "min" => Self::Least,
            "max" => Self::Greatest,
            _ => return None,
        })
    }

    /// Returns whether it is zero, not null, where there are no records.
    pub fn is_zero_without_records(self) -> bool {
        matches!(self, Self::Count | Self::Sum)
    }
}

/// Compiles a formula.
pub fn formula(reading: &mut Reading<'_>, source: &Value) -> Option<Formula> {
    let compiled = (|| {
        let expression = rule::compile(source.get("expression").or_else(|| source.get("formula")))?;
        let mut used: Vec<Column> = Vec::new();
        for reference in expression.references() {
            let column = match (reference.name, reference.member) {
                ("record", Some(member)) if reading.secret.contains(member) => {
                    return Err(format!("`record.{member}` is secret"));
                }
                ("record", Some(member)) => reading.column(member).ok_or_else(|| {
                    format!("`record.{member}` is computed itself, or is not a field of the object")
                })?,
                (name, _) => {
                    return Err(format!("`{name}` is not known here; formulas read `record.…`"));
                }
            };
            if !used.contains(column) {
                used.push(column.clone());
            }
        }
        Ok(Formula { expression, columns: used })
    })();
    compiled.map_err(|reason| reading.warn(format!("is always null: {reason}"))).ok()
}

/// Reads a summary.
pub fn summary(reading: &mut Reading<'_>, source: &Value) -> Option<Summary> {
    let operations = source.get("summaryOperations").unwrap_or(&Value::Null);
    let text = |key: &str| operations.get(key).and_then(Value::as_str);
    let function = text("function").and_then(SummaryFunction::of);
    let filter = operations.get("filter").filter(|it| !it.is_null()).map(Condition::parse);
    let problem = match (text("object"), function, text("field"), &filter) {
        (None, ..) => Some("it names no `object`".to_owned()),
        (_, None, ..) => Some("its `function` must be count, sum, avg, min or max".to_owned()),
        (_, Some(function), None, _) if function != SummaryFunction::Count => {
            Some("its function needs a `field`".to_owned())
        }
        (.., Some(Err(error))) => Some(error.message().to_owned()),
        _ => None,
    };
    if let Some(problem) = problem {
        reading.warn(format!("is always null: {problem}"));
        return None;
    }
    Some(Summary {
        object: text("object")?.to_owned(),
        function: function?,
        field: text("field").map(str::to_owned),
        relationship: text("relationshipField").or(text("foreignKey")).map(str::to_owned),
        filter: filter.and_then(Result::ok),
    })
}
