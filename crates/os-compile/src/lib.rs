//! From a project to an artifact: TypeScript in, `dist/objectstack.json` out, without Node.
//!
//! **Invariant:** the same files give the same bytes, on any machine, from any folder; and nothing
//! outside of the project is read, whatever its code does.
//!
//! [`Compiler::compile`] is the whole way: `graph` reads and strips every module that the config
//! reaches, `evaluate` runs them in a sandbox, `normalise` and `lower` bring what they export into
//! one shape of plain data, [`schema`] checks it and fills in defaults, `docs` adds the pages.
//! When something is wrong, `locate` finds the line that made it.

mod access;
mod authoring;
mod compile;
mod convert;
mod deep_stack;
mod diagnostic;
mod diff;
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
mod scaffold;
pub mod schema;
mod suggest;
mod syntax;

pub use access::{AccessMatrix, FILE as ACCESS_MATRIX};
pub use compile::{Compiled, Compiler};
pub use diagnostic::{Diagnostic, Part, Place, Severity};
pub use diff::{Change, Difference, diff};
pub use evaluate::Limits;
pub use options::{Access, Handlers, Options, Places};
pub use project::{FileError, Project};
pub use resolve::Spec;
pub use scaffold::{NewFile, TYPES_FILE, Template, scaffold, types};
