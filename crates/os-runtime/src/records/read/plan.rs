//! The statement that selects records, and the members of their JSON.

use super::computed::{Formula, summary};
use super::encode::{Format, Member};
use crate::object::{self, Column, Computed, Field};
use crate::records::query::{self, Sort};
use crate::records::rights::ObjectAccess;
use crate::records::store::Filter;
use crate::records::store::filter::column;
use os_db::{Cell, Name, Sql};

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
                Some(Computed::Formula(formula)) if shows_all(access, formula) => {
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

    /// Returns the place where a column is selected.
    pub fn position(&self, name: &Name) -> Option<usize> {
        self.columns.iter().position(|column| column.name == *name)
    }

    fn place(&mut self, column: Column) -> usize {
        self.position(&column.name).unwrap_or_else(|| {
            self.columns.push(column);
            self.columns.len() - 1
        })
    }

    /// Returns the statement for the records of a filter, in an order; `page` is limit and
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

/// Returns whether the caller may see all that a formula reads (docs/wire/rights.md#computed-fields).
fn shows_all(access: &ObjectAccess<'_>, formula: &object::Formula) -> bool {
    formula.columns.iter().all(|column| access.rights().shows(column.name.as_str()))
}

/// Returns everything that the caller may see: columns first, then what is computed.
fn visible_fields(access: &ObjectAccess<'_>) -> Vec<Name> {
    let object = access.object();
    let computed = object.fields.iter().filter(|field| field.kind.is_computed());
    let stored = object.columns().iter().map(|column| &column.name);
    let names = stored.chain(computed.map(|field| &field.name));
    names.filter(|name| access.rights().shows(name.as_str())).cloned().collect()
}

/// Appends the condition of a filter, unless it lets everything through.
pub fn where_(sql: &mut Sql, table: &Name, filter: &Filter) {
    if !filter.is_everything() {
        sql.push(" WHERE ");
        filter.write(sql, table);
    }
}
