//! A runtime: `os serve`, and the commands that speak to it.

use crate::world::{EMAIL, PASSWORD, Ran, Server, World};
use expect_test::expect;
use serde_json::{Value, json};

/// Two versions of a package, and one that needs it, as files beside us.
fn artifacts(world: &World) {
    let object =
        |name: &str, fields: Value| json!({ "name": name, "label": name, "fields": fields });
    let field = |kind: &str, label: &str| json!({ "type": kind, "label": label });
    let crm = |version: &str, fields: Value| {
        json!({
            "manifest": { "id": "com.acme.crm", "version": version, "name": "CRM", "namespace": "crm", "type": "app" },
            "objects": [object("crm_account", fields)],
            "flows": [{ "name": "crm_greet", "label": "Greet", "type": "autolaunched", "nodes": [], "edges": [] }],
            "data": [{ "object": "crm_account", "externalId": "name", "records": [{ "name": "Acme" }, { "name": "Globex" }] }],
        })
    };
    let name = field("text", "Name");
    let first = crm("1.0.0", json!({ "name": name, "city": field("text", "City") }));
    let second = crm("1.1.0", json!({ "name": name }));
    let helpdesk = json!({
        "manifest": {
            "id": "com.acme.helpdesk", "version": "0.1.0", "name": "Helpdesk", "namespace": "hd", "type": "app",
            "dependencies": { "com.acme.crm": "^1.0.0" },
        },
        "objects": [object("hd_ticket", json!({ "name": name }))],
    });
    for (file, artifact) in
        [("crm-1.json", first), ("crm-2.json", second), ("helpdesk.json", helpdesk)]
    {
        std::fs::write(world.path(file), artifact.to_string()).unwrap();
    }
}

/// A runtime that Ada is signed in to, with artifacts to install.
fn ready() -> (World, Server) {
    let world = World::new();
    let server = world.in_runtime();
    artifacts(&world);
    (world, server)
}

fn in_runtime(world: &World, server: &Server, arguments: &str) -> Ran {
    world.run(world.command(arguments).args(["--runtime", &server.url]))
}

#[test]
fn a_runtime_starts_on_an_empty_folder_and_keeps_what_is_installed() {
    let (world, server) = ready();
    world.os("package install crm-1.json").ok();
    assert_eq!(server.stop().code(), Some(0));
    let again = world.serve();
    assert!(again.greeting.contains("Packages"), "{}", again.greeting);
    // Ada's session is in the database, her sign-in names the old port.
    let token = ["--email", EMAIL, "--password", PASSWORD, "--runtime", &again.url];
    let list = world.run(world.command("package list --json").args(token)).ok();
    assert_eq!(list.json()["items"][0]["manifestId"], "com.acme.crm");
    assert!(!world.path(".objectstack/control.db").exists());
}

