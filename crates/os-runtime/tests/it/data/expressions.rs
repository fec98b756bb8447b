//! Expressions of packages, where they are evaluated.

use os_test::runtime::{App, data_url as url, package};
use serde_json::{Value, json};

fn rule(name: &str, condition: &str) -> Value {
    json!({"name": name, "type": "script", "message": name,
        "condition": {"dialect": "cel", "source": condition}})
}

fn object(name: &str, rules: Value) -> Value {
    json!({
        "name": name, "label": name, "nameField": "title",
        "fields": {
            "title": {"type": "text", "label": "Title"},
            "amount": {"type": "number", "label": "Amount"},
            "due": {"type": "date", "label": "Due",
                "defaultValue": {"dialect": "cel", "source": "addDays(today(), 7)"}},
            "tags": {"type": "tags", "label": "Tags"},
            "initial": {"type": "formula", "label": "Initial",
                "expression": {"dialect": "cel", "source": "upper(record.title.substring(0, 1))"}}
        },
        "validations": rules
    })
}

#[tokio::test]
async fn rules_with_any_function_refuse_what_they_forbid() {
    let app = App::new().await;
    let owner = app.owner().await;
    let rules = json!([
        rule("matches", "record.title != null && record.title.matches('^Z')"),
        rule("exists", "record.tags != null && record.tags.exists(tag, tag == 'bad')"),
        rule("len", "len(record.title) > 10"),
        rule("max", "record.amount != null && max(record.amount, 3) > 100"),
        rule("dates", "record.due < addDays(today(), -1)"),
    ]);
    let objects = json!([object("lab_item", rules)]);
    assert_eq!(owner.installs(&package("lab", "1.0.0", objects)).await["warnings"], json!([]));
    for (record, broken) in [
        (json!({"title": "Zed"}), "matches"),
        (json!({"title": "a", "tags": ["good", "bad"]}), "exists"),
        (json!({"title": "a long title"}), "len"),
        (json!({"title": "a", "amount": 101}), "max"),
        (json!({"title": "a", "due": "2020-01-01"}), "dates"),
    ] {
        let response = owner.post(&url("lab_item"), record).await;
        assert_eq!(response.refusal(), (400, "VALIDATION_FAILED".to_owned()), "{broken}");
        assert_eq!(response.message(), broken);
    }
    let good = json!({"title": "ada", "amount": 5, "tags": ["good"]});
    let response = owner.post(&url("lab_item"), good).await;
    assert_eq!(response.status, 201, "{}", response.text());
    assert_eq!(response.json()["record"]["initial"], "A");
}

#[tokio::test]
async fn a_rule_without_a_value_refuses_the_record() {
    let app = App::new().await;
    let owner = app.owner().await;
    let objects = json!([
        object("lab_null", json!([rule("null", "record.amount > 5")])),
        object("lab_name", json!([rule("name", "record.nothing == 1")])),
        object("lab_call", json!([rule("call", "mystery(record.title)")])),
    ]);
    let warnings = owner.installs(&package("lab", "1.0.0", objects)).await["warnings"].to_string();
    assert!(warnings.contains("reads `record.nothing`"), "{warnings}");
    assert!(warnings.contains("there is no function `mystery`"), "{warnings}");
    for (name, fault) in [
        (
            "lab_null",
            json!({"rule": "null", "reason": "unevaluable",
            "fault": "null cannot be compared; test `!= null` first"}),
        ),
        (
            "lab_name",
            json!({"rule": "name", "reason": "unevaluable",
            "fault": "No such key: nothing", "missingKey": "nothing"}),
        ),
        (
            "lab_call",
            json!({"rule": "call", "reason": "unevaluable",
            "fault": "there is no function `mystery`"}),
        ),
    ] {
        let response = owner.post(&url(name), json!({"title": "a"})).await;
        assert_eq!(response.refusal(), (400, "VALIDATION_FAILED".to_owned()), "{name}");
        let error = &response.json()["fields"][0];
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!("_record"), &json!("rule_violation"))
        );
        assert_eq!(error["constraint"], fault, "{name}");
    }
}

#[tokio::test]
async fn the_install_names_what_it_cannot_evaluate() {
    let app = App::new().await;
    let owner = app.owner().await;
    let mut thing = object("lab_thing", json!([{"name": "f", "type": "format", "field": "title"}]));
    thing["fields"]["double"] = json!({"type": "formula", "label": "Double",
        "expression": {"dialect": "cel", "source": "record.initial + record.initial"}});
    thing["fields"]["title"]["requiredWhen"] = json!("record.amount >");
    let package = package("lab", "1.0.0", json!([thing]));
    let warnings = owner.installs(&package).await["warnings"].to_string();
    for expected in [
        "validations[0]: cannot be checked, so that records are refused: it has neither `regex`",
        "fields.double: is always null: `record.initial` is computed itself",
        "fields.title.requiredWhen: cannot be evaluated, so that nothing is required",
    ] {
        assert!(warnings.contains(expected), "{expected}: {warnings}");
    }
}
