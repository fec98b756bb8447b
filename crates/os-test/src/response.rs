//! A response, and what tests read from it.

use axum::http::HeaderMap;
use serde_json::{Value, json};

/// A response, read to its end.
#[derive(Debug)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub bytes: Vec<u8>,
}

impl Response {
    /// The body as a string.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// The JSON of a success, without its envelope.
    pub fn data(&self) -> Value {
        self.success()["data"].take()
    }

    /// The JSON of a success, as it was sent.
    pub fn success(&self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.text());
        self.json()
    }

    /// The JSON of a success, without its envelope if it has one; null for an empty body.
    pub fn body(&self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.text());
        let mut body: Value = serde_json::from_slice(&self.bytes).unwrap_or_default();
        if body["success"] == true { body["data"].take() } else { body }
    }

    /// The status and code of a refusal, in whichever form it was sent.
    pub fn refusal(&self) -> (u16, String) {
        let body = if self.bytes.is_empty() { json!({}) } else { self.json() };
        let code = body["error"]["code"].as_str().or(body["code"].as_str()).unwrap_or_default();
        (self.status, code.to_owned())
    }

    /// The message for people.
    pub fn message(&self) -> String {
        let body = self.json();
        let text = body["error"]["message"].as_str().or(body["message"].as_str());
        text.unwrap_or_default().to_owned()
    }

    /// Returns the target of a redirect; empty for any other response.
    pub fn location(&self) -> &str {
        self.headers.get("location").map_or("", |it| it.to_str().unwrap())
    }

    /// One field of each record of a list; `null` where it has no string.
    pub fn column(&self, field: &str) -> Vec<String> {
        assert_eq!(self.status, 200, "{}", self.text());
        let body = self.json();
        let records = body["records"].as_array().unwrap();
        records.iter().map(|it| it[field].as_str().unwrap_or("null").to_owned()).collect()
    }
}
