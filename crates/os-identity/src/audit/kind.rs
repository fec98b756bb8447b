/// A kind of event, out of a closed list that [`event_kinds!`](crate::event_kinds) makes.
pub trait EventKind: Copy {
    /// The name on the wire, which never changes.
    fn name(self) -> String;
}

/// Declares the enum `Kind`: a closed list of kinds of events.
///
/// ```
/// use os_identity::audit::EventKind;
///
/// os_identity::event_kinds! { PackageCreated }
/// assert_eq!(Kind::PackageCreated.name(), "package_created");
/// ```
#[macro_export]
macro_rules! event_kinds {
    ($($name:ident),* $(,)?) => {
        /// A kind of event.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind { $($name),* }

        impl Kind {
            /// Every kind, to choose from.
            pub const ALL: &[Kind] = &[$(Self::$name),*];
        }

        impl $crate::audit::EventKind for Kind {
            fn name(self) -> String {
                let mut name = String::new();
                for c in format!("{self:?}").chars() {
                    if c.is_uppercase() && !name.is_empty() {
                        name.push('_');
                    }
                    name.push(c.to_ascii_lowercase());
                }
                name
            }
        }
    };
}

#[rustfmt::skip]
event_kinds! {
    UserCreated, UserUpdated, UserPasswordChanged, UserSignedIn, UserSignedOut,
    UserPasswordResetCreated, UserPasswordReset, UserBanned, UserUnbanned, UserRoleChanged,
    OrganizationCreated, OrganizationUpdated, OrganizationDeleted,
    MemberAdded, MemberRoleChanged, MemberRemoved,
    InvitationCreated, InvitationAccepted, InvitationRejected, InvitationCanceled,
    ApiKeyCreated, ApiKeyUpdated, ApiKeyRevoked, ApiKeyDeleted,
    DeviceApproved, DeviceDenied,
}
