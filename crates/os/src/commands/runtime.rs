//! How commands speak to a runtime, and read JSON for it.

use super::accounts::signed_in;
use crate::cli::{RuntimeAccount, RuntimeConnection};
use crate::failure::{Failure, OfRuntime};
use crate::target::Target;
use anyhow::{Context, Result};
use os_api::client::{self, Client};
use serde_json::{Map, Value};
use std::io::Read;
use std::path::Path;

/// What a runtime answers, or why it does not.
pub fn ask<T>(answer: client::Result<T>) -> Result<T> {
    answer.map_err(|error| OfRuntime(error).into())
}

/// A client of whoever is signed in to a runtime.
pub fn client(connection: &RuntimeConnection) -> Result<Client> {
    Target::runtime(connection)?.client()
}

/// Runs a command as an account that was named, in a session that ends with it;
/// else as whoever is signed in.
pub fn as_account<T>(
    target: &Target,
    account: &RuntimeAccount,
    command: impl FnOnce(&Client) -> Result<T>,
) -> Result<T> {
    let said = |text: &Option<String>| text.clone().filter(|it| !it.is_empty());
    let (email, password) = match (said(&account.email), said(&account.password)) {
        (None, None) => return command(&target.client()?),
        (Some(email), Some(password)) => (email, password),
        (None, Some(_)) => return Err(Failure::usage("`--email` is missing").into()),
        (Some(_), None) => return Err(Failure::usage("`--password` is missing").into()),
    };
    let anonymous = Client::new(&target.url, None, target.timeout);
    let (token, _) = signed_in(ask(anonymous.sign_in(&email, &password))?, &email)?;
    let client = Client::new(&target.url, Some(token), target.timeout);
    let done = command(&client);
    // A session that stays is no harm; it expires.
    let _ = client.sign_out();
    done
}

/// Reads a JSON object; `from` says where it stood.
pub fn object(text: &str, from: &str) -> Result<Map<String, Value>> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Failure::usage(format!("{from} is no JSON object"))
            .hint(r#"write it like {"name":"Acme"}"#)
            .into()),
        Err(error) => Err(Failure::usage(format!("{from} is not JSON: {error}")).into()),
    }
}

/// Reads a file of a JSON object; `-` is standard input.
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
