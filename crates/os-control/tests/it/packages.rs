use crate::publisher::World;
use axum::http::Method;
use os_test::Response;
use os_test::control::{App, PACKAGES, listing};
use serde_json::{Value, json};

#[tokio::test]
async fn a_package_is_registered_once_and_changed_by_what_is_sent_again() {
    let world = World::new().await;
    let body = json!({
        "manifestId": "com.acme.crm", "displayName": "Acme CRM", "owner_org_id": world.acme,
        "namespace": "crm", "tagline": "Sells", "tags": ["crm", "sales"], "category": "crm",
        "translations": { "zh-CN": { "displayName": "客户", "unknown": 1 } }, "createdBy": "eve",
    });
    let created = world.ada.post(PACKAGES, body).await;
    assert_eq!((created.status, &created.data()["created"]), (201, &json!(true)));
    let id = created.data()["id"].clone();

    let changed = json!({
        "manifest_id": "com.acme.crm", "display_name": "CRM", "tagline": null,
        "homepage_url": "https://acme.com",
    });
    let changed = world.ada.post(PACKAGES, changed).await;
    let data = changed.data();
    assert_eq!((changed.status, &data["created"], &data["id"]), (200, &json!(false), &id));
    assert_eq!((&data["display_name"], &data["category"]), (&json!("CRM"), &json!("crm")));
    assert_eq!((&data["tagline"], &data["namespace"]), (&Value::Null, &json!("crm")));
    assert_eq!(data["translations"], json!({ "zh-CN": { "displayName": "客户" } }));
    assert_eq!((&data["visibility"], &data["tags"]), (&json!("private"), &json!(["crm", "sales"])));

    let by_row = world.ada.get(&format!("{PACKAGES}/{}", id.as_str().unwrap())).await.data();
    assert_eq!(by_row["package"]["manifest_id"], "com.acme.crm");
    assert_eq!(by_row["versions"], json!([]));
    let kinds = world.app.count("SELECT COUNT(*) FROM sys_event WHERE kind LIKE 'package_%'").await;
    assert_eq!(kinds, 2);
}

#[tokio::test]
async fn saying_the_same_again_changes_and_records_nothing() {
    let world = World::new().await;
    let before = world.app.count("SELECT COUNT(*) FROM sys_event").await;
    let first = world.ada.register("com.acme.crm", world.acme).await.data();
    let again = world.ada.register("com.acme.crm", world.acme).await.data();
    assert_eq!(first["updated_at"], again["updated_at"]);
    assert_eq!(world.app.count("SELECT COUNT(*) FROM sys_event").await, before + 1);
}

