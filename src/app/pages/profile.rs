//! `/profile`: all that the store knows of the creator, and what they can do.

use leptos::prelude::*;

use crate::{
    api::{self, ApiError},
    app::{
        components::{
            Actions, ActivityPanel, Avatar, Connection, Details, FailurePage, Messages, Page, Permissions,
            PostingPanel,
        },
        i18n::use_texts,
        status::set_status,
    },
    domain::Profile,
};

/// The profile page; renders nothing when nobody is signed in, for the answer is a redirect then.
#[component]
pub fn ProfilePage() -> impl IntoView {
    let profile = Resource::new_blocking(|| (), |()| api::own_profile());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match profile.await {
                    Ok(Some(profile)) => view! { <Own profile/> }.into_any(),
                    Ok(None) => ().into_any(),
                    Err(error) => view! { <Unavailable error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// The creator's own profile. The only page with islands, so the only one with scripts.
#[component]
fn Own(profile: Profile) -> impl IntoView {
    let options: LeptosOptions = expect_context();
    view! {
        <Page title=use_texts().profile.title>
            <Identity profile=&profile/>
            <div class="columns">
                <div class="column">
                    <Connection profile=&profile/>
                    <Messages profile=&profile/>
                    <PostingPanel posting=profile.posting.clone()/>
                    <Permissions profile=&profile/>
                </div>
                <div class="column">
                    <Actions state=profile.state/>
                    <Details profile=&profile/>
                    <ActivityPanel activity=profile.activity.clone()/>
                </div>
            </div>
        </Page>
        <HydrationScripts options islands=true/>
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

/// The page for a profile that cannot be read.
#[component]
fn Unavailable(error: ApiError) -> impl IntoView {
    set_status(if error == ApiError::StoreUnavailable { 503 } else { 500 });
    view! { <FailurePage text=(use_texts().profile_failure)(error) again="/profile"/> }
}
