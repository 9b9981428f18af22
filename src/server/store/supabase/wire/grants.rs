//! Grants as the functions' JSON has them.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    domain::{CreatorId, LogId, Malformed, Scopes, Standing, Timestamp, Trouble},
    server::{
        store::{Claim, Claims, GrantClaim, GrantRef, GrantTimes, NewGrant, Settlement, StoredGrant},
        vault::Sealed,
    },
};

pub(in super::super) fn new(grant: &NewGrant, new_id: &CreatorId) -> Value {
    json!({
        "new_id": new_id.as_str(),
        "client_key": grant.client_key,
        "open_id": grant.open_id.as_str(),
        "access_token": grant.access_token.as_str(),
        "refresh_token": grant.refresh_token.as_ref().map(Sealed::as_str),
        "scopes": grant.scopes.to_string(),
        "token_type": grant.token_type,
        "granted_at": grant.granted_at.0,
        "access_expires_at": grant.access_expires_at.0,
        "refresh_expires_at": grant.refresh_expires_at.map(|end| end.0),
        "refresh_due_at": grant.refresh_due_at.0,
    })
}

/// Which grants to claim: those that are due.
pub(in super::super) fn due(limit: u32, lease_seconds: u32) -> Value {
    json!({ "limit": limit, "lease_seconds": lease_seconds })
}

/// Which grant to claim: that creator's.
pub(in super::super) fn of_creator(creator: &CreatorId, lease_seconds: u32) -> Value {
    json!({ "creator_id": creator.as_str(), "lease_seconds": lease_seconds })
}

pub(in super::super) fn settlement(settlement: &Settlement) -> Value {
    let (grant, standing, tokens) = (settlement.grant, &settlement.standing, settlement.tokens.as_ref());
    json!({
        "id": grant.id,
        "fence": grant.fence,
        "generation": grant.generation,
        "access_token": tokens.map(|tokens| tokens.access_token.as_str()),
        "refresh_token": tokens.and_then(|tokens| tokens.refresh_token.as_ref()).map(Sealed::as_str),
        "scopes": tokens.and_then(|tokens| tokens.scopes.as_ref()).map(Scopes::to_string),
        "token_type": tokens.map(|tokens| tokens.token_type.as_str()),
        "refreshed_at": tokens.map(|tokens| tokens.refreshed_at.0),
        "access_expires_at": standing.access_ends_at.0,
        "refresh_expires_at": standing.consent_ends_at.map(|end| end.0),
        "failing_since": standing.failing_since.map(|since| since.0),
        "needs_reconnect_since": standing.needs_reconnect_since.map(|since| since.0),
        "trouble": standing.trouble.map(Trouble::as_str),
        "refresh_due_at": settlement.due_at.map(|due| due.0),
        "failures": settlement.failures,
        "unsure": settlement.unsure,
        "log_id": settlement.log_id.as_ref().map(LogId::as_str),
    })
}

/// A grant's row and its numbers.
#[derive(Clone, Copy, Deserialize)]
pub(super) struct ReferenceRow {
    id: i64,
    fence: i64,
    generation: i64,
}

impl From<ReferenceRow> for GrantRef {
    fn from(row: ReferenceRow) -> Self {
        Self { id: row.id, fence: row.fence, generation: row.generation }
    }
}

/// How a grant stands.
#[derive(Clone, Copy, Deserialize)]
pub(super) struct StandingRow {
    access_expires_at: i64,
    refresh_expires_at: Option<i64>,
    failing_since: Option<i64>,
    needs_reconnect_since: Option<i64>,
    trouble: Option<Trouble>,
}

impl From<StandingRow> for Standing {
    fn from(row: StandingRow) -> Self {
        Self {
            access_ends_at: Timestamp(row.access_expires_at),
            consent_ends_at: row.refresh_expires_at.map(Timestamp),
            failing_since: row.failing_since.map(Timestamp),
            needs_reconnect_since: row.needs_reconnect_since.map(Timestamp),
            trouble: row.trouble,
        }
    }
}

/// An active grant.
#[derive(Deserialize)]
pub(in super::super) struct GrantRow {
    client_key: String,
    open_id: String,
    access_token: String,
    refresh_token: Option<String>,
    #[serde(flatten)]
    grant: ReferenceRow,
    scopes: String,
    token_type: String,
    refreshed_at: i64,
    #[serde(flatten)]
    standing: StandingRow,
    now: i64,
}

impl TryFrom<GrantRow> for StoredGrant {
    type Error = Malformed;

    fn try_from(row: GrantRow) -> Result<Self, Malformed> {
        Ok(Self {
            client_key: row.client_key,
            open_id: row.open_id.parse()?,
            access_token: Sealed::from_stored(row.access_token),
            refresh_token: row.refresh_token.map(Sealed::from_stored),
            grant: row.grant.into(),
            scopes: row.scopes.parse()?,
            token_type: row.token_type,
            refreshed_at: Timestamp(row.refreshed_at),
            standing: row.standing.into(),
            read_at: Timestamp(row.now),
        })
    }
}

/// The times of a grant.
#[derive(Deserialize)]
pub(super) struct TimesRow {
    scopes: String,
    refreshed_at: i64,
    #[serde(flatten)]
    standing: StandingRow,
    refresh_due_at: Option<i64>,
    log_id: Option<String>,
}

impl TryFrom<TimesRow> for GrantTimes {
    type Error = Malformed;

    fn try_from(row: TimesRow) -> Result<Self, Malformed> {
        Ok(Self {
            scopes: row.scopes.parse()?,
            refreshed_at: Timestamp(row.refreshed_at),
            standing: row.standing.into(),
            due_at: row.refresh_due_at.map(Timestamp),
            log_id: row.log_id.map(|id| id.parse()).transpose()?,
        })
    }
}

/// Claimed grants.
#[derive(Deserialize)]
pub(in super::super) struct ClaimRows {
    now: i64,
    grants: Vec<ClaimRow>,
    busy: bool,
}

impl TryFrom<ClaimRows> for Claims {
    type Error = Malformed;

    fn try_from(rows: ClaimRows) -> Result<Self, Malformed> {
        let grants = rows.grants.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
        Ok(Self { now: Timestamp(rows.now), grants })
    }
}

impl TryFrom<ClaimRows> for GrantClaim {
    type Error = Malformed;

    fn try_from(rows: ClaimRows) -> Result<Self, Malformed> {
        let (now, busy) = (Timestamp(rows.now), rows.busy);
        match rows.grants.into_iter().next() {
            Some(claim) => Ok(Self::Claimed { now, claim: Box::new(claim.try_into()?) }),
            None if busy => Ok(Self::Busy),
            None => Ok(Self::Nothing),
        }
    }
}

/// A claimed grant.
#[derive(Deserialize)]
struct ClaimRow {
    #[serde(flatten)]
    grant: ReferenceRow,
    creator_id: String,
    client_key: String,
    open_id: String,
    access_token: String,
    refresh_token: String,
    #[serde(flatten)]
    standing: StandingRow,
    failures: u32,
    unsure: bool,
}

impl TryFrom<ClaimRow> for Claim {
    type Error = Malformed;

    fn try_from(row: ClaimRow) -> Result<Self, Malformed> {
        Ok(Self {
            grant: row.grant.into(),
            creator: row.creator_id.parse()?,
            client_key: row.client_key,
            open_id: row.open_id.parse()?,
            access_token: Sealed::from_stored(row.access_token),
            refresh_token: Sealed::from_stored(row.refresh_token),
            standing: row.standing.into(),
            failures: row.failures,
            unsure: row.unsure,
        })
    }
}
