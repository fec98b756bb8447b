//! Metadata of this runtime's packages, as clients read it (docs/wire/records.md#record-endpoints,
//! docs/wire/runtime-install.md#after-an-install): items, translations, and generated views.
//!
//! **Invariant:** a request reads one kernel, and nothing here changes it: metadata comes
//! and goes with packages.

mod cache;
mod demand;
pub mod http;
mod item;
mod kind;
mod locale;
mod reference;
mod system_field;
mod translate;
mod view;

pub use cache::ResponseCache;

use crate::kernel::{Item, Kernel, Loaded};
use crate::records::rights::AssignedSets;
use crate::{Code, Error, Result, Runtime, package};
use axum::http::{HeaderMap, header};
use cache::{CachedResponse, KernelResponses};
use locale::Translations;
use os_api::runtime::metadata as wire;
use os_identity::UserPrincipal;
use os_package::ManifestId;
use os_package::kind::singular;
use serde::Serialize;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::sync::Arc;

/// The current kernel in the language of one reader.
pub struct Reader {
    kernel: Arc<Kernel>,
    responses: Arc<KernelResponses>,
    locale: String,
    /// The permission sets of the reader, where what they see depends on them.
    sets: Option<AssignedSets>,
}

/// An item, and the package it belongs to.
type Found<'k> = (&'k Arc<Loaded>, Cow<'k, Item>);

