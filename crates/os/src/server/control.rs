//! `os start` and `os cloud serve`: the control plane.

use super::{Port, base_url, block_on, first_account, log, trusted_origins};
use crate::cli::ServerArgs;
use crate::home::{CONTROL_FILE, Home};
use crate::output::Output;
use anyhow::Result;
use os_control::{Config, Control, FirstRun, FirstRunOutcome, MIGRATIONS};
use std::time::Duration;

/// Serves until a signal asks us to stop.
pub fn run<const PORT: u16>(arguments: &ServerArgs<PORT>, output: Output) -> Result<()> {
    let config = configuration(arguments)?;
    log::to_stderr(&arguments.log)?;
    let home = Home::find(&arguments.database, CONTROL_FILE)?;
    let _lock = home.prepare()?;
    block_on(serve(arguments, &home, config, output))
}

async fn serve<const PORT: u16>(
    arguments: &ServerArgs<PORT>,
    home: &Home,
    config: Config,
    output: Output,
) -> Result<()> {
    let port = Port::take(&arguments.listen, &arguments.limits)?;
    let url = config.base_url.clone().unwrap_or_else(|| port.url());
    let opened = open(arguments, home, config, output).await?;
    let place = [("Listening on", port.bound.to_string()), ("Database", home.database.shown())];
    let greet = || greet(output, &url, &place, &opened.outcome);
    port.serve(os_console::control_plane(opened.control.clone()), greet, output).await?;
    opened.control.db.close().await;
    Ok(())
}

/// A control plane that is ready to be served.
pub struct Opened {
    pub control: Control,
    pub outcome: FirstRunOutcome,
    _sweeper: tokio::task::JoinSet<()>,
}

/// Opens its database, and makes the first account where there is none.
pub async fn open<const PORT: u16>(
    arguments: &ServerArgs<PORT>,
    home: &Home,
    config: Config,
    output: Output,
) -> Result<Opened> {
    let timeouts = super::statement_timeouts(&arguments.limits);
    let db = super::open(&home.database, MIGRATIONS, timeouts, output).await?;
    let control = Control::new(db, config);
    let outcome = first_run(&control, arguments).await?;
    Ok(Opened { _sweeper: sweep_hourly(control.clone()), control, outcome })
}

/// Builds the configuration from arguments and environment.
pub fn configuration<const PORT: u16>(arguments: &ServerArgs<PORT>) -> Result<Config> {
    let security = &arguments.security;
    Ok(Config {
        base_url: base_url(&arguments.listen)?,
        service_key: arguments.service.service_key.clone().filter(|it| !it.is_empty()),
        open_registration: security.open_registration,
        trusted_origins: trusted_origins(&security.trusted_origins)?,
        secure_cookies: security.secure_cookies,
        behind_proxy: security.behind_proxy,
        examples: crate::examples::EXAMPLES,
        reader: os_runtime::read_artifact,
        ..Config::default()
    })
}

/// Makes the first account on an empty database.
async fn first_run<const PORT: u16>(
    control: &Control,
    arguments: &ServerArgs<PORT>,
) -> Result<FirstRunOutcome> {
    let (email, password) = first_account(&arguments.first_run);
    let made = os_control::prepare(control, FirstRun { email, password }).await;
    made.map_err(|error| super::no_first_account(error.message()).into())
}

/// Deletes what has expired, every hour, until it is dropped.
fn sweep_hourly(control: Control) -> tokio::task::JoinSet<()> {
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move {
        let mut hours = tokio::time::interval(Duration::from_secs(3600));
        loop {
            hours.tick().await;
            if let Err(error) = os_control::sweep(&control.db).await {
                tracing::warn!(error = error.message(), "could not delete what has expired");
            }
        }
    });
    tasks
}

/// Says where to go; on a new server also how to sign in, and what to do first.
pub fn greet(output: Output, url: &str, facts: &[(&str, String)], outcome: &FirstRunOutcome) {
    super::tell_ready(output, "os", url, facts);
    if let FirstRunOutcome::Created { email, generated_password, .. } = outcome {
        super::tell_first_account(output, url, email, generated_password.as_deref());
        output.announce("");
        output.announce("  Then, in another terminal:");
        output.announce(format!("    os cloud login --url {url} --email {email}"));
        output.announce("    os package publish");
        output.announce("    os package install <id> --env development");
    }
    output.announce("");
    output.announce("Press Ctrl-C to stop");
}
