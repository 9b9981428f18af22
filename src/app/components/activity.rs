//! What happened to the creator lately, here and at TikTok.

use leptos::prelude::*;

use crate::{
    app::i18n::{iso, moment, use_locale, use_texts},
    domain::{Activity, Happening},
};

/// The panel of recent activity; nothing when nothing has happened.
#[component]
pub fn ActivityPanel(activity: Vec<Activity>) -> AnyView {
    if activity.is_empty() {
        return ().into_any();
    }
    let items = activity.into_iter().map(|one| view! { <Item one/> }).collect_view();
    view! {
        <section class="panel" aria-labelledby="activity">
            <h2 id="activity">{use_texts().activity.title}</h2>
            <ol class="activity">{items}</ol>
        </section>
    }
    .into_any()
}

/// One happening: its moment, a sentence, and in small print what TikTok calls it.
#[component]
fn Item(one: Activity) -> impl IntoView {
    let t = &use_texts().activity;
    let words = moment(use_locale(), one.at);
    let own_word = match &one.what {
        Happening::Other(name) => Some(name.clone()),
        _ => one.reason.clone(),
    };
    view! {
        <li>
            <time datetime=iso(one.at)>{words}</time>
            <p>{(t.what)(&one.what)}</p>
            {own_word.map(|word| small_print(t.word, word))}
            {one.reference.map(|id| small_print(t.reference, id))}
        </li>
    }
}

/// Foreign text: isolated, so that its direction ends with it.
fn small_print(label: &'static str, text: String) -> AnyView {
    view! { <small>{label} " " <bdi><code>{text}</code></bdi></small> }.into_any()
}
