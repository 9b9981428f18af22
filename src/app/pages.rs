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
