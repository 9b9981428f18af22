//! `/`: what the app is, what it will ask and store, how to leave, and the way to TikTok.

use leptos::prelude::*;

use crate::{
    api,
    app::{
        components::{Avatar, Banner, FlashNotice, Icon, OperatorSection, Page, Preview, ScopeItem},
        i18n::use_texts,
    },
    domain::{ConnectionState, Profile, Scope, Site},
};

/// The login page. It never fails: without the store it shows the page of a signed-out visitor.
#[component]
pub fn LoginPage() -> impl IntoView {
    let title = use_texts().login.title;
    view! {
        // What goes into the head is there before anything is waited for.
        <Preview path="/" title/>
        {Suspend::new(async {
            let (profile, records_down) = match api::signed_in().await {
                Ok(profile) => (profile, false),
                Err(_) => (None, true),
            };
            view! { <Entrance profile records_down/> }
        })}
    }
}

/// The page of a signed-in creator, or of a signed-out visitor.
#[component]
fn Entrance(profile: Option<Profile>, records_down: bool) -> impl IntoView {
    let t = &use_texts().login;
    let title = match &profile {
        Some(profile) if profile.state == ConnectionState::Disconnected => t.disconnected,
        Some(_) => t.connected,
        None => t.title,
    };
    let is_stranger = profile.is_none() && !records_down;
    view! {
        <Page title>
            {records_down.then(|| view! { <Banner text=t.records_down/> })}
            {is_stranger.then(logged_out)}
            <div class="welcome">
                {match profile {
                    Some(profile) if profile.state == ConnectionState::Disconnected => {
                        view! { <Disconnected/> }.into_any()
                    }
                    Some(profile) => view! { <Connected profile/> }.into_any(),
                    None => view! { <Invitation/> }.into_any(),
                }}
                <Explanation/>
            </div>
        </Page>
    }
}

/// Is seen and read out only by whom a log-out led to it.
fn logged_out() -> impl IntoView {
    view! { <FlashNotice tone="good where-led" icon=Icon::Check text=use_texts().login.logged_out/> }
}

/// The first section for a signed-out visitor.
#[component]
fn Invitation() -> impl IntoView {
    let t = &use_texts().login;
    let site = expect_context::<Site>();
    view! {
        <section class="hero">
            <h1>{t.title}</h1>
            <p class="lead">{(t.lead)(&site.app_name)}</p>
            <a class="button primary large" href="/oauth" rel="external">{t.proceed}</a>
            <p class="small">{t.reassurance}</p>
            <p class="small">
                {t.consent.before} <a href=site.terms_url rel="external">{t.consent.terms}</a>
                {t.consent.between} <a href=site.privacy_url rel="external">{t.consent.privacy}</a>
                {t.consent.after}
            </p>
        </section>
    }
}

/// What a signed-in creator sees first.
#[component]
fn Connected(profile: Profile) -> impl IntoView {
    let t = &use_texts().login;
    let heading = match profile.display_name() {
        Some(name) => view! { <h1>{t.connected_as} " " <bdi>{name}</bdi></h1> }.into_any(),
        None => view! { <h1>{t.connected}</h1> }.into_any(),
    };
    view! {
        <section class="hero">
            <Avatar profile=&profile/>
            {heading}
            <p class="lead">{t.connected_lead}</p>
            <a class="button primary large" href="/profile">{t.to_profile}</a>
            <a class="text-link" href="/oauth?switch=1" rel="external">{t.another}</a>
        </section>
    }
}

/// What a creator who is signed in without a connection sees first.
#[component]
fn Disconnected() -> impl IntoView {
    let t = &use_texts().login;
    view! {
        <section class="hero">
            <h1>{t.disconnected}</h1>
            <p class="lead">{t.disconnected_lead}</p>
            <a class="button primary large" href="/oauth" rel="external">{t.proceed}</a>
            <a class="text-link" href="/profile">{t.to_profile}</a>
        </section>
    }
}

/// What will be asked and stored, how it is used, and how to leave.
#[component]
fn Explanation() -> impl IntoView {
    let t = &use_texts().login;
    let site = expect_context::<Site>();
    let scope = |scope: &Scope| view! { <ScopeItem scope=scope.clone() icon=Icon::Check/> };
    view! {
        <div class="explanation">
            <section class="panel" aria-labelledby="asks">
                <h2 id="asks">{t.asks}</h2>
                <p>{t.asks_lead}</p>
                <ul class="scopes">{site.scopes.iter().map(scope).collect_view()}</ul>
            </section>
            <section aria-labelledby="uses">
                <h2 id="uses">{t.uses}</h2>
                <p>{(t.uses_text)(&site.app_name)}</p>
            </section>
            <section aria-labelledby="stores">
                <h2 id="stores">{t.stores}</h2>
                <ul>{t.stores_items.iter().map(|&text| view! { <li>{text}</li> }).collect_view()}</ul>
            </section>
            <section aria-labelledby="leaves">
                <h2 id="leaves">{t.leaves}</h2>
                <ul>
                    {(t.leaves_items)(&site.app_name).into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}
                </ul>
            </section>
            <OperatorSection/>
        </div>
    }
}
