//! The dates of a connection, and the creator's id.

use leptos::prelude::*;

use crate::{
    app::{
        i18n::{iso, moment, use_locale, use_texts},
        islands::CopyId,
    },
    domain::{Profile, Timestamp},
};

/// The panel of details.
#[component]
pub fn Details<'a>(profile: &'a Profile) -> AnyView {
    let t = &use_texts().profile;
    let locale = use_locale();
    let renewed = profile.refreshed_at.map(|at| fact(t.refreshed_at, at, moment(locale, at)));
    let news = profile.profile_known_at.map(|at| fact(t.known_at, at, moment(locale, at)));
    view! {
        <section class="panel" aria-labelledby="details">
            <h2 id="details">{t.details}</h2>
            <dl class="facts">
                {fact(t.connected_at, profile.connected_at, moment(locale, profile.connected_at))}
                {renewed}
                {news}
                {own_id(profile.id.to_string())}
            </dl>
        </section>
    }
    .into_any()
}

/// A named moment.
fn fact(name: &'static str, at: Timestamp, words: String) -> AnyView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd><time datetime=iso(at)>{words}</time></dd>
        </div>
    }
    .into_any()
}

/// The creator's id, with a way to copy it.
fn own_id(id: String) -> AnyView {
    let t = &use_texts().profile;
    let [copy, copied, failed] = [t.copy, t.copied, t.copy_failed].map(str::to_owned);
    let button = view! { <CopyId id=id.clone() copy copied failed/> }.into_any();
    view! {
        <div class="wide">
            <dt>{t.id}</dt>
            <dd class="creator-id"><code>{id}</code> {button}</dd>
        </div>
    }
    .into_any()
}
