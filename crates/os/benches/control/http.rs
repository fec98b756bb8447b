//! A client that costs next to nothing: one kept-alive connection, blocking.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

pub struct Http {
    stream: BufReader<TcpStream>,
    token: Option<String>,
    host: String,
}

pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Http {
    pub fn connect(address: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream), token: None, host: address.to_owned() }
    }

    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    pub fn send(&mut self, method: &str, path: &str, kind: &str, body: &[u8]) -> Answer {
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
        Answer { status, body }
    }

    /// Sends JSON and expects success; returns what is inside the envelope.
    pub fn json(&mut self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.send(method, path, "application/json", body.to_string().as_bytes());
        let text = String::from_utf8_lossy(&answer.body);
        assert!(answer.status < 300, "{method} {path}: {} {text}", answer.status);
        let mut value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if value.get("data").is_some() { value["data"].take() } else { value }
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "application/json", b"")
    }
}

/// The latencies of `clients` connections that work for `time`, each through its own closure.
pub fn load<W>(clients: usize, time: Duration, worker: impl FnMut(usize) -> W) -> Load
where
    W: FnMut() + Send,
{
    let mut workers: Vec<W> = (0..clients).map(worker).collect();
    let started = Instant::now();
    let mut latencies: Vec<Duration> = std::thread::scope(|scope| {
        let handles: Vec<_> = workers
            .iter_mut()
            .map(|work| {
                scope.spawn(move || {
                    let mut latencies = Vec::new();
                    while started.elapsed() < time {
                        let at = Instant::now();
                        work();
                        latencies.push(at.elapsed());
                    }
                    latencies
                })
            })
            .collect();
        handles.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    latencies.sort();
    Load { elapsed: started.elapsed(), latencies }
}

pub struct Load {
    elapsed: Duration,
    latencies: Vec<Duration>,
}

impl Load {
    pub fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// The latency that `share` of the requests stay below, in milliseconds.
    pub fn percentile(&self, share: f64) -> f64 {
        let at = ((self.latencies.len() - 1) as f64 * share) as usize;
        self.latencies[at].as_secs_f64() * 1000.0
    }
}
