//! The end of a connection, or of all data of a creator.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    caller::Caller,
    problem::{Code, Problem, ProblemBody},
    resolve::find,
};
use crate::{
    domain::{ProfileChoice, Receipt, TikTokNotice},
    server::{clock::rfc3339, disconnect, state::AppState},
};

/// The receipt of a disconnect or a deletion.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Ended {
    /// What to quote.
    receipt: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Whether there was a connection until then.
    was_connected: bool,
    /// What TikTok knows: `confirmed`, `pending` (it is retried until TikTok confirms), or `not_needed`.
    tiktok: &'static str,
}

impl From<Receipt> for Ended {
    fn from(receipt: Receipt) -> Self {
        Self {
            receipt: receipt.number.to_string(),
            at: rfc3339(receipt.at),
            was_connected: receipt.was_connected,
            tiktok: match receipt.tiktok {
                TikTokNotice::Confirmed => "confirmed",
                TikTokNotice::Pending => "pending",
                TikTokNotice::NotNeeded => "not_needed",
            },
        }
    }
}

/// Disconnects a creator: their tokens are erased and revoked at TikTok, their profile stays.
#[utoipa::path(
    delete, path = "/creators/{creator}/connection", tag = "creators",
    params(("creator" = String, Path, description = "Our id, open_id:… or reference:…")),
    responses((status = 202, body = Ended), (status = "default", body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn disconnect(
    State(state): State<AppState>,
    caller: Caller,
    Path(creator): Path<String>,
) -> Result<(StatusCode, Json<Ended>), Problem> {
    let stored = find(&state, &caller, &creator).await?;
    let ended = disconnect::disconnect(&state.disconnect, &stored.id, ProfileChoice::Keep).await?;
    ended.map(|receipt| (StatusCode::ACCEPTED, Json(receipt.into()))).ok_or_else(gone)
}

/// Deletes all data of a creator: connection, profile, notes, sessions.
#[utoipa::path(
    delete, path = "/creators/{creator}", tag = "creators",
    params(("creator" = String, Path, description = "Our id, open_id:… or reference:…")),
    responses((status = 202, body = Ended), (status = "default", body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    Path(creator): Path<String>,
) -> Result<(StatusCode, Json<Ended>), Problem> {
    let stored = find(&state, &caller, &creator).await?;
    let ended = disconnect::delete_everything(&state.disconnect, &stored.id).await?;
    ended.map(|receipt| (StatusCode::ACCEPTED, Json(receipt.into()))).ok_or_else(gone)
}

fn gone() -> Problem {
    Problem::new(Code::NotFound, "There is no such creator.")
}
