//! How fast the runtime is, beside the npm packages it replaces.
//!
//!     cargo bench -p os --bench runtime                  all of it
//!     cargo bench -p os --bench runtime -- registry      some of it: registry, data, reads, install
//!
//! `PEER_MODULES` names a `node_modules` folder with the npm packages; without
//! it, and without `node`, the columns of the peer are empty. Both are taken in
//! turn, in the same run, with the same durability.

#![allow(clippy::disallowed_methods, reason = "the switches of the benchmark are variables")]
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints a table")]

mod data;
mod install;
#[path = "../control/load.rs"]
mod load;
mod process;
mod reads;
mod registry;
#[path = "../control/table.rs"]
mod table;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    if arguments.first().is_some_and(|it| it == "bare") {
        return data::bare(&arguments[1..]);
    }
    if arguments.first().is_some_and(|it| it == "files") {
        return reads::bare(&arguments[1..]);
    }
    let wanted = |name: &str| arguments.is_empty() || arguments.iter().any(|it| it == name);
    if wanted("registry") {
        registry::run();
    }
    if wanted("data") {
        data::run();
    }
    if wanted("reads") {
        reads::run();
    }
    if wanted("install") {
        install::run();
    }
}