#[tokio::test]
async fn of_twenty_concurrent_registrations_one_creates_the_package_and_all_succeed() {
    let world = World::new().await;
    let asking: Vec<_> = (0..20)
        .map(|number| {
            let (ada, acme) = (world.ada.clone(), world.acme);
            tokio::spawn(async move {
                let name = format!("Name {number}");
                let body = json!({ "manifest_id": "com.acme.crm", "display_name": name, "owner_org_id": acme });
                ada.post(PACKAGES, body).await.status
            })
        })
        .collect();
    let mut statuses = Vec::new();
    for asked in asking {
        statuses.push(asked.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!((statuses[18], statuses[19]), (200, 201));
    assert_eq!(world.app.count("SELECT COUNT(*) FROM sys_package").await, 1);
    let created = "SELECT COUNT(*) FROM sys_event WHERE kind = 'package_created'";
    assert_eq!(world.app.count(created).await, 1);
}

#[tokio::test]
async fn parallel_changes_of_different_fields_are_all_kept() {
    let world = World::new().await;
    world.ada.register("com.acme.crm", world.acme).await;
    let fields = ["description", "tagline", "category", "license", "readme"];
    let asking: Vec<_> = fields
        .map(|field| {
            let ada = world.ada.clone();
            tokio::spawn(async move {
                let url = format!("{PACKAGES}/com.acme.crm");
                ada.patch(&url, json!({ field: field })).await.status
            })
        })
        .into();
    for asked in asking {
        assert_eq!(asked.await.unwrap(), 200);
    }
    let package =
        world.ada.get(&format!("{PACKAGES}/com.acme.crm")).await.data()["package"].clone();
    for field in fields {
        assert_eq!(package[field], field);
    }
}

#[tokio::test]
async fn publishing_without_the_right_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let bob = world.app.user("bob").await;
    let lab = world.app.organization("lab", &[(&world.ada, "admin"), (&bob, "member")]).await;
    world.ada.register("com.lab.crm", lab).await;
    // Their session is older than their organizations, and works in neither.
    let cyd = world.app.user("cyd").await;
    let undecided = cyd.another_session().await;
    cyd.create_organization("one").await;
    cyd.create_organization("two").await;
    let before = world.app.count("SELECT COUNT(*) FROM sys_event").await;
    let of = |id: &str, owner: Value| json!({ "manifest_id": id, "display_name": "X", "owner_org_id": owner });

    let taken = world.eve.post(PACKAGES, of("com.lab.crm", json!(world.evil))).await;
    assert_eq!(taken.refusal(), (409, "PACKAGE_OWNED_BY_OTHER_ORG".to_owned()));
    assert!(!taken.message().contains("lab "), "{}", taken.message());
    let outcome = world.ada.post(PACKAGES, of("com.lab.crm", json!(world.acme))).await;
    assert_eq!(outcome.refusal(), (409, "PACKAGE_OWNED_BY_OTHER_ORG".to_owned()));
    assert!(outcome.message().contains("organization lab"), "{}", outcome.message());

    let service = world.app.service();
    for (who, body, status, code) in [
        (&bob, of("com.lab.crm", json!(lab)), 403, "PUBLISHER_REQUIRED"),
        (&bob, of("com.lab.new", json!(lab)), 403, "PUBLISHER_REQUIRED"),
        (&world.eve, of("com.lab.new", json!(lab)), 403, "PUBLISHER_REQUIRED"),
        (&undecided, of("com.lab.new", Value::Null), 400, "MISSING_REQUIRED_FIELD"),
        (&service, of("com.lab.new", Value::Null), 400, "MISSING_REQUIRED_FIELD"),
        (&service, of("com.lab.new", json!(uuid::Uuid::nil())), 404, "RESOURCE_NOT_FOUND"),
        (&world.app.anonymous(), of("com.lab.new", json!(lab)), 401, "UNAUTHENTICATED"),
    ] {
        let answer = who.post(PACKAGES, body.clone()).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{body}");
    }
    assert_eq!(world.app.count("SELECT COUNT(*) FROM sys_event").await, before);
    assert_eq!(service.post(PACKAGES, of("com.lab.new", json!(lab))).await.status, 201);
}

#[tokio::test]
async fn wrong_fields_are_refused_by_name_and_nothing_is_written() {
    let world = World::new().await;
    let before = world.app.count("SELECT COUNT(*) FROM sys_event").await;
    let long = |count: usize| "x".repeat(count);
    let mut cases = vec![
        ("display_name", json!(""), 400, "VALIDATION_ERROR"),
        ("display_name", json!(long(129)), 400, "VALIDATION_ERROR"),
        ("display_name", json!(5), 400, "VALIDATION_ERROR"),
        ("description", json!(long(513)), 400, "VALIDATION_ERROR"),
        ("tagline", json!(long(121)), 400, "VALIDATION_ERROR"),
        ("category", json!(long(101)), 400, "VALIDATION_ERROR"),
        ("license", json!(long(65)), 400, "VALIDATION_ERROR"),
        ("visibility", json!("public"), 400, "VALIDATION_ERROR"),
        ("publisher", json!("me"), 400, "VALIDATION_ERROR"),
        ("publisher", json!("objectstack"), 403, "PERMISSION_DENIED"),
        ("homepage_url", json!("javascript:alert(1)"), 400, "VALIDATION_ERROR"),
        ("icon_url", json!("ftp://example.com/x"), 400, "VALIDATION_ERROR"),
        ("tags", json!(vec!["x"; 33]), 400, "VALIDATION_ERROR"),
        ("tags", json!([1]), 400, "VALIDATION_ERROR"),
        ("translations", json!({ "english": {} }), 400, "INVALID_FORMAT"),
        ("translations", json!({ "en": { "displayName": long(129) } }), 400, "VALIDATION_ERROR"),
        (
            "translations",
            json!({ "en": { "screenshotCaptions": { "one": "x" } } }),
            400,
            "VALIDATION_ERROR",
        ),
        ("owner_org_id", json!("org_x"), 400, "INVALID_FORMAT"),
        ("manifest_id", json!("com.objectstack.crm"), 422, "RESERVED_NAME"),
        ("manifest_id", json!("sys.crm"), 422, "RESERVED_NAME"),
    ];
    // docs/wire/names.md#patterns.
    for id in ["com.example.my_crm", "Com.Acme", "crm", "com.acme.", "com.9a", ""] {
        cases.push(("manifest_id", json!(id), 400, "INVALID_FORMAT"));
    }
    for namespace in ["a", "aaaaaaaaaaaaaaaaaaaaa", "9a", "_crm", "my-crm", "CRM"] {
        cases.push(("namespace", json!(namespace), 400, "INVALID_FORMAT"));
    }
    for (field, value, status, code) in cases {
        let mut body = json!({ "manifest_id": "com.acme.crm", "display_name": "CRM", "owner_org_id": world.acme });
        body[field] = value.clone();
        let answer = world.ada.post(PACKAGES, body).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{field}: {value}");
        assert!(answer.message().contains(&format!("`{field}")), "{}", answer.message());
    }
    assert_eq!(world.app.count("SELECT COUNT(*) FROM sys_package").await, 0);
    assert_eq!(world.app.count("SELECT COUNT(*) FROM sys_event").await, before);
    for id in ["com.acme.crm", "com.acme.my-crm", "a.b", "local.crm"] {
        assert_eq!(world.ada.register(id, world.acme).await.status, 201, "{id}");
    }
}

#[tokio::test]
async fn the_identity_of_a_package_never_changes() {
    let world = World::new().await;
    let body = json!({ "manifest_id": "local.crm", "display_name": "CRM", "owner_org_id": world.acme, "namespace": "crm" });
    world.ada.post(PACKAGES, body).await;
    let url = format!("{PACKAGES}/local.crm");
    for (change, status, code) in [
        (json!({ "namespace": "other" }), 409, "INVALID_STATE"),
        (json!({ "manifest_id": "local.other" }), 409, "INVALID_STATE"),
        (json!({ "owner_org_id": world.evil }), 409, "INVALID_STATE"),
        (json!({ "visibility": "marketplace" }), 422, "RESERVED_NAME"),
    ] {
        let answer = world.ada.patch(&url, change.clone()).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{change}");
    }
    assert_eq!(world.ada.patch(&url, json!({ "namespace": "crm" })).await.status, 200);
}

#[tokio::test]
async fn only_the_operator_gives_a_tier() {
    let world = World::new().await;
    world.ada.register("com.acme.crm", world.acme).await;
    let url = format!("{PACKAGES}/com.acme.crm");
    assert_eq!(world.ada.patch(&url, json!({ "publisher": "community" })).await.status, 200);
    assert_eq!(world.root.patch(&url, json!({ "publisher": "partner" })).await.status, 200);
    let back = world.ada.patch(&url, json!({ "publisher": "community" })).await;
    assert_eq!(back.refusal(), (403, "PERMISSION_DENIED".to_owned()));
}

#[tokio::test]
async fn everybody_sees_what_is_theirs() {
    let world = World::new().await;
    let bob = world.app.user("bob").await;
    world.app.organization("friends", &[(&bob, "member")]).await;
    world.ada.register("com.acme.secret", world.acme).await;
    world.listed("com.acme.crm", "1.0.0").await;
    let names = async |user: &os_test::control::Client, query: &str| {
        let answer = user.get(&format!("{PACKAGES}{query}")).await.data();
        let ids: Vec<_> = answer["packages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["manifest_id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(answer["total"], ids.len(), "{query}");
        ids
    };
    for query in [
        "",
        "?visibility=org",
        "?category=crm",
        "?q=acme",
        &format!("?organizationId={}", world.acme),
    ] {
        let all: &[&str] = match query {
            "?visibility=org" => &["com.acme.secret"],
            "?category=crm" => &["com.acme.crm"],
            _ => &["com.acme.crm", "com.acme.secret"],
        };
        let public: Vec<_> = all.iter().filter(|it| **it == "com.acme.crm").collect();
        assert_eq!(names(&world.ada, query).await, all, "ada {query}");
        assert_eq!(names(&world.root, query).await, all, "root {query}");
        assert_eq!(names(&bob, query).await.iter().collect::<Vec<_>>(), public, "bob {query}");
    }
    assert_eq!(bob.get(&format!("{PACKAGES}/com.acme.secret")).await.status, 404);
    assert_eq!(world.ada.get(&format!("{PACKAGES}/com.acme.secret")).await.status, 200);
}

#[tokio::test]
async fn a_grant_shows_a_package_until_it_is_taken_back() {
    let world = World::new().await;
    world.ada.register("com.acme.secret", world.acme).await;
    world.ada.publish("com.acme.secret", "1.0.0").await;
    world.ada.draft("com.acme.secret", "1.1.0").await;
    let (package, grants) =
        (format!("{PACKAGES}/com.acme.secret"), format!("{PACKAGES}/com.acme.secret/grants"));

    let nobody = world.ada.post(&grants, json!({ "organization_id": uuid::Uuid::nil() })).await;
    assert_eq!(nobody.refusal(), (404, "RESOURCE_NOT_FOUND".to_owned()));
    assert_eq!(world.eve.get(&package).await.status, 404);
    for _ in 0..2 {
        let granted = world.ada.post(&grants, json!({ "organization_id": world.evil })).await;
        assert_eq!((granted.status, &granted.data()["total"]), (201, &json!(1)));
    }
    let seen = world.eve.get(&package).await.data();
    assert_eq!(seen["package"]["latest_version"], "1.0.0");
    assert_eq!(seen["versions"].as_array().unwrap().len(), 1, "no draft: {seen}");
    assert_eq!(world.eve.get(&format!("{PACKAGES}?q=secret")).await.data()["total"], 1);
    assert_eq!(world.eve.get(PACKAGES).await.data()["total"], 1);
    assert_eq!(world.eve.get(&grants).await.refusal(), (403, "PUBLISHER_REQUIRED".to_owned()));
    assert_eq!(world.eve.publish("com.acme.secret", "2.0.0").await.status, 403);

    let grant = format!("{grants}/{}", world.evil);
    assert_eq!(world.ada.delete(&grant).await.status, 200);
    assert_eq!(world.ada.delete(&grant).await.status, 404);
    assert_eq!(world.eve.get(&package).await.status, 404);
    assert_eq!(world.eve.get(&format!("{PACKAGES}?q=secret")).await.data()["total"], 0);
    let outcome = "SELECT COUNT(*) FROM sys_event WHERE kind LIKE 'package_grant%'";
    assert_eq!(world.app.count(outcome).await, 2);
}

#[tokio::test]
async fn lists_are_walked_by_cursor_and_an_edited_cursor_is_refused() {
    let world = World::new().await;
    for number in 0..7 {
        let id = format!("com.acme.p{number}");
        let body = json!({ "manifest_id": id, "display_name": format!("Zoo {}", 7 - number), "owner_org_id": world.acme });
        world.ada.post(PACKAGES, body).await;
    }
    for query in ["", "&q=zoo"] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = world.ada.get(&format!("{PACKAGES}?limit=3{query}{cursor}")).await.data();
            assert_eq!(page["total"], 7);
            let rows = page["packages"].as_array().unwrap().clone();
            seen.extend(rows.iter().map(|it| it["display_name"].as_str().unwrap().to_owned()));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen, (1..=7).map(|it| format!("Zoo {it}")).collect::<Vec<_>>(), "{query}");
        let page = world.ada.get(&format!("{PACKAGES}?limit=3&offset=6{query}")).await.data();
        assert_eq!(page["packages"][0]["display_name"], "Zoo 7");
    }
    for (query, code) in [
        ("cursor=AAAAAAAAAAAAAAAA", "INVALID_CURSOR"),
        ("cursor=%21", "INVALID_CURSOR"),
        ("limit=0", "VALIDATION_ERROR"),
        ("limit=101", "VALIDATION_ERROR"),
        ("limit=x", "VALIDATION_ERROR"),
        ("offset=-1", "VALIDATION_ERROR"),
        ("visibility=x", "VALIDATION_ERROR"),
        ("organizationId=x", "INVALID_FORMAT"),
    ] {
        let answer = world.ada.get(&format!("{PACKAGES}?{query}")).await;
        assert_eq!(answer.refusal(), (400, code.to_owned()), "{query}");
    }
}

