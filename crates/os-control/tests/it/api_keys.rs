//! API keys: what they open, and for how long.

use chrono::{DateTime, Duration, Utc};
use os_db::now;
use os_test::control::{App, Client};
use os_test::eventually;
use serde_json::{Value, json};

/// A client with the key of this response.
fn holder(app: &App, made: &Value) -> Client {
    app.bearer(made["key"].as_str().unwrap())
}

async fn make(user: &Client, body: Value) -> Value {
    let answer = user.post("/api/v1/keys", body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.data()
}

async fn who(user: &Client) -> Value {
    user.get("/api/v1/auth/get-session").await.json()
}

#[tokio::test]
async fn a_key_acts_for_its_person_in_one_organization() {
    let app = App::new().await;
    let ada = app.user("ada").await;
    let acme = app.organization("acme", &[(&ada, "owner")]).await;
    let other = app.organization("other", &[(&ada, "owner")]).await;
    let made = make(&ada, json!({"name": "CI", "organization_id": acme})).await;
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("osk_") && key.len() == 47, "{key}");
    assert_eq!(made["prefix"], key[..12]);
    assert_eq!(made["active_organization_id"], acme.to_string());
    assert!(made.get("expires_at").is_none());

    for (name, value) in [
        ("authorization", format!("Bearer {key}")),
        ("authorization", format!("ApiKey {key}")),
        ("authorization", format!("bearer {key}")),
        ("x-api-key", key.to_owned()),
    ] {
        let url = "/api/v1/auth/get-session";
        let answer =
            app.anonymous().send(axum::http::Method::GET, url, &[(name, &value)], vec![]).await;
        assert_eq!(answer.json()["user"]["email"], ada.email, "{name}: {value}");
        assert!(answer.json()["session"].get("token").is_none());
    }
    let ci = holder(&app, &made);
    let url = |id| format!("/api/v1/auth/organization/list-members?organizationId={id}");
    assert_eq!(ci.get(&url(acme)).await.status, 200);
    assert_eq!(ci.get(&url(other)).await.status, 404);
    assert_eq!(ci.get("/api/v1/data/sys_organization").await.json()["total"], 1);
    let outside = ada.post("/api/v1/keys", json!({"organization_id": uuid::Uuid::now_v7()})).await;
    assert_eq!(outside.refusal(), (404, "RESOURCE_NOT_FOUND".to_owned()));
}

#[tokio::test]
async fn the_secret_is_shown_once_and_kept_as_its_hash() {
    let app = App::new().await;
    let ada = app.user("ada").await;
    let made = make(&ada, json!({"scopes": ["read", "publish"]})).await;
    let listed = ada.get("/api/v1/data/sys_api_key").await;
    assert!(!listed.text().contains(made["key"].as_str().unwrap()));
    let row = listed.json()["records"][0].clone();
    assert_eq!((&row["id"], &row["prefix"]), (&made["id"], &made["prefix"]));
    assert_eq!(row["scopes"], json!(["read", "publish"]));
    assert_eq!((&row["revoked"], &row["last_used_at"]), (&json!(false), &Value::Null));
    assert!(row.get("key").is_none() && row.get("key_hash").is_none());
    let url = format!("/api/v1/data/sys_api_key/{}", made["id"].as_str().unwrap());
    assert_eq!(ada.get(&url).await.json()["record"], row);
}

#[tokio::test]
async fn a_key_ends_with_its_time_and_by_revocation() {
    let app = App::new().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let made = make(&ada, json!({"expires_at": now() + Duration::hours(1)})).await;
    let key = holder(&app, &made);
    assert_ne!(who(&key).await, Value::Null);
    app.advance(std::time::Duration::from_secs(3600));
    assert_eq!(who(&key).await, Value::Null);
    assert_eq!(
        key.get("/api/v1/data/sys_api_key").await.refusal(),
        (401, "UNAUTHENTICATED".to_owned())
    );

    let made = make(&ada, json!({})).await;
    let url = format!("/api/v1/data/sys_api_key/{}", made["id"].as_str().unwrap());
    for foreign in [
        eve.get(&url).await,
        eve.delete(&url).await,
        eve.patch(&url, json!({"revoked": true})).await,
        eve.delete(&format!("/api/v1/keys/{}", made["id"].as_str().unwrap())).await,
        ada.get("/api/v1/data/sys_api_key/unknown").await,
    ] {
        assert_eq!(foreign.refusal(), (404, "RESOURCE_NOT_FOUND".to_owned()));
    }
    let revoked = ada.patch(&url, json!({"revoked": true})).await.json();
    assert_eq!(revoked["record"]["revoked"], true);
    assert_eq!(who(&holder(&app, &made)).await, Value::Null);
    let undone = ada.patch(&url, json!({"revoked": false})).await;
    assert_eq!(undone.refusal(), (409, "INVALID_STATE".to_owned()));
    assert_eq!(ada.delete(&url).await.json()["deleted"], true);
    assert_eq!(ada.get(&url).await.status, 404);
}

