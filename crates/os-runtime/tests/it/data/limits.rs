use super::shop;
use os_db::StatementTimeouts;
use os_runtime::MIGRATIONS;
use os_test::TestDb;
use os_test::runtime::{App, Client, config, data_url as url};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The request with this filter.
async fn filtered(owner: &Client, filter: Value) -> (u16, String) {
    let answer = owner.post(&url("shop_customer/query"), json!({ "where": filter })).await;
    (answer.status, answer.text().to_owned())
}

fn repeated(count: usize, part: impl Fn(usize) -> Value) -> Vec<Value> {
    (0..count).map(part).collect()
}

fn among(count: usize) -> Value {
    json!({"name": {"$in": repeated(count, |n| json!(format!("n{n}")))}})
}

#[tokio::test]
async fn a_filter_is_bounded_and_names_its_limit() {
    let (_app, owner) = super::open_shop().await;
    let like = |bytes: usize| json!({"name": {"$like": "a".repeat(bytes)}});
    for (filter, limit) in [
        (like(257), "256 bytes"),
        (json!({"name": {"$icontains": "a".repeat(257)}}), "256 bytes"),
        (json!(["name", "starts_with", "a".repeat(257)]), "256 bytes"),
        (json!({"$and": repeated(21, |_| like(1))}), "20 tests of parts"),
        (
            json!({"$or": repeated(21, |_| json!({"name": {"$not": {"$contains": "a"}}}))}),
            "20 tests",
        ),
        (json!({"$and": repeated(5, |_| like(250))}), "1024 bytes"),
        (json!({"$or": repeated(3, |_| among(700))}), "2000 values"),
        (json!({"$or": repeated(201, |_| json!({"name": "a"}))}), "200 tests"),
        (json!({"$or": repeated(1000, |_| json!({}))}), "500 tests and groups"),
        (json!({"$or": repeated(600, |_| json!([]))}), "500 tests and groups"),
    ] {
        let (status, text) = filtered(&owner, filter.clone()).await;
        assert_eq!(status, 400, "{limit}: {text}");
        assert!(text.contains("INVALID_FILTER") && text.contains(limit), "{limit}: {text}");
    }
    for filter in [
        json!({"$and": repeated(20, |_| like(40))}),
        like(256),
        json!({"$or": repeated(2, |_| among(1000))}),
        json!({"$and": repeated(199, |_| json!({"name": {"$ne": "a"}}))}),
        json!({"$or": repeated(499, |_| json!([]))}),
    ] {
        let (status, text) = filtered(&owner, filter).await;
        assert_eq!(status, 200, "{text}");
    }
}

#[tokio::test]
async fn a_search_looks_into_strings_and_is_bounded() {
    let (_app, owner) = super::open_shop().await;
    let search = |text: &str, fields: &str| {
        url(&format!(
            "shop_customer?search={}&searchFields={fields}",
            text.replace('ä', "%C3%A4").replace(' ', "+")
        ))
    };
    for (address, named) in [
        (search(&"ä".repeat(129), "name"), "256 bytes"),
        (search("a", "seen_at"), "seen_at"),
        (search("a", "score"), "score"),
        (search("a", "name,vip"), "vip"),
        (search("a", "created_at"), "created_at"),
    ] {
        let answer = owner.get(&address).await;
        assert_eq!(answer.status, 400, "{address}: {}", answer.text());
        assert!(answer.message().contains(named), "{address}: {}", answer.text());
    }
    let repeated = vec!["name"; 5000].join(",");
    assert_eq!(owner.get(&search("a b c d e f g h", &repeated)).await.status, 200);
}

#[tokio::test]
async fn two_thousand_values_are_quick() {
    let (_app, owner) = super::open_shop().await;
    let filter = json!({"$or": [among(1000), among(1000)]});
    let started = Instant::now();
    for _ in 0..5 {
        assert_eq!(filtered(&owner, filter.clone()).await.0, 200);
    }
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
}

/// Patterns that fit nearly everywhere, on long strings.
#[tokio::test]
async fn a_slow_filter_ends_at_the_deadline_and_other_reads_are_served() {
    let request = Duration::from_millis(150);
    let timeouts = StatementTimeouts { request, ..StatementTimeouts::default() };
    let app = App::on(TestDb::with_timeouts(MIGRATIONS, timeouts).await, config()).await;
    let owner = app.owner().await;
    owner.installs(&shop()).await;
    for _ in 0..4 {
        owner.makes("shop_order", json!({"note": "a".repeat(300_000)})).await;
    }
    let pattern = |_| json!({"note": {"$like": format!("%{}b%", "a".repeat(250))}});
    let body = json!({"where": {"$and": repeated(4, |n| json!({"$not": pattern(n)}))}, "fields": ["number"]});
    let slow = (0..4).map(|_| {
        let (owner, body) = (owner.clone(), body.clone());
        tokio::spawn(async move { owner.post(&url("shop_order/query"), body).await })
    });
    let (slow, started) = (slow.collect::<Vec<_>>(), Instant::now());
    for slow in slow {
        let answer = slow.await.unwrap();
        assert_eq!(answer.refusal(), (504, "TIMEOUT".to_owned()), "{}", answer.text());
    }
    // PostgreSQL does not end the comparison of one string, and has two seconds more to answer.
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    let answer = owner.get(&url("shop_order?select=number")).await;
    assert_eq!(answer.json()["total"], 4, "{}", answer.text());
}

#[tokio::test]
async fn a_list_that_is_too_large_is_refused_with_the_remedy() {
    let (_app, owner) = super::open_shop().await;
    for _ in 0..18 {
        owner.makes("shop_order", json!({"note": "a".repeat(1_000_000)})).await;
    }
    for answer in [
        owner.get(&url("shop_order")).await,
        owner.post(&url("shop_order/query"), json!({"groupBy": ["number", "note"]})).await,
    ] {
        assert_eq!(answer.refusal(), (413, "PAYLOAD_TOO_LARGE".to_owned()));
        assert!(answer.message().contains("`limit`"), "{}", answer.text());
    }
    for rest in ["limit=15", "select=number", "limit=5&offset=13"] {
        let answer = owner.get(&url(&format!("shop_order?{rest}"))).await;
        assert_eq!(answer.status, 200, "{rest}");
        assert_eq!(answer.json()["total"], 18, "{rest}");
    }
}

/// A short list may name one large record many times.
#[tokio::test]
async fn a_list_does_not_grow_beyond_its_limit_by_references() {
    let (_app, owner) = super::open_shop().await;
    let profile = json!({"text": "a".repeat(1_000_000)});
    let id = owner.made("shop_customer", json!({"name": "Ada", "profile": profile})).await;
    for _ in 0..20 {
        owner.makes("shop_order", json!({"customer": id})).await;
    }
    let answer = owner.get(&url("shop_order?expand=customer")).await;
    assert_eq!(answer.refusal(), (413, "PAYLOAD_TOO_LARGE".to_owned()));
    assert_eq!(owner.get(&url("shop_order?expand=customer&limit=10")).await.status, 200);
}

#[tokio::test]
async fn records_have_a_limit_of_their_own() {
    let (_app, owner) = super::open_shop().await;
    let order = |bytes: usize| json!({"note": "a".repeat(bytes)});
    owner.makes("shop_order", order(4_000_000)).await;
    let answer = owner.post(&url("shop_order"), order(4 * 1024 * 1024)).await;
    assert_eq!(answer.refusal(), (413, "PAYLOAD_TOO_LARGE".to_owned()));
}
