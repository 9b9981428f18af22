//! `/disconnect`: what leaving means, the choice, and the buttons that do it.

use leptos::prelude::*;

use super::own_page;
use crate::{
    api,
    app::{
        components::{DeleteForm, EraseForm, IslandScripts, LeaveForm, Page},
        i18n::{named, use_texts},
    },
    domain::{ConnectionState, Profile},
};

/// The page on which a creator leaves; renders nothing without a session, because the response is a
/// redirect then.
#[component]
pub fn DisconnectPage() -> impl IntoView {
    Suspend::new(async {
        own_page(api::leaving_profile().await, "/disconnect", |profile| view! { <Leaving profile/> })
    })
}

#[component]
fn Leaving(profile: Profile) -> impl IntoView {
    let (t, as_of) = (&use_texts().leave, profile.as_of);
    let connected = profile.state != ConnectionState::Disconnected;
    let title = if connected { t.title } else { t.data_title };
    view! {
        <Page title>
            <article class="prose leave">
                <h1>{title}</h1>
                {if connected {
                    view! { <p class="lead">{named(t.consequences)}</p> <LeaveForm/> }.into_any()
                } else {
                    view! { <p class="lead">{t.data_lead}</p> {holds_data(&profile).then(erase)} }.into_any()
                }}
                <a class="text-link" href="/profile">{if connected { t.stay } else { t.back }}</a>
                <section id="delete" class="panel" aria-labelledby="delete-title">
                    <h2 id="delete-title">{t.delete.title}</h2>
                    <p id="about-delete">{t.delete.text}</p>
                    <DeleteForm/>
                </section>
            </article>
        </Page>
        <IslandScripts as_of/>
    }
}

/// Whether anything is stored that TikTok said of the creator.
const fn holds_data(profile: &Profile) -> bool {
    profile.username.is_some()
        || profile.nickname.is_some()
        || profile.has_avatar
        || profile.posting.is_some()
}

fn erase() -> impl IntoView {
    let section = use_texts().leave.erase_kept;
    view! {
        <section class="panel" aria-labelledby="erase-title">
            <h2 id="erase-title">{section.title}</h2>
            <p id="about-erase">{section.text}</p>
            <EraseForm/>
        </section>
    }
}
