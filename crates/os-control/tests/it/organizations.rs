//! Organizations, their members and invitations, and their rows for consoles.

use os_test::Response;
use os_test::control::{App, Client};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

async fn post(user: &Client, what: &str, body: Value) -> Response {
    user.post(&format!("/api/v1/auth/organization/{what}"), body).await
}

async fn get(user: &Client, what: &str) -> Response {
    user.get(&format!("/api/v1/auth/organization/{what}")).await
}

/// The id of a membership.
async fn member(user: &Client, organization: Uuid) -> Value {
    let url = format!("get-active-member?organizationId={organization}");
    get(user, &url).await.json()["id"].clone()
}

fn refused(answer: &Response) -> (u16, &'static str) {
    let (status, code) = answer.refusal();
    assert!(!answer.message().is_empty());
    (status, Box::leak(code.into_boxed_str()))
}

#[tokio::test]
async fn the_creator_of_an_organization_owns_it_and_works_in_it() {
    let app = App::new().await;
    let ada = app.user("ada").await;
    let body =
        json!({"name": "Acme", "slug": "acme", "metadata": {"plan": "x"}, "isPersonal": true});
    let made = post(&ada, "create", body).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let made = made.json();
    assert_eq!((&made["slug"], &made["metadata"]), (&json!("acme"), &json!({"plan": "x"})));
    assert_eq!(made["members"][0]["role"], "owner");
    assert_eq!(made["members"][0]["user"]["email"], ada.email);
    let session = ada.get("/api/v1/auth/get-session").await.json();
    assert_eq!(session["session"]["activeOrganizationId"], made["id"]);

    let full = get(&ada, "get-full-organization").await.json();
    assert_eq!((&full["id"], &full["teams"]), (&made["id"], &json!([])));
    let by_slug = get(&ada, "get-full-organization?organizationSlug=acme").await.json();
    assert_eq!(by_slug["id"], made["id"]);
    assert_eq!(get(&ada, "list").await.json()[0]["id"], made["id"]);
    assert_eq!(post(&ada, "check-slug", json!({"slug": "free"})).await.json()["status"], true);
    let taken = post(&ada, "check-slug", json!({"slug": "acme"})).await;
    assert_eq!(refused(&taken), (409, "DUPLICATE_RECORD"));
    assert_eq!(get(&app.user("bob").await, "get-full-organization").await.text(), "null");
}