#[tokio::test]
async fn a_time_may_be_written_in_several_ways_and_must_be_ahead() {
    let app = App::new().await;
    let ada = app.user("ada").await;
    for (written, expected) in [
        (json!("2100-01-31T12:00:00Z"), "2100-01-31T12:00:00Z"),
        (json!("2100-01-31T12:00:00.123456789+02:00"), "2100-01-31T10:00:00.123456Z"),
        (json!("2100-01-31"), "2100-01-31T00:00:00Z"),
        (json!(4_105_152_000_i64), "2100-02-01T08:00:00Z"),
        (json!(4_105_152_000_000_i64), "2100-02-01T08:00:00Z"),
    ] {
        let made = make(&ada, json!({"expiresAt": written})).await;
        let made: DateTime<Utc> = made["expires_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(made, expected.parse::<DateTime<Utc>>().unwrap(), "{written}");
    }
    for wrong in
        [json!("2001-01-01"), json!(1_000_000_000), json!("soon"), json!(true), json!(i64::MAX)]
    {
        let refused = ada.post("/api/v1/keys", json!({"expires_at": wrong})).await;
        assert_eq!(refused.refusal(), (400, "VALIDATION_ERROR".to_owned()), "{wrong}");
        assert!(refused.message().contains("expires_at"), "{}", refused.message());
    }
}

#[tokio::test]
async fn a_key_does_only_what_its_scopes_say() {
    let app = App::new().await;
    let ada = app.user("ada").await;
    let acme = app.organization("acme", &[(&ada, "owner")]).await;
    let body = |scope: &str| json!({"scopes": [scope], "organization_id": acme});
    let reader = holder(&app, &make(&ada, body("read")).await);
    let admin = holder(&app, &make(&ada, body("admin")).await);
    assert_eq!(reader.get("/api/v1/auth/organization/list-members").await.status, 200);
    let invitation = json!({"email": "bob@example.com", "role": "member"});
    let url = "/api/v1/auth/organization/invite-member";
    let denied = reader.post(url, invitation.clone()).await;
    assert_eq!(denied.refusal(), (403, "PERMISSION_DENIED".to_owned()));
    assert!(denied.message().contains("`admin`"), "{}", denied.message());
    assert_eq!(admin.post(url, invitation).await.status, 200);

    for (what, body) in [
        ("auth/change-password", json!({"currentPassword": "x", "newPassword": "y"})),
        ("auth/update-user", json!({"name": "Mallory"})),
        ("auth/revoke-other-sessions", json!({})),
        ("auth/organization/set-active", json!({"organizationId": acme})),
        ("auth/organization/create", json!({"name": "X", "slug": "x"})),
    ] {
        let refused = admin.post(&format!("/api/v1/{what}"), body).await;
        assert_eq!(refused.refusal(), (403, "PERMISSION_DENIED".to_owned()), "{what}");
    }
    let wrong = ada.post("/api/v1/keys", json!({"scopes": ["everything"]})).await;
    assert_eq!(wrong.refusal(), (400, "VALIDATION_ERROR".to_owned()));
}

#[tokio::test]
async fn a_key_makes_no_key_that_is_more_than_itself() {
    let app = App::new().await;
    let ada = app.user("ada").await;
    let acme = app.organization("acme", &[(&ada, "owner")]).await;
    let other = app.organization("other", &[(&ada, "owner")]).await;
    let end = now() + Duration::days(1);
    let parent =
        json!({"scopes": ["admin", "publish"], "organization_id": acme, "expires_at": end});
    let parent = holder(&app, &make(&ada, parent).await);
    let reader = make(&ada, json!({"scopes": ["read"], "organization_id": acme})).await;
    for (who, body, status) in [
        (&parent, json!({"scopes": ["install"]}), 403),
        (&parent, json!({"scopes": ["read", "admin", "install"]}), 403),
        (&parent, json!({"organization_id": other}), 404),
        (&parent, json!({"expires_at": end + Duration::days(1)}), 403),
        (&holder(&app, &reader), json!({}), 403),
    ] {
        assert_eq!(who.post("/api/v1/keys", body.clone()).await.status, status, "{body}");
    }
    let child = make(&parent, json!({})).await;
    assert_eq!(child["scopes"], json!(["publish", "admin"]));
    assert_eq!(child["active_organization_id"], acme.to_string());
    assert_eq!(child["expires_at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap(), end);

    let reader_id = reader["id"].as_str().unwrap();
    let url = |id: &str| format!("/api/v1/keys/{id}");
    let others = holder(&app, &reader).delete(&url(child["id"].as_str().unwrap())).await;
    assert_eq!(others.refusal(), (403, "PERMISSION_DENIED".to_owned()));
    assert_eq!(
        holder(&app, &reader).delete(&url(reader_id)).await.status,
        200,
        "it may end itself"
    );
}

#[tokio::test]
async fn the_last_use_of_a_key_is_noted_beside_the_request() {
    let app = App::new().await;
    let ada = app.user("ada").await;
    let key = holder(&app, &make(&ada, json!({})).await);
    let writer = app.db.write().await.unwrap();
    assert_ne!(who(&key).await, Value::Null, "a read does not wait for the writer");
    drop(writer);
    eventually("the last use is noted", async || {
        let used = "SELECT COUNT(*) FROM sys_api_key WHERE last_used_at IS NOT NULL";
        (app.count(used).await == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_administrator_of_the_server_sees_all_keys() {
    let app = App::new().await;
    let (ada, root) = (app.user("ada").await, app.admin("root").await);
    let made = make(&ada, json!({})).await;
    assert_eq!(root.get("/api/v1/data/sys_api_key").await.json()["total"], 1);
    let url = format!("/api/v1/data/sys_api_key/{}", made["id"].as_str().unwrap());
    assert_eq!(root.patch(&url, json!({"revoked": true})).await.status, 200);
    assert_eq!(who(&holder(&app, &made)).await, Value::Null);
}
