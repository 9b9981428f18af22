//! What stands at the edge of pages: the switches of the footer, and the end of a popup.

use crate::domain::Theme;

/// The switches in the footer.
pub struct ChoiceTexts {
    /// The name of the theme switch.
    pub theme: &'static str,
    /// A theme.
    pub themes: fn(Theme) -> &'static str,
}

/// The page at the end of a login that another site opened in a popup.
pub struct PopupTexts {
    /// The title and heading when the account is connected.
    pub title: &'static str,
    /// That the window can be closed.
    pub close: &'static str,
}
