//! Datasources, connectors, endpoints.

use super::{entries, has, text};
use crate::schema::problem::Report;
use serde_json::Value;
use std::collections::HashMap;

/// Checks that a federated datasource has an address.
pub fn datasource(source: &mut Value, report: &mut Report) {
    let managed = source["schemaMode"] == "managed";
    if !managed && !has(source, "external") {
        report.add(
            "external",
            format!("a datasource with schemaMode {} needs `external`", source["schemaMode"]),
            "add `external: {}`, or write `schemaMode: 'managed'`",
        );
    }
    if managed && federates(&source["external"]) {
        report.add(
            "external",
            "a managed datasource is not federated",
            "remove `external`, or write `schemaMode: 'external'`",
        );
    }
}

/// Returns whether it holds more than a reference to credentials.
fn federates(external: &Value) -> bool {
    let plain = |key: &str, value: &Value| match key {
        "credentialsRef" => true,
        "allowWrites" => value == false,
        "validation" => value["onMismatch"] == "fail" && value["checkOnBoot"] == true,
        _ => false,
    };
    external.as_object().is_some_and(|map| map.iter().any(|(key, value)| !plain(key, value)))
}

/// Refuses secrets in a connector; they belong in credentials.
pub fn connector(entry: &mut Value, report: &mut Report) {
    let instance = !text(entry, "provider").is_empty();
    let authentication = &entry["authentication"];
    if !authentication.is_null() && authentication["type"] != "none" {
        report.add(
            "authentication",
            "secrets do not belong into a package",
            "write `auth: { type, credentialRef }` on a connector with a `provider`",
        );
    }
    let (keys, message, help) = if instance {
        (["actions", "triggers"], "comes from the provider", "remove it")
    } else {
        (["providerConfig", "auth"], "needs a `provider`", "add `provider`, or remove it")
    };
    for key in keys {
        let given = if instance { !entries(entry, key).is_empty() } else { has(entry, key) };
        if given {
            report.add(key, format!("`{key}` {message}"), help);
        }
    }
}

/// Checks that a rate limit lets something through.
pub fn rate_limit(limit: &mut Value, report: &mut Report) {
    for key in ["maxRequests", "windowMs"] {
        if limit[key].as_f64().is_some_and(|number| number <= 0.0) {
            report.add(key, format!("`{key}` must be more than 0"), "write a positive number");
        }
    }
}

/// Checks that endpoints are below the namespace of the package, and unique.
pub fn endpoints(stack: &mut Value, report: &mut Report) {
    let endpoints = entries(stack, "apis");
    if endpoints.is_empty() {
        return;
    }
    let namespace = text(&stack["manifest"], "namespace");
    if namespace.is_empty() {
        report.add(
            "manifest.namespace",
            "a package with endpoints needs a namespace",
            "add `namespace`",
        );
    }
    let mount = format!("/api/v1/apps/{namespace}/");
    let mut taken = HashMap::new();
    for (at, endpoint) in endpoints.iter().enumerate() {
        let path = text(endpoint, "path");
        let at_key = |key: &str| format!("apis[{at}].{key}");
        let below =
            path.strip_prefix(&mount).is_some_and(|it| !it.is_empty() && !it.starts_with('/'));
        if !namespace.is_empty() && !below {
            report.add(
                at_key("path"),
                format!("{path} is not below {mount}"),
                &format!("write {mount}<name>"),
            );
        }
        target(endpoint, at_key, report);
        policy(endpoint, at_key, report);
        if let Some(first) =
            taken.insert((text(endpoint, "method"), path.trim_end_matches('/')), at)
        {
            report.add(
                at_key("path"),
                format!("the same method and path as apis[{first}]"),
                "choose another path",
            );
        }
    }
}

fn target(endpoint: &Value, at_key: impl Fn(&str) -> String, report: &mut Report) {
    let parameters = &endpoint["objectParams"];
    match text(endpoint, "type") {
        "object_operation" => {
            for key in
                ["object", "operation"].into_iter().filter(|key| text(parameters, key).is_empty())
            {
                report.add(
                    at_key("objectParams"),
                    format!("`{key}` is missing"),
                    "add `objectParams: { object, operation }`",
                );
            }
        }
        "flow" if text(endpoint, "target").is_empty() => {
            report.add(at_key("target"), "the flow is missing", "add `target: '<flow>'`");
        }
        "flow" => {}
        kind => report.add(
            at_key("type"),
            format!("endpoints of type '{kind}' do not run"),
            "use 'object_operation' or 'flow'",
        ),
    }
}

fn policy(endpoint: &Value, at_key: impl Fn(&str) -> String, report: &mut Report) {
    let armed = endpoint["rateLimit"]["enabled"] == true;
    if endpoint["authRequired"] == false && !armed {
        report.add(
            at_key("rateLimit"),
            "an endpoint for everybody needs a rate limit",
            "add `rateLimit: { enabled: true, … }`",
        );
    }
    for key in ["maxRequests", "windowMs"] {
        if armed && endpoint["rateLimit"][key].as_f64().is_some_and(|number| number <= 0.0) {
            report.add(
                at_key(&format!("rateLimit.{key}")),
                "must be more than 0",
                "write a positive number",
            );
        }
    }
    let Some(ttl) = endpoint.get("cacheTtlSeconds") else { return };
    if ttl.as_f64().is_some_and(|seconds| seconds < 0.0) || text(endpoint, "method") != "GET" {
        report.add(
            at_key("cacheTtlSeconds"),
            "only answers to GET are cached, for 0 seconds or more",
            "remove it",
        );
    }
}
