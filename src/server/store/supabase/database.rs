//! The Supabase project: how it is opened, and how its functions are called.

use std::sync::Arc;

use serde_json::Value;
use url::Url;

use super::{
    errors::Failure,
    event_writes::Writes,
    project::Project,
    schema::{self, Unfit},
    verbs::Verb,
};
use crate::server::{clock::Clock, config::SupabaseKey, entropy::Entropy, store::StoreError};

/// One Supabase project, shared by any number of processes.
pub struct SupabaseStore {
    project: Arc<Project>,
    pub(super) events: Writes,
}

impl SupabaseStore {
    /// The store of the project at `rest_url`, once its schema is known to fit.
    ///
    /// A project that does not answer now is taken as it is: a process must come up while Supabase is
    /// away, say so on its pages, and recover by itself.
    ///
    /// # Errors
    /// [`Unfit`] when the key, the address or the schema is wrong.
    pub async fn open(
        rest_url: &Url,
        key: &SupabaseKey,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, Unfit> {
        let project = Arc::new(Project::new(rest_url, key, clock, entropy).map_err(Unfit::Client)?);
        schema::check(&project).await?;
        Ok(Self { events: Writes::new(&project), project })
    }

    pub(super) async fn ask(&self, verb: &Verb, request: Value) -> Result<Value, Failure> {
        self.project.ask(verb, request).await
    }

    /// A verb whose result says nothing that our trait asks for.
    pub(super) async fn tell(&self, verb: &Verb, request: Value) -> Result<(), StoreError> {
        self.ask(verb, request).await?;
        Ok(())
    }
}
