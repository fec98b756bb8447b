//! Pages of the environments. Each has tabs; [`Place`] is what they share.

use super::body::{Changes, hostname as read_hostname};
use super::member::{self, Member, Whom};
use super::{
    Environment, EnvironmentRole, EnvironmentStatus, EnvironmentType, Filter, NewEnvironment, api,
    hostname, reads, remove, update as changes,
};
use crate::auth::{Actor, Scope};
use crate::console::{Ask, Frame, done, page, page_as};
use crate::fleet::installation::{self, Installation};
use crate::fleet::runtime_connection::{self, RuntimeConnection};
use crate::http::extract::{Form, Path};
use crate::http::guards;
use crate::http::guards::{
    EnvironmentAccess, MayDeleteEnvironment, MayManageEnvironment, MayReadEnvironment, User,
};
use crate::organization::{self, OrganizationRole};
use crate::registry::package;
use crate::{Code, Control, Result};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_api::environment as wire;
use os_api::installation as installed;
use os_db::Tx;
use serde::Deserialize;
use std::collections::HashMap;

/// The environment that a page is about, and what its reader may do there.
pub struct Place {
    pub environment: Environment,
    pub tab: &'static str,
    pub may_install: bool,
    pub may_manage: bool,
    /// The one that was bound last.
    pub runtime: Option<RuntimeConnection>,
}

impl Place {
    pub async fn of(tx: &mut Tx, access: &EnvironmentAccess, tab: &'static str) -> Result<Self> {
        let environment = super::get(tx, access.environment).await?;
        let may_install =
            access.role >= EnvironmentRole::Maker && access.actor.allows(Scope::Install);
        let may_manage = access.role >= EnvironmentRole::Admin && access.actor.allows(Scope::Admin);
        let runtime = runtime_connection::bound(tx, access.environment).await?;
        Ok(Self { environment, tab, may_install, may_manage, runtime })
    }

    /// What follows the environment in the address, and the name of the tab.
    pub fn tabs(&self) -> [(&'static str, &'static str); 6] {
        [
            ("", "Packages"),
            ("/generations", "Generations"),
            ("/events", "Events"),
            ("/members", "Members"),
            ("/runtimes", "Runtimes"),
            ("/settings", "Settings"),
        ]
    }

    pub fn id(&self) -> String {
        self.environment.id.to_string()
    }
}

/// A card of the list.
struct Card {
    environment: Environment,
    organization: String,
    packages: usize,
    updates: usize,
}

#[derive(Template)]
#[template(path = "environments.html")]
struct ListPage {
    frame: Frame,
    environments: Vec<Card>,
    may_create: bool,
    /// The organization has nothing to install yet.
    offers_examples: bool,
}

pub async fn list(
    State(control): State<Control>,
    User { actor, user }: User,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let organizations = organization::list_of(&mut tx, user.id).await?;
    let names: HashMap<_, _> = organizations.into_iter().map(|it| (it.id, it.name)).collect();
    let mut environments = Vec::new();
    for environment in super::list(&mut tx, &actor, Filter::default()).await? {
        let installations = installation::list(&mut tx, environment.id).await?;
        let outdated = installations.iter().filter(|it| it.is_outdated().unwrap_or(false));
        environments.push(Card {
            updates: outdated.count(),
            packages: installations.len(),
            organization: names.get(&environment.organization_id).cloned().unwrap_or_default(),
            environment,
        });
    }
    let may_create = may_create(&mut tx, &actor).await;
    let offers_examples = package::console::offers_examples(&mut tx, &control, &actor).await?;
    page(&ListPage { frame, environments, may_create, offers_examples })
}

async fn may_create(tx: &mut Tx, actor: &Actor) -> bool {
    let Ok(organization) = organization::console::current(tx, actor).await else { return false };
    let (role, scope) = (OrganizationRole::Admin, Scope::Admin);
    guards::organization(tx, actor, organization.id, role, scope).await.is_ok()
}

/// The types that the form of a new environment offers.
const TYPES: [(&str, &str); 4] = [
    ("production", "What people work with. Runs published, stable versions only."),
    ("staging", "A rehearsal of production."),
    ("development", "For work in progress. Drafts and pre-releases may run."),
    ("sandbox", "To try things out."),
];

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct NewForm {
    display_name: String,
    environment_type: String,
    hostname: String,
    clone_from: String,
}

#[derive(Template)]
#[template(path = "environment_new.html")]
struct NewPage {
    frame: Frame,
    form: NewForm,
    organization: String,
    types: &'static [(&'static str, &'static str)],
    /// What it can start with the packages of.
    others: Vec<Environment>,
    error: Option<String>,
}