#[tokio::test]
async fn an_invalid_organization_is_refused_with_its_reason_and_changes_nothing() {
    let app = App::new().await;
    let ada = app.user("ada").await;
    app.organization("acme", &[(&ada, "owner")]).await;
    for (body, expected, field) in [
        (json!({"slug": "a"}), (400, "MISSING_REQUIRED_FIELD"), "name"),
        (json!({"name": "", "slug": "a"}), (400, "VALIDATION_ERROR"), "name"),
        (json!({"name": "A", "slug": "Not A Slug"}), (400, "VALIDATION_ERROR"), "slug"),
        (json!({"name": "A", "slug": "-a"}), (400, "VALIDATION_ERROR"), "slug"),
        (json!({"name": "A", "slug": "a", "metadata": [1]}), (400, "VALIDATION_ERROR"), "metadata"),
        (json!({"name": "A", "slug": "acme"}), (409, "DUPLICATE_RECORD"), "acme"),
    ] {
        let answer = post(&ada, "create", body.clone()).await;
        assert_eq!(refused(&answer), expected, "{body}");
        assert!(answer.message().contains(field), "{body}: {}", answer.message());
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_organization").await, 1);
}

#[tokio::test]
async fn admins_change_an_organization_and_members_do_not() {
    let app = App::new().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let session_without_one = ada.another_session().await;
    let acme = app.organization("acme", &[(&ada, "admin"), (&bob, "member")]).await;
    app.organization("other", &[(&bob, "owner")]).await;
    let body = |data: Value| json!({"organizationId": acme, "data": data});
    let renamed = post(&ada, "update", body(json!({"name": "ACME Inc."}))).await;
    assert_eq!(
        (&renamed.json()["name"], &renamed.json()["slug"]),
        (&json!("ACME Inc."), &json!("acme"))
    );
    let taken = post(&ada, "update", body(json!({"slug": "other"}))).await;
    assert_eq!(refused(&taken), (409, "DUPLICATE_RECORD"));
    let denied = post(&bob, "update", body(json!({"name": "Bob's"}))).await;
    assert_eq!(refused(&denied), (403, "PERMISSION_DENIED"));
    let missing = post(&session_without_one, "update", json!({"data": {"name": "x"}})).await;
    assert_eq!(refused(&missing), (400, "MISSING_REQUIRED_FIELD"));
}

#[tokio::test]
async fn another_organization_looks_nonexistent() {
    let app = App::new().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let acme = app.organization("acme", &[(&ada, "owner")]).await;
    let membership = member(&ada, acme).await;
    for (what, body) in [
        ("update", json!({"organizationId": acme, "data": {"name": "Evil"}})),
        ("delete", json!({"organizationId": acme})),
        ("set-active", json!({"organizationId": acme})),
        ("set-active", json!({"organizationSlug": "acme"})),
        ("set-active", json!({"organizationSlug": "unknown"})),
        ("leave", json!({"organizationId": acme})),
        ("invite-member", json!({"organizationId": acme, "email": "eve@x.org", "role": "owner"})),
        ("remove-member", json!({"organizationId": acme, "memberIdOrEmail": membership})),
        (
            "update-member-role",
            json!({"organizationId": acme, "memberId": membership, "role": "member"}),
        ),
    ] {
        let answer = post(&eve, what, body.clone()).await;
        assert_eq!(refused(&answer), (404, "RESOURCE_NOT_FOUND"), "{what} {body}");
    }
    for what in ["get-full-organization", "list-members", "list-invitations", "get-active-member"] {
        let answer = get(&eve, &format!("{what}?organizationId={acme}")).await;
        assert_eq!(refused(&answer), (404, "RESOURCE_NOT_FOUND"), "{what}");
    }
    let by_path = eve.delete(&format!("/api/v1/cloud/organizations/{acme}")).await;
    assert_eq!(refused(&by_path), (404, "RESOURCE_NOT_FOUND"));
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_member").await, 1);
}

#[tokio::test]
async fn roles_that_can_grant_roles() {
    let app = App::new().await;
    let people = [
        (app.user("olga").await, "owner"),
        (app.user("adam").await, "admin"),
        (app.user("dora").await, "delegated_admin"),
        (app.user("mike").await, "member"),
    ];
    let members: Vec<_> = people.iter().map(|(user, role)| (user, *role)).collect();
    let acme = app.organization("acme", &members).await;
    for ((user, role), may) in people.iter().zip([
        &["owner", "admin", "delegated_admin", "member"][..],
        &["admin", "delegated_admin", "member"],
        &["member"],
        &[],
    ]) {
        for offered in ["owner", "admin", "delegated_admin", "member"] {
            let email = format!("{role}-{offered}@example.org");
            let body = json!({"organizationId": acme, "email": email, "role": offered});
            let answer = post(user, "invite-member", body).await;
            let expected = if may.contains(&offered) { 200 } else { 403 };
            assert_eq!(answer.status, expected, "{role} invites {offered}: {}", answer.text());
        }
    }
    let [(olga, _), (adam, _), (dora, _), (mike, _)] = &people;
    let set = async |by: &Client, whom: &Client, role: &str| {
        let id = member(whom, acme).await;
        let body = json!({"organizationId": acme, "memberId": id, "role": role});
        post(by, "update-member-role", body).await.status
    };
    assert_eq!(set(adam, mike, "owner").await, 403, "only owners make owners");
    assert_eq!(set(adam, olga, "member").await, 403, "only owners unmake owners");
    assert_eq!(set(dora, mike, "admin").await, 403, "delegated admins give no roles");
    assert_eq!(set(mike, mike, "admin").await, 403);
    assert_eq!(set(olga, mike, "king").await, 400);
    assert_eq!(set(adam, mike, "delegated_admin").await, 200);
    let remove = async |by: &Client, whom: &Client| {
        let body = json!({"organizationId": acme, "memberIdOrEmail": whom.email});
        post(by, "remove-member", body).await.status
    };
    assert_eq!(remove(dora, mike).await, 403, "he is no plain member any more");
    assert_eq!(remove(adam, olga).await, 403);
    assert_eq!(remove(adam, mike).await, 200);
    assert_eq!(remove(adam, mike).await, 404);
}

#[tokio::test]
async fn an_organization_keeps_an_owner() {
    let app = App::new().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let acme = app.organization("acme", &[(&ada, "owner"), (&bob, "admin")]).await;
    let id = member(&ada, acme).await;
    let demote = json!({"organizationId": acme, "memberId": id, "role": "member"});
    for (what, body) in [
        ("leave", json!({"organizationId": acme})),
        ("remove-member", json!({"organizationId": acme, "memberIdOrEmail": ada.email})),
        ("update-member-role", demote.clone()),
    ] {
        let answer = post(&ada, what, body).await;
        assert_eq!(refused(&answer), (409, "RESOURCE_CONFLICT"), "{what}");
    }
    let promote =
        json!({"organizationId": acme, "memberId": member(&bob, acme).await, "role": "owner"});
    assert_eq!(post(&ada, "update-member-role", promote).await.status, 200);
    assert_eq!(post(&ada, "update-member-role", demote).await.status, 200);
    assert_eq!(post(&ada, "leave", json!({"organizationId": acme})).await.status, 200);
}

#[tokio::test]
async fn of_owners_who_leave_concurrently_one_must_stay() {
    let app = App::new().await;
    let mut owners = Vec::new();
    for name in ["ada", "bob", "cyd", "dan"] {
        owners.push(app.user(name).await);
    }
    let members: Vec<_> = owners.iter().map(|user| (user, "owner")).collect();
    let acme = app.organization("acme", &members).await;
    let leaving: Vec<_> = owners
        .into_iter()
        .map(|user| {
            tokio::spawn(async move {
                post(&user, "leave", json!({"organizationId": acme})).await.status
            })
        })
        .collect();
    let mut statuses = Vec::new();
    for leave in leaving {
        statuses.push(leave.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 409]);
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_member WHERE role = 'owner'").await, 1);
}

#[tokio::test]
async fn an_invited_user_can_sign_up_and_joins_by_accepting() {
    let app = App::new().await;
    let ada = app.user("ada").await;
    let acme = app.organization("acme", &[(&ada, "owner")]).await;
    let body = json!({"email": "Bob@Example.com", "role": "admin", "organizationId": acme});
    let invited = post(&ada, "invite-member", body.clone()).await.json();
    assert_eq!(
        (&invited["status"], &invited["email"]),
        (&json!("pending"), &json!("bob@example.com"))
    );
    let twice = post(&ada, "invite-member", body).await;
    assert_eq!(refused(&twice), (409, "DUPLICATE_RECORD"));

    let sign_up = |name: &str| json!({"email": format!("{name}@example.com"), "password": "a long password", "name": name});
    let url = "/api/v1/auth/sign-up/email";
    let token = invited["token"].as_str().unwrap();
    assert_eq!(invited["url"], format!("http://localhost/invitation?token={token}"));
    // Without the link nobody learns whether the address is invited.
    let (eve, bob) = (sign_up("eve"), sign_up("bob"));
    let closed = app.anonymous().post(url, eve).await;
    assert_eq!(refused(&closed), (403, "SELF_REGISTRATION_CLOSED"));
    let without = app.anonymous().post(url, bob).await;
    assert_eq!((without.status, without.text()), (closed.status, closed.text()));
    let with = |name: &str, token: &str| {
        let mut body = sign_up(name);
        body["invitationToken"] = token.into();
        body
    };
    for body in [with("eve", token), with("bob", "osi_guessed"), with("bob", "")] {
        let wrong = app.anonymous().post(url, body).await;
        assert_eq!(refused(&wrong), (400, "VALIDATION_ERROR"));
    }
    let signed_up = app.anonymous().post(url, with("bob", token)).await.json();
    let bob = app.bearer(signed_up["token"].as_str().unwrap());
    let eve = app.user("eve").await;

    let answer = json!({"invitationId": invited["id"], "token": token});
    for what in ["accept-invitation", "reject-invitation", "cancel-invitation"] {
        let foreign = post(&eve, what, answer.clone()).await;
        assert_eq!(refused(&foreign), (404, "RESOURCE_NOT_FOUND"), "{what}");
    }
    let accepted = post(&bob, "accept-invitation", answer.clone()).await.json();
    assert_eq!(
        (&accepted["member"]["role"], &accepted["invitation"]["status"]),
        (&json!("admin"), &json!("accepted"))
    );
    let session = bob.get("/api/v1/auth/get-session").await.json();
    assert_eq!(session["session"]["activeOrganizationId"], acme.to_string());
    for what in ["accept-invitation", "reject-invitation"] {
        let again = post(&bob, what, answer.clone()).await;
        assert_eq!(refused(&again), (409, "INVALID_STATE"), "{what}");
    }
    let late = post(&ada, "cancel-invitation", answer).await;
    assert_eq!(refused(&late), (409, "INVALID_STATE"));
    let member = json!({"email": "bob@example.com", "role": "member", "organizationId": acme});
    assert_eq!(refused(&post(&ada, "invite-member", member).await), (409, "DUPLICATE_RECORD"));
}

#[tokio::test]
async fn knowing_an_invited_address_is_not_enough() {
    let app = App::with(|config| config.open_registration = true).await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let acme = app.organization("acme", &[(&ada, "owner")]).await;
    let invite = async |email: &str| {
        let body = json!({"email": email, "role": "owner", "organizationId": acme});
        post(&ada, "invite-member", body).await.json()
    };
    // An account that registers the address after the invitation needs its link.
    let invited = invite("mia@example.com").await;
    let body = json!({"email": "mia@example.com", "password": "a long password"});
    let taken = app.anonymous().post("/api/v1/auth/sign-up/email", body).await.json();
    let mia = app.bearer(taken["token"].as_str().unwrap());
    assert_eq!(get(&mia, "list-user-invitations").await.json(), json!([]));
    let (id, token) = (&invited["id"], &invited["token"]);
    for what in ["accept-invitation", "reject-invitation"] {
        for answer in [
            json!({"invitationId": id}),
            json!({"invitationId": id, "token": ""}),
            json!({"invitationId": id, "token": "osi_guessed"}),
        ] {
            assert_eq!(refused(&post(&mia, what, answer).await), (404, "RESOURCE_NOT_FOUND"));
        }
    }
    let answer = json!({"invitationId": id, "token": token});
    assert_eq!(refused(&post(&bob, "accept-invitation", answer.clone()).await).0, 404);
    assert_eq!(post(&mia, "accept-invitation", answer).await.status, 200);
    // An account from before the invitation accepts as clients from npm do.
    let invited = invite("bob@example.com").await;
    let mine = get(&bob, "list-user-invitations").await.json();
    assert_eq!((&mine[0]["id"], &mine[0]["organizationName"]), (&invited["id"], &json!("acme")));
    assert!(mine[0].get("token").is_none());
    let answer = json!({"invitationId": invited["id"]});
    assert_eq!(post(&bob, "accept-invitation", answer).await.status, 200);
    // The secret is stored as its hash.
    let kept = "SELECT COUNT(*) FROM sys_invitation WHERE secret_hash LIKE 'osi_%'";
    assert_eq!(app.count(kept).await, 0);
}

#[tokio::test]
async fn an_invitation_is_answered_once_even_in_parallel() {
    let app = App::new().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let acme = app.organization("acme", &[(&ada, "owner")]).await;
    let body = json!({"email": bob.email, "role": "member", "organizationId": acme});
    let id = post(&ada, "invite-member", body).await.json()["id"].clone();
    let answers: Vec<_> = (0..8)
        .map(|n| {
            let (bob, body) = (bob.clone(), json!({"invitationId": id}));
            let what = if n % 2 == 0 { "accept-invitation" } else { "reject-invitation" };
            tokio::spawn(async move { post(&bob, what, body).await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for answer in answers {
        statuses.push(answer.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409, 409, 409]);
}

#[tokio::test]
async fn an_invitation_ends_with_its_time_and_with_the_power_of_its_inviter() {
    let app = App::new().await;
    let (ada, bob, cyd) = (app.user("ada").await, app.user("bob").await, app.user("cyd").await);
    let acme = app.organization("acme", &[(&ada, "owner"), (&bob, "admin")]).await;
    let invite = async |by: &Client, whom: &Client| {
        let body = json!({"email": whom.email, "role": "member", "organizationId": acme});
        json!({"invitationId": post(by, "invite-member", body).await.json()["id"]})
    };
    let by_bob = invite(&bob, &cyd).await;
    post(&ada, "remove-member", json!({"memberIdOrEmail": bob.email, "organizationId": acme}))
        .await;
    let gone = post(&cyd, "accept-invitation", by_bob).await;
    assert_eq!(refused(&gone), (409, "INVALID_STATE"));

    let by_ada = invite(&ada, &cyd).await;
    app.advance(Duration::from_secs(48 * 3600));
    let late = post(&cyd, "accept-invitation", by_ada).await;
    assert_eq!(refused(&late), (409, "INVALID_STATE"));
    assert!(late.message().contains("expired"));
    let swept = app.at_its_time(os_control::sweep(&app.server.db)).await.unwrap();
    assert_eq!(swept.invitations, 1);

    let renewed = invite(&ada, &cyd).await;
    assert_eq!(post(&ada, "cancel-invitation", renewed.clone()).await.status, 200);
    assert_eq!(refused(&post(&cyd, "accept-invitation", renewed).await), (409, "INVALID_STATE"));
    let listed = get(&ada, &format!("list-invitations?organizationId={acme}")).await.json();
    let statuses: Vec<_> = listed.as_array().unwrap().iter().map(|it| &it["status"]).collect();
    assert_eq!(statuses, ["canceled", "expired", "canceled", "accepted"], "newest first");
}

#[tokio::test]
async fn a_removed_member_loses_access_at_once() {
    let app = App::new().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let acme = app.organization("acme", &[(&ada, "owner"), (&bob, "member")]).await;
    let chosen = post(&bob, "set-active", json!({"organizationId": acme})).await;
    assert_eq!(chosen.json()["slug"], "acme");
    post(&ada, "remove-member", json!({"memberIdOrEmail": bob.email, "organizationId": acme}))
        .await;
    let session = bob.get("/api/v1/auth/get-session").await.json();
    assert_eq!(session["session"]["activeOrganizationId"], Value::Null);
    assert_eq!(get(&bob, &format!("list-members?organizationId={acme}")).await.status, 404);
}

#[tokio::test]
async fn deleting_an_organization_deletes_its_environments_but_no_packages() {
    let app = App::new().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let acme = app.organization("acme", &[(&ada, "owner"), (&bob, "admin")]).await;
    ada.create_environment(acme, "development").await;
    ada.create_environment(acme, "production").await;
    let url = format!("/api/v1/cloud/organizations/{acme}");
    assert_eq!(refused(&bob.delete(&url).await), (403, "PERMISSION_DENIED"));
    let unknown = ada.delete("/api/v1/cloud/organizations/unknown").await;
    assert_eq!(refused(&unknown), (404, "RESOURCE_NOT_FOUND"));
    let deleted = ada.delete(&url).await.data();
    let expected =
        json!({"deleted": true, "organizationId": acme, "deletedEnvironments": 2, "warnings": []});
    assert_eq!(deleted, expected);
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_environment").await, 0);
    assert_eq!(
        app.count("SELECT COUNT(*) FROM sys_event WHERE kind = 'environment_deleted'").await,
        2
    );

    let owner = app.organization("publisher", &[(&ada, "owner")]).await;
    ada.create_package(owner, "com.acme.crm").await;
    ada.create_environment(owner, "development").await;
    let kept = post(&ada, "delete", json!({"organizationId": owner})).await;
    assert_eq!(refused(&kept), (409, "RESOURCE_CONFLICT"));
    assert!(kept.message().contains("com.acme.crm"), "{}", kept.message());
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_environment").await, 1);
}

#[tokio::test]
async fn an_organization_with_a_system_environment_is_not_deleted() {
    let app = App::new().await;
    let ada = app.user("ada").await;
    let acme = app.organization("acme", &[(&ada, "owner")]).await;
    ada.create_environment(acme, "development").await;
    let body = json!({"organization_id": acme, "display_name": "System", "is_system": true});
    let system = app.service().post("/api/v1/cloud/environments", body).await;
    assert_eq!(system.data()["environment"]["is_system"], true);

    let by_path = ada.delete(&format!("/api/v1/cloud/organizations/{acme}")).await;
    assert_eq!(refused(&by_path), (409, "ENVIRONMENT_PROTECTED"));
    assert!(by_path.message().contains("system environment"), "{}", by_path.message());
    let by_body = post(&ada, "delete", json!({"organizationId": acme})).await;
    assert_eq!(refused(&by_body), (409, "ENVIRONMENT_PROTECTED"));
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_organization WHERE slug = 'acme'").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_environment").await, 2);
    let deleted = "SELECT COUNT(*) FROM sys_event WHERE kind = 'environment_deleted'";
    assert_eq!(app.count(deleted).await, 0);

    app.execute("UPDATE sys_environment SET is_system = FALSE").await;
    let gone = ada.delete(&format!("/api/v1/cloud/organizations/{acme}")).await.data();
    assert_eq!(gone["deletedEnvironments"], 2);
}

#[tokio::test]
async fn consoles_read_the_rows_of_my_organizations_only() {
    let app = App::new().await;
    let (ada, bob, eve) = (app.user("ada").await, app.user("bob").await, app.user("eve").await);
    let acme = app.organization("acme", &[(&ada, "owner"), (&bob, "member")]).await;
    app.organization("evil", &[(&eve, "owner")]).await;
    let read = async |user: &Client, what: &str| user.get(&format!("/api/v1/data/{what}")).await;

    let members = read(&bob, "sys_member?limit=200").await.json();
    assert_eq!((&members["object"], &members["total"]), (&json!("sys_member"), &json!(2)));
    assert_eq!(members["records"][0]["organization_id"], acme.to_string());
    assert_eq!(members["records"][0]["role"], "owner");
    let page = read(&bob, "sys_member?limit=1").await.json();
    assert_eq!((page["records"].as_array().unwrap().len(), &page["hasMore"]), (1, &json!(true)));
    let rest = read(&bob, "sys_member?limit=1&offset=1").await.json();
    assert_eq!(rest["hasMore"], false);
    assert_ne!(rest["records"], page["records"]);
    assert_eq!(read(&eve, "sys_organization").await.json()["records"][0]["slug"], "evil");
    let people = read(&ada, "sys_user").await;
    assert_eq!(people.json()["total"], 2);
    assert!(!people.text().contains("eve@"));
    assert_eq!(read(&app.service(), "sys_user").await.json()["total"], 3);
    for (what, expected) in [
        ("sys_member?limit=0", (400, "VALIDATION_ERROR")),
        ("sys_member?limit=501", (400, "VALIDATION_ERROR")),
        ("sys_member?offset=-1", (400, "VALIDATION_ERROR")),
        ("crm_account", (404, "OBJECT_NOT_FOUND")),
    ] {
        let answer = read(&ada, what).await;
        assert_eq!(refused(&answer), expected, "{what}");
        assert!(answer.json()["error"].is_string(), "{what}");
    }
}
