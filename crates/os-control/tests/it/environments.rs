use crate::operator::Site;
use axum::http::Method;
use os_test::control::ENVIRONMENTS;
use serde_json::{Value, json};
use uuid::Uuid;

fn url(environment: Uuid) -> String {
    format!("{ENVIRONMENTS}/{environment}")
}

fn id(answer: &Value) -> Uuid {
    answer["environment"]["id"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_new_environment_is_active_at_once() {
    let site = Site::new().await;
    let body = json!({
        "organizationId": site.acme, "displayName": "Live", "isDefault": true, "plan": "pro",
        "metadata": {"artifact_path": "/x"}, "hostname": " CRM.acme.com ", "created_by": "__session__",
    });
    let answer = site.ada.post(ENVIRONMENTS, body).await;
    let made = answer.data();
    assert_eq!(answer.status, 201);
    for (field, value) in [
        ("display_name", json!("Live")),
        ("environment_type", json!("production")),
        ("env_type", json!("production")),
        ("is_default", json!(true)),
        ("status", json!("active")),
        ("plan", json!("pro")),
        ("visibility", json!("private")),
        ("metadata", json!({"artifact_path": "/x"})),
        ("hostname", json!("crm.acme.com")),
        ("storage_limit_mb", json!(1024)),
        ("created_by", json!(site.ada.id)),
    ] {
        assert_eq!(made["environment"][field], value, "{field}");
    }
    assert_eq!((&made["project"], &made["warnings"]), (&made["environment"], &json!([])));
    assert!(made["durationMs"].is_u64());
    assert_eq!(made["hostnameAssignment"]["assignedHostname"], "crm.acme.com");

    let shown = site.mia.get(&url(id(&made))).await.data();
    assert_eq!(shown["environment"], made["environment"]);
    assert_eq!(shown["membership"]["role"], "reader");
    assert_eq!(shown["database"]["driver"], "sqlite");
    assert_eq!(shown["organization"]["slug"], "acme");
}

#[tokio::test]
async fn the_type_is_declared_or_inferred_from_the_default() {
    let site = Site::new().await;
    for (body, expected) in [
        (json!({}), "development"),
        (json!({"is_default": true}), "production"),
        (json!({"is_default": true, "env_type": "dev"}), "development"),
        (json!({"env_type": " Prod "}), "production"),
        (json!({"environment_type": "staging", "is_default": false}), "staging"),
        (json!({"envType": "preview", "environment_type": "staging"}), "preview"),
    ] {
        let mut all = json!({"organization_id": site.acme, "display_name": "E"});
        all.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        let made = site.ada.post(ENVIRONMENTS, all).await.data();
        assert_eq!(made["environment"]["environment_type"], expected, "{body}");
        let host = made["environment"]["hostname"].as_str().unwrap();
        assert!(host.starts_with("acme-") && host.ends_with(".localhost"), "{host}");
    }
}

#[tokio::test]
async fn an_organization_has_one_default_environment() {
    let site = Site::new().await;
    let defaults = "SELECT COUNT(*) FROM sys_environment WHERE is_default = TRUE";
    for environment in [site.dev, site.prod, site.dev] {
        let after = site.ada.patch(&url(environment), json!({"is_default": true})).await.data();
        assert_eq!(after["environment"]["is_default"], true);
        assert_eq!(site.app.count(defaults).await, 1);
    }
    let body = json!({"organization_id": site.acme, "display_name": "E", "is_default": true});
    let made = id(&site.ada.post(ENVIRONMENTS, body).await.data());
    assert_eq!(site.app.count(defaults).await, 1);
    let race = [site.dev, site.prod, made].map(|environment| {
        let ada = site.ada.clone();
        tokio::spawn(async move { ada.patch(&url(environment), json!({"is_default": true})).await })
    });
    for answer in race {
        assert_eq!(answer.await.unwrap().status, 200);
    }
    assert_eq!(site.app.count(defaults).await, 1);
}

#[tokio::test]
async fn an_invalid_environment_is_refused() {
    let site = Site::new().await;
    let taken = json!({"hostname": "crm.acme.com"});
    site.ada.post(&format!("{}/hostname", url(site.dev)), taken).await.data();
    let count = "SELECT COUNT(*) FROM sys_environment";
    let before = site.app.count(count).await;
    let long = "x".repeat(256);
    for (body, status, code) in [
        (json!({"display_name": null}), 400, "VALIDATION_ERROR"),
        (json!({"display_name": " "}), 400, "VALIDATION_ERROR"),
        (json!({"display_name": long}), 400, "VALIDATION_ERROR"),
        (json!({"env_type": "live"}), 400, "VALIDATION_ERROR"),
        (json!({"driver": "mongodb"}), 400, "VALIDATION_ERROR"),
        (json!({"storage_limit_mb": 0}), 400, "VALIDATION_ERROR"),
        (json!({"metadata": []}), 400, "VALIDATION_ERROR"),
        (json!({"metadata": {"a": "x".repeat(70_000)}}), 400, "VALIDATION_ERROR"),
        (json!({"visibility": "secret"}), 400, "VALIDATION_ERROR"),
        (json!({"template_id": "crm"}), 400, "VALIDATION_ERROR"),
        (json!({"hostname": "-x"}), 400, "INVALID_FORMAT"),
        (json!({"hostname": "a b"}), 400, "INVALID_FORMAT"),
        (json!({"hostname": "CRM.acme.com"}), 409, "HOSTNAME_TAKEN"),
        (json!({"is_system": true}), 403, "PERMISSION_DENIED"),
        (json!({"organization_id": "x"}), 404, "RESOURCE_NOT_FOUND"),
        (json!({"organization_id": site.evil}), 404, "RESOURCE_NOT_FOUND"),
        (json!({"clone_from_environment_id": "x"}), 404, "ENVIRONMENT_NOT_FOUND"),
    ] {
        let mut all = json!({"organization_id": site.acme, "display_name": "E"});
        all.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        let answer = site.ada.post(ENVIRONMENTS, all).await;
        assert_eq!(answer.refusal(), (status, code.into()), "{body}: {}", answer.text());
        assert!(answer.message().len() > 20, "{}", answer.message());
        assert_eq!(site.app.count(count).await, before, "{body}");
    }
    let missing = site.ada.post(ENVIRONMENTS, json!({"organization_id": site.acme})).await;
    assert_eq!(missing.refusal(), (400, "MISSING_REQUIRED_FIELD".into()));
    assert!(missing.message().contains("display_name"));
    let taken = json!({"hostname": "crm.acme.com"});
    let taken = site.ada.post(&format!("{}/hostname", url(site.prod)), taken).await;
    let details = json!({"code": "HOSTNAME_TAKEN", "hostname": "crm.acme.com"});
    assert_eq!(taken.json()["error"]["details"], details);
}

#[tokio::test]
async fn the_session_selects_the_organization() {
    let site = Site::new().await;
    for body in [json!({"organization_id": "__session__"}), json!({})] {
        let mut body = body;
        body["display_name"] = json!("E");
        let made = site.max.post(ENVIRONMENTS, body).await.data();
        assert_eq!(made["environment"]["organization_id"], json!(site.acme));
    }
    let both = site.app.user("both").await;
    let session_without_one = both.another_session().await;
    site.ada.add_member(site.acme, &both, "admin").await;
    site.eve.add_member(site.evil, &both, "admin").await;
    let unclear = session_without_one.post(ENVIRONMENTS, json!({"display_name": "E"})).await;
    assert_eq!(unclear.refusal(), (400, "MISSING_REQUIRED_FIELD".into()));
}

/// docs/wire/environments.md#life-cycle.
#[tokio::test]
async fn the_status_follows_its_transitions() {
    let site = Site::new().await;
    let states = ["provisioning", "active", "suspended", "archived", "failed", "migrating"];
    let allowed = [
        ("active", "suspended"),
        ("active", "archived"),
        ("active", "migrating"),
        ("suspended", "active"),
        ("archived", "active"),
        ("migrating", "active"),
    ];
    for from in states {
        for to in states {
            site.app.set_environment_status(site.dev, from).await;
            let answer = site.ada.patch(&url(site.dev), json!({"status": to})).await;
            let expected = if from == to || allowed.contains(&(from, to)) { 200 } else { 409 };
            assert_eq!(answer.status, expected, "{from} to {to}: {}", answer.text());
        }
        site.app.set_environment_status(site.dev, from).await;
        let retry = site.ada.post(&format!("{}/retry", url(site.dev)), json!({})).await;
        let expected = if matches!(from, "failed" | "provisioning") { 202 } else { 409 };
        assert_eq!(retry.status, expected, "retry when {from}");
    }
    let unknown = site.ada.patch(&url(site.dev), json!({"status": "gone"})).await;
    assert_eq!(unknown.refusal(), (400, "VALIDATION_ERROR".into()));
}

#[tokio::test]
async fn an_environment_is_changed_and_deleted() {
    let site = Site::new().await;
    let body = json!({
        "displayName": "Tests", "plan": "pro", "metadata": {"a": 1}, "visibility": "public",
        "envType": "test",
    });
    let mut with_address = body.clone();
    with_address["database_url"] = json!("sqlite://elsewhere.db");
    let refused = site.ada.patch(&url(site.dev), with_address).await;
    assert_eq!(refused.refusal(), (400, "VALIDATION_ERROR".into()));
    let after = site.ada.patch(&url(site.dev), body).await.data()["environment"].clone();
    assert_eq!((&after["display_name"], &after["env_type"]), (&json!("Tests"), &json!("test")));
    assert_eq!((&after["metadata"], &after["visibility"]), (&json!({"a": 1}), &json!("public")));

    site.ada.patch(&url(site.dev), json!({"is_default": true})).await.data();
    let kept = site.ada.delete(&url(site.dev)).await;
    assert_eq!(kept.refusal(), (409, "ENVIRONMENT_PROTECTED".into()));
    let gone = site.ada.delete(&format!("{}?force=1", url(site.dev))).await.data();
    assert_eq!(gone, json!({"deleted": true, "environmentId": site.dev, "warnings": []}));
    assert_eq!(site.ada.delete(&url(site.dev)).await.refusal().0, 404);

    let body = json!({"organization_id": site.acme, "display_name": "S", "is_system": true});
    let system = id(&site.app.service().post(ENVIRONMENTS, body).await.data());
    let kept = site.ada.delete(&format!("{}?force=1", url(system))).await;
    assert_eq!(kept.refusal(), (409, "ENVIRONMENT_PROTECTED".into()));
    assert_eq!(site.max.delete(&url(site.prod)).await.status, 200, "admins may");
    assert_eq!(
        site.app.count("SELECT COUNT(*) FROM sys_event WHERE kind = 'environment_deleted'").await,
        2
    );
}

#[tokio::test]
async fn platform_administrators_delete_what_they_do_not_see() {
    let site = Site::new().await;
    assert_eq!(site.root.get(&url(site.dev)).await.refusal().0, 404);
    assert_eq!(site.eve.delete(&url(site.dev)).await.refusal().0, 404);
    assert_eq!(site.mia.delete(&url(site.dev)).await.refusal().0, 403);
    assert_eq!(site.root.delete(&url(site.dev)).await.status, 200);
}

#[tokio::test]
async fn one_sees_the_environments_of_ones_organizations_and_those_one_is_reader_of() {
    let site = Site::new().await;
    let theirs = site.eve.create_environment(site.evil, "production").await;
    let seen = async |user: &os_test::control::Client, query: &str| -> Vec<String> {
        let list = user.get(&format!("{ENVIRONMENTS}{query}")).await.data();
        assert_eq!(list["environments"], list["projects"]);
        let rows = list["environments"].as_array().unwrap();
        assert_eq!(list["total"], rows.len());
        rows.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
    };
    let names = |ids: &[Uuid]| ids.iter().map(Uuid::to_string).collect::<Vec<_>>();
    assert_eq!(seen(&site.mia, "").await, names(&[site.dev, site.prod]));
    assert_eq!(seen(&site.mia, "?envType=prod").await, names(&[site.prod]));
    assert_eq!(seen(&site.mia, "?status=suspended").await, names(&[]));
    assert_eq!(seen(&site.mia, &format!("?organizationId={}", site.evil)).await, names(&[]));
    assert_eq!(seen(&site.eve, "").await, names(&[theirs]));
    for (role, extra) in [("guest", vec![]), ("reader", vec![site.dev])] {
        let members = format!("{}/members", url(site.dev));
        let answer = site.ada.post(&members, json!({"user_id": site.eve.id, "role": role})).await;
        assert_eq!(answer.status, 201);
        let all = [extra, vec![theirs]].concat();
        assert_eq!(seen(&site.eve, "").await, names(&all), "{role}");
        site.ada.delete(&format!("{members}/{}", site.eve.id)).await.data();
    }
    assert_eq!(site.app.service().get(ENVIRONMENTS).await.data()["total"], 3);
    assert_eq!(site.mia.get(&format!("{ENVIRONMENTS}?envType=x")).await.refusal().0, 400);

    let rows = site.mia.get("/api/v1/data/sys_environment?limit=1").await.json();
    assert_eq!((&rows["object"], &rows["total"]), (&json!("sys_environment"), &json!(2)));
    assert_eq!((rows["records"].as_array().unwrap().len(), &rows["hasMore"]), (1, &json!(true)));
}

#[tokio::test]
async fn members_grant_at_most_their_own_role() {
    let site = Site::new().await;
    let (bob, members) = (site.app.user("bob").await, format!("{}/members", url(site.dev)));
    // Who gives, which role, and the outcome
    for (who, role, outcome) in [
        ("owner", "owner", 201),
        ("owner", "maker", 201),
        ("admin", "owner", 403),
        ("admin", "admin", 201),
        ("member", "reader", 403),
        ("outsider", "reader", 404),
        ("owner", "boss", 400),
    ] {
        let user = match who {
            "owner" => &site.ada,
            "admin" => &site.max,
            "member" => &site.mia,
            _ => &site.eve,
        };
        let answer = user.post(&members, json!({"user_id": bob.id, "role": role})).await;
        assert_eq!(answer.status, outcome, "{who} gives {role}: {}", answer.text());
        if outcome == 201 {
            let twice = user.post(&members, json!({"user_id": bob.id, "role": role})).await;
            assert_eq!(twice.refusal(), (409, "DUPLICATE_RECORD".into()));
            let list = site.mia.get(&members).await.data();
            assert_eq!(list["members"][0]["role"], role);
            site.ada.delete(&format!("{members}/{}", bob.id)).await.data();
        }
    }
    for (body, status) in [
        (json!({"role": "reader"}), 400),
        (json!({"role": "reader", "email": "none@example.com"}), 404),
        (json!({"role": "reader", "email": bob.email, "user_id": bob.id}), 400),
        (json!({"role": "reader", "email": bob.email, "more": 1}), 400),
    ] {
        assert_eq!(site.ada.post(&members, body.clone()).await.status, status, "{body}");
    }
    // What each role may do.
    site.ada.post(&members, json!({"user_id": bob.id, "role": "guest"})).await.data();
    let member = format!("{members}/{}", bob.id);
    for (role, read, install, manage) in [
        ("guest", 403, 403, 403),
        ("reader", 200, 403, 403),
        ("maker", 200, 202, 403),
        ("admin", 200, 202, 200),
        ("owner", 200, 202, 200),
    ] {
        site.ada.patch(&member, json!({"role": role})).await.data();
        assert_eq!(bob.get(&url(site.dev)).await.status, read, "{role}");
        let reseed = bob.post(&format!("{}/reseed", url(site.dev)), json!({})).await;
        assert_eq!(reseed.status, install, "{role}");
        assert_eq!(bob.patch(&url(site.dev), json!({})).await.status, manage, "{role}");
        assert_eq!(bob.get(&url(site.prod)).await.status, 404, "{role} of another environment");
    }
    let above = site.max.patch(&member, json!({"role": "reader"})).await;
    assert_eq!(above.refusal(), (403, "PERMISSION_DENIED".into()), "an admin against an owner");
    assert_eq!(site.max.delete(&member).await.refusal().0, 403);
    assert_eq!(site.ada.delete(&format!("{members}/{}", site.eve.id)).await.refusal().0, 404);
    assert_eq!(bob.delete(&member).await.status, 200);
    assert_eq!(bob.get(&url(site.dev)).await.refusal().0, 404);
}

#[tokio::test]
async fn an_address_is_found_among_members_of_the_organization_only() {
    let site = Site::new().await;
    let (bob, members) = (site.app.user("bob").await, format!("{}/members", url(site.dev)));
    let body = |email: &str| json!({"email": email, "role": "reader"});
    let outsider = site.ada.post(&members, body(&bob.email)).await;
    let nobody = site.ada.post(&members, body("nobody@example.com")).await;
    assert_eq!(outsider.refusal().0, 404);
    assert_eq!(outsider.text(), nobody.text(), "the answer does not tell who has an account");
    assert!(!outsider.text().contains(&bob.id.to_string()));
    assert_eq!(site.ada.get(&members).await.data()["members"], json!([]));
    let mia = site.ada.post(&members, body(&format!(" {} ", site.mia.email))).await;
    assert_eq!(mia.status, 201, "{}", mia.text());
    assert_eq!(site.ada.post(&members, body(&site.mia.email)).await.refusal().0, 409);
    // Their own id opens the door to them.
    site.ada.delete(&format!("{members}/{}", site.mia.id)).await.data();
    let by_id = site.ada.post(&members, json!({"user_id": bob.id, "role": "reader"})).await;
    assert_eq!(by_id.status, 201, "{}", by_id.text());
}

#[tokio::test]
async fn the_small_endpoints_answer_what_clients_expect() {
    let site = Site::new().await;
    let activated = site.mia.post(&format!("{}/activate", url(site.dev)), json!({})).await.data();
    assert_eq!((&activated["sessionUpdated"], id(&activated)), (&json!(true), site.dev));
    let service = site.app.service().post(&format!("{}/activate", url(site.dev)), json!({})).await;
    assert_eq!(service.data()["sessionUpdated"], json!(false));

    let rotate = format!("{}/credentials/rotate", url(site.dev));
    for plaintext in ["first-secret", "second-secret"] {
        let rotated = site.ada.post(&rotate, json!({"plaintext": plaintext})).await.data();
        assert_eq!(rotated["credential"]["status"], "active");
        assert_eq!(rotated["credential"]["authorization"], "full_access");
        let shown = site.ada.get(&url(site.dev)).await.data();
        assert_eq!(shown["credential"], rotated["credential"]);
    }
    assert_eq!(
        site.ada.post(&rotate, json!({})).await.refusal(),
        (400, "MISSING_REQUIRED_FIELD".into())
    );
    assert_eq!(site.ada.post(&rotate, json!({"plaintext": "x"})).await.refusal().0, 400);
    assert_eq!(
        site.app
            .count("SELECT COUNT(*) FROM sys_environment_credential WHERE status = 'revoked'")
            .await,
        1
    );

    let hostname = format!("{}/hostname", url(site.dev));
    let put = site.ada.json(Method::PUT, &hostname, Some(json!({"hostname": "A.b"}))).await;
    assert_eq!(put.data()["environment"]["hostname"], "a.b");

    let revisions = site.mia.get(&format!("{}/revisions?limit=5", url(site.dev))).await.data();
    assert_eq!(revisions, json!({"items": [], "nextCursor": null, "branch": "main"}));
    let branches = site.mia.get(&format!("{}/branches", url(site.dev))).await.data();
    assert_eq!(branches[0]["name"], "main");
    let rename = site.ada.delete(&format!("{}/branches/main", url(site.dev))).await;
    assert_eq!(rename.refusal(), (409, "INVALID_STATE".into()));

    let drivers = site.mia.get("/api/v1/cloud/drivers").await.data();
    assert_eq!(
        drivers["drivers"][0],
        json!({"name": "sqlite", "driverId": "com.objectstack.driver.sqlite"})
    );
    let templates = site.mia.get("/api/v1/cloud/templates").await.data();
    assert_eq!(templates, json!({"templates": [], "total": 0}));
    let entitlements = site.mia.get("/api/v1/cloud/environment-entitlements").await.data();
    assert_eq!(
        entitlements,
        json!({"hasProductionEnv": true, "development": {"canCreate": true}, "plan": "free"})
    );
}

#[tokio::test]
async fn a_browser_is_sent_to_production() {
    let site = Site::new().await;
    let open = format!("{ENVIRONMENTS}/production/sso-open");
    assert_eq!(site.eve.get(&open).await.refusal(), (404, "ENVIRONMENT_NOT_FOUND".into()));
    let hostname = format!("{}/hostname", url(site.prod));
    site.ada.post(&hostname, json!({"hostname": "crm.acme.com"})).await.data();
    let sent = site.mia.get(&open).await;
    assert_eq!(
        (sent.status, &sent.headers["location"]),
        (302, &"https://crm.acme.com/".parse().unwrap())
    );
    site.ada.patch(&url(site.prod), json!({"status": "archived"})).await.data();
    assert_eq!(site.mia.get(&open).await.refusal().0, 404);
}
