//! Environments, the packages that each should run, and the runtimes that report
//! what they run.

pub mod environment;
pub mod generation;
pub mod installation;
pub mod runtime_link;
pub mod settings;
