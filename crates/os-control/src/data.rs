//! `/api/v1/data/sys_…`: rows of the control plane, as consoles read them
//! (contract §3.9). The nouns own their rows; here is the shape of a page.

use crate::auth::{Actor, Principal};
use crate::http::extract::Path;
use crate::http::guards::Signed;
use crate::{Code, Error, OrganizationId, Result, UserId};
use os_api::record::Records;
use serde::Deserialize;

/// Rows on a page: by default, and at most.
const DEFAULT_LIMIT: i64 = 50;
const MAX_LIMIT: i64 = 500;

/// What a console asks for; filters and sorting are not offered.
#[derive(Debug, Default, Deserialize)]
pub struct Paging {
    limit: Option<i64>,
    offset: Option<i64>,
}

/// A page of a list, checked.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    pub limit: i64,
    pub offset: i64,
}

impl Paging {
    /// # Errors
    /// `VALIDATION_ERROR` that names the limits.
    pub fn page(&self) -> Result<Page> {
        Page::new(self.limit, self.offset)
    }
}

impl Page {
    /// # Errors
    /// `VALIDATION_ERROR` that names the limits.
    pub fn new(limit: Option<i64>, offset: Option<i64>) -> Result<Self> {
        let (limit, offset) = (limit.unwrap_or(DEFAULT_LIMIT), offset.unwrap_or(0));
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(
                Code::ValidationError.error(format!("`limit` must be between 1 and {MAX_LIMIT}"))
            );
        }
        if offset < 0 {
            return Err(Code::ValidationError.error("`offset` must not be negative"));
        }
        Ok(Self { limit, offset })
    }

    /// The answer: these rows out of `total`.
    pub fn of<T>(self, object: &str, records: Vec<T>, total: i64) -> Records<T> {
        let seen = self.offset + records.len() as i64;
        Records { object: object.to_owned(), records, total, has_more: seen < total }
    }
}

/// Whose organizations somebody sees: `None` leaves a side open.
#[derive(Debug, Clone, Copy)]
pub struct Visible {
    /// Those this person belongs to.
    pub member: Option<UserId>,
    /// This one.
    pub organization: Option<OrganizationId>,
}

impl Visible {
    /// What a credential may read: a session all organizations of its person, a
    /// key or runtime token its own, the service key every one.
    pub fn to(actor: &Actor) -> Self {
        match &actor.principal {
            Principal::User(user) => Self {
                member: Some(user.id),
                organization: user.active_organization.filter(|_| user.api_key.is_some()),
            },
            Principal::Runtime { organization, .. } => {
                Self { member: None, organization: Some(*organization) }
            }
            Principal::Service | Principal::System => Self { member: None, organization: None },
        }
    }
}

/// What is not an object of the control plane.
pub async fn unknown(_: Signed, Path(object): Path<String>) -> Error {
    Code::ObjectNotFound.error(format!("there is no object `{object}` here"))
}
