//! The creator in an address: our id, `open_id:…` or `reference:…`.

use super::{
    caller::Caller,
    problem::{Code, Problem},
    view::ViewContext,
};
use crate::{
    domain::CreatorId,
    server::{
        state::AppState,
        store::{CreatorQuery, StoredCreator},
    },
};

/// The creator that an address names. One that the key is not for is unknown to it, so that nobody can probe who exists.
pub(super) async fn find(state: &AppState, caller: &Caller, name: &str) -> Result<StoredCreator, Problem> {
    let unknown = || Problem::new(Code::NotFound, "There is no such creator, or the key is not for them.");
    let found = match name.split_once(':') {
        None => match name.parse::<CreatorId>() {
            Ok(id) => state.store.creator(&id).await?,
            Err(_) => None,
        },
        Some((kind, value)) => {
            let mut query = CreatorQuery::new(caller.key.creators().clone(), state.clock.now(), 1);
            match kind {
                "open_id" => query.open_id = Some(value.to_owned()),
                "reference" => query.reference = Some(value.to_owned()),
                _ => return Err(unknown()),
            }
            state.store.creators(&query).await?.pop().map(|listed| listed.creator)
        }
    };
    let visible =
        |creator: &StoredCreator| caller.key.creators().includes(&creator.id, &creator.annotations.labels);
    let creator = found.filter(visible).ok_or_else(unknown)?;
    caller.about(&creator.id);
    Ok(creator)
}

/// What the view of a creator needs.
pub(super) fn view_context(state: &AppState) -> ViewContext<'_> {
    ViewContext {
        origin: &state.config.site.origin,
        requested_scopes: &state.profiles.requested_scopes,
        now: state.clock.now(),
    }
}
