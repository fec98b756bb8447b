use super::open_shop;
use os_test::runtime::{Client, data_url as url};
use serde_json::{Value, json};

#[tokio::test]
async fn many_records_are_created_all_or_none() {
    let (app, owner) = open_shop().await;
    let answer =
        owner.post(&url("shop_customer/createMany"), json!([{"name": "a"}, {"name": "b"}])).await;
    let body = answer.json();
    assert_eq!(
        (answer.status, &body["object"], &body["count"]),
        (201, &json!("shop_customer"), &json!(2))
    );
    assert_eq!(body["records"][1]["name"], "b");
    let answer = owner.post(&url("shop_customer/createMany"), json!([{"name": "c"}, {}])).await;
    assert_eq!(answer.refusal(), (400, "VALIDATION_FAILED".to_owned()));
    assert_eq!(answer.json()["index"], 1);
    for (body, code) in [
        (json!({"records": []}), "VALIDATION_FAILED"),
        (json!([1]), "VALIDATION_FAILED"),
        (Value::Array(vec![json!({"name": "x"}); 201]), "MAX_RECORDS_EXCEEDED"),
    ] {
        let answer = owner.post(&url("shop_customer/createMany"), body).await;
        assert_eq!(answer.refusal(), (400, code.to_owned()));
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM shop_customer").await, 2);
}

#[tokio::test]
async fn each_record_of_a_batch_has_its_own_result() {
    let (app, owner) = open_shop().await;
    let a = owner.made("shop_customer", json!({"name": "a", "email": "a@example.com"})).await;
    let body =
        json!({"records": [{"id": a, "data": {"score": 5}}, {"id": "nope", "data": {"score": 6}}]});
    let answer = owner.post(&url("shop_customer/updateMany"), body).await;
    let body = answer.json();
    assert_eq!(
        (answer.status, &body["success"], &body["operation"]),
        (200, &json!(false), &json!("update"))
    );
    assert_eq!(
        (&body["total"], &body["succeeded"], &body["failed"]),
        (&json!(2), &json!(1), &json!(1))
    );
    assert_eq!(
        (&body["results"][0]["data"]["score"], &body["results"][0]["index"]),
        (&json!(5), &json!(0))
    );
    assert_eq!(body["results"][1]["errors"][0]["code"], "RECORD_NOT_FOUND");

    let body = json!({"operation": "create", "records": [
        {"data": {"name": "b"}}, {"data": {"name": "c", "email": "a@example.com"}}, {"data": {"name": "d"}}
    ]});
    let body = owner.post(&url("shop_customer/batch"), body).await.json();
    assert_eq!(
        (&body["succeeded"], &body["results"][1]["errors"][0]["code"]),
        (&json!(2), &json!("DUPLICATE_RECORD"))
    );

    let body = json!({"operation": "upsert", "records": [{"id": a, "data": {"score": 9}}, {"id": "new-1", "data": {"name": "n"}}]});
    let body = owner.post(&url("shop_customer/batch"), body).await.json();
    assert_eq!((&body["success"], &body["results"][1]["id"]), (&json!(true), &json!("new-1")));

    let body =
        owner.post(&url("shop_customer/deleteMany"), json!({"ids": [a, "nope"]})).await.json();
    assert_eq!((&body["operation"], &body["succeeded"]), (&json!("delete"), &json!(1)));
    assert_eq!(app.count("SELECT COUNT(*) FROM shop_customer").await, 3);
}

#[tokio::test]
async fn an_atomic_batch_leaves_nothing_when_one_fails() {
    let (app, owner) = open_shop().await;
    let body = json!({
        "operation": "create", "options": {"atomic": true},
        "records": [{"data": {"name": "b"}}, {"data": {}}, {"data": {"name": "d"}}],
    });
    let body = owner.post(&url("shop_customer/batch"), body).await.json();
    assert_eq!(
        (&body["success"], &body["succeeded"], &body["failed"]),
        (&json!(false), &json!(0), &json!(3))
    );
    assert_eq!(body["results"][0]["errors"][0]["code"], "ROLLED_BACK");
    assert_eq!(body["results"][1]["errors"][0]["code"], "VALIDATION_FAILED");
    assert_eq!(app.count("SELECT COUNT(*) FROM shop_customer").await, 0);
    let answer =
        owner.post(&url("shop_customer/batch"), json!({"operation": "nope", "records": []})).await;
    assert_eq!(answer.refusal(), (400, "VALIDATION_FAILED".to_owned()));
}

#[tokio::test]
async fn a_transaction_crosses_objects() {
    let (app, owner) = open_shop().await;
    let body = json!({"atomic": true, "operations": [
        {"object": "shop_order", "action": "create", "data": {}},
        {"object": "shop_line", "action": "create", "data": {"order": {"$ref": 0}, "price": 3}},
        {"object": "shop_line", "action": "create", "data": {"order": {"$ref": 0}, "price": 4}},
    ]});
    let answer = owner.post("/api/v1/batch", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let results = answer.json()["results"].clone();
    assert_eq!(results[1]["order"], results[0]["id"]);
    let order = results[0]["id"].clone();
    for (operations, code) in [
        (
            json!([{"object": "shop_order", "action": "update", "id": order, "data": {"discount": 1}},
                {"object": "shop_line", "action": "create", "data": {}}]),
            "VALIDATION_FAILED",
        ),
        (
            json!([{"object": "shop_line", "action": "create", "data": {"order": {"$ref": 3}}}]),
            "BATCH_UNRESOLVED_REF",
        ),
        (json!([{"object": "shop_line", "action": "update", "data": {}}]), "VALIDATION_FAILED"),
        (json!([{"object": "shop_line", "action": "explode"}]), "VALIDATION_FAILED"),
        (json!(5), "VALIDATION_FAILED"),
    ] {
        let answer = owner.post("/api/v1/batch", json!({"operations": operations})).await;
        assert_eq!(answer.refusal(), (400, code.to_owned()), "{}", answer.text());
        assert!(answer.json()["error"].is_string());
    }
    let answer = owner.post("/api/v1/batch", json!({"operations": [], "atomic": false})).await;
    assert_eq!(answer.refusal(), (400, "BATCH_NOT_ATOMIC".to_owned()));
    assert_eq!(app.count("SELECT COUNT(*) FROM shop_line").await, 2);
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_audit_log WHERE field = 'discount'").await, 0);
}

#[tokio::test]
async fn a_batch_returns_records_as_reading_them_does() {
    let (_app, owner) = open_shop().await;
    let ada = json!({
        "name": "Ada \"A\"\n", "email": "ada@example.com", "score": 2.5, "vip": true, "tags": ["a", "b"],
        "since": "2026-01-02", "seen_at": "2026-01-02T10:00:00.123456Z", "secret": "s",
        "profile": {"b": 1, "a": [null, 1e300]},
    });
    let batch = json!({"operation": "create", "records": [{"data": ada}]});
    let customer = returned(&owner, "shop_customer", &batch).await;
    let id = customer["id"].as_str().unwrap();
    let order = json!({"customer": id, "watchers": [id], "discount": 3});
    let batch = json!({"operation": "create", "records": [{"data": order}]});
    let order = returned(&owner, "shop_order", &batch).await["id"].as_str().unwrap().to_owned();
    owner.makes("shop_line", json!({"order": order, "price": 0.1})).await;
    owner.makes("shop_line", json!({"order": order, "price": 200})).await;
    // Now the summaries have values.
    let batch = json!({"operation": "update", "records": [{"id": order, "data": {"discount": 4}}]});
    let order = returned(&owner, "shop_order", &batch).await;
    assert_eq!((&order["lines"], &order["dear_lines"]), (&json!(2), &json!(1)));
}

/// Returns the record of a batch, after comparing its text with that of a read.
async fn returned(owner: &Client, object: &str, batch: &Value) -> Value {
    let answer = owner.post(&url(&format!("{object}/batch")), batch.clone()).await;
    let record = answer.json()["results"][0]["data"].clone();
    let id = record["id"].as_str().unwrap_or_else(|| panic!("{}", answer.text()));
    let read = owner.get(&url(&format!("{object}/{id}"))).await;
    assert!(read.text().contains(&record.to_string()), "{}\n{record}", read.text());
    record
}
