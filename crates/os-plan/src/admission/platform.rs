//! The two gates of docs/wire/dependencies.md#platform: the version of the platform, and the major
//! version of its protocol.

use super::{Candidate, Reason, Target};
use os_package::VersionNumber;
use os_package::protocol::{self, ProtocolMatch};

/// Checks both gates. Returns warnings about what could not be compared.
pub fn check(target: &Target<'_>, candidate: &Candidate<'_>) -> Result<Vec<String>, Reason> {
    let mut warnings = Vec::new();
    let (id, number) = (candidate.id, candidate.version);
    if let Some(least) = candidate.min_platform_version {
        let ours = target.platform_version.parse::<VersionNumber>();
        match (least.parse::<VersionNumber>(), ours) {
            (Ok(needed), Ok(ours)) if ours < needed => {
                return Err(Reason::PlatformTooOld { needed, ours });
            }
            (Ok(_), Ok(_)) => {}
            _ => warnings.push(format!(
                "the minimum platform version `{least}` of {id} {number} could not be compared"
            )),
        }
    }
    let major = target.protocol_major;
    match candidate.protocol_range {
        None => warnings.push(format!(
            "{id} {number} does not declare which protocol it needs (`engines.protocol`)"
        )),
        Some(range) => match protocol::matches(range, major) {
            ProtocolMatch::Matches => {}
            ProtocolMatch::Differs => {
                return Err(Reason::ProtocolMismatch { range: range.to_owned(), major });
            }
            ProtocolMatch::Unparsed => warnings.push(format!(
                "the protocol range `{range}` of {id} {number} could not be parsed; the check was \
                 skipped"
            )),
        },
    }
    Ok(warnings)
}
