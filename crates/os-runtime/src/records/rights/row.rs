//! Row policies as filters on records.

use crate::object::{Object, RowUser, row_cell, sql_operator};
use crate::records::store::Filter;
use crate::records::store::filter::Test;
use os_db::{Cell, Name};
use os_package::row_policy::{Comparison, RowCondition, TextTest};

/// The account that rules are applied for.
#[derive(Clone, Copy)]
pub struct RowCaller<'a> {
    pub user: RowUser<'a>,
    pub positions: &'a [String],
}

impl RowCaller<'_> {
    /// Returns the records of an object that meet a condition; none where it does not fit the object.
    pub fn filter(self, object: &Object, condition: &RowCondition) -> Filter {
        self.read(object, condition).unwrap_or_else(|_| Filter::nothing())
    }

    fn read(self, object: &Object, condition: &RowCondition) -> Result<Filter, String> {
        let parts = |parts: &[RowCondition]| {
            parts.iter().map(|part| self.read(object, part)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match condition {
            RowCondition::All(all) => Filter::All(parts(all)?),
            RowCondition::Any(any) => Filter::Any(parts(any)?),
            RowCondition::Not(part) => Filter::Not(Box::new(self.read(object, part)?)),
            RowCondition::Compare(field, comparison, value) => {
                let column = object.row_column(field)?;
                let cell = row_cell(&column, value, self.user)?;
                Filter::Column(column.name, comparing(*comparison, cell))
            }
            RowCondition::Among(field, values) => {
                let column = object.row_column(field)?;
                let cells = values.iter().map(|it| row_cell(&column, it, self.user));
                among(column.name.clone(), cells.collect::<Result<_, _>>()?)
            }
            RowCondition::AmongPositions(field) => {
                let positions = self.positions.iter().map(|it| Cell::text(it.as_str()));
                among(object.row_column(field)?.name, positions.collect())
            }
            RowCondition::HoldsPosition(name) => match self.positions.contains(name) {
                true => Filter::everything(),
                false => Filter::nothing(),
            },
            RowCondition::Text(field, test, text) => {
                let text = text.clone();
                let test = match test {
                    TextTest::StartsWith => Test::StartsWith(text),
                    TextTest::EndsWith => Test::EndsWith(text),
                    TextTest::Contains => Test::Contains(text),
                };
                Filter::Column(object.row_column(field)?.name, test)
            }
        })
    }
}

fn comparing(comparison: Comparison, cell: Cell) -> Test {
    match comparison {
        Comparison::Equal if cell.is_null() => Test::IsNull,
        Comparison::Equal => Test::Is(cell),
        Comparison::Unequal if cell.is_null() => Test::IsNotNull,
        Comparison::Unequal => Test::IsNot(cell),
        ordered => Test::Compare(sql_operator(ordered), cell),
    }
}

/// Returns the records with one of the values, of which NULL is one.
fn among(column: Name, cells: Vec<Cell>) -> Filter {
    let (nulls, cells): (Vec<Cell>, Vec<Cell>) = cells.into_iter().partition(Cell::is_null);
    let mut parts = Vec::new();
    if !nulls.is_empty() {
        parts.push(Filter::Column(column.clone(), Test::IsNull));
    }
    if !cells.is_empty() {
        parts.push(Filter::Column(column, Test::Among(cells)));
    }
    Filter::Any(parts)
}
