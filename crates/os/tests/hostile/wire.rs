//! A client that goes on whatever happens to its connection.

use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// The longest wait for an answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// The bytes of an answer that are kept; the rest is read.
const MAX_KEPT_BYTES: usize = 4 * 1024 * 1024;

/// An answer: its status, and the code of a refusal. Both are empty where the connection ended
/// without one.
#[derive(Clone, Default)]
pub struct Answer {
    pub status: u16,
    pub code: String,
    /// The beginning of its body.
    pub text: String,
}

impl Answer {
    /// Its body; null where that is no JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text: String = self.text.chars().take(300).collect();
        write!(f, "{} {} {text}", self.status, self.code)
    }
}

/// Sends requests, each on a connection of its own.
#[derive(Clone)]
pub struct Client {
    pub address: String,
    pub token: Option<String>,
}

impl Client {
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, b"")
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, body.to_string().as_bytes())
    }

    pub fn send(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        let head = self.head(method, path, body.len(), "connection: close\r\n");
        self.exchange(&[head.as_bytes(), body]).unwrap_or_default()
    }

    /// Sends bytes as they are, on a connection of their own.
    pub fn raw(&self, bytes: &[u8]) -> Answer {
        self.exchange(&[bytes]).unwrap_or_default()
    }

    /// Sends bytes, and leaves the connection open.
    pub fn leave_open(&self, bytes: &[u8]) -> Option<TcpStream> {
        let mut stream = self.connect()?;
        // A server that refuses early may have closed it.
        let _ = stream.write_all(bytes);
        Some(stream)
    }

    /// The head of a request whose body has this length.
    pub fn head(&self, method: &str, path: &str, length: usize, more: &str) -> String {
        let token = self.token.as_ref();
        let credential = token.map(|it| format!("authorization: Bearer {it}\r\n"));
        format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n{}{more}content-length: {length}\r\n\r\n",
            self.address,
            credential.unwrap_or_default()
        )
    }

    fn connect(&self) -> Option<TcpStream> {
        let stream = TcpStream::connect(&self.address).ok()?;
        stream.set_read_timeout(Some(ANSWER_TIMEOUT)).ok()?;
        stream.set_write_timeout(Some(ANSWER_TIMEOUT)).ok()?;
        Some(stream)
    }

    fn exchange(&self, parts: &[&[u8]]) -> Option<Answer> {
        let mut stream = self.connect()?;
        for part in parts {
            // The answer to a refused body comes before its end.
            let _ = stream.write_all(part);
        }
        let (mut kept, mut part) = (Vec::new(), vec![0; 64 * 1024]);
        while let Ok(count @ 1..) = stream.read(&mut part) {
            let room = MAX_KEPT_BYTES.saturating_sub(kept.len());
            kept.extend_from_slice(&part[..count.min(room)]);
        }
        let text = String::from_utf8_lossy(&kept).into_owned();
        let status = text.get(9..12)?.parse().ok()?;
        let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        let json: Value = serde_json::from_str(body).unwrap_or_default();
        let code = json["error"]["code"].as_str().or(json["code"].as_str()).unwrap_or_default();
        Some(Answer { status, code: code.to_owned(), text: body.to_owned() })
    }
}

/// Does something several times at once; returns all answers.
pub fn at_once(times: usize, attack: impl Fn(usize) -> Answer + Sync) -> Vec<Answer> {
    std::thread::scope(|scope| {
        let attack = &attack;
        let running: Vec<_> = (0..times).map(|index| scope.spawn(move || attack(index))).collect();
        running.into_iter().map(|it| it.join().unwrap()).collect()
    })
}
