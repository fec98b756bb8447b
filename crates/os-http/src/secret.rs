//! Random secrets, and their hashes.
//!
//! **Invariant:** a secret is shown once, to its owner. The database holds only its
//! SHA-256.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Letters and digits that do not look alike.
const READABLE: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// Generates a secret of 256 random bits, in 43 URL-safe characters after `prefix`.
pub fn random(prefix: &str) -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// Generates `length` characters of `alphabet`, each equally likely.
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

/// Generates a password of twenty readable characters, about 99 bits:
/// `abcde-fghjk-mnpqr-stuvw`.
pub fn password() -> String {
    [(); 4].map(|()| random_from(READABLE, 5)).join("-")
}

/// Returns the SHA-256 of a secret, in hex, which is what tables store. A random secret needs
/// no salt.
pub fn hash(secret: &str) -> String {
    Sha256::digest(secret).iter().map(|byte| format!("{byte:02x}")).collect()
}
