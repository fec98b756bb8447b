//! The form of a package: a new one, and changes of its details.

use crate::control::categories::CATEGORIES;
use crate::control::workplace::current;
use crate::flash::done;
use crate::frame::Frame;
use crate::respond::{page, page_as};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_api::package::SavePackage;
use os_control::http::extract::Form;
use os_control::http::guards::MayPublish;
use os_control::registry::package::{self, Package, PackageAccess, PackageFields};
use os_control::registry::version;
use os_control::{Code, Control, Result};
use os_db::Tx;
use os_identity::{Actor, OrganizationId, SignedInUser};
use os_package::ArtifactReader;
use serde::Deserialize;

/// The fields of both forms; an empty one is absent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PackageForm {
    display_name: String,
    manifest_id: String,
    namespace: String,
    version: String,
    visibility: String,
    description: String,
    tagline: String,
    category: String,
    license: String,
    tags: String,
    homepage_url: String,
    readme: String,
}

#[derive(Template)]
#[template(path = "control/package_form.html")]
struct FormPage {
    frame: Frame,
    form: PackageForm,
    is_new: bool,
    organization: String,
    categories: &'static [&'static str],
    icon_url: Option<String>,
    error: Option<String>,
}

pub async fn new(
    State(control): State<Control>,
    SignedInUser { actor, .. }: SignedInUser,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let organization = current(&mut tx, &actor).await?.name;
    let form = PackageForm { visibility: "org".to_owned(), ..PackageForm::default() };
    let categories = &CATEGORIES[..];
    page(&FormPage {
        frame,
        form,
        is_new: true,
        organization,
        categories,
        icon_url: None,
        error: None,
    })
}

pub async fn create(
    State(control): State<Control>,
    SignedInUser { actor, .. }: SignedInUser,
    frame: Frame,
    Form(form): Form<PackageForm>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    let organization = current(&mut tx, &actor).await?;
    match register(&mut tx, &actor, organization.id, &form, control.config.reader).await {
        Ok(package) => {
            control.catalog.commit(tx).await?;
            let sentence = format!("{} is registered.", package.display_name);
            Ok(done(&format!("/packages/{}", package.manifest_id), &sentence))
        }
        Err(error) if error.code().status().is_client_error() => page_as(
            error.code().status(),
            &FormPage {
                frame,
                form,
                is_new: true,
                organization: organization.name,
                categories: &CATEGORIES,
                icon_url: None,
                error: Some(error.message().to_owned()),
            },
        ),
        Err(error) => Err(error),
    }
}

/// Registers the package and, where a version is named, an empty draft of it.
async fn register(
    tx: &mut Tx,
    actor: &Actor,
    owner: OrganizationId,
    form: &PackageForm,
    reader: ArtifactReader,
) -> Result<Package> {
    let text = |text: &str| Some(text.trim().to_owned()).filter(|it| !it.is_empty());
    let details = PackageFields::read(SavePackage {
        manifest_id: text(&form.manifest_id),
        owner_org_id: Some(owner.to_string()),
        namespace: text(&form.namespace),
        display_name: text(&form.display_name),
        visibility: text(&form.visibility),
        description: text(&form.description).map(Some),
        ..SavePackage::default()
    })?;
    let saved = package::register(tx, actor, details).await?;
    if !saved.created {
        return Err(Code::DuplicateRecord.error(format!(
            "`{}` is registered already; publish a version of it, or choose another id",
            saved.package.manifest_id
        )));
    }
    if let Some(number) = text(&form.version) {
        let access = PackageAccess::find(tx, actor, &saved.package.manifest_id).await?;
        version::create_empty_draft(tx, &access, &saved.package, &number, reader).await?;
    }
    Ok(saved.package)
}

pub async fn edit(
    State(control): State<Control>,
    access: MayPublish,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let package = package::get(&mut tx, &access).await?;
    page(&edit_page(frame, package, None, None))
}

fn edit_page(
    frame: Frame,
    package: Package,
    form: Option<PackageForm>,
    error: Option<String>,
) -> FormPage {
    let icon_url = package.icon_url.clone();
    let manifest_id = package.manifest_id.clone();
    let form = form.unwrap_or_else(|| form_of(package));
    FormPage {
        frame,
        form: PackageForm { manifest_id, ..form },
        is_new: false,
        organization: String::new(),
        categories: &CATEGORIES,
        icon_url,
        error,
    }
}

fn form_of(package: Package) -> PackageForm {
    let tags: Vec<String> = serde_json::from_str(&package.tags).unwrap_or_default();
    PackageForm {
        display_name: package.display_name,
        manifest_id: package.manifest_id,
        namespace: package.namespace.unwrap_or_default(),
        version: String::new(),
        visibility: package.visibility.as_str().to_owned(),
        description: package.description.unwrap_or_default(),
        tagline: package.tagline.unwrap_or_default(),
        category: package.category.unwrap_or_default(),
        license: package.license.unwrap_or_default(),
        tags: tags.join(", "),
        homepage_url: package.homepage_url.unwrap_or_default(),
        readme: package.readme.unwrap_or_default(),
    }
}

pub async fn update(
    State(control): State<Control>,
    access: MayPublish,
    frame: Frame,
    Form(form): Form<PackageForm>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    match change(&mut tx, &access, form.clone()).await {
        Ok(()) => {
            control.catalog.commit(tx).await?;
            Ok(done(&format!("/packages/{}", access.manifest_id()), "The details are saved."))
        }
        Err(error) if error.code().status().is_client_error() => {
            let package = package::get(&mut tx, &access).await?;
            let message = Some(error.message().to_owned());
            page_as(error.code().status(), &edit_page(frame, package, Some(form), message))
        }
        Err(error) => Err(error),
    }
}

async fn change(tx: &mut Tx, access: &PackageAccess, form: PackageForm) -> Result<()> {
    let tags = form.tags.split(',').map(str::trim).filter(|it| !it.is_empty());
    let details = PackageFields::read(SavePackage {
        display_name: Some(form.display_name),
        visibility: Some(form.visibility).filter(|it| !it.is_empty()),
        tags: Some(tags.map(str::to_owned).collect()),
        description: Some(Some(form.description)),
        tagline: Some(Some(form.tagline)),
        category: Some(Some(form.category)),
        license: Some(Some(form.license)),
        homepage_url: Some(Some(form.homepage_url)),
        // Browsers send line ends as CR LF.
        readme: Some(Some(form.readme.replace("\r\n", "\n"))),
        ..SavePackage::default()
    })?;
    package::update(tx, access, details).await?;
    Ok(())
}
