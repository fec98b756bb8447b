//! A server with some records, a client that behaves, and the attacks between them.

use crate::wire::{Answer, Client};
use os_test::runtime::{INSTALLED, package};
use os_test::{ADMIN_EMAIL, PASSWORD, Process, free_port};
use serde_json::json;
use std::collections::HashSet;
use std::io::Read;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The most resident memory of a server, in MiB.
const MAX_MEMORY_MIB: f64 = 300.0;

/// The longest wait of the client that behaves, on a machine that does other things as well.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// From SIGTERM to the end: ten seconds (docs/operations.md), and a little for a busy machine.
const MAX_STOP: Duration = Duration::from_secs(13);

/// How long all attacks run at once before the server is stopped.
const BEFORE_STOP: Duration = Duration::from_millis(700);

/// The objects' records.
pub const NOTES: &str = "/api/v1/data/shop_note";

/// Attacks a server, and returns its answers.
pub type Attack = fn(&Scene) -> Vec<Answer>;

/// A server that is attacked.
pub struct Scene {
    server: Process,
    /// The owner of the server.
    pub owner: Client,
    /// A client without a credential.
    pub nobody: Client,
    note: String,
    _home: TempDir,
}

impl Scene {
    /// A server with a package and records; `None` where the system does not tell its memory.
    pub fn open(command: &[&str], statement_seconds: u32) -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let port = free_port();
        let mut process = Command::new(env!("CARGO_BIN_EXE_os"));
        process
            .args(command)
            .args(["--port", &port.to_string(), "--home", home.path().to_str().unwrap()])
            .env("OS_ADMIN_EMAIL", ADMIN_EMAIL)
            .env("OS_ADMIN_PASSWORD", PASSWORD)
            .env("OS_STATEMENT_TIMEOUT", statement_seconds.to_string())
            .env("OS_HEADER_TIMEOUT", "2")
            .env("OS_OPEN_REGISTRATION", "true")
            .env("OS_LOG", "off");
        let server = Process::start(process, port);
        server.wait_until_ready();
        if server.peak_memory() == 0.0 {
            return None;
        }
        let nobody = Client { address: server.address.clone(), token: None };
        let owner = Client { token: Some(server.sign_in()), ..nobody.clone() };
        let mut scene = Self { server, owner, nobody, note: String::new(), _home: home };
        scene.fill();
        Some(scene)
    }

    /// Installs a package, and creates eight records of 3 MB.
    fn fill(&mut self) {
        let field = |kind: &str| json!({"type": kind, "label": kind});
        let fields = json!({
            "name": field("text"), "text": field("textarea"), "count": field("number"),
            "data": field("json"),
        });
        let shop = package("shop", "1.0.0", json!([{"name": "shop_note", "fields": fields}]));
        let mut http = self.server.http().with_token(self.owner.token.as_ref().unwrap());
        http.json("POST", INSTALLED, &json!({"manifest": shop}));
        let name = |index: usize| format!("note {index}");
        for index in 0..8 {
            let note = json!({"name": name(index), "text": "a".repeat(3_000_000), "count": index});
            let created = http.json("POST", NOTES, &note);
            self.note = created["id"].as_str().unwrap().to_owned();
        }
        http.json("PATCH", &format!("{NOTES}/{}", self.note), &json!({"text": "short"}));
    }

    /// Plays the attacks one after the other, then at once, and stops the server meanwhile.
    pub fn endure(&self, attacks: &[(&str, Attack)]) {
        for (name, attack) in attacks {
            self.server.forget_peak();
            let started = Instant::now();
            let (answers, slowest) = self.while_somebody_works(|| attack(self));
            let (took, peak) = (started.elapsed(), self.server.peak_memory());
            eprintln!("{name}: {peak:.0} MiB, {slowest:?} of {took:?}, {}", counts(&answers));
            check(name, &answers);
            assert!(peak < MAX_MEMORY_MIB, "{name}: {peak} MiB");
            assert!(slowest < MAX_WAIT, "{name}: somebody else waited for {slowest:?}");
        }
        self.server.forget_peak();
        let stopped = std::thread::scope(|scope| {
            for (_, attack) in attacks {
                scope.spawn(|| attack(self));
            }
            std::thread::sleep(BEFORE_STOP);
            let peak = self.server.peak_memory();
            eprintln!("all at once: {peak:.0} MiB");
            assert!(peak < MAX_MEMORY_MIB, "all at once: {peak} MiB");
            self.stops()
        });
        eprintln!("stopped in {stopped:?}");
    }

    /// Stops the server in time; returns how long that took.
    pub fn stops(&self) -> Duration {
        let (code, took) = self.server.stop();
        assert_eq!(code, Some(0), "exit code");
        assert!(took < MAX_STOP, "it took {took:?} to stop");
        took
    }

    /// Returns whether a short list has to wait.
    pub fn is_busy(&self) -> bool {
        let request = self.owner.head("GET", &format!("{NOTES}?limit=1&select=name"), 0, "");
        let mut stream = self.owner.leave_open(request.as_bytes()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        stream.read(&mut [0]).is_err()
    }

    /// Does something while a client asks for the health and reads a record, ten times a second;
    /// returns its longest wait.
    fn while_somebody_works<T>(&self, task: impl FnOnce() -> T) -> (T, Duration) {
        let is_done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let working = scope.spawn(|| {
                let mut slowest = Duration::ZERO;
                while !is_done.load(Ordering::Relaxed) {
                    for path in ["/api/v1/health", &format!("{NOTES}/{}", self.note)] {
                        let started = Instant::now();
                        let answer = self.owner.get(path);
                        assert_eq!(answer.status, 200, "{path}: {answer:?}");
                        slowest = slowest.max(started.elapsed());
                    }
                    std::thread::sleep(Duration::from_millis(100));
                }
                slowest
            });
            let result = task();
            is_done.store(true, Ordering::Relaxed);
            (result, working.join().unwrap())
        })
    }
}

fn counts(answers: &[Answer]) -> String {
    let mut kinds: Vec<String> =
        answers.iter().map(|it| format!("{} {}", it.status, it.code)).collect();
    kinds.sort();
    let mut counted: Vec<(usize, String)> = Vec::new();
    for kind in kinds {
        match counted.last_mut() {
            Some((count, last)) if *last == kind => *count += 1,
            _ => counted.push((1, kind)),
        }
    }
    counted.iter().map(|(count, kind)| format!("{count} × {kind}")).collect::<Vec<_>>().join(", ")
}

/// Checks that every refusal is a documented one, and none a failure of ours.
fn check(name: &str, answers: &[Answer]) {
    let documented = documented();
    for answer in answers {
        let Answer { status, code, .. } = answer;
        match status {
            // The connection ended: the server refuses heads and early bodies so.
            0 | 200..400 => {}
            // Refusals of the protocol, before there is a request.
            400 | 414 | 431 if code.is_empty() => {}
            400..500 | 503 | 504 => assert!(
                documented.contains(&(code.clone(), *status)),
                "{name}: not documented: {answer:?}"
            ),
            _ => panic!("{name}: {answer:?}"),
        }
    }
}

/// The codes of `docs/errors.md` with their statuses.
fn documented() -> HashSet<(String, u16)> {
    let text = include_str!("../../../../docs/errors.md");
    let row = |line: &str| {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let code = cells.next()?.trim_matches('`').to_owned();
        Some((code, cells.next()?.parse().ok()?))
    };
    text.lines().filter_map(row).collect()
}
