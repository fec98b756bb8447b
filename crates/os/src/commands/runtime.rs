//! Clients of a runtime, and JSON arguments for them.

use super::accounts::signed_in;
use crate::cli::{RuntimeAccount, RuntimeConnection};
use crate::failure::{Failure, OfRuntime};
use crate::target::Target;
use anyhow::{Context, Result};
use os_api::client::{self, Client};
use serde_json::{Map, Value};
use std::io::Read;
use std::path::Path;

/// Marks errors as those of a runtime, for their remedies.
pub fn ask<T>(answer: client::Result<T>) -> Result<T> {
    answer.map_err(|error| OfRuntime(error).into())
}

/// Returns a client with the stored session of a runtime.
pub fn client(connection: &RuntimeConnection) -> Result<Client> {
    Target::runtime(connection)?.client()
}

/// Runs a command as the given account, in a session that ends with it, or with the stored
/// session.
pub fn as_account<T>(
    target: &Target,
    account: &RuntimeAccount,
    command: impl FnOnce(&Client) -> Result<T>,
) -> Result<T> {
    let non_empty = |text: &Option<String>| text.clone().filter(|it| !it.is_empty());
    let (email, password) = match (non_empty(&account.email), non_empty(&account.password)) {
        (None, None) => return command(&target.client()?),
        (Some(email), Some(password)) => (email, password),
        (None, Some(_)) => return Err(Failure::usage("`--email` is missing").into()),
        (Some(_), None) => return Err(Failure::usage("`--password` is missing").into()),
    };
    let anonymous = Client::new(&target.url, None, target.timeout);
    let (token, _) = signed_in(ask(anonymous.sign_in(&email, &password))?, &email)?;
    let client = Client::new(&target.url, Some(token), target.timeout);
    let done = command(&client);
    // A session that is left over is harmless: it expires.
    let _ = client.sign_out();
    done
}

/// Parses a JSON object; `from` names its source in errors.
pub fn object(text: &str, from: &str) -> Result<Map<String, Value>> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Failure::usage(format!("{from} is not a JSON object"))
            .hint(r#"write it like {"name":"Acme"}"#)
            .into()),
        Err(error) => Err(Failure::usage(format!("{from} is not JSON: {error}")).into()),
    }
}

/// Reads a JSON object from a file; `-` is standard input.
pub fn object_file(path: &Path) -> Result<Map<String, Value>> {
    let mut text = String::new();
    if path.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).context("could not read standard input")?;
        return object(&text, "standard input");
    }
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("could not read {}", path.display()))?;
    object(&text, &path.display().to_string())
}
