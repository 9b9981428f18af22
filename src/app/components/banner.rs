//! Short messages on top of a page.

use leptos::{prelude::*, server_fn::error::ServerFnUrlError};
use leptos_router::hooks::use_query_map;

use super::{Glyph, Icon};
use crate::{api::ApiError, app::i18n::use_texts};

/// A message that needs attention and blocks nothing.
#[component]
pub fn Banner(#[prop(into)] text: String) -> impl IntoView {
    view! {
        <p class="notice" role="alert">
            <Glyph icon=Icon::Alert/>
            <span>{text}</span>
        </p>
    }
}

/// What went wrong with a form that was sent without script; the address carries its name.
#[component]
pub fn ActionFailure() -> impl IntoView {
    let carried = use_query_map().with_untracked(|query| query.get("__err"));
    let failure = carried.and_then(|carried| known_error(&carried));
    failure.map(|error| view! { <Banner text=(use_texts().action_failure)(error)/> })
}

/// The error that the `__err` of an address names.
///
/// Anyone can write an address, so only what we would have written ourselves counts: decoding
/// answers nonsense with an error too, and that one is not in the address.
fn known_error(carried: &str) -> Option<ApiError> {
    let error = ServerFnUrlError::<ApiError>::decode_err(carried);
    (encoded(error)? == carried).then_some(error)
}

/// An error as the server functions write it into an address.
fn encoded(error: ApiError) -> Option<String> {
    let address = ServerFnUrlError::new("", error).to_url("https://localhost/").ok()?;
    let (_, value) = address.query_pairs().find(|(name, _)| name == "__err")?;
    Some(value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_ours_is_read_back() {
        for error in [ApiError::StoreUnavailable, ApiError::BadRequest, ApiError::Internal] {
            assert_eq!(known_error(&encoded(error).unwrap()), Some(error));
        }
    }

    #[test]
    fn nonsense_says_nothing() {
        for carried in ["", "%%%", "<script>", "aGVsbG8=", "\u{202e}"] {
            assert_eq!(known_error(carried), None);
        }
    }
}
