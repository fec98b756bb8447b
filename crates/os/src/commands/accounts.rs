//! `os cloud login`, `logout` and `whoami`; the same for a runtime without
//! `cloud`, and `os register` (docs/wire/cli.md#credential-files, docs/wire/cli.md#commands).

use super::{device, text, user_of};
use crate::cli::{HowToLogin, PasswordArgs, Register};
use crate::config;
use crate::credentials::{Credentials, Side};
use crate::failure::{Failure, Silent};
use crate::output::{Mark, Output};
use crate::prompt;
use crate::target::Target;
use anyhow::Result;
use os_api::client::{Client, Error};
use os_db::now;
use serde_json::{Map, Value, json};
use std::time::Duration;
use url::Url;

/// Timeout of requests about sessions.
const REQUEST_TIMEOUT: Option<Duration> = Some(Duration::from_secs(30));

/// Signs in, with a password or in a browser.
pub fn login(side: Side, url: Option<&str>, how: &HowToLogin, output: Output) -> Result<()> {
    let stored = side.store()?.read()?;
    let named = config::named_server(url);
    let remembered = stored.as_ref().map(|it| it.url.as_str());
    let url = config::server_url(named.or(remembered).unwrap_or(config::DEFAULT_SERVER))?;
    if let Some(stored) = &stored
        && !how.force
        && config::is_same_server(&stored.url, &url)
        && !has_ended(&url, stored)
    {
        report_signed_in(side, stored, output);
        return Ok(());
    }

    let client = Client::new(&url, None, REQUEST_TIMEOUT);
    let by_password = how.email.is_some() || how.password.is_some();
    let (token, user) = if by_password {
        with_password(&client, how, output)?
    } else if prompt::is_interactive() || how.no_browser || output.is_json() {
        match device::sign_in(side, &client, how.no_browser, output) {
            // A runtime without a control plane has no page to confirm a code on.
            Err(error) if is_missing(&error) && prompt::is_interactive() && !output.is_json() => {
                with_password(&client, how, output)?
            }
            Err(error) if is_missing(&error) => {
                return Err(Failure::usage("this server accepts password sign-in only")
                    .hint("pass `--email` and `--password`")
                    .into());
            }
            done => done?,
        }
    } else {
        let other = match side {
            Side::Cloud => "OS_CLOUD_API_KEY",
            Side::Runtime => "OS_TOKEN",
        };
        return Err(Failure::usage("cannot sign in without a terminal")
            .hint(format!("pass `--email` and `--password`, or set {other}"))
            .into());
    };

    store(side, &url, token, &user)?;
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

fn with_password(client: &Client, how: &HowToLogin, output: Output) -> Result<(String, Value)> {
    let (email, password) =
        email_and_password(how.email.as_deref(), how.password.as_deref(), output)?;
    signed_in(client.sign_in(&email, &password)?, &email)
}

/// Returns whether the server has no such endpoint.
fn is_missing(error: &anyhow::Error) -> bool {
    let refused = error.chain().find_map(|it| it.downcast_ref::<Error>());
    matches!(refused, Some(Error::Refused(refusal)) if refusal.status == 404)
}

/// Creates an account in a runtime and stores its session.
pub fn register(arguments: &Register, output: Output) -> Result<()> {
    let named = arguments.url.clone().or_else(|| config::variable("OS_CLOUD_URL"));
    let named = config::named_server(named.as_deref());
    let url = config::server_url(named.unwrap_or(config::DEFAULT_SERVER))?;
    let (email, password) =
        email_and_password(arguments.email.as_deref(), arguments.password.as_deref(), output)?;
    let name = arguments.name.as_deref().filter(|it| !it.is_empty());
    let client = Client::new(&url, None, REQUEST_TIMEOUT);
    let (token, user) = signed_in(client.sign_up(&email, &password, name)?, &email)?;
    store(Side::Runtime, &url, token, &user)?;
    let (email, id) = (text(&user, "email"), text(&user, "id"));
    output.answer(&json!({ "success": true, "email": email, "userId": id }), |output| {
        let url = config::shown(&url);
        output.marked(Mark::Done, format!("Created the account {email} in {url} and signed in"));
    });
    Ok(())
}

/// Ends the session and deletes the stored token, even if the server refuses.
pub fn logout(side: Side, output: Output) -> Result<()> {
    let store = side.store()?;
    let message = match store.read()? {
        None => "Not logged in".to_owned(),
        Some(stored) => {
            if let Ok(url) = config::server_url(&stored.url) {
                let client = Client::new(&url, Some(stored.token), REQUEST_TIMEOUT);
                if let Err(error) = client.sign_out() {
                    output.warn(format!("the server could not end the session: {error}"));
                }
            }
            store.remove()?;
            format!("Logged out of {}", stored.url)
        }
    };
    let left = still_signed_in(side)?;
    let answer = json!({ "success": true, "message": message, "stillSignedIn": left });
    output.answer(&answer, |output| {
        output.marked(Mark::Done, &message);
        for credential in &left {
            output.warn(format!("`{} …` still uses {credential}", side.command()));
        }
    });
    Ok(())
}

/// Names the credentials that commands of a side use after its sign-in is gone, the first one first.
fn still_signed_in(side: Side) -> Result<Vec<String>> {
    let variables = match side {
        Side::Cloud => &["OS_CLOUD_API_KEY", "OS_TOKEN"][..],
        Side::Runtime => &["OS_TOKEN"],
    };
    let set = variables.iter().filter(|it| config::variable(it).is_some());
    let mut left: Vec<_> = set.map(|it| format!("the credential in {it}; unset it")).collect();
    let other = side.other();
    if let Some(stored) = other.store()?.read()? {
        let (url, command) = (&stored.url, other.command());
        left.push(format!(
            "the session of `{command} login` at {url}; end it with `{command} logout`"
        ));
    }
    Ok(left)
}

/// Changes the password of the signed-in user; their other sessions end.
pub fn change_password(target: &Target, passwords: &PasswordArgs, output: Output) -> Result<()> {
    let client = target.client()?;
    let given = |flag: &str, value: Option<&str>, question: &str| match value {
        Some("-") => prompt::read_line(),
        Some(password) => Ok(password.to_owned()),
        None if prompt::is_interactive() => prompt::password(question),
        None => Err(Failure::usage(format!("`{flag}` is missing"))
            .hint(format!("`{flag} -` reads it from standard input"))
            .into()),
    };
    let current =
        given("--current-password", passwords.current_password.as_deref(), "Current password")?;
    let new = given("--new-password", passwords.new_password.as_deref(), "New password")?;
    let changed = client.change_password(&current, &new).map_err(|error| match error {
        // The remedy of this code is to sign in, which is not what is wrong here.
        Error::Refused(refusal) if refusal.code.as_deref() == Some("INVALID_EMAIL_OR_PASSWORD") => {
            Failure::new("the current password is wrong; nothing changed").into()
        }
        other => anyhow::Error::from(other),
    })?;
    let email = text(&changed["user"], "email");
    output.answer(&json!({ "success": true, "email": email }), |output| {
        let url = config::shown(&target.url);
        output.marked(Mark::Done, format!("Changed the password of {email} in {url}"));
        output.note("Your other sessions have ended; API keys stay as they are.");
    });
    Ok(())
}

/// Prints whose token is stored and whether the server accepts it.
pub fn whoami(side: Side, target: &Target, output: Output) -> Result<()> {
    let login = format!("{} login", side.command());
    let Some(token) = &target.token else {
        output.answer(&json!({ "logged_in": false }), |output| {
            output.marked(Mark::Failure, "Not logged in");
            output.hint(format!("sign in with `{login}`"));
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
    let stored = side.store()?.read()?;
    let stored = stored.filter(|it| it.token == *token);
    let known =
        |name: &str, stored: Option<String>| user[name].as_str().map(str::to_owned).or(stored);
    let email = known("email", stored.as_ref().and_then(|it| it.email.clone()));
    let id = known("id", stored.and_then(|it| it.user_id));
    let (valid, url) = (user.is_object(), config::shown(&target.url));
    let mut record =
        json!({ "logged_in": true, "valid": valid, "url": url, "email": email, "userId": id });
    if side == Side::Runtime && valid {
        record["user"] = user.clone();
        record["session"] = answer["session"].clone();
    }
    output.answer(&record, |output| {
        if valid {
            output.marked(Mark::Done, format!("Logged in to {url}"));
        } else {
            output.marked(Mark::Failure, format!("{url} no longer accepts your session"));
            output.hint(format!("sign in again with `{login} --force`"));
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

/// Returns whether the server reports that the session has ended; false if it
/// cannot be reached.
fn has_ended(url: &Url, stored: &Credentials) -> bool {
    let client = Client::new(url, Some(stored.token.clone()), REQUEST_TIMEOUT);
    match client.session() {
        Ok(answer) => !user_of(&answer).is_object(),
        Err(Error::Refused(refusal)) => refusal.status == 401,
        Err(_) => false,
    }
}

fn report_signed_in(side: Side, stored: &Credentials, output: Output) {
    let email = stored.email.as_deref().unwrap_or_default();
    let record = json!({
        "success": false, "error": "Already logged in", "email": email, "url": stored.url,
    });
    output.answer(&record, |output| {
        output.marked(Mark::Done, format!("Already logged in to {} as {email}", stored.url));
        output.hint(format!("`--force` signs in again, `{} logout` signs out", side.command()));
    });
}

/// Returns the email and password from the flags, or asks for them.
fn email_and_password(
    email: Option<&str>,
    password: Option<&str>,
    output: Output,
) -> Result<(String, String)> {
    let missing = |flag: &str| Failure::usage(format!("`{flag}` is missing"));
    let email = match email {
        Some(email) => email.to_owned(),
        None if prompt::is_interactive() => prompt::line(output, "Email")?,
        None => return Err(missing("--email").into()),
    };
    let password = match password {
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

/// Returns the token and user of a sign-in.
pub fn signed_in(answer: Value, email: &str) -> Result<(String, Value)> {
    let Some(token) = answer["token"].as_str().filter(|it| !it.is_empty()) else {
        return Err(Failure::new("the server accepted the sign-in but sent no token")
            .hint("check that it is an `os` server: `os doctor`")
            .into());
    };
    let user =
        if answer["user"].is_object() { answer["user"].clone() } else { json!({ "email": email }) };
    Ok((token.to_owned(), user))
}

fn store(side: Side, url: &Url, token: String, user: &Value) -> Result<()> {
    let filled = |name: &str| Some(text(user, name).to_owned()).filter(|it| !it.is_empty());
    let created_at = now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let credentials = Credentials {
        url: config::shown(url),
        token,
        email: filled("email"),
        user_id: filled("id"),
        active_org_id: None,
        active_environment_id: None,
        others: Map::from_iter([
            ("createdAt".to_owned(), Value::String(created_at.clone())),
            ("lastUsedAt".to_owned(), Value::String(created_at)),
        ]),
    };
    side.store()?.write(&credentials)
}
