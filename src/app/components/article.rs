//! A page of text.

use leptos::prelude::*;

use super::Page;
use crate::app::i18n::{Article, Section};

/// An [`Article`] as a page.
#[component]
pub fn ArticlePage(article: Article) -> impl IntoView {
    view! {
        <Page title=article.title>
            <article class="prose">
                <h1>{article.title}</h1>
                <p class="lead">{article.lead}</p>
                {article.sections.into_iter().map(section).collect_view()}
            </article>
        </Page>
    }
}

fn section(section: Section) -> impl IntoView {
    let paragraph = |text: String| view! { <p>{text}</p> };
    view! {
        <h2>{section.title}</h2>
        {section.paragraphs.into_iter().map(paragraph).collect_view()}
    }
}
