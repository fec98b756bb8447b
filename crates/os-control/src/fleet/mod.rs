//! Where packages run: environments, what each should run, and the runtimes
//! that report what they do run.

pub mod desired;
pub mod environment;
pub mod generation;
pub mod installation;
pub mod observed;
pub mod runtime_connection;
