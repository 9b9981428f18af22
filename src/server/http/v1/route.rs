//! What each route of the API needs, and whether its use is on record.

use crate::{domain::Permission, server::audit::Action};

/// Who may call an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everyone: it says nothing of this installation's creators.
    Public,
    /// Any key.
    AnyKey,
    /// A key with this permission.
    Permission(Permission),
}

/// Whether the use of an endpoint is on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// As this. What is handed out is handed out only once that is written.
    Audited(Action),
    /// It is not, for this reason.
    NotAudited(&'static str),
}

/// One method of one address, for documents and tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: String,
    /// The path below `/api/v1`, with its parameters in braces.
    pub path: String,
    /// Who may call it.
    pub access: Access,
    /// Whether its use is on record.
    pub recorded: Recorded,
}

/// The path in documents: the router's parameter of many segments has a star.
pub(super) fn documented(path: &str) -> String {
    path.replace("{*", "{")
}
