//! The installations of an environment (docs/wire/installations.md#installation-endpoints).

use super::{Call, Client, Result};
use serde_json::{Value, json};
use ureq::http::Method;

impl Client {
    /// Lists the installations of an environment.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn installations(&self, environment: &str) -> Result<Value> {
        self.get(&["cloud", "environments", environment, "packages"])
    }

    /// Shows one installation.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn installed(&self, environment: &str, package: &str) -> Result<Value> {
        self.get(&["cloud", "environments", environment, "packages", package])
    }

    /// Installs a package.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn install(&self, environment: &str, body: Value) -> Result<Value> {
        self.post(&["cloud", "environments", environment, "packages"], body)
    }

    /// Upgrades an installation, to the latest version by default.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn upgrade(&self, environment: &str, package: &str, body: Value) -> Result<Value> {
        self.post(&["cloud", "environments", environment, "packages", package, "upgrade"], body)
    }

    /// Rolls an installation back to a version, named by its row id.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn roll_back(&self, environment: &str, package: &str, version_id: &str) -> Result<Value> {
        let path = ["cloud", "environments", environment, "packages", package, "rollback"];
        self.post(&path, json!({ "target_package_version_id": version_id }))
    }

    /// Enables a package.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn enable(&self, environment: &str, package: &str) -> Result<Value> {
        let path = ["cloud", "environments", environment, "packages", package, "enable"];
        self.patch(&path, json!({}))
    }

    /// Disables a package; with `force` even if others depend on it.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn disable(&self, environment: &str, package: &str, force: bool) -> Result<Value> {
        let path = ["cloud", "environments", environment, "packages", package, "disable"];
        let call = Call::new(Method::PATCH, &path).json(json!({}));
        self.value(call.query("force", force.then_some("1")))
    }

    /// Uninstalls a package; with `force` even if others depend on it.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn uninstall(&self, environment: &str, package: &str, force: bool) -> Result<Value> {
        let path = ["cloud", "environments", environment, "packages", package];
        self.value(Call::new(Method::DELETE, &path).query("force", force.then_some("1")))
    }

    /// Lists the history of an installation, newest first.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn installation_history(
        &self,
        environment: &str,
        package: &str,
        limit: usize,
    ) -> Result<Value> {
        let path = ["cloud", "environments", environment, "packages", package, "history"];
        self.list(Call::new(Method::GET, &path), "items", limit)
    }
}
