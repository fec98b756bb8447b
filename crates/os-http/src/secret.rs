//! Random secrets, and what we keep of them.
//!
//! **Invariant:** a secret is shown once, to whom it was made for. The database
//! holds its SHA-256 only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Letters and digits that nobody mistakes for one another.
const READABLE: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// A new secret of 256 random bits, in 43 URL-safe characters after `prefix`.
pub fn random(prefix: &str) -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// `length` random characters out of `alphabet`, each equally likely.
pub fn random_from(alphabet: &[u8], length: usize) -> String {
    let fair = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(length);
    let mut bytes = [0; 64];
    while text.len() < length {
        getrandom::fill(&mut bytes).expect("the operating system has randomness");
        let usable = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair);
        text.extend(
            usable
                .take(length - text.len())
                .map(|byte| char::from(alphabet[byte % alphabet.len()])),
        );
    }
    text
}

/// Generates a password that is shown once: twenty readable characters,
/// about 99 bits, as `abcde-fghjk-mnpqr-stuvw`.
pub fn password() -> String {
    [(); 4].map(|()| random_from(READABLE, 5)).join("-")
}

/// What we keep of a secret: SHA-256, hex. A random secret needs no salt.
pub fn hash(secret: &str) -> String {
    Sha256::digest(secret).iter().map(|byte| format!("{byte:02x}")).collect()
}
