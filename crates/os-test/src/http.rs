//! A client of a server in another process: one blocking connection, which costs next to nothing.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// A connection to a server, kept alive.
pub struct Http {
    stream: BufReader<TcpStream>,
    token: Option<String>,
    host: String,
}

/// A status and a body.
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Http {
    /// Connects to `host:port`.
    pub fn connect(address: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream), token: None, host: address.to_owned() }
    }

    /// The same connection with a bearer token.
    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// Sends a request with a body of this content type.
    pub fn send(&mut self, method: &str, path: &str, kind: &str, body: &[u8]) -> Reply {
        let token = self.token.as_ref();
        let authorization =
            token.map(|it| format!("authorization: Bearer {it}\r\n")).unwrap_or_default();
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\n{authorization}content-type: {kind}\r\ncontent-length: {}\r\n\r\n",
            self.host,
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.stream.get_mut().write_all(&request).unwrap();

        let (mut line, mut status, mut length) = (String::new(), 0, 0);
        loop {
            line.clear();
            self.stream.read_line(&mut line).unwrap();
            let text = line.trim_end();
            if text.is_empty() {
                break;
            }
            if let Some(rest) = text.strip_prefix("HTTP/1.1 ") {
                status = rest[..3].parse().unwrap();
            } else if let Some((name, value)) = text.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        Reply { status, body }
    }

    /// Sends JSON; returns the JSON of a success, without its envelope.
    pub fn json(&mut self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.send(method, path, "application/json", body.to_string().as_bytes());
        let text = String::from_utf8_lossy(&answer.body);
        assert!(answer.status < 300, "{method} {path}: {} {text}", answer.status);
        let mut value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if value.get("data").is_some() { value["data"].take() } else { value }
    }

    /// Sends a `GET` request.
    pub fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, "application/json", b"")
    }
}
