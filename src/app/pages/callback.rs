//! `GET /webhook`: TikTok's redirect. It ends in a redirect to the profile, in a failure page, or, in a
//! popup, in a page that notifies the opener.

use leptos::prelude::*;

use crate::{
    api::{self, ApiError},
    app::{
        components::{FailurePage, Glyph, Icon, Page, PopupResult, Report, Severity},
        i18n::use_texts,
        status::set_status,
    },
    domain::{LoginEnd, LoginFailure, LoginProblem, LoginRefusal, Scopes, SignedInAs, Timestamp},
};

/// Finishes the login; shows something if that failed, or if a popup ends with it.
#[component]
pub fn CallbackPage() -> impl IntoView {
    Suspend::new(async { shown(api::complete_login().await).map(|end| view! { <Ending end/> }) })
}

/// What to show; nothing when the creator is signed in and on the way to the profile.
fn shown(answer: Result<LoginEnd, ApiError>) -> Option<LoginEnd> {
    let failed = |failure: LoginFailure| LoginEnd::from(LoginRefusal::from(failure));
    let end = match answer {
        Ok(end) => end,
        Err(ApiError::StoreUnavailable) => failed(LoginFailure::StoreUnavailable),
        Err(_) => failed(LoginFailure::Internal),
    };
    (end != LoginEnd::default()).then_some(end)
}

/// The page after a login that does not lead on to the profile.
#[component]
pub fn Ending(
    /// How it ended.
    end: LoginEnd,
) -> impl IntoView {
    match end.refusal {
        Some(refusal) => {
            view! { <Refusal refusal popup=end.popup still_signed_in=end.still_signed_in at=end.at/> }
                .into_any()
        }
        None => view! { <Done/> }.into_any(),
    }
}

/// The page of a failed login, with its status.
#[component]
fn Refusal(
    refusal: LoginRefusal,
    popup: bool,
    still_signed_in: Option<SignedInAs>,
    at: Option<Timestamp>,
) -> impl IntoView {
    let LoginRefusal { failure, log_id, scopes } = refusal;
    set_status(failure.status());
    let t = use_texts();
    let (again, switch) = if popup {
        ("/oauth?display=popup", "/oauth?switch=1&display=popup")
    } else {
        ("/oauth", "/oauth?switch=1")
    };
    let another = matches!(failure, LoginFailure::Cancelled | LoginFailure::NotSandboxTester);
    let report = Report { code: failure.name(), log_id, at };
    view! {
        <FailurePage
            text=(t.login_failure)(failure)
            severity=severity(failure)
            who=(t.problem)(failure.problem())
            again
            another=another.then_some(switch)
            report=Some(report)
            // A popup has no place for a profile: it is about to close.
            still_signed_in=still_signed_in.filter(|_| !popup)
        >
            {scopes.map(|scopes| view! { <AskedScopes scopes/> })}
            {popup.then(|| view! { <PopupResult failure=Some(failure)/> })}
        </FailurePage>
    }
}

/// What the login asked for: the operator sees which scope the app lacks.
#[component]
fn AskedScopes(scopes: Scopes) -> impl IntoView {
    let names = scopes.iter().map(|scope| view! { " " <code>{scope.to_string()}</code> }).collect_view();
    view! { <p class="small">{use_texts().failure_page.asked} {names}</p> }
}

/// Saying no breaks nothing, and neither does an account that may not connect.
const fn severity(failure: LoginFailure) -> Severity {
    match (failure, failure.problem()) {
        (LoginFailure::NotSandboxTester, _) => Severity::Barred,
        (_, LoginProblem::Creator) => Severity::Calm,
        (_, LoginProblem::Passing) => Severity::Passing,
        (_, LoginProblem::Unknown) => Severity::Unknown,
        (_, LoginProblem::Operator) => Severity::Broken,
    }
}

/// The end of a popup when the account is connected.
#[component]
fn Done() -> impl IntoView {
    let t = use_texts();
    view! {
        <Page title=t.popup.title>
            <article class="failure good">
                <Glyph icon=Icon::Check/>
                <h1>{t.popup.title}</h1>
                <PopupResult failure=None/>
                <div class="buttons">
                    <a class="button" href="/profile">{t.login.to_profile}</a>
                </div>
            </article>
        </Page>
    }
}
