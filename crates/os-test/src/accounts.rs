//! The rules of accounts in every server, checked through its HTTP API.
//!
//! Each function takes a fresh server whose registration is open. `account_tests!`
//! declares a test for each of them.

use crate::{App, Client, PASSWORD, Response};
use axum::http::Method;
use os_identity::HasIdentity;
use os_identity::administration::{self, Actor};
use serde_json::json;
use std::time::Duration;

const SIGN_IN: &str = "/api/v1/auth/sign-in/email";
const SIGN_UP: &str = "/api/v1/auth/sign-up/email";
const RESET: &str = "/api/v1/auth/reset-password";
const NEW_PASSWORD: &str = "another password";
const GET_SESSION: &str = "/api/v1/auth/get-session";

async fn sign_up<S>(client: &Client<S>, email: &str, password: &str) -> Response {
    client.post(SIGN_UP, json!({ "email": email, "password": password })).await
}

async fn sign_in<S>(client: &Client<S>, email: &str, password: &str) -> Response {
    client.post(SIGN_IN, json!({ "email": email, "password": password })).await
}

async fn is_signed_in<S>(client: &Client<S>) -> bool {
    client.get(GET_SESSION).await.json()["user"]["email"].is_string()
}

/// Declares the tests of this module for one kind of server: `control::App` or
/// `runtime::App`.
#[macro_export]
macro_rules! account_tests {
    ($app:ty) => {
        $crate::account_tests! { @each $app, (|config| config.open_registration = true) =>
            passwords_have_limits, email_addresses_have_a_form, banned_accounts_end,
            addresses_have_no_nul, a_full_disk_is_not_our_fault, a_link_resets_a_password_once,
            nobody_learns_addresses_from_a_reset, a_changed_password_ends_other_sessions,
        }
        $crate::account_tests! { @each $app, (|config| {
            (config.throttle, config.behind_proxy) = (true, true)
        }) => guesses_are_limited_for_each_account, guesses_are_limited_for_each_address,
            guesses_of_links_are_limited, }

        #[tokio::test]
        async fn cookies_have_attributes() {
            let plain = <$app>::with(|config| config.open_registration = true).await;
            let secure = <$app>::with(|config| config.secure_cookies = true).await;
            $crate::accounts::cookies_have_attributes(&plain, &secure).await;
        }
    };
    (@each $app:ty, $config:tt => $($test:ident),* ,) => {$(
        #[tokio::test]
        async fn $test() {
            $crate::accounts::$test(&<$app>::with($config).await).await;
        }
    )*};
}

/// A password has 8 to 256 characters.
pub async fn passwords_have_limits<S>(app: &App<S>) {
    let client = app.anonymous();
    for (number, length, status) in [(1, 7, 400), (2, 257, 400), (3, 8, 200), (4, 256, 200)] {
        let (email, password) = (format!("ada{number}@example.com"), "é".repeat(length));
        let response = sign_up(&client, &email, &password).await;
        assert_eq!(response.status, status, "{length}: {}", response.text());
        if status == 200 {
            assert_eq!(sign_in(&client, &email, &password).await.status, 200, "{length}");
        } else {
            assert!(response.message().contains("8 to 256"), "{}", response.message());
        }
    }
}

/// An email address is plausible, and compared in lower case.
pub async fn email_addresses_have_a_form<S>(app: &App<S>) {
    let client = app.anonymous();
    let long = format!("{}@example.com", "a".repeat(243));
    for wrong in ["", "ada", "@example.com", "ada@", "a b@c.d", "a@b@c", "a@b\u{7}", &long] {
        let response = sign_up(&client, wrong, PASSWORD).await;
        assert_eq!(response.refusal(), (400, "VALIDATION_ERROR".to_owned()), "{wrong:?}");
        assert!(response.message().contains("`email`"), "{}", response.message());
    }
    let longest = long.strip_prefix('a').unwrap();
    for right in [" Ada@Example.COM ", "a@b", longest] {
        assert_eq!(sign_up(&client, right, PASSWORD).await.status, 200, "{right}");
    }
    assert_eq!(sign_in(&client, "ADA@example.com", PASSWORD).await.status, 200);
    let again = sign_up(&client, "ada@example.com", PASSWORD).await;
    assert_eq!(again.refusal(), (422, "USER_ALREADY_EXISTS".to_owned()));
}

/// A cookie has the same attributes in every server: for a week or for as long as the
/// browser is open, across sites only with TLS.
pub async fn cookies_have_attributes<S>(plain: &App<S>, secure: &App<S>) {
    for (app, site) in [(plain, "Lax"), (secure, "None; Secure")] {
        let client = app.anonymous();
        let attributes = |response: &Response| {
            let cookie = response.headers["set-cookie"].to_str().unwrap().to_owned();
            cookie.split_once("; ").unwrap().1.to_owned()
        };
        let expected = format!("Path=/; HttpOnly; SameSite={site}");
        let signed_up = sign_up(&client, "ada@example.com", PASSWORD).await;
        assert_eq!(attributes(&signed_up), format!("{expected}; Max-Age=604800"));
        let body = json!({ "email": "ada@example.com", "password": PASSWORD, "rememberMe": false });
        assert_eq!(attributes(&client.post(SIGN_IN, body).await), expected);
        let out = client.post("/api/v1/auth/sign-out", json!({})).await;
        assert_eq!(attributes(&out), format!("{expected}; Max-Age=0"));
    }
}

