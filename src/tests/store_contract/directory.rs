//! Lists of creators, and the operator's notes about them.

use creator_connect::{
    domain::{ConnectionState, CreatorId, CreatorLimit, GrantEvent, RefreshFailure},
    server::store::{
        Annotated, Annotations, CreatorPlace, CreatorQuery, CreatorSort, NewGrant, RefreshResult,
    },
};

use super::{NOW, Place, ending, failed, profile};

impl Place {
    /// A creator with this number, who connected so many seconds after `NOW`, and whose consent ends after so many days.
    async fn connected(&self, number: u32, at: i64, days: i64) -> CreatorId {
        let grant = NewGrant {
            granted_at: NOW.plus_seconds(at),
            refresh_expires_at: Some(NOW.plus_seconds(days * 86_400)),
            ..self.grant(&format!("open-{number}"), "t")
        };
        self.store.save_grant(&grant, &self.id(number)).await.unwrap()
    }

    /// A query over the first four creators of this test.
    fn query(&self) -> CreatorQuery {
        CreatorQuery::new(CreatorLimit::Ids((1..5).map(|number| self.id(number)).collect()), NOW, 10)
    }

    /// The numbers of the creators that a query lists.
    async fn listed(&self, query: &CreatorQuery) -> Vec<u32> {
        let listed = self.store.creators(query).await.unwrap();
        let number = |id: &CreatorId| (1..9).find(|number| self.id(*number) == *id).unwrap();
        listed.iter().map(|listed| number(&listed.creator.id)).collect()
    }

    async fn annotate(&self, number: u32, version: i64, annotations: &Annotations) -> Annotated {
        self.store.annotate_creator(&self.id(number), version, annotations).await.unwrap()
    }
}

fn labelled(label: &str) -> Annotations {
    Annotations { labels: vec![label.parse().unwrap()], ..Annotations::default() }
}

