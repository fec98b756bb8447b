//! `os serve`: a runtime.

use super::{
    Port, artifact, base_url, block_on, connect, failed, first_account, log, migrate,
    statement_timeouts, trusted_origins,
};
use crate::cli::{CloudArgs, Collision, ServeArgs, Switch};
use crate::config::{named_server, server_url, shown, variable};
use crate::failure::Failure;
use crate::home::{Database, Home, RUNTIME_FILE};
use crate::output::Output;
use anyhow::Result;
use os_db::{Claim, Db, StatementTimeouts};
use os_runtime::{Booted, Config, FirstRun, FirstRunOutcome, MIGRATIONS, Runtime};
use serde_json::Value;
use std::time::Duration;

/// The purpose of the claim of the process that runs a runtime on a database.
const RUNTIME_CLAIM: i32 = 1;

/// The wait for another process to release its claim on the database.
const CLAIM_TIMEOUT: Duration = Duration::from_secs(5);

/// Serves until a signal asks us to stop.
pub fn run(arguments: &ServeArgs, output: Output) -> Result<()> {
    let home = Home::find(&arguments.database, RUNTIME_FILE)?;
    let config = configuration(arguments, &home, output)?;
    log::to_stderr(&arguments.log)?;
    let _lock = home.prepare()?;
    block_on(serve(arguments, &home, config, output))
}

async fn serve(arguments: &ServeArgs, home: &Home, config: Config, output: Output) -> Result<()> {
    let port = Port::take(&arguments.listen, &arguments.limits)?;
    let url = config.base_url.clone().unwrap_or_else(|| port.url());
    let timeouts = statement_timeouts(&arguments.limits);
    let (db, _claim) = open_alone(&home.database, timeouts, output).await?;
    let runtime = Runtime::new(db, config);
    let booted = boot(&runtime, artifact::read(&arguments.artifact, &home.folder).await?).await?;
    let outcome = first_run(&runtime, arguments).await?;
    let mut facts =
        vec![("Listening on", port.bound.to_string()), ("Database", home.database.shown())];
    facts.extend(loaded(&booted));
    let greet = || greet(output, &url, &facts, &outcome);
    let _reconciling = reconcile(&runtime);
    port.serve(os_console::runtime(runtime.clone()), greet, output).await?;
    runtime.db.close().await;
    Ok(())
}

/// Opens the database of a runtime, which is one process: it keeps what is
/// installed in memory, and would not see what another one installs.
pub async fn open_alone(
    database: &Database,
    timeouts: StatementTimeouts,
    output: Output,
) -> Result<(Db, Claim)> {
    let db = connect(database, timeouts, output).await?;
    let claim = db.claim(RUNTIME_CLAIM, CLAIM_TIMEOUT).await;
    let Some(claim) = claim.map_err(|error| failed("open", database, &error))? else {
        let taken = format!("another runtime already uses {}", database.shown());
        return Err(Failure::new(taken)
            .hint("stop it, or choose another database with `--database` (OS_DATABASE_URL)")
            .into());
    };
    migrate(&db, database, MIGRATIONS).await?;
    Ok((db, claim))
}

/// Describes the packages that are loaded, and those that are not, for people.
pub fn loaded(booted: &Booted) -> Vec<(&'static str, String)> {
    let quarantined = booted.quarantined.iter();
    let quarantined =
        quarantined.map(|it| ("Not loaded", format!("{}: {}", it.manifest_id, it.reason)));
    std::iter::once(("Packages", booted.packages.to_string())).chain(quarantined).collect()
}

/// Loads the artifact that the runtime is started with, and what is installed.
pub async fn boot(runtime: &Runtime, artifact: Option<Value>) -> Result<Booted> {
    runtime.boot_with(artifact).await.map_err(|error| {
        anyhow::anyhow!(error.cause().unwrap_or_else(|| error.message().to_owned()))
            .context("could not load what is installed")
    })
}

