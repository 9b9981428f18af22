//! A text with a title.

/// A short name and a sentence that explains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TitledText {
    /// The name.
    pub title: &'static str,
    /// The sentence.
    pub text: &'static str,
}
