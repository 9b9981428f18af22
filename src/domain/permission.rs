//! What a program may do with its API key.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{CreatorId, Malformed};

/// One thing that an API key may do. There is no wildcard: a new permission widens no old key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Permission {
    /// Read creators and their posting options.
    #[serde(rename = "creators:read")]
    CreatorsRead,
    /// Change labels, reference and note of creators.
    #[serde(rename = "creators:write")]
    CreatorsWrite,
    /// Disconnect creators, and delete their data.
    #[serde(rename = "creators:disconnect")]
    CreatorsDisconnect,
    /// Get access tokens.
    #[serde(rename = "tokens:read")]
    TokensRead,
    /// Call TikTok through the proxy.
    #[serde(rename = "tiktok:call")]
    TiktokCall,
    /// Make and revoke connect links.
    #[serde(rename = "links:write")]
    LinksWrite,
    /// Read events.
    #[serde(rename = "events:read")]
    EventsRead,
    /// Replay events.
    #[serde(rename = "events:replay")]
    EventsReplay,
    /// Subscribe addresses to events.
    #[serde(rename = "events:subscribe")]
    EventsSubscribe,
    /// Read the audit log.
    #[serde(rename = "audit:read")]
    AuditRead,
}

impl Permission {
    /// Each of them.
    pub const ALL: [Self; 10] = [
        Self::CreatorsRead,
        Self::CreatorsWrite,
        Self::CreatorsDisconnect,
        Self::TokensRead,
        Self::TiktokCall,
        Self::LinksWrite,
        Self::EventsRead,
        Self::EventsReplay,
        Self::EventsSubscribe,
        Self::AuditRead,
    ];

    /// The name in keys, settings and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreatorsRead => "creators:read",
            Self::CreatorsWrite => "creators:write",
            Self::CreatorsDisconnect => "creators:disconnect",
            Self::TokensRead => "tokens:read",
            Self::TiktokCall => "tiktok:call",
            Self::LinksWrite => "links:write",
            Self::EventsRead => "events:read",
            Self::EventsReplay => "events:replay",
            Self::EventsSubscribe => "events:subscribe",
            Self::AuditRead => "audit:read",
        }
    }

    /// The permissions of a list: names of permissions and of presets, comma-separated, without duplicates.
    ///
    /// # Errors
    /// For a name that is neither, and for an empty list.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, Malformed> {
        let mut permissions = Vec::new();
        for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let named =
                preset(name).map_or_else(|| name.parse().map(|one| vec![one]), |all| Ok(all.to_vec()))?;
            permissions.extend(named);
        }
        permissions.sort_unstable();
        permissions.dedup();
        if permissions.is_empty() {
            return Err(Malformed { what: "permission list", why: "it names no permission" });
        }
        Ok(permissions)
    }
}

/// The permissions of a preset, so that nobody has to list them.
fn preset(name: &str) -> Option<&'static [Permission]> {
    match name {
        "token" => Some(&[Permission::CreatorsRead, Permission::TokensRead]),
        "reader" => Some(&[Permission::CreatorsRead, Permission::EventsRead]),
        "publisher" => Some(&[Permission::CreatorsRead, Permission::TiktokCall, Permission::LinksWrite]),
        _ => None,
    }
}

impl FromStr for Permission {
    type Err = Malformed;

    fn from_str(name: &str) -> Result<Self, Malformed> {
        let found = Self::ALL.into_iter().find(|permission| permission.as_str() == name);
        found.ok_or(Malformed { what: "permission", why: "it is none of the known names" })
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The creators that an API key is for. Every other creator is unknown to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreatorLimit {
    /// All of them, those of the future too.
    All,
    /// These.
    Ids(Vec<CreatorId>),
    /// Those with any of these labels, as they are labelled at the time of the call.
    Labels(Vec<Label>),
}

impl CreatorLimit {
    /// Whether it includes a creator with these labels.
    #[must_use]
    pub fn includes(&self, creator: &CreatorId, labels: &[Label]) -> bool {
        match self {
            Self::All => true,
            Self::Ids(ids) => ids.contains(creator),
            Self::Labels(own) => own.iter().any(|label| labels.contains(label)),
        }
    }
}

/// A label of a creator, as `client:acme`: 1 to 64 letters, digits and `:_.-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label(String);

impl Label {
    /// The label as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Label {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b":_.-".contains(&byte);
        let is_label = (1..=64).contains(&text.len()) && text.bytes().all(is_allowed);
        let why = "it has 1 to 64 letters, digits, and the characters : _ . -";
        is_label.then(|| Self(text.to_owned())).ok_or(Malformed { what: "label", why })
    }
}

impl TryFrom<String> for Label {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse()
    }
}

impl From<Label> for String {
    fn from(label: Label) -> Self {
        label.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permission_is_parsed_by_its_name() {
        for permission in Permission::ALL {
            assert_eq!(permission.as_str().parse(), Ok(permission));
        }
        assert!("*".parse::<Permission>().is_err() && "keys:write".parse::<Permission>().is_err());
    }

    #[test]
    fn permission_list_expands_presets_once() {
        let list = Permission::parse_list("token, creators:read").unwrap();
        assert_eq!(list, [Permission::CreatorsRead, Permission::TokensRead]);
        assert!(Permission::parse_list(" , ").is_err());
        assert!(Permission::parse_list("token,everything").is_err());
    }

    #[test]
    fn creator_limit_follows_labels_and_ids() {
        let creator = CreatorId::from_u128(1);
        let label = |text: &str| text.parse::<Label>().unwrap();
        let acme = CreatorLimit::Labels(vec![label("client:acme")]);
        assert!(acme.includes(&creator, &[label("vip"), label("client:acme")]));
        assert!(!acme.includes(&creator, &[label("client:acm")]));
        assert!(!CreatorLimit::Ids(vec![CreatorId::from_u128(2)]).includes(&creator, &[]));
        assert!(CreatorLimit::All.includes(&creator, &[]));
    }

    #[test]
    fn label_with_other_characters_is_refused() {
        for text in ["", "a b", "é", "a,b", &"a".repeat(65)] {
            assert!(text.parse::<Label>().is_err(), "{text}");
        }
    }
}