/// Keeps up with the control plane until it is dropped.
pub fn reconcile(runtime: &Runtime) -> tokio::task::JoinSet<()> {
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(os_runtime::reconcile(runtime.clone()));
    tasks
}

/// Returns the name of this machine.
pub fn machine() -> String {
    let from_file = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let variable = || variable("HOSTNAME").or_else(|| variable("COMPUTERNAME"));
    let name = from_file.map(|name| name.trim().to_owned()).or_else(variable);
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| "runtime".to_owned())
}

/// Builds the configuration from arguments and environment.
fn configuration(arguments: &ServeArgs, home: &Home, output: Output) -> Result<Config> {
    let security = &arguments.security;
    let CloudArgs {
        cloud_url,
        cloud_key,
        environment_id,
        runtime_name,
        catalog_url,
        catalog_cache,
    } = &arguments.cloud;
    let filled = |text: &Option<String>| text.clone().filter(|it| !it.is_empty());
    let url = |text: &Option<String>| -> Result<Option<String>> {
        named_server(text.as_deref()).map(|url| Ok(shown(&server_url(url)?))).transpose()
    };
    let defaults = Config::default();
    Ok(Config {
        base_url: base_url(&arguments.listen)?,
        trusted_origins: trusted_origins(&security.trusted_origins)?,
        secure_cookies: security.secure_cookies,
        behind_proxy: security.behind_proxy,
        open_registration: security.open_registration,
        home: home.folder.clone(),
        cloud_url: url(cloud_url)?,
        catalog_url: url(catalog_url)?,
        cloud_key: filled(cloud_key),
        environment_id: filled(environment_id),
        name: filled(runtime_name).unwrap_or_else(machine),
        seed_environment: seeds(arguments.packages.seeds.as_deref(), output),
        browse_cache: if *catalog_cache == Switch::On {
            defaults.browse_cache
        } else {
            Duration::ZERO
        },
        shared_namespaces: arguments.packages.namespace_collision == Collision::Warn,
        ..defaults
    })
}

/// Returns the sample data to load; all of it for a name that is unknown
/// (docs/wire/seeds.md#loading).
pub fn seeds(name: Option<&str>, output: Output) -> Option<String> {
    let name = name.filter(|it| !it.is_empty())?;
    let known = match name {
        "production" | "prod" => "prod",
        "development" | "dev" => "dev",
        "test" => "test",
        _ => {
            output.warn(format!("`{name}` is no environment of sample data; all of it is loaded"));
            return None;
        }
    };
    Some(known.to_owned())
}

/// Makes the first account on an empty database.
async fn first_run(runtime: &Runtime, arguments: &ServeArgs) -> Result<FirstRunOutcome> {
    let (email, password) = first_account(&arguments.first_run);
    let made = os_runtime::prepare(runtime, FirstRun { email, password }).await;
    made.map_err(|error| super::no_first_account(error.message()).into())
}

/// Says where to go and what is loaded; on a new runtime also how to sign in.
fn greet(output: Output, url: &str, facts: &[(&str, String)], outcome: &FirstRunOutcome) {
    super::tell_ready(output, "The runtime of os", url, facts);
    if let FirstRunOutcome::Created { email, generated_password } = outcome {
        super::tell_first_account(output, url, email, generated_password.as_deref());
        output.announce("");
        output.announce("  Then, in another terminal:");
        output.announce(format!("    os login --url {url} --email {email}"));
        output.announce(format!("    os package install . --runtime {url}"));
    }
    if let FirstRunOutcome::NobodyHasAPassword { accounts } = outcome {
        output.announce(format!(
            "
  Nobody can sign in: the accounts here ({accounts}) came with `os start` and have no
  password. To give one to an account, which then owns this runtime, start again
  with OS_ADMIN_EMAIL and OS_ADMIN_PASSWORD; or choose another home with `--home`."
        ));
    }
    output.announce("");
    output.announce("Press Ctrl-C to stop");
}
