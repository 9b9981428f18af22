//! The texts of the profile page.

use super::titled_text::TitledText;
use crate::domain::ActivityKind;

/// The profile page.
pub struct ProfileTexts {
    /// The title.
    pub title: &'static str,
    /// The heading when the creator's name is not known.
    pub nameless: &'static str,
    /// The picture; `{account}` is the creator's name.
    pub avatar: &'static str,
    /// The name of the account links.
    pub account: &'static str,
    /// The link that signs in with another account.
    pub switch: &'static str,
    /// The button that ends the session.
    pub log_out: &'static str,
    /// While logging out.
    pub logging_out: &'static str,
    /// Heading of the messages.
    pub messages: &'static str,
    /// Where TikTok has not answered, and nothing is shown so far.
    pub fills_in: &'static str,
    /// Before TikTok's log id.
    pub log_id: &'static str,
    /// Heading of the permissions.
    pub permissions: &'static str,
    /// Heading of the granted ones.
    pub granted: &'static str,
    /// When none is granted.
    pub granted_none: &'static str,
    /// Heading of the missing ones.
    pub missing: &'static str,
    /// When the creator connected.
    pub connected_at: &'static str,
    /// When the grant was last refreshed.
    pub refreshed_at: &'static str,
    /// When TikTok last returned the profile.
    pub known_at: &'static str,
    /// Our id of the creator.
    pub id: &'static str,
    /// The button that copies it.
    pub copy: &'static str,
    /// When it is copied.
    pub copied: &'static str,
    /// When the browser refuses.
    pub copy_failed: &'static str,
    /// Download my data, and what it does.
    pub export: TitledText,
    /// Disconnect, and what it does.
    pub disconnect: TitledText,
    /// Delete what is left, and what it does.
    pub delete: TitledText,
}

/// The status card.
pub struct StatusTexts {
    /// The heading.
    pub title: &'static str,
    /// The line of the connection.
    pub connection: &'static str,
    /// The line of posts.
    pub posting: &'static str,
    /// Before the day on which access ends.
    pub access_until: &'static str,
    /// Before the day on which access ended.
    pub access_over: &'static str,
    /// Before the moment at which the connection was ended.
    pub ended_at: &'static str,
    /// Before the moment of the last check.
    pub checked: &'static str,
    /// That checks are not possible, because TikTok gave no means.
    pub checks_not: &'static str,
    /// Before the moment of the next try.
    pub next_try: &'static str,
    /// The button that checks the connection now.
    pub check: &'static str,
    /// While checking.
    pub checking: &'static str,
    /// The link that connects again.
    pub reconnect: &'static str,
    /// The link that asks for the permission to post.
    pub allow_posting: &'static str,
    /// The link that asks for several missing permissions.
    pub review: &'static str,
    /// What both links lead to.
    pub review_lead: &'static str,
}

/// The notice after a connection.
pub struct ConnectedTexts {
    /// That it worked.
    pub title: &'static str,
    /// What the operator can do, where posting is allowed.
    pub can_post: &'static str,
    /// What the operator can do, where the app does not ask to post.
    pub can_read: &'static str,
    /// That posting is off.
    pub posting_off: &'static str,
    /// What now.
    pub close: &'static str,
    /// The link to the operator's site.
    pub back: &'static str,
}

/// The limits that TikTok sets for posts.
pub struct PostingTexts {
    /// The heading.
    pub title: &'static str,
    /// When TikTok has not said them.
    pub unknown_yet: &'static str,
    /// Who may see a post.
    pub audience: &'static str,
    /// Comments.
    pub comments: &'static str,
    /// Duets.
    pub duets: &'static str,
    /// Stitches.
    pub stitches: &'static str,
    /// The creator allows it.
    pub allowed: &'static str,
    /// The creator switched it off.
    pub off: &'static str,
    /// TikTok did not say.
    pub unknown: &'static str,
    /// The longest video.
    pub longest: &'static str,
}

/// Recent activity of the creator.
pub struct ActivityTexts {
    /// The heading.
    pub title: &'static str,
    /// When there is none.
    pub nothing: &'static str,
    /// What happened, in one sentence.
    pub what: fn(&ActivityKind) -> &'static str,
    /// Why a post failed, by TikTok's word; `None` for one that is not documented.
    pub reason: fn(&str) -> Option<&'static str>,
    /// Before TikTok's own word.
    pub word: &'static str,
    /// Before TikTok's id of the post.
    pub reference: &'static str,
    /// The summary of these two.
    pub details: &'static str,
    /// The link to a post.
    pub see_post: &'static str,
    /// That the same happened so many times.
    pub times: fn(u32) -> String,
    /// The summary of what is older.
    pub show_all: &'static str,
}
