//! Events: each stored once, handled in order, forwarded in order.

use std::{collections::HashSet, sync::Arc};

use creator_connect::{
    domain::CreatorId,
    server::store::{
        EventOutcome, EventQuery, EventStatus, ForwardOutcome, ListedEvent, NewEvent, PendingEvent,
    },
};

use super::{NOW, Place};

const LEASE: u32 = 100_000;
const DAY: i64 = 86_400;

impl Place {
    /// An event of TikTok's about `open_id`, received at [`NOW`].
    pub(super) fn event(&self, open_id: &str, name: &str, number: u32) -> NewEvent {
        NewEvent {
            id: self.id(1_000_000 + number).as_str().to_owned(),
            digest: self.name(&format!("digest {number}")),
            client_key: self.name("app"),
            name: name.to_owned(),
            open_id: (!open_id.is_empty()).then(|| open_id.parse().unwrap()),
            created_at: NOW.plus_seconds(number.into()),
            received_at: NOW,
            body: format!(r#"{{"number":{number},"big":9007199254740993}}"#),
        }
    }

    /// Saves events of this creator with these numbers, all handled and to be forwarded.
    async fn to_forward(&self, open_id: &str, numbers: &[u32]) {
        for number in numbers {
            assert!(self.store.save_event(&self.event(open_id, "x", *number)).await.unwrap());
        }
        self.handle_all(true).await;
    }

    /// Handles whatever waits; answers what was of this place, in order.
    pub(super) async fn handle_all(&self, forward: bool) -> Vec<PendingEvent> {
        let mut own = Vec::new();
        loop {
            let claimed = self.store.claim_events(100, LEASE).await.unwrap();
            if claimed.is_empty() {
                return own;
            }
            for event in claimed {
                let is_own = self.is_own(&event.body, event.creator.as_ref());
                let outcome = EventOutcome::Handled { forward: forward && is_own };
                assert!(self.store.complete_event(event.row, event.fence, &outcome).await.unwrap());
                own.extend(is_own.then_some(event));
            }
        }
    }

    fn is_own(&self, body: &str, creator: Option<&CreatorId>) -> bool {
        let mine = |text: &str| (1..9).any(|number| text.contains(self.id(number).as_str()));
        body.contains("9007199254740993") || mine(body) || creator.is_some_and(|id| mine(id.as_str()))
    }

    /// The numbers of the events that are claimed to be forwarded now.
    async fn forwards(&self) -> Vec<u64> {
        let claimed = self.store.claim_forwards(100, LEASE).await.unwrap();
        claimed.iter().map(|event| number(&event.body)).collect()
    }

    async fn complete_forward(&self, number_of: u64, outcome: ForwardOutcome) -> bool {
        let listed = self.find(number_of).await;
        // A claim for ever so short shows the fence.
        self.store
            .complete_forward(listed.row, i64::from(listed.attempts + listed.forward_attempts), &outcome)
            .await
            .unwrap()
    }

    async fn find(&self, number_of: u64) -> ListedEvent {
        let all = self.store.events(&EventQuery::newest(100)).await.unwrap();
        all.into_iter().find(|event| event.body.contains(&format!("\"number\":{number_of},"))).unwrap()
    }
}

fn number(body: &str) -> u64 {
    serde_json::from_str::<serde_json::Value>(body).unwrap()["number"].as_u64().unwrap()
}

on_both_stores! {
    async fn repeated_delivery_is_stored_once(place) {
        let event = place.event("a", "x", 1);
        assert!(place.store.save_event(&event).await.unwrap());
        let again = NewEvent { id: place.id(77).as_str().to_owned(), received_at: NOW.plus_seconds(9), ..event };
        assert!(!place.store.save_event(&again).await.unwrap());
    }

    async fn concurrent_deliveries_are_stored_once_each(place) {
        let place = Arc::new(place);
        let calls = (0..300_u32).map(|call| {
            let place = Arc::clone(&place);
            let id = place.id(2_000_000 + call).as_str().to_owned();
            let event = NewEvent { id, ..place.event("", "x", call % 100) };
            tokio::spawn(async move { place.store.save_event(&event).await.unwrap() })
        });
        let mut new = 0;
        for call in calls.collect::<Vec<_>>() {
            new += u32::from(call.await.unwrap());
        }
        assert_eq!(new, 100);
    }

    async fn ledger_keeps_96_hours_and_events_180_days(place) {
        let place = place.alone().await;
        let event = place.event("", "x", 1);
        assert!(place.store.save_event(&event).await.unwrap());
        place.handle_all(false).await;
        place.store.purge(NOW.plus_seconds(96 * 3600), NOW).await.unwrap();
        assert!(!place.store.save_event(&event).await.unwrap());
        place.store.purge(NOW.plus_seconds(96 * 3600 + 1), NOW).await.unwrap();
        let later = NewEvent { received_at: NOW.plus_seconds(97 * 3600), ..event };
        assert!(place.store.save_event(&later).await.unwrap());
        place.store.purge(NOW.plus_seconds(180 * DAY + 1), NOW).await.unwrap();
        let kept = place.store.events(&EventQuery::newest(100)).await.unwrap();
        let own: Vec<_> = kept.iter().filter(|event| event.id == later.id).map(|event| event.received_at).collect();
        assert_eq!(own, [later.received_at]);
    }

    async fn event_is_claimed_as_stored_with_its_creator(place) {
        let place = place.alone().await;
        place.handle_all(false).await;
        let creator = place.creator().await;
        place.handle_all(false).await;
        let event = place.event("a", "post.publish.complete", 5);
        place.store.save_event(&event).await.unwrap();
        place.store.save_event(&place.event("", "portability.download.ready", 6)).await.unwrap();
        let claimed = place.store.claim_events(10, LEASE).await.unwrap();
        let [first, second] = &claimed[..] else { panic!("{claimed:?}") };
        assert_eq!(first.creator, Some(creator));
        assert_eq!((&first.name, first.created_at, &first.body), (&event.name, event.created_at, &event.body));
        assert_eq!((first.attempts, second.attempts), (1, 1));
        assert_eq!(second.creator, None);
        assert!(first.row < second.row);
        place.handle_all(false).await;
    }

    async fn event_claim_lasts_its_lease_and_latest_fence_wins(place) {
        let place = place.alone().await;
        place.handle_all(false).await;
        place.store.save_event(&place.event("", "x", 1)).await.unwrap();
        let first = place.store.claim_events(10, 0).await.unwrap().remove(0);
        let second = place.store.claim_events(10, LEASE).await.unwrap().remove(0);
        assert_eq!((second.row, second.attempts), (first.row, 2));
        assert!(place.store.claim_events(10, LEASE).await.unwrap().is_empty());
        let handled = EventOutcome::Handled { forward: false };
        assert!(!place.store.complete_event(first.row, first.fence, &handled).await.unwrap());
        assert!(place.store.complete_event(second.row, second.fence, &handled).await.unwrap());
        assert!(!place.store.complete_event(second.row, second.fence, &handled).await.unwrap());
        assert!(place.store.claim_events(10, LEASE).await.unwrap().is_empty());
    }

    async fn failed_event_is_due_at_its_retry(place) {
        let place = place.alone().await;
        place.handle_all(false).await;
        place.store.save_event(&place.event("", "x", 1)).await.unwrap();
        let claimed = place.store.claim_events(10, LEASE).await.unwrap().remove(0);
        let retry = |after| EventOutcome::Retry { after, error: "no luck".to_owned() };
        assert!(place.store.complete_event(claimed.row, claimed.fence, &retry(0)).await.unwrap());
        let again = place.store.claim_events(10, LEASE).await.unwrap().remove(0);
        assert_eq!((again.row, again.attempts), (claimed.row, 2));
        assert!(place.store.complete_event(again.row, again.fence, &retry(3600)).await.unwrap());
        assert!(place.store.claim_events(10, LEASE).await.unwrap().is_empty());
        assert_eq!(place.find(1).await.error.as_deref(), Some("no luck"));
    }

    async fn event_set_aside_returns_by_replay_only(place) {
        let place = place.alone().await;
        place.handle_all(false).await;
        place.store.save_event(&place.event("", "x", 1)).await.unwrap();
        let claimed = place.store.claim_events(10, LEASE).await.unwrap().remove(0);
        assert!(!place.store.replay_event(claimed.row).await.unwrap(), "it is on its way");
        let aside = EventOutcome::SetAside { error: "poison".to_owned() };
        assert!(place.store.complete_event(claimed.row, claimed.fence, &aside).await.unwrap());
        assert!(place.store.claim_events(10, LEASE).await.unwrap().is_empty());
        let listed = place.store.events(&EventQuery { status: Some(EventStatus::SetAside), ..EventQuery::newest(1) }).await.unwrap().remove(0);
        assert_eq!((listed.row, listed.error.as_deref()), (claimed.row, Some("poison")));
        assert!(place.store.replay_event(claimed.row).await.unwrap());
        assert!(!place.store.replay_event(claimed.row).await.unwrap());
        let again = place.store.claim_events(10, LEASE).await.unwrap().remove(0);
        assert_eq!((again.row, again.attempts), (claimed.row, 1));
        place.handle_all(false).await;
        assert!(!place.store.replay_event(i64::MAX).await.unwrap());
    }

    async fn event_before_its_creator_is_attributed_later(place) {
        let place = place.alone().await;
        place.store.save_event(&place.event("a", "early", 1)).await.unwrap();
        let creator = place.creator().await;
        let names: Vec<_> =
            place.store.activity(&creator, 9).await.unwrap().into_iter().map(|activity| activity.name).collect();
        assert_eq!(names, ["creator.connected", "early"]);
    }

    async fn events_of_a_creator_are_forwarded_in_order(place) {
        let place = place.alone().await;
        place.handle_all(false).await;
        place.creator().await;
        place.store.save_grant(&place.grant("b", "t"), &place.id(2)).await.unwrap();
        place.handle_all(false).await;
        place.to_forward("a", &[1, 2, 3]).await;
        place.to_forward("b", &[4]).await;
        place.to_forward("", &[5, 6]).await;
        assert_eq!(place.forwards().await, [1, 4, 5, 6]);
        assert_eq!(place.forwards().await, [0; 0]);
        assert!(place.complete_forward(1, ForwardOutcome::Delivered).await);
        assert_eq!(place.forwards().await, [2]);
        let later = ForwardOutcome::Retry { after: 3600, error: "503".to_owned() };
        assert!(place.complete_forward(2, later).await);
        assert_eq!(place.forwards().await, [0; 0]);
        assert_eq!(place.find(2).await.status, EventStatus::Forwarding);
    }

    async fn undelivered_event_unblocks_the_next_and_is_replayed(place) {
        let place = place.alone().await;
        place.handle_all(false).await;
        place.creator().await;
        place.handle_all(false).await;
        place.to_forward("a", &[1, 2]).await;
        assert_eq!(place.forwards().await, [1]);
        assert!(place.complete_forward(1, ForwardOutcome::Dead { error: "410".to_owned() }).await);
        assert_eq!(place.find(1).await.status, EventStatus::Undelivered);
        assert_eq!(place.forwards().await, [2]);
        let row = place.find(1).await.row;
        assert!(place.store.replay_event(row).await.unwrap());
        let again = place.store.claim_forwards(100, LEASE).await.unwrap().remove(0);
        assert_eq!((again.row, again.attempts), (row, 1));
    }

    async fn unhandled_event_blocks_later_forwards(place) {
        let place = place.alone().await;
        place.handle_all(false).await;
        place.creator().await;
        place.handle_all(false).await;
        for number in [1, 2] {
            place.store.save_event(&place.event("a", "x", number)).await.unwrap();
        }
        let claimed = place.store.claim_events(10, LEASE).await.unwrap();
        let handled = EventOutcome::Handled { forward: true };
        assert!(place.store.complete_event(claimed[1].row, claimed[1].fence, &handled).await.unwrap());
        assert_eq!(place.forwards().await, [0; 0]);
        let aside = EventOutcome::SetAside { error: "poison".to_owned() };
        assert!(place.store.complete_event(claimed[0].row, claimed[0].fence, &aside).await.unwrap());
        assert_eq!(place.forwards().await, [2]);
    }

    async fn activity_is_of_one_creator_newest_first(place) {
        let creator = place.creator().await;
        for number in [1, 2] {
            place.store.save_event(&place.event("a", &number.to_string(), number)).await.unwrap();
        }
        place.store.save_event(&place.event("b", "another's", 3)).await.unwrap();
        let activity = place.store.activity(&creator, 2).await.unwrap();
        let names: Vec<_> = activity.iter().map(|activity| activity.name.as_str()).collect();
        assert_eq!(names, ["2", "1"]);
        assert_eq!(activity[0].created_at, NOW.plus_seconds(2));
        assert_eq!(activity[0].body, place.event("a", "2", 2).body);
    }

    async fn events_are_listed_by_page(place) {
        let place = place.alone().await;
        place.handle_all(false).await;
        for number in 1..=5 {
            place.store.save_event(&place.event("", "x", number)).await.unwrap();
        }
        let waiting = Some(EventStatus::Waiting);
        let first = place.store.events(&EventQuery { status: waiting, ..EventQuery::newest(2) }).await.unwrap();
        let second = place.store.events(&EventQuery { status: waiting, before: Some(first[1].row), ..EventQuery::newest(3) }).await.unwrap();
        let numbers: Vec<_> = first.iter().chain(&second).map(|event| number(&event.body)).collect();
        assert_eq!(numbers, [5, 4, 3, 2, 1]);
        let rows: HashSet<_> = first.iter().chain(&second).map(|event| event.row).collect();
        assert_eq!(rows.len(), 5);
        assert!(place.store.events(&EventQuery { status: Some(EventStatus::Undelivered), before: Some(0), ..EventQuery::newest(9) }).await.unwrap().is_empty());
        let event = place.event("", "x", 5);
        assert_eq!((&first[0].id, first[0].received_at, &first[0].body), (&event.id, NOW, &event.body));
        place.handle_all(false).await;
    }

    async fn purge_keeps_the_newest_thousand_of_each_creator(place) {
        let place = Arc::new(place.alone().await);
        let creator = place.creator().await;
        let calls = (0..1100_u32).map(|number| {
            let place = Arc::clone(&place);
            tokio::spawn(async move { place.store.save_event(&place.event("a", "x", number)).await.unwrap() })
        });
        for call in calls.collect::<Vec<_>>() {
            assert!(call.await.unwrap());
        }
        place.handle_all(false).await;
        place.store.purge(NOW.plus_seconds(3600), NOW).await.unwrap();
        let kept = place.store.activity(&creator, 2000).await.unwrap();
        assert_eq!(kept.iter().filter(|activity| activity.name == "x").count(), 1100, "the ledger needs them");
        place.store.purge(NOW.plus_seconds(97 * 3600), NOW).await.unwrap();
        assert_eq!(place.store.activity(&creator, 2000).await.unwrap().len(), 1000);
    }
}
