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

/// Returns the findings, as `severity rule path`.
fn found(stack: Value) -> Vec<String> {
    let (_, found) = check(stack);
    let line = |it: &crate::Diagnostic| {
        format!("{} {} {}", it.severity, it.rule, it.path.as_deref().unwrap_or_default())
    };
    found.iter().map(line).collect()
}

#[test]
fn an_identity_that_a_server_refuses_is_reported() {
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
fn a_valid_package_has_no_findings() {
    assert_eq!(found(stack()), Vec::<String>::new());
}

/// A field type whose column holds a number refuses text at install, `progress` included.
#[test]
fn text_in_a_seed_is_reported_for_every_number_type() {
    use os_package::field::{FieldType, Literal};
    for kind in FieldType::ALL.iter().filter(|it| it.is_number()) {
        assert_eq!(kind.properties().literal, Literal::Number);
        let mut stack = stack();
        stack["objects"][0]["fields"]["amount"] =
            json!({ "type": kind.as_str(), "label": "Amount" });
        let seed = |amount: Value| json!([{ "object": "shop_order", "externalId": "title", "records": [{ "title": "a", "amount": amount }] }]);
        stack["data"] = seed(json!("many"));
        let expected = "warning seed-value data[0].records[0].amount";
        assert_eq!(found(stack.clone()), [expected], "{}", kind.as_str());
        stack["data"] = seed(json!(7));
        assert_eq!(found(stack), Vec::<String>::new(), "{}", kind.as_str());
    }
}

#[test]
fn objects_of_the_platform_are_known() {
    let summary = |object: &str| {
        let mut stack = stack();
        stack["objects"][0]["fields"]["count"] = json!({
            "type": "summary", "label": "Count",
            "summaryOperations": { "object": object, "field": "id", "function": "count" },
        });
        found(stack)
    };
    // One that a runtime has, and one that only the original has.
    assert_eq!(summary("sys_user"), Vec::<String>::new());
    assert_eq!(summary("sys_business_unit"), Vec::<String>::new());
    let expected = "warning object-reference-unregistered-platform objects[0].fields.count.summaryOperations.object";
    assert_eq!(summary("sys_usr"), [expected]);
    let mut stack = stack();
    stack["permissions"] = json!([{ "name": "shop_all", "label": "All", "objects": { "ai_conversation": { "allowRead": true } } }]);
    let expected =
        "warning object-reference-unregistered-platform permissions[0].objects.ai_conversation";
    assert!(found(stack.clone()).iter().any(|it| it == expected), "{:?}", found(stack));
}

#[test]
fn each_lint_reports_its_case() {
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
