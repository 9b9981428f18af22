//! Refreshes of grants that have ended: a revocation needs a valid access token, and has only a dead one.

use super::{
    Refresher,
    attempt::{Attempt, ClaimedGrant, Ended},
};
use crate::{
    domain::{CreatorId, GrantStatus, Timestamp},
    server::{
        clock::Stopwatch,
        entropy::uuid,
        store::{Claim, GrantRef, Revocation},
        vault::Sealed,
    },
};

impl Refresher {
    /// Refreshes the tokens of a claimed revocation. The new ones go through the journal to the revocation, as those of
    /// a grant do: then it is due at once. `now` is the store's time at the claim. The caller sees to it that nothing
    /// cancels this.
    pub(in crate::server) async fn refresh_ended(
        &self,
        revocation: &Revocation,
        refresh_token: &Sealed,
        now: Timestamp,
    ) -> Ended {
        let claimed = ClaimedGrant::new(self.claim_of(revocation, refresh_token), now, Stopwatch::start());
        Attempt::new(self, claimed).run_ended().await
    }

    /// The revocation as a claim of the grant that it is of. Its creator may be deleted: the journal's entry has an id
    /// that belongs to nobody.
    fn claim_of(&self, revocation: &Revocation, refresh_token: &Sealed) -> Claim {
        let Revocation { grant_id, generation, fence, access_expires_at, refresh_expires_at, .. } =
            *revocation;
        Claim {
            grant: GrantRef { id: grant_id, fence, generation },
            creator: CreatorId::from_u128(uuid(&*self.entropy).as_u128()),
            client_key: revocation.client_key.clone(),
            open_id: revocation.open_id.clone(),
            access_token: revocation.access_token.clone(),
            refresh_token: refresh_token.clone(),
            grant_status: GrantStatus::granted(access_expires_at, refresh_expires_at),
            due_at: None,
            failures: 0,
            unsure: false,
        }
    }
}