pub async fn new(
    State(control): State<Control>,
    User { actor, .. }: User,
    frame: Frame,
) -> Result<Response> {
    let form = NewForm { environment_type: "development".to_owned(), ..NewForm::default() };
    let mut tx = control.db.read().await?;
    page(&new_page(&mut tx, &actor, frame, form, None).await?)
}

async fn new_page(
    tx: &mut Tx,
    actor: &Actor,
    frame: Frame,
    form: NewForm,
    error: Option<String>,
) -> Result<NewPage> {
    let owner = organization::console::current(tx, actor).await?;
    let filter = Filter { organization: Some(owner.id), ..Filter::default() };
    let others = super::list(tx, actor, filter).await?;
    Ok(NewPage { frame, form, organization: owner.name, types: &TYPES, others, error })
}

pub async fn create(
    State(control): State<Control>,
    User { actor, .. }: User,
    frame: Frame,
    Form(form): Form<NewForm>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    match add(&mut tx, &control, &actor, &form).await {
        Ok(made) => {
            tx.commit().await?;
            let sentence = format!("{} is ready.", made.display_name);
            Ok(done(&format!("/environments/{}", made.id), &sentence))
        }
        Err(error) if error.code().status().is_client_error() => {
            drop(tx);
            let mut tx = control.db.read().await?;
            let told = Some(error.message().to_owned());
            let page = new_page(&mut tx, &actor, frame, form, told).await?;
            page_as(error.code().status(), &page)
        }
        Err(error) => Err(error),
    }
}

async fn add(tx: &mut Tx, control: &Control, actor: &Actor, form: &NewForm) -> Result<Environment> {
    let owner = organization::console::current(tx, actor).await?.id.to_string();
    let given = |text: &str| Some(text.trim().to_owned()).filter(|it| !it.is_empty());
    let new = NewEnvironment::read(wire::CreateEnvironment {
        organization_id: Some(owner.clone()),
        display_name: form.display_name.clone(),
        env_type: given(&form.environment_type),
        hostname: given(&form.hostname),
        ..wire::CreateEnvironment::default()
    })?;
    let (role, scope) = (OrganizationRole::Admin, Scope::Admin);
    let access = reads::organization(tx, actor, Some(&owner), role, scope).await?;
    let domain = hostname::domain(&control.config);
    let made = super::create(tx, &access, new, &domain).await?;
    if let Some(source) = given(&form.clone_from) {
        api::copy(tx, control, actor, (&source, made.id)).await?;
    }
    Ok(made)
}

#[derive(Template)]
#[template(path = "environment_packages.html")]
struct PackagesPage {
    frame: Frame,
    place: Place,
    installations: Vec<installed::Installation>,
}

pub async fn show(
    State(control): State<Control>,
    MayReadEnvironment(access): MayReadEnvironment,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let place = Place::of(&mut tx, &access, "Packages").await?;
    let rows: Vec<Installation> = installation::list(&mut tx, access.environment).await?;
    let installations = rows.into_iter().map(TryInto::try_into).collect::<Result<_>>()?;
    page(&PackagesPage { frame, place, installations })
}

#[derive(Template)]
#[template(path = "environment_members.html")]
struct MembersPage {
    frame: Frame,
    place: Place,
    members: Vec<Member>,
    roles: Vec<&'static str>,
}

pub async fn members(
    State(control): State<Control>,
    MayReadEnvironment(access): MayReadEnvironment,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let place = Place::of(&mut tx, &access, "Members").await?;
    let members = member::list(&mut tx, access.environment).await?;
    let roles = EnvironmentRole::ALL.into_iter().filter(|role| *role <= access.role);
    let roles = roles.map(EnvironmentRole::as_str).collect();
    page(&MembersPage { frame, place, members, roles })
}

#[derive(Deserialize)]
pub struct MemberForm {
    email: String,
    role: String,
}

pub async fn add_member(
    State(control): State<Control>,
    MayManageEnvironment(access): MayManageEnvironment,
    Form(form): Form<MemberForm>,
) -> Result<Response> {
    let role = EnvironmentRole::parse(&form.role)
        .ok_or_else(|| Code::ValidationError.error("`role` is not one of the list"))?;
    let whom = Whom { user_id: None, email: Some(form.email.trim().to_lowercase()) };
    let mut tx = control.db.write().await?;
    let added = member::add(&mut tx, &access, whom, role).await?;
    tx.commit().await?;
    let here = format!("/environments/{}/members", access.environment);
    Ok(done(&here, &format!("{} is {} here.", added.name, role.as_str())))
}

#[derive(Deserialize)]
pub struct MemberPath {
    member: String,
}

