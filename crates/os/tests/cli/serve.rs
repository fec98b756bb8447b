//! `os start` and `os cloud serve`.

use crate::world::{Server, World};
use expect_test::expect;
use std::net::TcpListener;

#[test]
fn a_server_starts_on_an_empty_folder_and_stops_when_asked() {
    let world = World::new();
    let server = world.start();
    let health = world.os(&format!("doctor --server {}", server.url)).ok();
    assert!(health.stdout.contains("is ready"), "{health:?}");
    assert_eq!(server.stop().code(), Some(0));
    // The folder is free again, and nothing is lost.
    world.start();
}

#[test]
fn only_their_owner_may_read_the_folder_and_the_database() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let _server = world.start();
    let mode = |path: &str| {
        let metadata = world.path(path).metadata().unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode(".objectstack"), 0o700);
    for file in ["control.db", "control.db-wal", "control.db.lock"] {
        assert_eq!(mode(&format!(".objectstack/{file}")), 0o600, "{file}");
    }
}

#[test]
fn two_servers_do_not_share_a_folder() {
    let world = World::new();
    let server = world.start();
    let ran = world.os("start --port 0");
    let seen = ran.seen().replace(&server.child.id().to_string(), "PID");
    expect![[r#"
        error: FOLDER/.objectstack/control.db is in use by another server (process PID)
        hint: stop that server, or use another folder with `--home`
        exit 1
    "#]]
    .assert_eq(&seen);
}

#[test]
fn a_database_has_one_server_by_whatever_name() {
    let world = World::new();
    let server = world.start();
    std::fs::create_dir(world.path("other")).unwrap();
    let (file, link) = (world.path(".objectstack/control.db"), world.path("other/control.db"));
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let ran = world.os("cloud serve --port 0 --home other");
    assert!(ran.stderr.contains("other/control.db is in use by another server"), "{ran:?}");
    assert_eq!(server.stop().code(), Some(0));
    std::fs::remove_file(&link).unwrap();
    std::fs::hard_link(&file, &link).unwrap();
    for home in ["other", ".objectstack"] {
        let ran = world.os(&format!("cloud serve --port 0 --home {home}"));
        assert_eq!(ran.exit, 1, "{ran:?}");
        assert!(ran.stderr.contains("control.db has 2 names (hard links)"), "{ran:?}");
    }
    std::fs::remove_file(&link).unwrap();
    world.start();
}

#[test]
fn a_database_that_was_lost_or_damaged_is_not_served() {
    let world = World::new();
    assert_eq!(world.start().stop().code(), Some(0));
    let (file, copy) = (world.path(".objectstack/control.db"), world.path("copy.db"));
    std::fs::copy(&file, &copy).unwrap();
    std::fs::write(&file, b"").unwrap();
    let ran = world.os("start --port 0");
    expect![[r#"
        error: the database FOLDER/.objectstack/control.db is empty, although FOLDER/.objectstack/cloud-connection.json holds data of its server
        hint: restore the database from a backup; to begin anew, move both away
        exit 1
    "#]]
    .assert_eq(&ran.seen());
    assert_eq!(file.metadata().unwrap().len(), 0, "nothing was written");

    let mut bytes = std::fs::read(&copy).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle - 20_000..middle].fill(0xa5);
    std::fs::write(&file, &bytes).unwrap();
    let ran = world.os("start --port 0");
    assert_eq!(ran.exit, 1, "{ran:?}");
    assert!(ran.stderr.contains("control.db is damaged: "), "{ran:?}");
    std::fs::copy(&copy, &file).unwrap();
    world.start();
}

#[test]
fn a_port_that_is_taken_is_named() {
    let world = World::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let ran = world.os(&format!("cloud serve --port {port}"));
    expect![[r#"
        error: port PORT on 127.0.0.1 is already in use
        hint: choose another one with `--port`, or OS_PORT; 0 takes any free one
        exit 1
    "#]]
    .assert_eq(&ran.seen().replace(&port.to_string(), "PORT"));
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let world = World::new();
    std::fs::write(world.path("file"), "").unwrap();
    expect![[r#"
        error: could not create the folder FOLDER/file/home: Not a directory (os error 20)
        hint: select a writable folder with `--home` (OS_HOME)
        exit 1
    "#]]
    .assert_eq(&world.os("start --port 0 --home file/home").seen());
}

#[test]
fn a_wrong_setting_stops_the_server_and_is_named() {
    let world = World::new();
    let wrong = [
        ("OS_PORT", "many", "--port"),
        ("OS_HOST", "localhost:1", "--host"),
        ("OS_BASE_URL", "packages.acme.com", "packages.acme.com"),
        ("OS_TRUSTED_ORIGINS", "https://a.test,b", "`b`"),
        ("OS_SECURE_COOKIES", "perhaps", "--secure-cookies"),
        ("OS_DATABASE_URL", "mysql://db/os", "mysql://db/os"),
        ("OS_LOG", "info,os_control=loud", "os_control=loud"),
        ("OS_LOG_FORMAT", "xml", "--log-format"),
    ];
    for (variable, value, named) in wrong {
        let ran = world.run(world.command("start").env(variable, value));
        assert_eq!(ran.exit, 2, "{variable}: {ran:?}");
        assert!(ran.stderr.contains(named), "{variable}: {ran:?}");
        assert!(!world.path(".objectstack").exists(), "{variable} changes nothing");
    }
}

#[test]
fn a_database_that_is_away_is_named_without_its_password() {
    let world = World::new();
    let mut command = world.command("start --port 0");
    let ran = world.run(command.env("OS_DATABASE_URL", "postgres://os:secret@nowhere.invalid/os"));
    assert_eq!(ran.exit, 1);
    assert!(
        ran.stderr.contains("could not open the database postgres://nowhere.invalid/os"),
        "{ran:?}"
    );
    assert!(!ran.stderr.contains("secret"), "{ran:?}");
}

#[test]
fn a_killed_server_leaves_no_lock_behind() {
    let world = World::new();
    drop(world.start());
    let again = Server::start(world.command("start --port 0 --log off"));
    assert!(again.greeting.contains("is ready"));
}
