//! What the creator allowed, and what is missing.

use leptos::prelude::*;

use super::{Icon, ScopeItem};
use crate::{
    app::i18n::use_texts,
    domain::{PostingStatus, Profile, Scope, Scopes},
};

/// The panel of permissions. The status card asks for the permission to post; for others the way is here.
#[component]
pub fn Permissions<'a>(profile: &'a Profile) -> AnyView {
    let t = &use_texts().profile;
    let asked_above = profile.posting_status().is_some_and(PostingStatus::needs_permission);
    let review = (!asked_above && !profile.missing.is_empty()).then(review);
    view! {
        <section class="panel" aria-labelledby="permissions">
            <h2 id="permissions">{t.permissions}</h2>
            <h3>{t.granted}</h3>
            {if profile.granted.is_empty() {
                view! { <p>{t.granted_none}</p> }.into_any()
            } else {
                view! { <ul class="scopes granted">{items(&profile.granted, Icon::Check, false)}</ul> }.into_any()
            }}
            {missing(&profile.missing)}
            {review}
        </section>
    }
    .into_any()
}

/// What was not granted; nothing when everything was.
fn missing(scopes: &Scopes) -> impl IntoView + use<> {
    (!scopes.is_empty()).then(|| {
        view! {
            <h3>{use_texts().profile.missing}</h3>
            <ul class="scopes">{items(scopes, Icon::Off, true)}</ul>
        }
    })
}

/// The way to grant what is missing.
fn review() -> AnyView {
    let t = &use_texts().status;
    view! {
        <a class="button" href="/oauth?scope=missing" rel="external" aria-describedby="about-review">
            {t.review}
        </a>
        <p class="small" id="about-review">{t.review_lead}</p>
    }
    .into_any()
}

fn items(scopes: &Scopes, icon: Icon, name_only: bool) -> impl IntoView + use<> {
    let item = |scope: &Scope| view! { <ScopeItem scope=scope.clone() icon name_only/> };
    scopes.iter().map(item).collect_view()
}
