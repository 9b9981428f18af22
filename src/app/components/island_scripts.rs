//! What a page with islands has beyond the others: the islands, the words for them, and their script.

use leptos::prelude::*;

use super::{Glyph, Icon, moment};
use crate::{
    api::ApiError,
    app::{
        i18n::use_texts,
        islands::{
            Choices, CopyText, Offline, OpenDialogs, RelativeTimes, SendForms, TOASTS, UpdateOnReturn,
        },
    },
    domain::Timestamp,
};

/// Wakes a page. What its islands say stands at the edge of the window, in live regions that are there
/// before anything is said.
#[component]
pub fn IslandScripts(
    /// The moment from which the page is.
    as_of: Timestamp,
) -> AnyView {
    let options: LeptosOptions = expect_context();
    let t = use_texts();
    view! {
        <div class="edge">
            <Offline>
                <Glyph icon=Icon::Alert/>
                <span>{t.time.offline} " " {moment::at(as_of)} "."</span>
            </Offline>
            <div
                id=TOASTS
                role="status"
                data-as-of=as_of.0
                data-just-now=t.time.just_now
                data-soon=t.time.soon
                data-unreached=(t.action_failure)(ApiError::Transport)
            ></div>
        </div>
        <RelativeTimes/>
        <UpdateOnReturn/>
        <Choices/>
        <SendForms/>
        <OpenDialogs/>
        // The last to wake: its button is the sign that all the others work.
        <CopyText/>
        <HydrationScripts options islands=true/>
    }
    .into_any()
}
