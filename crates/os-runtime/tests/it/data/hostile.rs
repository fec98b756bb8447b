use super::open_shop;
use axum::http::Method;
use os_test::runtime::{data_url as url, encoded};
use serde_json::json;

const TRICKS: [&str; 12] = [
    "x' OR '1'='1",
    "x\"; DROP TABLE shop_customer; --",
    "name\" = \"name",
    "../../etc/passwd",
    "..%2f..%2fsys_user",
    "shop_customer/*",
    "ＳＨＯＰ",
    "shop\u{202e}customer",
    "shop_cüstomer",
    "$1",
    "(SELECT password FROM sys_user)",
    "sqlite_schema",
];

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn tricks_in_names_are_unknown_names() {
    let (app, owner) = open_shop().await;
    let id = owner.made("shop_customer", json!({"name": "Ada"})).await;
    for trick in TRICKS {
        let name = percent(trick);
        for answer in [
            owner.get(&url(&name)).await,
            owner.get(&url(&format!("{name}/{id}"))).await,
            owner.post(&url(&name), json!({"name": "x"})).await,
            owner.delete(&url(&format!("{name}/{id}"))).await,
            owner.get(&url(&format!("shop_customer/{name}"))).await,
            owner.patch(&url(&format!("shop_customer/{name}")), json!({"name": "x"})).await,
            owner.delete(&url(&format!("shop_customer/{name}"))).await,
        ] {
            assert_eq!(answer.status, 404, "{trick}: {}", answer.text());
        }
        for rest in ["select", "sort", "expand", "searchFields", "groupBy"] {
            let rest = format!("shop_customer?{rest}={name}&search=x");
            assert_eq!(owner.get(&url(&rest)).await.status, 400, "{rest} {trick}");
        }
        for filter in [
            json!({trick: 1}),
            json!([trick, "=", 1]),
            json!({"name": {trick: 1}}),
            json!(["name", trick, 1]),
        ] {
            let rest = format!("shop_customer?filter={}", encoded(&filter));
            let answer = owner.get(&url(&rest)).await;
            assert_eq!(answer.status, 400, "{filter}: {}", answer.text());
        }
        let answer = owner.get(&url(&format!("shop_customer?{name}=1"))).await;
        assert_eq!(answer.status, 400, "{trick}");
        let answer = owner.post(&url("shop_customer"), json!({"name": "x", trick: 1})).await;
        assert_eq!(answer.refusal(), (400, "INVALID_FIELD".to_owned()), "{trick}");
        let body = json!({"aggregations": [{"function": trick, "field": "score"}]});
        assert_eq!(owner.post(&url("shop_customer/query"), body).await.status, 400, "{trick}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM shop_customer").await, 1);
}

#[tokio::test]
async fn tricks_in_values_are_values() {
    let (app, owner) = open_shop().await;
    for trick in TRICKS.into_iter().chain(["\u{1f600}", "a\nb\tc", "{}", "\\", "%", "_", "null"]) {
        let made = owner.makes("shop_customer", json!({"name": trick})).await;
        assert_eq!(made["name"], trick);
        for filter in [
            json!({"name": trick}),
            json!({"name": {"$contains": trick}, "id": made["id"]}),
            json!({"name": {"$startsWith": trick}, "id": made["id"]}),
            json!({"name": {"$endsWith": trick}, "id": made["id"]}),
            json!({"name": {"$icontains": trick}, "id": made["id"]}),
            json!({"name": {"$in": [trick]}}),
        ] {
            if trick == "{}" {
                continue;
            }
            let found = owner.filtered("shop_customer", filter.clone(), "name").await;
            assert_eq!(found, [trick], "{filter}");
        }
        let body = json!({"aggregations": [{"function": "count", "alias": trick}]});
        let body = owner.post(&url("shop_customer/query"), body).await.json();
        assert!(body["records"][0][trick].is_number(), "{body}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM shop_customer").await, TRICKS.len() as i64 + 7);
}

#[tokio::test]
async fn too_much_is_refused() {
    let (app, owner) = open_shop().await;
    let deep =
        |levels: usize| (0..levels).fold(json!({"name": "x"}), |inner, _| json!({"$not": inner}));
    let wide = json!({"$or": vec![json!({"name": "x"}); 201]});
    let list = json!({"name": {"$in": (0..1001).map(|at| at.to_string()).collect::<Vec<_>>()}});
    let text = json!({"name": "x".repeat(5000)});
    let not = (0..60).fold(json!({"$eq": 1}), |inner, _| json!({"$not": inner}));
    for filter in [deep(17), deep(60), wide, list, text, json!({"name": not})] {
        let answer = owner.post(&url("shop_customer/query"), json!({"where": filter})).await;
        assert_eq!(answer.refusal(), (400, "INVALID_FILTER".to_owned()), "{}", answer.text());
    }
    let answer = owner.post(&url("shop_customer/query"), json!({"where": deep(15)})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    for rest in
        ["limit=10001", "limit=99999999999999999999", "limit=1e9", "offset=99999999999999999999"]
    {
        let answer = owner.get(&url(&format!("shop_customer?{rest}"))).await;
        assert_eq!(answer.refusal(), (400, "INVALID_QUERY".to_owned()), "{rest}");
    }
    assert_eq!(owner.get(&url("shop_customer?offset=9223372036854775807")).await.status, 200);
    let nested = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let json = [("content-type", "application/json")];
    let deep =
        owner.send(Method::POST, &url("shop_customer"), &json, nested.clone().into_bytes()).await;
    assert!(deep.text().contains("nested deeper than 128 levels"), "{}", deep.text());
    for (path, body) in [
        ("shop_customer", nested.clone()),
        ("shop_customer/query", format!("{{\"where\":{nested}}}")),
        ("shop_customer", "{\"name\":\"a\\u0000b\"}".to_owned()),
        ("shop_customer", "{\"name\":".to_owned()),
        ("shop_customer", "5".to_owned()),
    ] {
        let answer = owner.send(Method::POST, &url(path), &json, body.into_bytes()).await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.text());
    }
    let nul = owner.get(&url("shop_customer/a%00b")).await;
    assert_eq!(nul.status, 400, "{}", nul.text());
    let nul = owner.get(&url("shop_customer?name=a%00b")).await;
    assert_eq!(nul.status, 400, "{}", nul.text());
    assert_eq!(app.count("SELECT COUNT(*) FROM shop_customer").await, 0);
}
