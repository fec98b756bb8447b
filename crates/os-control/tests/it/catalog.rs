use crate::publisher::World;
use axum::http::Method;
use os_test::control::{Client, PACKAGES, bundle, listing, version, versions};
use serde_json::{Value, json};

const CATALOG: &str = "/api/v1/marketplace/packages";
const CRM: &str = "com.acme.crm";

fn manifest(id: &str, version: &str) -> String {
    format!("{CATALOG}/{id}/versions/{version}/manifest")
}

#[tokio::test]
async fn anybody_browses_what_is_approved() {
    let world = World::new().await;
    world.listed(CRM, "1.0.0").await;
    let tagged =
        json!({ "tags": ["sales"], "translations": { "zh-CN": { "displayName": "客户管理" } } });
    world.ada.patch(&format!("{PACKAGES}/{CRM}"), tagged).await;
    world.ada.publish(CRM, "2.0.0").await;
    let nobody = world.app.anonymous();

    let list = nobody.get(CATALOG).await.data();
    assert_eq!(
        (&list["total"], &list["limit"], &list["offset"]),
        (&json!(1), &json!(50), &json!(0))
    );
    let item = &list["items"][0];
    assert_eq!((&item["manifest_id"], &item["tags"]), (&json!(CRM), &json!("[\"sales\"]")));
    let latest = &item["latest_version"];
    assert_eq!((&latest["version"], &latest["is_prerelease"]), (&json!("1.0.0"), &json!(false)));
    assert_eq!(
        (&latest["contains_code"], &latest["artifact_kind"]),
        (&json!(false), &json!("package"))
    );
    assert_eq!(item["translations"]["zh-CN"]["displayName"], "客户管理");

    let row = item["id"].as_str().unwrap();
    for id in [CRM, row] {
        let detail = nobody.get(&format!("{CATALOG}/{id}")).await.data();
        assert_eq!(detail["package"]["readme"], "# Things");
        assert_eq!(detail["versions"].as_array().unwrap().len(), 1, "2.0.0 is not approved");
        for wanted in ["latest", "1.0.0", latest["id"].as_str().unwrap()] {
            let answer = nobody.get(&manifest(id, wanted)).await.data();
            assert_eq!(
                (&answer["version"], &answer["version_id"]),
                (&json!("1.0.0"), &latest["id"])
            );
            assert_eq!(answer["manifest"]["manifest"]["id"], CRM);
        }
    }
    assert_eq!(
        nobody.get(&manifest(CRM, "2.0.0")).await.refusal(),
        (404, "VERSION_NOT_FOUND".to_owned())
    );
    assert_eq!(
        nobody.get(&manifest("com.acme.none", "latest")).await.refusal(),
        (404, "PACKAGE_NOT_FOUND".to_owned())
    );
    assert_eq!(nobody.get(&format!("{CATALOG}/x")).await.status, 404);
}

#[tokio::test]
async fn a_known_etag_gets_304() {
    let world = World::new().await;
    world.listed(CRM, "1.0.0").await;
    let checksum = world.ada.get(&version(CRM, "1.0.0")).await.data()["version"]["checksum"]
        .as_str()
        .unwrap()
        .to_owned();
    for (url, age) in [
        (CATALOG.to_owned(), "public, max-age=30"),
        (format!("{CATALOG}/{CRM}"), "public, max-age=300"),
        (manifest(CRM, "1.0.0"), "public, max-age=86400, immutable"),
        (manifest(CRM, "latest"), "public, max-age=60"),
    ] {
        let first = world.app.anonymous().get(&url).await;
        assert_eq!(first.headers["cache-control"], age, "{url}");
        assert!(first.headers["vary"].to_str().unwrap().contains("authorization"));
        let etag = first.headers["etag"].to_str().unwrap().to_owned();
        if url.contains("manifest") {
            assert_eq!(etag, format!("\"{checksum}\""));
        }
        let ask = async |user: Client, etag: &str| {
            user.send(Method::GET, &url, &[("if-none-match", etag)], vec![]).await
        };
        let again = ask(world.app.anonymous(), &etag).await;
        assert_eq!(
            (again.status, again.bytes.len(), &again.headers["etag"]),
            (304, 0, &first.headers["etag"])
        );
        assert_eq!(ask(world.app.anonymous(), "\"other\"").await.bytes, first.bytes);
        let own = ask(world.ada.clone(), "\"other\"").await;
        assert_eq!(own.headers["cache-control"], "private, no-cache", "{url}");
    }
}

