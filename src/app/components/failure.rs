//! A page that says what went wrong, what to do, and who can help.

use leptos::prelude::*;

use super::{AskOperator, Glyph, Icon, Page};
use crate::{
    api::ApiError,
    app::{
        i18n::{FailureText, use_texts},
        status::set_status,
    },
    domain::LogId,
};

/// How serious a failure looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Nothing is broken.
    Calm,
    /// It passes by itself.
    Passing,
    /// This account may not do it.
    Barred,
    /// Nobody here knows what went wrong.
    Unknown,
    /// A person has to fix something.
    Broken,
}

impl Severity {
    /// Whether the operator may be able to help.
    const fn wants_operator(self) -> bool {
        matches!(self, Self::Barred | Self::Unknown | Self::Broken)
    }

    /// The class that colours the page's icon, and the icon.
    const fn look(self) -> (&'static str, Icon) {
        match self {
            Self::Calm => ("calm", Icon::Info),
            Self::Passing => ("warn", Icon::Clock),
            Self::Barred => ("warn", Icon::Person),
            Self::Unknown => ("warn", Icon::Alert),
            Self::Broken => ("bad", Icon::Alert),
        }
    }
}

/// A failure page. It ships no script of its own.
#[component]
pub fn FailurePage(
    /// What happened, in words.
    text: FailureText,
    /// How serious it looks.
    #[prop(default = Severity::Passing)]
    severity: Severity,
    /// Who can do something about it, if that is known.
    #[prop(optional_no_strip)]
    who: Option<String>,
    /// Where "try again" leads.
    again: &'static str,
    /// Where another account is taken, if that would help.
    #[prop(optional_no_strip)]
    another: Option<&'static str>,
    /// TikTok's name for its answer.
    #[prop(optional_no_strip)]
    log_id: Option<LogId>,
    /// Whether the creator has a profile to go back to, with which nothing went wrong.
    #[prop(optional)]
    still_signed_in: bool,
    /// What comes at the end.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let t = &use_texts().failure_page;
    let (tone, icon) = severity.look();
    let again = (again, t.again);
    let another = another.map(|href| (href, t.another));
    // For an account that is barred, trying again is the lesser hope.
    let ((first, words), second) = match another {
        Some(another) if severity == Severity::Barred => (another, Some(again)),
        _ => (again, another),
    };
    let (back, way_back) =
        if still_signed_in { ("/profile", use_texts().login.to_profile) } else { ("/", t.home) };
    view! {
        <Page title=text.title>
            <article class=format!("failure {tone}")>
                <Glyph icon/>
                <h1>{text.title}</h1>
                <p class="lead">{text.what}</p>
                {still_signed_in.then(|| view! { <p>{t.still_signed_in}</p> })}
                <h2>{t.remedy}</h2>
                <p>{text.remedy}</p>
                {who.map(|who| view! { <p>{who}</p> })}
                <div class="buttons">
                    <a class="button primary" href=first rel="external">{words}</a>
                    {second.map(|(href, words)| view! {
                        <a class="button" href=href rel="external">{words}</a>
                    })}
                    <a class="text-link" href=back>{way_back}</a>
                    {severity.wants_operator().then(|| view! { <AskOperator/> })}
                </div>
                {log_id.map(|id| view! {
                    <p class="small">{t.log_id} " " <code>{id.to_string()}</code></p>
                })}
                {children.map(|children| children())}
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
