//! Options of a compile.

use crate::evaluate::Limits;
use crate::resolve::Spec;
use os_package::ArtifactReader;

/// Options of a compile.
#[derive(Debug, Clone, Copy, Default)]
pub struct CompileOptions {
    /// The authoring module.
    pub spec: Spec,
    /// The limits of the project's code.
    pub limits: Limits,
    /// The diagnostics that get a location.
    pub locations: Locations,
    /// The comparison of permission sets with `access-matrix.json`.
    pub access: Access,
    /// The treatment of handlers that cannot become data.
    pub handlers: Handlers,
    /// The time that the code sees, in milliseconds; it stands still, so that a compile is repeatable.
    pub epoch: i64,
    /// The reader that an artifact must pass, which is the runtime's; without one, the rules of the
    /// format are checked.
    pub reader: Option<ArtifactReader>,
}

/// The diagnostics that get a location. Finding them takes another evaluation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Locations {
    /// All.
    #[default]
    All,
    /// Those of a compile with errors; warnings beside an artifact have their path alone.
    Errors,
}

/// The comparison of permission sets with the reviewed ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Access {
    /// They must match `access-matrix.json`, where the project has one.
    #[default]
    Reviewed,
    /// They need not: the file is about to be written.
    Any,
}

/// The severity of handlers that cannot become data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Handlers {
    /// As warnings.
    #[default]
    Any,
    /// There is no artifact.
    Data,
}
