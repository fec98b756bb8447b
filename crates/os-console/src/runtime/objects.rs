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
    packages: Vec<Group>,
}

/// The objects of one package that the data API offers.
struct Group {
    loaded: Arc<Loaded>,
    objects: Vec<Arc<Object>>,
}

pub async fn list(State(runtime): State<Runtime>, _: SignedIn, frame: Frame) -> Result<Response> {
    let kernel = runtime.kernel();
    let groups = kernel.enabled().map(|loaded| {
        let objects = loaded.package.objects.iter();
        let shown = objects.filter(|object| object.enable.api && !object.is_external);
        Group { loaded: loaded.clone(), objects: shown.cloned().collect() }
    });
    let mut packages: Vec<Group> = groups.filter(|group| !group.objects.is_empty()).collect();
    // What was installed comes before what is part of every runtime.
    packages.sort_by_key(|group| group.loaded.origin == Origin::System);
    page(&ListPage { frame, packages })
}
