//! The rights of a caller over the records of an object.
//!
//! **Invariant:** an [`ObjectAccess`] and the [`Rights`] in it are made here only,
//! before a statement is. Reading or changing records needs one.

mod grants;
mod object;
mod row;

pub use grants::{AssignedSets, Rights, Verb, denied};
pub use object::ObjectAccess;

use crate::kernel::Kernel;
use crate::object::{ApiMethod, Object};
use crate::{Code, Result};
use os_identity::UserPrincipal;

/// A caller and their permission sets, for any object of one kernel.
#[derive(Clone, Copy)]
pub struct RequestScope<'k> {
    kernel: &'k Kernel,
    sets: &'k AssignedSets,
    caller: &'k UserPrincipal,
}

impl<'k> RequestScope<'k> {
    /// Returns the scope of a request.
    pub fn new(kernel: &'k Kernel, sets: &'k AssignedSets, caller: &'k UserPrincipal) -> Self {
        Self { kernel, sets, caller }
    }

    /// Returns the objects of all packages.
    pub fn kernel(&self) -> &'k Kernel {
        self.kernel
    }

    /// Returns the account that asks.
    pub fn caller(&self) -> &'k UserPrincipal {
        self.caller
    }

    /// Returns access to an object of the data API, for a request that reads by this method.
    ///
    /// # Errors
    /// Those of [`RequestScope::access`].
    pub fn reading(&self, name: &str, method: ApiMethod) -> Result<ObjectAccess<'k>> {
        let access = self.access(name, Verb::Read)?;
        access.object().offers(method)?;
        Ok(access)
    }

    /// Returns access to an object of the data API, if the caller is granted the verb.
    ///
    /// # Errors
    /// `OBJECT_NOT_FOUND`, `OBJECT_PACKAGE_DISABLED`, `OBJECT_API_DISABLED`,
    /// `OBJECT_API_METHOD_NOT_ALLOWED`, `PERMISSION_DENIED`.
    pub fn access(&self, name: &str, verb: Verb) -> Result<ObjectAccess<'k>> {
        let object = &self.kernel.object(name)?.object;
        if !object.enable.api || object.is_external {
            let message = format!("Object '{name}' is not exposed via the API");
            return Err(Code::ObjectApiDisabled.error(message).with("object", name));
        }
        if let Some(method) = verb.method() {
            object.offers(method)?;
        }
        let access = ObjectAccess::new(*self, object);
        if access.rights().grants(verb) { Ok(access) } else { Err(denied(object)) }
    }
}

impl Verb {
    /// The method of the data API that has this right alone; reading has two.
    fn method(self) -> Option<ApiMethod> {
        match self {
            Self::Read => None,
            Self::Create => Some(ApiMethod::Create),
            Self::Edit => Some(ApiMethod::Update),
            Self::Delete => Some(ApiMethod::Delete),
        }
    }
}

impl Object {
    /// Checks that the data API offers a method (`enable.apiMethods`).
    ///
    /// # Errors
    /// `OBJECT_API_METHOD_NOT_ALLOWED`.
    pub fn offers(&self, method: ApiMethod) -> Result<()> {
        let methods = self.enable.methods;
        if methods.offers(method) {
            return Ok(());
        }
        let message = format!("'{}' does not offer `{}` via the API", self.name, method.as_str());
        let error = Code::ObjectMethodNotAllowed.error(message);
        Err(error.with("object", self.name.as_str()).with("allowed", methods.names()))
    }
}
