use crate::schema::check;
use serde_json::{Value, json};

fn stack() -> Value {
    json!({
        "manifest": { "id": "com.example.shop", "namespace": "shop", "version": "1.0.0", "type": "app", "name": "Shop", "engines": { "protocol": "^17" } },
        "objects": [{ "name": "shop_order", "label": "Order", "sharingModel": "private", "fields": { "title": { "type": "text", "label": "Title" } } }],
    })
}

fn with(key: &str, value: Value) -> Value {
    let mut stack = stack();
    stack[key] = value;
    stack
}

/// What is found, as `severity rule path`.
fn found(stack: Value) -> Vec<String> {
    let (_, found) = check(stack);
    let line = |it: &crate::Diagnostic| {
        format!("{} {} {}", it.severity, it.rule, it.path.as_deref().unwrap_or_default())
    };
    found.iter().map(line).collect()
}

#[test]
fn an_identity_that_servers_refuse_is_reported() {
    let manifest = |id: &str, namespace: &str| {
        let mut stack = stack();
        stack["manifest"]["id"] = json!(id);
        stack["manifest"]["namespace"] = json!(namespace);
        stack["objects"] = json!([]);
        found(stack)
    };
    assert_eq!(manifest("com.example.my_shop", "shop"), ["warning manifest-id manifest.id"]);
    assert_eq!(manifest("com.example.shop", "base"), ["error reserved-name manifest.namespace"]);
    assert!(manifest("com.objectstack.base", "base").is_empty());
}

#[test]
fn a_valid_package_has_no_problems() {
    assert_eq!(found(stack()), Vec::<String>::new());
}

#[test]
fn each_rule_finds_what_it_is_for() {
    let object = |name: &str| json!([{ "name": name, "label": "Order", "sharingModel": "private", "fields": {} }]);
    let navigation =
        |item: Value| json!([{ "name": "shop", "label": "Shop", "navigation": [item] }]);
    let flow = json!([{ "name": "shop_nightly", "label": "N", "type": "schedule", "nodes": [], "edges": [] }]);
    let cases = [
        ("objects", object("order"), "error namespace objects[0].name"),
        ("objects", object("shop__order"), "error namespace objects[0].name"),
        ("objects", object("sys_order"), "error reserved-name objects[0].name"),
        (
            "objects",
            json!([{ "name": "shop_order", "label": "Order", "fields": {} }]),
            "error sharing-model objects[0]",
        ),
        (
            "objects",
            json!([{ "name": "shop_order", "label": "order", "sharingModel": "private", "fields": {} }]),
            "warning label objects[0].label",
        ),
        (
            "apps",
            json!([{ "name": "shop_a", "label": "A" }, { "name": "shop_b", "label": "B" }]),
            "error single-app apps[1]",
        ),
        (
            "translations",
            json!([{ "en": { "objects": { "crm_account": { "label": "Account" } } } }]),
            "error translation-key translations[0].en.objects.crm_account",
        ),
        (
            "translations",
            json!([{ "en": { "objects": { "shop_ordre": { "label": "Order" } } } }]),
            "warning translation-key translations[0].en.objects.shop_ordre",
        ),
        (
            "translations",
            json!([{ "en": { "globalActions": { "close": { "label": "Close" } } } }]),
            "error translation-key translations[0].en.globalActions.close",
        ),
        (
            "data",
            json!([{ "object": "shop_ordre", "records": [] }]),
            "error reference data[0].object",
        ),
        (
            "data",
            json!([{ "object": "shop_order", "externalId": "externalId", "records": [{ "externalId": "one" }] }]),
            "warning seed-key data[0].records[0].externalId",
        ),
        (
            "apps",
            navigation(
                json!({ "id": "nav_x", "type": "object", "label": "X", "objectName": "shop_x" }),
            ),
            "error reference apps[0].navigation[0].objectName",
        ),
        (
            "permissions",
            json!([{ "name": "shop_user", "label": "U", "objects": { "shop_x": { "allowRead": true } } }]),
            "error reference permissions[0].objects.shop_x",
        ),
        (
            "hooks",
            json!([{ "name": "shop_hook", "object": "shop_x", "events": ["beforeInsert"] }]),
            "error reference hooks[0].object",
        ),
        ("requires", json!(["trigers"]), "error capability requires[0]"),
        ("flows", flow, "error capability flows[0]"),
    ];
    for (key, value, expected) in cases {
        let found = found(with(key, value.clone()));
        assert!(found.iter().any(|line| line == expected), "{value}: {found:#?}");
    }
}

mod cases;
mod more_cases;
