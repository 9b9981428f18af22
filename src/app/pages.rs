//! One file for each page.

mod callback;
mod disconnect;
mod disconnected;
mod login;
mod not_found;
mod privacy;
mod profile;
mod terms;

pub use callback::{CallbackPage, Ending};
pub use disconnect::DisconnectPage;
pub use disconnected::DisconnectedPage;
pub use login::LoginPage;
pub use not_found::NotFoundPage;
pub use privacy::PrivacyPage;
pub use profile::ProfilePage;
pub use terms::TermsPage;

use leptos::prelude::*;

use super::components::ProfileUnavailable;
use crate::api::ApiError;

/// The page for what only the signed-in creator is shown: nothing if there is none, for the answer is a
/// redirect then, and where it cannot be read, why, with the way back to `path`.
fn own_page<T, V: IntoView + 'static>(
    answer: Result<Option<T>, ApiError>,
    path: &'static str,
    page: impl FnOnce(T) -> V,
) -> AnyView {
    match answer {
        Ok(Some(own)) => page(own).into_any(),
        Ok(None) => ().into_any(),
        Err(error) => view! { <ProfileUnavailable error again=path/> }.into_any(),
    }
}
