//! The first start of a server.

use os_control::{FirstRun, FirstRunOutcome, prepare};
use os_test::control::App;
use serde_json::json;

fn wish(password: Option<&str>) -> FirstRun {
    FirstRun { email: "Admin@Example.com".to_owned(), password: password.map(str::to_owned) }
}

async fn can_sign_in(app: &App, password: &str) -> bool {
    let body = json!({"email": "admin@example.com", "password": password});
    app.anonymous().post("/api/v1/auth/sign-in/email", body).await.status == 200
}

#[tokio::test]
async fn an_empty_server_gets_an_owner_whose_password_is_shown_once() {
    let app = App::new().await;
    let outcome = prepare(&app.server, wish(None)).await.unwrap();
    let FirstRunOutcome::Created { email, generated_password: Some(password), .. } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(email, "admin@example.com");
    assert_eq!(password.len(), 23);
    assert!(can_sign_in(&app, &password).await);
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_user WHERE role = 'admin'").await, 1);
    let default = "SELECT COUNT(*) FROM sys_organization WHERE slug = 'default'";
    assert_eq!(app.count(default).await, 1);

    let again = prepare(&app.server, wish(Some("another password"))).await.unwrap();
    assert!(matches!(again, FirstRunOutcome::AlreadyDone));
    assert!(can_sign_in(&app, &password).await);
    assert!(!can_sign_in(&app, "another password").await);
}

#[tokio::test]
async fn the_operator_may_choose_the_password() {
    let app = App::new().await;
    assert!(prepare(&app.server, wish(Some("short"))).await.is_err());
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_user").await, 0);
    let outcome = prepare(&app.server, wish(Some("chosen by me"))).await.unwrap();
    assert!(matches!(outcome, FirstRunOutcome::Created { generated_password: None, .. }));
    assert!(can_sign_in(&app, "chosen by me").await);
}

#[tokio::test]
async fn two_processes_that_start_together_make_one_owner() {
    let app = App::new().await;
    let (one, other) =
        tokio::join!(prepare(&app.server, wish(None)), prepare(&app.server, wish(None)));
    let created = [one, other]
        .into_iter()
        .filter(|it| matches!(it, Ok(FirstRunOutcome::Created { .. })))
        .count();
    assert_eq!(created, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_user").await, 1);
}
