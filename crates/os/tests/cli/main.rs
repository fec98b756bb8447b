//! Runs the program as people and scripts do: arguments in, text and exit code out.

mod environments;
mod login;
mod packages;
mod serve;
mod usage;
mod world;
