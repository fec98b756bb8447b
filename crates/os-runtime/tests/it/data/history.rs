use super::open_shop;
use os_test::runtime::data_url as url;
use serde_json::{Value, json};

#[tokio::test]
async fn tracked_changes_are_recorded_field_by_field() {
    let (app, owner) = open_shop().await;
    let me = owner.get("/api/v1/auth/get-session").await.json()["user"]["id"].clone();
    let order = owner.made("shop_order", json!({})).await;
    let rest = url(&format!("shop_order/{order}"));
    owner.patch(&rest, json!({"discount": 5, "note": "n", "status": "open"})).await;
    owner.patch(&rest, json!({"discount": 5})).await;
    owner.delete(&rest).await;
    let log =
        owner.get(&url(&format!("sys_audit_log?record_id={order}&sort=at,field"))).await.json();
    let rows: Vec<(&Value, &Value, &Value)> = log["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (&row["field"], &row["old_value"], &row["new_value"]))
        .collect();
    assert_eq!(rows.len(), 4, "{log}");
    assert_eq!((rows[0].0, rows[0].1), (&Value::Null, &Value::Null));
    assert!(rows[0].2.as_str().unwrap().contains("\"status\":\"open\""));
    assert_eq!(rows[1], (&json!("discount"), &json!("0"), &json!("5")));
    assert_eq!(rows[2], (&json!("note"), &Value::Null, &json!("n")));
    assert_eq!((rows[3].0, rows[3].2), (&Value::Null, &Value::Null));
    assert_eq!(
        (&log["records"][1]["user"], &log["records"][1]["object"]),
        (&me, &json!("shop_order"))
    );
    owner.makes("shop_customer", json!({"name": "x"})).await;
    assert_eq!(
        app.count("SELECT COUNT(*) FROM sys_audit_log WHERE object = 'shop_customer'").await,
        0
    );
}

#[tokio::test]
async fn a_change_that_fails_leaves_no_history() {
    let (app, owner) = open_shop().await;
    let order = owner.made("shop_order", json!({})).await;
    let outcome = app.count("SELECT COUNT(*) FROM sys_audit_log").await;
    let answer = owner
        .patch(&url(&format!("shop_order/{order}")), json!({"discount": 1, "status": "sent"}))
        .await;
    assert_eq!(answer.status, 400);
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_audit_log").await, outcome);
}

#[tokio::test]
async fn records_with_feeds_have_activity_and_comments() {
    let (app, owner) = open_shop().await;
    let me = owner.get("/api/v1/auth/get-session").await.json()["user"]["id"].clone();
    let order = owner.made("shop_order", json!({})).await;
    owner.patch(&url(&format!("shop_order/{order}")), json!({"discount": 5})).await;
    let feed = owner.get(&url(&format!("sys_activity?record_id={order}&sort=at"))).await;
    assert_eq!(feed.column("type"), ["created", "updated"]);
    let feed = feed.json();
    assert_eq!(feed["records"][0]["summary"], "Created Order \"O-0001\"");
    assert_eq!(feed["records"][1]["data"], json!({"fields": ["discount"]}));

    let comment =
        json!({"object": "shop_order", "record_id": order, "body": "Hello", "author": "x"});
    let comment = owner
        .post(
            &url("sys_comment"),
            json!({"object": "shop_order", "record_id": order, "body": comment["body"]}),
        )
        .await;
    assert_eq!(comment.status, 201, "{}", comment.text());
    assert_eq!(comment.json()["record"]["author"], me);
    let one = url(&format!("sys_comment/{}", comment.json()["id"].as_str().unwrap()));
    let moved = owner.patch(&one, json!({"record_id": "other", "body": "Hi"})).await.json();
    assert_eq!(
        (&moved["record"]["record_id"], &moved["record"]["body"]),
        (&json!(order), &json!("Hi"))
    );
    for (body, code) in [
        (
            json!({"object": "shop_order", "record_id": "nope", "body": "x"}),
            (404, "RECORD_NOT_FOUND"),
        ),
        (json!({"object": "nope", "record_id": order, "body": "x"}), (404, "OBJECT_NOT_FOUND")),
        (
            json!({"object": "shop_customer", "record_id": order, "body": "x"}),
            (400, "VALIDATION_FAILED"),
        ),
        (json!({"object": "shop_order", "record_id": order}), (400, "VALIDATION_FAILED")),
    ] {
        let answer = owner.post(&url("sys_comment"), body).await;
        assert_eq!(answer.refusal(), (code.0, code.1.to_owned()), "{}", answer.text());
    }
    owner.delete(&url(&format!("shop_order/{order}"))).await;
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_comment").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_activity WHERE type = 'deleted'").await, 1);
}

#[tokio::test]
async fn system_fields_are_read_only() {
    let (_app, owner) = open_shop().await;
    for object in ["sys_audit_log", "sys_activity", "sys_user", "sys_session"] {
        assert_eq!(owner.get(&url(object)).await.status, 200, "{object}");
        let answers = [
            owner.post(&url(object), json!({"name": "x"})).await,
            owner.patch(&url(&format!("{object}/x")), json!({"name": "x"})).await,
            owner.delete(&url(&format!("{object}/x"))).await,
            owner.post(&url(&format!("{object}/createMany")), json!([{}])).await,
            owner.post(&url(&format!("{object}/deleteMany")), json!({"ids": ["x"]})).await,
        ];
        for answer in answers {
            assert_eq!(
                answer.refusal(),
                (405, "OBJECT_API_METHOD_NOT_ALLOWED".to_owned()),
                "{object}"
            );
        }
    }
    let users = owner.get(&url("sys_user")).await;
    assert_eq!(users.column("email"), ["owner@example.com"]);
    assert!(
        !users.text().contains("argon2") && !users.text().contains("password"),
        "{}",
        users.text()
    );
    assert!(!owner.get(&url("sys_session")).await.text().contains("token"));
    for rest in ["sys_user?password=x", "sys_user?select=password", "sys_session?sort=token_hash"] {
        assert_eq!(owner.get(&url(rest)).await.status, 400, "{rest}");
    }
}
