//! Hashing passwords: slow on purpose, and never on the threads that serve.
//!
//! **Invariant:** no more hashes run at a time than there are cores, so that
//! their memory is bounded; and a refusal costs the same whether or not the
//! account exists.

use crate::{Code, Result};
use anyhow::{Context, anyhow};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use std::sync::Arc;
use std::thread::available_parallelism;
use tokio::sync::Semaphore;

/// Characters of a password; more would only be work.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=256;

/// The hasher of a process. Clones share its limit.
#[derive(Clone)]
pub struct Passwords {
    argon: Argon2<'static>,
    turns: Arc<Semaphore>,
    /// A hash that no password has, for accounts that do not exist.
    decoy: Arc<str>,
}

impl Passwords {
    /// A hasher that takes this much memory for each password.
    pub fn new(memory_kib: u32) -> Self {
        let memory = memory_kib.max(Params::MIN_M_COST);
        let params = Params::new(memory, 2, 1, None).expect("the costs are in range");
        let decoy =
            format!("$argon2id$v=19$m={memory},t=2,p=1${}${}", "A".repeat(22), "A".repeat(43));
        Self {
            argon: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            turns: Arc::new(Semaphore::new(available_parallelism().map_or(2, usize::from))),
            decoy: decoy.into(),
        }
    }

    /// The PHC string of a new password.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` for one that is too short or too long.
    pub async fn hash(&self, password: &str) -> Result<String> {
        if !LENGTH.contains(&password.chars().count()) {
            let (least, most) = (LENGTH.start(), LENGTH.end());
            return Err(Code::ValidationError
                .error(format!("`password` must have {least} to {most} characters")));
        }
        let (argon, password) = (self.argon.clone(), password.to_owned());
        let hash = self.in_turn(move || argon.hash_password(password.as_bytes())).await?;
        Ok(hash.map_err(|error| anyhow!("hashing a password: {error}"))?.to_string())
    }

    /// Whether the password is the one of the hash; `None` is as slow and false.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let (argon, password) = (self.argon.clone(), password.to_owned());
        let against = hash.unwrap_or(&self.decoy).to_owned();
        let matches = self
            .in_turn(move || argon.verify_password(password.as_bytes(), against.as_str()).is_ok())
            .await?;
        Ok(matches && hash.is_some())
    }

    /// Runs `work` on a thread for it, when it is its turn.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let turn = self.turns.clone().acquire_owned().await.context("the semaphore is open")?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        Ok(done.await.context("hashing a password")?)
    }
}