/// A banned account can neither sign in nor go on.
pub async fn banned_accounts_end<S>(app: &App<S>) {
    let signed_up = sign_up(&app.anonymous(), "ada@example.com", PASSWORD).await;
    let ada = app.bearer(signed_up.json()["token"].as_str().unwrap());
    app.ban_all_accounts().await;
    assert!(!is_signed_in(&ada).await);
    let response = sign_in(&app.anonymous(), "ada@example.com", PASSWORD).await;
    assert_eq!(response.refusal(), (403, "PERMISSION_DENIED".to_owned()));
    assert!(response.message().contains("locked"), "{}", response.message());
    let wrong = sign_in(&app.anonymous(), "ada@example.com", "wrong password").await;
    assert_eq!(wrong.status, 401, "who does not know the password is not told");
    app.unban_all_accounts().await;
    assert!(is_signed_in(&ada).await);
}

/// Attempts are limited for each account, whatever address they come from. The server
/// limits guessing and trusts a proxy.
pub async fn guesses_are_limited_for_each_account<S>(app: &App<S>) {
    let guess = async |address: usize, email: &str| {
        let forwarded = format!("192.0.2.{address}");
        let headers = [("content-type", "application/json"), ("x-forwarded-for", &*forwarded)];
        let body = json!({ "email": email, "password": "a wrong guess" }).to_string();
        app.anonymous().send(Method::POST, SIGN_IN, &headers, body.into_bytes()).await
    };
    for address in 1..=5 {
        assert_eq!(guess(address, "ada@example.com").await.status, 401);
    }
    let response = guess(6, " Ada@example.com").await;
    assert_eq!(response.refusal(), (429, "RATE_LIMIT_EXCEEDED".to_owned()));
    let seconds: u64 = response.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=10).contains(&seconds), "{seconds}");
    assert_eq!(response.headers["x-retry-after"], response.headers["retry-after"]);
    assert!(response.message().contains("try again in"), "{}", response.message());
    assert_eq!(guess(7, "bob@example.com").await.status, 401, "others are not held up");
}

/// Attempts are limited for each address, whatever account they are for. The server
/// limits guessing and trusts a proxy.
pub async fn guesses_are_limited_for_each_address<S>(app: &App<S>) {
    let guess = async |address: &str, number: usize| {
        let headers = [("content-type", "application/json"), ("x-forwarded-for", address)];
        let body = json!({ "email": format!("{number}@x.example"), "password": "a wrong guess" });
        let body = body.to_string().into_bytes();
        app.anonymous().send(Method::POST, SIGN_IN, &headers, body).await.status
    };
    let mut statuses = Vec::new();
    for number in 0..40 {
        statuses.push(guess("192.0.2.1", number).await);
    }
    assert!(statuses[..20].iter().all(|status| *status == 401), "{statuses:?}");
    assert!(statuses.contains(&429), "{statuses:?}");
    assert_eq!(guess("192.0.2.2", 1000).await, 401, "another address is not held up");
}

/// A character that no database stores is refused in an address.
pub async fn addresses_have_no_nul<S>(app: &App<S>) {
    for url in ["/api/v1/data/sys_user%00", "/api/v1/auth/get-session?a=%00", "/nowhere%00"] {
        let response = app.anonymous().get(url).await;
        assert_eq!(response.status, 400, "{url}: {}", response.text());
        assert!(response.text().contains("U+0000"), "{url}: {}", response.text());
    }
}

/// A full disk is 507 and changes nothing. SQLite can be told how large its file may
/// become; PostgreSQL cannot.
pub async fn a_full_disk_is_not_our_fault<S>(app: &App<S>) {
    let os_db::Db::Sqlite { writer, .. } = &app.db else { return };
    let client = app.anonymous();
    assert_eq!(sign_up(&client, "ada@example.com", PASSWORD).await.status, 200);
    os_db::sqlx::query("PRAGMA max_page_count = 1").execute(writer).await.unwrap();
    let mut refused = None;
    for number in 0..200 {
        let response = sign_up(&client, &format!("{number}@example.com"), PASSWORD).await;
        if response.status != 200 {
            refused = Some(response);
            break;
        }
    }
    let response = refused.expect("the disk is full at last");
    assert_eq!(response.refusal(), (507, "STORAGE_FULL".to_owned()), "{}", response.text());
    assert!(response.message().contains("free some space"), "{}", response.message());
    os_db::sqlx::query("PRAGMA max_page_count = 1000000").execute(writer).await.unwrap();
    assert_eq!(sign_up(&client, "bob@example.com", PASSWORD).await.status, 200);
}

