//! Scopes: what a creator allows, comma-separated on TikTok's wire.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Malformed;

/// One scope, as `user.info.basic`
/// (TikTok: <https://developers.tiktok.com/doc/tiktok-api-scopes>).
///
/// Lower-case letters, digits, dots and underscores, at most 64 characters. The set is open:
/// TikTok adds scopes, so an unknown one is kept, not refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(String);

impl Scope {
    /// Open id, avatar and display name.
    pub const USER_INFO_BASIC: &str = "user.info.basic";
    /// Username, bio and verification.
    pub const USER_INFO_PROFILE: &str = "user.info.profile";
    /// Drafts in the creator's inbox.
    pub const VIDEO_UPLOAD: &str = "video.upload";
    /// Creator info and direct posts.
    pub const VIDEO_PUBLISH: &str = "video.publish";

    /// The scopes of an app that logs creators in and posts for them, as TikTok documents them
    /// (<https://developers.tiktok.com/doc/tiktok-api-scopes>).
    pub const DOCUMENTED: [&str; 6] = [
        Self::USER_INFO_BASIC,
        Self::USER_INFO_PROFILE,
        "user.info.stats",
        "video.list",
        Self::VIDEO_PUBLISH,
        "video.upload",
    ];

    /// The scope as TikTok spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Scope {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let malformed = |why| Malformed { what: "scope", why };
        if text.is_empty() || text.len() > 64 {
            return Err(malformed("it has 1 to 64 characters"));
        }
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '_';
        if !text.chars().all(allowed) {
            return Err(malformed("it has lower-case letters, digits, dots and underscores only"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Scope {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A list of scopes without duplicates, in the order it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// Whether `scope`, in TikTok's spelling, is in the list.
    #[must_use]
    pub fn contains(&self, scope: &str) -> bool {
        self.0.iter().any(|own| own.as_str() == scope)
    }

    /// The scopes of this list that `granted` lacks.
    #[must_use]
    pub fn missing_from(&self, granted: &Self) -> Self {
        let missing = |scope: &&Scope| !granted.contains(scope.as_str());
        Self(self.0.iter().filter(missing).cloned().collect())
    }

    /// The scopes, one by one.
    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.0.iter()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for Scopes {
    type Err = Malformed;

    /// Reads TikTok's comma-separated form. White space around a name and empty names are passed
    /// over; a name that is no [`Scope`] is an error.
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let mut scopes = Vec::new();
        for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let scope: Scope = name.parse()?;
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        Ok(Self(scopes))
    }
}

/// TikTok's wire form: comma-separated, no spaces.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, scope) in self.0.iter().enumerate() {
            let comma = if position == 0 { "" } else { "," };
            write!(f, "{comma}{scope}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_keeps_its_order_and_loses_its_duplicates() {
        let scopes: Scopes = "video.publish,user.info.basic,video.publish".parse().unwrap();
        assert_eq!(scopes.to_string(), "video.publish,user.info.basic");
    }

    #[test]
    fn spaces_do_not_separate_scopes() {
        assert!("user.info.basic video.publish".parse::<Scopes>().is_err());
    }

    #[test]
    fn an_unknown_scope_is_kept() {
        let scopes: Scopes = "portability.all.single".parse().unwrap();
        assert!(scopes.contains("portability.all.single"));
    }

    #[test]
    fn markup_is_no_scope() {
        assert!("<b>".parse::<Scope>().is_err());
    }

    #[test]
    fn missing_scopes_are_those_that_were_not_granted() {
        let asked: Scopes = "user.info.basic,video.publish".parse().unwrap();
        let granted: Scopes = "user.info.basic".parse().unwrap();
        assert_eq!(asked.missing_from(&granted).to_string(), "video.publish");
    }
}
