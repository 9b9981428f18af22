//! A page of text.

use leptos::prelude::*;

use super::{OperatorLinks, Page, Preview, operator::operator_sentence};
use crate::app::i18n::{Article, Section, named};

/// An [`Article`] as a page.
#[component]
pub fn ArticlePage(
    /// What it says.
    article: &'static Article,
    /// The page's path.
    path: &'static str,
) -> impl IntoView {
    view! {
        <Preview path title=article.title.to_owned()/>
        <Page title=article.title>
            <article class="prose">
                <h1>{article.title}</h1>
                <p class="lead">{named(article.lead)} " " {operator_sentence()}</p>
                {article.sections.iter().map(section).collect_view()}
                <OperatorLinks/>
            </article>
        </Page>
    }
}

fn section(section: &'static Section) -> impl IntoView {
    let paragraph = |text: &&'static str| view! { <p>{named(text)}</p> };
    view! {
        <h2>{section.title}</h2>
        {section.paragraphs.iter().map(paragraph).collect_view()}
    }
}
