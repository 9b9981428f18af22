//! That connecting worked, and what now.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::{
    app::i18n::{named, use_texts},
    domain::{PostingStatus, Profile, Site},
};

/// The notice on a profile that has just been connected.
#[component]
pub fn ConnectedNotice<'a>(profile: &'a Profile) -> AnyView {
    let t = &use_texts().connected;
    let back = expect_context::<Site>().return_url.map(|href| {
        view! { <a class="button primary" href=href rel="external">{named(t.back)}</a> }
    });
    view! {
        <div id="notice" class="notice good" role="status" tabindex="-1">
            <Glyph icon=Icon::Check/>
            <div>
                <p><strong>{t.title}</strong></p>
                {outcome(profile).map(|text| view! { <p>{named(text)}</p> })}
                <p>{t.close}</p>
                {back}
            </div>
        </div>
    }
    .into_any()
}

/// What the operator can do now; nothing where the status says that something is in the way.
fn outcome(profile: &Profile) -> Option<&'static str> {
    let t = &use_texts().connected;
    match profile.posting_status() {
        None => Some(t.can_read),
        Some(PostingStatus::Ready | PostingStatus::Unknown) => Some(t.can_post),
        Some(PostingStatus::NotAllowed) => Some(t.posting_off),
        Some(_) => None,
    }
}
