//! How a command says that it did not succeed, and what to do about it.

use crate::output::Output;
use os_api::client;
use serde_json::json;
use std::fmt;

/// Something that only this program knows to be wrong, with the remedy.
#[derive(Debug)]
pub struct Failure {
    message: String,
    hint: Option<String>,
    exit: u8,
}

impl Failure {
    /// What is wrong.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, exit: 1 }
    }

    /// What is wrong with the command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit: 2, ..Self::new(message) }
    }

    /// What to do about it.
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

/// A runtime that does not do as asked; what to do about it is not what a
/// control plane would need.
#[derive(Debug)]
pub struct OfRuntime(pub client::Error);

impl fmt::Display for OfRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for OfRuntime {}

/// The answer was already given, and it is not a good one.
#[derive(Debug)]
pub struct Silent;

impl fmt::Display for Silent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("failed")
    }
}

impl std::error::Error for Silent {}

/// Prints a failure and says what to exit with.
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

/// What a person can do about a runtime.
fn remedy_of_runtime(error: &client::Error) -> Option<String> {
    let refusal = match error {
        client::Error::Unreachable { .. } => {
            return Some(
                "start a runtime with `os serve`, or name one with `--runtime`".to_owned(),
            );
        }
        client::Error::NotOurs { .. } => {
            return Some("name the runtime with `--runtime`".to_owned());
        }
        client::Error::Refused(refusal) => refusal,
    };
    let hint = match (refusal.status, refusal.code.as_deref()) {
        (401, Some("INVALID_EMAIL_OR_PASSWORD")) => return None,
        (401, _) => "sign in with `os login`",
        (_, Some("ENDPOINT_NOT_FOUND")) => "is it a runtime? name one with `--runtime`",
        (_, Some("OBJECT_NOT_FOUND")) => "`os meta list object` shows which there are",
        (_, Some("INVALID_FIELD")) => "`os meta get object …` shows its fields",
        (_, Some("OBJECT_PACKAGE_DISABLED")) => "load it with `os package enable`",
        (_, Some("MARKETPLACE_UNAVAILABLE")) => {
            "name a file instead of an id, or start the runtime with `--cloud-url`"
        }
        (_, Some("DEPENDENT_PACKAGES")) => "`--force` does it all the same",
        (_, Some("SETTINGS_INVALID")) => "give settings with `--settings`, as JSON or a file",
        (_, Some("RESOURCE_NOT_FOUND")) => "`os package list --runtime …` shows what is installed",
        _ => return None,
    };
    Some(hint.to_owned())
}

/// What a person can do on the command line; the server's message cannot know that.
fn remedy(error: &client::Error) -> Option<String> {
    let refusal = match error {
        client::Error::Unreachable { .. } => {
            return Some("start a server with `os start`, or name one with `--server`".to_owned());
        }
        client::Error::NotOurs { .. } => {
            return Some("name the control plane with `--server`".to_owned());
        }
        client::Error::Refused(refusal) => refusal,
    };
    let hint = match (refusal.status, refusal.code.as_deref()) {
        (401, Some("INVALID_EMAIL_OR_PASSWORD")) => return None,
        (401, _) => "sign in with `os cloud login`, or give an API key with `--token`",
        (_, Some("DRAFT_NOT_ALLOWED")) => {
            "outside production, `--allow-draft` allows drafts and pre-releases"
        }
        (_, Some("LISTING_POLICY_VIOLATION")) => {
            "complete the listing with `--readme-file`, `--icon-file`, `--description`, `--category`"
        }
        (_, Some("PACKAGE_ALREADY_INSTALLED")) => "move it with `os package upgrade`",
        (_, Some("VERSION_IMMUTABLE")) => "publish the change under a new number, with `--version`",
        (_, Some("ENVIRONMENT_NOT_FOUND")) => "`os environments list` shows those you may see",
        (_, Some("PACKAGE_NOT_INSTALLED")) => "`os package list --env …` shows what is installed",
        (_, Some("VERSION_NOT_FOUND")) => "`os package versions …` shows which there are",
        (_, Some("SETTINGS_INVALID")) => "give settings with `--settings`, as JSON or a file",
        _ => return None,
    };
    Some(hint.to_owned())
}
