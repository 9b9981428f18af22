//! What a creator may want to know before they trust: who runs the app, what it holds of them, and when.

use crate::domain::Unit;

/// Who runs the app.
pub struct OperatorTexts {
    /// The heading.
    pub title: &'static str,
    /// It in a sentence or two, where the operator has a name.
    pub named: &'static str,
    /// The same, where they have none.
    pub unnamed: &'static str,
    /// The operator's name in sentences where they have none.
    pub team: &'static str,
    /// Prepositions that merge with its article, and what they become: in Spanish "a el equipo" is "al equipo".
    pub contractions: &'static [(&'static str, &'static str)],
    /// Before the name, in the footer and on the login page.
    pub by: &'static str,
    /// The link to the operator's site.
    pub site: &'static str,
    /// The link that writes an e-mail.
    pub write: &'static str,
    /// The link to the page where help is found.
    pub help: &'static str,
}

/// What is stored about the creator, and who used the connection.
pub struct StoredTexts {
    /// The heading.
    pub title: &'static str,
    /// Data that TikTok returned.
    pub from_tiktok: &'static str,
    /// The display name.
    pub name: &'static str,
    /// The handle.
    pub username: &'static str,
    /// The picture.
    pub picture: &'static str,
    /// The limits of posts.
    pub posting: &'static str,
    /// TikTok's id of the account.
    pub account: &'static str,
    /// The tokens.
    pub keys: &'static str,
    /// How they are kept, by whether there is a connection.
    pub keys_now: fn(bool) -> &'static str,
    /// Heading of who used the connection.
    pub uses: &'static str,
    /// That the app refreshed its tokens.
    pub got_keys: &'static str,
    /// That the app requested the profile.
    pub asked: &'static str,
    /// That no program did so far.
    pub nobody_else: &'static str,
}

/// Relative times.
pub struct TimeTexts {
    /// Less than a minute ago.
    pub just_now: &'static str,
    /// In less than a minute.
    pub soon: &'static str,
    /// So many units ago, as CLDR and browsers have it.
    pub ago: fn(u32, Unit) -> String,
    /// In so many units.
    pub ahead: fn(u32, Unit) -> String,
    /// Before the moment from which a page is, when the browser is offline.
    pub offline: &'static str,
}
