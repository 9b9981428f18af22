//! What the operator's settings say to every page.

use super::Scopes;

/// The operator's side of a page; given to every page by context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The app's name, 1 to 40 characters.
    pub app_name: String,
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
