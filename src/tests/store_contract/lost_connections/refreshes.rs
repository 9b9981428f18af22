//! Refreshing and ending over connections that die.

use creator_connect::{
    domain::{EndCause, RefreshFailure},
    server::store::{RefreshStore as _, RevocationStore as _},
};

use super::{
    super::{NOW, ending, failed, renewed, sealed},
    LostConnections, away,
};

/// The lease ends by itself, and the next claim knows that TikTok may have been asked.
#[tokio::test]
async fn lost_claim_response_is_not_retried() {
    let test = LostConnections::new().await;
    let creator = test.place.creator().await;
    test.before("cc_claim_grants").await;
    assert!(away(test.store.claim_grant(&creator, 60).await));
    assert_eq!(test.place.active(&creator).await.grant.fence, 0, "it never arrived");
    test.after("cc_claim_grants").await;
    assert!(away(test.store.claim_grant(&creator, 0).await));
    let next = test.place.claim(&creator, 60).await;
    assert_eq!((next.grant.fence, next.unsure), (2, true));
}

#[tokio::test]
async fn interrupted_completion_with_tokens_is_atomic() {
    let test = LostConnections::new().await;
    let creator = test.place.creator().await;
    let claim = test.place.claim(&creator, 60).await;
    test.before("cc_complete_refresh").await;
    assert!(away(test.store.complete_refresh(&renewed(&claim, "1")).await));
    assert_eq!(test.place.active(&creator).await.grant, claim.grant);
    test.after("cc_complete_refresh").await;
    assert!(
        test.store.complete_refresh(&renewed(&claim, "1")).await.unwrap(),
        "the second question finds them there"
    );
    let stored = test.place.active(&creator).await;
    assert_eq!((stored.access_token, stored.grant.generation), (sealed("access of 1"), 1));
}

/// What the journal replays once the store is back.
#[tokio::test]
async fn new_tokens_are_stored_when_all_responses_are_lost() {
    let test = LostConnections::new().await;
    let creator = test.place.creator().await;
    let claim = test.place.claim(&creator, 60).await;
    test.after_each("cc_complete_refresh").await;
    assert!(away(test.store.complete_refresh(&renewed(&claim, "1")).await));
    assert!(test.place.store.complete_refresh(&renewed(&claim, "1")).await.unwrap());
    assert_eq!(test.place.active(&creator).await.grant.generation, 1);
}

#[tokio::test]
async fn interrupted_completion_with_verdict_is_atomic() {
    let test = LostConnections::new().await;
    let creator = test.place.creator().await;
    let claim = test.place.claim(&creator, 60).await;
    let verdict = failed(&claim, RefreshFailure::Unavailable);
    test.before("cc_complete_refresh").await;
    assert!(away(test.store.complete_refresh(&verdict).await));
    assert_eq!(test.place.active(&creator).await.grant_status, claim.grant_status);
    test.after("cc_complete_refresh").await;
    assert!(test.store.complete_refresh(&verdict).await.unwrap());
    assert_eq!(test.place.claim(&creator, 60).await.failures, 1, "it counts once");
}

#[tokio::test]
async fn interrupted_end_is_atomic() {
    let test = LostConnections::new().await;
    let creator = test.place.creator().await;
    test.before("cc_end_grant").await;
    assert!(away(test.store.end_grant(&creator, &ending(0)).await));
    assert_eq!(test.place.active(&creator).await.access_token, sealed("t"));
    test.after("cc_end_grant").await;
    let ended = test.store.end_grant(&creator, &ending(0)).await.unwrap().unwrap();
    assert!(
        ended.was_active && ended.revocation.is_some(),
        "the repetition gets the first answer: {ended:?}"
    );
    let found = test.place.store.creator(&creator).await.unwrap().unwrap();
    assert_eq!(found.ended, Some((NOW, EndCause::Here)));
    assert!(test.place.has_revocation_of("t").await, "and its tokens wait");
}

#[tokio::test]
async fn interrupted_deletion_is_atomic() {
    let test = LostConnections::new().await;
    let creator = test.place.creator().await;
    let session = test.place.session("s", "{}");
    test.place.store.create_session(&session).await.unwrap();
    test.before("cc_delete_creator").await;
    assert!(away(test.store.delete_creator(&creator, NOW).await));
    assert_eq!(test.place.active(&creator).await.access_token, sealed("t"));
    assert!(test.place.store.session(&session.id, NOW).await.unwrap().is_some());
    test.after("cc_delete_creator").await;
    let ended = test.store.delete_creator(&creator, NOW).await.unwrap().unwrap();
    assert!(
        ended.was_active && ended.revocation.is_some(),
        "the repetition gets the first answer: {ended:?}"
    );
    assert_eq!(test.store.delete_creator(&creator, NOW).await.unwrap(), None, "another request does not");
    assert!(test.place.store.creator(&creator).await.unwrap().is_none());
    assert!(test.place.store.session(&session.id, NOW).await.unwrap().is_none());
    assert!(test.place.has_revocation_of("t").await);
}
