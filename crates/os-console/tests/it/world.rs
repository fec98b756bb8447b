//! Servers with their pages.

use os_control::Control;
use os_runtime::Runtime;
use os_test::{PASSWORD_MEMORY_KIB, TestDb, control, runtime};

/// A control plane with its pages.
pub async fn control_plane() -> control::App {
    control_plane_with(|_| {}).await
}

/// A control plane with its pages that is configured otherwise than in most tests.
pub async fn control_plane_with(change: impl FnOnce(&mut os_control::Config)) -> control::App {
    let database = TestDb::new(os_control::MIGRATIONS).await;
    let mut config = control::config();
    change(&mut config);
    let control = Control::new(database.db.clone(), config);
    control::App::of(database, control.clone(), os_console::control_plane(control))
}

/// A runtime with its pages.
pub async fn runtime() -> runtime::App {
    runtime_with(|_| {}).await
}

/// A runtime with its pages that is configured otherwise than in most tests.
pub async fn runtime_with(change: impl FnOnce(&mut os_runtime::Config)) -> runtime::App {
    let (database, runtime) = bare_runtime(change).await;
    runtime::App::of(database, runtime.clone(), os_console::runtime(runtime))
}

/// A runtime that is not served yet, and its database.
pub async fn bare_runtime(change: impl FnOnce(&mut os_runtime::Config)) -> (TestDb, Runtime) {
    let database = TestDb::new(os_runtime::MIGRATIONS).await;
    let mut config =
        os_runtime::Config { password_memory_kib: PASSWORD_MEMORY_KIB, ..Default::default() };
    change(&mut config);
    let runtime = Runtime::new(database.db.clone(), config);
    runtime.boot().await.unwrap();
    (database, runtime)
}
