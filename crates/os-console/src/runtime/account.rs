//! The accounts of a runtime, for the pages that sign in and out.

use crate::account::{Accounts, Words};
use os_runtime::Runtime;

impl Accounts for Runtime {
    const WORDS: Words = Words {
        start: "/installed",
        sign_in: "Work with the records of this runtime.",
        sign_up: "Work with the records of this runtime.",
        first: "Create the first account. It owns this runtime.",
        closed: "No account? Ask the owner of this runtime.",
        forgot: "This runtime sends no mail: ask its owner for a link to a new one.",
    };
}
