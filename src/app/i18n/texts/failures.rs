//! The texts of pages that say what went wrong.

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
    /// For a creator who is signed in from before; `{account}` is who.
    pub still_signed_in: &'static str,
    /// The same, when the name is not known.
    pub still_signed_in_unnamed: &'static str,
    /// Before TikTok's log id.
    pub log_id: &'static str,
    /// Before the scopes that a login asked for.
    pub asked: &'static str,
    /// The subject of an e-mail to the operator.
    pub mail_subject: &'static str,
    /// Its text; `{what}`, `{code}`, `{reference}` and `{time}` are about the failure.
    pub mail_body: &'static str,
    /// The reference where TikTok gave none.
    pub no_reference: &'static str,
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