pub async fn confirm_remove_member(
    State(control): State<Control>,
    MayManageEnvironment(access): MayManageEnvironment,
    Path(path): Path<MemberPath>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let environment = super::get(&mut tx, access.environment).await?;
    let all = member::list(&mut tx, access.environment).await?;
    let found = all.into_iter().find(|it| it.id.to_string() == path.member);
    let found = found.ok_or_else(|| Code::NotFound.error("there is no such member"))?;
    let back = format!("/environments/{}/members", environment.id);
    page(&Ask {
        frame,
        question: format!("Remove {} from {}?", found.name, environment.display_name),
        consequence: "They keep what the organization gives them.".to_owned(),
        crumbs: crumbs(&environment),
        button: "Remove member",
        back,
    })
}

fn crumbs(environment: &Environment) -> Vec<(String, String)> {
    let here = format!("/environments/{}", environment.id);
    vec![
        ("/environments".to_owned(), "Environments".to_owned()),
        (here, environment.display_name.clone()),
    ]
}

pub async fn remove_member(
    State(control): State<Control>,
    MayManageEnvironment(access): MayManageEnvironment,
    Path(path): Path<MemberPath>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    let removed = member::remove(&mut tx, &access, &path.member).await?;
    tx.commit().await?;
    let here = format!("/environments/{}/members", access.environment);
    Ok(done(&here, &format!("{} is removed.", removed.name)))
}

#[derive(Template)]
#[template(path = "environment_settings.html")]
struct SettingsPage {
    frame: Frame,
    place: Place,
    types: Vec<&'static str>,
    statuses: Vec<&'static str>,
    error: Option<String>,
}

pub async fn settings(
    State(control): State<Control>,
    MayReadEnvironment(access): MayReadEnvironment,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    page(&settings_page(&mut tx, &access, frame, None).await?)
}

async fn settings_page(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    frame: Frame,
    error: Option<String>,
) -> Result<SettingsPage> {
    let place = Place::of(tx, access, "Settings").await?;
    let now = place.environment.status;
    let statuses = EnvironmentStatus::ALL.into_iter().filter(|it| now.may_become(*it));
    Ok(SettingsPage {
        frame,
        types: EnvironmentType::ALL.map(EnvironmentType::as_str).to_vec(),
        statuses: statuses.map(EnvironmentStatus::as_str).collect(),
        place,
        error,
    })
}

#[derive(Deserialize)]
pub struct SettingsForm {
    display_name: String,
    environment_type: String,
    status: String,
    #[serde(default)]
    hostname: String,
}

pub async fn change_settings(
    State(control): State<Control>,
    MayManageEnvironment(access): MayManageEnvironment,
    frame: Frame,
    Form(form): Form<SettingsForm>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    match change(&mut tx, &access, form).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(done(&format!("/environments/{}/settings", access.environment), "Saved."))
        }
        Err(error) if error.code().status().is_client_error() => {
            drop(tx);
            let mut tx = control.db.read().await?;
            let told = Some(error.message().to_owned());
            let page = settings_page(&mut tx, &access, frame, told).await?;
            page_as(error.code().status(), &page)
        }
        Err(error) => Err(error),
    }
}

async fn change(tx: &mut Tx, access: &EnvironmentAccess, form: SettingsForm) -> Result<()> {
    let before = super::get(tx, access.environment).await?;
    let wanted = Some(form.hostname.trim()).filter(|it| !it.is_empty());
    if let Some(wanted) = wanted.map(read_hostname).transpose()?
        && before.hostname.as_ref() != Some(&wanted)
    {
        hostname::set(tx, access, wanted).await?;
    }
    let body = wire::UpdateEnvironment {
        display_name: Some(form.display_name),
        env_type: Some(form.environment_type),
        status: Some(form.status),
        ..wire::UpdateEnvironment::default()
    };
    changes::update(tx, access, Changes::read(body)?).await.map(drop)
}

pub async fn confirm_delete(
    State(control): State<Control>,
    MayDeleteEnvironment(access): MayDeleteEnvironment,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let environment = super::get(&mut tx, access.environment).await?;
    let count = installation::list(&mut tx, access.environment).await?.len();
    page(&Ask {
        frame,
        question: format!("Delete {}?", environment.display_name),
        consequence: format!(
            "Its {count} installed packages, its {} generations and its members are gone for good. The data of its runtime stays where it is.",
            environment.generation
        ),
        crumbs: crumbs(&environment),
        button: "Delete environment",
        back: format!("/environments/{}/settings", environment.id),
    })
}

/// Who confirmed on the page means it, also for a default environment.
pub async fn delete(
    State(control): State<Control>,
    MayDeleteEnvironment(access): MayDeleteEnvironment,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    let name = super::get(&mut tx, access.environment).await?.display_name;
    remove::delete(&mut tx, &access, true).await?;
    tx.commit().await?;
    Ok(done("/environments", &format!("{name} is deleted.")))
}
