//! Leaving: the same form in a dialog of the profile and on a page of its own.

use leptos::{prelude::*, server_fn::ServerFn};

use super::ActionForm;
use crate::{
    api::{DeleteEverything, Disconnect},
    app::i18n::{TitledText, named, use_texts},
};

/// The id of the dialog.
pub const DIALOG: &str = "leave";

/// The dialog that confirms leaving; closed, and only a script opens it. Escape and its button close it without one, and
/// with one a click beside it. It opens at its title, so that a small screen shows what is read out.
#[component]
pub fn LeaveDialog() -> impl IntoView {
    let t = &use_texts().leave;
    view! {
        <dialog id=DIALOG class="dialog" aria-labelledby="leave-title" aria-describedby="leave-means">
            <div>
                <h2 id="leave-title" tabindex="-1" autofocus>{t.title}</h2>
                <p id="leave-means">{named(t.consequences)}</p>
                <LeaveForm/>
                <form method="dialog">
                    <button type="submit" class="button">{t.stay}</button>
                </form>
                <a class="text-link" href="/disconnect#delete">{t.delete.title}</a>
            </div>
        </dialog>
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

/// The form that deletes everything, behind one more question.
#[component]
pub fn DeleteForm() -> impl IntoView {
    let t = &use_texts().leave;
    view! {
        <details class="question">
            <summary class="button outlined danger" aria-describedby="about-delete">{t.delete_ask}</summary>
            <p id="delete-sure"><strong>{t.delete_sure}</strong></p>
            <ActionForm
                action=DeleteEverything::url()
                label=t.delete_submit
                pending=t.deleting
                class="button danger"
                described_by="delete-sure"
            />
        </details>
    }
}
