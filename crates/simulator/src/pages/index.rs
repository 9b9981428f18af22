//! `/simulator`: the documentation of the control interface.

use axum::response::Html;

use super::document;
use super::words::Words;

pub(crate) async fn page() -> Html<String> {
    document(Words::english(), "Simulator", include_str!("index.html"))
}
