//! Claims of grants in SQLite, and how they ended.

use async_trait::async_trait;
use rusqlite::{Connection, Row, named_params, params};

use super::{
    SqliteStore,
    grants::{grant_status, reference},
    revocations,
    statements::{all, execute, first},
};
use crate::{
    domain::{CreatorId, Timestamp},
    server::store::{
        Claim, Claims, GrantClaim, GrantRef, NewTokens, RefreshResult, RefreshStore, StoreError,
    },
};

#[async_trait]
impl RefreshStore for SqliteStore {
    async fn claim_due(&self, limit: u32, lease_seconds: u32) -> Result<Claims, StoreError> {
        let claim = move |connection: &Connection, now| {
            Ok(Claims { now, grants: claim_due(connection, limit, lease_seconds, now)? })
        };
        self.writer.write(claim).await
    }

    async fn claim_grant(&self, creator: &CreatorId, lease_seconds: u32) -> Result<GrantClaim, StoreError> {
        let creator = creator.clone();
        self.writer.write(move |connection, now| claim_grant(connection, &creator, lease_seconds, now)).await
    }

    async fn complete_refresh(&self, refresh_result: &RefreshResult) -> Result<bool, StoreError> {
        let refresh_result = refresh_result.clone();
        self.writer.write(move |connection, now| complete_refresh(connection, &refresh_result, now)).await
    }
}

/// Claims the grants that `which` picks. The new row says `unsure` when the claim before was never
/// completed.
macro_rules! claim {
    ($which:literal) => {
        concat!(
            "UPDATE tiktok_tokens SET
                 fence = fence + 1,
                 unsure = unsure OR claim_open,
                 claim_open = 1,
                 lease_until = ?1 + ?2
             WHERE id IN (
                 SELECT id FROM tiktok_tokens
                 WHERE is_active = 1 AND refresh_token IS NOT NULL AND needs_reconnect_since IS NULL
                     AND (lease_until IS NULL OR lease_until <= ?1) AND ",
            $which,
            ")
             RETURNING *,
                 (SELECT client_key FROM creators WHERE creators.id = creator_id) AS client_key,
                 (SELECT open_id FROM creators WHERE creators.id = creator_id) AS open_id"
        )
    };
}

/// Claims what is due, most urgent first.
fn claim_due(
    connection: &Connection,
    limit: u32,
    lease_seconds: u32,
    now: Timestamp,
) -> Result<Vec<Claim>, StoreError> {
    let sql = claim!("refresh_due_at <= ?1 ORDER BY refresh_due_at, id LIMIT ?3");
    let mut claims = all(connection, sql, params![now, lease_seconds, limit], read)?;
    // RETURNING has no order of its own.
    claims.sort_by_key(|claim| claim.due_at);
    Ok(claims)
}

/// Claims one creator's grant.
fn claim_grant(
    connection: &Connection,
    creator: &CreatorId,
    lease_seconds: u32,
    now: Timestamp,
) -> Result<GrantClaim, StoreError> {
    let sql = claim!("creator_id = ?3");
    match first(connection, sql, params![now, lease_seconds, creator], read)? {
        Some(claim) => Ok(GrantClaim::Claimed { now, claim: Box::new(claim) }),
        None if is_refreshable(connection, creator)? => Ok(GrantClaim::Busy),
        None => Ok(GrantClaim::Nothing),
    }
}

fn is_refreshable(connection: &Connection, creator: &CreatorId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM tiktok_tokens WHERE creator_id = ? AND is_active = 1
                   AND refresh_token IS NOT NULL AND needs_reconnect_since IS NULL";
    Ok(connection.prepare_cached(sql)?.exists([creator])?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Claim> {
    Ok(Claim {
        grant: reference(row)?,
        creator: row.get("creator_id")?,
        client_key: row.get("client_key")?,
        open_id: row.get("open_id")?,
        access_token: row.get("access_token")?,
        refresh_token: row.get("refresh_token")?,
        grant_status: grant_status(row)?,
        due_at: row.get("refresh_due_at")?,
        failures: row.get("failures")?,
        unsure: row.get("unsure")?,
    })
}

/// Says how a claim ended. New tokens of a grant that ended meanwhile go to its revocation.
fn complete_refresh(
    connection: &Connection,
    refresh_result: &RefreshResult,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if write(connection, refresh_result)? {
        return Ok(true);
    }
    let Some(tokens) = &refresh_result.tokens else { return Ok(false) };
    revocations::renew(connection, refresh_result, now)?;
    are_stored(connection, refresh_result.grant, tokens)
}

/// With new tokens the generation decides, whichever task has the lease; without, the fence does too.
fn write(connection: &Connection, refresh_result: &RefreshResult) -> Result<bool, StoreError> {
    let sql = "UPDATE tiktok_tokens SET
             access_token = COALESCE(:access_token, access_token),
             refresh_token = COALESCE(:refresh_token, refresh_token),
             scopes = COALESCE(:scopes, scopes), token_type = COALESCE(:token_type, token_type),
             refreshed_at = COALESCE(:refreshed_at, refreshed_at),
             access_expires_at = :access_expires_at, refresh_expires_at = :refresh_expires_at,
             failing_since = :failing_since, needs_reconnect_since = :needs_reconnect_since,
             refresh_failure = :refresh_failure, refresh_due_at = :due_at, failures = :failures,
             unsure = :unsure, failure_log_id = :log_id,
             generation = generation + (:access_token IS NOT NULL), lease_until = NULL, claim_open = 0
         WHERE id = :id AND is_active = 1 AND generation = :generation
             AND (fence = :fence OR :access_token IS NOT NULL)";
    let RefreshResult { grant, grant_status, tokens, due_at, failures, unsure, log_id } = refresh_result;
    let tokens = tokens.as_ref();
    let params = named_params! {
        ":id": grant.id,
        ":generation": grant.generation,
        ":fence": grant.fence,
        ":access_token": tokens.map(|tokens| &tokens.access_token),
        ":refresh_token": tokens.and_then(|tokens| tokens.refresh_token.as_ref()),
        ":scopes": tokens.and_then(|tokens| tokens.scopes.as_ref()),
        ":token_type": tokens.map(|tokens| &tokens.token_type),
        ":refreshed_at": tokens.map(|tokens| tokens.refreshed_at),
        ":access_expires_at": grant_status.access_expires_at,
        ":refresh_expires_at": grant_status.refresh_expires_at,
        ":failing_since": grant_status.failing_since,
        ":needs_reconnect_since": grant_status.needs_reconnect_since,
        ":refresh_failure": grant_status.refresh_failure,
        ":due_at": due_at,
        ":failures": failures,
        ":unsure": unsure,
        ":log_id": log_id,
    };
    Ok(execute(connection, sql, params)? == 1)
}

/// Whether an earlier call wrote these very tokens: each sealing is unique.
fn are_stored(connection: &Connection, grant: GrantRef, tokens: &NewTokens) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM tiktok_tokens WHERE id = ? AND generation = ? AND access_token = ?";
    let params = params![grant.id, grant.generation + 1, tokens.access_token];
    Ok(connection.prepare_cached(sql)?.exists(params)?)
}
