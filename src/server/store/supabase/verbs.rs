//! The functions of `supabase/migrations`, and which of them may be called again after a failure.

use super::errors::Failure;

/// One function.
#[derive(Debug)]
pub(super) struct Verb {
    /// Its name in the database.
    pub(super) function: &'static str,
    /// Whether calling it twice comes to the same as calling it once.
    repeatable: bool,
}

impl Verb {
    const fn repeatable(function: &'static str) -> Self {
        Self { function, repeatable: true }
    }

    const fn once(function: &'static str) -> Self {
        Self { function, repeatable: false }
    }

    /// Whether it may be called again after `failure`. Never after an answer that was slow to come:
    /// the database has enough to do, and whoever waits has waited long.
    pub(super) const fn may_follow(&self, failure: &Failure) -> bool {
        match failure {
            Failure::NotDone(_) => true,
            Failure::Unsure(_) => self.repeatable,
            _ => false,
        }
    }
}

/// The same consent saved again, under the same new id, is the same grant.
pub(super) const SAVE_GRANT: Verb = Verb::repeatable("cc_save_grant");
pub(super) const ACTIVE_GRANT: Verb = Verb::repeatable("cc_active_grant");
/// A second call would find what the first claimed under lease, and nobody would ask for it. The lease
/// ends, and the next claim says that it is unsure.
pub(super) const CLAIM_GRANTS: Verb = Verb::once("cc_claim_grants");
/// The same tokens once more are written already; a verdict once more is the same, or comes too late.
pub(super) const SETTLE: Verb = Verb::repeatable("cc_complete_refresh");
/// A second call finds the grant ended, and says so; its revocation waits where every due one is found.
pub(super) const END_GRANT: Verb = Verb::repeatable("cc_end_grant");
/// A second call finds nobody, which is what was wished.
pub(super) const DELETE_CREATOR: Verb = Verb::repeatable("cc_delete_creator");
/// As with grants.
pub(super) const CLAIM_REVOCATIONS: Verb = Verb::once("cc_claim_revocations");
/// A second call finds the row gone, or writes the same.
pub(super) const SETTLE_REVOCATION: Verb = Verb::repeatable("cc_complete_revocation");
pub(super) const KEY_USE: Verb = Verb::repeatable("cc_key_use");
pub(super) const SEALED_ROWS: Verb = Verb::repeatable("cc_sealed_rows");
/// What is sealed anew already counts as done.
pub(super) const RESEAL: Verb = Verb::repeatable("cc_reseal");
pub(super) const CONNECTIONS: Verb = Verb::repeatable("cc_connections");
pub(super) const SAVE_PROFILE: Verb = Verb::repeatable("cc_save_profile");
pub(super) const CREATOR: Verb = Verb::repeatable("cc_creator");
pub(super) const AVATAR: Verb = Verb::repeatable("cc_avatar");
pub(super) const SAVE_AVATAR: Verb = Verb::repeatable("cc_save_avatar");
/// A login that is remembered already stays as it is.
pub(super) const BEGIN_LOGIN: Verb = Verb::repeatable("cc_begin_login");
/// A second call would find nothing, and the creator would be told that their login is unknown.
pub(super) const TAKE_LOGIN: Verb = Verb::once("cc_take_login");
/// If the first call did save it, the second says that the id is taken: the caller draws another, and
/// the row of the first is a session that nobody has the id of.
pub(super) const CREATE_SESSION: Verb = Verb::repeatable("cc_create_session");
pub(super) const SAVE_SESSION: Verb = Verb::repeatable("cc_save_session");
pub(super) const SESSION: Verb = Verb::repeatable("cc_session");
pub(super) const DELETE_SESSION: Verb = Verb::repeatable("cc_delete_session");
/// It comes again by itself, and a second call would answer with too few.
pub(super) const PURGE: Verb = Verb::once("cc_purge");
/// What the first call stored is a repetition to the second, and stored all the same.
pub(super) const SAVE_EVENTS: Verb = Verb::repeatable("cc_save_events");
/// As with grants: the lease ends.
pub(super) const CLAIM_EVENTS: Verb = Verb::once("cc_claim_events");
/// The second call finds that the claim is settled, and says that it was not the last word; whoever hears
/// that has nothing to do.
pub(super) const SETTLE_EVENTS: Verb = Verb::repeatable("cc_complete_events");
pub(super) const EVENTS: Verb = Verb::repeatable("cc_events");
/// A second call would say that the event is on its way.
pub(super) const REPLAY_EVENT: Verb = Verb::once("cc_replay_event");
pub(super) const ACTIVITY: Verb = Verb::repeatable("cc_activity");
pub(super) const PURGE_EVENTS: Verb = Verb::once("cc_purge_events");
pub(super) const SCHEMA_VERSION: Verb = Verb::repeatable("cc_schema_version");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_be_called_twice_is_called_again_when_nobody_knows() {
        let unsure = Failure::Unsure("closed".to_owned());
        assert!(SAVE_GRANT.may_follow(&unsure));
        assert!(!TAKE_LOGIN.may_follow(&unsure));
    }

    #[test]
    fn what_was_not_done_may_be_asked_again_and_an_answer_is_final() {
        assert!(TAKE_LOGIN.may_follow(&Failure::NotDone("refused".to_owned())));
        let finals = [Failure::Slow(String::new()), Failure::Key, Failure::Schema, Failure::Resting];
        assert!(finals.iter().all(|failure| !SAVE_GRANT.may_follow(failure)));
    }
}
