//! Asking a project: again where that is safe, and not at all while it is away.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use url::Url;

use super::{circuit::Circuit, errors::Failure, rpc::Rpc, verbs::Verb, wire};
use crate::server::{
    clock::Clock,
    config::SupabaseKey,
    entropy::{Entropy, random},
};

/// A question is asked so often at most.
const ATTEMPTS: u32 = 3;

/// The shortest pause before the second attempt, in milliseconds.
const PAUSE_MS: u64 = 50;

/// The functions of one project, and how it is with it.
pub(super) struct Project {
    rpc: Rpc,
    circuit: Circuit,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Project {
    /// A way to the project at `rest_url`; nothing is asked yet.
    ///
    /// # Errors
    /// When the system gives no HTTP client.
    pub(super) fn new(
        rest_url: &Url,
        key: &SupabaseKey,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, String> {
        Ok(Self { rpc: Rpc::new(rest_url, key)?, circuit: Circuit::new(), clock, entropy })
    }

    /// Calls a function with one argument, again where that is safe.
    pub(super) async fn ask(&self, verb: &Verb, request: Value) -> Result<Value, Failure> {
        let body = wire::body(request);
        let mut attempt = 1;
        loop {
            let failure = match self.attempt(verb, &body).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            if attempt == ATTEMPTS || !verb.may_follow(&failure) {
                return Err(failure);
            }
            tracing::debug!(function = verb.function, attempt, ?failure, "asking Supabase again");
            tokio::time::sleep(self.pause(attempt)).await;
            attempt += 1;
        }
    }

    async fn attempt(&self, verb: &Verb, body: &str) -> Result<Value, Failure> {
        if !self.circuit.admits(self.clock.now()) {
            return Err(Failure::Resting);
        }
        let answer = self.rpc.call(verb.function, body).await;
        match &answer {
            Err(failure) if failure.is_outage() => {
                if self.circuit.note_outage(self.clock.now()) {
                    tracing::warn!(?failure, "Supabase is away: left alone for moments at a time");
                }
            }
            _ => {
                if self.circuit.note_answer() {
                    tracing::info!("Supabase is back");
                }
            }
        }
        answer
    }

    /// Longer after each attempt, and never the same for two replicas.
    fn pause(&self, attempt: u32) -> Duration {
        let base = PAUSE_MS << attempt;
        let [jitter] = random::<1>(&*self.entropy);
        Duration::from_millis(base / 2 + base * u64::from(jitter) / 256)
    }
}
