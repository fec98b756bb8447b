//! Compiles a project of TypeScript, YAML or JSON to an artifact, without Node.
//!
//! **Invariant:** the same files give the same bytes, on any machine, from any folder, and nothing
//! outside of the project is read, whatever its code does.
//!
//! [`Compiler::compile`] runs all stages: `graph` reads and strips every module that the config
//! imports, `evaluate` runs them in a sandbox, `normalise` and `lower` bring the exports into one
//! form of plain data, [`schema`] checks it and fills in defaults, `docs` adds the pages.
//! `locate` finds the lines of problems.

mod access;
mod authoring;
mod compile;
mod convert;
mod deep_stack;
mod diagnostic;
mod docs;
mod evaluate;
mod graph;
mod locate;
mod lower;
mod missing;
mod normalise;
mod options;
mod plain;
mod project;
mod resolve;
mod rule;
mod scaffold;
pub mod schema;
mod syntax;

pub use access::{ACCESS_MATRIX_FILE, AccessMatrix};
pub use compile::{Compiled, Compiler};
pub use diagnostic::{Diagnostic, Location, Part, Severity};
pub use evaluate::Limits;
pub use options::{Access, CompileOptions, Handlers, Locations};
pub use project::{FileError, Project};
pub use resolve::Spec;
pub use rule::{RULES, Rule};
pub use scaffold::{NewFile, TYPES_FILE, Template, scaffold, types};
