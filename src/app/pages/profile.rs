//! `/profile`: all that the store knows of the creator, and what they can do.

use leptos::prelude::*;

use super::own_page;
use crate::{
    api,
    app::{
        components::{
            AccountLinks, ActivityPanel, Avatar, ConnectedNotice, IslandScripts, LeaveDialog, LeaveLink,
            Messages, Page, Permissions, PostingPanel, RenewalNotice, StatusCard, StoredPanel,
            status_summary,
        },
        i18n::use_texts,
    },
    domain::{ConnectionState, Flash, Profile},
};

/// The profile page; renders nothing without a session, because the response is a redirect then.
#[component]
pub fn ProfilePage() -> impl IntoView {
    Suspend::new(async {
        let answer = api::own_profile().await;
        own_page(answer, "/profile", |(profile, flash)| view! { <ProfileView profile flash/> })
    })
}

/// The creator's own profile, with the flash message of what they just did.
#[component]
fn ProfileView(profile: Profile, flash: Option<Flash>) -> impl IntoView {
    let as_of = profile.as_of;
    let connected = profile.state != ConnectionState::Disconnected;
    let notice = flash.map(|flash| match flash {
        Flash::SignedIn => view! { <ConnectedNotice profile=&profile/> }.into_any(),
        Flash::Checked(renewal) => view! { <RenewalNotice renewal/> }.into_any(),
    });
    view! {
        <Page title=use_texts().profile.title>
            {notice}
            <Identity profile=&profile/>
            <div class="columns">
                <div id="grant_status" class="column" data-summary=status_summary(&profile)>
                    <StatusCard profile=&profile/>
                    <Messages profile=&profile/>
                    {connected.then(|| view! { <Permissions profile=&profile/> })}
                </div>
                <div class="column">
                    <ActivityPanel profile=&profile/>
                    <PostingPanel profile=&profile/>
                    <StoredPanel profile=&profile/>
                    <LeaveLink profile=&profile/>
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
            <AccountLinks/>
        </div>
    }
}
