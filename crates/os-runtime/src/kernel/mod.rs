//! The live metadata of a runtime: all packages, as one immutable value.
//!
//! **Invariant:** a [`Kernel`] never changes. [`Kernel::with`] and
//! [`Kernel::without`] return the next one, or refuse; no request sees half an
//! install. A namespace belongs to one package, and so does an object.

mod conflict;
mod live;
mod package;
mod permission;
mod receipt;

pub use live::{InstallGuard, LiveKernel};
pub use package::{Item, Package, Read};
pub use permission::{FieldGrant, Grant, PermissionSet};
pub use receipt::{Receipt, settings_schema};

use crate::object::Object;
use crate::{Code, Result};
use os_db::Name;
use os_package::{Installed, ManifestId};
use os_plan::admission::conflict::Conflict;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The origin of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Part of every runtime.
    System,
    /// The artifact that the runtime was started with.
    Boot,
    /// The ledger.
    Ledger,
}

/// A package in the kernel, enabled or not.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub package: Arc<Package>,
    pub origin: Origin,
    pub receipt: Receipt,
}

/// An entry of the ledger that could not be loaded, and why.
#[derive(Debug, Clone, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Quarantined {
    pub manifest_id: String,
    pub reason: String,
}

/// Everything that is loaded at one time.
#[derive(Debug, Clone, Default)]
pub struct Kernel {
    packages: BTreeMap<ManifestId, Arc<Loaded>>,
    objects: HashMap<Name, Owned>,
    quarantined: Vec<Quarantined>,
}

/// An object, and the package it belongs to.
#[derive(Debug, Clone)]
pub struct Owned {
    pub object: Arc<Object>,
    pub owner: Arc<Loaded>,
}

impl Kernel {
    /// Returns a kernel without packages.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Returns the kernel with this package, in place of an earlier version of it.
    ///
    /// # Errors
    /// The names that it would share with another package.
    pub fn with(&self, loaded: Loaded, shared_namespaces: bool) -> Result<Self, Conflict> {
        let id = loaded.package.manifest.id.clone();
        let mut next = self.without(&id);
        next.check_names(&loaded.package, shared_namespaces)?;
        let loaded = Arc::new(loaded);
        for object in &loaded.package.objects {
            let owned = Owned { object: object.clone(), owner: loaded.clone() };
            next.objects.insert(object.name.clone(), owned);
        }
        next.packages.insert(id.clone(), loaded);
        next.quarantined.retain(|entry| entry.manifest_id != id.as_str());
        Ok(next)
    }

    /// Checks that a package shares no name with those of this kernel.
    ///
    /// # Errors
    /// The names that it would share.
    pub fn check_names(&self, package: &Package, shared_namespaces: bool) -> Result<(), Conflict> {
        if !shared_namespaces {
            conflict::namespace(self, package)?;
        }
        conflict::objects(self, package)
    }

    /// Returns the kernel without this package.
    pub fn without(&self, id: &ManifestId) -> Self {
        let mut next = self.clone();
        if let Some(loaded) = next.packages.remove(id) {
            for object in &loaded.package.objects {
                next.objects.remove(&object.name);
            }
        }
        next
    }

    /// Returns the kernel without this id, loaded or quarantined.
    pub fn forgetting(&self, id: &str) -> Self {
        let mut next = match id.parse() {
            Ok(id) => self.without(&id),
            Err(_) => self.clone(),
        };
        next.quarantined.retain(|entry| entry.manifest_id != id);
        next
    }

    /// Returns the kernel with another receipt of a package.
    pub fn with_receipt(mut self, id: &ManifestId, receipt: Receipt) -> Self {
        if let Some(loaded) = self.packages.get(id) {
            let loaded = Arc::new(Loaded { receipt, ..loaded.as_ref().clone() });
            for object in &loaded.package.objects {
                let owned = Owned { object: object.clone(), owner: loaded.clone() };
                self.objects.insert(object.name.clone(), owned);
            }
            self.packages.insert(id.clone(), loaded);
        }
        self
    }

    /// Returns the kernel with an entry that could not be loaded.
    pub fn with_quarantined(mut self, entry: Quarantined) -> Self {
        self.quarantined.push(entry);
        self
    }

    /// Returns the entries of the ledger that could not be loaded.
    pub fn quarantined(&self) -> &[Quarantined] {
        &self.quarantined
    }

    /// Returns a package by its id.
    pub fn package(&self, id: &str) -> Option<&Arc<Loaded>> {
        self.packages.get(&id.parse::<ManifestId>().ok()?)
    }

    /// Returns all packages, by id.
    pub fn packages(&self) -> impl Iterator<Item = &Arc<Loaded>> {
        self.packages.values()
    }

    /// Packages that are enabled, by id.
    pub fn enabled(&self) -> impl Iterator<Item = &Arc<Loaded>> {
        self.packages.values().filter(|loaded| loaded.receipt.enabled)
    }

    /// Returns an object whose package is enabled.
    ///
    /// # Errors
    /// `OBJECT_NOT_FOUND`, `OBJECT_PACKAGE_DISABLED`.
    pub fn object(&self, name: &str) -> Result<&Owned> {
        let Some(owned) = self.objects.get(name) else {
            return Err(Code::ObjectNotFound
                .error(format!("Object '{}' is not registered", name.escape_default()))
                .with("object", name));
        };
        if !owned.owner.receipt.enabled {
            let package = &owned.owner.package.manifest.id;
            return Err(Code::ObjectPackageDisabled
                .error(format!(
                    "object `{name}` belongs to {package}, which is disabled; enable it first"
                ))
                .with("object", name)
                .with("packageId", package.as_str()));
        }
        Ok(owned)
    }

    /// Returns the package that an object belongs to, enabled or not.
    pub fn owner_of(&self, object: &str) -> Option<&ManifestId> {
        self.objects.get(object).map(|owned| &owned.owner.package.manifest.id)
    }

    /// Returns all objects of enabled packages, in no order.
    pub fn objects(&self) -> impl Iterator<Item = &Owned> {
        self.objects.values().filter(|owned| owned.owner.receipt.enabled)
    }

    /// Returns an item of metadata by its name: of the asking package first, then of the first that
    /// has one; `<packageId>:<name>` names the package
    /// (docs/wire/runtime-install.md#namespace-exclusivity).
    pub fn resolve(
        &self,
        kind: &str,
        name: &str,
        asking: Option<&ManifestId>,
    ) -> Option<(&Arc<Loaded>, &Item)> {
        let find = |loaded: &'_ Arc<Loaded>, name: &str| {
            loaded.receipt.enabled && loaded.package.item(kind, name).is_some()
        };
        let (loaded, name) = match name.split_once(':') {
            Some((package, name)) => (self.package(package).filter(|it| find(it, name))?, name),
            None => {
                let own = asking.and_then(|id| self.packages.get(id)).filter(|it| find(it, name));
                (own.or_else(|| self.packages.values().find(|it| find(it, name)))?, name)
            }
        };
        Some((loaded, loaded.package.item(kind, name)?))
    }

    /// Returns the packages that dependencies are checked against
    /// (docs/wire/dependencies.md#installed).
    pub fn installed(&self) -> Vec<Installed> {
        let installed = |loaded: &Arc<Loaded>| Installed {
            package: loaded.package.manifest.id.clone(),
            version: loaded.package.manifest.version.clone(),
            enabled: loaded.receipt.enabled,
            dependencies: loaded.package.manifest.dependencies.clone(),
        };
        self.packages.values().map(installed).collect()
    }
}