impl Reader {
    /// Chooses the language of `locale`, else of the headers.
    pub fn new(
        kernel: Arc<Kernel>,
        cache: &ResponseCache,
        headers: &HeaderMap,
        locale: Option<&str>,
    ) -> Self {
        let responses = cache.of(&kernel);
        let spoken = responses.locales(|| locale::supported(&kernel));
        let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok());
        let locale = locale::choose(spoken, locale, header).to_owned();
        Self { kernel, responses, locale, sets: None }
    }

    /// Shows a caller the items of a kind that they may see: the apps whose `requiredPermissions`
    /// they hold.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn seen_by(
        mut self,
        runtime: &Runtime,
        kind: &str,
        caller: &UserPrincipal,
    ) -> Result<Self> {
        let apps = || self.kernel.enabled().flat_map(|owner| owner.package.items_of("app"));
        let is_open = singular(kind) != Some("app") || caller.is_platform_admin();
        if !is_open && apps().any(demand::demands) {
            let mut connection = runtime.db.autocommit().await?;
            self.sets = Some(AssignedSets::load(&mut connection, &self.kernel, caller).await?);
        }
        Ok(self)
    }

    /// Lists the items of a kind, of one package or of all (docs/wire/metadata.md#metadata-items).
    ///
    /// # Errors
    /// `INVALID_REQUEST` for an unknown kind.
    pub fn list(&self, kind: &str, package: Option<&str>) -> Result<CachedResponse> {
        let kind = known(kind)?;
        let Some(package) = package else {
            return Ok(self.cached(&[kind, "", ""], || self.all_of(kind, None)));
        };
        match self.kernel.package(package) {
            Some(of) => {
                let id = of.package.manifest.id.as_str();
                Ok(self.cached(&[kind, "", id], || self.all_of(kind, Some(of))))
            }
            None => {
                let none = wire::MetadataItems { kind: kind.to_owned(), items: Vec::new() };
                Ok(CachedResponse::new(&none))
            }
        }
    }

    fn all_of(&self, kind: &str, of: Option<&Arc<Loaded>>) -> wire::MetadataItems {
        let listed = |items| wire::MetadataItems { kind: kind.to_owned(), items };
        let wanted = |it: &&Arc<Loaded>| of.is_none_or(|of| Arc::ptr_eq(of, it));
        if kind == "package" {
            let packages = self.kernel.packages().filter(wanted);
            return listed(packages.map(|it| wire::AnyItem::Package(package::row(it))).collect());
        }
        let mut items = Vec::new();
        for owner in self.kernel.enabled().filter(wanted) {
            let translations = self.translations(Some(&owner.package.manifest.id));
            for it in owner.package.items_of(kind) {
                let Some(it) = self.seen(owner, it) else { continue };
                let it = it.as_ref();
                if kind == "view" && view::is_container(&it.value) {
                    let views = view::expand(it);
                    items.extend(
                        views.iter().map(|view| any(item::listed(owner, view, &translations))),
                    );
                } else {
                    items.push(any(item::listed(owner, it, &translations)));
                }
            }
        }
        listed(items)
    }

    /// Shows one item with its provenance; `asking` is the package that asks.
    ///
    /// # Errors
    /// `RESOURCE_NOT_FOUND`.
    pub fn show(&self, kind: &str, name: &str, asking: Option<&str>) -> Result<CachedResponse> {
        if singular(kind) == Some("package") {
            let of = self.kernel.package(name).ok_or_else(|| no_such(kind, name))?;
            let id = of.package.manifest.id.as_str();
            return Ok(self.cached(&["package", id, id], || wire::ShownItem {
                kind: "package".to_owned(),
                name: id.to_owned(),
                sortability: None,
                item: wire::AnyItem::Package(package::row_with_items(of)),
                provenance: None,
            }));
        }
        let (owner, it) = self.find(kind, name, asking)?;
        let id = &owner.package.manifest.id;
        Ok(self.cached(&[it.kind, &it.name, id.as_str()], || {
            item::shown(owner, &it, &self.translations(Some(id)))
        }))
    }

    /// Returns the item alone, in the language of its package.
    ///
    /// # Errors
    /// `RESOURCE_NOT_FOUND`.
    pub fn published(
        &self,
        kind: &str,
        name: &str,
        asking: Option<&str>,
    ) -> Result<wire::MetadataItem> {
        let (owner, it) = self.find(kind, name, asking)?;
        Ok(item::served(owner, &it, &Translations::none()))
    }

    /// Returns the item alone, in the language of its reader.
    ///
    /// # Errors
    /// `RESOURCE_NOT_FOUND`.
    pub fn item(&self, kind: &str, name: &str, asking: Option<&str>) -> Result<wire::MetadataItem> {
        let (owner, it) = self.find(kind, name, asking)?;
        let translations = self.translations(Some(&owner.package.manifest.id));
        Ok(item::served(owner, &it, &translations))
    }

    /// Returns the places that name this item.
    ///
    /// # Errors
    /// `RESOURCE_NOT_FOUND`.
    pub fn references(&self, kind: &str, name: &str) -> Result<wire::References> {
        let (_, it) = self.find(kind, name, None)?;
        let items = self.kernel.enabled().flat_map(|owner| {
            owner.package.items.iter().filter_map(move |item| self.seen(owner, item))
        });
        Ok(wire::References { references: reference::find(items, it.kind, &it.name) })
    }

    /// Counts the items of each kind.
    pub fn statistics(&self) -> wire::MetadataDiagnostics {
        let mut stats = Map::new();
        let mut total = 0;
        for (_, kind) in os_package::kind::in_artifacts() {
            let kind = kind.name;
            let owners: Vec<_> = self.kernel.enabled().collect();
            let count = owners.iter().map(|it| it.package.items_of(kind).count()).sum::<usize>();
            let having = owners.iter().filter(|it| it.package.items_of(kind).next().is_some());
            let packages = having.map(|it| it.package.manifest.id.to_string()).collect();
            let statistics = wire::KindStatistics { count, locked: 0, packages };
            stats.insert(kind.to_owned(), json(&statistics));
            total += count;
        }
        wire::MetadataDiagnostics {
            entries: Vec::new(),
            total: 0,
            scanned_types: stats.len(),
            scanned_items: total,
            stats,
        }
    }

    /// Finds an item by its name: first in the asking package, then in all; `<packageId>:<name>`
    /// finds it in one package. A view is also found in the container of its object's views.
    fn find(&self, kind: &str, name: &str, asking: Option<&str>) -> Result<Found<'_>> {
        let missing = || no_such(kind, name);
        let kind = singular(kind).ok_or_else(missing)?;
        let asking: Option<ManifestId> = asking.and_then(|id| id.parse().ok());
        if let Some((owner, it)) = self.kernel.resolve(kind, name, asking.as_ref()) {
            return Ok((owner, self.seen(owner, it).ok_or_else(missing)?));
        }
        if kind != "view" {
            return Err(missing());
        }
        let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
        let (object, _) = local.split_once('.').ok_or_else(missing)?;
        let container = &name[..name.len() - local.len() + object.len()];
        let found = self.kernel.resolve("view", container, asking.as_ref());
        let (owner, container) = found.ok_or_else(missing)?;
        let view = view::expand(container).into_iter().find(|it| &*it.name == local);
        Ok((owner, Cow::Owned(view.ok_or_else(missing)?)))
    }

    /// Returns an item as the reader sees it; none where they do not see it.
    fn seen<'i>(&self, owner: &Loaded, item: &'i Item) -> Option<Cow<'i, Item>> {
        match &self.sets {
            Some(sets) => demand::visible(owner, item, sets),
            None => Some(Cow::Borrowed(item)),
        }
    }

    fn translations(&self, first: Option<&ManifestId>) -> Translations<'_> {
        Translations::of(&self.kernel, &self.locale, first)
    }

    /// Returns the response under a key, in the reader's language; makes it if it is not cached.
    fn cached<T: Serialize>(&self, key: &[&str], make: impl FnOnce() -> T) -> CachedResponse {
        if self.sets.is_some() {
            return CachedResponse::new(&make());
        }
        let mut key = key.join("\n");
        key.push('\n');
        key.push_str(&self.locale);
        self.responses.get(key, make)
    }
}

/// Returns the locales of this kernel, the default first.
pub fn locales(kernel: &Kernel) -> Vec<String> {
    locale::supported(kernel)
}

fn any(item: wire::MetadataItem) -> wire::AnyItem {
    wire::AnyItem::Item(item)
}

/// Returns a part of a body as a member of a map.
fn json(part: &impl Serialize) -> Value {
    serde_json::to_value(part).expect("it has no keys but strings")
}

/// Returns a kind in the singular.
fn known(kind: &str) -> Result<&'static str> {
    singular(kind).ok_or_else(|| {
        Code::InvalidRequest.error(format!(
            "'{}' is not a metadata type; GET /api/v1/meta lists the types there are",
            kind.escape_default()
        ))
    })
}

fn no_such(kind: &str, name: &str) -> Error {
    let (kind, name) = (kind.escape_default(), name.escape_default());
    Code::NotFound.error(format!("Metadata item {kind}/{name} not found"))
}
