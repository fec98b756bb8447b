//! Who may do what with the records of an object.
//!
//! - The owner of the runtime may do everything that the object's API offers.
//! - Anybody else may do what permission sets grant them: those that a package
//!   marks `isDefault`, and those that records of `sys_user_permission_set` name.
//!   Without a grant nothing, as in the original, not even on public objects.
//! - Which records a grant reaches follows the object: `private` its owner's own,
//!   `public_read` all to read and one's own to change, `public_read_write` all,
//!   `controlled_by_parent` those whose master reaches them. `viewAllRecords`,
//!   `modifyAllRecords`, `readScope: "org"` and `writeScope: "org"` reach all.
//! - A `rowLevelSecurity` rule narrows the set it stands in. A rule that cannot be
//!   understood reaches nothing. Positions do not exist here, so a rule for some
//!   positions holds for everybody.
//! - Fields that no grant shows are unknown to the caller; fields that none lets
//!   them edit refuse a change.
//! - Objects of the system are the owner's, whatever a set says, except that
//!   everybody sees accounts, their own sessions and files, and comments, activity
//!   and attachments of the records they may read.
//!
//! **Invariant:** [`Rights`] are made here only, before a statement is.

use crate::auth::Caller;
use crate::kernel::Kernel;
use crate::object::{FieldType, Object, Sharing};
use crate::records::cel::{self, Expr, Kind, Op};
use crate::records::store::Filter;
use crate::records::store::filter::Test;
use crate::{Code, Error, Result};
use os_db::{Cell, Sql, Tx};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;

/// What may be done with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Read,
    Create,
    Edit,
    Delete,
}

/// What one caller may do with one object.
pub struct Rights {
    verbs: [bool; 4],
    /// The records that can be seen, and those that can be changed.
    pub reads: Filter,
    pub changes: Filter,
    hidden: HashSet<String>,
    locked: HashSet<String>,
}

/// The permission sets of a caller; `None` for the owner of the runtime.
pub struct Sets(Option<Vec<Arc<Value>>>);

/// Objects whose records belong to a record of another object.
pub const FEEDS: [&str; 3] = ["sys_comment", "sys_activity", "sys_attachment"];

impl Sets {
    /// The owner of the runtime needs none.
    pub fn of_owner() -> Self {
        Self(None)
    }

    /// Those that a caller has.
    pub async fn of(tx: &mut Tx, kernel: &Kernel, caller: &Caller) -> Result<Self> {
        if caller.is_platform_admin() {
            return Ok(Self(None));
        }
        let mut names = HashSet::new();
        if let Ok(assigned) = kernel.object("sys_user_permission_set") {
            let column = |name: &str| assigned.object.column(name).map(|column| column.name);
            if let (Some(set), Some(user)) = (column("permission_set"), column("user_id")) {
                let mut sql = Sql::new("SELECT ");
                sql.name(&set).push(" FROM ").name(&assigned.object.name).push(" WHERE ");
                sql.name(&user).push(" = ").bind(Cell::text(caller.id().to_string()));
                for row in tx.made(sql).rows().await? {
                    names.extend(row.text(0)?.map(str::to_owned));
                }
            }
        }
        let items = kernel.enabled().flat_map(|loaded| loaded.package.items_of("permission"));
        let is_default = |value: &Value| value.get("isDefault") == Some(&Value::Bool(true));
        let mine = items.filter(|item| names.contains(&*item.name) || is_default(&item.value));
        Ok(Self(Some(mine.map(|item| item.value.clone()).collect())))
    }
}

impl Rights {
    /// What the sets let a caller do with an object.
    pub fn of(kernel: &Kernel, sets: &Sets, caller: &Caller, object: &Arc<Object>) -> Self {
        Granting { kernel, sets, caller }.rights(object, 0)
    }

    /// Those of the owner of the runtime.
    fn everything() -> Self {
        Self {
            verbs: [true; 4],
            reads: Filter::everything(),
            changes: Filter::everything(),
            hidden: HashSet::new(),
            locked: HashSet::new(),
        }
    }

    /// Whether the verb is granted at all.
    pub fn grants(&self, verb: Verb) -> bool {
        self.verbs[verb as usize]
    }

    /// Whether a field can be seen.
    pub fn shows(&self, field: &str) -> bool {
        !self.hidden.contains(field)
    }

    /// Whether a field can be changed.
    pub fn edits(&self, field: &str) -> bool {
        !self.locked.contains(field)
    }
}

/// What whoever may not is told.
pub fn denied(object: &Object) -> Error {
    Code::PermissionDenied
        .error("You do not have permission to perform this action. Contact your administrator if you need access.")
        .with("object", object.name.as_str())
}

