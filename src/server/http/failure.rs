//! Answers for when something of ours broke.

use std::any::Any;

use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};

use crate::server::store::StoreError;

/// In both languages, because whatever broke may be what knows the language.
const BROKEN: &str = "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width\"><title>Something went wrong</title>\
    <h1>Something went wrong</h1><p>The fault is ours. Nothing was lost. Please try again in a minute.</p>\
    <p lang=\"fr\">L’erreur vient de nous. Rien n’a été perdu. Veuillez réessayer dans une minute.</p>\
    <p><a href=\"/\">Start page · <span lang=\"fr\">Page d’accueil</span></a></p></html>";

const NO_RECORDS: &str = "We cannot reach our records right now. Try again in a minute.\n\
    Nos données sont momentanément inaccessibles. Réessayez dans une minute.\n";

/// Answers a request whose handler panicked; the others go on.
#[allow(clippy::needless_pass_by_value, reason = "the layer gives the panic away")]
pub(super) fn after_panic(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text");
    tracing::error!(panic = text, "a request panicked");
    of_page()
}

/// Answers a request whose page could not be made.
pub(super) fn of_page() -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, Html(BROKEN)).into_response()
}

/// Answers a request for a file or data when the store is away; the cause is logged here.
pub(super) fn of_store(error: &StoreError) -> Response {
    tracing::error!(%error, "a request failed at the store");
    let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (StatusCode::SERVICE_UNAVAILABLE, plain, NO_RECORDS).into_response()
}
