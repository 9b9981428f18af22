//! The recent activity of the creator, here and at TikTok.

use leptos::prelude::*;

use super::moment;
use crate::{
    app::i18n::use_texts,
    domain::{Activity, ActivityKind, Timestamp},
};

/// The panel of recent activity, with times relative to `now`.
#[component]
pub fn ActivityPanel(activity: Vec<Activity>, now: Timestamp) -> AnyView {
    let t = &use_texts().activity;
    let content = if activity.is_empty() {
        view! { <p class="small">{t.nothing}</p> }.into_any()
    } else {
        let items = activity.into_iter().map(|one| view! { <Item one now/> }).collect_view();
        view! { <ol class="activity">{items}</ol> }.into_any()
    };
    view! {
        <section class="panel" aria-labelledby="activity">
            <h2 id="activity">{t.title}</h2>
            {content}
        </section>
    }
    .into_any()
}

/// One happening: a sentence, its moment, and in small print what TikTok calls it.
#[component]
fn Item(one: Activity, now: Timestamp) -> impl IntoView {
    let t = &use_texts().activity;
    let own_word = match &one.what {
        ActivityKind::Other(name) => Some(name.clone()),
        _ => one.reason.clone(),
    };
    view! {
        <li>
            <p>{(t.what)(&one.what)}</p>
            <small>{moment::ago(one.at, now)} " · " {moment::at(one.at)}</small>
            {own_word.map(|word| small_print(t.word, word))}
            {one.reference.map(|id| small_print(t.reference, id))}
        </li>
    }
}

/// Foreign text: isolated, so that its direction ends with it.
fn small_print(label: &'static str, text: String) -> AnyView {
    view! { <small>{label} " " <bdi><code>{text}</code></bdi></small> }.into_any()
}
