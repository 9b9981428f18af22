//! `GET /webhook`: TikTok's redirect. It ends in a redirect to the profile or in a failure page.

use leptos::prelude::*;

use crate::{
    api::{self, ApiError},
    app::{components::FailurePage, i18n::use_texts, status::set_status},
    domain::{LoginFailure, LoginRefusal, Site},
};

/// Finishes the login; shows something only if that failed.
#[component]
pub fn CallbackPage() -> impl IntoView {
    let answer = Resource::new_blocking(|| (), |()| api::complete_login());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                refusal(answer.await).map(|refusal| view! { <Refusal refusal/> })
            })}
        </Suspense>
    }
}

/// What to show; nothing when the creator is signed in and on the way to the profile.
fn refusal(answer: Result<Option<LoginRefusal>, ApiError>) -> Option<LoginRefusal> {
    match answer {
        Ok(refusal) => refusal,
        Err(ApiError::StoreUnavailable) => Some(LoginFailure::StoreUnavailable.into()),
        Err(_) => Some(LoginFailure::Internal.into()),
    }
}

/// The page of a failed login, with its status.
#[component]
pub fn Refusal(
    /// Why it failed.
    refusal: LoginRefusal,
) -> impl IntoView {
    let LoginRefusal { failure, log_id } = refusal;
    set_status(failure.status());
    let t = use_texts();
    let another = matches!(
        failure,
        LoginFailure::Cancelled | LoginFailure::NotEligible | LoginFailure::NotSandboxTester
    );
    let who = (t.problem)(failure.problem(), &expect_context::<Site>().app_name);
    view! { <FailurePage text=(t.login_failure)(failure) who=Some(who) again="/oauth" another log_id/> }
}
