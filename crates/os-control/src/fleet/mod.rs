//! Where packages run: environments, what each should run, and the runtimes
//! that report what they do run.

pub mod environment;
pub mod generation;
pub mod installation;
pub mod runtime_link;
pub mod settings;
