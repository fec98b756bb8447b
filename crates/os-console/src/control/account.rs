//! The accounts of the control plane, for the pages that sign in and out.

use crate::account::{Accounts, Words};
use os_control::Control;

impl Accounts for Control {
    const WORDS: Words = Words {
        start: "/environments",
        sign_in: "to the control plane of your packages.",
        sign_up: "to publish, install and upgrade packages.",
        first: "This server has no account yet. The first one owns it.",
        closed: "You need an invitation. Ask an administrator of this server.",
    };
}
