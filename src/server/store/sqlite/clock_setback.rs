//! A clock that was set back: what it wrote while it was ahead would hold until it is there again.
//!
//! A database server has a clock of its own; a file has the machine's, which starts wrong on a machine without a
//! battery and is set right a moment later. Due dates and leases of that moment lie in the future by as much
//! as the clock was wrong.

use rusqlite::{Connection, params};

use super::statements::execute;
use crate::{domain::Timestamp, server::store::StoreError};

/// What happened so many seconds ahead did not happen; small corrections of a clock are no setback.
const TOLERANCE: i64 = 60;

/// No lease is longer, and no pause after a failed refresh.
const LONGEST_PAUSE: i64 = 3600;

/// No pause of a message or a revocation is longer: their longest is 29 hours.
const LONGEST_WAIT: i64 = 2 * 86_400;

/// Releases leases, due dates and verdicts of a clock that was ahead of `now`.
pub(super) fn release(connection: &Connection, now: Timestamp) -> Result<(), StoreError> {
    let (tolerated, pause, wait) =
        (now.plus_seconds(TOLERANCE), now.plus_seconds(LONGEST_PAUSE), now.plus_seconds(LONGEST_WAIT));
    execute(connection, FREE_GRANTS, params![now, pause])?;
    execute(connection, TAKE_BACK_ENDS, params![now, tolerated])?;
    execute(connection, FREE_REVOCATIONS, params![now, pause, wait])?;
    execute(connection, FREE_EVENTS, params![now, wait])?;
    let grants = execute(connection, REFRESH, params![now, tolerated, pause])?;
    if grants > 0 {
        tracing::warn!(grants, "the clock was set back: grants that it wrote ahead are due now");
    }
    Ok(())
}

/// The task with the lease may still wait for TikTok: the next claim says that it is unsure, as after any lease that ended.
const FREE_GRANTS: &str = "UPDATE tiktok_tokens SET lease_until = ?1 WHERE lease_until > ?2";

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
    WHERE next_try_at > ?3 OR lease_until > ?2";

const FREE_EVENTS: &str = "
    UPDATE webhook_events SET due_at = ?1 WHERE status IN ('waiting', 'forwarding') AND due_at > ?2";
