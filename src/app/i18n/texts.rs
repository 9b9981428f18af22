//! The shape of a language: every text that a person reads, by the place where it stands.
//!
//! A text names the app as `{app}` and its operator as `{operator}`: [`named`](super::named) puts the names there. Other
//! placeholders are described at the field. Where `OPERATOR_NAME` is not set, `{operator}` is
//! [`OperatorTexts::team`], in the nominative or accusative: no text declines it or contracts it with a preposition.

mod account;
mod choosing;
mod failures;
mod leaving;
mod profile;
mod titled_text;

pub use self::{
    account::{OperatorTexts, StoredTexts, TimeTexts},
    choosing::{ChoiceTexts, PopupTexts},
    failures::{FailurePageTexts, FailureText, NotFoundTexts},
    leaving::{LeaveTexts, ReceiptTexts},
    profile::{ActivityTexts, ConnectedTexts, PostingTexts, ProfileTexts, StatusTexts},
    titled_text::TitledText,
};
use crate::{
    api::ApiError,
    domain::{
        ConnectionDetail, ConnectionState, FetchOutcome, LoginFailure, LoginProblem, PostingStatus,
        PrivacyLevel, Renewal, Unit,
    },
};

/// All texts of one language.
pub struct Texts {
    /// The language's own name, as "Français".
    pub language_name: &'static str,
    /// What stands around every page.
    pub frame: FrameTexts,
    /// The login page.
    pub login: LoginTexts,
    /// The profile page.
    pub profile: ProfileTexts,
    /// The status card of the profile.
    pub status: StatusTexts,
    /// The notice after a connection.
    pub connected: ConnectedTexts,
    /// The limits that TikTok sets for posts.
    pub posting: PostingTexts,
    /// The confirmation of leaving.
    pub leave: LeaveTexts,
    /// The receipt of a creator who left.
    pub receipt: ReceiptTexts,
    /// Recent activity of the creator.
    pub activity: ActivityTexts,
    /// What all failure pages share.
    pub failure_page: FailurePageTexts,
    /// The page for an address that does not exist.
    pub not_found: NotFoundTexts,
    /// A scope in words; `None` for one that TikTok added later.
    pub scope: fn(&str) -> Option<ScopeText>,
    /// A connection state.
    pub state: fn(ConnectionState) -> &'static str,
    /// What is behind a connection state, in a sentence or two.
    pub connection_detail: fn(ConnectionDetail) -> &'static str,
    /// Whether posts are possible, in a word or two.
    pub posting_status: fn(PostingStatus) -> &'static str,
    /// Why, and what to do; empty where nothing is to be said.
    pub posting_detail: fn(PostingStatus) -> &'static str,
    /// How "check now" ended.
    pub renewal: fn(Renewal) -> &'static str,
    /// A privacy level; `None` for one that TikTok added later.
    pub privacy_level: fn(&PrivacyLevel) -> Option<&'static str>,
    /// How the last request to TikTok ended.
    pub outcome: fn(FetchOutcome) -> TitledText,
    /// A failed login.
    pub login_failure: fn(LoginFailure) -> FailureText,
    /// Who can do something about a failure; empty where that is the creator.
    pub problem: fn(LoginProblem) -> &'static str,
    /// A profile that cannot be shown because of an error of ours.
    pub profile_failure: fn(ApiError) -> FailureText,
    /// An action that failed, in one sentence.
    pub action_failure: fn(ApiError) -> &'static str,
    /// The privacy policy.
    pub privacy: Article,
    /// The terms of use.
    pub terms: Article,
    /// The time until access ends, as "12 days left".
    pub time_left: fn(u32, Unit) -> String,
    /// A length in seconds, as "1 minute 30 seconds".
    pub duration: fn(u32) -> String,
    /// Who runs the app.
    pub operator: OperatorTexts,
    /// What is stored, and who used it.
    pub stored: StoredTexts,
    /// Relative times.
    pub time: TimeTexts,
    /// The switches in the footer.
    pub choices: ChoiceTexts,
    /// A login in a popup.
    pub popup: PopupTexts,
}

/// What stands around every page.
pub struct FrameTexts {
    /// The link to the main content, for the keyboard.
    pub skip: &'static str,
    /// The meta description.
    pub description: &'static str,
    /// The link on the mark.
    pub home: &'static str,
    /// The footer's links.
    pub legal: &'static str,
    /// The link to the privacy policy.
    pub privacy: &'static str,
    /// The link to the terms.
    pub terms: &'static str,
    /// The language switch.
    pub language: &'static str,
    /// That this is not TikTok's own page.
    pub independent: &'static str,
}

/// The login page.
pub struct LoginTexts {
    /// The title and heading.
    pub title: &'static str,
    /// What connecting is for, where the app asks to post.
    pub lead: &'static str,
    /// What connecting is for, where it only reads.
    pub lead_reading: &'static str,
    /// The link that starts a login.
    pub proceed: &'static str,
    /// For a creator who connected before.
    pub returning: &'static str,
    /// What a creator may rely on, in short sentences.
    pub assurances: [&'static str; 3],
    /// The sentence that links the terms and the privacy policy.
    pub consent: Consent,
    /// When the store is unavailable.
    pub records_down: &'static str,
    /// After a log-out, whether there was a connection or not.
    pub logged_out: &'static str,
    /// For a browser that asked for the profile without a session.
    pub sign_in_first: &'static str,
    /// Heading of what the permissions allow.
    pub can: &'static str,
    /// What the creator can do about them.
    pub can_lead: &'static str,
    /// What an unknown scope is for.
    pub unknown_scope: &'static str,
    /// Heading of what no permission allows.
    pub cannot: &'static str,
    /// It, item by item.
    pub cannot_items: &'static [&'static str],
    /// One more item, where the app does not ask to post.
    pub cannot_post: &'static str,
    /// Heading of what is stored.
    pub stores: &'static str,
    /// What is stored, one sentence each.
    pub stores_items: &'static [&'static str],
    /// Heading of how to leave.
    pub leaves: &'static str,
    /// How to leave, one sentence each.
    pub leaves_items: &'static [&'static str],
    /// The heading when signed in; the creator's name follows.
    pub connected_as: &'static str,
    /// The heading when signed in and the name is not known.
    pub connected: &'static str,
    /// What follows it.
    pub connected_lead: &'static str,
    /// The heading when signed in without a connection.
    pub disconnected: &'static str,
    /// What follows it.
    pub disconnected_lead: &'static str,
    /// The link to the profile.
    pub to_profile: &'static str,
    /// The link that connects another account.
    pub another: &'static str,
}

/// A sentence with two links: before the terms, between them and the policy, after the policy.
pub struct Consent {
    /// Up to the terms.
    pub before: &'static str,
    /// The terms.
    pub terms: &'static str,
    /// Between the two.
    pub between: &'static str,
    /// The privacy policy.
    pub privacy: &'static str,
    /// After the policy.
    pub after: &'static str,
}

/// A scope in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeText {
    /// A short name.
    pub name: &'static str,
    /// What it allows, in one sentence.
    pub why: &'static str,
}

/// A page of text.
pub struct Article {
    /// The title and heading.
    pub title: &'static str,
    /// What it is about.
    pub lead: &'static str,
    /// Its sections.
    pub sections: &'static [Section],
}

/// A section of an [`Article`].
pub struct Section {
    /// The heading.
    pub title: &'static str,
    /// The paragraphs.
    pub paragraphs: &'static [&'static str],
}
