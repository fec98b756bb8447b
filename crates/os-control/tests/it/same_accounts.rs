//! What accounts have in common with those of the other server.

use os_test::accounts;
use os_test::control::App;

/// A server whose registration is open.
async fn open() -> App {
    App::with(|config| config.open_registration = true).await
}

/// A server that limits guessing, behind a proxy.
async fn limited() -> App {
    App::with(|config| (config.throttle, config.behind_proxy) = (true, true)).await
}

#[tokio::test]
async fn passwords_have_limits() {
    accounts::passwords_have_limits(&open().await).await;
}

#[tokio::test]
async fn email_addresses_have_a_form() {
    accounts::email_addresses_have_a_form(&open().await).await;
}

#[tokio::test]
async fn cookies_have_attributes() {
    let secure = App::with(|config| config.secure_cookies = true).await;
    accounts::cookies_have_attributes(&open().await, &secure).await;
}

#[tokio::test]
async fn banned_accounts_end() {
    accounts::banned_accounts_end(&open().await).await;
}

#[tokio::test]
async fn guesses_are_limited_for_each_account() {
    accounts::guesses_are_limited_for_each_account(&limited().await).await;
}

#[tokio::test]
async fn guesses_are_limited_for_each_address() {
    accounts::guesses_are_limited_for_each_address(&limited().await).await;
}

#[tokio::test]
async fn addresses_have_no_nul() {
    accounts::addresses_have_no_nul(&open().await).await;
}

#[tokio::test]
async fn a_full_disk_is_not_our_fault() {
    accounts::a_full_disk_is_not_our_fault(&open().await).await;
}
