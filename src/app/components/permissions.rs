//! What the creator allowed, and what is missing.

use leptos::prelude::*;

use super::{Icon, ScopeItem};
use crate::{
    app::i18n::use_texts,
    domain::{Profile, Scope, Scopes},
};

/// The panel of permissions, with a way to ask again for those that are missing.
#[component]
pub fn Permissions<'a>(profile: &'a Profile) -> AnyView {
    let t = &use_texts().profile;
    view! {
        <section class="panel" aria-labelledby="permissions">
            <h2 id="permissions">{t.permissions}</h2>
            <h3>{t.granted}</h3>
            {if profile.granted.is_empty() {
                view! { <p>{t.granted_none}</p> }.into_any()
            } else {
                view! { <ul class="scopes granted">{items(&profile.granted, Icon::Check)}</ul> }.into_any()
            }}
            {missing(&profile.missing)}
        </section>
    }
    .into_any()
}

/// What was not granted; nothing when everything was.
fn missing(scopes: &Scopes) -> impl IntoView + use<> {
    let t = &use_texts().profile;
    (!scopes.is_empty()).then(|| {
        view! {
            <h3>{t.missing}</h3>
            <ul class="scopes">{items(scopes, Icon::Off)}</ul>
            <p class="small" id="ask-missing">{t.ask_missing.text}</p>
            <a class="button" href="/oauth?scope=missing" rel="external" aria-describedby="ask-missing">
                {t.ask_missing.title}
            </a>
        }
    })
}

fn items(scopes: &Scopes, icon: Icon) -> impl IntoView + use<> {
    let item = |scope: &Scope| view! { <ScopeItem scope=scope.clone() icon/> };
    scopes.iter().map(item).collect_view()
}
