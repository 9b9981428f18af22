//! `/`: who asks for what, what they cannot do, and the way to TikTok.

use leptos::prelude::*;

use crate::{
    api,
    app::{
        components::{
            Avatar, Banner, FlashNotice, Glyph, Icon, OperatorSection, Page, Preview, RunBy, ScopeItem,
        },
        i18n::{named, use_texts},
    },
    domain::{ConnectionState, Profile, Scope, Site, StartNotice},
};

/// The login page. It never fails: without the store it shows the page of a signed-out visitor.
#[component]
pub fn LoginPage() -> impl IntoView {
    let title = named(use_texts().login.title);
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
        Some(profile) if profile.state == ConnectionState::Disconnected => t.disconnected.to_owned(),
        Some(_) => t.connected.to_owned(),
        None => named(t.title),
    };
    let is_signed_out = profile.is_none() && !records_down;
    view! {
        <Page title>
            {records_down.then(|| view! { <Banner text=t.records_down/> })}
            {is_signed_out.then(notice)}
            <div class="welcome">
                {match profile {
                    Some(profile) if profile.state == ConnectionState::Disconnected => {
                        view! { <Disconnected/> }.into_any()
                    }
                    Some(profile) => view! { <Connected profile/> }.into_any(),
                    None => view! { <Invitation/> }.into_any(),
                }}
                <Permissions/>
                <MoreToKnow/>
            </div>
        </Page>
    }
}

/// Why a signed-out visitor is here, where that needs a word.
fn notice() -> Option<AnyView> {
    let t = &use_texts().login;
    let (tone, icon, text) = match use_context::<StartNotice>()? {
        StartNotice::LoggedOut => ("good", Icon::Check, t.logged_out),
        StartNotice::SignInFirst => ("calm", Icon::Info, t.sign_in_first),
    };
    Some(view! { <FlashNotice tone icon text/> }.into_any())
}

/// Whether the app asks to post, and not only to read.
fn asks_to_post(site: &Site) -> bool {
    [Scope::VIDEO_PUBLISH, Scope::VIDEO_UPLOAD].iter().any(|scope| site.scopes.contains(scope))
}

/// The first section for a signed-out visitor.
#[component]
fn Invitation() -> impl IntoView {
    let t = &use_texts().login;
    let site = expect_context::<Site>();
    let lead = if asks_to_post(&site) { t.lead } else { t.lead_reading };
    let assurance = |text: &'static str| view! { <li><Glyph icon=Icon::Check/> <span>{text}</span></li> };
    view! {
        <section class="hero">
            <div>
                <h1>{named(t.title)}</h1>
                <RunBy/>
            </div>
            <p class="lead">{named(lead)}</p>
            <a class="button primary large" href="/oauth" rel="external">{t.proceed}</a>
            <p class="small">{t.returning}</p>
            <ul class="assurances">{t.assurances.map(assurance).collect_view()}</ul>
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

/// What the permissions allow, and what none of them does.
#[component]
fn Permissions() -> impl IntoView {
    let t = &use_texts().login;
    let site = expect_context::<Site>();
    let scope = |scope: &Scope| view! { <ScopeItem scope=scope.clone() icon=Icon::Check/> };
    let cannot = |text: &'static str| view! { <li><Glyph icon=Icon::Ended/> <span>{text}</span></li> };
    let no_posts = (!asks_to_post(&site)).then_some(t.cannot_post);
    view! {
        <div class="panel permissions">
            <section aria-labelledby="can">
                <h2 id="can">{named(t.can)}</h2>
                <p class="small">{t.can_lead}</p>
                <ul class="scopes granted">{site.scopes.iter().map(scope).collect_view()}</ul>
            </section>
            <section aria-labelledby="cannot">
                <h2 id="cannot">{named(t.cannot)}</h2>
                <ul class="cannot">
                    {no_posts.into_iter().chain(t.cannot_items.iter().copied()).map(cannot).collect_view()}
                </ul>
            </section>
        </div>
    }
}

/// What is stored, how to leave, and who runs the app.
#[component]
fn MoreToKnow() -> impl IntoView {
    let t = &use_texts().login;
    view! {
        <div class="more">
            {list(t.stores, t.stores_items)}
            {list(t.leaves, t.leaves_items)}
            <OperatorSection/>
        </div>
    }
}

fn list(title: &'static str, items: &'static [&'static str]) -> impl IntoView {
    view! {
        <details>
            <summary><h2>{title}</h2></summary>
            <ul>{items.iter().map(|text| view! { <li>{named(text)}</li> }).collect_view()}</ul>
        </details>
    }
}
