//! Ends of grants and their revocations as the functions' JSON has them.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    domain::{CreatorId, Malformed, Timestamp},
    server::{
        store::{Ended, Ending, Revocation, RevocationOutcome, Revocations, WhichRevocations},
        vault::Sealed,
    },
};

pub(in super::super) fn ending(creator: &CreatorId, ending: &Ending) -> Value {
    json!({
        "creator_id": creator.as_str(),
        "at": ending.at.0,
        "cause": ending.cause.as_str(),
        "given_until": ending.given_until.map(|until| until.0),
        "revoke": ending.revoke,
        "erase_profile": ending.erase_profile,
    })
}

pub(in super::super) fn deletion(creator: &CreatorId, at: Timestamp) -> Value {
    json!({ "creator_id": creator.as_str(), "at": at.0 })
}

pub(in super::super) fn which(which: WhichRevocations, lease_seconds: u32) -> Value {
    match which {
        WhichRevocations::One(id) => json!({ "id": id, "lease_seconds": lease_seconds }),
        WhichRevocations::Due(limit) => json!({ "limit": limit, "lease_seconds": lease_seconds }),
    }
}

pub(in super::super) fn outcome(id: i64, fence: i64, outcome: &RevocationOutcome) -> Value {
    match outcome {
        RevocationOutcome::Done => json!({ "id": id, "fence": fence }),
        RevocationOutcome::Retry(at) => json!({ "id": id, "fence": fence, "next_try_at": at.0 }),
        RevocationOutcome::NewTokens { access_token, refresh_token, access_expires_at } => json!({
            "id": id,
            "fence": fence,
            "access_token": access_token.as_str(),
            "refresh_token": refresh_token.as_ref().map(Sealed::as_str),
            "access_expires_at": access_expires_at.0,
        }),
    }
}

/// What was ended.
#[derive(Deserialize)]
pub(in super::super) struct EndedRow {
    was_active: bool,
    revocation: Option<i64>,
}

impl TryFrom<EndedRow> for Ended {
    type Error = Malformed;

    fn try_from(row: EndedRow) -> Result<Self, Malformed> {
        Ok(Self { revocation: row.revocation, was_active: row.was_active })
    }
}

/// Claimed revocations.
#[derive(Deserialize)]
pub(in super::super) struct RevocationRows {
    now: i64,
    due: Vec<RevocationRow>,
}

impl TryFrom<RevocationRows> for Revocations {
    type Error = Malformed;

    fn try_from(rows: RevocationRows) -> Result<Self, Malformed> {
        let due = rows.due.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
        Ok(Self { now: Timestamp(rows.now), due })
    }
}

/// A claimed revocation.
#[derive(Deserialize)]
struct RevocationRow {
    id: i64,
    fence: i64,
    client_key: String,
    open_id: String,
    access_token: String,
    refresh_token: Option<String>,
    access_expires_at: i64,
    refresh_expires_at: Option<i64>,
    ended_at: i64,
    attempts: u32,
}

impl TryFrom<RevocationRow> for Revocation {
    type Error = Malformed;

    fn try_from(row: RevocationRow) -> Result<Self, Malformed> {
        Ok(Self {
            id: row.id,
            fence: row.fence,
            client_key: row.client_key,
            open_id: row.open_id.parse()?,
            access_token: Sealed::from_stored(row.access_token),
            refresh_token: row.refresh_token.map(Sealed::from_stored),
            access_expires_at: Timestamp(row.access_expires_at),
            refresh_expires_at: row.refresh_expires_at.map(Timestamp),
            ended_at: Timestamp(row.ended_at),
            attempts: row.attempts,
        })
    }
}
