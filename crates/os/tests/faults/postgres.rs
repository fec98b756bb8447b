//! A PostgreSQL cluster of the test's own, that can be killed.

use os_test::eventually_blocking;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

pub struct Postgres {
    folder: tempfile::TempDir,
    programs: PathBuf,
    process: Child,
}

impl Postgres {
    /// Starts a cluster; prints why and returns `None` if PostgreSQL's programs are not found.
    pub fn start() -> Option<Self> {
        let Ok(programs) = std::env::var("TEST_POSTGRES_BIN") else {
            eprintln!(
                "skipped: TEST_POSTGRES_BIN does not name PostgreSQL's programs; `./test` sets it"
            );
            return None;
        };
        let programs = PathBuf::from(programs);
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o777)).unwrap();
        let data = folder.path().join("data");
        let made = as_postgres(&programs.join("initdb"))
            .args([
                "-D",
                data.to_str().unwrap(),
                "-U",
                "postgres",
                "-A",
                "trust",
                "--no-instructions",
            ])
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(made.success(), "initdb");
        let process = launch(&programs, &folder);
        let postgres = Self { folder, programs, process };
        postgres.wait_until_ready();
        Some(postgres)
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@localhost/postgres?host={}", self.folder.path().display())
    }

    /// SIGKILL to the postmaster; its children notice and die.
    pub fn kill(&self) {
        let pid_file = self.folder.path().join("data/postmaster.pid");
        let pid = std::fs::read_to_string(pid_file).unwrap();
        let pid = pid.lines().next().unwrap().to_owned();
        assert!(Command::new("kill").args(["-9", &pid]).status().unwrap().success());
    }

    /// Starts it again; it recovers from its log.
    pub fn restart(&mut self) {
        let _ = self.process.wait();
        self.process = launch(&self.programs, &self.folder);
        eventually_blocking("PostgreSQL starts again", || {
            // It ends at once while children of the killed one hold the shared memory.
            if self.process.try_wait().unwrap().is_some() {
                self.process = launch(&self.programs, &self.folder);
            }
            self.is_ready().then_some(())
        });
    }

    /// Until a runtime holds its claim on the database.
    pub fn wait_for_claim(&self) {
        let held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2";
        let folder = self.folder.path().to_str().unwrap();
        eventually_blocking("a runtime holds the claim", || {
            let mut psql = Command::new(self.programs.join("psql"));
            let ran = psql.args(["-U", "postgres", "-h", folder, "-tAc", held]).output().unwrap();
            (ran.stdout == b"1\n").then_some(())
        });
    }

    fn wait_until_ready(&self) {
        eventually_blocking("PostgreSQL starts", || self.is_ready().then_some(()));
    }

    fn is_ready(&self) -> bool {
        Command::new(self.programs.join("pg_isready"))
            .args(["-q", "-U", "postgres", "-h", self.folder.path().to_str().unwrap()])
            .status()
            .unwrap()
            .success()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.folder.path().join("data");
        let _ = as_postgres(&self.programs.join("pg_ctl"))
            .args(["-D", data.to_str().unwrap(), "-m", "immediate", "stop"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        let _ = self.process.wait();
    }
}

fn launch(programs: &std::path::Path, folder: &tempfile::TempDir) -> Child {
    let path = folder.path().to_str().unwrap();
    as_postgres(&programs.join("postgres"))
        .args(["-D", &format!("{path}/data"), "-k", path, "-c", "listen_addresses="])
        .args(["-c", "max_connections=60", "-c", "logging_collector=off"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// PostgreSQL refuses to run as root.
fn as_postgres(program: &std::path::Path) -> Command {
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if !is_root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    command.current_dir("/");
    command
}
