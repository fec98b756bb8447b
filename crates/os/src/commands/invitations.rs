//! `os invitations …` (docs/wire/organizations.md#invitations).

use super::{minute, text};
use crate::cli::InvitationCommand;
use crate::failure::Failure;
use crate::output::{Mark, Output};
use crate::target::Target;
use anyhow::Result;
use os_api::client::Client;
use serde_json::Value;

/// Runs a command.
pub fn run(command: &InvitationCommand, output: Output) -> Result<()> {
    let client = Target::find(&command.common().connection)?.client()?;
    match command {
        InvitationCommand::Create { email, role, organization, .. } => {
            let answer = client.invite(email, role.as_str(), organization.org.as_deref())?;
            output.answer(&answer, |output| {
                output.line(text(&answer, "url"));
                output.note(format!(
                    "Send this link to {}: the account of that address joins by it as {}. It is shown only now, and valid until {} UTC.",
                    text(&answer, "email"), text(&answer, "role"), minute(&answer, "expiresAt")
                ));
            });
        }
        InvitationCommand::List { all, organization, .. } => {
            list(&client, organization.org.as_deref(), *all, output)?;
        }
        InvitationCommand::Revoke { invitation, organization, .. } => {
            let id = open_invitation(&client, organization.org.as_deref(), invitation)?;
            let answer = client.cancel_invitation(&id)?;
            output.answer(&answer, |output| {
                let email = text(&answer, "email");
                output.marked(Mark::Done, format!("The invitation of {email} is revoked"));
            });
        }
    }
    Ok(())
}

fn list(client: &Client, organization: Option<&str>, all: bool, output: Output) -> Result<()> {
    let mut answer = client.invitations(organization)?;
    if let Some(rows) = answer.as_array_mut() {
        rows.retain(|it| all || text(it, "status") == "pending");
    }
    output.answer(&answer, |output| {
        let rows = answer.as_array().map(Vec::as_slice).unwrap_or_default();
        if rows.is_empty() {
            output.note("no invitations; `os invitations create` invites somebody");
            return;
        }
        let row = |it: &Value| {
            let cell = |name: &str| text(it, name).to_owned();
            vec![cell("email"), cell("role"), cell("status"), minute(it, "expiresAt"), cell("id")]
        };
        let rows: Vec<_> = rows.iter().map(row).collect();
        output.table(&["EMAIL", "ROLE", "STATUS", "EXPIRES", "ID"], &rows);
    });
    Ok(())
}

/// Returns the id of the open invitation with this id or of this address.
fn open_invitation(client: &Client, organization: Option<&str>, named: &str) -> Result<String> {
    if uuid::Uuid::parse_str(named).is_ok() {
        return Ok(named.to_owned());
    }
    let answer = client.invitations(organization)?;
    let is_meant = |it: &&Value| {
        text(it, "status") == "pending" && text(it, "email").eq_ignore_ascii_case(named)
    };
    let found = answer.as_array().into_iter().flatten().find(is_meant);
    found.map(|it| text(it, "id").to_owned()).ok_or_else(|| {
        Failure::new(format!("`{named}` has no open invitation"))
            .hint("`os invitations list` shows them")
            .into()
    })
}