async fn link<S: HasIdentity>(app: &App<S>, email: &str) -> String {
    let actor = Actor::system("test");
    let made = administration::create_reset_link(app.server.identity(), &actor, email);
    app.at_its_time(made).await.unwrap().1.secret
}

async fn reset<S>(app: &App<S>, token: &str, password: &str) -> Response {
    app.anonymous().post(RESET, json!({ "token": token, "newPassword": password })).await
}

/// A link to a new password works once, within its time, and only the latest one does. It ends
/// all sessions.
pub async fn a_link_resets_a_password_once<S: HasIdentity>(app: &App<S>) {
    let email = "ada@example.com";
    let signed_up = sign_up(&app.anonymous(), email, PASSWORD).await;
    let ada = app.bearer(signed_up.json()["token"].as_str().unwrap());
    assert!(is_signed_in(&ada).await);
    let invalid = (400, "INVALID_TOKEN".to_owned());
    let first = link(app, email).await;
    let second = link(app, email).await;
    for wrong in [first.as_str(), "osr_guessed", ""] {
        assert_eq!(reset(app, wrong, NEW_PASSWORD).await.refusal(), invalid, "{wrong}");
    }
    let short = reset(app, &second, "short").await;
    assert_eq!(short.refusal(), (400, "VALIDATION_ERROR".to_owned()), "the link is not used up");
    assert!(is_signed_in(&ada).await, "nothing changed yet");
    let done = reset(app, &second, NEW_PASSWORD).await;
    assert_eq!((done.status, done.json()), (200, json!({ "status": true })));
    assert!(!is_signed_in(&ada).await, "all sessions end");
    assert_eq!(sign_in(&app.anonymous(), email, PASSWORD).await.status, 401);
    assert_eq!(sign_in(&app.anonymous(), email, NEW_PASSWORD).await.status, 200);
    assert_eq!(reset(app, &second, PASSWORD).await.refusal(), invalid, "it works once");

    let late = link(app, email).await;
    app.advance(Duration::from_secs(24 * 60 * 60 + 1));
    assert_eq!(reset(app, &late, PASSWORD).await.refusal(), invalid, "it expires");
    let stored = app.count("SELECT COUNT(*) FROM sys_password_reset WHERE secret_hash LIKE 'osr%'");
    assert_eq!(stored.await, 0, "secrets are stored as hashes");
    let events = "SELECT COUNT(*) FROM sys_event WHERE kind = 'user_password_reset'";
    assert_eq!(app.count(events).await, 1);
}

/// A server without mail says so, with one answer for all addresses.
pub async fn nobody_learns_addresses_from_a_reset<S>(app: &App<S>) {
    sign_up(&app.anonymous(), "ada@example.com", PASSWORD).await;
    let ask = async |email: &str| {
        let url = "/api/v1/auth/request-password-reset";
        let answer = app.anonymous().post(url, json!({ "email": email })).await;
        (answer.refusal(), answer.message())
    };
    let (known, unknown) = (ask("ada@example.com").await, ask("eve@example.com").await);
    assert_eq!(known, unknown);
    assert_eq!(known.0, (400, "RESET_PASSWORD_DISABLED".to_owned()));
    assert!(known.1.contains("sends no mail"), "{}", known.1);
}

/// A change needs the current password, ends the other sessions, and ends a link.
pub async fn a_changed_password_ends_other_sessions<S: HasIdentity>(app: &App<S>) {
    let email = "ada@example.com";
    let signed_up = sign_up(&app.anonymous(), email, PASSWORD).await;
    let ada = app.bearer(signed_up.json()["token"].as_str().unwrap());
    let other = sign_in(&app.anonymous(), email, PASSWORD).await;
    let other = app.bearer(other.json()["token"].as_str().unwrap());
    assert!(is_signed_in(&other).await);
    let token = link(app, email).await;
    let change = async |current: &str| {
        let body = json!({ "currentPassword": current, "newPassword": NEW_PASSWORD });
        ada.post("/api/v1/auth/change-password", body).await
    };
    assert_eq!(change("wrong password").await.status, 401);
    assert!(is_signed_in(&other).await);
    let changed = change(PASSWORD).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert!(is_signed_in(&ada).await && !is_signed_in(&other).await);
    assert_eq!(reset(app, &token, PASSWORD).await.status, 400, "the link is for the old password");
}

/// Secrets of links are guessed slowly from each address.
pub async fn guesses_of_links_are_limited<S>(app: &App<S>) {
    let guess = async |address: usize| {
        let forwarded = format!("192.0.2.{address}");
        let headers = [("x-forwarded-for", &*forwarded), ("content-type", "application/json")];
        let body = json!({ "token": "osr_guessed", "newPassword": NEW_PASSWORD }).to_string();
        app.anonymous().send(Method::POST, RESET, &headers, body.into()).await.status
    };
    let mut statuses = Vec::new();
    for _ in 0..21 {
        statuses.push(guess(1).await);
    }
    assert_eq!((statuses[0], statuses[20]), (400, 429));
    assert_eq!(guess(2).await, 400, "another address is not held up");
}
