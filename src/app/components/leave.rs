//! Leaving: the same form in a dialog of the profile and on a page of its own.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::{DeleteEverything, Disconnect},
    app::{
        i18n::{LeaveTexts, Told, use_texts},
        islands::SendForm,
    },
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

/// The form that disconnects, with the choice of what becomes of the profile. Nobody is made to keep
/// data here by pressing on: erasing is chosen beforehand.
#[component]
pub fn LeaveForm() -> impl IntoView {
    let t = &use_texts().leave;
    view! {
        <SendForm
            action=Disconnect::url().to_owned()
            label=t.submit.to_owned()
            pending=t.pending.to_owned()
            class="button danger".to_owned()
            described_by=String::new()
        >
            <fieldset class="choice">
                <legend>{t.choice}</legend>
                {option("erase", true, t.erase)}
                {option("keep", false, t.keep)}
            </fieldset>
        </SendForm>
    }
}

fn option(value: &'static str, checked: bool, told: Told) -> impl IntoView {
    view! {
        <label>
            <input type="radio" name="profile" value=value checked=checked/>
            <span><strong>{told.title}</strong> <span class="small">{told.text}</span></span>
        </label>
    }
}

/// The form that erases a profile which was kept.
#[component]
pub fn EraseForm() -> impl IntoView {
    let t = &use_texts().leave;
    view! {
        <SendForm
            action=Disconnect::url().to_owned()
            label=t.erase_kept.title.to_owned()
            pending=t.erasing.to_owned()
            class="button".to_owned()
            described_by="about-erase".to_owned()
        >
            <input type="hidden" name="profile" value="erase"/>
        </SendForm>
    }
}

/// The form that deletes everything.
#[component]
pub fn DeleteForm() -> impl IntoView {
    let t: &LeaveTexts = &use_texts().leave;
    view! {
        <SendForm
            action=DeleteEverything::url().to_owned()
            label=t.delete_submit.to_owned()
            pending=t.deleting.to_owned()
            class="button outlined danger".to_owned()
            described_by="about-delete".to_owned()
        >
            ""
        </SendForm>
    }
}
