//! The owners of the names of a kernel that packages must not share
//! (docs/wire/runtime-install.md#conflicts, docs/wire/runtime-install.md#namespace-exclusivity).

use super::{Kernel, Package};
use os_plan::admission::conflict::{self, Conflict};

/// Checks that the namespace of a package belongs to no other.
pub fn namespace(kernel: &Kernel, package: &Package) -> Result<(), Conflict> {
    let Some(namespace) = &package.namespace else { return Ok(()) };
    let others =
        kernel.packages().map(|it| (&it.package.manifest.id, it.package.namespace.as_ref()));
    conflict::check_namespace(&package.manifest.id, namespace, others)
}

/// Checks that no object of a package belongs to another.
pub fn objects(kernel: &Kernel, package: &Package) -> Result<(), Conflict> {
    for object in &package.objects {
        let owner = kernel.objects.get(&object.name).map(|it| &it.owner.package.manifest.id);
        conflict::check_objects(&package.manifest.id, [object.name.as_str()], |_| owner)?;
    }
    Ok(())
}
