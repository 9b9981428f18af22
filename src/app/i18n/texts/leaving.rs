//! The texts of leaving: the confirmation, in its dialog and on its page, and the receipt.

use super::titled_text::TitledText;
use crate::domain::{RemainingData, TikTokNotice};

/// The confirmation.
pub struct LeaveTexts {
    /// The title of the dialog and of the page.
    pub title: &'static str,
    /// What happens.
    pub consequences: &'static str,
    /// The question what is to become of the profile.
    pub choice: &'static str,
    /// To erase it, and what that means.
    pub erase: TitledText,
    /// To keep it, and what that means.
    pub keep: TitledText,
    /// The button that disconnects.
    pub submit: &'static str,
    /// While disconnecting.
    pub pending: &'static str,
    /// The button that closes the dialog, and the link back to the profile.
    pub stay: &'static str,
    /// Deleting everything, and what that means.
    pub delete: TitledText,
    /// Opens the question.
    pub delete_ask: &'static str,
    /// The question.
    pub delete_sure: &'static str,
    /// The button that deletes everything.
    pub delete_submit: &'static str,
    /// While deleting.
    pub deleting: &'static str,
    /// The title of the page when nothing is connected any more.
    pub data_title: &'static str,
    /// What the page is for then.
    pub data_lead: &'static str,
    /// Erasing the profile that was kept, and what that means.
    pub erase_kept: TitledText,
    /// While erasing it.
    pub erasing: &'static str,
    /// The link back to the profile when nothing is connected any more.
    pub back: &'static str,
}

/// The receipt.
pub struct ReceiptTexts {
    /// The title and heading, by what was done: whether a connection ended, and what remains.
    pub title: fn(bool, RemainingData) -> &'static str,
    /// That all went well.
    pub lead: &'static str,
    /// The number.
    pub number: &'static str,
    /// When.
    pub at: &'static str,
    /// What became of the connection.
    pub connection: &'static str,
    /// It ended.
    pub ended: &'static str,
    /// There was none.
    pub none: &'static str,
    /// What became of the tokens.
    pub tokens: &'static str,
    /// By what TikTok knows.
    pub tokens_now: fn(TikTokNotice) -> &'static str,
    /// TikTok.
    pub tiktok: &'static str,
    /// What it knows.
    pub tiktok_now: fn(TikTokNotice) -> &'static str,
    /// What is stored.
    pub stored: &'static str,
    /// It, in words; the notice because deleted data wait for TikTok too.
    pub stored_now: fn(RemainingData, TikTokNotice) -> &'static str,
    /// What the number is for.
    pub keep: &'static str,
    /// The link that saves the receipt as a file.
    pub save: &'static str,
    /// Before the way back in.
    pub again: &'static str,
}