struct Granting<'a> {
    kernel: &'a Kernel,
    sets: &'a Sets,
    caller: &'a Caller,
}

impl Granting<'_> {
    fn rights(&self, object: &Arc<Object>, depth: usize) -> Rights {
        let Some(sets) = &self.sets.0 else { return Rights::everything() };
        if let Some(rights) = self.of_system(object, depth) {
            return rights;
        }
        // What packages grant ends where the system begins: else a package could let
        // people grant themselves everything.
        let none = Vec::new();
        let sets = if object.name.as_str().starts_with("sys_") { &none } else { sets };
        let mut verbs = [false; 4];
        let (mut reads, mut changes) = (Vec::new(), Vec::new());
        let mut granting = Vec::new();
        for set in sets {
            let grants = |key: &str| set.pointer("/objects")?.get(key);
            let Some(grant) = grants(object.name.as_str()).or_else(|| grants("*")) else {
                continue;
            };
            let has = |key: &str| grant.get(key) == Some(&Value::Bool(true));
            let scope = |key: &str| grant.get(key).and_then(Value::as_str) == Some("org");
            let modifies = has("modifyAllRecords");
            let views = has("viewAllRecords") || modifies;
            let keys = ["allowRead", "allowCreate", "allowEdit", "allowDelete"];
            for (at, key) in keys.into_iter().enumerate() {
                verbs[at] |= has(key) || modifies || (at == 0 && views);
            }
            let row_rule = |verb| self.row_rule(set, object, verb);
            if has("allowRead") || views {
                let all = views || scope("readScope");
                reads.push(self.reach(object, Verb::Read, all, depth).and(row_rule("select")));
            }
            if has("allowEdit") || has("allowDelete") || modifies {
                let all = modifies || scope("writeScope");
                changes.push(self.reach(object, Verb::Edit, all, depth).and(row_rule("update")));
            }
            granting.push(set);
        }
        let without = |key: &str| self.fields_without(&granting, object, key);
        Rights {
            verbs,
            reads: any(reads),
            changes: any(changes),
            hidden: without("readable"),
            locked: without("editable"),
        }
    }

    /// What objects of the system grant to everybody; `None` where sets decide.
    fn of_system(&self, object: &Arc<Object>, depth: usize) -> Option<Rights> {
        let name = object.name.as_str();
        let is_feed = FEEDS.contains(&name);
        let reads = match name {
            "sys_user" => Filter::everything(),
            "sys_session" => self.own(object, &["user_id"]),
            "sys_file" => self.own(object, &["owner_id"]),
            _ if is_feed => self.feeds(object, depth),
            _ => return None,
        };
        let writes = is_feed && object.enable.writes;
        Some(Rights {
            verbs: [true, writes, writes, writes],
            reads,
            changes: self.own(object, &["created_by"]),
            hidden: HashSet::new(),
            locked: HashSet::new(),
        })
    }

    /// What belongs to a record that the caller may read.
    fn feeds(&self, object: &Arc<Object>, depth: usize) -> Filter {
        let column = |name: &str| object.column(name).map(|column| column.name);
        let (Some(of), Some(record)) = (column("object"), column("record_id")) else {
            return Filter::nothing();
        };
        let mut parts = Vec::new();
        for owned in self.kernel.objects() {
            let target = &owned.object;
            let is_told = target.enable.feeds || target.enable.files;
            if !is_told || target.is_external || depth > 0 || FEEDS.contains(&target.name.as_str())
            {
                continue;
            }
            let rights = self.rights(target, depth + 1);
            if rights.grants(Verb::Read) {
                let is_target = Test::Is(Cell::text(target.name.as_str()));
                parts.push(Filter::All(vec![
                    Filter::Column(of.clone(), is_target),
                    Filter::Parent {
                        field: record.clone(),
                        object: target.name.clone(),
                        filter: Box::new(rights.reads),
                    },
                ]));
            }
        }
        Filter::Any(parts)
    }

    /// The records that a grant reaches by the object's sharing.
    fn reach(&self, object: &Arc<Object>, verb: Verb, all: bool, depth: usize) -> Filter {
        let own = || self.own(object, &["owner_id", "created_by"]);
        match (object.sharing, verb) {
            _ if all => Filter::everything(),
            (Sharing::PublicReadWrite, _) | (Sharing::PublicRead, Verb::Read) => {
                Filter::everything()
            }
            (Sharing::PublicRead | Sharing::Private, _) => own(),
            (Sharing::ControlledByParent, _) => {
                let master = object.fields.iter().find(|it| it.kind == FieldType::MasterDetail);
                let parent = master.and_then(|field| {
                    let target = self.kernel.object(field.reference.as_ref()?.as_str()).ok()?;
                    Some((field, &target.object))
                });
                match parent {
                    Some((field, parent)) if parent.name != object.name && depth < 4 => {
                        let rights = self.rights(parent, depth + 1);
                        let filter = if verb == Verb::Read { rights.reads } else { rights.changes };
                        let (field, object) = (field.name.clone(), parent.name.clone());
                        Filter::Parent { field, object, filter: Box::new(filter) }
                    }
                    _ => own(),
                }
            }
        }
    }

    fn own(&self, object: &Object, columns: &[&str]) -> Filter {
        let me = Cell::text(self.caller.id().to_string());
        let columns = columns.iter().filter_map(|name| object.column(name));
        Filter::Any(columns.map(|it| Filter::Column(it.name, Test::Is(me.clone()))).collect())
    }

    /// The rules of a set for the rows of an object; everything, where there are none.
    fn row_rule(&self, set: &Value, object: &Object, operation: &str) -> Filter {
        let rules = set.get("rowLevelSecurity").and_then(Value::as_array);
        let text =
            |rule: &'_ Value, key: &str| rule.get(key).and_then(Value::as_str).map(str::to_owned);
        let mut parts = Vec::new();
        for rule in rules.into_iter().flatten() {
            let object_of = text(rule, "object").unwrap_or_default();
            let is_for = object_of == object.name.as_str() || object_of == "*";
            let of_operation = text(rule, "operation").unwrap_or_default();
            let is_on = rule.get("enabled") != Some(&Value::Bool(false));
            if is_on && is_for && (of_operation == operation || of_operation == "all") {
                let using = text(rule, "using").or_else(|| text(rule, "check"));
                let expr = using.and_then(|source| cel::parse(&source));
                let filter = expr.and_then(|expr| self.row_filter(object, &expr));
                parts.push(filter.unwrap_or_else(Filter::nothing));
            }
        }
        if parts.is_empty() { Filter::everything() } else { Filter::Any(parts) }
    }

    /// `field == current_user.id`, `field == 'text'`, with `&&` and `||`.
    fn row_filter(&self, object: &Object, expr: &Expr) -> Option<Filter> {
        match &expr.kind {
            Kind::Binary(Op::And, one, other) => {
                Some(self.row_filter(object, one)?.and(self.row_filter(object, other)?))
            }
            Kind::Binary(Op::Or, one, other) => Some(Filter::Any(vec![
                self.row_filter(object, one)?,
                self.row_filter(object, other)?,
            ])),
            Kind::Binary(Op::Equal, field, value) => {
                let name = match &field.kind {
                    Kind::Name(name) => name,
                    Kind::Member(of, name) if of.is_name("record") => name,
                    _ => return None,
                };
                let column = object.column(name)?;
                let cell = match &value.kind {
                    Kind::Text(text) => Cell::text(text.as_str()),
                    Kind::Bool(flag) => Cell::Bool(Some(*flag)),
                    Kind::Number(number) => Cell::Real(Some(*number)),
                    Kind::Member(of, what) if of.is_name("current_user") => match what.as_str() {
                        "id" => Cell::text(self.caller.id().to_string()),
                        "email" => Cell::text(self.caller.email()),
                        _ => return None,
                    },
                    _ => return None,
                };
                let fits =
                    std::mem::discriminant(&cell) == std::mem::discriminant(&column.kind.null());
                fits.then_some(Filter::Column(column.name, Test::Is(cell)))
            }
            _ => None,
        }
    }

    /// The fields that every granting set keeps back.
    fn fields_without(&self, sets: &[&Arc<Value>], object: &Object, key: &str) -> HashSet<String> {
        let keeps = |set: &Value, field: &str| {
            let rule = set.get("fields").and_then(|it| it.get(format!("{}.{field}", object.name)));
            rule.and_then(|it| it.get(key)) == Some(&Value::Bool(false))
        };
        let names = object.fields.iter().map(|field| field.name.as_str());
        let kept = names.filter(|name| !sets.is_empty() && sets.iter().all(|set| keeps(set, name)));
        kept.map(str::to_owned).collect()
    }
}

/// What one of them reaches.
fn any(mut filters: Vec<Filter>) -> Filter {
    if filters.iter().any(Filter::is_everything) {
        return Filter::everything();
    }
    match filters.len() {
        1 => filters.remove(0),
        _ => Filter::Any(filters),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_grant_of_everything_is_everything() {
        let own = Filter::Column("owner_id".parse().unwrap(), Test::IsNotNull);
        assert!(any(vec![own.clone(), Filter::everything()]).is_everything());
        assert!(!any(vec![own]).is_everything());
        assert!(matches!(any(Vec::new()), Filter::Any(parts) if parts.is_empty()));
    }
}
