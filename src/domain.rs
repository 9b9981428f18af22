//! What a creator, a grant and a failed login are: pure types, no I/O, no web crate.
//!
//! Both builds share this module, so that a page and the server speak of the same things.

mod activity;
mod cause;
mod connection;
mod connection_detail;
mod creator;
mod failure;
mod flash;
mod grant;
mod locale;
mod permission;
mod posting_status;
mod profile;
mod receipt;
mod relative_time;
mod scope;
mod site;
mod start_notice;
mod theme;

pub use activity::{Activity, ActivityKind};
pub use cause::{EndCause, RefreshFailure, RemovalReason};
pub use connection::{ConnectionState, Connections, GrantEvent, GrantStatus};
pub use connection_detail::{ConnectionDetail, Renewal, Urgency};
pub use creator::{CreatorId, FetchOutcome, OpenId, PrivacyLevel};
pub use failure::{LogId, LoginEnd, LoginFailure, LoginProblem, LoginRefusal, SignedInAs};
pub use flash::Flash;
pub use grant::Timestamp;
pub use locale::Locale;
pub use permission::{CreatorLimit, Label, Permission};
pub use posting_status::PostingStatus;
pub use profile::{Posting, Profile, ProgramUse};
pub use receipt::{ProfileChoice, Receipt, ReceiptNumber, RemainingData, TikTokNotice};
pub use relative_time::{RelativeTime, Unit};
pub use scope::{Scope, Scopes};
pub use site::{Contact, Operator, Site, percent_encoded};
pub use start_notice::StartNotice;
pub use theme::Theme;

/// Text from outside that does not have the form its type promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} is malformed: {why}")]
pub struct Malformed {
    /// Which kind of value it should have been, as `"scope"`.
    pub what: &'static str,
    /// The rule that it breaks; never the value itself.
    pub why: &'static str,
}
