//! Hashing of passwords: slow on purpose, and never on a thread that serves requests.
//!
//! **Invariant:** at most one hash runs per core, which bounds their memory; checking a
//! password takes as long for an account that does not exist.

use crate::error::{Code, Error, Result};
use anyhow::{Context, anyhow};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use os_api::limits::{MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS};
use std::sync::Arc;
use std::thread::available_parallelism;
use tokio::sync::Semaphore;

/// The length of a password in characters. Forms take their limits from it.
pub const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = MIN_PASSWORD_CHARS..=MAX_PASSWORD_CHARS;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The password hasher of a process. Clones share its limit.
#[derive(Clone)]
pub struct Passwords {
    argon: Argon2<'static>,
    permits: Arc<Semaphore>,
    /// A hash that no password matches, for accounts that do not exist.
    decoy: Arc<str>,
}

impl Passwords {
    /// Makes a hasher that uses this much memory, in KiB, for each password.
    pub fn new(memory_kib: u32) -> Self {
        let memory = memory_kib.max(Params::MIN_M_COST);
        let params = Params::new(memory, PASSES, LANES, None).expect("the costs are in range");
        let decoy = format!(
            "$argon2id$v=19$m={memory},t={PASSES},p={LANES}${}${}",
            "A".repeat(22),
            "A".repeat(43)
        );
        Self {
            argon: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            permits: Arc::new(Semaphore::new(available_parallelism().map_or(2, usize::from))),
            decoy: decoy.into(),
        }
    }

    /// Hashes a new password; returns its PHC string.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` for one that is too short or too long.
    pub async fn hash(&self, password: &str) -> Result<String> {
        if !PASSWORD_CHARS.contains(&password.chars().count()) {
            let (least, most) = (PASSWORD_CHARS.start(), PASSWORD_CHARS.end());
            let text = format!("`password` must have {least} to {most} characters");
            return Err(Code::ValidationError.error(text));
        }
        let (argon, password) = (self.argon.clone(), password.to_owned());
        let hash = self.in_background(move || argon.hash_password(password.as_bytes())).await?;
        let failed = |error| Error::from(anyhow!("hashing a password: {error}"));
        Ok(hash.map_err(failed)?.to_string())
    }

    /// Returns whether the password matches the hash; `None` takes as long and never matches.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` while the process ends.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let (argon, password) = (self.argon.clone(), password.to_owned());
        let against = hash.unwrap_or(&self.decoy).to_owned();
        let matches = self
            .in_background(move || {
                argon.verify_password(password.as_bytes(), against.as_str()).is_ok()
            })
            .await?;
        Ok(matches && hash.is_some())
    }

    /// Runs `work` on a thread of its own, once there is a permit. The permit is held until
    /// the work ends, even if the caller has gone.
    async fn in_background<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let permit = self.permits.clone().acquire_owned().await;
        let permit = permit.expect("nobody closes the semaphore");
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        Ok(done.await.context("hashing a password")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::password_hash::phc::PasswordHash;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only() {
        let passwords = Passwords::new(8);
        let hash = passwords.hash("correct horse").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=8,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("correct horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("wrong horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("correct horse", None).await.unwrap());
    }

    #[test]
    fn the_decoy_hash_costs_as_much_as_others() {
        let passwords = Passwords::new(64);
        let decoy = PasswordHash::new(&passwords.decoy).unwrap();
        assert_eq!(Params::try_from(&decoy).unwrap().m_cost(), 64);
        assert!(decoy.hash.is_some() && decoy.salt.is_some());
    }

    #[tokio::test]
    async fn passwords_that_are_too_short_or_too_long_are_refused() {
        let passwords = Passwords::new(8);
        for (password, allowed) in [
            ("seven77", false),
            ("eight888", true),
            (&"x".repeat(256), true),
            (&"x".repeat(257), false),
        ] {
            assert_eq!(passwords.hash(password).await.is_ok(), allowed, "{password}");
        }
    }
}
