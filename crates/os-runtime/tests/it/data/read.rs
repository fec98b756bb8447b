use super::open_shop;
use os_test::runtime::{App, Client, data_url as url, encoded, example};
use serde_json::{Value, json};

async fn customers() -> (App, Client) {
    let (app, owner) = open_shop().await;
    for record in [
        json!({"name": "Ada", "email": "ada@example.com", "vip": true, "score": 90, "level": "gold",
               "tags": ["a", "b"], "since": "2024-01-10", "seen_at": "2026-01-01T10:00:00Z"}),
        json!({"name": "Bob", "email": "bob@example.com", "score": 10.5, "tags": ["b"],
               "since": "2025-06-01", "seen_at": "2026-02-01T10:00:00+01:00"}),
        json!({"name": "Cy%_\\'\"", "score": 50, "level": null, "profile": {"a": [1, "ä"]}}),
        json!({"name": "dora"}),
    ] {
        owner.makes("shop_customer", record).await;
    }
    (app, owner)
}

#[tokio::test]
async fn a_list_has_the_shape_that_clients_read() {
    let (_app, owner) = customers().await;
    let body =
        owner.get(&url("shop_customer?top=2&skip=1&sort=-name&select=name,score")).await.json();
    assert_eq!(
        body,
        json!({
            "object": "shop_customer", "total": 4, "hasMore": true,
            "records": [{"name": "Cy%_\\'\"", "score": 50}, {"name": "Bob", "score": 10.5}],
        })
    );
    let body = owner.get(&url("shop_customer?name=Ada")).await.json();
    let record = &body["records"][0];
    assert_eq!((&record["vip"], &record["tags"]), (&json!(true), &json!(["a", "b"])));
    assert_eq!(
        (&record["since"], &record["seen_at"]),
        (&json!("2024-01-10"), &json!("2026-01-01T10:00:00.000Z"))
    );
    assert!(record["created_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!((&body["total"], &body["hasMore"]), (&json!(1), &json!(false)));
    let keys: Vec<&String> = record.as_object().unwrap().keys().take(3).collect();
    assert_eq!(keys, ["id", "organization_id", "created_at"]);
}

#[tokio::test]
async fn every_operator_finds_its_records() {
    let (_app, owner) = customers().await;
    for (filter, names) in [
        (json!({"name": "Ada"}), "Ada"),
        (json!({"name": {"$ne": "Ada"}}), "Bob,Cy%_\\'\",dora"),
        (json!({"level": {"$ne": "gold"}}), "Bob,Cy%_\\'\",dora"),
        (json!({"score": {"$gt": 10.5}}), "Ada,Cy%_\\'\""),
        (json!({"score": {"$gte": 10.5, "$lt": 90}}), "Bob,Cy%_\\'\""),
        (json!({"score": {"$lte": "50"}}), "Bob,Cy%_\\'\""),
        (json!({"name": {"$in": ["Ada", "dora", "x"]}}), "Ada,dora"),
        (json!({"name": {"$in": []}}), ""),
        (json!({"name": {"$nin": ["Ada", "Bob"]}}), "Cy%_\\'\",dora"),
        (json!({"name": {"$nin": []}}), "Ada,Bob,Cy%_\\'\",dora"),
        (json!({"score": {"$nin": [90]}}), "Bob,Cy%_\\'\",dora"),
        (json!({"score": {"$between": [10, 50]}}), "Bob,Cy%_\\'\""),
        (json!({"name": {"$contains": "d"}}), "Ada,dora"),
        (json!({"name": {"$contains": "D"}}), ""),
        (json!({"name": {"$icontains": "D"}}), "Ada,dora"),
        (json!({"name": {"$contains": "%_\\'"}}), "Cy%_\\'\""),
        (json!({"name": {"$notContains": "o"}}), "Ada,Cy%_\\'\""),
        (json!({"email": {"$notContains": "bob"}}), "Ada,Cy%_\\'\",dora"),
        (json!({"name": {"$startsWith": "do"}}), "dora"),
        (json!({"name": {"$startsWith": ""}}), "Ada,Bob,Cy%_\\'\",dora"),
        (json!({"name": {"$endsWith": "a"}}), "Ada,dora"),
        (json!({"name": {"$endsWith": "longer than any name"}}), ""),
        (json!({"name": {"$like": "%o%"}}), "Bob,dora"),
        (json!({"name": {"$like": "x\\"}}), ""),
        (json!({"name": {"$ilike": "B_B"}}), "Bob"),
        (json!({"email": null}), "Cy%_\\'\",dora"),
        (json!({"email": {"$null": false}}), "Ada,Bob"),
        (json!({"email": {"$exists": true}}), "Ada,Bob"),
        (json!({"tags": {"$contains": "b"}}), "Ada,Bob"),
        (json!({"tags": {"$notContains": "a"}}), "Bob,Cy%_\\'\",dora"),
        (json!({"vip": true}), "Ada"),
        (json!({"vip": "false"}), "Bob,Cy%_\\'\",dora"),
        (json!({"since": {"$gte": "2025-01-01"}}), "Bob"),
        (json!({"seen_at": {"$lt": "2026-01-15"}}), "Ada"),
        (json!({"since": {"$lt": "{today}"}}), "Ada,Bob"),
        (json!({"$or": [{"name": "Ada"}, {"score": 50}]}), "Ada,Cy%_\\'\""),
        (json!({"$and": [{"vip": false}, {"$not": {"name": "Bob"}}]}), "Cy%_\\'\",dora"),
        (json!({"$not": {"score": {"$gt": 20}}}), "Bob,dora"),
        (json!({"name": {"$not": {"$contains": "o"}}}), "Ada,Cy%_\\'\""),
        (json!({"$or": []}), ""),
        (json!({}), "Ada,Bob,Cy%_\\'\",dora"),
        (json!(["name", "=", "Ada"]), "Ada"),
        (json!(["and", ["vip", "=", false], ["score", "!=", 50]]), "Bob,dora"),
        (json!(["or", ["name", "starts_with", "A"], ["name", "in", ["dora"]]]), "Ada,dora"),
        (json!([["vip", "==", true], ["score", ">=", 5]]), "Ada"),
        (json!(["email", "is_null"]), "Cy%_\\'\",dora"),
        (json!(["score", "between", [50, 100]]), "Ada,Cy%_\\'\""),
        (json!(["since", "before", "2025-01-01"]), "Ada"),
        (json!([]), "Ada,Bob,Cy%_\\'\",dora"),
    ] {
        let mut found = owner.filtered("shop_customer", filter.clone(), "name").await;
        // The databases put capitals in different places.
        found.sort();
        assert_eq!(found.join(","), names, "{filter}");
        let body = json!({"where": filter, "fields": ["name"], "orderBy": [{"field": "name", "order": "asc"}]});
        let answer = owner.post(&url("shop_customer/query"), body).await;
        assert_eq!(answer.json()["total"], found.len(), "{filter}: {}", answer.text());
    }
}

#[tokio::test]
async fn pages_sorts_and_searches_have_many_names() {
    let (_app, owner) = customers().await;
    for (rest, names) in [
        ("limit=1&offset=1&sort=score&filter={\"score\":{\"$null\":false}}", "Cy%_\\'\""),
        ("$top=1&$skip=0&$orderby=score desc&$filter={\"score\":{\"$gt\":0}}", "Ada"),
        ("sort=level,-score&filter=[\"level\",\"=\",\"basic\"]&limit=1&score=10.5", "Bob"),
        (
            "sort=[{\"field\":\"score\",\"order\":\"desc\"}]&filters={\"score\":{\"$gt\":0}}&top=1",
            "Ada",
        ),
        ("search=DORA", "dora"),
        ("search=a&name=Ada", "Ada"),
        ("search=bob&searchFields=email", "Bob"),
        ("vip=true", "Ada"),
        ("limit=0", ""),
    ] {
        let rest =
            rest.replace(' ', "%20").replace('"', "%22").replace('{', "%7B").replace('}', "%7D");
        let names_found = owner.names(&format!("shop_customer?{rest}"), "name").await;
        assert_eq!(names_found.join(","), names, "{rest}");
    }
    let body = owner.get(&url("shop_customer?limit=0")).await.json();
    assert_eq!((&body["total"], &body["hasMore"]), (&json!(4), &json!(true)));
    let body = owner.get(&url("shop_customer?limit=1&count=false")).await.json();
    assert_eq!((body.get("total"), &body["hasMore"]), (None, &json!(true)));
    let body = owner.get(&url("shop_customer?offset=9")).await.json();
    assert_eq!((&body["total"], &body["hasMore"]), (&json!(4), &json!(false)));
}

#[tokio::test]
async fn pages_of_equal_values_neither_overlap_nor_leave_gaps() {
    let (_app, owner) = open_shop().await;
    let records: Vec<Value> =
        (0..30).map(|at| json!({"name": format!("n{at}"), "score": at % 2})).collect();
    let answer = owner.post(&url("shop_customer/createMany"), json!(records)).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let mut seen = Vec::new();
    for page in 0..6 {
        let rest = format!("shop_customer?sort=-score&limit=5&offset={}", page * 5);
        seen.extend(owner.names(&rest, "name").await);
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 30);
}

#[tokio::test]
async fn one_record_and_what_it_refers_to() {
    let (_app, owner) = open_shop().await;
    let ada = owner.made("shop_customer", json!({"name": "Ada", "secret": "x"})).await;
    let bob = owner.made("shop_customer", json!({"name": "Bob"})).await;
    let order = json!({"customer": ada, "watchers": [ada, bob]});
    let order = owner.made("shop_order", order).await;
    let body = owner.get(&url(&format!("shop_order/{order}"))).await.json();
    assert_eq!((&body["object"], &body["id"]), (&json!("shop_order"), &json!(order)));
    assert_eq!(body["record"]["customer"], json!(ada));
    let rest = format!("shop_order/{order}?select=customer,watchers&expand=customer,watchers");
    let record = owner.get(&url(&rest)).await.json()["record"].clone();
    assert_eq!(record["customer"]["name"], "Ada");
    assert_eq!(record["watchers"][1]["name"], "Bob");
    assert_eq!(record["customer"]["secret"], Value::Null);
    for rest in
        ["shop_order?populate=customer&select=number,customer", "shop_order?expand=customer"]
    {
        let body = owner.get(&url(rest)).await.json();
        assert_eq!(body["records"][0]["customer"]["name"], "Ada", "{rest}");
    }
    let body = json!({"fields": ["number"], "expand": {"customer": {"object": "shop_customer"}}});
    let body = owner.post(&url("shop_order/query"), body).await.json();
    assert_eq!(body["records"][0], json!({"number": "O-0001"}));
    let answer = owner.get(&url("shop_order/nope")).await;
    assert_eq!(answer.refusal(), (404, "RECORD_NOT_FOUND".to_owned()));
    assert_eq!(answer.json()["error"], "Record nope not found in shop_order");
}

#[tokio::test]
async fn queries_that_are_wrong_are_refused_by_name() {
    let (_app, owner) = customers().await;
    for (rest, code, word) in [
        ("nope=1", "INVALID_FIELD", "nope"),
        ("page=2", "INVALID_FIELD", "page"),
        ("select=name,nope", "INVALID_FIELD", "nope"),
        ("expand=nope", "INVALID_FIELD", "nope"),
        ("expand=name", "INVALID_FIELD", "name"),
        ("sort=nope", "INVALID_SORT", "nope"),
        ("sort=name%20sideways", "INVALID_SORT", "asc"),
        ("sort=secret", "INVALID_SORT", "secret"),
        ("filter={bad", "INVALID_FILTER", "JSON"),
        ("filter=5", "INVALID_FILTER", "object"),
        ("filter={\"nope\":1}", "INVALID_FIELD", "nope"),
        ("filter={\"secret\":\"x\"}", "INVALID_FIELD", "secret"),
        ("filter={\"name\":{\"$regex\":\"x\"}}", "INVALID_FILTER", "$regex"),
        ("filter={\"name\":{}}", "INVALID_FILTER", "name"),
        ("filter={\"name\":[\"x\"]}", "INVALID_FILTER", "$in"),
        ("filter={\"name\":{\"$in\":\"x\"}}", "INVALID_FILTER", "$in"),
        ("filter={\"score\":\"x\"}", "INVALID_FILTER", "score"),
        ("filter={\"score\":{\"$contains\":\"x\"}}", "INVALID_FILTER", "score"),
        ("filter={\"score\":{\"$between\":[1]}}", "INVALID_FILTER", "$between"),
        ("filter={\"seen_at\":\"soon\"}", "INVALID_FILTER", "seen_at"),
        ("filter={\"tags\":\"a\"}", "INVALID_FILTER", "$contains"),
        ("filter={\"$nor\":[]}", "INVALID_FILTER", "$nor"),
        ("filter=[\"name\",\"~\",\"x\"]", "INVALID_FILTER", "~"),
        ("filter={\"name\":\"{someday}\"}", "FILTER_TOKEN_UNKNOWN", "someday"),
        ("limit=x", "INVALID_QUERY", "limit"),
        ("limit=-1", "INVALID_QUERY", "limit"),
        ("offset=-1", "INVALID_QUERY", "offset"),
        ("limit=1&top=2", "INVALID_REQUEST", "twice"),
        ("name=a&name=b", "INVALID_REQUEST", "twice"),
        ("groupBy=nope", "INVALID_FIELD", "nope"),
        ("aggregations=[]", "INVALID_QUERY", "groupBy"),
    ] {
        let rest = rest.replace('"', "%22").replace('{', "%7B").replace('}', "%7D");
        let answer = owner.get(&url(&format!("shop_customer?{rest}"))).await;
        assert_eq!(answer.refusal(), (400, code.to_owned()), "{rest}: {}", answer.text());
        assert!(answer.message().contains(word), "{rest}: {}", answer.message());
    }
    let answer = owner.get(&url("nope")).await;
    assert_eq!(answer.refusal(), (404, "OBJECT_NOT_FOUND".to_owned()));
    assert_eq!(answer.json()["object"], "nope");
    let answer = owner.post(&url("shop_customer/query"), json!({"object": "shop_order"})).await;
    assert_eq!(answer.refusal(), (400, "INVALID_QUERY".to_owned()));
    let answer = owner.post(&url("shop_customer/query"), json!([1])).await;
    assert_eq!(answer.refusal(), (400, "VALIDATION_FAILED".to_owned()));
}

#[tokio::test]
async fn groups_are_counted_and_summed() {
    let (_app, owner) = customers().await;
    let body = json!({
        "groupBy": ["vip"],
        "aggregations": [{"function": "count", "alias": "n"}, {"function": "sum", "field": "score", "alias": "points"}],
    });
    let answer = owner.post(&url("shop_customer/query"), body).await.json();
    let records = answer["records"].as_array().unwrap();
    assert!(records.contains(&json!({"vip": true, "n": 1, "points": 90})), "{answer}");
    assert!(records.contains(&json!({"vip": false, "n": 3, "points": 60.5})), "{answer}");
    assert_eq!((&answer["total"], &answer["hasMore"]), (&json!(2), &json!(false)));
    let aggregations = encoded(&json!([{"function": "max", "field": "score"}]));
    let rest = format!("shop_customer?aggregations={aggregations}&vip=false");
    assert_eq!(owner.get(&url(&rest)).await.json()["records"], json!([{"max_score": 50}]));
}

#[tokio::test]
async fn seeded_records_of_an_example_are_listed() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&example("crm/1.0.0")).await;
    let body = owner.get(&url("crm_account?limit=1&sort=name")).await.json();
    assert!(body["total"].as_i64().unwrap() > 1, "{body}");
    assert_eq!((body["records"].as_array().unwrap().len(), &body["hasMore"]), (1, &json!(true)));
    let nobody = app.anonymous();
    for answer in
        [nobody.get(&url("crm_account")).await, nobody.post(&url("crm_account"), json!({})).await]
    {
        assert_eq!(answer.refusal(), (401, "UNAUTHENTICATED".to_owned()));
        assert!(answer.json()["error"].is_string());
    }
}
