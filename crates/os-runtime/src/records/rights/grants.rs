//! The rights of a caller, from the permission sets that they have.
//!
//! - The owner of the runtime may do everything that the object's API offers.
//! - Others may do what permission sets grant them: those that a package marks
//!   `isDefault`, and those that records of `sys_user_permission_set` name.
//!   Without a grant nothing, as in the original, not even on public objects.
//! - Which records a grant reaches follows the object: `private` one's own,
//!   `public_read` all to read and one's own to change, `public_read_write` all,
//!   `controlled_by_parent` those whose master it reaches. `viewAllRecords`,
//!   `modifyAllRecords`, `readScope: "org"` and `writeScope: "org"` reach all.
//! - A `rowLevelSecurity` rule narrows the set it stands in. Positions do not exist
//!   here, so a rule for some positions holds for everybody.
//! - Fields that no grant shows are unknown to the caller; fields that none lets
//!   them edit refuse a change.
//! - Objects of the platform are the owner's, whatever a set says, except for what
//!   their row in `os_package::system` says is readable.

use super::RequestScope;
use crate::kernel::{
    FieldGrant, Grant, Kernel, PermissionSet, RowCondition, RowOperation, RowValue,
};
use crate::object::{Object, Sharing};
use crate::records::store::Filter;
use crate::records::store::filter::Test;
use crate::{Code, Error, Result};
use os_db::{Cell, Sql, Tx};
use os_identity::UserPrincipal;
use os_package::FieldType;
use os_package::system::{self, Readable};
use std::collections::HashSet;
use std::sync::Arc;

/// The deepest chain of masters that decide about their details.
const MAX_MASTERS: usize = 4;

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
    reads: Filter,
    changes: Filter,
    hidden: HashSet<String>,
    locked: HashSet<String>,
}

/// The permission sets of a caller; `None` for the owner of the runtime.
pub struct AssignedSets(Option<Vec<Arc<PermissionSet>>>);

impl AssignedSets {
    /// The sets that a caller has, with one statement; none for the owner.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn load(tx: &mut Tx, kernel: &Kernel, caller: &UserPrincipal) -> Result<Self> {
        if caller.is_platform_admin() {
            return Ok(Self(None));
        }
        let names = assigned(tx, kernel, caller).await?;
        let sets = kernel.enabled().flat_map(|loaded| &loaded.package.permission_sets);
        let mine = sets.filter(|set| set.is_default || names.contains(&*set.name));
        Ok(Self(Some(mine.cloned().collect())))
    }

    /// The owner of the runtime needs no sets.
    pub fn of_owner() -> Self {
        Self(None)
    }
}

/// The names of the sets that are assigned to an account.
async fn assigned(tx: &mut Tx, kernel: &Kernel, caller: &UserPrincipal) -> Result<HashSet<String>> {
    let mut names = HashSet::new();
    if let Ok(assignments) = kernel.object(system::USER_PERMISSION_SETS) {
        let column = |name: &str| assignments.object.column(name).map(|column| column.name);
        if let (Some(set), Some(user)) = (column("permission_set"), column("user_id")) {
            let mut sql = Sql::new("SELECT ");
            sql.name(&set).push(" FROM ").name(&assignments.object.name).push(" WHERE ");
            sql.name(&user).push(" = ").bind(Cell::text(caller.id().to_string()));
            for row in tx.query_dynamic(sql).rows().await? {
                names.extend(row.text(0)?.map(str::to_owned));
            }
        }
    }
    Ok(names)
}

impl Rights {
    /// The rights of a caller for an object.
    pub fn of(scope: &RequestScope<'_>, object: &Arc<Object>) -> Self {
        let granting = Granting { kernel: scope.kernel, sets: scope.sets, caller: scope.caller };
        granting.rights(object, 0)
    }

