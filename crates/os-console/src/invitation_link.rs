//! The link of an invitation: a path with a secret (docs/wire/organizations.md#invitations).

/// The path of the page with its secret left out.
const PAGE: &str = "/invitation?token=";

/// Returns the path of the page of an invitation.
pub fn path_of(secret: &str) -> String {
    format!("{PAGE}{secret}")
}

/// Returns the secret of the invitation that a path of this server leads to.
pub fn secret_of(path: &str) -> Option<&str> {
    path.strip_prefix(PAGE)
}
