//! What a page with islands has beyond the others: their script, and the ones that belong to no part of it.

use leptos::prelude::*;

use super::{Glyph, Icon, moment};
use crate::{
    api::ApiError,
    app::{
        i18n::{use_locale, use_texts},
        islands::{Choices, KeepTime, Offline, TOASTS},
    },
    domain::Timestamp,
};

/// Wakes the islands of a page. What they say stands at the edge of the window, in live regions that are
/// there before anything is said.
#[component]
pub fn Waking(
    /// The moment from which the page is.
    as_of: Timestamp,
) -> AnyView {
    let options: LeptosOptions = expect_context();
    let t = use_texts();
    let failed = (t.action_failure)(ApiError::Transport).to_owned();
    view! {
        <div class="edge">
            <Offline>
                <Glyph icon=Icon::Alert/>
                <span>{t.time.offline} " " {moment::at(as_of)} "."</span>
            </Offline>
            <div id=TOASTS role="status"></div>
        </div>
        <KeepTime
            as_of=as_of.0
            language=use_locale().tag().to_owned()
            just_now=t.time.just_now.to_owned()
            soon=t.time.soon.to_owned()
        />
        <Choices failed/>
        <HydrationScripts options islands=true/>
    }
    .into_any()
}
