//! The link of an invitation: from the page of who invites to the page of who joins.

use crate::browser::Browser;
use crate::world::control_plane;
use os_test::PASSWORD;
use os_test::control::{App, Client};
use serde_json::json;
use uuid::Uuid;

/// Invites an address, and returns the path of the link.
async fn invited(browser: &mut Browser, email: &str) -> String {
    let fields = [("email", email), ("role", "admin")];
    let page = browser.submit("/organization/invitations", &fields).await;
    assert_eq!(page.status, 201, "{}", page.text());
    let text = page.text();
    let start = text.find("/invitation?token=osi_").expect("the page shows the link");
    let end = text[start..].find(['"', '<']).unwrap();
    text[start..start + end].to_owned()
}

async fn acme() -> (App, Client, Uuid) {
    let app = control_plane().await;
    let ada = app.user("ada").await;
    let acme = app.organization("acme", &[(&ada, "owner")]).await;
    (app, ada, acme)
}

#[tokio::test]
async fn a_new_person_registers_and_joins_by_the_link() {
    let (app, ada, _) = acme().await;
    let mut owner = Browser::of(&app, &ada);
    let link = invited(&mut owner, "mia@example.com").await;
    assert!(!owner.get("/organization").await.text().contains("osi_"), "it is shown once");

    let mut mia = Browser::new(&app);
    let opened = mia.get(&link).await;
    let form = opened.location();
    assert!(form.starts_with("/sign-up?next=%2Finvitation%3Ftoken%3Dosi_"), "{form}");
    assert_eq!(mia.get(form).await.status, 200);
    let account = |email| [("name", "Mia"), ("email", email), ("password", PASSWORD)];
    // Registration is closed: the form alone is not enough, and another address is not invited.
    let closed = mia.submit("/sign-up", &account("mia@example.com")).await;
    assert_eq!(closed.status, 403, "{}", closed.text());
    assert_eq!(mia.submit(form, &account("eve@example.com")).await.status, 400);
    let entered = mia.submit(form, &account("mia@example.com")).await;
    assert_eq!((entered.status, entered.location()), (303, link.as_str()), "{}", entered.text());

    let question = mia.get(&link).await;
    assert!(question.text().contains("Join acme?"), "{}", question.text());
    let members = "SELECT COUNT(*) FROM sys_member";
    assert_eq!(app.count(members).await, 1, "opening the link changes nothing");
    let joined = mia.submitted(&link, &[]).await;
    assert!(joined.text().contains("Welcome to acme."), "{}", joined.text());
    assert_eq!(app.count(members).await, 2);
    assert_eq!(mia.get(&link).await.status, 404, "a link is used once");
}

#[tokio::test]
async fn a_link_is_for_its_address_only() {
    let (app, ada, acme) = acme().await;
    let mut owner = Browser::of(&app, &ada);
    let link = invited(&mut owner, "mia@example.com").await;
    let eve = app.user("eve").await;
    let mut browser = Browser::of(&app, &eve);
    for answer in [browser.get(&link).await, browser.submit(&link, &[]).await] {
        assert_eq!(answer.status, 403, "{}", answer.text());
        assert!(answer.text().contains("mia@example.com"), "{}", answer.text());
    }
    for unknown in ["/invitation", "/invitation?token=osi_guessed"] {
        assert_eq!(browser.get(unknown).await.status, 404);
        assert_eq!(browser.submit(unknown, &[]).await.status, 404);
    }
    // Without its link the invitation is not offered to an account that is younger.
    let mia = app.user("mia").await;
    let page = Browser::of(&app, &mia).get("/organization").await;
    assert!(!page.text().contains("You are invited"), "{}", page.text());
    let url = format!("/api/v1/auth/organization/list-invitations?organizationId={acme}");
    let id = ada.get(&url).await.json()[0]["id"].as_str().unwrap().to_owned();
    let url = format!("/organization/invitations/{id}/accept");
    assert_eq!(Browser::of(&app, &mia).submit(&url, &[]).await.status, 404);
    let body = json!({ "invitationId": id });
    let refused = mia.post("/api/v1/auth/organization/accept-invitation", body).await;
    assert_eq!(refused.refusal(), (404, "RESOURCE_NOT_FOUND".to_owned()));
}
