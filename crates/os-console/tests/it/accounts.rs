//! One's own password, and the accounts of a server as its administrators manage them.

use crate::browser::Browser;
use crate::world::{control_plane, runtime};
use axum::http::Method;
use os_test::control::{App, Client};
use os_test::{PASSWORD, Response};

const NEW_PASSWORD: &str = "another password";

/// Signs in over the form; returns the status.
async fn sign_in(app: &App, email: &str, password: &str) -> (Browser, u16) {
    let mut browser = Browser::new(app);
    let entered = browser.submit("/sign-in", &[("email", email), ("password", password)]).await;
    (browser, entered.status)
}

/// Finds the link to a new password in the page that shows it once.
fn link(page: &Response) -> String {
    assert_eq!(page.status, 201, "{}", page.text());
    let text = page.text();
    let start = text.find("/reset-password?token=osr_").expect("the page shows the link");
    let end = text[start..].find(['"', '<']).unwrap();
    text[start..start + end].to_owned()
}

fn user_path(user: &Client) -> String {
    format!("/users/{}", user.id)
}

#[tokio::test]
async fn a_person_changes_their_password() {
    let app = control_plane().await;
    app.user("ada").await;
    let (mut here, _) = sign_in(&app, "ada@example.com", PASSWORD).await;
    let (mut there, _) = sign_in(&app, "ada@example.com", PASSWORD).await;
    let page = here.get("/environments").await;
    assert!(page.text().contains("<a href=\"/account\""), "{}", page.text());
    assert_eq!(here.get("/account").await.status, 200);

    let change = |current, new| [("current", current), ("new", new)];
    let wrong = here.submit("/account/password", &change("wrong password", NEW_PASSWORD)).await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.text().contains("The current password is wrong."), "{}", wrong.text());
    let short = here.submit("/account/password", &change(PASSWORD, "short")).await;
    assert_eq!(short.status, 400);
    assert!(short.text().contains("8 to 256 characters"), "{}", short.text());
    assert_eq!(there.get("/account").await.status, 200, "nothing changed");

    let done = here.submitted("/account/password", &change(PASSWORD, NEW_PASSWORD)).await;
    assert!(done.text().contains("Your password is changed."), "{}", done.text());
    assert!(there.get("/account").await.location().starts_with("/sign-in"));
    assert_eq!(sign_in(&app, "ada@example.com", PASSWORD).await.1, 401);
    assert_eq!(sign_in(&app, "ada@example.com", NEW_PASSWORD).await.1, 303);
}

#[tokio::test]
async fn an_administrator_makes_a_link_and_the_person_chooses() {
    let app = control_plane().await;
    let (root, mia) = (app.admin("root").await, app.user("mia").await);
    app.organization("acme", &[(&root, "owner"), (&mia, "member")]).await;
    let mut operator = Browser::of(&app, &root);
    let list = operator.get("/users?q=MIA%40").await;
    assert!(list.text().contains("mia@example.com"), "{}", list.text());
    assert!(!list.text().contains("root@example.com</span>"), "{}", list.text());
    let shown = operator.get(&user_path(&mia)).await;
    assert!(shown.text().contains("acme"), "{}", shown.text());

    let create = format!("{}/reset-password", user_path(&mia));
    let link = link(&operator.submit(&create, &[]).await);
    assert!(!operator.get(&user_path(&mia)).await.text().contains("osr_"), "it is shown once");
    let mut person = Browser::new(&app);
    let form = person.get(&link).await;
    assert_eq!(form.status, 200);
    assert!(form.text().contains("For mia@example.com."), "{}", form.text());
    assert_eq!(person.submit(&link, &[("password", "short")]).await.status, 400);
    let entered = person.submitted(&link, &[("password", NEW_PASSWORD)]).await;
    assert!(entered.text().contains("Your password is changed"), "{}", entered.text());
    assert_eq!(mia.get("/account").await.status, 303, "her sessions ended");
    assert_eq!(sign_in(&app, "mia@example.com", NEW_PASSWORD).await.1, 303);
    assert_eq!(person.get(&link).await.status, 400, "it works once");
    assert_eq!(person.submit(&link, &[("password", PASSWORD)]).await.status, 400);
}

