//! Pages of the packages.

use super::browse::{Place, Range, browse};
use super::details::{self, Details};
use super::search::{Wish, typed};
use super::{Audience, Grant, Package, grant, icon, remove, save};
use crate::auth::{Actor, Scope};
use crate::console::parts::Html;
use crate::console::{Frame, Upload, done, markdown, more, page, page_as};
use crate::fleet::environment::{self, Filter};
use crate::fleet::installation;
use crate::http::extract::{Form, Path, Query};
use crate::http::guards;
use crate::http::guards::{MayPublish, MayReadPackage, PackageAccess, User};
use crate::organization::{self, Organization, OrganizationRole};
use crate::registry::version::console::acts;
use crate::registry::version::{self, Version};
use crate::registry::{catalog, examples};
use crate::{Code, Control, OrganizationId, Result};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_api::package::SavePackage;
use os_db::Tx;
use serde::Deserialize;

/// Suggestions; a package may have any category.
pub const CATEGORIES: [&str; 15] = [
    "crm",
    "erp",
    "hr",
    "finance",
    "project",
    "collaboration",
    "analytics",
    "integration",
    "automation",
    "ai",
    "security",
    "devtools",
    "support",
    "ui-theme",
    "other",
];

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "packages.html")]
struct ListPage {
    frame: Frame,
    organization: Organization,
    may_publish: bool,
    packages: Vec<Package>,
    total: i64,
    words: String,
    next: Option<String>,
    has_examples: bool,
}

pub async fn list(
    State(control): State<Control>,
    User { actor, .. }: User,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    let after = query.cursor.as_deref().map(Place::read).transpose()?;
    let words = query.q.trim().to_owned();
    let mut tx = control.db.read().await?;
    let organization = organization::console::current(&mut tx, &actor).await?;
    let own = organization.id;
    let wish = Wish {
        words: (!words.is_empty()).then(|| typed(&words)),
        owner: Some(own),
        ..Wish::default()
    };
    let range = Range { after, offset: 0, limit: 50 };
    let found = browse(&mut tx, &Audience::Organizations(vec![own]), &wish, &range).await?;
    let may_publish = may_publish(&mut tx, &actor, own).await;
    let next =
        found.next_cursor.map(|cursor| more("/packages", &[("q", &words), ("cursor", &cursor)]));
    let (packages, total) = (found.packages, found.total);
    let has_examples = !control.config.examples.is_empty();
    page(&ListPage { frame, organization, may_publish, packages, total, words, next, has_examples })
}

/// Whether the examples are there for who asks, whose organization has no package.
pub async fn offers_examples(tx: &mut Tx, control: &Control, actor: &Actor) -> Result<bool> {
    if control.config.examples.is_empty() {
        return Ok(false);
    }
    let Ok(organization) = organization::console::current(tx, actor).await else {
        return Ok(false);
    };
    let own = Audience::Organizations(vec![organization.id]);
    let wish = Wish { owner: Some(organization.id), ..Wish::default() };
    let first = browse(tx, &own, &wish, &Range { after: None, offset: 0, limit: 1 }).await?;
    Ok(first.total == 0 && may_publish(tx, actor, organization.id).await)
}

/// For who has nothing to install yet.
pub async fn publish_examples(
    State(control): State<Control>,
    User { actor, .. }: User,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let owner = organization::console::current(&mut tx, &actor).await?.id;
    drop(tx);
    let published = examples::publish(&control, &actor, owner).await?;
    Ok(done("/packages", &format!("{} versions are published.", published.len())))
}

pub async fn may_publish(tx: &mut Tx, actor: &Actor, owner: OrganizationId) -> bool {
    guards::organization(tx, actor, owner, OrganizationRole::Admin, Scope::Publish).await.is_ok()
}

