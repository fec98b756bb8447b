//! The handlers of accounts, sessions, keys, the device flow and organizations. A server
//! mounts those that it offers.

pub mod account;
pub mod api_key;
pub mod device;
pub mod invitation;
pub mod member;
pub mod organization;
pub mod session;

use os_api::user::Status;
use os_http::extract::Bare;

/// `{"status": true}`: done, and there is nothing to return.
fn done() -> Bare<Status> {
    Bare(Status { status: true })
}
