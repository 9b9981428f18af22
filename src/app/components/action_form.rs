//! A form with one button, which says that it is on its way where a script runs.

use leptos::prelude::*;

/// A plain form around its fields: the browser sends it with and without script, and follows the redirect.
///
/// With script [`SendForms`](crate::app::islands::SendForms) sees to the button.
#[component]
pub fn ActionForm(
    /// Where it is sent, by POST.
    action: &'static str,
    /// What the button says.
    label: &'static str,
    /// What it says while the answer is under way.
    pending: &'static str,
    /// The button's classes.
    #[prop(optional)]
    class: Option<&'static str>,
    /// The id of the sentence that describes the button.
    #[prop(optional)]
    described_by: Option<&'static str>,
    /// Whether with script the answer comes into the page that is open; it can have no fields then.
    #[prop(optional)]
    in_place: bool,
    /// The fields.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    view! {
        <form method="post" action=action data-in-place=in_place>
            {children.map(|children| children())}
            <button type="submit" class=class aria-describedby=described_by data-pending=pending>
                {label}
            </button>
        </form>
    }
    .into_any()
}
