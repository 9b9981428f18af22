//! `/profile`: all that the store knows of the creator, and what they can do.

use leptos::prelude::*;

use super::own_page;
use crate::{
    api,
    app::{
        components::{
            Actions, ActivityPanel, Avatar, Connection, IslandScripts, LeaveDialog, Messages, Page,
            Permissions, PostingPanel, RenewalNotice, StoredPanel,
        },
        i18n::use_texts,
    },
    domain::{ConnectionState, Profile, Renewal},
};

/// The profile page; renders nothing without a session, because the response is a redirect then.
#[component]
pub fn ProfilePage() -> impl IntoView {
    Suspend::new(async {
        let answer = api::own_profile().await;
        own_page(answer, "/profile", |(profile, renewal)| view! { <Own profile renewal/> })
    })
}

/// The creator's own profile, with the result of a refresh that they just requested.
#[component]
fn Own(profile: Profile, renewal: Option<Renewal>) -> impl IntoView {
    let as_of = profile.as_of;
    let connected = profile.state != ConnectionState::Disconnected;
    let posting = profile.posting.clone();
    view! {
        <Page title=use_texts().profile.title>
            {renewal.map(|renewal| view! { <RenewalNotice renewal/> })}
            <Identity profile=&profile/>
            <div class="columns">
                <div id="grant_status" class="column">
                    <Connection profile=&profile/>
                    <Messages profile=&profile/>
                    {(connected || posting.is_some()).then(|| view! { <PostingPanel posting connected/> })}
                    {connected.then(|| view! { <Permissions profile=&profile/> })}
                    <ActivityPanel activity=profile.activity.clone() now=as_of/>
                </div>
                <div class="column">
                    <Actions profile=&profile/>
                    <StoredPanel profile=&profile/>
                </div>
            </div>
            {connected.then(|| view! { <LeaveDialog/> })}
        </Page>
        <IslandScripts as_of/>
    }
}

/// Who the creator is. Names are foreign text: isolated, so that their direction ends with them.
#[component]
fn Identity<'a>(profile: &'a Profile) -> impl IntoView + use<> {
    let handle = profile.username.as_ref().map(|username| format!("@{username}"));
    let (name, handle) = match (profile.nickname.clone(), handle) {
        (Some(nickname), handle) => (nickname, handle),
        (None, Some(handle)) => (handle, None),
        (None, None) => (use_texts().profile.nameless.to_owned(), None),
    };
    view! {
        <div class="identity">
            <Avatar profile=profile/>
            <div>
                <h1><bdi>{name}</bdi></h1>
                {handle.map(|handle| view! { <p class="handle"><bdi>{handle}</bdi></p> })}
            </div>
        </div>
    }
}
