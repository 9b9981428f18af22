//! The program that calls, and what its request was about.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{extract::FromRequestParts, http::request::Parts};

use super::problem::{Code, Problem};
use crate::{
    domain::CreatorId,
    server::{api_keys::ApiKey, audit::AuditRecord},
};

/// The program that calls; what an endpoint may know of it.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) key: Arc<ApiKey>,
    subject: Arc<Mutex<Subject>>,
}

/// What a request was about, for its record.
#[derive(Default)]
struct Subject {
    creator: Option<CreatorId>,
    generation: Option<i64>,
    target: Option<String>,
}

impl Caller {
    pub(super) fn new(key: Arc<ApiKey>) -> Self {
        Self { key, subject: Arc::default() }
    }

    /// Says whose connection the request is about.
    pub(super) fn about(&self, creator: &CreatorId) {
        self.with(|subject| subject.creator = Some(creator.clone()));
    }

    /// Says which token pair was handed out.
    pub(super) fn handed_out(&self, generation: i64) {
        self.with(|subject| subject.generation = Some(generation));
    }

    /// Says what else the request is about.
    pub(super) fn target(&self, target: impl Into<String>) {
        self.with(|subject| subject.target = Some(target.into()));
    }

    /// Moves what the request was about into its record.
    pub(super) fn complete(&self, record: &mut AuditRecord) {
        self.with(|subject| {
            record.creator = subject.creator.take();
            record.generation = subject.generation.take();
            record.target = subject.target.take();
        });
    }

    fn with(&self, change: impl FnOnce(&mut Subject)) {
        change(&mut self.subject.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// The caller is there behind the guard of an endpoint that needs a key.
impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| Problem::new(Code::KeyMissing, "Send a key: Authorization: Bearer cck_…"))
    }
}
