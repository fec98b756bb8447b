//! The requests of a bound runtime.

use super::{Call, Client, Error, Raw, Result};
use crate::Envelope;
use crate::desired::{DesiredState, ObservedState};
use serde_json::{Value, json};
use ureq::http::Method;

impl Client {
    /// Reads the desired state of an environment, with its ETag. `None` when it still has the ETag
    /// `known` after `wait` seconds.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn desired_state(
        &self,
        environment: &str,
        known: Option<&str>,
        wait: u64,
    ) -> Result<Option<(DesiredState, Option<String>)>> {
        let path = ["cloud", "environments", environment, "desired-state"];
        let call = Call::new(Method::GET, &path).query("wait", Some(&wait.to_string()));
        let raw = self.send(call.known(known))?;
        if raw.status == 304 {
            return Ok(None);
        }
        let body = raw.expect_success()?;
        let Envelope { data, .. } = serde_json::from_slice(&body.bytes)
            .map_err(|_| Error::NotOurs { url: body.url.to_string() })?;
        Ok(Some((data, body.etag)))
    }

    /// Reads the bytes of an artifact. The caller verifies their checksum.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn artifact(&self, environment: &str, checksum: &str) -> Result<Vec<u8>> {
        let path = ["cloud", "environments", environment, "artifacts", checksum];
        Ok(self.send(Call::new(Method::GET, &path))?.expect_success()?.bytes)
    }

    /// Reports the observed state.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn report(&self, environment: &str, state: &ObservedState) -> Result<Value> {
        self.post(&["cloud", "environments", environment, "observed"], json!(state))
    }

    /// Binds a runtime; only this response holds its token.
    ///
    /// # Errors
    /// Those of [`Client::send`].
    pub fn bind_runtime(&self, body: Value) -> Result<Raw> {
        self.send(Call::new(Method::POST, &["cloud-connection", "bind"]).json(body))
    }

    /// Shows the connection of the token.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn connection_status(&self, environment: Option<&str>) -> Result<Value> {
        let call = Call::new(Method::GET, &["cloud-connection", "status"]);
        self.value(call.query("environment_id", environment))
    }

    /// Revokes the connection of the token.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn revoke_connection(&self) -> Result<Value> {
        self.post(&["cloud-connection", "revoke"], json!({}))
    }

    /// Installs a package in an environment, with the body of consoles.
    ///
    /// # Errors
    /// Those of [`Client::send`].
    pub fn install_package(&self, body: Value) -> Result<Raw> {
        let path = ["actions", "sys_package", "install_package"];
        self.send(Call::new(Method::POST, &path).json(body))
    }

    /// Shows whether a package is installed in an environment.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn installation(&self, environment: &str, package: &str) -> Result<Value> {
        self.get(&["cloud", "environments", environment, "installations", package])
    }

    /// Lists what the organization can install.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn organization_packages(&self, environment: Option<&str>) -> Result<Value> {
        let call = Call::new(Method::GET, &["cloud", "org-packages"]);
        self.value(call.query("environment_id", environment))
    }
}
