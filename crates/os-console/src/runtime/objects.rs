//! The objects of the packages that are loaded.

use crate::frame::Frame;
use crate::respond::page;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_runtime::auth::SignedIn;
use os_runtime::kernel::{Loaded, Origin};
use os_runtime::object::Object;
use os_runtime::{Result, Runtime};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "runtime/objects.html")]
struct ListPage {
    frame: Frame,
    /// One for each package, the system last.
    groups: Vec<Group>,
    /// True if no package has objects.
    is_empty: bool,
}

/// The objects of a package, or of the system.
struct Group {
    name: String,
    /// `None` for the system.
    manifest_id: Option<String>,
    objects: Vec<Arc<Object>>,
}

pub async fn list(State(runtime): State<Runtime>, _: SignedIn, frame: Frame) -> Result<Response> {
    let kernel = runtime.kernel();
    let (mut packages, mut system) = (Vec::new(), Vec::new());
    for loaded in kernel.enabled() {
        let (objects, manifest) = (offered(loaded), &loaded.package.manifest);
        if loaded.origin == Origin::System {
            system.extend(objects);
        } else if !objects.is_empty() {
            let (name, id) = (manifest.name.to_string(), manifest.id.to_string());
            packages.push(Group { name, manifest_id: Some(id), objects });
        }
    }
    let is_empty = packages.is_empty();
    packages.push(Group { name: "System".to_owned(), manifest_id: None, objects: system });
    page(&ListPage { frame, groups: packages, is_empty })
}

/// Returns the objects of a package that the data API offers.
pub fn offered(loaded: &Loaded) -> Vec<Arc<Object>> {
    let objects = loaded.package.objects.iter();
    objects.filter(|object| object.enable.api && !object.is_external).cloned().collect()
}