on_both_stores! {
    async fn list_is_complete_page_by_page_in_every_order(place) {
        for (number, at, days) in [(1, 10, 90), (2, 20, 5), (3, 20, 400), (4, 5, 60)] {
            place.connected(number, at, days).await;
        }
        let claim = place.claim(&place.id(4), 60).await;
        assert!(place.store.complete_refresh(&failed(&claim, RefreshFailure::Unavailable)).await.unwrap());
        for (sort, expected) in [
            (CreatorSort::Newest, [3, 2, 1, 4]),
            (CreatorSort::Risk, [4, 2, 1, 3]),
            (CreatorSort::Handle, [1, 2, 3, 4]),
        ] {
            let mut query = CreatorQuery { sort, limit: 1, ..place.query() };
            let mut seen = Vec::new();
            while let Some(last) = place.store.creators(&query).await.unwrap().pop() {
                seen.extend(place.listed(&query).await);
                query.after = Some(CreatorPlace { key: last.sort_key, id: last.creator.id });
            }
            assert_eq!(seen, expected, "{sort:?}");
        }
    }

    async fn creators_are_found_by_their_state(place) {
        for (number, days) in [(1, 90), (2, 5), (3, 90), (4, 90)] {
            place.connected(number, 0, days).await;
        }
        place.store.end_grant(&place.id(3), &ending(5)).await.unwrap();
        let claim = place.claim(&place.id(4), 60).await;
        let result = failed(&claim, RefreshFailure::Refused);
        let dead = claim.grant_status.after(GrantEvent::Dead(RefreshFailure::Refused), NOW);
        place.store.complete_refresh(&RefreshResult { grant_status: dead, ..result }).await.unwrap();
        for (state, expected) in [
            (ConnectionState::Connected, vec![1]),
            (ConnectionState::Expiring, vec![2]),
            (ConnectionState::Disconnected, vec![3]),
            (ConnectionState::NeedsReconnect, vec![4]),
            (ConnectionState::Degraded, vec![]),
        ] {
            assert_eq!(place.listed(&CreatorQuery { state: Some(state), ..place.query() }).await, expected, "{state:?}");
        }
        let risk = CreatorQuery { sort: CreatorSort::Risk, ..place.query() };
        assert_eq!(place.listed(&risk).await, [4, 2, 1], "who has no connection is in no danger");
    }

    async fn creators_are_found_by_text_due_date_and_change(place) {
        place.connected(1, 0, 90).await;
        place.connected(2, 100, 5).await;
        place.store.save_profile(&place.id(1), &profile(Some("Élodie O'Hara 100%"))).await.unwrap();
        let query = place.query();
        for (text, expected) in [("HAND", vec![1]), ("o'hara", vec![1]), ("100%", vec![1]), ("open-2", vec![2]), ("_", vec![])] {
            let query = CreatorQuery { text: Some(text.to_owned()), ..query.clone() };
            assert_eq!(place.listed(&query).await, expected, "{text}");
        }
        let by_id = CreatorQuery { text: Some(place.id(2).as_str().to_owned()), ..query.clone() };
        assert_eq!(place.listed(&by_id).await, [2]);
        let due = CreatorQuery { due_before: Some(NOW.plus_seconds(10 * 86_400)), ..query.clone() };
        assert_eq!(place.listed(&due).await, [2]);
        let changed = CreatorQuery { updated_since: Some(NOW.plus_seconds(50)), ..query.clone() };
        assert_eq!(place.listed(&changed).await, [2]);
        let by_open_id = CreatorQuery { open_id: Some("open-1".to_owned()), ..query };
        assert_eq!(place.listed(&by_open_id).await, [1]);
    }

    async fn annotations_are_stored_and_found(place) {
        for number in 1..4 {
            place.connected(number, 0, 90).await;
        }
        let reference = place.name("customer 'é'");
        let notes = Annotations {
            reference: Some(reference.clone()),
            labels: vec!["client:acme".parse().unwrap(), "vip".parse().unwrap()],
            note: Some("two\nlines".to_owned()),
        };
        assert_eq!(place.annotate(1, 0, &notes).await, Annotated::Saved);
        assert_eq!(place.annotate(2, 0, &labelled("vip")).await, Annotated::Saved);
        let stored = place.store.creator(&place.id(1)).await.unwrap().unwrap();
        assert_eq!((stored.annotations, stored.version), (notes.clone(), 1));
        let by_reference = CreatorQuery { reference: Some(reference), ..place.query() };
        assert_eq!(place.listed(&by_reference).await, [1]);
        for (label, expected) in [("client:acme", vec![1]), ("vip", vec![2, 1]), ("client", vec![])] {
            let query = CreatorQuery { label: Some(label.parse().unwrap()), ..place.query() };
            assert_eq!(place.listed(&query).await, expected, "{label}");
        }
        // A key that is limited by labels sees no other creator.
        let acme = CreatorLimit::Labels(vec!["client:acme".parse().unwrap()]);
        for (open_id, is_visible) in [("open-1", true), ("open-2", false)] {
            let query = CreatorQuery { open_id: Some(open_id.to_owned()), ..CreatorQuery::new(acme.clone(), NOW, 200) };
            let listed = place.store.creators(&query).await.unwrap();
            let number = if is_visible { 1 } else { 2 };
            assert_eq!(listed.iter().any(|listed| listed.creator.id == place.id(number)), is_visible, "{open_id}");
        }
    }

    async fn annotation_of_an_old_version_changes_nothing(place) {
        place.connected(1, 0, 90).await;
        assert_eq!(place.annotate(1, 0, &labelled("a")).await, Annotated::Saved);
        assert_eq!(place.annotate(1, 0, &labelled("b")).await, Annotated::Changed);
        assert_eq!(place.annotate(7, 0, &labelled("b")).await, Annotated::Changed, "nobody");
        let stored = place.store.creator(&place.id(1)).await.unwrap().unwrap();
        assert_eq!((stored.annotations, stored.version), (labelled("a"), 1));
    }

    async fn reference_belongs_to_one_creator(place) {
        place.connected(1, 0, 90).await;
        place.connected(2, 0, 90).await;
        let mine = Annotations { reference: Some(place.name("r")), ..Annotations::default() };
        assert_eq!(place.annotate(1, 0, &mine).await, Annotated::Saved);
        assert_eq!(place.annotate(2, 0, &mine).await, Annotated::ReferenceTaken);
        assert_eq!(place.annotate(1, 1, &Annotations::default()).await, Annotated::Saved);
        assert_eq!(place.annotate(2, 0, &mine).await, Annotated::Saved);
    }

    async fn generations_count_on_over_grants(place) {
        let creator = place.creator().await;
        let first = place.active(&creator).await.grant.generation;
        place.creator().await;
        assert!(place.active(&creator).await.grant.generation > first);
        place.store.end_grant(&creator, &ending(1)).await.unwrap();
        place.creator().await;
        assert!(place.active(&creator).await.grant.generation > first + 1);
    }
}
