//! The control plane and a runtime on one port, as `os start` serves them.

use crate::world::bare_runtime;
use os_console::Both;
use os_control::Control;
use os_test::{TestDb, control, runtime};

#[tokio::test]
async fn both_halves_have_one_navigation() {
    let database = TestDb::new(os_control::MIGRATIONS).await;
    let control = Control::new(database.db.clone(), control::config());
    let (data, runtime) = bare_runtime(|_| {}).await;
    let Both { control: pages, runtime: records } = Both::new(control.clone(), runtime.clone());
    let app = control::App::of(database, control, pages);
    let data = runtime::App::of(data, runtime, records);

    let ada = app.admin("ada").await;
    app.organization("acme", &[(&ada, "owner")]).await;
    let owner = data.owner().await;
    let sections = ["/environments", "/packages", "/marketplace", "/objects", "/installed"];
    for page in [ada.get("/environments").await, owner.get("/objects").await] {
        assert_eq!(page.status, 200, "{}", page.text());
        for section in sections {
            let link = format!("<a href=\"{section}\"");
            assert!(page.text().contains(&link), "{section}: {}", page.text());
        }
    }
    let alone = crate::world::control_plane().await;
    let ada = alone.admin("ada").await;
    assert!(!ada.get("/environments").await.text().contains("\"/objects\""));
}
