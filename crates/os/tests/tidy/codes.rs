//! Error codes have a row in the documents.

use crate::{assert_none, tree};

#[test]
fn every_error_code_is_in_the_documents() {
    let document = tree::read("docs/errors.md");
    let of_control = os_control::Code::ALL.iter().map(|code| code.as_str());
    let of_runtime = os_runtime::Code::ALL.iter().map(|code| code.as_str());
    let codes = of_control.chain(of_runtime);
    let unknown = codes.filter(|code| !document.contains(&format!("| `{code}` |")));
    assert_none(unknown.map(str::to_owned).collect(), "Add a row for each code to docs/errors.md.");
}
