//! Why a browser without a session sees the start page, where that needs a word.

/// A notice on the start page, which only a browser without a session sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartNotice {
    /// The creator has just logged out.
    LoggedOut,
    /// The browser asked for a page of a signed-in creator.
    SignInFirst,
}
