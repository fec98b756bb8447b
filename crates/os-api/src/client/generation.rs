//! The generations of an environment.

use super::{Call, Client, Result};
use serde_json::{Value, json};
use ureq::http::Method;

impl Client {
    /// What the environment ran over time, newest first.
    pub fn generations(&self, environment: &str, limit: usize) -> Result<Value> {
        let path = ["cloud", "environments", environment, "generations"];
        self.list(Call::new(Method::GET, &path), "generations", limit)
    }

    pub fn generation(&self, environment: &str, number: u64) -> Result<Value> {
        self.get(&["cloud", "environments", environment, "generations", &number.to_string()])
    }

    /// What changed from one generation to another.
    pub fn compare_generations(&self, environment: &str, from: u64, to: u64) -> Result<Value> {
        let (from, to) = (from.to_string(), to.to_string());
        self.get(&["cloud", "environments", environment, "generations", &from, "diff", &to])
    }

    /// Makes everything of an older generation current again, as a new one.
    pub fn restore_generation(&self, environment: &str, number: u64) -> Result<Value> {
        let number = number.to_string();
        let path = ["cloud", "environments", environment, "generations", &number, "restore"];
        self.post(&path, json!({}))
    }
}