#[tokio::test]
async fn a_change_shows_at_once() {
    let world = World::new().await;
    world.listed(CRM, "1.0.0").await;
    let nobody = world.app.anonymous();
    let (detail, latest) = (format!("{CATALOG}/{CRM}"), manifest(CRM, "latest"));
    for number in ["1.1.0", "1.2.0"] {
        assert_eq!(nobody.get(&detail).await.status, 200);
        assert_eq!(nobody.get(&latest).await.status, 200);
        world.listed(CRM, number).await;
        assert_eq!(nobody.get(&latest).await.data()["version"], number);
        assert_eq!(nobody.get(&detail).await.data()["versions"][0]["version"], number);
    }
    world.ada.patch(&format!("{PACKAGES}/{CRM}"), json!({ "display_name": "New" })).await;
    assert_eq!(nobody.get(&detail).await.data()["package"]["display_name"], "New");
    world.ada.post(&format!("{}/deprecate", version(CRM, "1.2.0")), json!({})).await;
    assert_eq!(nobody.get(&latest).await.data()["version"], "1.1.0");
    world.ada.patch(&format!("{PACKAGES}/{CRM}"), json!({ "visibility": "private" })).await;
    for url in [detail, latest, manifest(CRM, "1.0.0")] {
        assert_eq!(nobody.get(&url).await.status, 404, "{url}");
    }
}

