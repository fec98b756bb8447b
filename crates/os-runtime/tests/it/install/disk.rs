//! A disk that is full.

use os_test::runtime::{App, example, package};
use serde_json::json;

/// SQLite can be told how large its file may become; PostgreSQL cannot.
#[tokio::test]
async fn a_full_disk_during_an_install_changes_nothing() {
    let app = App::new().await;
    let os_db::Db::Sqlite { writer, .. } = &app.db else { return };
    let owner = app.owner().await;
    owner.installs(&package("shop", "1.0.0", json!([]))).await;
    let before = app.state().await;
    let (pages,): (i64,) =
        os_db::sqlx::query_as("PRAGMA page_count").fetch_one(writer).await.unwrap();
    for room in [0, 3, 10, 20, 30] {
        let most = format!("PRAGMA max_page_count = {}", pages + room);
        os_db::sqlx::query(os_db::sqlx::AssertSqlSafe(most)).execute(writer).await.unwrap();
        let answer = owner.install(&example("crm/1.1.0")).await;
        assert_eq!(answer.refusal(), (507, "STORAGE_FULL".to_owned()), "{room}: {}", answer.text());
        assert_eq!(app.state().await, before);
        assert_eq!(owner.installed().await, ["com.acme.shop@1.0.0"]);
        app.db.write().await.unwrap().commit().await.unwrap();
    }
    os_db::sqlx::query("PRAGMA max_page_count = 1000000").execute(writer).await.unwrap();
    owner.installs(&example("crm/1.1.0")).await;
    assert_eq!(app.server.boot().await.unwrap().packages, 2);
}
