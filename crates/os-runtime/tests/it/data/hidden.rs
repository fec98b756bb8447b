//! What is hidden from a caller is not told by what is computed from it, or written about it.

use os_test::runtime::{App, Client, data_url as url, encoded, package, with};
use serde_json::{Value, json};

fn formula(source: &str) -> Value {
    json!({"type": "formula", "expression": {"dialect": "cel", "source": source}})
}

fn summary(function: &str, more: Value) -> Value {
    let mut operations = json!({"object": "hide_line", "function": function});
    operations.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"type": "summary", "summaryOperations": operations})
}

/// Orders with a secret cost, and private lines of them with a secret price.
fn objects() -> Value {
    json!([
        {"name": "hide_order", "sharingModel": "public_read_write", "nameField": "title",
         "enable": {"feeds": true},
         "fields": {
            "title": {"type": "text"}, "cost": {"type": "number"}, "size": {"type": "number"},
            "pin": {"type": "password"},
            "leak": formula("record.cost + 1"), "part": formula("record.size > 1 ? record.cost : 0"),
            "open": formula("record.size + 1"), "told_pin": formula("record.pin"),
            "lines": summary("count", json!({})),
            "sizes": summary("sum", json!({"field": "size"})),
            "prices": summary("sum", json!({"field": "price"})),
            "totals": summary("sum", json!({"field": "total"})),
            "dear": summary("count", json!({"filter": {"price": {"$gte": 1}}})),
         }},
        {"name": "hide_line", "sharingModel": "private", "fields": {
            "order": {"type": "lookup", "reference": "hide_order"},
            "size": {"type": "number"}, "price": {"type": "number"},
            "total": formula("record.size * record.price"),
        }},
    ])
}

fn set(lines: &Value, fields: &Value) -> Value {
    let all = json!({"allowRead": true, "allowCreate": true, "allowEdit": true});
    json!([{"name": "hide_member", "isDefault": true, "fields": fields,
            "objects": {"hide_order": all, "hide_line": lines}}])
}

async fn app(lines: Value, fields: Value) -> (App, Client, Client, Value) {
    let app = App::with(|config| config.open_registration = true).await;
    let owner = app.owner().await;
    let package = with(package("hide", "1.0.0", objects()), "permissions", set(&lines, &fields));
    let installed = owner.installs(&package).await;
    let member = app.register("ada").await;
    (app, owner, member, installed)
}

/// An order of the owner with two lines, one of which is the member's.
async fn order(owner: &Client, member: &Client) -> String {
    let order = json!({"title": "UA-HIDDEN-77", "cost": 302, "size": 3, "pin": "9182"});
    let order = owner.made("hide_order", order).await;
    for (client, price) in [(owner, 303), (member, 5)] {
        let line = client.made("hide_line", json!({"order": order, "size": 2})).await;
        let rest = url(&format!("hide_line/{line}"));
        assert_eq!(owner.patch(&rest, json!({"price": price})).await.status, 200);
    }
    url(&format!("hide_order/{order}"))
}

#[tokio::test]
async fn a_computed_field_does_not_tell_what_is_hidden() {
    let lines = json!({"allowRead": true, "allowCreate": true});
    let fields = json!({
        "hide_order.cost": {"readable": false}, "hide_line.price": {"readable": false},
    });
    let (_app, owner, member, installed) = app(lines, fields).await;
    let warnings = installed.to_string();
    for named in ["hide_order.leak", "hide_order.part", "hide_line.total"] {
        assert!(warnings.contains(named), "{named}: {warnings}");
    }
    assert!(warnings.contains("`record.pin` is secret"), "{warnings}");
    let one = order(&owner, &member).await;
    let all = owner.get(&one).await.json()["record"].clone();
    let expected = json!({"leak": 303, "part": 302, "open": 4, "told_pin": null, "lines": 2,
        "sizes": 4, "prices": 308, "totals": 616, "dear": 2});
    let mine = json!({"leak": null, "part": null, "open": 4, "told_pin": null, "lines": 1,
        "sizes": 2, "prices": null, "totals": null, "dear": null});
    let list = member.get(&url("hide_order")).await.json()["records"][0].clone();
    let named = format!("{one}?select=leak,part,open,told_pin,lines,sizes,prices,totals,dear");
    let selected = member.get(&named).await.json()["record"].clone();
    let read = member.get(&one).await.json()["record"].clone();
    for (record, expected) in
        [(&all, &expected), (&list, &mine), (&selected, &mine), (&read, &mine)]
    {
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(record[name].as_f64(), value.as_f64(), "{name}: {record}");
        }
    }
    let line = url("hide_line?expand=order");
    let expanded = member.get(&line).await.json()["records"][0]["order"].clone();
    assert_eq!((&expanded["leak"], &expanded["lines"]), (&Value::Null, &json!(1)), "{expanded}");
}

