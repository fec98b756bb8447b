//! The context of every request for records.

use crate::kernel::Kernel;
use crate::records::rights::{AssignedSets, ObjectAccess, RequestScope, Verb};
use crate::{Result, Runtime};
use os_identity::UserPrincipal;
use std::sync::Arc;

/// The kernel at the time of the request, and what the caller was granted.
pub struct RequestContext {
    kernel: Arc<Kernel>,
    sets: AssignedSets,
    caller: UserPrincipal,
}

impl RequestContext {
    /// Reads the permission sets of the caller; those of the owner take no statement.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(runtime: &Runtime, caller: UserPrincipal) -> Result<Self> {
        let kernel = runtime.kernel();
        let sets = if caller.is_platform_admin() {
            AssignedSets::of_owner()
        } else {
            AssignedSets::load(&mut runtime.db.autocommit().await?, &kernel, &caller).await?
        };
        Ok(Self { kernel, sets, caller })
    }

    /// Returns the scope for several objects.
    pub fn scope(&self) -> RequestScope<'_> {
        RequestScope::new(&self.kernel, &self.sets, &self.caller)
    }

    /// Access to an object.
    ///
    /// # Errors
    /// Those of [`RequestScope::access`].
    pub fn access(&self, object: &str, verb: Verb) -> Result<ObjectAccess<'_>> {
        self.scope().access(object, verb)
    }

    /// Refuses a caller who may not change any record of an object in any way, before the body
    /// names the change.
    ///
    /// # Errors
    /// Those of [`RequestScope::access`].
    pub fn require_any_change(&self, object: &str) -> Result<()> {
        let may = |verb| self.access(object, verb).map(drop);
        may(Verb::Create).or_else(|_| may(Verb::Edit)).or_else(|_| may(Verb::Delete))
    }
}
