//! The shape of a language: every text that a person reads, by the place where it stands.

mod account;
mod choosing;
mod leaving;
mod titled_text;

pub use self::{
    account::{OperatorTexts, StoredTexts, TimeTexts},
    choosing::{ChoiceTexts, PopupTexts},
    leaving::{LeaveTexts, ReceiptTexts},
    titled_text::TitledText,
};
use crate::{
    api::ApiError,
    domain::{
        ActivityKind, ConnectionDetail, ConnectionState, FetchOutcome, LoginFailure, LoginProblem,
        PrivacyLevel, Renewal,
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
    /// The confirmation of leaving.
    pub leave: LeaveTexts,
    /// The receipt of who left.
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
    /// How "refresh now" ended.
    pub renewal: fn(Renewal) -> &'static str,
    /// A privacy level; `None` for one that TikTok added later.
    pub privacy_level: fn(&PrivacyLevel) -> Option<&'static str>,
    /// How the last question to TikTok ended.
    pub outcome: fn(FetchOutcome) -> TitledText,
    /// A failed login.
    pub login_failure: fn(LoginFailure) -> FailureText,
    /// Who can do something about a failure; takes the app's name.
    pub problem: fn(LoginProblem, &str) -> String,
    /// A profile that cannot be shown because of an error of ours.
    pub profile_failure: fn(ApiError) -> FailureText,
    /// An action that failed, in one sentence.
    pub action_failure: fn(ApiError) -> &'static str,
    /// The privacy policy; takes the app's name, and the operator's if they say it.
    pub privacy: fn(&str, Option<&str>) -> Article,
    /// The terms of use; takes the app's name, and the operator's if they say it.
    pub terms: fn(&str, Option<&str>) -> Article,
    /// So many whole days left, as "12 days left"; 0 is less than a day.
    pub days_left: fn(u32) -> String,
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
    /// The meta description; takes the app's name.
    pub description: fn(&str) -> String,
    /// The link on the mark; takes the app's name.
    pub home: fn(&str) -> String,
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
    /// What the app does; takes its name.
    pub lead: fn(&str) -> String,
    /// The link that starts a login.
    pub proceed: &'static str,
    /// What happens behind that link.
    pub reassurance: &'static str,
    /// The sentence that links the terms and the privacy policy.
    pub consent: Consent,
    /// When our records cannot be reached.
    pub records_down: &'static str,
    /// After a log-out, whether there was a connection or not.
    pub logged_out: &'static str,
    /// Heading of the list of scopes.
    pub asks: &'static str,
    /// What the creator can do about them.
    pub asks_lead: &'static str,
    /// Why a scope that we do not know is asked.
    pub unknown_scope: &'static str,
    /// Heading of what is stored.
    pub stores: &'static str,
    /// What is stored, one sentence each.
    pub stores_items: &'static [&'static str],
    /// Heading of how the connection is used.
    pub uses: &'static str,
    /// How it is used; takes the app's name.
    pub uses_text: fn(&str) -> String,
    /// Heading of how to leave.
    pub leaves: &'static str,
    /// How to leave, one sentence each; takes the app's name.
    pub leaves_items: fn(&str) -> Vec<String>,
    /// The heading when signed in; the creator's name follows.
    pub connected_as: &'static str,
    /// The heading when signed in and the name is not known.
    pub connected: &'static str,
    /// What a signed-in creator finds behind the link.
    pub connected_lead: &'static str,
    /// The heading when signed in without a connection.
    pub disconnected: &'static str,
    /// What that means.
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

/// The profile page.
pub struct ProfileTexts {
    /// The title.
    pub title: &'static str,
    /// The heading when the creator's name is not known.
    pub nameless: &'static str,
    /// The picture; takes the creator's name.
    pub avatar: fn(&str) -> String,
    /// Heading of the connection state.
    pub connection: &'static str,
    /// Before the day on which the consent ends.
    pub consent_until: &'static str,
    /// When TikTok did not say until when.
    pub consent_unknown: &'static str,
    /// When the consent has ended.
    pub consent_over: &'static str,
    /// Before the moment at which the connection was ended.
    pub ended_at: &'static str,
    /// That the connection is renewed without the creator.
    pub renews_itself: &'static str,
    /// That it is not, because TikTok gave no means to.
    pub renews_not: &'static str,
    /// Before the moment of the next try.
    pub next_try: &'static str,
    /// Heading of the messages.
    pub messages: &'static str,
    /// Before TikTok's log id.
    pub log_id: &'static str,
    /// Heading of what may be posted.
    pub posting: &'static str,
    /// When TikTok has not said it.
    pub posting_unknown: &'static str,
    /// That what follows is from before the connection ended.
    pub posting_past: &'static str,
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
    /// When the grant was renewed.
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
    /// Heading of the actions.
    pub actions: &'static str,
    /// Renew the connection now, and what it does.
    pub refresh: TitledText,
    /// While renewing.
    pub refreshing: &'static str,
    /// Reconnect, and what it does.
    pub reconnect: TitledText,
    /// Connect another account, and what it does.
    pub switch: TitledText,
    /// What switching does where nothing is connected.
    pub switch_alone: &'static str,
    /// Ask for the missing permissions, and what it does.
    pub ask_missing: TitledText,
    /// Download my data, and what it does.
    pub export: TitledText,
    /// Log out, and what it does.
    pub log_out: TitledText,
    /// What logging out does where nothing is connected.
    pub log_out_alone: &'static str,
    /// While logging out.
    pub logging_out: &'static str,
    /// Disconnect, and what it does.
    pub disconnect: TitledText,
    /// Delete what is left, and what it does.
    pub delete: TitledText,
}

/// Recent activity of the creator.
pub struct ActivityTexts {
    /// The heading.
    pub title: &'static str,
    /// When nothing has.
    pub nothing: &'static str,
    /// What happened, in one sentence.
    pub what: fn(&ActivityKind) -> &'static str,
    /// Before TikTok's own word for it or for why it failed.
    pub word: &'static str,
    /// Before TikTok's id of the post.
    pub reference: &'static str,
}

/// What all failure pages share.
pub struct FailurePageTexts {
    /// Heading of what the creator can do.
    pub remedy: &'static str,
    /// The link that starts again.
    pub again: &'static str,
    /// The link that starts again with another account.
    pub another: &'static str,
    /// The link to the login page.
    pub home: &'static str,
    /// To whom is signed in from before.
    pub still_signed_in: &'static str,
    /// Before TikTok's log id.
    pub log_id: &'static str,
    /// Before the scopes that a login asked for.
    pub asked: &'static str,
}

/// The page for an address that does not exist.
pub struct NotFoundTexts {
    /// The title and heading.
    pub title: &'static str,
    /// What happened.
    pub text: &'static str,
    /// The link to the login page.
    pub home: &'static str,
}

/// A scope in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeText {
    /// A short name.
    pub name: &'static str,
    /// Why it is asked, in one sentence.
    pub why: &'static str,
}

/// A failure in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailureText {
    /// The title and heading.
    pub title: &'static str,
    /// What happened.
    pub what: &'static str,
    /// What the creator can do.
    pub remedy: &'static str,
}

/// A page of text.
pub struct Article {
    /// The title and heading.
    pub title: &'static str,
    /// What it is about.
    pub lead: String,
    /// Its sections.
    pub sections: Vec<Section>,
}

/// A section of an [`Article`].
pub struct Section {
    /// The heading.
    pub title: &'static str,
    /// The paragraphs.
    pub paragraphs: Vec<String>,
}
