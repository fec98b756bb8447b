//! `os user …`: the accounts of a server, in its database on this machine
//! (docs/operations.md#lost-passwords).
//!
//! **Invariant:** it never creates a database and never changes a schema.

use crate::cli::{Accounts, ResetPassword, UserCommand};
use crate::config::{server_url, shown};
use crate::failure::Failure;
use crate::home::{CONTROL_FILE, Database, Home, RUNTIME_FILE};
use crate::output::{Mark, Output};
use crate::prompt;
use anyhow::{Context, Result};
use os_control::administration::{self, Account, Actor, Identity, Pagination, User};
use os_db::{Db, StatementTimeouts};
use serde_json::{Value, json};

/// The most accounts that are listed.
const MAX_USERS: i64 = 1000;

/// Runs a command on the accounts of a database.
pub fn run(command: &UserCommand, output: Output) -> Result<()> {
    let database = find(command.accounts())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("could not start a worker thread")?;
    runtime.block_on(async {
        let (db, identity) = open(&database).await?;
        let done = act(command, &identity, output).await;
        db.close().await;
        done
    })
}

/// Finds the database with the accounts: where there is a control plane, its own.
fn find(accounts: &Accounts) -> Result<Database> {
    let arguments = &accounts.database;
    let found = Home::find(arguments, CONTROL_FILE)?;
    let is_named = arguments.database.as_deref().is_some_and(|it| !it.is_empty());
    let candidates = match found.database {
        Database::Sqlite(_) if !is_named => {
            vec![found.folder.join(CONTROL_FILE), found.folder.join(RUNTIME_FILE)]
        }
        Database::Sqlite(file) => vec![file],
        postgres => return Ok(postgres),
    };
    let existing = candidates.iter().find(|it| it.is_file()).cloned();
    existing.map(Database::Sqlite).ok_or_else(|| {
        Failure::new(format!("there is no database at {}", candidates[0].display()))
            .hint("name the data folder of the server with `--home` (OS_HOME), or its database with `--database` (OS_DATABASE_URL)")
            .into()
    })
}

async fn open(database: &Database) -> Result<(Db, Identity)> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::new(format!("could not open the database {}: {error}", database.shown()))
            .hint("run the command as the user that the server runs as")
    };
    let db =
        database.connect(StatementTimeouts::default()).await.map_err(|error| failed(&error))?;
    let opened = administration::open(db.clone()).await.map_err(|error| refusal(&error))?;
    let Some(identity) = opened else {
        return Err(Failure::new(format!("the database {} has no accounts", database.shown()))
            .hint("name the database of a server with `--database` (OS_DATABASE_URL)")
            .into());
    };
    let known = match identity.config().organizations {
        true => os_control::MIGRATIONS,
        false => os_runtime::MIGRATIONS,
    };
    let unknown = os_db::unknown(&db, known).await.map_err(|error| failed(&error))?;
    if !unknown.is_empty() {
        let shown = database.shown();
        return Err(Failure::new(format!("the database {shown} is newer than this os"))
            .hint("use the version of os that serves it")
            .into());
    }
    Ok((db, identity))
}

/// Turns a refusal of a rule into a failure of the command, with the cause of what is ours.
fn refusal(error: &administration::Error) -> Failure {
    Failure::new(error.cause().unwrap_or_else(|| error.message().to_owned()))
}

async fn act(command: &UserCommand, identity: &Identity, output: Output) -> Result<()> {
    let actor = Actor::system("os-user");
    let refused = |error: administration::Error| refusal(&error);
    let (user, outcome) = match command {
        UserCommand::List { search, .. } => {
            return list(identity, search.as_deref().unwrap_or_default(), output).await;
        }
        UserCommand::Show(it) => {
            let account = administration::describe(identity, &it.user).await.map_err(refused)?;
            show(&account, output);
            return Ok(());
        }
        UserCommand::ResetPassword(it) if it.password_stdin => {
            return set_password(identity, &actor, it, output).await;
        }
        UserCommand::ResetPassword(it) => return link(identity, &actor, it, output).await,
        UserCommand::Ban(it) => {
            let user = administration::ban(identity, &actor, &it.user).await.map_err(refused)?;
            (user, "is locked: password, sessions and API keys are refused".to_owned())
        }
        UserCommand::Unban(it) => {
            let user = administration::unban(identity, &actor, &it.user).await.map_err(refused)?;
            (user, "is unlocked".to_owned())
        }
        UserCommand::MakeAdmin(it) => {
            let user = administration::set_admin(identity, &actor, &it.user, true).await;
            (user.map_err(refused)?, "is an administrator of the server".to_owned())
        }
        UserCommand::RemoveAdmin(it) => {
            let user = administration::set_admin(identity, &actor, &it.user, false).await;
            (user.map_err(refused)?, "is no administrator of the server".to_owned())
        }
        UserCommand::EndSessions(it) => {
            let ended = administration::end_sessions(identity, &actor, &it.user).await;
            let (user, count) = ended.map_err(refused)?;
            (user, format!("is signed out of {count} sessions; API keys stay as they are"))
        }
    };
    output.answer(
        &json!({ "success": true, "id": user.id.to_string(), "email": user.email }),
        |output| {
            output.marked(Mark::Done, format!("{} {outcome}", user.email));
        },
    );
    Ok(())
}