#[tokio::test]
async fn a_summary_of_an_object_that_is_closed_is_null() {
    let (_app, owner, member, _) = app(json!({"allowCreate": true}), json!({})).await;
    let one = order(&owner, &member).await;
    let record = member.get(&one).await.json()["record"].clone();
    assert_eq!((&record["lines"], &record["sizes"]), (&Value::Null, &Value::Null), "{record}");
    let fields = json!({"hide_line.order": {"readable": false}});
    let (_app, owner, member, _) = app(json!({"viewAllRecords": true}), fields).await;
    let order = owner.made("hide_order", json!({"title": "t"})).await;
    owner.makes("hide_line", json!({"order": order, "size": 2})).await;
    let record = member.get(&url(&format!("hide_order/{order}"))).await.json()["record"].clone();
    assert_eq!(record["lines"], Value::Null, "the reference is hidden: {record}");
}

#[tokio::test]
async fn hidden_fields_are_unknown_to_every_part_of_a_query() {
    let fields = json!({"hide_order.cost": {"readable": false}});
    let lines = json!({"viewAllRecords": true, "allowCreate": true});
    let (_app, owner, member, _) = app(lines, fields).await;
    order(&owner, &member).await;
    let list = |part: &str| match part.split_once('=') {
        Some((name, json)) if json.starts_with(['{', '[']) => {
            url(&format!("hide_order?{name}={}", encoded(&json.parse().unwrap())))
        }
        _ => url(&format!("hide_order?{part}")),
    };
    for (part, code) in [
        ("select=cost", "INVALID_FIELD"),
        ("cost=302", "INVALID_FIELD"),
        ("filter={\"cost\":{\"$gt\":1}}", "INVALID_FIELD"),
        ("filter={\"$or\":[{\"$not\":{\"cost\":1}}]}", "INVALID_FIELD"),
        ("sort=-cost", "INVALID_SORT"),
        ("groupBy=cost", "INVALID_FIELD"),
        ("aggregations=[{\"function\":\"max\",\"field\":\"cost\"}]", "INVALID_FIELD"),
        ("search=302&searchFields=cost", "INVALID_FIELD"),
        ("expand=cost", "INVALID_FIELD"),
    ] {
        let hidden = member.get(&list(part)).await;
        assert_eq!(hidden.refusal(), (400, code.to_owned()), "{part}");
        // The message is that of a field which does not exist.
        let none = member.get(&list(&part.replace("cost", "none"))).await;
        assert_eq!(none.refusal(), (400, code.to_owned()), "{part}");
        assert_eq!(hidden.text().replace("cost", "none"), none.text(), "{part}");
    }
}

#[tokio::test]
async fn an_activity_does_not_tell_a_hidden_title() {
    let fields = json!({"hide_order.title": {"readable": false}});
    let (_app, owner, member, _) = app(json!({}), fields).await;
    let order = owner.made("hide_order", json!({"title": "UA-HIDDEN-77"})).await;
    let feed = url(&format!("sys_activity?record_id={order}"));
    assert_eq!(owner.get(&feed).await.json()["total"], 1);
    let shown = member.get(&feed).await;
    assert_eq!(shown.json()["total"], 0, "{}", shown.text());

    let fields = json!({"hide_order.cost": {"readable": false}});
    let (_app, owner, member, _) = app(json!({}), fields).await;
    let order = owner.made("hide_order", json!({"title": "shown", "cost": 1})).await;
    let feed = url(&format!("sys_activity?record_id={order}"));
    let shown = member.get(&feed).await;
    assert_eq!(shown.json()["records"][0]["summary"], "Created hide_order \"shown\"");
    assert!(!shown.text().contains("cost"), "{}", shown.text());
    let by_data = encoded(&json!({"data": {"$contains": "cost"}}));
    let by_data = member.get(&format!("{feed}&filter={by_data}")).await;
    assert_eq!(by_data.refusal(), (400, "INVALID_FIELD".to_owned()));
}
