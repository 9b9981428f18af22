//! The error of every server function.

use leptos::{
    prelude::ServerFnErrorErr,
    server_fn::{codec::JsonEncoding, error::FromServerFnError},
};
use serde::{Deserialize, Serialize};

/// The error of a server function: a name without free text, because without JavaScript it travels in an
/// address that anyone can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ApiError {
    /// The store is unavailable.
    #[error("the store is unavailable")]
    StoreUnavailable,
    /// The arguments are not those of the function.
    #[error("the request is malformed")]
    BadRequest,
    /// The browser could not reach the server, or could not read its response.
    #[error("the server was not reached")]
    Transport,
    /// A fault of the server.
    #[error("internal error")]
    Internal,
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => Self::BadRequest,
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Transport,
            _ => Self::Internal,
        }
    }
}
