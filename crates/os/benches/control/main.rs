//! How fast the control plane is, beside what the machine allows.
//!
//!     cargo bench -p os                      all of it
//!     cargo bench -p os -- reads writes      some of it: reads, writes, scale, start
//!     TEST_DATABASE_URL=postgres://… cargo bench -p os
//!
//! Each figure stands beside a limit taken in the same run, in turn with it: a
//! bare axum route that answers the same bytes, or that commits the same rows
//! through the same driver. Machines differ and are noisy; the ratio holds.

#![allow(clippy::disallowed_methods, reason = "the switches of the benchmark are variables")]
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints a table")]

mod bare;
mod load;
mod reads;
mod scale;
mod server;
mod start;
mod table;
mod writes;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    if arguments.first().is_some_and(|it| it == "bare") {
        return bare::main(&arguments[1..]);
    }
    let wanted = |name: &str| arguments.is_empty() || arguments.iter().any(|it| it == name);
    if wanted("start") {
        start::run();
    }
    if wanted("reads") {
        reads::run();
    }
    if wanted("writes") {
        writes::run();
    }
    if wanted("scale") {
        scale::run();
    }
}