#[tokio::test]
async fn administrators_of_organizations_manage_no_accounts() {
    let app = control_plane().await;
    let (owner, mia) = (app.user("ada").await, app.user("mia").await);
    app.organization("acme", &[(&owner, "owner"), (&mia, "member")]).await;
    let mut browser = Browser::of(&app, &owner);
    let page = browser.get("/environments").await;
    assert!(!page.text().contains("\"/users\""), "{}", page.text());
    for path in ["/users".to_owned(), user_path(&mia), format!("{}/ban", user_path(&mia))] {
        assert_eq!(browser.get(&path).await.status, 403, "{path}");
    }
    for act in ["reset-password", "ban", "end-sessions", "make-admin"] {
        let answer = browser.submit(&format!("{}/{act}", user_path(&mia)), &[]).await;
        assert_eq!(answer.status, 403, "{act}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_password_reset").await, 0);
}

#[tokio::test]
async fn a_locked_account_is_out_until_it_is_unlocked() {
    let app = control_plane().await;
    let (root, mia) = (app.admin("root").await, app.user("mia").await);
    app.organization("acme", &[(&mia, "owner")]).await;
    let key = mia.create_api_key(&["read"]).await;
    let mut operator = Browser::of(&app, &root);
    let act = |user: &Client, act: &str| format!("{}/{act}", user_path(user));
    let question = operator.get(&act(&mia, "ban")).await;
    assert!(question.text().contains("Lock mia@example.com?"), "{}", question.text());
    let locked = operator.submitted(&act(&mia, "ban"), &[]).await;
    assert!(locked.text().contains("mia@example.com is locked."), "{}", locked.text());
    let url = "/api/v1/cloud/environments";
    assert_eq!((mia.get(url).await.status, key.get(url).await.status), (401, 401));
    assert_eq!(sign_in(&app, "mia@example.com", PASSWORD).await.1, 403);
    operator.submitted(&act(&mia, "unban"), &[]).await;
    assert_eq!(key.get(url).await.status, 200);
    assert_eq!(sign_in(&app, "mia@example.com", PASSWORD).await.1, 303);

    // The last administrator stays one.
    for last in ["ban", "remove-admin"] {
        let refused = operator.submit(&act(&root, last), &[]).await;
        assert_eq!(refused.status, 409, "{last}: {}", refused.text());
    }
    operator.submitted(&act(&mia, "make-admin"), &[]).await;
    operator.submitted(&act(&root, "remove-admin"), &[]).await;
    assert_eq!(operator.get("/users").await.status, 403);
}

#[tokio::test]
async fn the_owner_of_a_runtime_does_the_same() {
    let app = runtime().await;
    let owner = app.owner().await;
    let form =
        [("origin", "http://localhost"), ("content-type", "application/x-www-form-urlencoded")];
    let users = owner.get("/users").await;
    let start = users.text().find("/users/").unwrap() + "/users/".len();
    let id = &users.text()[start..start + 36];
    let url = format!("/users/{id}/reset-password");
    let link = link(&owner.send(Method::POST, &url, &form, Vec::new()).await);
    let body = format!("password={}", NEW_PASSWORD.replace(' ', "+"));
    let chosen = app.anonymous().send(Method::POST, &link, &form, body.clone().into()).await;
    assert_eq!((chosen.status, chosen.location()), (303, "/sign-in"), "{}", chosen.text());
    assert_eq!(owner.get("/users").await.status, 303, "the session ended");

    let body = format!("email=owner%40example.com&{body}");
    let entered = app.anonymous().send(Method::POST, "/sign-in", &form, body.into()).await;
    assert_eq!(entered.status, 303, "{}", entered.text());
    let cookie = entered.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap();
    let headers = [form[0], form[1], ("cookie", cookie)];
    let body =
        format!("current={}&new={}", NEW_PASSWORD.replace(' ', "+"), PASSWORD.replace(' ', "+"));
    let client = app.anonymous();
    let changed = client.send(Method::POST, "/account/password", &headers, body.into()).await;
    assert_eq!((changed.status, changed.location()), (303, "/account"), "{}", changed.text());
}
