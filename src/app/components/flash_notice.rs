//! What came of what was just done.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::{
    app::i18n::{named, use_texts},
    domain::Renewal,
};

/// A word on what was just done, on top of the page. The redirect leads to it, so it takes the focus and is
/// read out.
#[component]
pub fn FlashNotice(
    /// The class that gives it its tone.
    tone: &'static str,
    icon: Icon,
    #[prop(into)] text: String,
) -> impl IntoView {
    view! {
        <p id="notice" class=format!("notice {tone}") role="status" tabindex="-1">
            <Glyph icon/>
            <span>{text}</span>
        </p>
    }
}

/// The flash message after a check that the creator requested.
#[component]
pub fn RenewalNotice(renewal: Renewal) -> impl IntoView {
    let (tone, icon) = match renewal {
        Renewal::Renewed | Renewal::Recent => ("good", Icon::Check),
        Renewal::Later(_) => ("warn", Icon::Clock),
        Renewal::NeedsReconnect | Renewal::NotConnected => ("bad", Icon::Alert),
    };
    view! { <FlashNotice tone icon text=named((use_texts().renewal)(renewal))/> }
}
