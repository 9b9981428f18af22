//! The limits that TikTok sets for posts.

use leptos::prelude::*;

use super::{Disclosure, Glyph, Icon};
use crate::{
    app::i18n::use_texts,
    domain::{Posting, PostingStatus, PrivacyLevel, Profile},
};

/// The limits of posts; nothing where posts are not possible, for what TikTok said before does not hold then.
#[component]
pub fn PostingPanel<'a>(profile: &'a Profile) -> AnyView {
    let t = &use_texts().posting;
    if !profile.posting_status().is_some_and(PostingStatus::has_limits) {
        return ().into_any();
    }
    let posting = profile.posting.clone();
    view! {
        <Disclosure id="posting" title=t.title.to_owned()>
            {match posting {
                Some(posting) => view! { <Limits posting/> }.into_any(),
                None => view! { <p>{t.unknown_yet}</p> }.into_any(),
            }}
        </Disclosure>
    }
    .into_any()
}

/// The limits, one by one.
#[component]
fn Limits(posting: Posting) -> impl IntoView {
    let t = use_texts();
    let p = &t.posting;
    let longest = posting.max_video_post_duration_sec.map_or(p.unknown.to_owned(), t.duration);
    view! {
        <dl class="facts">
            <div class="wide">
                <dt>{p.audience}</dt>
                <dd><Audience levels=posting.privacy_level_options/></dd>
            </div>
            <Switched name=p.comments disabled=posting.comment_disabled/>
            <Switched name=p.duets disabled=posting.duet_disabled/>
            <Switched name=p.stitches disabled=posting.stitch_disabled/>
            <div>
                <dt>{p.longest}</dt>
                <dd>{longest}</dd>
            </div>
        </dl>
    }
}

/// Who may be chosen to see a post.
#[component]
fn Audience(levels: Vec<PrivacyLevel>) -> impl IntoView {
    let t = use_texts();
    if levels.is_empty() {
        return view! { <span>{t.posting.unknown}</span> }.into_any();
    }
    let item = |level: PrivacyLevel| {
        let words = (t.privacy_level)(&level).map_or_else(|| level.as_str().to_owned(), str::to_owned);
        view! { <li>{words}</li> }
    };
    view! { <ul class="chips">{levels.into_iter().map(item).collect_view()}</ul> }.into_any()
}

/// A setting that the creator may have switched off.
#[component]
fn Switched(name: &'static str, disabled: Option<bool>) -> impl IntoView {
    let t = &use_texts().posting;
    let (tone, icon, words) = match disabled {
        Some(false) => ("value good", Icon::Check, t.allowed),
        Some(true) => ("value", Icon::Off, t.off),
        None => ("value", Icon::Unknown, t.unknown),
    };
    view! {
        <div>
            <dt>{name}</dt>
            <dd class=tone><Glyph icon/>{words}</dd>
        </div>
    }
}
