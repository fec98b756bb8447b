//! The accounts of a runtime, for the pages that sign in and out.

use crate::account::{Accounts, Words};
use os_runtime::Runtime;

impl Accounts for Runtime {
    const WORDS: Words = Words {
        start: "/installed",
        sign_in: "to this runtime.",
        sign_up: "to work with the records of this runtime.",
        first: "This runtime has no account yet. The first one owns it.",
        closed: "Ask the owner of this runtime for an account.",
    };
}
