//! What the packages of this runtime say, as clients read it (contract §3.15,
//! §6.1): items of metadata, texts, and views of records.
//!
//! **Invariant:** everything is answered from one kernel, and nothing here
//! changes it: metadata comes with packages, and goes with them.

mod answer;
pub mod api;
pub mod i18n;
mod item;
mod kind;
mod locale;
mod reference;
mod system_field;
mod translate;
mod view;

pub use answer::Answers;

use crate::kernel::{Item, Kernel, Loaded};
use crate::{Code, Error, Result, Runtime, package};
use answer::{Answer, OfKernel};
use axum::http::{HeaderMap, header};
use locale::Texts;
use os_package::ManifestId;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::sync::Arc;

/// What one reader sees: the kernel of this moment in their language.
pub struct Reader {
    kernel: Arc<Kernel>,
    answers: Arc<OfKernel>,
    locale: String,
}

/// An item, and the package it belongs to.
type Found<'k> = (&'k Arc<Loaded>, Cow<'k, Item>);

impl Reader {
    /// Whoever sent these headers, and `?locale=` where they did.
    pub fn new(runtime: &Runtime, headers: &HeaderMap, locale: Option<&str>) -> Self {
        let kernel = runtime.kernel();
        let answers = runtime.answers.of(&kernel);
        let spoken = answers.locales(|| locale::spoken(&kernel));
        let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok());
        let locale = locale::choose(spoken, locale, header).to_owned();
        Self { kernel, answers, locale }
    }

    /// All items of a kind, or those of one package (contract §4.11).
    ///
    /// # Errors
    /// `INVALID_REQUEST` for what is no kind.
    pub fn list(&self, kind: &str, package: Option<&str>) -> Result<Answer> {
        let kind = known(kind)?;
        let Some(package) = package else {
            return Ok(self.keep(&[kind, "", ""], || self.all_of(kind, None)));
        };
        match self.kernel.package(package) {
            Some(of) => {
                let id = of.package.manifest.id.as_str();
                Ok(self.keep(&[kind, "", id], || self.all_of(kind, Some(of))))
            }
            None => Ok(Answer::new(&json!({ "type": kind, "items": [] }))),
        }
    }

    fn all_of(&self, kind: &str, of: Option<&Arc<Loaded>>) -> Value {
        let wanted = |it: &&Arc<Loaded>| of.is_none_or(|of| Arc::ptr_eq(of, it));
        if kind == "package" {
            let rows = self.kernel.packages().filter(wanted).map(|it| package::row(it));
            return json!({ "type": kind, "items": rows.collect::<Vec<_>>() });
        }
        let mut items = Vec::new();
        for owner in self.kernel.enabled().filter(wanted) {
            let texts = self.texts(Some(&owner.package.manifest.id));
            for it in owner.package.items_of(kind) {
                if kind == "view" && view::is_container(&it.value) {
                    let views = view::expand(it);
                    items.extend(views.iter().map(|view| item::listed(owner, view, &texts)));
                } else {
                    items.push(item::listed(owner, it, &texts));
                }
            }
        }
        json!({ "type": kind, "items": items })
    }

    /// One item with what is known of it; `asking` is the package that asks.
    ///
    /// # Errors
    /// `RESOURCE_NOT_FOUND`.
    pub fn show(&self, kind: &str, name: &str, asking: Option<&str>) -> Result<Answer> {
        if kind::singular(kind) == Some("package") {
            let of = self.kernel.package(name).ok_or_else(|| no_such(kind, name))?;
            let id = of.package.manifest.id.as_str();
            return Ok(self.keep(
                &["package", id, id],
                || json!({ "type": "package", "name": id, "item": package::row_with_items(of) }),
            ));
        }
        let (owner, it) = self.find(kind, name, asking)?;
        let id = &owner.package.manifest.id;
        Ok(self.keep(&[it.kind, &it.name, id.as_str()], || {
            item::enveloped(owner, &it, &self.texts(Some(id)))
        }))
    }

    /// The item alone, in the words of its package.
    ///
    /// # Errors
    /// `RESOURCE_NOT_FOUND`.
    pub fn published(&self, kind: &str, name: &str, asking: Option<&str>) -> Result<Value> {
        let (owner, it) = self.find(kind, name, asking)?;
        Ok(item::served(owner, &it, &Texts::none()))
    }

    /// The item alone, in the language of its reader.
    ///
    /// # Errors
    /// `RESOURCE_NOT_FOUND`.
    pub fn item(&self, kind: &str, name: &str, asking: Option<&str>) -> Result<Value> {
        let (owner, it) = self.find(kind, name, asking)?;
        Ok(item::served(owner, &it, &self.texts(Some(&owner.package.manifest.id))))
    }

    /// What names this item.
    ///
    /// # Errors
    /// `RESOURCE_NOT_FOUND`.
    pub fn references(&self, kind: &str, name: &str) -> Result<Value> {
        let (_, it) = self.find(kind, name, None)?;
        Ok(json!({ "references": reference::find(&self.kernel, it.kind, &it.name) }))
    }

    /// How many items of each kind there are, and whose.
    pub fn counted(&self) -> Value {
        let mut stats = serde_json::Map::new();
        let mut total = 0;
        for (_, kind) in os_package::kind::in_artifacts() {
            let kind = kind.name;
            let owners: Vec<_> = self.kernel.enabled().collect();
            let count = owners.iter().map(|it| it.package.items_of(kind).count()).sum::<usize>();
            let whose = owners.iter().filter(|it| it.package.items_of(kind).next().is_some());
            let whose: Vec<_> = whose.map(|it| it.package.manifest.id.as_str()).collect();
            stats
                .insert(kind.to_owned(), json!({ "count": count, "locked": 0, "packages": whose }));
            total += count;
        }
        json!({ "entries": [], "total": 0, "scannedTypes": stats.len(), "scannedItems": total, "stats": stats })
    }

    /// An item by its name: that of the asking package first, then the first there
    /// is; `<packageId>:<name>` reaches a certain package. A view is also found in
    /// the container that gathers those of its object.
    fn find(&self, kind: &str, name: &str, asking: Option<&str>) -> Result<Found<'_>> {
        let missing = || no_such(kind, name);
        let singular = kind::singular(kind).ok_or_else(missing)?;
        let asking: Option<ManifestId> = asking.and_then(|id| id.parse().ok());
        if let Some((owner, it)) = self.kernel.resolve(singular, name, asking.as_ref()) {
            return Ok((owner, Cow::Borrowed(it)));
        }
        if singular != "view" {
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

    fn texts(&self, first: Option<&ManifestId>) -> Texts<'_> {
        Texts::of(&self.kernel, &self.locale, first)
    }

    fn keep(&self, key: &[&str], make: impl FnOnce() -> Value) -> Answer {
        let mut key = key.join("\n");
        key.push('\n');
        key.push_str(&self.locale);
        self.answers.get(key, make)
    }
}

/// The locales that this kernel speaks, the default first.
pub fn locales(kernel: &Kernel) -> Vec<String> {
    locale::spoken(kernel)
}

/// A kind in the singular.
fn known(kind: &str) -> Result<&'static str> {
    kind::singular(kind).ok_or_else(|| {
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
