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

    /// A function that only reads.
    pub(super) const fn reader(function: &'static str) -> Self {
        Self::repeatable(function)
    }

    const fn once(function: &'static str) -> Self {
        Self { function, repeatable: false }
    }

    /// Whether it may be called again after `failure`. Never after a timeout:
    /// the database is busy, and the caller has waited long enough.
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
/// A second call would find what the first claimed under lease, and no task would refresh it. The lease
/// ends, and the next claim says that it is unsure.
pub(super) const CLAIM_GRANTS: Verb = Verb::once("cc_claim_grants");
/// The same tokens are written already; the same verdict is written again, or comes too late.
pub(super) const COMPLETE_REFRESH: Verb = Verb::repeatable("cc_complete_refresh");
/// A second call has the same idempotency key, and gets the first answer.
pub(super) const END_GRANT: Verb = Verb::repeatable("cc_end_grant");
/// As [`END_GRANT`].
pub(super) const DELETE_CREATOR: Verb = Verb::repeatable("cc_delete_creator");
/// As with grants.
pub(super) const CLAIM_REVOCATIONS: Verb = Verb::once("cc_claim_revocations");
/// The second call finds the same tokens there.
pub(super) const RENEW_REVOCATION: Verb = Verb::repeatable("cc_renew_revocation");
/// A second call finds the row gone, or writes the same.
pub(super) const COMPLETE_REVOCATION: Verb = Verb::repeatable("cc_complete_revocation");
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
/// A second call would find the login taken, and nobody would complete it.
pub(super) const TAKE_LOGIN: Verb = Verb::once("cc_take_login");
/// The same outcome is stored already.
pub(super) const END_LOGIN: Verb = Verb::repeatable("cc_end_login");
/// If the first call did save it, the second says that the id is taken: the caller draws another, and
/// the row of the first is a session whose id no browser has.
pub(super) const CREATE_SESSION: Verb = Verb::repeatable("cc_create_session");
pub(super) const SAVE_SESSION: Verb = Verb::repeatable("cc_save_session");
pub(super) const SESSION: Verb = Verb::repeatable("cc_session");
pub(super) const DELETE_SESSIONS: Verb = Verb::repeatable("cc_delete_sessions");
pub(super) const DELETE_SESSION: Verb = Verb::repeatable("cc_delete_session");
/// It runs periodically, and a second call would return too low a count.
pub(super) const PURGE: Verb = Verb::once("cc_purge");
/// What the first call stored is a duplicate to the second, and stored all the same.
pub(super) const SAVE_EVENTS: Verb = Verb::repeatable("cc_save_events");
/// As with grants: the lease ends.
pub(super) const CLAIM_EVENTS: Verb = Verb::once("cc_claim_events");
/// The second call finds the claim completed, and returns that it was not the latest; a caller that gets
/// that has nothing to do.
pub(super) const COMPLETE_EVENTS: Verb = Verb::repeatable("cc_complete_events");
pub(super) const EVENTS: Verb = Verb::repeatable("cc_events");
/// A second call would say that the event is on its way.
pub(super) const REPLAY_EVENT: Verb = Verb::once("cc_replay_event");
pub(super) const ACTIVITY: Verb = Verb::repeatable("cc_activity");
pub(super) const PURGE_EVENTS: Verb = Verb::once("cc_purge_events");
/// If the first call did save it, the second says that the id is taken: the caller draws another, and nobody has the
/// secret of the first.
pub(super) const CREATE_API_KEY: Verb = Verb::repeatable("cc_create_api_key");
pub(super) const API_KEYS: Verb = Verb::repeatable("cc_api_keys");
/// A second call would say that there is no such key.
pub(super) const END_API_KEY: Verb = Verb::once("cc_end_api_key");
pub(super) const NOTE_API_KEY_USE: Verb = Verb::repeatable("cc_note_api_key_use");
/// A row that is there stays as it is.
pub(super) const APPEND_AUDIT: Verb = Verb::repeatable("cc_append_audit");
pub(super) const AUDIT: Verb = Verb::repeatable("cc_audit");
pub(super) const PROGRAMS: Verb = Verb::repeatable("cc_programs");
pub(super) const CREATORS: Verb = Verb::repeatable("cc_creators");
/// A second call would find the version changed by the first.
pub(super) const ANNOTATE_CREATOR: Verb = Verb::once("cc_annotate_creator");
pub(super) const SCHEMA_VERSION: Verb = Verb::repeatable("cc_schema_version");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsure_call_is_retried_only_if_repeatable() {
        let unsure = Failure::Unsure("closed".to_owned());
        assert!(SAVE_GRANT.may_follow(&unsure));
        assert!(!TAKE_LOGIN.may_follow(&unsure));
    }

    #[test]
    fn undone_call_is_retried_and_response_is_final() {
        assert!(TAKE_LOGIN.may_follow(&Failure::NotDone("refused".to_owned())));
        let finals = [Failure::Slow(String::new()), Failure::Key, Failure::Schema, Failure::CircuitOpen];
        assert!(finals.iter().all(|failure| !SAVE_GRANT.may_follow(failure)));
    }
}
