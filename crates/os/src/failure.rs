//! Failures of commands, with remedies.

use crate::output::Output;
use os_api::client;
use serde_json::json;
use std::fmt;

/// A failure found by this program, with its remedy.
#[derive(Debug)]
pub struct Failure {
    message: String,
    hint: Option<String>,
    exit: u8,
}

impl Failure {
    /// Creates a failure with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, exit: 1 }
    }

    /// Returns a failure of the command line: exit code 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit: 2, ..Self::new(message) }
    }

    /// Adds the remedy.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// An error of a runtime: its remedies differ from those of a control plane.
#[derive(Debug)]
pub struct OfRuntime(pub client::Error);

impl fmt::Display for OfRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for OfRuntime {}

/// A failure that has already been printed.
#[derive(Debug)]
pub struct Silent;

impl fmt::Display for Silent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("failed")
    }
}

impl std::error::Error for Silent {}

/// Prints a failure and returns the exit code.
pub fn report(output: Output, error: &anyhow::Error) -> u8 {
    let failure = error.chain().find_map(|it| it.downcast_ref::<Failure>());
    let exit = failure.map_or(1, |failure| failure.exit);
    if error.is::<Silent>() {
        return exit;
    }
    let of_runtime = error.chain().find_map(|it| it.downcast_ref::<OfRuntime>()).map(|it| &it.0);
    let of_cloud = error.chain().find_map(|it| it.downcast_ref::<client::Error>());
    let refusal = of_cloud.or(of_runtime);
    if output.is_json() {
        output.record(&json!({
            "success": false,
            "error": format!("{error:#}"),
            "code": refusal.and_then(code),
            "httpStatus": refusal.and_then(status),
        }));
        return exit;
    }
    output.error(format!("{error:#}"));
    for violation in refusal.map(violations).unwrap_or_default() {
        output.note(format!("  - {violation}"));
    }
    let hint = failure.and_then(|it| it.hint.clone());
    let hint = hint.or_else(|| of_cloud.and_then(remedy));
    let hint = hint.or_else(|| of_runtime.and_then(remedy_of_runtime));
    if let Some(hint) = hint {
        output.hint(hint);
    }
    exit
}

fn code(error: &client::Error) -> Option<&str> {
    match error {
        client::Error::Refused(refusal) => refusal.code.as_deref(),
        client::Error::Unreachable { .. } => Some("UNREACHABLE"),
        client::Error::NotOurs { .. } => Some("NOT_A_CONTROL_PLANE"),
    }
}

fn status(error: &client::Error) -> Option<u16> {
    match error {
        client::Error::Refused(refusal) => Some(refusal.status),
        _ => None,
    }
}

fn violations(error: &client::Error) -> &[String] {
    match error {
        client::Error::Refused(refusal) => &refusal.violations,
        _ => &[],
    }
}

/// Returns the remedy for an error of a runtime.
fn remedy_of_runtime(error: &client::Error) -> Option<String> {
    let refusal = match error {
        client::Error::Unreachable { .. } => {
            return Some(
                "start a runtime with `os serve`, or select one with `--runtime`".to_owned(),
            );
        }
        client::Error::NotOurs { .. } => {
            return Some("select the runtime with `--runtime`".to_owned());
        }
        client::Error::Refused(refusal) => refusal,
    };
    let hint = match (refusal.status, refusal.code.as_deref()) {
        (401, Some("INVALID_EMAIL_OR_PASSWORD")) => return None,
        (401, _) => "sign in with `os login`",
        (_, Some("ENDPOINT_NOT_FOUND")) => {
            "check that it is a runtime, or select one with `--runtime`"
        }
        (_, Some("OBJECT_NOT_FOUND")) => "`os meta list object` lists the objects",
        (_, Some("INVALID_FIELD")) => "`os meta get object …` shows its fields",
        (_, Some("OBJECT_PACKAGE_DISABLED")) => "enable it with `os package enable`",
        (_, Some("MARKETPLACE_UNAVAILABLE")) => {
            "pass a file instead of an id, or start the runtime with `--cloud-url`"
        }
        (_, Some("DEPENDENT_PACKAGES")) => "use `--force` to ignore them",
        (_, Some("SETTINGS_INVALID")) => "pass settings with `--settings`, as JSON or a file",
        (_, Some("RESOURCE_NOT_FOUND")) => "`os package list --runtime …` lists installed packages",
        _ => return None,
    };
    Some(hint.to_owned())
}

/// Returns the remedy on the command line for an error of a control plane.
fn remedy(error: &client::Error) -> Option<String> {
    let refusal = match error {
        client::Error::Unreachable { .. } => {
            return Some(
                "start a server with `os start`, or select one with `--server`".to_owned(),
            );
        }
        client::Error::NotOurs { .. } => {
            return Some("select the control plane with `--server`".to_owned());
        }
        client::Error::Refused(refusal) => refusal,
    };
    let hint = match (refusal.status, refusal.code.as_deref()) {
        (401, Some("INVALID_EMAIL_OR_PASSWORD")) => return None,
        (401, _) => "sign in with `os cloud login`, or pass an API key with `--token`",
        (_, Some("DRAFT_NOT_ALLOWED")) => {
            "outside production, use `--allow-draft` for drafts and pre-releases"
        }
        (_, Some("LISTING_POLICY_VIOLATION")) => {
            "complete the listing with `--readme-file`, `--icon-file`, `--description`, `--category`"
        }
        (_, Some("PACKAGE_ALREADY_INSTALLED")) => "use `os package upgrade`",
        (_, Some("VERSION_IMMUTABLE")) => {
            "publish the change under a new version number, with `--version`"
        }
        (_, Some("ENVIRONMENT_NOT_FOUND")) => {
            "`os environments list` lists the environments you can see"
        }
        (_, Some("PACKAGE_NOT_INSTALLED")) => "`os package list --env …` lists installed packages",
        (_, Some("VERSION_NOT_FOUND")) => "`os package versions …` lists the versions",
        (_, Some("SETTINGS_INVALID")) => "pass settings with `--settings`, as JSON or a file",
        _ => return None,
    };
    Some(hint.to_owned())
}
