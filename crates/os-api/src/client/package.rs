//! Packages and their versions (docs/wire/packages.md#package-endpoints).

use super::{Answer, Call, Client, Result};
use serde_json::{Value, json};
use ureq::http::Method;

impl Client {
    /// Creates a package, or updates the members in the body.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn register_package(&self, body: Value) -> Result<Value> {
        self.post(&["cloud", "packages"], body)
    }

    /// Replaces the icon of a package.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn upload_icon(
        &self,
        package: &str,
        content_type: &'static str,
        bytes: Vec<u8>,
    ) -> Result<Value> {
        let path = ["cloud", "packages", package, "icon"];
        self.value(Call::new(Method::POST, &path).bytes(content_type, bytes))
    }

    /// Deletes a package that never had a published version.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn delete_package(&self, package: &str) -> Result<Value> {
        self.value(Call::new(Method::DELETE, &["cloud", "packages", package]))
    }

    /// Creates a version; violations of the listing policy come beside it.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn publish_version(&self, package: &str, body: Value) -> Result<Answer> {
        let path = ["cloud", "packages", package, "versions"];
        self.call(Call::new(Method::POST, &path).json(body))
    }

    /// Lists the packages that the caller may see.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn packages(&self, search: Option<&str>, limit: usize) -> Result<Value> {
        let call = Call::new(Method::GET, &["cloud", "packages"]).query("q", search);
        self.list(call, "packages", limit)
    }

    /// Shows a package.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn package(&self, package: &str) -> Result<Value> {
        self.get(&["cloud", "packages", package])
    }

    /// Lists the versions of a package, highest first.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn versions(&self, package: &str, limit: usize) -> Result<Value> {
        let path = ["cloud", "packages", package, "versions"];
        self.list(Call::new(Method::GET, &path), "versions", limit)
    }

    /// Shows a version, named by its number or row id.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn version(&self, package: &str, version: &str) -> Result<Value> {
        self.get(&["cloud", "packages", package, "versions", version])
    }

    /// Deprecates a version; it stays where it is installed.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn deprecate_version(
        &self,
        package: &str,
        version: &str,
        reason: Option<&str>,
    ) -> Result<Value> {
        let path = ["cloud", "packages", package, "versions", version, "deprecate"];
        let body = reason.map_or_else(|| json!({}), |reason| json!({ "reason": reason }));
        self.post(&path, body)
    }
}
