//! One command as a whole process: its time and the most memory it had.

use crate::table;
use nix::sys::resource::{UsageWho, getrusage};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Runs a command for us, so that its peak is not that of one before it.
pub const WRAPPER: &str = "spend";

/// What a run took: milliseconds and bytes.
#[derive(Debug, Clone, Copy)]
pub struct Spent {
    pub wall: f64,
    pub peak: f64,
}

impl Spent {
    pub fn median(runs: &[Self]) -> Option<Self> {
        let of = |part: fn(&Self) -> f64| table::median(runs.iter().map(part).collect());
        (!runs.is_empty()).then(|| Self { wall: of(|it| it.wall), peak: of(|it| it.peak) })
    }
}

/// A command that is to be run.
pub struct Run(Command);

impl Run {
    /// The program of this repository.
    pub fn ours(folder: &Path) -> Self {
        Self::of(env!("CARGO_BIN_EXE_os").into(), folder)
    }

    /// The npm CLI, where it is.
    pub fn theirs(folder: &Path) -> Option<Self> {
        let cli = peer_modules()?.join(".bin/os");
        let mut run = Self::of("node".into(), folder);
        run.0.arg(cli);
        Some(run)
    }

    fn of(program: PathBuf, folder: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(WRAPPER).arg(program).current_dir(folder).stderr(Stdio::inherit());
        Self(command)
    }

    pub fn args<'a>(
        mut self,
        arguments: impl IntoIterator<Item = &'a (impl AsRef<str> + 'a + ?Sized)>,
    ) -> Self {
        self.0.args(arguments.into_iter().map(AsRef::as_ref));
        self
    }

    pub fn spend(self) -> Spent {
        let command = format!("{:?}", self.0);
        self.spend_if_it_can().unwrap_or_else(|| panic!("{command} fails"))
    }

    /// `None` where the command fails: not every project is one for both.
    pub fn spend_if_it_can(mut self) -> Option<Spent> {
        let output = self.0.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let (wall, peak) = text.trim().split_once(' ')?;
        Some(Spent { wall: wall.parse().unwrap(), peak: peak.parse().unwrap() })
    }
}

/// Runs a command and prints what it took, if it succeeds.
pub fn wrapped(arguments: &[String]) {
    let (program, arguments) = arguments.split_first().unwrap();
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    let status = command.status().unwrap();
    let wall = started.elapsed().as_secs_f64() * 1e3;
    let kilobytes = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss();
    if status.success() {
        println!("{wall} {}", kilobytes * 1024);
    }
}

/// The packages of the npm CLI.
pub fn peer_modules() -> Option<PathBuf> {
    std::env::var_os("PEER_MODULES").filter(|it| !it.is_empty()).map(PathBuf::from)
}