async fn list(identity: &Identity, search: &str, output: Output) -> Result<()> {
    let page = Pagination { limit: MAX_USERS, offset: 0 };
    let (users, total) =
        administration::list(identity, search, page).await.map_err(|error| refusal(&error))?;
    let records: Vec<_> = users.iter().map(record).collect();
    output.answer(&json!({ "users": records, "total": total }), |output| {
        let rows: Vec<_> = users
            .iter()
            .map(|it| {
                let seen = it.last_login_at.map(|at| at.format("%Y-%m-%d %H:%M").to_string());
                vec![
                    it.email.clone(),
                    it.name.clone(),
                    it.role.clone(),
                    state(it).to_owned(),
                    seen.unwrap_or_else(|| "never".to_owned()),
                ]
            })
            .collect();
        output.table(&["EMAIL", "NAME", "ROLE", "STATE", "LAST SIGNED IN"], &rows);
        if total > MAX_USERS {
            output.note(format!("{total} accounts; search for the others"));
        }
    });
    Ok(())
}

fn state(user: &User) -> &'static str {
    if user.banned { "locked" } else { "active" }
}

fn record(user: &User) -> Value {
    json!({
        "id": user.id.to_string(), "email": user.email, "name": user.name, "role": user.role,
        "banned": user.banned, "lastLoginAt": user.last_login_at, "createdAt": user.created_at,
    })
}

fn show(account: &Account, output: Output) {
    let Account { user, has_password, sessions, api_keys, organizations } = account;
    let mut shown = record(user);
    shown["hasPassword"] = json!(has_password);
    shown["sessions"] = json!(sessions.len());
    shown["apiKeys"] = keys(account);
    shown["organizations"] = organizations
        .iter()
        .map(|it| json!({ "id": it.id.to_string(), "name": it.name }))
        .collect();
    output.answer(&shown, |output| {
        let named: Vec<_> = organizations.iter().map(|it| it.name.as_str()).collect();
        let prefixes: Vec<_> =
            api_keys.iter().map(|it| format!("{} ({}…)", it.name, it.prefix)).collect();
        output.facts(&[
            ("Email", user.email.clone()),
            ("Name", user.name.clone()),
            ("User ID", user.id.to_string()),
            ("Role", user.role.clone()),
            ("State", state(user).to_owned()),
            ("Password", if *has_password { "set" } else { "none" }.to_owned()),
            ("Sessions", sessions.len().to_string()),
            ("API keys", prefixes.join(", ")),
            ("Organizations", named.join(", ")),
        ]);
    });
}

fn keys(account: &Account) -> Value {
    account.api_keys.iter().map(|it| json!({ "name": it.name, "prefix": it.prefix })).collect()
}

async fn link(
    identity: &Identity,
    actor: &Actor,
    arguments: &ResetPassword,
    output: Output,
) -> Result<()> {
    let base_url = shown(&server_url(&arguments.base_url)?);
    let created = administration::create_reset_link(identity, actor, &arguments.user).await;
    let (user, link) = created.map_err(|error| refusal(&error))?;
    let account = described(identity, &user).await?;
    let url = link.url(&base_url);
    let answer = json!({
        "success": true, "id": user.id.to_string(), "email": user.email, "url": url,
        "expiresAt": link.expires_at, "apiKeys": keys(&account),
    });
    output.answer(&answer, |output| {
        output.line(&url);
        output.note(format!(
            "{} opens this link within 24 hours and chooses a new password. It works once.",
            user.email
        ));
        notes(&account, output);
    });
    Ok(())
}

async fn set_password(
    identity: &Identity,
    actor: &Actor,
    arguments: &ResetPassword,
    output: Output,
) -> Result<()> {
    let password = prompt::read_line()?;
    let set = administration::set_password(identity, actor, &arguments.user, &password).await;
    let user = set.map_err(|error| refusal(&error))?;
    let account = described(identity, &user).await?;
    let answer = json!({
        "success": true, "id": user.id.to_string(), "email": user.email, "apiKeys": keys(&account),
    });
    output.answer(&answer, |output| {
        output.marked(Mark::Done, format!("{} has a new password; all sessions ended", user.email));
        notes(&account, output);
    });
    Ok(())
}

async fn described(identity: &Identity, user: &User) -> Result<Account> {
    let described = administration::describe(identity, &user.id.to_string()).await;
    Ok(described.map_err(|error| refusal(&error))?)
}

/// Names what a new password does not change.
fn notes(account: &Account, output: Output) {
    if account.user.banned {
        output.warn("the account is locked; unlock it with `os user unban`");
    }
    if !account.api_keys.is_empty() {
        let names: Vec<_> =
            account.api_keys.iter().map(|it| format!("{} ({}…)", it.name, it.prefix)).collect();
        output.note(format!("API keys stay valid: {}", names.join(", ")));
    }
}
