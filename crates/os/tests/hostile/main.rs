//! Hostile clients and tenants, against the real program: whatever they send, the server stays
//! small, answers others in time, refuses with a documented code, and stops when it is asked to.
//!
//! Each test plays the attacks of one kind one after the other, then all at once, and stops the
//! server in the middle of that.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![allow(clippy::print_stderr, reason = "figures of a failed run tell what came before")]

mod bodies;
mod connections;
mod packages;
mod records;
mod registry;
mod scene;
mod secrets;
mod wire;

use os_test::eventually_blocking;
use scene::{Attack, Scene};
use std::time::Duration;

/// The deadline of statements: short, so that the slowest attacks end.
const STATEMENT_SECONDS: u32 = 4;

fn serve(attacks: &[(&str, Attack)]) {
    if let Some(scene) = Scene::open(&["serve"], STATEMENT_SECONDS) {
        scene.endure(attacks);
    }
}

fn start(attacks: &[(&str, Attack)]) {
    if let Some(scene) = Scene::open(&["start"], STATEMENT_SECONDS) {
        scene.endure(attacks);
    }
}

#[test]
fn connections_that_misbehave() {
    serve(connections::ALL);
}

#[test]
fn connections_that_misbehave_at_both_servers() {
    start(connections::ALL);
}

#[test]
fn bodies_that_are_large_or_never_end() {
    serve(bodies::ALL);
}

#[test]
fn bodies_that_are_large_or_never_end_at_both_servers() {
    start(bodies::ALL);
}

#[test]
fn filters_that_make_work() {
    serve(records::FILTERS);
}

#[test]
fn lists_that_take_memory() {
    serve(records::LISTS);
}

#[test]
fn packages_that_make_work() {
    serve(packages::ALL);
}

#[test]
fn packages_that_make_work_for_the_registry() {
    start(registry::ALL);
}

#[test]
fn a_body_that_stops_arriving_is_answered() {
    let Some(scene) = Scene::open(&["serve"], STATEMENT_SECONDS) else { return };
    let answer = scene.nobody.raw(&bodies::half_a_sign_in(&scene));
    assert_eq!((answer.status, answer.code.as_str()), (408, "REQUEST_TIMEOUT"), "{answer:?}");
    // It did not need its memory for longer.
    scene.endure(&[("bodies of small values", bodies::small_values)]);
}

#[test]
fn statements_that_would_run_for_minutes_end_with_the_server() {
    let Some(scene) = Scene::open(&["serve"], 600) else { return };
    std::thread::scope(|scope| {
        scope.spawn(|| records::admitted_patterns(&scene));
        // They keep all connections to the database that lists may have.
        eventually_blocking("lists have to wait", || scene.is_busy().then_some(()));
        let took = scene.stops();
        assert!(took > Duration::from_secs(5), "nothing was running: {took:?}");
    });
}
