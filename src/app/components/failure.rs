//! A page that says what went wrong, what to do, and who can help.

use leptos::prelude::*;

use super::{Glyph, Icon, Page};
use crate::{
    api::ApiError,
    app::{
        i18n::{FailureText, use_texts},
        status::set_status,
    },
    domain::LogId,
};

/// A failure page. It ships no script.
#[component]
pub fn FailurePage(
    /// What happened, in words.
    text: FailureText,
    /// Who can do something about it, if that is known.
    #[prop(optional_no_strip)]
    who: Option<String>,
    /// Where "try again" leads.
    again: &'static str,
    /// Whether another account would help.
    #[prop(optional)]
    another: bool,
    /// TikTok's name for its answer.
    #[prop(optional_no_strip)]
    log_id: Option<LogId>,
) -> impl IntoView {
    let t = &use_texts().failure_page;
    view! {
        <Page title=text.title>
            <article class="failure">
                <Glyph icon=Icon::Alert/>
                <h1>{text.title}</h1>
                <p class="lead">{text.what}</p>
                <h2>{t.remedy}</h2>
                <p>{text.remedy}</p>
                {who.map(|who| view! { <p>{who}</p> })}
                <div class="buttons">
                    <a class="button primary" href=again rel="external">{t.again}</a>
                    {another.then(|| view! {
                        <a class="button" href="/oauth?switch=1" rel="external">{t.another}</a>
                    })}
                    <a class="text-link" href="/">{t.home}</a>
                </div>
                {log_id.map(|id| view! {
                    <p class="small">{t.log_id} " " <code>{id.to_string()}</code></p>
                })}
            </article>
        </Page>
    }
}

/// The page for a profile, or for what belongs to it, that cannot be read.
#[component]
pub fn ProfileUnavailable(
    /// Why.
    error: ApiError,
    /// Where "try again" leads.
    again: &'static str,
) -> impl IntoView {
    set_status(if error == ApiError::StoreUnavailable { 503 } else { 500 });
    view! { <FailurePage text=(use_texts().profile_failure)(error) again/> }
}
