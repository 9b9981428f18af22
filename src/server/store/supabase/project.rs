//! Calls of one project's functions: retried where that is safe, refused while the circuit is open.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use url::Url;

use super::{circuit::Circuit, errors::Failure, rpc::Rpc, verbs::Verb, wire};
use crate::server::{
    clock::Clock,
    config::SupabaseKey,
    entropy::{Entropy, random, uuid},
};

/// The most attempts of one call.
const ATTEMPTS: u32 = 3;

/// The shortest backoff before the second attempt, in milliseconds.
const BACKOFF_MS: u64 = 50;

/// The functions of one project, behind a circuit breaker.
pub(super) struct Project {
    rpc: Rpc,
    circuit: Circuit,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Project {
    /// A client of the project at `rest_url`; no request is sent yet.
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

    /// A key by which the database recognises a repetition of one request.
    pub(super) fn idempotency_key(&self) -> String {
        uuid(&*self.entropy).to_string()
    }

    /// Calls a function with one argument; retries where that is safe.
    pub(super) async fn call(&self, verb: &Verb, request: Value) -> Result<Value, Failure> {
        let body = wire::body(request);
        let mut attempt = 1;
        loop {
            let failure = match self.attempt(verb, &body).await {
                Ok(response) => return Ok(response),
                Err(failure) => failure,
            };
            if attempt == ATTEMPTS || !verb.may_follow(&failure) {
                return Err(failure);
            }
            tracing::debug!(function = verb.function, attempt, ?failure, "retrying a Supabase call");
            tokio::time::sleep(self.backoff(attempt)).await;
            attempt += 1;
        }
    }

    async fn attempt(&self, verb: &Verb, body: &str) -> Result<Value, Failure> {
        if !self.circuit.admits(self.clock.now()) {
            return Err(Failure::CircuitOpen);
        }
        let response = self.rpc.call(verb.function, body).await;
        match &response {
            Err(failure) if failure.is_outage() => {
                if self.circuit.note_outage(self.clock.now()) {
                    tracing::warn!(?failure, "Supabase unavailable: circuit opened");
                }
            }
            _ => {
                if self.circuit.note_response() {
                    tracing::info!("Supabase available again: circuit closed");
                }
            }
        }
        response
    }

    /// The backoff after an attempt, with jitter so that replicas do not retry together.
    fn backoff(&self, attempt: u32) -> Duration {
        let base = BACKOFF_MS << attempt;
        let [jitter] = random::<1>(&*self.entropy);
        Duration::from_millis(base / 2 + base * u64::from(jitter) / 256)
    }
}
