//! Sign-in with a code that is confirmed in a browser (RFC 8628).

use super::user_of;
use crate::credentials::Side;
use crate::failure::Failure;
use crate::output::Output;
use anyhow::{Context, Result};
use os_api::client::{Client, DeviceCode, Poll};
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Added to the polling interval on `slow_down` (RFC 8628, section 3.5).
const SLOW_DOWN_STEP: Duration = Duration::from_secs(5);

/// Shows the code, waits for its confirmation, and returns token and user.
pub fn sign_in(
    side: Side,
    client: &Client,
    no_browser: bool,
    output: Output,
) -> Result<(String, Value)> {
    let code = client.device_code().context("device request failed")?;
    let page = page(&code);
    let record = json!({
        "device_code": code.device_code,
        "user_code": code.user_code,
        "verification_uri": code.verification_uri,
        "verification_uri_complete": page,
        "expires_in": code.expires_in,
    });
    output.answer(&record, |output| {
        output.line(format!("Open {page}"));
        output.line(format!("and confirm the code {}", code.user_code));
    });
    if !no_browser && !output.is_json() {
        open_browser(&page);
    }

    let token = wait(side, client, &code, output)?;
    // The sign-in has succeeded even if this fails.
    let session = Client::new(client.base(), Some(token.clone()), Some(Duration::from_secs(30)));
    let user = session.session().map(|answer| user_of(&answer).clone()).unwrap_or_default();
    Ok((token, user))
}

fn wait(side: Side, client: &Client, code: &DeviceCode, output: Output) -> Result<String> {
    let deadline = Instant::now() + Duration::from_secs(code.expires_in);
    let mut interval = Duration::from_secs(code.interval.max(1));
    if !output.is_json() {
        output.note("Waiting for confirmation …");
    }
    while Instant::now() + interval <= deadline {
        sleep(interval);
        match client.device_token(code).context("polling failed")? {
            Poll::Approved { token } => return Ok(token),
            Poll::Pending => {}
            Poll::SlowDown => interval += SLOW_DOWN_STEP,
            Poll::Denied => return Err(Failure::new("Login denied by user").into()),
            Poll::Expired => break,
        }
    }
    Err(Failure::new("the code has expired")
        .hint(format!("start again with `{} login`", side.command()))
        .into())
}

/// Returns the page to open, with the code in its address.
fn page(code: &DeviceCode) -> String {
    code.verification_uri_complete
        .clone()
        .unwrap_or_else(|| format!("{}?user_code={}", code.verification_uri, code.user_code))
}

/// Opens a page in the browser, if there is one; its address is printed in any case.
fn open_browser(page: &str) {
    // The address comes from the server and goes to a program on this machine.
    if !page.starts_with("http://") && !page.starts_with("https://") {
        return;
    }
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let quiet = Command::new(program)
        .arg(page)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    drop(quiet);
}
