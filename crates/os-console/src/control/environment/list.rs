//! The list of environments.

use crate::control::workplace::{current, list_visible, offers_examples};
use crate::frame::Frame;
use crate::respond::page;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_control::fleet::environment::{
    self, Environment, EnvironmentAccess, EnvironmentRole, Filter,
};
use os_control::fleet::installation;
use os_control::{Control, Result};
use os_db::Tx;
use os_identity::organization::{self, OrganizationRole};
use os_identity::{Actor, Scope, SignedInUser};
use std::collections::HashMap;

/// A card of the list.
struct Card {
    environment: Environment,
    organization: String,
    packages: usize,
    updates: usize,
}

#[derive(Template)]
#[template(path = "control/environments.html")]
struct ListPage {
    frame: Frame,
    environments: Vec<Card>,
    may_create: bool,
    /// True if the organization has nothing to install yet.
    offers_examples: bool,
}

pub async fn list(
    State(control): State<Control>,
    SignedInUser { actor, user }: SignedInUser,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let organizations = list_visible(&mut tx, &user).await?;
    let names: HashMap<_, _> = organizations.into_iter().map(|it| (it.id, it.name)).collect();
    let mut environments = Vec::new();
    for environment in environment::list(&mut tx, &actor, Filter::default()).await? {
        let (id, reader) = (environment.id.to_string(), EnvironmentRole::Reader);
        let access = EnvironmentAccess::find(&mut tx, &actor, &id, reader, Scope::Read).await?;
        let installations = installation::list(&mut tx, &access).await?;
        let outdated = installations.iter().filter(|it| it.is_outdated().unwrap_or(false));
        environments.push(Card {
            updates: outdated.count(),
            packages: installations.len(),
            organization: names.get(&environment.organization_id).cloned().unwrap_or_default(),
            environment,
        });
    }
    let may_create = may_create(&mut tx, &actor).await;
    let offers_examples = offers_examples(&mut tx, &control, &actor).await?;
    page(&ListPage { frame, environments, may_create, offers_examples })
}

async fn may_create(tx: &mut Tx, actor: &Actor) -> bool {
    let Ok(organization) = current(tx, actor).await else { return false };
    let (role, scope) = (OrganizationRole::Admin, Scope::Admin);
    organization::access(tx, actor, organization.id, role, scope).await.is_ok()
}
