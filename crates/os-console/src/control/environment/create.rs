//! The form of a new environment.

use crate::control::workplace::current;
use crate::flash::done;
use crate::frame::Frame;
use crate::respond::{page, page_as};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_api::environment as wire;
use os_control::fleet::environment::{self, Environment, Filter, NewEnvironment, hostname, scope};
use os_control::fleet::installation::LeftOut;
use os_control::http::extract::Form;
use os_control::workflow::copy_environment::copy_environment;
use os_control::{Control, Result};
use os_db::Tx;
use os_identity::organization::OrganizationRole;
use os_identity::{Actor, Scope, SignedInUser};
use serde::Deserialize;

/// The types that the form of a new environment offers.
const TYPES: [(&str, &str); 4] = [
    ("production", "For daily work. Runs published, stable versions only."),
    ("staging", "A rehearsal of production."),
    ("development", "For work in progress. Drafts and pre-releases may run."),
    ("sandbox", "For experiments."),
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
#[template(path = "control/environment_new.html")]
struct NewPage {
    frame: Frame,
    form: NewForm,
    organization: String,
    types: &'static [(&'static str, &'static str)],
    /// The environments whose packages it can start with.
    others: Vec<Environment>,
    error: Option<String>,
}

pub async fn new(
    State(control): State<Control>,
    SignedInUser { actor, .. }: SignedInUser,
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
    let owner = current(tx, actor).await?;
    let filter = Filter { organization: Some(owner.id), ..Filter::default() };
    let others = environment::list(tx, actor, filter).await?;
    Ok(NewPage { frame, form, organization: owner.name, types: &TYPES, others, error })
}

pub async fn create(
    State(control): State<Control>,
    SignedInUser { actor, .. }: SignedInUser,
    frame: Frame,
    Form(form): Form<NewForm>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    match add(&mut tx, &control, &actor, &form).await {
        Ok((made, left_out)) => {
            tx.commit().await?;
            let mut sentence = format!("{} is ready.", made.display_name);
            for it in &left_out {
                sentence.push_str(&format!(" {}.", it.warning()));
            }
            Ok(done(&format!("/environments/{}", made.id), &sentence))
        }
        Err(error) if error.code().status().is_client_error() => {
            drop(tx);
            let mut tx = control.db.read().await?;
            let message = Some(error.message().to_owned());
            let page = new_page(&mut tx, &actor, frame, form, message).await?;
            page_as(error.code().status(), &page)
        }
        Err(error) => Err(error),
    }
}

async fn add(
    tx: &mut Tx,
    control: &Control,
    actor: &Actor,
    form: &NewForm,
) -> Result<(Environment, Vec<LeftOut>)> {
    let owner = current(tx, actor).await?.id.to_string();
    let given = |text: &str| Some(text.trim().to_owned()).filter(|it| !it.is_empty());
    let new = NewEnvironment::read(wire::CreateEnvironment {
        organization_id: Some(owner.clone()),
        display_name: form.display_name.clone(),
        env_type: given(&form.environment_type),
        hostname: given(&form.hostname),
        ..wire::CreateEnvironment::default()
    })?;
    let role = OrganizationRole::Admin;
    let access = scope::organization(tx, actor, Some(&owner), role, Scope::Admin).await?;
    let domain = hostname::domain(&control.config);
    let mut made = environment::create(tx, &access, new, &domain).await?;
    let mut left_out = Vec::new();
    if let Some(source) = given(&form.clone_from) {
        (made, left_out) = copy_environment(tx, &control.config, actor, &source, &made).await?;
    }
    Ok((made, left_out))
}
