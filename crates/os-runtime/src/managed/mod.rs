//! The packages that belong to the environment which this runtime follows
//! (docs/wire/runtime-install.md#packages-of-an-environment).
//!
//! **Invariant:** only a delivery changes them. A change over this runtime's own API or pages
//! would be undone by the next round, so it is refused.

mod sql;

use crate::{Code, Result};
use os_db::Tx;
use serde_json::json;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The packages that the environment wants, as the control plane said last. Clones share it.
#[derive(Clone, Default)]
pub struct Managed(Arc<Mutex<Option<Wanted>>>);

struct Wanted {
    environment: String,
    packages: HashSet<String>,
}

impl Managed {
    /// Remembers what the environment wants.
    pub fn set(&self, environment: &str, packages: impl Iterator<Item = String>) {
        let wanted = Wanted { environment: environment.to_owned(), packages: packages.collect() };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(wanted);
    }

    /// Forgets it: the runtime follows no environment any more.
    pub fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Checks that a package is this runtime's own. The caller holds the install lock.
    ///
    /// # Errors
    /// `PACKAGE_MANAGED` for a package that the environment wants, or that it delivered.
    pub async fn must_be_own(&self, tx: &mut Tx, package: &str) -> Result<()> {
        let environment = match self.environment_of(package) {
            Some(environment) => Some(environment),
            None => sql::environment_of(tx, package).await?,
        };
        let Some(environment) = environment else { return Ok(()) };
        let text = format!(
            "{package} belongs to the environment {environment}, which this runtime follows, and would come back within seconds; change it there: `os package upgrade {package} --env {environment}` (or rollback, disable, uninstall), `os package publish --env {environment} --install` for a new artifact, or its page in the Console. To change it here, end the connection first: `POST /api/v1/cloud-connection/unbind`"
        );
        let details = json!({ "packageId": package, "environmentId": environment });
        Err(Code::PackageManaged.error(text).with_details(details))
    }

    fn environment_of(&self, package: &str) -> Option<String> {
        let wanted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = wanted.as_ref().filter(|it| it.packages.contains(package));
        wanted.map(|it| it.environment.clone())
    }
}
