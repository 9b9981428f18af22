//! Where notices to the operator go.

use std::fmt;

use url::Url;

use super::{Problem, address};

/// The address of the receiver of notices. Its path may be its only protection, so it is not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct NotifyUrl(Url);

impl NotifyUrl {
    /// The whole address.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.0
    }

    /// What may be shown of it.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{}/…", self.0.origin().ascii_serialization())
    }
}

impl fmt::Debug for NotifyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NotifyUrl({})", self.shown())
    }
}

/// Reads `NOTIFY_URL`; empty is off. `http` is for this machine only.
pub(super) fn read(value: &str) -> Result<Option<NotifyUrl>, Problem> {
    if value.is_empty() {
        return Ok(None);
    }
    let is_usable =
        |url: &Url| address::is_protected(url) && url.username().is_empty() && url.password().is_none();
    let url = Url::parse(value).ok().filter(is_usable);
    let remedy = "Write it like https://ntfy.example/topic, or a webhook's address of Slack or Discord.";
    let problem = || Problem::new("is neither an https address nor http on this machine", remedy);
    url.map(|url| Some(NotifyUrl(url))).ok_or_else(problem)
}
