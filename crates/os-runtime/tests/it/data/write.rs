use super::open_shop;
use axum::http::Method;
use os_test::Response;
use os_test::runtime::{App, Client, data_url as url, package};
use serde_json::{Value, json};

async fn patch_if(user: &Client, rest: &str, version: &str, body: Value) -> Response {
    let headers = [("content-type", "application/json"), ("if-match", version)];
    user.send(Method::PATCH, &url(rest), &headers, body.to_string().into_bytes()).await
}

#[tokio::test]
async fn a_record_is_created_with_defaults_and_system_fields() {
    let (_app, owner) = open_shop().await;
    let me = owner.get("/api/v1/auth/get-session").await.json()["user"]["id"].clone();
    let answer = owner
        .post(
            &url("shop_customer"),
            json!({"name": "Ada", "score": "12.5", "created_at": "2001-01-01T00:00:00Z"}),
        )
        .await;
    let body = answer.json();
    assert_eq!((answer.status, &body["object"]), (201, &json!("shop_customer")));
    assert_eq!(body["droppedFields"][0]["fields"], json!(["created_at"]));
    let record = &body["record"];
    assert_eq!(body["id"], record["id"]);
    for (field, value) in [
        ("name", json!("Ada")),
        ("vip", json!(false)),
        ("level", json!("basic")),
        ("score", json!(12.5)),
        ("email", Value::Null),
        ("created_by", me.clone()),
        ("updated_by", me.clone()),
        ("owner_id", me.clone()),
        ("agent", me.clone()),
    ] {
        assert_eq!(record[field], value, "{field}");
    }
    assert!(record["created_at"].as_str().unwrap() > "2020");
    let order = owner.makes("shop_order", json!({})).await;
    assert_eq!(
        (&order["number"], &order["status"], &order["discount"]),
        (&json!("O-0001"), &json!("open"), &json!(0))
    );
    assert_eq!(order["placed_on"].as_str().unwrap().len(), 10);
    let named = owner.makes("shop_customer", json!({"id": "my-id.1", "name": "Own"})).await;
    assert_eq!(named["id"], "my-id.1");
}

