//! Records over HTTP.

use super::Client;
use serde_json::Value;

/// `/api/v1/data/<rest>`.
pub fn data_url(rest: &str) -> String {
    format!("/api/v1/data/{rest}")
}

/// A value for a URL.
pub fn encoded(value: &Value) -> String {
    url::form_urlencoded::byte_serialize(value.to_string().as_bytes()).collect()
}

impl Client {
    /// Creates a record.
    pub async fn makes(&self, object: &str, record: Value) -> Value {
        let answer = self.post(&data_url(object), record).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["record"].clone()
    }

    /// Creates a record; returns its id.
    pub async fn made(&self, object: &str, record: Value) -> String {
        self.makes(object, record).await["id"].as_str().unwrap().to_owned()
    }

    /// One field of each record of a list.
    pub async fn names(&self, rest: &str, field: &str) -> Vec<String> {
        let answer = self.get(&data_url(rest)).await;
        answer.column(field)
    }

    /// One field of the records that match a filter.
    pub async fn filtered(&self, object: &str, filter: Value, field: &str) -> Vec<String> {
        self.names(&format!("{object}?filter={}&sort={field}", encoded(&filter)), field).await
    }
}
