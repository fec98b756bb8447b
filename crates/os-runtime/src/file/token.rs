//! Links to send or fetch the bytes of one file without a session, for a limited time.
//!
//! **Invariant:** a link is valid for one file and one direction, until a signed timestamp. Links
//! end with the process that signed them.

use crate::{Code, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use os_db::now;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The purpose of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Send,
    Fetch,
}

/// Signs links and verifies them.
#[derive(Clone)]
pub struct Signer(Arc<[u8; 32]>);

impl Direction {
    fn word(self) -> &'static str {
        match self {
            Self::Send => "put",
            Self::Fetch => "get",
        }
    }
}

impl Signer {
    pub fn new() -> Self {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).expect("the operating system has randomness");
        Self(Arc::new(secret))
    }

    /// Signs a link to a file that is valid for this many seconds.
    pub fn sign(&self, direction: Direction, file: &str, seconds: i64) -> String {
        let claim = format!("{}.{file}.{}", direction.word(), now().timestamp() + seconds);
        let signature = URL_SAFE_NO_PAD.encode(self.mac(&claim));
        format!("{claim}.{signature}")
    }

    /// Verifies a link; returns its file.
    ///
    /// # Errors
    /// `INVALID_TOKEN` for a link with another signature or direction, or one that has expired.
    pub fn read(&self, direction: Direction, token: &str) -> Result<String> {
        let invalid =
            || Code::InvalidToken.error("this link is not valid or has expired; ask for a new one");
        let (claim, signature) = token.rsplit_once('.').ok_or_else(invalid)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| invalid())?;
        if !is_same(&signature, &self.mac(claim)) {
            return Err(invalid());
        }
        let mut parts = claim.splitn(3, '.');
        let (word, file, until) = (parts.next(), parts.next(), parts.next());
        let until: Option<i64> = until.and_then(|until| until.parse().ok());
        let is_valid =
            word == Some(direction.word()) && until.is_some_and(|it| it > now().timestamp());
        file.filter(|_| is_valid).map(str::to_owned).ok_or_else(invalid)
    }

    /// HMAC-SHA-256 (RFC 2104); the secret is half a block.
    fn mac(&self, text: &str) -> [u8; 32] {
        let pad = |byte: u8| {
            let mut block = [byte; 64];
            block.iter_mut().zip(self.0.iter()).for_each(|(at, secret)| *at ^= secret);
            block
        };
        let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
        Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
    }
}

/// Compares in constant time.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_for_one_file_one_direction_and_a_while() {
        let signer = Signer::new();
        let token = signer.sign(Direction::Send, "f1", 60);
        assert_eq!(signer.read(Direction::Send, &token).unwrap(), "f1");
        assert!(signer.read(Direction::Fetch, &token).is_err());
        assert!(signer.read(Direction::Send, &token.replace("f1", "f2")).is_err());
        assert!(Signer::new().read(Direction::Send, &token).is_err());
        let late = signer.sign(Direction::Send, "f1", -1);
        assert!(signer.read(Direction::Send, &late).is_err());
        for nonsense in ["", ".", "...", "put.f1.9999999999.", "put.f1.9999999999.AAAA"] {
            assert!(signer.read(Direction::Send, nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn the_mac_is_that_of_the_standard() {
        // RFC 4231, test case 1 with its key filled up to 32 bytes by zeros, which
        // is what the standard does with a short key.
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        let mac = Signer(Arc::new(key)).mac("Hi There");
        let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    }
}
