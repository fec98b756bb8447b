//! What was acknowledged survives `kill -9`, of the server and of PostgreSQL.
//!
//! A server publishes, upgrades and rolls back for several clients at once and
//! is killed at a random moment. After the next start every acknowledged change
//! is there, nothing is there that no client requested, and the pointers, their
//! history, the generations and the events agree.
//!
//! A runtime installs, upgrades, seeds and uninstalls, and is killed likewise:
//! its ledger, tables, seeded rows and kernel agree after the next start.
//!
//! The suite does a few rounds; `./test faults` sets `OS_FAULTS` to do many.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![allow(clippy::disallowed_methods, reason = "the switches of the test suite are variables")]
#![allow(clippy::print_stderr, reason = "a skipped test prints why")]

mod load;
mod postgres;
mod runtime;
mod server;

use load::World;
use postgres::Postgres;
use std::time::Duration;

/// How often the server is killed in one test.
fn rounds() -> u32 {
    std::env::var("OS_FAULTS").ok().and_then(|it| it.parse().ok()).unwrap_or(10)
}

/// A delay below `most` milliseconds that differs from round to round and run to run.
fn moment(most: u64) -> Duration {
    let random = uuid::Uuid::new_v4().as_u128() as u64;
    Duration::from_micros(random % (most * 1000))
}

#[test]
fn faults_the_server_is_killed_on_sqlite() {
    let home = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", home.path().join("control.db").display());
    let mut server = server::control(home.path(), &url);
    let world = World::create(&server);
    for round in 0..rounds() {
        let requested = world.work_until(&[&server], moment(150), || server.kill());
        server = server::control(home.path(), &url);
        world.check(&server, &url, &requested, round);
    }
}

#[test]
fn faults_one_of_two_servers_is_killed_on_postgres() {
    let Some(postgres) = Postgres::start() else { return };
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut first = server::control(one.path(), &postgres.url());
    let second = server::control(two.path(), &postgres.url());
    let world = World::create(&first);
    for round in 0..rounds() {
        let requested = world.work_until(&[&first, &second], moment(150), || first.kill());
        first = server::control(one.path(), &postgres.url());
        world.check(&second, &postgres.url(), &requested, round);
    }
}

#[test]
fn faults_postgres_is_killed() {
    let Some(mut postgres) = Postgres::start() else { return };
    let home = tempfile::tempdir().unwrap();
    let server = server::control(home.path(), &postgres.url());
    let world = World::create(&server);
    for round in 0..rounds().div_ceil(2) {
        let requested = world.work_until(&[&server], moment(150), || postgres.kill());
        postgres.restart();
        server.wait_until_ready();
        world.check(&server, &postgres.url(), &requested, round);
    }
}

#[test]
fn faults_a_runtime_is_killed_on_sqlite() {
    let home = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", home.path().join("runtime.db").display());
    runtime_is_killed(home.path(), &url);
}

#[test]
fn faults_a_runtime_is_killed_on_postgres() {
    let Some(postgres) = Postgres::start() else { return };
    let home = tempfile::tempdir().unwrap();
    runtime_is_killed(home.path(), &postgres.url());
}

/// Also after a restart of PostgreSQL, which forgets who was there.
#[test]
fn faults_a_second_runtime_on_one_postgres_is_refused() {
    let Some(mut postgres) = Postgres::start() else { return };
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = server::runtime(one.path(), &postgres.url());
    postgres.kill();
    postgres.restart();
    postgres.wait_for_claim();
    let refusal = server::refused_runtime(two.path(), &postgres.url());
    assert!(refusal.contains("another runtime already uses postgres://"), "{refusal}");
    assert!(refusal.contains("--database"), "{refusal}");
    first.wait_until_ready();
    first.kill();
    server::runtime(two.path(), &postgres.url());
}

fn runtime_is_killed(home: &std::path::Path, url: &str) {
    let mut server = server::runtime(home, url);
    let mut packages = runtime::Packages::new(&server);
    for round in 0..rounds() * 2 {
        packages.work_until(&server, moment(120), || server.kill());
        server = server::runtime(home, url);
        packages.check(&server, url, round);
    }
}
