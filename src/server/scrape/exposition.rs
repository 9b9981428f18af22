//! The whole answer, in `OpenMetrics`.

use prometheus_client::encoding::text;

use super::{parts::Parts, process, snapshot::Snapshot};

/// The form of the answer.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Everything that is known. What cannot be found out now is left out rather than repeated.
pub async fn exposition(parts: &Parts) -> String {
    let snapshot = Snapshot::take(parts).await;
    let mut answer = String::new();
    for registry in [&parts.metrics.registry(), &snapshot.registry(), &process::registry()] {
        // Writing to a string cannot fail.
        text::encode_registry(&mut answer, registry).ok();
    }
    text::encode_eof(&mut answer).ok();
    answer
}
