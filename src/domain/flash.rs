//! The outcome of what a creator just did, which their next page shows once.

use serde::{Deserialize, Serialize};

use super::Renewal;

/// A flash message of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flash {
    /// They came back from TikTok. It is shown where that connected them, and not where it only signed them in.
    SignedIn,
    /// They asked for a check of the connection.
    Checked(Renewal),
}
