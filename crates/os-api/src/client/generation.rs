//! The generations of an environment.

use super::{Call, Client, Result};
use serde_json::{Value, json};
use ureq::http::Method;

impl Client {
    /// Lists the generations of an environment, newest first.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn generations(&self, environment: &str, limit: usize) -> Result<Value> {
        let path = ["cloud", "environments", environment, "generations"];
        self.list(Call::new(Method::GET, &path), "generations", limit)
    }

    /// Shows a generation with its packages.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn generation(&self, environment: &str, number: u64) -> Result<Value> {
        self.get(&["cloud", "environments", environment, "generations", &number.to_string()])
    }

    /// Shows the difference between two generations.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn compare_generations(&self, environment: &str, from: u64, to: u64) -> Result<Value> {
        let (from, to) = (from.to_string(), to.to_string());
        self.get(&["cloud", "environments", environment, "generations", &from, "diff", &to])
    }

    /// Restores a generation, as a new one.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn restore_generation(&self, environment: &str, number: u64) -> Result<Value> {
        let number = number.to_string();
        let path = ["cloud", "environments", environment, "generations", &number, "restore"];
        self.post(&path, json!({}))
    }
}
