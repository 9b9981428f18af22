//! Grants as the functions' JSON has them.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    domain::{CreatorId, GrantStatus, LogId, Malformed, RefreshFailure, Scopes, Timestamp},
    server::{
        store::{Claim, Claims, GrantClaim, GrantRef, GrantTimes, NewGrant, RefreshResult, StoredGrant},
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

pub(in super::super) fn refresh_result(refresh_result: &RefreshResult) -> Value {
    let (grant, grant_status, tokens) =
        (refresh_result.grant, &refresh_result.grant_status, refresh_result.tokens.as_ref());
    json!({
        "id": grant.id,
        "fence": grant.fence,
        "generation": grant.generation,
        "access_token": tokens.map(|tokens| tokens.access_token.as_str()),
        "refresh_token": tokens.and_then(|tokens| tokens.refresh_token.as_ref()).map(Sealed::as_str),
        "scopes": tokens.and_then(|tokens| tokens.scopes.as_ref()).map(Scopes::to_string),
        "token_type": tokens.map(|tokens| tokens.token_type.as_str()),
        "refreshed_at": tokens.map(|tokens| tokens.refreshed_at.0),
        "access_expires_at": grant_status.access_expires_at.0,
        "refresh_expires_at": grant_status.refresh_expires_at.map(|end| end.0),
        "failing_since": grant_status.failing_since.map(|since| since.0),
        "needs_reconnect_since": grant_status.needs_reconnect_since.map(|since| since.0),
        "refresh_failure": grant_status.refresh_failure.map(RefreshFailure::as_str),
        "refresh_due_at": refresh_result.due_at.map(|due| due.0),
        "failures": refresh_result.failures,
        "unsure": refresh_result.unsure,
        "log_id": refresh_result.log_id.as_ref().map(LogId::as_str),
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
pub(super) struct GrantStatusRow {
    access_expires_at: i64,
    refresh_expires_at: Option<i64>,
    failing_since: Option<i64>,
    needs_reconnect_since: Option<i64>,
    refresh_failure: Option<RefreshFailure>,
}

impl From<GrantStatusRow> for GrantStatus {
    fn from(row: GrantStatusRow) -> Self {
        Self {
            access_expires_at: Timestamp(row.access_expires_at),
            refresh_expires_at: row.refresh_expires_at.map(Timestamp),
            failing_since: row.failing_since.map(Timestamp),
            needs_reconnect_since: row.needs_reconnect_since.map(Timestamp),
            refresh_failure: row.refresh_failure,
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
    grant_status: GrantStatusRow,
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
            grant_status: row.grant_status.into(),
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
    grant_status: GrantStatusRow,
    refresh_due_at: Option<i64>,
    log_id: Option<String>,
}

impl TryFrom<TimesRow> for GrantTimes {
    type Error = Malformed;

    fn try_from(row: TimesRow) -> Result<Self, Malformed> {
        Ok(Self {
            scopes: row.scopes.parse()?,
            refreshed_at: Timestamp(row.refreshed_at),
            grant_status: row.grant_status.into(),
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
    grant_status: GrantStatusRow,
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
            grant_status: row.grant_status.into(),
            failures: row.failures,
            unsure: row.unsure,
        })
    }
}
