//! A clock that was set back: what it wrote while it was ahead would hold until it is there again.
//!
//! A database server has a clock of its own; a file has the machine's, which starts wrong on a machine without a
//! battery and is set right a moment later. Due dates and leases of that moment lie in the future by as much
//! as the clock was wrong.

use sqlx::{Sqlite, Transaction};

use crate::{domain::Timestamp, server::store::StoreError};

/// What happened so many seconds ahead did not happen; small corrections of a clock are no setback.
const TOLERANCE: i64 = 60;

/// No lease is longer, and no pause after a failed refresh.
const LONGEST_PAUSE: i64 = 3600;

/// No pause of a message or a revocation is longer: their longest is 29 hours.
const LONGEST_WAIT: i64 = 2 * 86_400;

/// Releases leases, due dates and verdicts of a clock that was ahead of `now`; returns how many grants are due for it.
pub(super) async fn release(
    transaction: &mut Transaction<'_, Sqlite>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    for statement in [FREE_GRANTS, TAKE_BACK_ENDS, FREE_REVOCATIONS, FREE_EVENTS] {
        run(transaction, statement, now).await?;
    }
    run(transaction, REFRESH, now).await
}

async fn run(
    transaction: &mut Transaction<'_, Sqlite>,
    statement: &'static str,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let done = sqlx::query(statement)
        .bind(now.0)
        .bind(now.plus_seconds(TOLERANCE).0)
        .bind(now.plus_seconds(LONGEST_PAUSE).0)
        .bind(now.plus_seconds(LONGEST_WAIT).0)
        .execute(&mut **transaction)
        .await?;
    Ok(done.rows_affected())
}

/// The task with the lease may still wait for TikTok: the next claim says that it is unsure, as after any lease that ended.
const FREE_GRANTS: &str = "UPDATE tiktok_tokens SET lease_until = ?1 WHERE lease_until > ?3";

/// Consents that had not ended after all.
const TAKE_BACK_ENDS: &str = "
    UPDATE tiktok_tokens
    SET needs_reconnect_since = NULL, failing_since = NULL, refresh_failure = NULL, failure_log_id = NULL, refresh_due_at = ?1
    WHERE is_active = 1 AND refresh_failure = 'consent_ended' AND needs_reconnect_since > ?2 AND refresh_expires_at > ?1";

/// Their tokens' expiries were counted from a time that has not come.
const REFRESH: &str = "
    UPDATE tiktok_tokens SET refresh_due_at = ?1
    WHERE is_active = 1 AND refresh_token IS NOT NULL AND needs_reconnect_since IS NULL AND refresh_due_at > ?1
        AND (refreshed_at > ?2 OR refresh_due_at > max(access_expires_at, ?3))";

const FREE_REVOCATIONS: &str = "
    UPDATE revocations SET next_try_at = min(next_try_at, ?1), lease_until = min(lease_until, ?1)
    WHERE next_try_at > ?4 OR lease_until > ?3";

const FREE_EVENTS: &str = "
    UPDATE webhook_events SET due_at = ?1 WHERE status IN ('waiting', 'forwarding') AND due_at > ?4";
