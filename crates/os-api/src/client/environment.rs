//! Environments (docs/wire/environments.md#environment-endpoints).

use super::{Call, Client, Result};
use serde_json::{Value, json};
use ureq::http::Method;

impl Client {
    /// Lists the environments of an organization, or of all of the caller's.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn environments(&self, organization: Option<&str>, status: Option<&str>) -> Result<Value> {
        let call = Call::new(Method::GET, &["cloud", "environments"]);
        self.value(call.query("organizationId", organization).query("status", status))
    }

    /// Shows an environment.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn environment(&self, id: &str) -> Result<Value> {
        self.get(&["cloud", "environments", id])
    }

    /// Creates an environment.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn create_environment(&self, body: Value) -> Result<Value> {
        self.post(&["cloud", "environments"], body)
    }

    /// Updates the members in the body.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn update_environment(&self, id: &str, body: Value) -> Result<Value> {
        self.patch(&["cloud", "environments", id], body)
    }

    /// Deletes an environment; with `force` even the default one.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn delete_environment(&self, id: &str, force: bool) -> Result<Value> {
        let path = ["cloud", "environments", id];
        self.value(Call::new(Method::DELETE, &path).query("force", force.then_some("1")))
    }

    /// Makes an environment the active one of the session.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn activate_environment(&self, id: &str) -> Result<Value> {
        self.post(&["cloud", "environments", id, "activate"], json!({}))
    }

    /// Loads the seeds of all installed packages again.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn reseed_environment(&self, id: &str) -> Result<Value> {
        self.post(&["cloud", "environments", id, "reseed"], json!({}))
    }
}
