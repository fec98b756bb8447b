//! Permission sets of packages, compiled (docs/wire/rights.md#permission-sets).
//!
//! **Invariant:** a set reaches objects of its own package and those that it names of packages it
//! depends on; no set reaches objects of the platform.

use crate::object::{Object, permissions};
use os_package::row_policy::{RowOperation, RowPolicy, read_row_policies};
use os_package::{InvalidArtifact, Manifest, ManifestId};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// A package's declaration of rights over records.
#[derive(Debug)]
pub struct PermissionSet {
    pub name: Arc<str>,
    /// The package that declares it.
    package: ManifestId,
    /// The packages that it depends on.
    dependencies: Vec<ManifestId>,
    /// `true` if every account has it.
    pub is_default: bool,
    /// By the name of the object.
    objects: HashMap<String, Grant>,
    /// For the objects that it does not name.
    others: Option<Grant>,
    /// By the name of the object, by the name of the field.
    fields: HashMap<String, HashMap<String, FieldGrant>>,
    policies: Vec<RowPolicy>,
    /// The system permissions of its holders (`systemPermissions`).
    system_permissions: Vec<String>,
}

/// The rights that a permission set grants over an object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Grant {
    pub read: bool,
    pub create: bool,
    pub edit: bool,
    pub delete: bool,
    /// All records, of any owner.
    pub reads_all: bool,
    pub changes_all: bool,
    /// By `viewAllRecords` or `modifyAllRecords`, not by a scope.
    pub reads_all_by_right: bool,
}

/// The rights that a permission set grants over a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldGrant {
    pub readable: bool,
    pub editable: bool,
}

impl PermissionSet {
    /// Reads an item of `permissions` of a package; `path` is its place in the artifact.
    ///
    /// # Errors
    /// A row policy that cannot be enforced, or a list of system permissions that is none.
    pub fn read(
        path: &str,
        name: Arc<str>,
        source: &Value,
        manifest: &Manifest,
    ) -> Result<Self, InvalidArtifact> {
        let members = |key: &str| source.get(key).and_then(Value::as_object).into_iter().flatten();
        let objects: HashMap<String, Grant> =
            members("objects").map(|(name, value)| (name.clone(), grant(value))).collect();
        let flag = |value: &Value, key: &str, default| {
            value.get(key).map_or(default, |it| *it == Value::Bool(true))
        };
        let mut fields: HashMap<String, HashMap<String, FieldGrant>> = HashMap::new();
        for (name, value) in members("fields") {
            if let Some((object, field)) = name.split_once('.') {
                let readable = flag(value, "readable", true);
                let editable = flag(value, "editable", false);
                let of_object = fields.entry(object.to_owned()).or_default();
                of_object.insert(field.to_owned(), FieldGrant { readable, editable });
            }
        }
        Ok(Self {
            name,
            package: manifest.id.clone(),
            dependencies: manifest.dependencies.iter().map(|it| it.package.clone()).collect(),
            is_default: source.get("isDefault") == Some(&Value::Bool(true)),
            others: objects.get("*").copied(),
            objects,
            fields,
            policies: read_row_policies(path, source)?,
            system_permissions: permissions(path, source, "systemPermissions")?,
        })
    }

    /// Returns the grant for an object of a package.
    pub fn grant(&self, object: &Object, owner: &ManifestId) -> Option<&Grant> {
        let named = || self.objects.get(object.name.as_str()).filter(|_| self.reaches(owner));
        let is_meant = |grant: &&Grant| {
            self.package == *owner && (!object.needs_own_grant || grant.reads_all_by_right)
        };
        named().or_else(|| self.others.as_ref().filter(is_meant))
    }

    /// Returns whether its holders have a system permission, as far as a package is concerned.
    pub fn permits(&self, permission: &str, owner: &ManifestId) -> bool {
        self.reaches(owner) && self.system_permissions.iter().any(|it| it == permission)
    }

    /// Returns what it states about a field of an object of a package.
    pub fn field(&self, object: &str, owner: &ManifestId, field: &str) -> Option<&FieldGrant> {
        self.fields.get(object).filter(|_| self.reaches(owner))?.get(field)
    }

    /// Lists its row policies for an operation on an object of a package, for a caller with these
    /// positions. A policy for all objects is one for those of its own package.
    pub fn row_policies<'s>(
        &'s self,
        object: &'s str,
        owner: &'s ManifestId,
        operation: RowOperation,
        positions: &'s [String],
    ) -> impl Iterator<Item = &'s RowPolicy> {
        let reaches = move |policy: &RowPolicy| match policy.object {
            Some(_) => self.reaches(owner),
            None => self.package == *owner,
        };
        self.policies
            .iter()
            .filter(move |policy| reaches(policy) && policy.applies(object, operation, positions))
    }

    /// Returns its row policies.
    pub fn policies(&self) -> &[RowPolicy] {
        &self.policies
    }

    /// Lists the names of objects that it grants rights on.
    pub fn granted_objects(&self) -> impl Iterator<Item = &str> {
        self.objects.keys().map(String::as_str).filter(|name| *name != "*")
    }

    fn reaches(&self, owner: &ManifestId) -> bool {
        self.package == *owner || self.dependencies.contains(owner)
    }
}

fn grant(value: &Value) -> Grant {
    let has = |key: &str| value.get(key) == Some(&Value::Bool(true));
    let is_org = |key: &str| value.get(key).and_then(Value::as_str) == Some("org");
    let modifies = has("modifyAllRecords");
    let views = has("viewAllRecords") || modifies;
    Grant {
        read: has("allowRead") || views,
        create: has("allowCreate") || modifies,
        edit: has("allowEdit") || modifies,
        delete: has("allowDelete") || modifies,
        reads_all_by_right: views,
        reads_all: views || is_org("readScope"),
        changes_all: modifies || is_org("writeScope"),
    }
}