#[tokio::test]
async fn the_errors_of_a_record_are_reported_field_by_field() {
    let (app, owner) = open_shop().await;
    let long = "x".repeat(41);
    for (record, field, code) in [
        (json!({}), "name", "required"),
        (json!({"name": ""}), "name", "required"),
        (json!({"name": null}), "name", "required"),
        (json!({"name": ["a"]}), "name", "invalid_type"),
        (json!({"name": long}), "name", "max_length"),
        (json!({"name": "x", "email": "no"}), "email", "invalid_email"),
        (json!({"name": "x", "email": "a@b"}), "email", "invalid_email"),
        (json!({"name": "x", "site": "no"}), "site", "invalid_url"),
        (json!({"name": "x", "site": "javascript://x.y/%0aalert(1)"}), "site", "invalid_url"),
        (json!({"name": "x", "site": "java\tscript://x.y"}), "site", "invalid_url"),
        (json!({"name": "x", "site": "data:text/html,<script>"}), "site", "invalid_url"),
        (json!({"name": "x", "site": "data://text/html,x"}), "site", "invalid_url"),
        (json!({"name": "x", "site": "vbscript://x"}), "site", "invalid_url"),
        (json!({"name": "x", "site": "//x.y"}), "site", "invalid_url"),
        (json!({"name": "x", "phone": "call me"}), "phone", "invalid_phone"),
        (json!({"name": "x", "vip": "perhaps"}), "vip", "invalid_boolean"),
        (json!({"name": "x", "score": "many"}), "score", "invalid_number"),
        (json!({"name": "x", "score": -1}), "score", "min_value"),
        (json!({"name": "x", "score": 101}), "score", "max_value"),
        (json!({"name": "x", "level": "none"}), "level", "invalid_option"),
        (json!({"name": "x", "tags": ["a", "z"]}), "tags", "invalid_option"),
        (json!({"name": "x", "since": "soon"}), "since", "invalid_date"),
        (json!({"name": "x", "since": "2026-02-30"}), "since", "invalid_date"),
        (json!({"name": "x", "seen_at": "soon"}), "seen_at", "invalid_date"),
        (json!({"name": "x", "agent": "nobody"}), "agent", "reference_not_found"),
        (json!({"id": "../x", "name": "x"}), "id", "rule_violation"),
    ] {
        let answer = owner.post(&url("shop_customer"), record.clone()).await;
        assert_eq!(
            answer.refusal(),
            (400, "VALIDATION_FAILED".to_owned()),
            "{record}: {}",
            answer.text()
        );
        let fault = &answer.json()["fields"][0];
        assert_eq!((&fault["field"], &fault["code"]), (&json!(field), &json!(code)), "{record}");
    }
    let answer = owner.post(&url("shop_customer"), json!({"name": "x", "nope": 1})).await;
    assert_eq!(answer.refusal(), (400, "INVALID_FIELD".to_owned()));
    assert_eq!(answer.json()["field"], "nope");
    let answer = owner
        .post(&url("shop_order"), json!({"customer": "ghost", "watchers": ["g"], "status": "lost"}))
        .await;
    assert_eq!(answer.json()["fields"].as_array().unwrap().len(), 3, "{}", answer.text());
    assert_eq!(app.count("SELECT COUNT(*) FROM shop_customer").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM shop_order").await, 0);
}

#[tokio::test]
async fn lenient_values_are_converted_to_the_type_of_the_field() {
    let (_app, owner) = open_shop().await;
    let record = json!({
        "name": 5, "vip": "true", "score": "7", "tags": "a", "since": "2026-01-02T10:00:00Z",
        "seen_at": "2026-01-02", "email": "", "profile": {"b": 1, "a": [null]},
    });
    let made = owner.makes("shop_customer", record).await;
    for (field, value) in [
        ("name", json!("5")),
        ("vip", json!(true)),
        ("score", json!(7)),
        ("tags", json!(["a"])),
        ("since", json!("2026-01-02")),
        ("seen_at", json!("2026-01-02T00:00:00.000Z")),
        ("email", Value::Null),
        ("profile", json!({"b": 1, "a": [null]})),
    ] {
        assert_eq!(made[field], value, "{field}");
    }
}

#[tokio::test]
async fn a_unique_value_is_taken_once() {
    let (app, owner) = open_shop().await;
    let ada = json!({"name": "Ada", "email": "ada@example.com"});
    let id = owner.made("shop_customer", ada.clone()).await;
    let answer = owner.post(&url("shop_customer"), ada.clone()).await;
    assert_eq!(answer.refusal(), (409, "DUPLICATE_RECORD".to_owned()));
    assert_eq!(answer.json()["fields"][0]["field"], "email");
    let bob = owner.made("shop_customer", json!({"name": "Bob"})).await;
    let answer = owner
        .patch(&url(&format!("shop_customer/{bob}")), json!({"email": "ada@example.com"}))
        .await;
    assert_eq!(answer.refusal(), (409, "DUPLICATE_RECORD".to_owned()));
    let answer = owner
        .patch(&url(&format!("shop_customer/{id}")), json!({"email": "ada@example.com"}))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = owner.post(&url("shop_customer"), json!({"id": id, "name": "x"})).await;
    assert_eq!(answer.refusal(), (409, "DUPLICATE_RECORD".to_owned()));
    let body = json!({"name": "Cy", "email": "cy@example.com"});
    let posts = (0..8).map(|_| {
        let (owner, body) = (owner.clone(), body.clone());
        async move { owner.post(&url("shop_customer"), body).await.status }
    });
    let mut statuses = Vec::new();
    let tasks: Vec<_> = posts.map(tokio::spawn).collect();
    for task in tasks {
        statuses.push(task.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
    assert_eq!(app.count("SELECT COUNT(*) FROM shop_customer").await, 3);
}

#[tokio::test]
async fn concurrent_records_get_distinct_numbers() {
    let (_app, owner) = open_shop().await;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let owner = owner.clone();
            tokio::spawn(async move {
                owner.makes("shop_order", json!({"number": "X"})).await["number"].clone()
            })
        })
        .collect();
    let mut numbers = Vec::new();
    for task in tasks {
        numbers.push(task.await.unwrap().as_str().unwrap().to_owned());
    }
    numbers.sort();
    let expected: Vec<String> = (1..=20).map(|at| format!("O-{at:04}")).collect();
    assert_eq!(numbers, expected);
}

#[tokio::test]
async fn a_change_touches_what_it_names_and_nothing_else() {
    let (_app, owner) = open_shop().await;
    let made = owner.makes("shop_customer", json!({"name": "Ada", "score": 1})).await;
    let rest = format!("shop_customer/{}", made["id"].as_str().unwrap());
    let answer = owner.patch(&url(&rest), json!({"score": 2, "id": "x", "created_by": "x"})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let record = answer.json()["record"].clone();
    assert_eq!(
        (&record["score"], &record["name"], &record["id"]),
        (&json!(2), &json!("Ada"), &made["id"])
    );
    assert_eq!(record["created_at"], made["created_at"]);
    assert!(record["updated_at"].as_str() > made["updated_at"].as_str());
    let answer = owner.patch(&url(&rest), json!({"name": null})).await;
    assert_eq!(answer.refusal(), (400, "VALIDATION_FAILED".to_owned()));
    assert_eq!(owner.patch(&url("shop_customer/nope"), json!({})).await.refusal().0, 404);
    let answer = owner.patch(&url(&rest), json!([1])).await;
    assert_eq!(answer.refusal(), (400, "VALIDATION_FAILED".to_owned()));
    let order = owner.made("shop_order", json!({"locked": "x"})).await;
    let answer =
        owner.patch(&url(&format!("shop_order/{order}")), json!({"locked": "x"})).await.json();
    assert_eq!(answer["record"]["locked"], Value::Null);
    assert_eq!(answer["droppedFields"][0]["fields"], json!(["locked"]));
}

#[tokio::test]
async fn a_version_guards_a_change() {
    let (_app, owner) = open_shop().await;
    let made = owner.makes("shop_customer", json!({"name": "Ada"})).await;
    let rest = format!("shop_customer/{}", made["id"].as_str().unwrap());
    let version = made["updated_at"].as_str().unwrap();
    let milliseconds = format!("{}Z", &version[..23]);
    let answer = patch_if(&owner, &rest, &format!("\"{milliseconds}\""), json!({"score": 1})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    for stale in [version, "\"2020-01-01T00:00:00Z\"", "other"] {
        let answer = patch_if(&owner, &rest, stale, json!({"score": 2})).await;
        assert_eq!(answer.refusal(), (409, "CONCURRENT_MODIFICATION".to_owned()), "{stale}");
        assert!(answer.json()["currentVersion"].is_string());
    }
    let answer = owner.patch(&url(&rest), json!({"score": 2, "expectedVersion": version})).await;
    assert_eq!(answer.refusal(), (409, "CONCURRENT_MODIFICATION".to_owned()));
    assert_eq!(patch_if(&owner, &rest, "\"\"", json!({})).await.refusal().0, 400);
    let answer = owner.delete(&url(&format!("{rest}?expectedVersion={version}"))).await;
    assert_eq!(answer.refusal(), (409, "CONCURRENT_MODIFICATION".to_owned()));
    let now = owner.get(&url(&rest)).await.json()["record"]["updated_at"].clone();
    let headers = [("if-match", now.as_str().unwrap())];
    let answer = owner.send(Method::DELETE, &url(&rest), &headers, Vec::new()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test]
async fn concurrent_changes_are_all_reported() {
    let (app, owner) = open_shop().await;
    let order = owner.made("shop_order", json!({})).await;
    let tasks: Vec<_> = (1..=6)
        .map(|at| {
            let (owner, rest) = (owner.clone(), url(&format!("shop_order/{order}")));
            tokio::spawn(async move { owner.patch(&rest, json!({"discount": at})).await.status })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        let status = task.await.unwrap();
        assert!(status == 200 || status == 409, "{status}");
        done += i64::from(status == 200);
    }
    assert!(done > 0);
    let outcome = app.count("SELECT COUNT(*) FROM sys_audit_log WHERE field = 'discount'").await;
    assert_eq!(outcome, done);
}

#[tokio::test]
async fn rules_of_the_package_hold() {
    let (_app, owner) = open_shop().await;
    let answer = owner.post(&url("shop_order"), json!({"status": "sent"})).await;
    assert_eq!(answer.refusal(), (400, "VALIDATION_FAILED".to_owned()));
    assert_eq!(answer.message(), "A sent order needs a note");
    let order = url(&format!("shop_order/{}", owner.made("shop_order", json!({})).await));
    let answer = owner.patch(&order, json!({"status": "sent", "note": "x"})).await;
    assert_eq!(answer.message(), "Orders are paid before they are sent");
    assert_eq!(answer.json()["fields"][0]["field"], "status");
    for status in ["paid", "sent"] {
        let answer = owner.patch(&order, json!({"status": status, "note": "x"})).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}

#[tokio::test]
async fn deleting_follows_what_refers_to_a_record() {
    let (app, owner) = open_shop().await;
    let ada = owner.made("shop_customer", json!({"name": "Ada"})).await;
    let bob = owner.made("shop_customer", json!({"name": "Bob"})).await;
    let order = owner.made("shop_order", json!({"customer": ada, "watchers": [bob, ada]})).await;
    owner.makes("shop_line", json!({"order": order, "price": 5})).await;
    let answer = owner.delete(&url(&format!("shop_customer/{ada}"))).await;
    assert_eq!(answer.refusal(), (409, "DELETE_RESTRICTED".to_owned()));
    assert_eq!(answer.json()["dependentObject"], "shop_order");
    let answer = owner.delete(&url(&format!("shop_customer/{bob}"))).await;
    assert_eq!(answer.json(), json!({"object": "shop_customer", "id": bob, "success": true}));
    let body = owner.get(&url(&format!("shop_order/{order}"))).await.json();
    assert_eq!(body["record"]["watchers"], json!([ada]));
    assert_eq!(owner.delete(&url(&format!("shop_order/{order}"))).await.status, 200);
    assert_eq!(app.count("SELECT COUNT(*) FROM shop_line").await, 0);
    assert_eq!(owner.delete(&url(&format!("shop_order/{order}"))).await.refusal().0, 404);
    assert_eq!(owner.delete(&url(&format!("shop_customer/{ada}"))).await.status, 200);
}

#[tokio::test]
async fn a_clone_has_what_may_be_there_twice() {
    let (_app, owner) = open_shop().await;
    let ada = json!({"name": "Ada", "email": "ada@example.com", "score": 5, "tags": ["a"], "secret": "s"});
    let ada = owner.made("shop_customer", ada).await;
    let rest = url(&format!("shop_customer/{ada}/clone"));
    let answer = owner.post(&rest, json!({"overrides": {"name": "Eva"}})).await;
    let body = answer.json();
    assert_eq!((answer.status, &body["sourceId"]), (201, &json!(ada)));
    let record = &body["record"];
    assert_eq!(
        (&record["name"], &record["score"], &record["tags"]),
        (&json!("Eva"), &json!(5), &json!(["a"]))
    );
    assert_eq!((&record["email"], record["id"] == json!(ada)), (&Value::Null, false));
    let order = owner.made("shop_order", json!({})).await;
    let clone = owner.post(&url(&format!("shop_order/{order}/clone")), json!({})).await.json();
    assert_eq!(clone["record"]["number"], "O-0002");
    assert_eq!(owner.post(&url("shop_order/nope/clone"), json!({})).await.refusal().0, 404);
}

#[tokio::test]
async fn no_record_is_left_without_its_master() {
    let app = App::new().await;
    let owner = app.owner().await;
    let objects = json!([
        {"name": "race_order", "enable": {"feeds": true}, "fields": {"title": {"type": "text"}}},
        {"name": "race_line", "fields": {"order": {
            "type": "master_detail", "reference": "race_order", "required": true}}},
    ]);
    owner.installs(&package("race", "1.0.0", objects)).await;
    let (mut lines, mut refused) = (0, 0);
    for _ in 0..25 {
        let order = owner.made("race_order", json!({})).await;
        let one = url(&format!("race_order/{order}"));
        let line = json!({"order": order});
        let comment = json!({"object": "race_order", "record_id": order, "body": "hi"});
        let (lines_url, comments_url) = (url("race_line"), url("sys_comment"));
        let (created, deleted, _) = tokio::join!(
            owner.post(&lines_url, line),
            owner.delete(&one),
            owner.post(&comments_url, comment),
        );
        assert!(deleted.status == 200, "{}", deleted.text());
        if created.status == 201 { lines += 1 } else { refused += 1 }
    }
    assert_eq!(lines + refused, 25);
    assert_eq!(owner.get(&url("race_line")).await.json()["total"], 0);
    assert_eq!(owner.get(&url("sys_comment")).await.json()["total"], 0);
}
