//! What the operator's settings say to every page.

use super::Scopes;

/// The operator's side of a page; given to every page by context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The app's name, 1 to 40 characters.
    pub app_name: String,
    /// Who runs the app.
    pub operator: Operator,
    /// The address of the privacy policy: `/privacy`, or the operator's own page.
    pub privacy_url: String,
    /// The address of the terms: `/terms`, or the operator's own page.
    pub terms_url: String,
    /// The scopes that a login asks for.
    pub scopes: Scopes,
    /// The app's own origin, as `https://connect.example`.
    pub origin: String,
    /// The origins of the sites that may open a login in a popup and hear how it ended.
    pub embed_origins: Vec<String>,
}

/// Who runs the app, as far as they say so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operator {
    /// Their name, 1 to 80 characters.
    pub name: Option<String>,
    /// The address of their own site.
    pub url: Option<String>,
    /// Where a creator asks for help.
    pub contact: Option<Contact>,
}

/// Where a creator asks for help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contact {
    /// An e-mail address.
    Email(String),
    /// The address of a page.
    Page(String),
}

impl Contact {
    /// The address that a link leads to.
    #[must_use]
    pub fn href(&self) -> String {
        match self {
            Self::Email(address) => format!("mailto:{address}"),
            Self::Page(address) => address.clone(),
        }
    }

    /// As the operator wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(address) | Self::Page(address) => address,
        }
    }
}