#[tokio::test]
async fn visibility_of_versions_per_package() {
    let world = World::new().await;
    world.listed(CRM, "1.0.0").await;
    let secret = "com.acme.secret";
    world.ada.register(secret, world.acme).await;
    for id in [CRM, secret] {
        world.ada.publish(id, "2.0.0").await;
        world.ada.publish(id, "3.0.0").await;
        world.ada.post(&format!("{}/deprecate", version(id, "3.0.0")), json!({})).await;
        world.ada.draft(id, "4.0.0").await;
    }
    let bob = world.app.user("bob").await;
    let friends = world.app.organization("friends", &[(&bob, "member")]).await;
    world
        .ada
        .post(&format!("{PACKAGES}/{secret}/grants"), json!({ "organization_id": friends }))
        .await;
    let member = world.app.user("mia").await;
    world.ada.add_member(world.acme, &member, "member").await;
    let (own, other) =
        (world.ada.bind_runtime(world.acme).await, world.eve.bind_runtime(world.evil).await);
    let liar = world.app.bearer("no such token");

    // Each: how many packages, then latest, approved, published, deprecated, draft of either.
    let all = [200, 200, 200, 404];
    for (name, who, packages, crm, hidden) in [
        ("anonymous", &world.app.anonymous(), 1, [200, 404, 404, 404], [404; 4]),
        ("a wrong token", &liar, 1, [200, 404, 404, 404], [404; 4]),
        ("a stranger", &world.eve, 1, [200, 404, 404, 404], [404; 4]),
        ("a runtime elsewhere", &other, 1, [200, 404, 404, 404], [404; 4]),
        ("granted", &bob, 2, [200, 404, 404, 404], [404, 200, 200, 404]),
        ("the owner", &world.ada, 2, all, [404, 200, 200, 404]),
        ("a member", &member, 2, all, [404, 200, 200, 404]),
        ("a runtime", &own, 2, all, [404, 200, 200, 404]),
        ("the service", &world.app.service(), 2, all, [404, 200, 200, 404]),
        ("the operator", &world.root, 2, all, [404, 200, 200, 404]),
    ] {
        let list = who.get(CATALOG).await.data();
        assert_eq!(
            (list["items"].as_array().unwrap().len(), &list["total"]),
            (packages, &json!(packages)),
            "{name}"
        );
        let search = who.get(&format!("{CATALOG}?q=acme")).await.data();
        assert_eq!(search["total"], packages, "{name}");
        for (id, expected) in [(CRM, crm), (secret, hidden)] {
            for (number, status) in ["1.0.0", "2.0.0", "3.0.0", "4.0.0"].iter().zip(expected) {
                assert_eq!(
                    who.get(&manifest(id, number)).await.status,
                    status,
                    "{name}: {id} {number}"
                );
            }
            let is_entitled = expected[1] == 200;
            let detail = who.get(&format!("{CATALOG}/{id}")).await;
            assert_eq!(
                detail.status,
                if is_entitled || id == CRM { 200 } else { 404 },
                "{name}: {id}"
            );
            if detail.status == 200 {
                let latest = if is_entitled { "2.0.0" } else { "1.0.0" };
                assert_eq!(
                    detail.data()["package"]["latest_version"]["version"],
                    latest,
                    "{name}: {id}"
                );
                assert_eq!(
                    who.get(&manifest(id, "latest")).await.data()["version"],
                    latest,
                    "{name}: {id}"
                );
                let row = list["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .find(|it| it["manifest_id"] == id)
                    .unwrap()
                    .clone();
                assert_eq!(row["latest_version"]["version"], latest, "{name}: {id}");
            }
        }
    }
}

#[tokio::test]
async fn an_installed_version_stays_readable_for_its_environment() {
    let world = World::new().await;
    world.listed(CRM, "1.0.0").await;
    let environment = world.eve.create_environment(world.evil, "production").await;
    world.eve.install(environment, CRM, "1.0.0").await.data();
    world.ada.publish(CRM, "2.0.0").await;
    world.root.post(&format!("{}/unlist", version(CRM, "1.0.0")), json!({})).await;
    let token = world.eve.bind_runtime(world.evil).await;
    assert_eq!(token.get(&format!("{}/manifest", version(CRM, "1.0.0"))).await.status, 200);
    assert_eq!(token.get(&format!("{}/manifest", version(CRM, "2.0.0"))).await.status, 404);
    assert_eq!(token.get(&format!("{}/manifest", version(CRM, "latest"))).await.status, 404);
}

#[tokio::test]
async fn packages_are_found_by_the_beginnings_of_words() {
    let world = World::new().await;
    for (id, name, category, more) in [
        (
            "com.acme.crm",
            "Customer Relations",
            "crm",
            json!({ "tags": ["sales"], "tagline": "Sell more" }),
        ),
        ("com.acme.desk", "Help Desk", "support", json!({ "description": "Tickets of customers" })),
        (
            "com.acme.hr",
            "Personal",
            "hr",
            json!({ "translations": { "zh-CN": { "displayName": "人事管理" } } }),
        ),
    ] {
        let mut body = listing(id);
        (body["display_name"], body["category"], body["owner_org_id"]) =
            (json!(name), json!(category), json!(world.acme));
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(world.ada.post(PACKAGES, body).await.status, 201);
        world.ada.publish(id, "1.0.0").await;
        for (who, verb) in [(&world.ada, "submit"), (&world.root, "approve")] {
            let done = who.post(&format!("{}/{verb}", version(id, "1.0.0")), json!({})).await;
            assert_eq!(done.status, 200, "{}", done.text());
        }
    }
    let find = async |query: &str| -> Vec<String> {
        let page = world.app.anonymous().get(&format!("{CATALOG}?{query}")).await.data();
        let names = page["items"].as_array().unwrap().iter();
        names.map(|it| it["manifest_id"].as_str().unwrap().replace("com.acme.", "")).collect()
    };
    for (query, found) in [
        ("q=custom", vec!["crm", "desk"]),
        ("q=CUSTOMER%20rel", vec!["crm"]),
        ("q=com.acme.crm", vec!["crm"]),
        ("q=sales", vec!["crm"]),
        ("q=%E7%AE%A1%E7%90%86", vec!["hr"]),
        ("q=custom&category=support", vec!["desk"]),
        ("q=elations", vec![]),
        ("q=%22%20OR%20%27%3A%2A", vec![]),
        ("q=_listed", vec![]),
        ("q=!!!", vec![]),
        ("q=", vec!["crm", "desk", "hr"]),
        ("category=hr", vec!["hr"]),
        ("category=none", vec![]),
        ("limit=1&offset=1", vec!["desk"]),
        ("q=acme&limit=1&offset=2", vec!["hr"]),
    ] {
        assert_eq!(find(query).await, found, "{query}");
    }
    for bad in ["limit=0", "limit=101", "offset=-1", "limit=a"] {
        assert_eq!(
            world.app.anonymous().get(&format!("{CATALOG}?{bad}")).await.status,
            400,
            "{bad}"
        );
    }
}

#[tokio::test]
async fn latest_is_a_pre_release_only_where_there_is_nothing_else() {
    let world = World::new().await;
    world.ada.list_package(CRM, world.acme).await;
    let of = |number: &str| json!({ "version": number, "bundle": bundle(CRM, number) });
    world.ada.post(&versions(CRM), of("2.0.0-rc.1")).await;
    let latest = async || -> Value {
        world.ada.get(&manifest(CRM, "latest")).await.json()["data"]["version"].clone()
    };
    assert_eq!(latest().await, "2.0.0-rc.1");
    world.ada.post(&versions(CRM), of("1.0.0")).await;
    assert_eq!(latest().await, "1.0.0");
}
