//! The accounts of the control plane, for the pages that sign in and out.

use crate::account::{Accounts, Words};
use os_control::Control;

impl Accounts for Control {
    const WORDS: Words = Words {
        start: "/environments",
        sign_in: "Manage your packages and environments.",
        sign_up: "Publish packages and install them in your environments.",
        first: "Create the first account. It administers this server.",
        closed: "No account? Ask an administrator for an invitation.",
        forgot: "This server sends no mail: ask an administrator for a link to a new one.",
    };
}
