//! Validation rules of every type, severity and order.

use os_test::runtime::{App, data_url as url, package};
use serde_json::{Value, json};

fn item(fields: Value, rules: Value) -> Value {
    let object = json!({"name": "lab_item", "label": "Item", "nameField": "title",
        "fields": fields, "validations": rules});
    package("lab", "1.0.0", json!([object]))
}

fn script(name: &str, condition: &str, more: Value) -> Value {
    let mut rule = more;
    rule["name"] = json!(name);
    rule["type"] = json!("script");
    rule["message"] = json!(name);
    rule["condition"] = json!({"dialect": "cel", "source": condition});
    rule
}

#[tokio::test]
async fn formats_and_schemas_of_rules_are_checked() {
    let app = App::new().await;
    let owner = app.owner().await;
    let fields = json!({"title": {"type": "text"}, "tax_id": {"type": "text"},
        "mail": {"type": "text"}, "config": {"type": "json"}, "odd": {"type": "text"}});
    let shape = json!({"type": "object", "required": ["tier"], "additionalProperties": false,
        "properties": {"tier": {"enum": ["basic", "gold"]}, "seats": {"type": "integer", "minimum": 1}}});
    let rules = json!([
        {"name": "tax", "type": "format", "field": "tax_id", "regex": "^\\d{2}-\\d{7}$", "message": "tax"},
        {"name": "mail", "type": "format", "field": "mail", "format": "email", "message": "mail"},
        {"name": "config", "type": "json_schema", "field": "config", "schema": shape, "message": "config"},
        {"name": "both", "type": "cross_field", "fields": ["title", "mail"], "message": "both",
         "condition": {"dialect": "cel", "source": "record.title == record.mail && record.title != null"}},
    ]);
    let installed = owner.installs(&item(fields.clone(), rules)).await;
    assert_eq!(installed["warnings"], json!([]));
    for (record, field, message) in [
        (json!({"tax_id": "12-345"}), "tax_id", "tax"),
        (json!({"mail": "ada@localhost"}), "mail", "mail"),
        (json!({"config": {"seats": 1}}), "config", "config"),
        (json!({"config": {"tier": "gold", "seats": 0}}), "config", "config"),
        (json!({"title": "a@b.c", "mail": "a@b.c"}), "title", "both"),
    ] {
        let answer = owner.post(&url("lab_item"), record).await;
        assert_eq!(answer.refusal(), (400, "VALIDATION_FAILED".to_owned()), "{}", answer.text());
        let error = &answer.json()["fields"][0];
        assert_eq!((&error["field"], &error["message"]), (&json!(field), &json!(message)));
    }
    let good = json!({"title": "a", "tax_id": "12-3456789", "mail": "ada@example.com",
        "config": {"tier": "gold", "seats": 2}});
    let item_id = owner.made("lab_item", good).await;
    let one = url(&format!("lab_item/{item_id}"));
    assert_eq!(owner.patch(&one, json!({"mail": "nobody"})).await.refusal().0, 400);
    assert_eq!(owner.patch(&one, json!({"mail": null, "config": null})).await.status, 200);

    for broken in [
        json!({"name": "odd", "type": "format", "field": "odd", "regex": "a(?=b)"}),
        json!({"name": "odd", "type": "format", "field": "gone", "format": "email"}),
        json!({"name": "odd", "type": "json_schema", "field": "config", "schema": {"type": 7}}),
        json!({"name": "odd", "type": "state_machine", "transitions": {}}),
        json!({"name": "odd", "type": "magic"}),
    ] {
        let installed = owner.installs(&item(fields.clone(), json!([broken]))).await;
        let warnings = installed["warnings"].to_string();
        let said = "validations[0]: cannot be checked, so that records are refused: ";
        assert!(warnings.contains(said), "{broken}: {warnings}");
        let answer = owner.post(&url("lab_item"), json!({"title": "a"})).await;
        assert_eq!(answer.json()["fields"][0]["constraint"]["reason"], "unevaluable", "{broken}");
    }
}

#[tokio::test]
async fn rules_of_lower_severity_never_refuse_and_rules_run_by_priority() {
    let app = App::new().await;
    let owner = app.owner().await;
    let rules = json!([
        script("late", "record.title == 'bad'", json!({"priority": 200})),
        script("early", "record.title == 'bad'", json!({"priority": 10})),
        script("middle", "record.title == 'bad'", json!({})),
        script("advice", "record.nothing == 1", json!({"severity": "warning", "priority": 1})),
        script("hint", "true", json!({"severity": "info"})),
        script("off", "true", json!({"active": false})),
    ]);
    let installed = owner.installs(&item(json!({"title": {"type": "text"}}), rules)).await;
    assert_eq!(installed["warnings"], json!([]));
    let answer = owner.post(&url("lab_item"), json!({"title": "bad"})).await;
    assert_eq!(answer.message(), "early; middle; late");
    assert_eq!(owner.post(&url("lab_item"), json!({"title": "good"})).await.status, 201);
}

#[tokio::test]
async fn a_rule_of_a_branch_is_a_rule() {
    let app = App::new().await;
    let owner = app.owner().await;
    let branch = |when: &str, then: Value, otherwise: Value| {
        json!({"name": when, "type": "conditional", "message": "branch", "then": then, "otherwise": otherwise,
            "when": {"dialect": "cel", "source": when}})
    };
    let rules = json!([
        branch(
            "record.title == 'strict'",
            script("refused", "true", json!({})),
            script("advice", "true", json!({"severity": "warning"})),
        ),
        branch(
            "record.title == 'off'",
            script("off", "true", json!({"active": false})),
            json!(null)
        ),
        branch(
            "record.title == 'later'",
            script("changed", "true", json!({"events": ["update"]})),
            json!(null),
        ),
    ]);
    owner.installs(&item(json!({"title": {"type": "text"}, "n": {"type": "number"}}), rules)).await;
    let answer = owner.post(&url("lab_item"), json!({"title": "strict"})).await;
    assert_eq!((answer.status, answer.message()), (400, "refused".to_owned()));
    for title in ["lenient", "off"] {
        assert_eq!(owner.post(&url("lab_item"), json!({ "title": title })).await.status, 201);
    }
    let later = owner.made("lab_item", json!({"title": "later"})).await;
    let answer = owner.patch(&url(&format!("lab_item/{later}")), json!({"n": 1})).await;
    assert_eq!((answer.status, answer.message()), (400, "changed".to_owned()));
}

#[tokio::test]
async fn a_new_record_begins_in_an_initial_state() {
    let app = App::new().await;
    let owner = app.owner().await;
    let states = json!([{"name": "states", "type": "state_machine", "field": "title", "message": "states",
        "initialStates": ["open"], "transitions": {"open": ["closed"]}}]);
    owner.installs(&item(json!({"title": {"type": "text"}}), states)).await;
    let answer = owner.post(&url("lab_item"), json!({"title": "closed"})).await;
    assert_eq!((answer.status, answer.message()), (400, "states".to_owned()));
    let one = owner.made("lab_item", json!({"title": "open"})).await;
    let one = url(&format!("lab_item/{one}"));
    assert_eq!(owner.patch(&one, json!({"title": "closed"})).await.status, 200);
}