    fn of_owner() -> Self {
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

    /// The records that can be seen.
    pub fn reads(&self) -> &Filter {
        &self.reads
    }

    /// The records that can be changed.
    pub fn changes(&self) -> &Filter {
        &self.changes
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

/// The refusal of a caller without the right.
pub fn denied(object: &Object) -> Error {
    Code::PermissionDenied
        .error("You do not have permission to perform this action. Contact your administrator if you need access.")
        .with("object", object.name.as_str())
}

struct Granting<'a> {
    kernel: &'a Kernel,
    sets: &'a AssignedSets,
    caller: &'a UserPrincipal,
}

impl Granting<'_> {
    fn rights(&self, object: &Arc<Object>, depth: usize) -> Rights {
        let Some(sets) = &self.sets.0 else { return Rights::of_owner() };
        if let Some(rights) = self.of_platform(object, depth) {
            return rights;
        }
        // What packages grant ends where the platform begins: else a package could let
        // people grant themselves everything.
        let sets = sets.iter().filter(|_| !object.is_protected);
        let granted = |set: &'_ Arc<PermissionSet>| set.grant(object.name.as_str()).copied();
        let granting: Vec<(&Arc<PermissionSet>, Grant)> =
            sets.filter_map(|set| Some((set, granted(set)?))).collect();
        let mut verbs = [false; 4];
        let (mut reads, mut changes) = (Vec::new(), Vec::new());
        for (set, grant) in &granting {
            let granted = [grant.read, grant.create, grant.edit, grant.delete];
            for (verb, granted) in verbs.iter_mut().zip(granted) {
                *verb |= granted;
            }
            if grant.read {
                let reach = self.reach(object, Verb::Read, grant.reads_all, depth);
                reads.push(reach.and(self.row_rules(set, object, RowOperation::Select)));
            }
            if grant.changes {
                let reach = self.reach(object, Verb::Edit, grant.changes_all, depth);
                changes.push(reach.and(self.row_rules(set, object, RowOperation::Update)));
            }
        }
        let sets: Vec<&PermissionSet> = granting.iter().map(|(set, _)| set.as_ref()).collect();
        Rights {
            verbs,
            reads: any(reads),
            changes: any(changes),
            hidden: kept_back(&sets, object, |field| field.readable),
            locked: kept_back(&sets, object, |field| field.editable),
        }
    }

    /// What objects of the platform grant to everybody; `None` where sets decide.
    fn of_platform(&self, object: &Arc<Object>, depth: usize) -> Option<Rights> {
        let system = object.system?;
        let reads = match system.readable {
            Readable::BySets => return None,
            Readable::All => Filter::everything(),
            Readable::Own(column) => self.own(object, &[column]),
            Readable::WithRecord => self.feeds(object, depth),
        };
        let writes = system.is_feed() && object.enable.writes;
        Some(Rights {
            verbs: [true, writes, writes, writes],
            reads,
            changes: self.own(object, &["created_by"]),
            hidden: HashSet::new(),
            locked: HashSet::new(),
        })
    }

    /// The records that belong to a record that the caller may read.
    fn feeds(&self, object: &Arc<Object>, depth: usize) -> Filter {
        let column = |name: &str| object.column(name).map(|column| column.name);
        let (Some(of), Some(record)) = (column("object"), column("record_id")) else {
            return Filter::nothing();
        };
        let mut parts = Vec::new();
        for owned in self.kernel.objects() {
            let target = &owned.object;
            let takes_feeds = target.enable.feeds || target.enable.files;
            if !takes_feeds || target.is_external || depth > 0 || target.is_feed() {
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
                    Some((field, parent)) if parent.name != object.name && depth < MAX_MASTERS => {
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

    /// The rules of a set for the rows of an object; everything where it has none.
    fn row_rules(&self, set: &PermissionSet, object: &Object, operation: RowOperation) -> Filter {
        let conditions = set.row_conditions(object.name.as_str(), operation);
        let parts: Vec<Filter> = conditions
            .map(|it| self.row_filter(object, it).unwrap_or_else(Filter::nothing))
            .collect();
        if parts.is_empty() { Filter::everything() } else { Filter::Any(parts) }
    }

    /// The filter of a row rule; `None` where it does not fit the object.
    fn row_filter(&self, object: &Object, condition: &RowCondition) -> Option<Filter> {
        let part = |condition: &RowCondition| self.row_filter(object, condition);
        Some(match condition {
            RowCondition::And(one, other) => part(one)?.and(part(other)?),
            RowCondition::Or(one, other) => Filter::Any(vec![part(one)?, part(other)?]),
            RowCondition::Nothing => return None,
            RowCondition::Equals(field, value) => {
                let column = object.column(field)?;
                let cell = match value {
                    RowValue::String(text) => Cell::text(text.as_str()),
                    RowValue::Bool(flag) => Cell::Bool(Some(*flag)),
                    RowValue::Number(number) => Cell::Real(Some(*number)),
                    RowValue::UserId => Cell::text(self.caller.id().to_string()),
                    RowValue::UserEmail => Cell::text(self.caller.email()),
                };
                let fits =
                    std::mem::discriminant(&cell) == std::mem::discriminant(&column.kind.null());
                return fits.then_some(Filter::Column(column.name, Test::Is(cell)));
            }
        })
    }
}

/// The fields that every granting set keeps back.
fn kept_back(
    sets: &[&PermissionSet],
    object: &Object,
    grants: fn(&FieldGrant) -> bool,
) -> HashSet<String> {
    let keeps = |set: &&PermissionSet, field: &str| {
        set.field(object.name.as_str(), field).is_some_and(|field| !grants(field))
    };
    let names = object.fields.iter().map(|field| field.name.as_str());
    let kept = names.filter(|name| !sets.is_empty() && sets.iter().all(|set| keeps(set, name)));
    kept.map(str::to_owned).collect()
}

/// The records that one of the filters reaches.
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
