//! What a publisher sends to the control plane, and installs in an environment of their own.

use crate::packages::{bombs, branches};
use crate::scene::{Attack, Scene};
use crate::wire::{Answer, at_once};
use os_test::control::{ENVIRONMENTS, PACKAGES, bundle, versions};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

pub const ALL: &[(&str, Attack)] = &[
    ("published schemas of settings", schemas),
    ("installed settings of many values", settings),
    ("bundles of small values", small_values),
    ("drafts of small values", small_values_in_a_draft),
    ("icons that are no icons", icons),
    ("cursors and searches", searches),
];

/// Each version is published once.
static NEXT_PATCH: AtomicUsize = AtomicUsize::new(0);

fn next_version() -> String {
    format!("1.0.{}", NEXT_PATCH.fetch_add(1, Ordering::Relaxed))
}

fn register(scene: &Scene, id: &str) -> Answer {
    let body = json!({"manifest_id": id, "display_name": id, "visibility": "private"});
    scene.owner.post(PACKAGES, &body)
}

fn publish(scene: &Scene, id: &str, version: &str, schema: &Value) -> Answer {
    let mut bundle = bundle(id, version);
    bundle["manifest"]["configurationSchema"] = schema.clone();
    scene.owner.post(&versions(id), &json!({"version": version, "bundle": bundle}))
}

fn schemas(scene: &Scene) -> Vec<Answer> {
    let id = "com.acme.bombs";
    let mut answers = vec![register(scene, id)];
    let bombs = bombs();
    answers
        .extend(at_once(bombs.len(), |index| publish(scene, id, &next_version(), &bombs[index])));
    answers
}

fn settings(scene: &Scene) -> Vec<Answer> {
    let id = "com.acme.branches";
    let version = next_version();
    let mut answers = vec![register(scene, id), publish(scene, id, &version, &branches(0).0)];
    let listed = scene.owner.get(ENVIRONMENTS).json();
    let environment = listed["data"]["environments"][0]["id"].as_str().unwrap_or("none").to_owned();
    answers.extend(at_once(3, |index| {
        let (_, settings) = branches([20, 90, 120_000][index % 3]);
        let body = json!({"packageId": id, "version": version, "settings": settings});
        scene.owner.post(&format!("{ENVIRONMENTS}/{environment}/packages"), &body)
    }));
    answers
}

fn small_values(scene: &Scene) -> Vec<Answer> {
    let id = "com.acme.small";
    let mut answers = vec![register(scene, id)];
    let lists = "[],".repeat(9_000_000);
    let keys: String = (0..200_000).map(|index| format!("\"k{index}\":[],")).collect();
    answers.extend(at_once(6, |index| {
        let version = next_version();
        let members = match index % 2 {
            0 => format!("\"views\":[{lists}0]"),
            _ => format!("{keys}\"id\":\"{id}\""),
        };
        let body = format!("{{\"version\":\"{version}\",\"bundle\":{{{members}}}}}");
        scene.owner.send("POST", &versions(id), body.as_bytes())
    }));
    answers
}

fn small_values_in_a_draft(scene: &Scene) -> Vec<Answer> {
    let id = "com.acme.draft";
    let mut answers = vec![register(scene, id)];
    let lists = "[],".repeat(9_000_000);
    let some = "[],".repeat(200_000);
    answers.extend(at_once(6, |index| {
        let version = next_version();
        let list = [&lists, &some][index % 2];
        let text = format!("{{\\\"views\\\":[{list}0],\\\"id\\\":\\\"{id}\\\"}}");
        let body = format!("{{\"version\":\"{version}\",\"manifestJson\":\"{text}\"}}");
        scene.owner.send("POST", &versions(id), body.as_bytes())
    }));
    answers
}

fn icons(scene: &Scene) -> Vec<Answer> {
    let id = "com.acme.icons";
    let mut answers = vec![register(scene, id)];
    let nested = "<svg>".repeat(50_000);
    let attributes = format!("<svg {}/>", "a='b' ".repeat(40_000));
    answers.extend(at_once(6, |index| {
        let body = [&nested, &attributes][index % 2].as_bytes();
        scene.owner.send("POST", &format!("{PACKAGES}/{id}/icon"), body)
    }));
    answers
}

fn searches(scene: &Scene) -> Vec<Answer> {
    let long = "a%25".repeat(10_000);
    at_once(8, |index| {
        let path = [
            format!("{PACKAGES}?q={long}"),
            format!("{PACKAGES}?cursor={long}"),
            format!("{PACKAGES}?limit=99999999999999999999"),
            format!("/api/v1/marketplace/packages?search={long}"),
        ];
        scene.owner.get(&path[index % 4])
    })
}
