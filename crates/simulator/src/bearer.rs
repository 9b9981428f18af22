//! Authentication of API calls: the grant of a bearer token, within its rate limit.

use std::sync::Arc;

use axum::http::{HeaderMap, header};

use super::calls::Endpoint;
use super::creators::Person;
use super::envelope::ApiError;
use super::simulator::Simulator;

pub(crate) struct Bearer {
    pub(crate) creator: Person,
    pub(crate) scopes: Arc<[String]>,
}

impl Bearer {
    /// Errors: `access_token_invalid`, `rate_limit_exceeded`.
    pub(crate) fn admit(
        simulator: &Simulator,
        headers: &HeaderMap,
        endpoint: Endpoint,
        limit: usize,
    ) -> Result<Self, ApiError> {
        let token = token(headers).ok_or_else(|| ApiError::of_code("access_token_invalid"))?;
        let (now, now_ms) = (simulator.clock.now(), simulator.clock.now_ms());
        let mut memory = simulator.memory();
        let grant = memory.grants.by_access_token(token, now);
        let grant = grant.ok_or_else(|| ApiError::of_code("access_token_invalid"))?;
        let bearer = Self { creator: grant.creator, scopes: Arc::clone(&grant.scopes) };
        if memory.rates.admit(endpoint, token, limit, now_ms) {
            Ok(bearer)
        } else {
            Err(ApiError::of_code("rate_limit_exceeded"))
        }
    }

    /// Errors: `scope_not_authorized`.
    pub(crate) fn must_have(&self, scope: &str) -> Result<(), ApiError> {
        self.must_have_one_of(&[scope])
    }

    /// Errors: `scope_not_authorized`.
    pub(crate) fn must_have_one_of(&self, scopes: &[&str]) -> Result<(), ApiError> {
        if self.scopes.iter().any(|granted| scopes.contains(&granted.as_str())) {
            Ok(())
        } else {
            Err(ApiError::of_code("scope_not_authorized"))
        }
    }
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ")
}
