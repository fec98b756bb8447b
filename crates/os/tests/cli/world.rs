//! A temporary home and working folder, and the program run in them.

pub use os_test::PASSWORD;
use os_test::eventually_blocking;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use tempfile::TempDir;

pub const EMAIL: &str = "ada@example.com";

/// How long a command may run.
const LIMIT: Duration = Duration::from_secs(30);

pub struct World {
    folder: TempDir,
}

/// A running `os start` or `os serve`; killed when dropped.
pub struct Server {
    pub child: Child,
    pub url: String,
    /// What it printed when it was ready.
    pub greeting: String,
}

/// The outcome of a run of the program.
#[derive(Debug)]
pub struct Ran {
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
    folder: String,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("home")).unwrap();
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program with arguments, which are separated by spaces.
    pub fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_os"));
        command
            .args(arguments.split_whitespace())
            .env_clear()
            .env("HOME", self.path("home"))
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    pub fn os(&self, arguments: &str) -> Ran {
        self.run(&mut self.command(arguments))
    }

    pub fn run(&self, command: &mut Command) -> Ran {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (pid, (sender, ended)) = (child.id().to_string(), mpsc::channel());
        std::thread::spawn(move || sender.send(child.wait_with_output().unwrap()));
        let output = ended.recv_timeout(LIMIT).unwrap_or_else(|_| {
            let _ = Command::new("kill").arg(pid).status();
            panic!("{command:?} did not end within {LIMIT:?}");
        });
        Ran::of(output, self.folder.path().display().to_string())
    }

    /// A server with an empty database, and Ada as its first account.
    pub fn start(&self) -> Server {
        let mut command = self.command("start --port 0 --log off");
        command.env("OS_ADMIN_EMAIL", EMAIL).env("OS_ADMIN_PASSWORD", PASSWORD);
        Server::start(command)
    }

    /// A runtime with an empty database, and Ada as its first account.
    pub fn serve(&self) -> Server {
        let mut command = self.command("serve --port 0 --log off");
        command.env("OS_ADMIN_EMAIL", EMAIL).env("OS_ADMIN_PASSWORD", PASSWORD);
        Server::start(command)
    }

    /// A runtime that Ada is signed in to.
    pub fn in_runtime(&self) -> Server {
        let server = self.serve();
        let mut login = self.command(&format!("login --url {} --email {EMAIL}", server.url));
        self.run(login.arg("--password").arg(PASSWORD)).ok();
        server
    }

    /// A server that Ada is signed in to.
    pub fn signed_in(&self) -> Server {
        let server = self.start();
        let mut login = self.command(&format!("cloud login --url {} --email {EMAIL}", server.url));
        login.arg("--password").arg(PASSWORD);
        let ran = self.run(&mut login);
        assert_eq!(ran.exit, 0, "{ran:?}");
        server
    }
}

impl Server {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut greeting = String::new();
        for line in lines.by_ref() {
            greeting.push_str(&line.unwrap());
            greeting.push('\n');
            if greeting.contains("Ctrl-C") {
                break;
            }
        }
        let url = greeting.split_whitespace().find(|it| it.starts_with("http://"));
        let url = url.unwrap_or_else(|| panic!("no URL in {greeting:?}")).to_owned();
        Self { child, url, greeting }
    }

    /// Sends SIGTERM, and waits until the server has stopped.
    pub fn stop(mut self) -> ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        eventually_blocking("the server stops", || self.child.try_wait().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ran {
    /// What a process that ended printed; `folder` is masked in it.
    pub fn of(output: Output, folder: String) -> Self {
        Self {
            exit: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            folder,
        }
    }

    /// All output, with everything masked that differs between runs.
    pub fn seen(&self) -> String {
        let mut seen = self.stdout.clone();
        seen.push_str(&self.stderr);
        seen.push_str(&format!("exit {}\n", self.exit));
        masked(&seen.replace(&self.folder, "FOLDER"))
    }

    /// The JSON on the last line of standard output.
    pub fn json(&self) -> serde_json::Value {
        let line = self.stdout.lines().last().unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    pub fn ok(self) -> Self {
        assert_eq!(self.exit, 0, "{self:?}");
        self
    }
}

/// Reads what is left of a stream.
pub fn rest(mut stream: impl Read) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

/// Replaces ids, checksums, times and ports by their names.
fn masked(text: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == ':';
    let mut masked = String::new();
    let mut word = String::new();
    for c in text.chars().chain(['\n']) {
        if is_word(c) {
            word.push(c);
        } else {
            masked.push_str(&mask(&word));
            masked.push(c);
            word.clear();
        }
    }
    masked.pop();
    masked
}

fn mask(word: &str) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let is_hex = |length| word.len() == length && word.bytes().all(|it| it.is_ascii_hexdigit());
    if uuid::Uuid::parse_str(word).is_ok() && word.len() == 36 {
        return "ID".to_owned();
    }
    if let Some((slug, short)) = word.rsplit_once('-')
        && short.len() == 8
        && short.bytes().all(|it| it.is_ascii_hexdigit() && !it.is_ascii_uppercase())
    {
        return format!("{slug}-SHORT");
    }
    if is_hex(16) || is_hex(64) {
        return "CHECKSUM".to_owned();
    }
    match word.rsplit_once(':') {
        Some(("localhost", port)) if digits(port) => return "localhost:PORT".to_owned(),
        Some((hour, minute)) if digits(hour) && digits(minute) => return "HH:MM".to_owned(),
        _ => {}
    }
    if word.len() == 10 && word.starts_with("20") && word.split('-').all(digits) {
        return "DATE".to_owned();
    }
    word.to_owned()
}
