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
//! - Policies of `rowLevelSecurity` narrow, whichever set grants: for each operation the
//!   record must meet one of the policies of all sets of the caller, where there are any.
//!   A policy for positions is for those who hold one; people hold `everyone` and
//!   `org_member`.
//! - A field that a set of the caller mentions needs one set that shows it, and one that
//!   lets them edit it; else it is unknown, or a change of it refused.
//! - A package grants rights on its own objects, and on those that it names of packages
//!   it depends on.
//! - Objects of the platform are the owner's, whatever a set says, except for what
//!   their row in `os_package::system` says is readable.

use super::RequestScope;
use super::row::RowCaller;
use crate::kernel::{FieldGrant, Grant, Kernel, PermissionSet};
use crate::object::{ApiMethod, Object, RowUser, Sharing};
use crate::records::store::Filter;
use crate::records::store::filter::Test;
use crate::{Code, Error, Result};
use os_db::{Cell, Sql, Tx};
use os_identity::UserPrincipal;
use os_package::row_policy::{RowCondition, RowOperation, RowPolicy};
use os_package::system::{self, Readable};
use os_package::{FieldType, ManifestId};
use std::collections::HashSet;
use std::sync::Arc;

/// The deepest chain of masters that decide about their details.
const MAX_MASTERS: usize = 4;

/// An operation on records that rights grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Read,
    Create,
    Edit,
    Delete,
}

/// The positions that every account holds.
const POSITIONS: [&str; 2] = ["everyone", "org_member"];

const VERBS: [Verb; 4] = [Verb::Read, Verb::Create, Verb::Edit, Verb::Delete];

/// The rights of one caller over one object.
pub struct Rights {
    verbs: [bool; 4],
    reads: Filter,
    edits: Filter,
    deletes: Filter,
    /// The condition that a new record must meet.
    created: Filter,
    /// The condition that a changed record must meet.
    edited: Filter,
    hidden: HashSet<String>,
    locked: HashSet<String>,
}

/// The permission sets of a caller; `None` for the owner of the runtime.
pub struct AssignedSets(Option<Vec<Arc<PermissionSet>>>);

impl AssignedSets {
    /// Returns the sets that a caller has, with one statement; none for the owner.
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

    /// Returns whether they are those of the owner of the runtime, who needs none.
    pub fn are_owners(&self) -> bool {
        self.0.is_none()
    }

    /// Returns whether they have all of these system permissions, as far as a package is concerned.
    pub fn permit(&self, demanded: &[String], owner: &ManifestId) -> bool {
        let Some(sets) = &self.0 else { return true };
        demanded.iter().all(|wanted| sets.iter().any(|set| set.permits(wanted, owner)))
    }

    /// Returns the owner of the runtime needs no sets.
    pub fn of_owner() -> Self {
        Self(None)
    }
}

/// Returns the names of the sets that are assigned to an account.
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
    /// Returns the rights of a caller for an object.
    pub fn of(scope: &RequestScope<'_>, object: &Arc<Object>) -> Self {
        let granting = Granting { kernel: scope.kernel, sets: scope.sets, caller: scope.caller };
        granting.rights(object, 0)
    }

    fn of_owner() -> Self {
        Self {
            verbs: [true; 4],
            reads: Filter::everything(),
            edits: Filter::everything(),
            deletes: Filter::everything(),
            created: Filter::everything(),
            edited: Filter::everything(),
            hidden: HashSet::new(),
            locked: HashSet::new(),
        }
    }

    fn none() -> Self {
        Self {
            verbs: [false; 4],
            reads: Filter::nothing(),
            edits: Filter::nothing(),
            deletes: Filter::nothing(),
            ..Self::of_owner()
        }
    }

    /// Returns whether the verb is granted at all.
    pub fn grants(&self, verb: Verb) -> bool {
        self.verbs[verb as usize]
    }

    /// Returns the records that can be seen.
    pub fn reads(&self) -> &Filter {
        &self.reads
    }

    /// Returns the records that can be edited.
    pub fn edits(&self) -> &Filter {
        &self.edits
    }

    /// Returns the records that can be deleted.
    pub fn deletes(&self) -> &Filter {
        &self.deletes
    }

    /// Returns the records that may stand after one was created.
    pub fn created(&self) -> &Filter {
        &self.created
    }

    /// Returns the records that may stand after one was edited.
    pub fn edited(&self) -> &Filter {
        &self.edited
    }

    /// Returns whether a field can be seen.
    pub fn shows(&self, field: &str) -> bool {
        !self.hidden.contains(field)
    }

    /// Returns whether a field can be changed.
    pub fn edits_field(&self, field: &str) -> bool {
        !self.locked.contains(field)
    }
}