/// What the forms of a package send; empty is nothing.
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
#[template(path = "package_form.html")]
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
    User { actor, .. }: User,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let organization = organization::console::current(&mut tx, &actor).await?.name;
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
    User { actor, .. }: User,
    frame: Frame,
    Form(form): Form<PackageForm>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    let organization = organization::console::current(&mut tx, &actor).await?;
    match register(&mut tx, &actor, organization.id, &form).await {
        Ok(package) => {
            catalog::commit(&control, tx).await?;
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
) -> Result<Package> {
    let text = |text: &str| Some(text.trim().to_owned()).filter(|it| !it.is_empty());
    let details = Details::read(SavePackage {
        manifest_id: text(&form.manifest_id),
        owner_org_id: Some(owner.to_string()),
        namespace: text(&form.namespace),
        display_name: text(&form.display_name),
        visibility: text(&form.visibility),
        description: text(&form.description).map(Some),
        ..SavePackage::default()
    })?;
    let saved = save::register(tx, actor, details).await?;
    if !saved.created {
        return Err(Code::DuplicateRecord.error(format!(
            "`{}` is registered already; publish a version of it, or choose another id",
            saved.package.manifest_id
        )));
    }
    if let Some(number) = text(&form.version) {
        let access = guards::package(tx, actor, &saved.package.manifest_id).await?;
        version::console::empty_draft(tx, &access, &saved.package, &number).await?;
    }
    Ok(saved.package)
}

#[derive(Template)]
#[template(path = "package.html")]
struct PackagePage {
    frame: Frame,
    package: Package,
    owner: String,
    readme: Option<Html>,
    versions: Vec<Version>,
    total: i64,
    grants: Vec<Grant>,
    installed: Vec<InstalledIn>,
    may_publish: bool,
}

/// Where a package is installed, among what the reader may see.
pub struct InstalledIn {
    pub environment: crate::EnvironmentId,
    pub name: String,
    pub version: String,
}

pub async fn show(
    State(control): State<Control>,
    MayReadPackage(access): MayReadPackage,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let sight = super::sight(&mut tx, &access).await?;
    let package = super::get(&mut tx, access.package).await?;
    let versions = version::list(&mut tx, access.package, sight, None, 100).await?;
    let total = version::count(&mut tx, access.package, sight).await?;
    let may_publish = may_publish(&mut tx, &access.actor, access.owner).await;
    let owner = organization::get(&mut tx, access.owner).await?.name;
    let grants = if may_publish { grant::list(&mut tx, &access).await? } else { Vec::new() };
    let installed = installed_in(&mut tx, &access).await?;
    let readme = package.readme.as_deref().filter(|it| !it.trim().is_empty()).map(markdown);
    page(&PackagePage {
        frame,
        package,
        owner,
        readme,
        versions,
        total,
        grants,
        installed,
        may_publish,
    })
}

async fn installed_in(tx: &mut Tx, access: &PackageAccess) -> Result<Vec<InstalledIn>> {
    let package = access.package.to_string();
    let mut found = Vec::new();
    for environment in environment::list(tx, &access.actor, Filter::default()).await? {
        if let Some(it) = installation::find(tx, environment.id, &package).await? {
            let (name, version) = (environment.display_name, it.version);
            found.push(InstalledIn { environment: environment.id, name, version });
        }
    }
    Ok(found)
}

pub async fn edit(
    State(control): State<Control>,
    MayPublish(access): MayPublish,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let package = super::get(&mut tx, access.package).await?;
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
    MayPublish(access): MayPublish,
    frame: Frame,
    Form(form): Form<PackageForm>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    match change(&mut tx, &access, form.clone()).await {
        Ok(()) => {
            catalog::commit(&control, tx).await?;
            Ok(done(&format!("/packages/{}", access.manifest_id), "Saved."))
        }
        Err(error) if error.code().status().is_client_error() => {
            let package = super::get(&mut tx, access.package).await?;
            let told = Some(error.message().to_owned());
            page_as(error.code().status(), &edit_page(frame, package, Some(form), told))
        }
        Err(error) => Err(error),
    }
}

async fn change(tx: &mut Tx, access: &PackageAccess, form: PackageForm) -> Result<()> {
    let tags = form.tags.split(',').map(str::trim).filter(|it| !it.is_empty());
    let details = Details::read(SavePackage {
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
    save::change(tx, &access.actor, access.package, details).await?;
    Ok(())
}

pub async fn upload_icon(
    State(control): State<Control>,
    MayPublish(access): MayPublish,
    upload: Upload<{ icon::LARGEST }>,
) -> Result<Response> {
    let picture = icon::read(&upload.content_type, &upload.bytes)?;
    let mut tx = control.db.write().await?;
    icon::set(&mut tx, &access, picture).await?;
    catalog::commit(&control, tx).await?;
    Ok(done(&format!("/packages/{}/edit", access.manifest_id), "The icon is changed."))
}

#[derive(Deserialize)]
pub struct GrantForm {
    organization: String,
}

pub async fn grant(
    State(control): State<Control>,
    MayPublish(access): MayPublish,
    Form(form): Form<GrantForm>,
) -> Result<Response> {
    let to = details::organization("organization", form.organization.trim())?;
    let mut tx = control.db.write().await?;
    grant::add(&mut tx, &access, to).await?;
    let name = organization::get(&mut tx, to).await?.name;
    catalog::commit(&control, tx).await?;
    Ok(done(&format!("/packages/{}", access.manifest_id), &format!("{name} sees it now.")))
}

pub async fn revoke_grant(
    State(control): State<Control>,
    MayPublish(access): MayPublish,
    Path(path): Path<GrantForm>,
) -> Result<Response> {
    let from = details::organization("organization", &path.organization)?;
    let mut tx = control.db.write().await?;
    grant::remove(&mut tx, &access, from).await?;
    catalog::commit(&control, tx).await?;
    Ok(done(&format!("/packages/{}", access.manifest_id), "They see it no more."))
}

#[derive(Template)]
#[template(path = "package_delete.html")]
struct DeletePage {
    frame: Frame,
    package: Package,
}

pub async fn confirm_delete(
    State(control): State<Control>,
    MayPublish(access): MayPublish,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    page(&DeletePage { frame, package: super::get(&mut tx, access.package).await? })
}

pub async fn delete(
    State(control): State<Control>,
    MayPublish(access): MayPublish,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    remove::delete(&mut tx, &access).await?;
    catalog::commit(&control, tx).await?;
    Ok(done("/packages", &format!("{} is deleted.", access.manifest_id)))
}
