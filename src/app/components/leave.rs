//! Leaving: the same form in a dialog of the profile and on a page of its own.

use leptos::{prelude::*, server_fn::ServerFn};

use super::ActionForm;
use crate::{
    api::{DeleteEverything, Disconnect},
    app::i18n::{TitledText, use_texts},
    domain::Site,
};

/// The id of the dialog.
pub const DIALOG: &str = "leave";

/// The dialog that confirms leaving; closed, and only a script opens it. Escape and "Cancel" close it
/// without one. It opens at its title, so that a small screen shows what is read out.
#[component]
pub fn LeaveDialog() -> impl IntoView {
    let t = &use_texts().leave;
    view! {
        <dialog id=DIALOG class="dialog" aria-labelledby="leave-title" aria-describedby="leave-means">
            <h2 id="leave-title" tabindex="-1" autofocus>{t.title}</h2>
            <Consequences id="leave-means"/>
            <LeaveForm/>
            <form method="dialog">
                <button class="button">{t.cancel}</button>
            </form>
            <a class="text-link" href="/disconnect#delete">{t.delete.title}</a>
        </dialog>
    }
}

/// What leaving means, point by point.
#[component]
pub fn Consequences(id: &'static str) -> impl IntoView {
    let consequences = (use_texts().leave.consequences)(&expect_context::<Site>().app_name);
    view! {
        <ul id=id class="consequences">
            {consequences.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}
        </ul>
    }
}

/// The form that disconnects, with the choice of what becomes of the profile. No creator has to keep
/// data here by pressing on: erasing is chosen beforehand.
#[component]
pub fn LeaveForm() -> impl IntoView {
    let t = &use_texts().leave;
    view! {
        <ActionForm action=Disconnect::url() label=t.submit pending=t.pending class="button danger">
            <fieldset class="choice">
                <legend>{t.choice}</legend>
                {option("erase", true, t.erase)}
                {option("keep", false, t.keep)}
            </fieldset>
        </ActionForm>
    }
}

fn option(value: &'static str, checked: bool, option: TitledText) -> impl IntoView {
    view! {
        <label>
            <input type="radio" name="profile" value=value checked=checked/>
            <span><strong>{option.title}</strong> <span class="small">{option.text}</span></span>
        </label>
    }
}

/// The form that erases a profile which was kept.
#[component]
pub fn EraseForm() -> impl IntoView {
    let t = &use_texts().leave;
    view! {
        <ActionForm
            action=Disconnect::url()
            label=t.erase_kept.title
            pending=t.erasing
            class="button"
            described_by="about-erase"
        >
            <input type="hidden" name="profile" value="erase"/>
        </ActionForm>
    }
}

/// The form that deletes everything.
#[component]
pub fn DeleteForm() -> impl IntoView {
    let t = &use_texts().leave;
    view! {
        <ActionForm
            action=DeleteEverything::url()
            label=t.delete_submit
            pending=t.deleting
            class="button outlined danger"
            described_by="about-delete"
        />
    }
}
