//! What may be chosen when a project is compiled.

use crate::evaluate::Limits;
use crate::resolve::Spec;

/// How projects are compiled.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Which authoring module.
    pub spec: Spec,
    /// What the project's code may use.
    pub limits: Limits,
    /// What is told with its line.
    pub places: Places,
    /// Whether permission sets must be those of `access-matrix.json`, where there is one.
    pub access: Access,
    /// Whether handlers must be data.
    pub handlers: Handlers,
    /// What the clock says, in milliseconds; it stands still, so that a compile can be repeated.
    pub epoch: i64,
}

/// What is told with its line. To find lines a project is evaluated once more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Places {
    /// Whatever is found.
    #[default]
    All,
    /// What is found when there is no artifact; warnings beside one have their path alone.
    Errors,
}

/// Whether permission sets must be those that were reviewed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Access {
    /// Where the project has an `access-matrix.json`, it must say the same.
    #[default]
    Reviewed,
    /// Whatever they are: the file is about to be written.
    Any,
}

/// What happens to handlers that cannot become data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Handlers {
    /// Their author is told.
    #[default]
    Any,
    /// There is no artifact.
    Data,
}
