//! A page that says what went wrong, what to do, and who can help.

use leptos::prelude::*;

use super::{Glyph, Icon, Page, operator::operator_label};
use crate::{
    api::ApiError,
    app::{
        i18n::{FailureText, moment, named, use_locale, use_texts},
        status::set_status,
    },
    domain::{LogId, SignedInAs, Site, Timestamp},
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

/// What the operator needs to know of a failure.
pub struct Report {
    /// Its name for programs.
    pub code: &'static str,
    /// TikTok's name for its answer.
    pub log_id: Option<LogId>,
    /// When it happened.
    pub at: Option<Timestamp>,
}

impl Report {
    /// The address of an e-mail to the operator that is filled in, or of their help page; `None` where the settings
    /// name neither.
    fn address(&self, what: &str) -> Option<String> {
        let t = &use_texts().failure_page;
        let contact = expect_context::<Site>().operator.contact?;
        let reference = self.log_id.as_ref().map_or(t.no_reference, LogId::as_str);
        let time = self.at.map(|at| moment(use_locale(), at)).unwrap_or_default();
        let body = named(t.mail_body)
            .replace("{what}", what)
            .replace("{code}", self.code)
            .replace("{reference}", reference)
            .replace("{time}", &time);
        Some(contact.href_with(&named(t.mail_subject), &body))
    }
}

/// A button of a failure page.
struct Way {
    href: String,
    label: String,
}

/// A failure page. It ships no script of its own.
#[component]
pub fn FailurePage(
    /// What happened, in words.
    text: FailureText,
    /// How serious it looks.
    #[prop(default = Severity::Passing)]
    severity: Severity,
    /// Who can do something about it; empty where that is not said.
    #[prop(optional)]
    who: &'static str,
    /// Where "try again" leads.
    again: &'static str,
    /// Where another account is taken, if that would help.
    #[prop(optional_no_strip)]
    another: Option<&'static str>,
    /// What the operator needs to know.
    #[prop(optional_no_strip)]
    report: Option<Report>,
    /// The creator who is signed in from before, if there is one: they have a profile to go back to, with which nothing
    /// went wrong.
    #[prop(optional_no_strip)]
    still_signed_in: Option<SignedInAs>,
    /// What comes at the end.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let t = &use_texts().failure_page;
    let (tone, icon) = severity.look();
    let title = named(text.title);
    let (back, way_back) =
        if still_signed_in.is_some() { ("/profile", use_texts().login.to_profile) } else { ("/", t.home) };
    let ways = ways(severity, again, another, report.as_ref(), &title);
    view! {
        <Page title=title.clone()>
            <article class=format!("failure {tone}")>
                <Glyph icon/>
                <h1>{title.clone()}</h1>
                <p class="lead">{named(text.what)}</p>
                {still_signed_in.map(|creator| view! { <p>{account_sentence(creator)}</p> })}
                <h2>{t.remedy}</h2>
                <p>{named(text.remedy)}</p>
                {(!who.is_empty()).then(|| view! { <p>{named(who)}</p> })}
                <div class="buttons">
                    {ways.into_iter().enumerate().map(|(at, way)| button(at == 0, way)).collect_view()}
                    <a class="text-link" href=back>{way_back}</a>
                </div>
                {report.and_then(|report| report.log_id).map(|id| view! {
                    <p class="small">{t.log_id} " " <code>{id.to_string()}</code></p>
                })}
                {children.map(|children| children())}
            </article>
        </Page>
    }
}

/// What a creator can do, the most promising first: where only the operator can help, an e-mail to them; for an account
/// that is barred, another account.
fn ways(
    severity: Severity,
    again: &'static str,
    another: Option<&'static str>,
    report: Option<&Report>,
    what: &str,
) -> Vec<Way> {
    let t = &use_texts().failure_page;
    let way = |href: &str, label: &str| Way { href: href.to_owned(), label: label.to_owned() };
    let again = way(again, t.again);
    let another = another.map(|href| way(href, t.another));
    let operator = report
        .filter(|_| severity.wants_operator())
        .and_then(|report| Some(Way { href: report.address(what)?, label: operator_label()? }));
    let (first, second, third) = match severity {
        Severity::Broken => (operator, Some(again), another),
        Severity::Barred => (another, Some(again), operator),
        _ => (Some(again), another, operator),
    };
    [first, second, third].into_iter().flatten().collect()
}

fn button(is_first: bool, Way { href, label }: Way) -> impl IntoView {
    let class = if is_first { "button primary" } else { "button" };
    view! { <a class=class href=href rel="external">{label}</a> }
}

fn account_sentence(creator: SignedInAs) -> String {
    let t = &use_texts().failure_page;
    creator.name.map_or_else(
        || t.still_signed_in_unnamed.to_owned(),
        |name| t.still_signed_in.replace("{account}", &name),
    )
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
