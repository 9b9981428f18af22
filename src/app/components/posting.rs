//! What the creator may post, as TikTok says it.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::{
    app::i18n::use_texts,
    domain::{Posting, PrivacyLevel},
};

/// The panel of what may be posted.
#[component]
pub fn PostingPanel(
    /// What TikTok said, if it did.
    posting: Option<Posting>,
    /// Whether the creator is connected; if not, it is from before.
    connected: bool,
) -> AnyView {
    let t = &use_texts().profile;
    view! {
        <section class="panel" aria-labelledby="posting">
            <h2 id="posting">{t.posting}</h2>
            {match posting {
                Some(posting) => view! {
                    {(!connected).then(|| view! { <p class="small">{t.posting_past}</p> })}
                    <Settings posting/>
                }.into_any(),
                None => view! { <p>{t.posting_unknown}</p> }.into_any(),
            }}
        </section>
    }
    .into_any()
}

/// The settings, one by one.
#[component]
fn Settings(posting: Posting) -> impl IntoView {
    let t = use_texts();
    let p = &t.profile;
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
        return view! { <span>{t.profile.unknown}</span> }.into_any();
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
    let t = &use_texts().profile;
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
