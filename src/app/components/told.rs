//! How the creator's wish to renew the connection ended.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::{app::i18n::use_texts, domain::Renewal};

/// The answer, on top of the page. The redirect leads to it, so it takes the focus and is read out.
#[component]
pub fn RenewalNotice(renewal: Renewal) -> impl IntoView {
    let (tone, icon) = match renewal {
        Renewal::Renewed | Renewal::Recent => ("good", Icon::Check),
        Renewal::Later(_) => ("warn", Icon::Clock),
        Renewal::NeedsReconnect | Renewal::NotConnected => ("bad", Icon::Alert),
    };
    view! {
        <p id="told" class=format!("notice {tone}") role="status" tabindex="-1">
            <Glyph icon/>
            <span>{(use_texts().renewal)(renewal)}</span>
        </p>
    }
}
