//! The packages, records and metadata of a runtime (docs/wire/runtime-install.md#install-local,
//! docs/wire/runtime-install.md#packages-of-a-runtime, docs/wire/records.md#record-endpoints).

use super::{Call, Client, Result};
use serde_json::{Value, json};
use ureq::http::Method;

const INSTALL_LOCAL: [&str; 2] = ["marketplace", "install-local"];

impl Client {
    /// Creates an account and signs it in; answers `token` and `user`.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn sign_up(&self, email: &str, password: &str, name: Option<&str>) -> Result<Value> {
        let body = json!({ "email": email, "password": password, "name": name });
        self.value(Call::new(Method::POST, &["auth", "sign-up", "email"]).json(body).with_origin())
    }

    /// Lists what the runtime has installed.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn local_packages(&self) -> Result<Value> {
        self.get(&INSTALL_LOCAL)
    }

    /// Installs an artifact (`manifest`), or a package of the runtime's catalog.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn install_local(&self, body: Value) -> Result<Value> {
        self.post(&INSTALL_LOCAL, body)
    }

    /// Uninstalls a package; with `force` even if others depend on it.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn uninstall_local(&self, package: &str, force: bool) -> Result<Value> {
        let path = [INSTALL_LOCAL[0], INSTALL_LOCAL[1], package];
        self.value(Call::new(Method::DELETE, &path).query("force", force.then_some("1")))
    }

    /// Loads the sample data of a package again.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn reseed_local(&self, package: &str) -> Result<Value> {
        let path = [INSTALL_LOCAL[0], INSTALL_LOCAL[1], package, "reseed-sample-data"];
        self.post(&path, json!({}))
    }

    /// Deletes the sample data of a package.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn purge_local(&self, package: &str) -> Result<Value> {
        let path = [INSTALL_LOCAL[0], INSTALL_LOCAL[1], package, "purge-sample-data"];
        self.post(&path, json!({}))
    }

    /// Enables or disables an installed package.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn set_local_enabled(&self, package: &str, enabled: bool) -> Result<Value> {
        let act = if enabled { "enable" } else { "disable" };
        self.patch(&["packages", package, act], json!({}))
    }

    /// Lists the records that a query selects: `where`, `fields`, `orderBy`, `limit`, `offset`.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn query_records(&self, object: &str, query: Value) -> Result<Value> {
        self.post(&["data", object, "query"], query)
    }

    /// Shows a record.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn record(&self, object: &str, id: &str) -> Result<Value> {
        self.get(&["data", object, id])
    }

    /// Creates a record.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn create_record(&self, object: &str, record: Value) -> Result<Value> {
        self.post(&["data", object], record)
    }

    /// Updates the fields in the body.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn update_record(&self, object: &str, id: &str, record: Value) -> Result<Value> {
        self.patch(&["data", object, id], record)
    }

    /// Deletes a record.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn delete_record(&self, object: &str, id: &str) -> Result<Value> {
        self.value(Call::new(Method::DELETE, &["data", object, id]))
    }

    /// Lists the kinds of metadata.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn metadata_types(&self) -> Result<Value> {
        self.get(&["meta"])
    }

    /// Lists the items of one kind.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn metadata(&self, kind: &str) -> Result<Value> {
        self.get(&["meta", kind])
    }

    /// Shows one item of a kind.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn metadata_item(&self, kind: &str, name: &str) -> Result<Value> {
        self.get(&["meta", kind, name])
    }
}