#[tokio::test]
async fn only_an_unused_package_is_deleted() {
    let world = World::new().await;
    for (id, published) in [("com.acme.new", false), ("com.acme.used", true)] {
        world.ada.register(id, world.acme).await;
        world.ada.draft(id, "1.0.0").await;
        if published {
            world.ada.publish(id, "2.0.0").await;
        }
    }
    let used = world.ada.delete(&format!("{PACKAGES}/com.acme.used")).await;
    assert_eq!(used.refusal(), (409, "PACKAGE_IN_USE".to_owned()));
    assert_eq!(world.eve.delete(&format!("{PACKAGES}/com.acme.new")).await.status, 404);
    assert_eq!(world.ada.delete(&format!("{PACKAGES}/com.acme.new")).await.status, 200);
    assert_eq!(world.ada.get(&format!("{PACKAGES}/com.acme.new")).await.status, 404);
    assert_eq!(world.app.count("SELECT COUNT(*) FROM sys_package").await, 1);
    assert_eq!(world.ada.get(&format!("{PACKAGES}?q=new")).await.data()["total"], 0);
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and more";

async fn upload(world: &World, content_type: &str, bytes: &[u8]) -> Response {
    let url = format!("{PACKAGES}/com.acme.crm/icon");
    world.ada.send(Method::POST, &url, &[("content-type", content_type)], bytes.to_vec()).await
}

#[tokio::test]
async fn an_icon_is_served_to_everybody_and_kept_by_its_checksum() {
    let world = World::new().await;
    world.listed("com.acme.crm", "1.0.0").await;
    let url =
        upload(&world, "image/png", PNG).await.data()["icon_url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("/icons/com.acme.crm.png?v="), "{url}");
    let package = world.ada.get(&format!("{PACKAGES}/com.acme.crm")).await.data();
    assert_eq!(package["package"]["icon_url"], url);

    let icon = world.app.anonymous().get(&url).await;
    assert_eq!((icon.status, icon.bytes.as_slice()), (200, PNG));
    assert_eq!(icon.headers["content-type"], "image/png");
    assert_eq!(icon.headers["x-content-type-options"], "nosniff");
    assert!(icon.headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
    assert!(icon.headers["cache-control"].to_str().unwrap().contains("immutable"));
    let etag = icon.headers["etag"].to_str().unwrap();
    let again =
        world.app.anonymous().send(Method::GET, &url, &[("if-none-match", etag)], vec![]).await;
    assert_eq!((again.status, again.bytes.len()), (304, 0));

    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>";
    let url = upload(&world, "image/svg+xml; charset=utf-8", svg).await.data()["icon_url"].clone();
    assert_eq!(world.app.anonymous().get(url.as_str().unwrap()).await.bytes, svg);
    for unknown in ["/icons/com.acme.crm.png", "/icons/com.acme.none.png", "/icons/x"] {
        assert_eq!(world.app.anonymous().get(unknown).await.status, 404, "{unknown}");
    }
    let kept = json!({ "icon_url": url });
    assert_eq!(world.ada.patch(&format!("{PACKAGES}/com.acme.crm"), kept).await.status, 200);
    let elsewhere = json!({ "icon_url": "https://example.com/i.png" });
    world.ada.patch(&format!("{PACKAGES}/com.acme.crm"), elsewhere).await;
    assert_eq!(world.app.anonymous().get("/icons/com.acme.crm.svg").await.status, 404);
}

#[tokio::test]
async fn the_icon_of_a_hidden_package_needs_its_full_address() {
    let world = World::new().await;
    world.ada.register("com.acme.crm", world.acme).await;
    let url =
        upload(&world, "image/png", PNG).await.data()["icon_url"].as_str().unwrap().to_owned();
    assert_eq!(world.app.anonymous().get(&url).await.status, 200);
    assert_eq!(world.app.anonymous().get("/icons/com.acme.crm.png").await.status, 404);
    assert_eq!(
        world.app.anonymous().get("/icons/com.acme.crm.png?v=000000000000").await.status,
        404
    );
}

#[tokio::test]
async fn a_file_that_is_no_icon_is_refused() {
    let world = World::new().await;
    world.ada.register("com.acme.crm", world.acme).await;
    let large = [PNG, &[0; 262_144]].concat();
    for (content_type, bytes, status, code) in [
        ("image/gif", b"GIF89a".as_slice(), 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("", PNG, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("image/jpeg", PNG, 400, "VALIDATION_ERROR"),
        ("image/webp", b"RIFFxxxxWAVE", 400, "VALIDATION_ERROR"),
        ("image/png", b"", 400, "VALIDATION_ERROR"),
        ("image/png", &large, 413, "PAYLOAD_TOO_LARGE"),
        ("image/svg+xml", b"<svg onload='x'/>", 400, "VALIDATION_ERROR"),
        ("image/svg+xml", b"<svg><script>x</script></svg>", 400, "VALIDATION_ERROR"),
        ("image/svg+xml", b"<!DOCTYPE svg><svg/>", 400, "VALIDATION_ERROR"),
        (
            "image/svg+xml",
            b"<svg><h:meta xmlns:h='http://www.w3.org/1999/xhtml' http-equiv='refresh'/></svg>",
            400,
            "VALIDATION_ERROR",
        ),
        ("image/svg+xml", b"<svg><image srcset='//x 1x'/></svg>", 400, "VALIDATION_ERROR"),
        ("image/svg+xml", b"<svg style='a:image-set(\"//x\" 1x)'/>", 400, "VALIDATION_ERROR"),
        (
            "image/svg+xml",
            b"<svg><style>@imp<!-- -->ort '//x';</style></svg>",
            400,
            "VALIDATION_ERROR",
        ),
    ] {
        let answer = upload(&world, content_type, bytes).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{content_type}");
    }
    assert_eq!(world.app.count("SELECT COUNT(*) FROM sys_blob").await, 0);
}

#[tokio::test]
async fn an_api_key_of_a_reader_may_not_write() {
    let app = App::new().await;
    let ada = app.user("ada").await;
    let acme = app.organization("acme", &[(&ada, "owner")]).await;
    ada.register("com.acme.crm", acme).await;
    let key = ada.create_api_key(&["read"]).await;
    assert_eq!(key.get(&format!("{PACKAGES}/com.acme.crm")).await.status, 200);
    let refused = (403, "PUBLISHER_REQUIRED".to_owned());
    assert_eq!(key.register("com.acme.crm", acme).await.refusal(), refused);
    assert_eq!(key.register("com.acme.new", acme).await.refusal(), refused);
    assert_eq!(key.publish("com.acme.crm", "1.0.0").await.refusal(), refused);
    assert_eq!(
        key.patch(&format!("{PACKAGES}/com.acme.crm"), listing("x")).await.refusal(),
        refused
    );
}
