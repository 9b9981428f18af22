//! A page of text.

use leptos::prelude::*;

use super::{OperatorLinks, Page, Preview};
use crate::app::i18n::{Article, Section};

/// An [`Article`] as a page.
#[component]
pub fn ArticlePage(
    /// What it says.
    article: Article,
    /// The page's path.
    path: &'static str,
) -> impl IntoView {
    view! {
        <Preview path title=article.title/>
        <Page title=article.title>
            <article class="prose">
                <h1>{article.title}</h1>
                <p class="lead">{article.lead}</p>
                {article.sections.into_iter().map(section).collect_view()}
                <OperatorLinks/>
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