#[test]
fn one_signs_in_to_a_runtime_and_out() {
    let world = World::new();
    let _server = world.in_runtime();
    expect![[r#"
        ✓ Logged in to http://localhost:PORT
        Email         ada@example.com
        Name          ada
        User ID       ID
        exit 0
    "#]]
    .assert_eq(&world.os("whoami").seen());
    assert_eq!(world.os("whoami --json").ok().json()["user"]["email"], EMAIL);
    assert!(!world.path("home/.objectstack/cloud.json").exists());
    world.os("logout").ok();
    expect![[r#"
        ✗ Not logged in
        hint: sign in with `os login`
        exit 1
    "#]]
    .assert_eq(&world.os("whoami").seen());
}

#[test]
fn a_sign_in_of_the_original_cli_is_ours_too() {
    let world = World::new();
    let server = world.in_runtime();
    let file = world.path("home/.objectstack/credentials.json");
    let mut stored: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    for name in ["url", "token", "email", "userId", "createdAt", "lastUsedAt"] {
        assert!(stored[name].is_string(), "{name} in {stored}");
    }
    stored["unknown"] = json!({ "of": "another program" });
    std::fs::write(&file, stored.to_string()).unwrap();
    assert_eq!(world.os("whoami --json").ok().json()["url"], server.url.as_str());
}

#[test]
fn only_the_first_account_registers_without_permission() {
    let world = World::new();
    let server = world.serve();
    let mut register = world.command("register --email bob@example.com --password secret-secret");
    expect![[r#"
        error: registration is closed; ask the owner of this runtime for an account
        exit 1
    "#]]
    .assert_eq(&world.run(register.args(["--url", &server.url])).seen());

    let open = World::new();
    let server = Server::start(open.command("serve --port 0 --log off --open-registration"));
    let mut register = open.command("register --email bob@example.com --password secret-secret");
    open.run(register.args(["--url", &server.url])).ok();
    assert_eq!(open.os("whoami --json").ok().json()["email"], "bob@example.com");
}

#[test]
fn a_package_is_installed_listed_and_uninstalled() {
    let (world, server) = ready();
    expect![[r#"
        error: com.acme.helpdesk 0.1.0 requires com.acme.crm ^1.0.0, which is not installed in this runtime. Install com.acme.crm first. Run `os package install com.acme.crm`.
        exit 1
    "#]]
    .assert_eq(&world.os("package install helpdesk.json").seen());
    expect![[r#"
        ✓ com.acme.crm 1.0.0 is installed
        Seeded       2 records
        Not running  flow
        warning: flows[0]: has no effect here: flows do not run
        exit 0
    "#]]
    .assert_eq(&world.os("package install crm-1.json").seen());
    world.os("package install helpdesk.json").ok();
    expect![[r#"
        ✓ com.acme.crm 1.1.0 replaces 1.0.0
        Seeded       already loaded before; `os package reseed` reloads it
        Not running  flow
        warning: kept crm_account.city: the field was removed; its column and values stay
        warning: flows[0]: has no effect here: flows do not run
        exit 0
    "#]]
    .assert_eq(&world.os("package install crm-2.json").seen());
    expect![[r#"
        PACKAGE            VERSION  STATUS     SAMPLE DATA  INSTALLED
        com.acme.crm       1.1.0    installed  yes          DATE HH:MM
        com.acme.helpdesk  0.1.0    installed               DATE HH:MM
        exit 0
    "#]]
    .assert_eq(&in_runtime(&world, &server, "package list").seen());
    let ran = in_runtime(&world, &server, "package uninstall com.acme.crm --yes");
    assert_eq!(ran.exit, 1, "{ran:?}");
    assert!(ran.stderr.contains("com.acme.helpdesk 0.1.0"), "{ran:?}");
    expect![[r#"
        ✓ com.acme.helpdesk is uninstalled; its data is kept
        exit 0
    "#]]
    .assert_eq(&in_runtime(&world, &server, "package uninstall com.acme.helpdesk --yes").seen());
}

#[test]
fn sample_data_is_left_out_purged_and_loaded_again() {
    let (world, server) = ready();
    let installed = world.os("package install crm-1.json --no-sample-data --json").ok().json();
    assert_eq!(installed["seeded"]["mode"], "skipped");
    expect![[r#"
        ✓ reloaded the sample data of com.acme.crm
        Seeded  2 records
        exit 0
    "#]]
    .assert_eq(&in_runtime(&world, &server, "package reseed com.acme.crm").seen());
    expect![[r#"
        ✓ deleted 2 records of the sample data of com.acme.crm
        exit 0
    "#]]
    .assert_eq(&in_runtime(&world, &server, "package purge com.acme.crm").seen());
}

#[test]
fn an_account_that_is_named_leaves_no_session_behind() {
    let world = World::new();
    let server = world.serve();
    artifacts(&world);
    let mut install = world.command("package install crm-1.json");
    let account = ["--runtime", &server.url, "--email", EMAIL, "--password", PASSWORD];
    world.run(install.args(account)).ok();
    assert!(!world.path("home/.objectstack").exists());
    let mut wrong = world.command("package list");
    expect![[r#"
        error: Invalid email or password
        exit 1
    "#]]
    .assert_eq(
        &world
            .run(wrong.args([
                "--runtime",
                &server.url,
                "--email",
                EMAIL,
                "--password",
                "wrong-one",
            ]))
            .seen(),
    );
}

#[test]
fn invalid_artifacts_are_refused_by_name() {
    let (world, server) = ready();
    std::fs::write(world.path("broken.json"), "{").unwrap();
    std::fs::write(world.path("list.json"), "[]").unwrap();
    expect![[r#"
        error: broken.json is not JSON: EOF while parsing an object at line 1 column 1
        exit 2
    "#]]
    .assert_eq(&world.os("package install broken.json").seen());
    assert_eq!(world.os("package install list.json").exit, 2);
    let missing = world.os("package install missing.json");
    assert!(missing.stderr.contains("could not read missing.json"), "{missing:?}");
    expect![[r#"
        error: this runtime has no control plane to fetch packages from; set `OS_CLOUD_URL`, or send the artifact as `manifest`
        hint: pass a file instead of an id, or start the runtime with `--cloud-url`
        exit 1
    "#]]
    .assert_eq(&in_runtime(&world, &server, "package install com.acme.crm").seen());
}

#[test]
fn a_key_of_the_control_plane_is_never_shown_to_a_runtime() {
    let world = World::new();
    let server = world.serve();
    let mut list = world.command("package list");
    list.args(["--runtime", &server.url]).env("OS_CLOUD_API_KEY", "osk_secret");
    let ran = world.run(&mut list);
    assert!(ran.stderr.contains("not signed in"), "{ran:?}");
}

#[test]
fn one_server_is_both_and_one_sign_in_serves_both() {
    let world = World::new();
    let server = world.signed_in();
    artifacts(&world);
    assert!(world.path(".objectstack/runtime.db").exists());
    in_runtime(&world, &server, "package install crm-1.json").ok();
    let list = in_runtime(&world, &server, "package list --json").ok().json();
    assert_eq!(list["items"][0]["installedBy"], EMAIL);
    let health = world.os(&format!("doctor --server {}", server.url)).ok();
    assert!(health.stdout.contains("is ready"), "{health:?}");
}

#[test]
fn serving_the_home_of_os_start_prints_how_to_sign_in() {
    let world = World::new();
    let together = world.start();
    let login = format!("login --url {} --email {EMAIL}", together.url);
    world.run(world.command(&login).args(["--password", PASSWORD])).ok();
    // A user who asks for records is an account of the runtime from then on.
    world.os("data query sys_audit_log").ok();
    assert_eq!(together.stop().code(), Some(0));

    let alone = Server::start(world.command("serve --port 0 --log off"));
    let notice = "Nobody can sign in: the accounts here (1) came with `os start`";
    assert!(alone.greeting.contains(notice), "{}", alone.greeting);
    assert!(alone.greeting.contains("OS_ADMIN_EMAIL and OS_ADMIN_PASSWORD"), "{}", alone.greeting);
    assert_eq!(alone.stop().code(), Some(0));

    let server = world.in_runtime();
    assert!(server.greeting.contains("the one in OS_ADMIN_PASSWORD"), "{}", server.greeting);
    assert_eq!(world.os("whoami --json").ok().json()["user"]["role"], "admin");
    assert_eq!(server.stop().code(), Some(0));

    let mut other = world.command("serve --port 0 --log off");
    other.env("OS_ADMIN_EMAIL", EMAIL).env("OS_ADMIN_PASSWORD", "another password");
    let again = Server::start(other);
    assert!(!again.greeting.contains("OS_ADMIN_PASSWORD"), "once: {}", again.greeting);
}
