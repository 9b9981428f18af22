//! The schema in the project: whether it is there, and new enough.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    errors::{self, Failure},
    project::Project,
    verbs, wire,
};
use crate::server::store::StoreError;

/// The schema that this program needs; a newer one keeps the functions of an older one.
pub const SCHEMA_VERSION: u32 = 1;

/// Why a project cannot be used; nothing of this passes by waiting.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// The key is refused.
    #[error("{}.", errors::KEY)]
    Key,
    /// The schema was never applied.
    #[error("{}.", errors::SCHEMA)]
    NoSchema,
    /// The schema is of an earlier version of this program.
    #[error(
        "Supabase has version {found} of our schema, and this program needs {SCHEMA_VERSION}: run the SQL \
         that `creator-connect schema` prints in its SQL editor, or `supabase db push`. It keeps every row."
    )]
    OldSchema {
        /// The version that is there.
        found: u32,
    },
    /// Another server answers.
    #[error("{} ({cause}).", errors::ADDRESS, cause = .0)]
    Address(String),
    /// The system gives no HTTP client.
    #[error("The HTTP client could not be made: {0}.")]
    Client(String),
}

/// What `cc_schema_version` answers.
#[derive(Deserialize)]
struct Schema {
    /// Null in a schema that was applied half, or whose table of versions was emptied.
    version: Option<u32>,
}

/// Whether the project's schema fits; one that does not answer now is taken as it is.
pub(super) async fn check(project: &Project) -> Result<(), Unfit> {
    let failure = match project.ask(&verbs::SCHEMA_VERSION, json!({})).await {
        Ok(answer) => return fits(answer),
        Err(failure) => failure,
    };
    match failure {
        Failure::Key => Err(Unfit::Key),
        Failure::Schema => Err(Unfit::NoSchema),
        Failure::Address(cause) | Failure::Unexpected(cause) => Err(Unfit::Address(cause)),
        away @ (Failure::NotDone(_) | Failure::Unsure(_) | Failure::Slow(_) | Failure::Resting) => {
            let error = StoreError::from(away);
            tracing::warn!(%error, "serving without Supabase: pages say so until it answers");
            Ok(())
        }
    }
}

fn fits(answer: Value) -> Result<(), Unfit> {
    let schema: Schema = wire::value(answer).map_err(|error| Unfit::Address(error.to_string()))?;
    match schema.version.unwrap_or(0) {
        0 => Err(Unfit::NoSchema),
        found if found < SCHEMA_VERSION => Err(Unfit::OldSchema { found }),
        _ => Ok(()),
    }
}
