//! `os cloud login`, `logout` and `whoami` (contract §7.1, §7.2).

use super::{device, text};
use crate::cli::{Connection, Login};
use crate::config::{self, Target};
use crate::credentials::{self, Credentials};
use crate::failure::{Failure, Silent};
use crate::output::{Mark, Output};
use crate::prompt;
use anyhow::Result;
use os_api::client::{Client, Error};
use os_db::now;
use serde_json::{Map, Value, json};
use std::time::Duration;
use url::Url;

/// Signing in is quick; a server that is slower than this is not well.
const TIMEOUT: Option<Duration> = Some(Duration::from_secs(30));

/// Signs in, with a password or in a browser.
pub fn login(arguments: &Login, output: Output) -> Result<()> {
    let stored = credentials::cloud()?.read()?;
    let named = config::named_server(arguments.url.as_deref());
    let remembered = stored.as_ref().map(|it| it.url.as_str());
    let url = config::server_url(named.or(remembered).unwrap_or(config::DEFAULT_SERVER))?;
    if let Some(stored) = &stored
        && !arguments.force
        && config::is_same_server(&stored.url, &url)
    {
        already(stored, output);
        return Ok(());
    }

    let client = Client::new(&url, None, TIMEOUT);
    let (token, user) = if arguments.email.is_some() || arguments.password.is_some() {
        let (email, password) = email_and_password(arguments, output)?;
        signed_in(client.sign_in(&email, &password)?, &email)?
    } else if prompt::is_interactive() || arguments.no_browser || output.is_json() {
        device::sign_in(&client, arguments.no_browser, output)?
    } else {
        return Err(Failure::usage("there is no terminal to sign in from")
            .hint("give `--email` and `--password`, or set OS_CLOUD_API_KEY for each command")
            .into());
    };

    store(&url, token, &user)?;
    let (email, id) = (text(&user, "email"), text(&user, "id"));
    let url = config::shown(&url);
    output.answer(
        &json!({ "success": true, "email": email, "userId": id, "url": url }),
        |output| {
            output.marked(Mark::Done, format!("Logged in to {url} as {email}"));
        },
    );
    Ok(())
}

/// Ends the session, and forgets it whatever the server says.
pub fn logout(output: Output) -> Result<()> {
    let store = credentials::cloud()?;
    let message = match store.read()? {
        None => "Not logged in".to_owned(),
        Some(stored) => {
            if let Ok(url) = config::server_url(&stored.url) {
                let client = Client::new(&url, Some(stored.token), TIMEOUT);
                if let Err(error) = client.sign_out() {
                    output.warn(format!("the server could not end the session: {error}"));
                }
            }
            store.remove()?;
            format!("Logged out of {}", stored.url)
        }
    };
    output.answer(&json!({ "success": true, "message": message }), |output| {
        output.marked(Mark::Done, &message);
    });
    Ok(())
}

/// Says whose token we hold, and whether the server still takes it.
pub fn whoami(connection: &Connection, output: Output) -> Result<()> {
    let target = Target::find(connection)?;
    let Some(token) = &target.token else {
        output.answer(&json!({ "logged_in": false }), |output| {
            output.marked(Mark::Failure, "Not logged in");
            output.hint("sign in with `os cloud login`");
        });
        return Err(Silent.into());
    };
    let client = Client::new(&target.url, Some(token.clone()), target.timeout);
    let answer = match client.session() {
        Ok(answer) => answer,
        Err(Error::Refused(_)) => Value::Null,
        Err(error) => return Err(error.into()),
    };
    let user = user_of(&answer);
    let stored = credentials::cloud()?.read()?;
    let stored = stored.filter(|it| it.token == *token);
    let known =
        |name: &str, stored: Option<String>| user[name].as_str().map(str::to_owned).or(stored);
    let email = known("email", stored.as_ref().and_then(|it| it.email.clone()));
    let id = known("id", stored.and_then(|it| it.user_id));
    let (valid, url) = (user.is_object(), config::shown(&target.url));
    let record =
        json!({ "logged_in": true, "valid": valid, "url": url, "email": email, "userId": id });
    output.answer(&record, |output| {
        if valid {
            output.marked(Mark::Done, format!("Logged in to {url}"));
        } else {
            output.marked(Mark::Failure, format!("{url} does not accept your session any more"));
            output.hint("sign in again with `os cloud login --force`");
        }
        output.facts(&[
            ("Email", email.unwrap_or_default()),
            ("Name", text(user, "name").to_owned()),
            ("User ID", id.unwrap_or_default()),
            ("Organization", text(&answer["session"], "activeOrganizationId").to_owned()),
        ]);
    });
    Ok(())
}

fn already(stored: &Credentials, output: Output) {
    let email = stored.email.as_deref().unwrap_or_default();
    let record = json!({
        "success": false, "error": "Already logged in", "email": email, "url": stored.url,
    });
    output.answer(&record, |output| {
        output.marked(Mark::Done, format!("Already logged in to {} as {email}", stored.url));
        output.hint("`--force` signs in again, `os cloud logout` signs out");
    });
}

/// What flags do not say is asked for.
fn email_and_password(arguments: &Login, output: Output) -> Result<(String, String)> {
    let missing = |flag: &str| Failure::usage(format!("`{flag}` is missing"));
    let email = match &arguments.email {
        Some(email) => email.clone(),
        None if prompt::is_interactive() => prompt::line(output, "Email")?,
        None => return Err(missing("--email").into()),
    };
    let password = match arguments.password.as_deref() {
        Some("-") => prompt::read_line()?,
        Some(password) => password.to_owned(),
        None if prompt::is_interactive() => prompt::password("Password")?,
        None => {
            let hint = "`--password -` reads it from standard input";
            return Err(missing("--password").hint(hint).into());
        }
    };
    Ok((email, password))
}

/// The token and user of a sign-in.
fn signed_in(answer: Value, email: &str) -> Result<(String, Value)> {
    let Some(token) = answer["token"].as_str().filter(|it| !it.is_empty()) else {
        return Err(Failure::new("the server signed us in without a token")
            .hint("is it a control plane? `os doctor` looks")
            .into());
    };
    let user =
        if answer["user"].is_object() { answer["user"].clone() } else { json!({ "email": email }) };
    Ok((token.to_owned(), user))
}

/// The user of a get-session answer, which may be null.
pub fn user_of(answer: &Value) -> &Value {
    if answer["user"].is_object() { &answer["user"] } else { &answer["data"]["user"] }
}

fn store(url: &Url, token: String, user: &Value) -> Result<()> {
    let filled = |name: &str| Some(text(user, name).to_owned()).filter(|it| !it.is_empty());
    let created_at = now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let credentials = Credentials {
        url: config::shown(url),
        token,
        email: filled("email"),
        user_id: filled("id"),
        active_org_id: None,
        active_environment_id: None,
        others: Map::from_iter([("createdAt".to_owned(), Value::String(created_at))]),
    };
    credentials::cloud()?.write(&credentials)
}
