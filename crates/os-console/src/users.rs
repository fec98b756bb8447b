//! Pages of all accounts of a server, for its administrators
//! (docs/wire/authentication.md#accounts-as-administrators-manage-them).

use crate::account::Accounts;
use crate::confirm::Confirm;
use crate::flash::done;
use crate::frame::Frame;
use crate::respond::{page, page_as};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use os_http::Result;
use os_http::extract::{Path, Query};
use os_identity::administration::{self, Account};
use os_identity::pagination::Pagination;
use os_identity::user::User;
use os_identity::{Administrator, Client, Code};
use serde::Deserialize;

const PATH: &str = "/users";

/// The most accounts on the page; a search finds the others.
const MAX_USERS: i64 = 200;

#[derive(Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "users.html")]
struct UsersPage {
    frame: Frame,
    users: Vec<User>,
    total: i64,
    is_complete: bool,
    search: String,
}

pub async fn list<S: Accounts>(
    State(server): State<S>,
    Administrator(_): Administrator,
    Query(ListQuery { q: search }): Query<ListQuery>,
    frame: Frame,
) -> Result<Response> {
    let range = Pagination { limit: MAX_USERS, offset: 0 };
    let (users, total) = administration::list(server.identity(), &search, range).await?;
    page(&UsersPage { frame, is_complete: total <= MAX_USERS, users, total, search })
}

#[derive(Template)]
#[template(path = "user.html")]
struct UserPage {
    frame: Frame,
    account: Account,
    /// The link to a new password that was just created.
    link: Option<String>,
}

#[derive(Deserialize)]
pub struct UserPath {
    user: String,
}

pub async fn show<S: Accounts>(
    State(server): State<S>,
    Administrator(_): Administrator,
    Path(path): Path<UserPath>,
    frame: Frame,
) -> Result<Response> {
    let account = administration::describe(server.identity(), &path.user).await?;
    page(&UserPage { frame, account, link: None })
}

/// Responds with the page itself, without a redirect: the link is shown once.
pub async fn create_reset_link<S: Accounts>(
    State(server): State<S>,
    client: Client,
    Administrator(actor): Administrator,
    Path(path): Path<UserPath>,
    frame: Frame,
) -> Result<Response> {
    let identity = server.identity();
    let (_, link) = administration::create_reset_link(identity, &actor, &path.user).await?;
    let account = administration::describe(identity, &path.user).await?;
    let link = Some(link.url(&client.base_url));
    page_as(StatusCode::CREATED, &UserPage { frame, account, link })
}

/// Something that is done to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Ban,
    Unban,
    EndSessions,
    MakeAdmin,
    RemoveAdmin,
}

impl Action {
    fn named(name: &str) -> Result<Self> {
        Ok(match name {
            "ban" => Self::Ban,
            "unban" => Self::Unban,
            "end-sessions" => Self::EndSessions,
            "make-admin" => Self::MakeAdmin,
            "remove-admin" => Self::RemoveAdmin,
            _ => {
                return Err(
                    Code::NotFound.error(format!("there is no action `{name}` on an account"))
                );
            }
        })
    }

    /// The question, its consequence and the button.
    fn question(self, email: &str) -> (String, &'static str, &'static str) {
        match self {
            Self::Ban => (
                format!("Lock {email}?"),
                "They are signed out everywhere, and their password and API keys are refused until you unlock the account.",
                "Lock account",
            ),
            Self::Unban => (
                format!("Unlock {email}?"),
                "They can sign in again, and their API keys are accepted.",
                "Unlock account",
            ),
            Self::EndSessions => (
                format!("End all sessions of {email}?"),
                "They are signed out everywhere and can sign in again. API keys stay as they are.",
                "End sessions",
            ),
            Self::MakeAdmin => (
                format!("Make {email} an administrator?"),
                "They administer this server: all accounts and everything on it.",
                "Make administrator",
            ),
            Self::RemoveAdmin => (
                format!("Take administration from {email}?"),
                "They no longer administer this server. Their memberships stay.",
                "Remove administrator",
            ),
        }
    }
}

#[derive(Deserialize)]
pub struct ActionPath {
    user: String,
    act: String,
}

pub async fn confirm<S: Accounts>(
    State(server): State<S>,
    Administrator(_): Administrator,
    Path(path): Path<ActionPath>,
    frame: Frame,
) -> Result<Response> {
    let action = Action::named(&path.act)?;
    let user = administration::describe(server.identity(), &path.user).await?.user;
    let (question, consequence, button) = action.question(&user.email);
    let back = format!("{PATH}/{}", user.id);
    page(&Confirm {
        frame,
        crumbs: vec![(PATH.to_owned(), "Users".to_owned()), (back.clone(), user.email)],
        question,
        consequence: consequence.to_owned(),
        button,
        back,
    })
}

pub async fn act<S: Accounts>(
    State(server): State<S>,
    Administrator(actor): Administrator,
    Path(path): Path<ActionPath>,
) -> Result<Response> {
    let (identity, name) = (server.identity(), path.user.as_str());
    let (user, outcome) = match Action::named(&path.act)? {
        Action::Ban => (administration::ban(identity, &actor, name).await?, "is locked"),
        Action::Unban => (administration::unban(identity, &actor, name).await?, "is unlocked"),
        Action::EndSessions => {
            (administration::end_sessions(identity, &actor, name).await?.0, "is signed out")
        }
        Action::MakeAdmin => {
            let user = administration::set_admin(identity, &actor, name, true).await?;
            (user, "is an administrator now")
        }
        Action::RemoveAdmin => {
            let user = administration::set_admin(identity, &actor, name, false).await?;
            (user, "is no administrator any more")
        }
    };
    Ok(done(&format!("{PATH}/{}", user.id), &format!("{} {outcome}.", user.email)))
}