/// Returns the refusal of a caller without the right.
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
        let Some(sets) = &self.sets.0 else {
            let hidden = internal(object).collect();
            return Rights { hidden, ..Rights::of_owner() };
        };
        if let Some(rights) = self.of_platform(object, depth) {
            return rights;
        }
        let owner = match self.kernel.object(object.name.as_str()) {
            // What packages grant ends where the platform begins: else a package could let
            // people grant themselves everything.
            Ok(owned) if !object.is_protected => &owned.owner.package.manifest.id,
            _ => return Rights::none(),
        };
        let granted = |set: &'_ Arc<PermissionSet>| set.grant(object, owner).copied();
        let grants: Vec<Grant> = sets.iter().filter_map(granted).collect();
        let permitted = VERBS.map(|verb| self.permits(demanded(object, verb), owner));
        let allows = |grant: &Grant, verb| permitted[verb as usize] && is_granted(grant, verb);
        let reach = |verb, all: fn(&Grant) -> bool| {
            let granting = grants.iter().filter(|grant| allows(grant, verb));
            any(granting.map(|grant| self.reach(object, verb, all(grant), depth)).collect())
        };
        let policies = |operation, pick: fn(&RowPolicy) -> Option<&RowCondition>| {
            self.row_filter(PolicyScope { object, owner, operation }, pick)
        };
        let on_stored: fn(&RowPolicy) -> Option<&RowCondition> = |policy| policy.using.as_ref();
        let on_written: fn(&RowPolicy) -> Option<&RowCondition> =
            |policy| policy.check.as_ref().or(policy.using.as_ref());
        let changes_all: fn(&Grant) -> bool = |grant| grant.changes_all;
        // A detail is written below a master that the caller edits, also where it moves there.
        let below_master = |verb| match object.sharing {
            Sharing::ControlledByParent => reach(verb, changes_all),
            _ => Filter::everything(),
        };
        Rights {
            verbs: VERBS.map(|verb| grants.iter().any(|grant| allows(grant, verb))),
            reads: reach(Verb::Read, |grant| grant.reads_all)
                .and(policies(RowOperation::Select, on_stored)),
            edits: reach(Verb::Edit, changes_all).and(policies(RowOperation::Update, on_stored)),
            deletes: reach(Verb::Delete, changes_all)
                .and(policies(RowOperation::Delete, on_stored)),
            created: below_master(Verb::Create).and(policies(RowOperation::Insert, on_written)),
            edited: below_master(Verb::Edit).and(policies(RowOperation::Update, on_written)),
            hidden: self.kept_back(object, owner, |field| field.readable),
            locked: self.kept_back(object, owner, |field| field.editable),
        }
    }

    /// Returns the rights that objects of the platform grant to everybody; `None` where sets
    /// decide.
    fn of_platform(&self, object: &Arc<Object>, depth: usize) -> Option<Rights> {
        let system = object.system?;
        let Feeds { reads, hidden } = match system.readable {
            Readable::BySets => return None,
            Readable::All => Feeds::all(Filter::everything()),
            Readable::Own(column) => Feeds::all(self.own(object, &[column])),
            Readable::WithRecord => self.feeds(object, depth),
        };
        let writes = system.is_feed() && object.enable.methods.offers(ApiMethod::Create);
        Some(Rights {
            verbs: [true, writes, writes, writes],
            reads,
            edits: self.own(object, &["created_by"]),
            deletes: self.own(object, &["created_by"]),
            hidden,
            ..Rights::of_owner()
        })
    }

    /// Returns the records that belong to a record that the caller may read. An activity tells the
    /// title of its record and the names of its fields, so it is read by those who may read these.
    fn feeds(&self, object: &Arc<Object>, depth: usize) -> Feeds {
        let column = |name: &str| object.column(name).map(|column| column.name);
        let (Some(of), Some(record)) = (column("object"), column("record_id")) else {
            return Feeds::all(Filter::nothing());
        };
        let tells = object.name.as_str() == system::ACTIVITIES;
        let (mut parts, mut hidden) = (Vec::new(), HashSet::new());
        for owned in self.kernel.objects() {
            let target = &owned.object;
            let enable = target.enable;
            let takes_feeds = enable.feeds || enable.activities || enable.files;
            if !takes_feeds || target.is_external || depth > 0 || target.is_feed() {
                continue;
            }
            let rights = self.rights(target, depth + 1);
            let shows_title = target.name_field.as_ref().is_none_or(|it| rights.shows(it.as_str()));
            if !rights.grants(Verb::Read) || (tells && !shows_title) {
                continue;
            }
            if tells && !rights.hidden.is_empty() {
                hidden.insert("data".to_owned());
            }
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
        Feeds { reads: Filter::Any(parts), hidden }
    }

    /// Returns the records that a grant reaches by the object's sharing.
    fn reach(&self, object: &Arc<Object>, verb: Verb, all: bool, depth: usize) -> Filter {
        let own = || self.own(object, &["owner_id", "created_by"]);
        match (object.sharing, verb) {
            _ if all => Filter::everything(),
            (Sharing::PublicReadWrite, Verb::Delete) => own(),
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
                        let filter = if verb == Verb::Read { rights.reads } else { rights.edits };
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

    /// Returns the records that meet one of the policies of all sets for an operation; everything
    /// where there are none.
    fn row_filter(
        &self,
        scope: PolicyScope<'_>,
        pick: fn(&RowPolicy) -> Option<&RowCondition>,
    ) -> Filter {
        let id = self.caller.id().to_string();
        let positions = POSITIONS.map(str::to_owned);
        let user = RowUser { id: &id, email: self.caller.email() };
        let caller = RowCaller { user, positions: &positions };
        let PolicyScope { object, owner, operation } = scope;
        let sets = self.sets.0.iter().flatten();
        let policies = sets
            .flat_map(|set| set.row_policies(object.name.as_str(), owner, operation, &positions));
        // A policy without a condition on stored records leaves them to those of reading.
        let filter = |policy| match pick(policy) {
            Some(condition) => caller.filter(object, condition),
            None => Filter::everything(),
        };
        let filters: Vec<Filter> = policies.map(filter).collect();
        if filters.is_empty() { Filter::everything() } else { any(filters) }
    }

    /// Returns whether the sets of the caller have all of these system permissions.
    fn permits(&self, demanded: &[String], owner: &ManifestId) -> bool {
        self.sets.permit(demanded, owner)
    }

    /// Returns the fields that sets mention and none grants, those that demand a permission that the
    /// caller lacks, and those whose values would have to be masked.
    fn kept_back(
        &self,
        object: &Object,
        owner: &ManifestId,
        grants: fn(&FieldGrant) -> bool,
    ) -> HashSet<String> {
        let sets = || self.sets.0.iter().flatten();
        let kept = object.fields.iter().filter(|field| {
            let mut mentions = sets()
                .filter_map(|set| set.field(object.name.as_str(), owner, field.name.as_str()))
                .peekable();
            let is_kept_back = mentions.peek().is_some() && !mentions.any(grants);
            is_kept_back
                || field.is_masked
                || field.is_internal
                || !self.permits(&field.demands, owner)
        });
        kept.map(|field| field.name.to_string()).collect()
    }
}

/// Returns the fields that nobody sees (`internal`).
fn internal(object: &Object) -> impl Iterator<Item = String> {
    object.fields.iter().filter(|field| field.is_internal).map(|field| field.name.to_string())
}

/// The rights to read an object of the platform.
struct Feeds {
    reads: Filter,
    /// The fields that tell what they may not know.
    hidden: HashSet<String>,
}

impl Feeds {
    /// Returns records with all their fields.
    fn all(reads: Filter) -> Self {
        Self { reads, hidden: HashSet::new() }
    }
}

/// An operation on an object of a package.
#[derive(Clone, Copy)]
struct PolicyScope<'a> {
    object: &'a Object,
    owner: &'a ManifestId,
    operation: RowOperation,
}

/// Returns the system permissions that a verb on an object demands.
fn demanded(object: &Object, verb: Verb) -> &[String] {
    match verb {
        Verb::Read => &object.demands.read,
        Verb::Create => &object.demands.create,
        Verb::Edit => &object.demands.update,
        Verb::Delete => &object.demands.delete,
    }
}

fn is_granted(grant: &Grant, verb: Verb) -> bool {
    match verb {
        Verb::Read => grant.read,
        Verb::Create => grant.create,
        Verb::Edit => grant.edit,
        Verb::Delete => grant.delete,
    }
}

/// Returns the records that one of the filters reaches.
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
