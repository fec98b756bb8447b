//! `os doctor`: checks this machine and the server, with remedies.

use crate::cli::Doctor;
use crate::config;
use crate::failure::Silent;
use crate::home::{CONTROL_FILE, Database, Home};
use crate::output::{Mark, Output};
use crate::target::Target;
use anyhow::Result;
use os_api::client::{Client, Error};
use os_control::MIGRATIONS;
use os_db::{StatementTimeouts, now};
use serde::Serialize;
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// The result of one check.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    status: Status,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Warn,
    Fail,
}

/// The largest difference between two clocks before sessions and lists look wrong.
const MAX_CLOCK_SKEW: chrono::TimeDelta = chrono::TimeDelta::seconds(30);

/// Runs all checks and fails if one of them fails.
pub fn run(arguments: &Doctor, output: Output) -> Result<()> {
    let home = Home::find(&arguments.database, CONTROL_FILE)?;
    let mut checks = vec![check_home(&home.folder), check_database(&home.database)?];
    let target = Target::find(&arguments.common.connection)?;
    checks.extend(check_server(&target));

    let failed = checks.iter().any(|check| check.status == Status::Fail);
    output.answer(&json!({ "ok": !failed, "checks": checks }), |output| {
        for check in &checks {
            let mark = match check.status {
                Status::Ok => Mark::Done,
                Status::Warn => Mark::Warning,
                Status::Fail => Mark::Failure,
            };
            output.marked(mark, format!("{}: {}", check.name, check.message));
            if let Some(remedy) = &check.remedy {
                output.line(format!("  → {remedy}"));
            }
        }
    });
    if failed { Err(Silent.into()) } else { Ok(()) }
}

impl Check {
    fn ok(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, status: Status::Ok, message: message.into(), remedy: None }
    }

    fn warn(name: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        let remedy = Some(remedy.into());
        Self { name, status: Status::Warn, message: message.into(), remedy }
    }

    fn fail(name: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        let remedy = Some(remedy.into());
        Self { name, status: Status::Fail, message: message.into(), remedy }
    }
}

fn check_home(folder: &Path) -> Check {
    let (name, shown) = ("home", folder.display());
    let Ok(metadata) = folder.metadata() else {
        return Check::warn(
            name,
            format!("{shown} does not exist"),
            "fine on a client; on a server, `os start` creates it and `--home` selects another",
        );
    };
    if !metadata.is_dir() {
        return Check::fail(name, format!("{shown} is not a folder"), "select one with `--home`");
    }
    if let Err(error) = tempfile_in(folder) {
        let remedy = "make it writable for this user, or select another with `--home`";
        return Check::fail(name, format!("{shown} is not writable: {error}"), remedy);
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0 {
        let message = format!("other users of this machine can read {shown}");
        return Check::warn(name, message, format!("chmod 700 {shown}"));
    }
    Check::ok(name, format!("{shown} is writable"))
}

/// Checks that a file can be created in a folder.
fn tempfile_in(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(format!("doctor.{}.tmp", std::process::id()));
    std::fs::OpenOptions::new().write(true).create_new(true).open(&probe)?;
    std::fs::remove_file(&probe)
}

fn check_database(database: &Database) -> Result<Check> {
    if let Database::Sqlite(file) = database
        && !file.exists()
    {
        let message = format!("{} does not exist", file.display());
        let remedy =
            "fine on a client; on a server, `os start` creates it and `--database` selects another";
        return Ok(Check::warn("database", message, remedy));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let shown = database.shown();
    Ok(match runtime.block_on(missing_migrations(database)) {
        Ok(0) => Check::ok("database", format!("{shown} is writable and its schema is up to date")),
        Ok(missing) => Check::warn(
            "database",
            format!("{shown} is {missing} migrations behind"),
            "start the server once to apply them",
        ),
        Err(error) => Check::fail(
            "database",
            format!("cannot use {shown}: {error}"),
            "check `--database` (OS_DATABASE_URL) and that this user can write there",
        ),
    })
}

/// Opens the database for writing, without changing it, and counts pending migrations.
async fn missing_migrations(database: &Database) -> os_db::Result<usize> {
    let db = database.connect(StatementTimeouts::default()).await?;
    let missing = os_db::missing(&db, MIGRATIONS).await;
    db.close().await;
    missing
}

fn check_server(target: &Target) -> Vec<Check> {
    let url = config::shown(&target.url);
    let client = Client::new(&target.url, None, Some(Duration::from_secs(10)));
    let health = match client.health() {
        Ok(health) => health,
        Err(error) => {
            let remedy = "start one with `os start`, or select one with `--server`";
            return vec![Check::fail("server", error.to_string(), remedy)];
        }
    };
    let mut checks = vec![match client.ready() {
        Ok(_) => Check::ok("server", format!("{url} is ready")),
        Err(error) => {
            let message = format!("{url} is running but not ready: {error}");
            Check::fail("server", message, "check its log; its database may be unreachable")
        }
    }];
    checks.push(check_credential(target, &url));
    let time = health["timestamp"].as_str().and_then(|it| it.parse().ok());
    checks.extend(time.map(check_clock));
    checks
}

fn check_credential(target: &Target, url: &str) -> Check {
    let name = "sign-in";
    let remedy = format!("sign in with `os cloud login --url {url} --force`");
    let Some(token) = &target.token else {
        return Check::warn(name, format!("not signed in to {url}"), remedy);
    };
    let client = Client::new(&target.url, Some(token.clone()), Some(Duration::from_secs(10)));
    match client.session() {
        Ok(answer) => match super::user_of(&answer)["email"].as_str() {
            Some(email) => Check::ok(name, format!("signed in to {url} as {email}")),
            None => Check::fail(name, format!("{url} does not accept your session"), remedy),
        },
        Err(Error::Refused(refusal)) => Check::fail(name, refusal.to_string(), remedy),
        Err(error) => Check::fail(name, error.to_string(), remedy),
    }
}

fn check_clock(server: chrono::DateTime<chrono::Utc>) -> Check {
    let apart = (now() - server).abs();
    if apart <= MAX_CLOCK_SKEW {
        return Check::ok("clock", "the clocks of this machine and the server agree");
    }
    Check::warn(
        "clock",
        format!("the clocks of this machine and the server differ by {} s", apart.num_seconds()),
        "synchronize both over NTP",
    )
}
