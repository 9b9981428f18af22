//! Pending logins: taken once, by their own browser.

use std::sync::Arc;

use creator_connect::{
    domain::{LoginFailure, LoginRefusal},
    server::store::{LoginKey, LoginOutcome, PendingLogin, TakenLogin},
};

on_both_stores! {
    async fn pending_login_is_taken_once(place) {
        let (store, browser, state) = (&place.store, place.name("b"), place.name("s"));
        let login = PendingLogin { popup: true, ..place.login("b", "s", 0) };
        store.begin_login(&login, 5).await.unwrap();
        let first = store.take_login(&browser, LoginKey::State(&state)).await.unwrap().unwrap();
        let now = first.now;
        assert_eq!(first, TakenLogin { login: login.clone(), taken_at: None, outcome: None, now });
        let again = store.take_login(&browser, LoginKey::State(&state)).await.unwrap().unwrap();
        assert_eq!((again.taken_at, again.outcome), (Some(now), None));
        assert_eq!(again.login, PendingLogin { code_verifier: None, ..login }, "its secret is erased");
    }

    async fn outcome_of_a_taken_login_is_found_again(place) {
        let (store, browser) = (&place.store, place.name("b"));
        let log_id = Some("2099EXAMPLE".parse().unwrap());
        let refusal = LoginRefusal::new(LoginFailure::CodeRefused, log_id);
        let outcomes = [LoginOutcome::Connected(place.id(1)), LoginOutcome::Failed(refusal)];
        for (state, outcome) in [place.name("1"), place.name("2")].iter().zip(outcomes) {
            store.begin_login(&PendingLogin { state_digest: state.clone(), ..place.login("b", "", 0) }, 5).await.unwrap();
            store.end_login(state, &outcome).await.unwrap();
            let first = store.take_login(&browser, LoginKey::State(state)).await.unwrap().unwrap();
            assert_eq!(first.outcome, None, "a login ends once it is taken");
            store.end_login(state, &outcome).await.unwrap();
            let again = store.take_login(&browser, LoginKey::State(state)).await.unwrap().unwrap();
            assert_eq!(again.outcome, Some(outcome));
        }
    }

    async fn concurrent_takes_of_one_login_succeed_once(place) {
        place.store.begin_login(&place.login("b", "s", 0), 5).await.unwrap();
        let (browser, state) = (place.name("b"), place.name("s"));
        let takers = (0..12).map(|_| {
            let (store, browser, state) = (Arc::clone(&place.store), browser.clone(), state.clone());
            tokio::spawn(async move { store.take_login(&browser, LoginKey::State(&state)).await.unwrap() })
        });
        let mut taken = 0;
        for taker in takers.collect::<Vec<_>>() {
            taken += usize::from(taker.await.unwrap().is_some_and(|taken| taken.taken_at.is_none()));
        }
        assert_eq!(taken, 1);
    }

    async fn concurrent_takes_of_newest_share_no_login(place) {
        for number in 0..12 {
            place.store.begin_login(&place.login("b", &number.to_string(), 0), 20).await.unwrap();
        }
        let browser = place.name("b");
        let takers = (0..12).map(|_| {
            let (store, browser) = (Arc::clone(&place.store), browser.clone());
            tokio::spawn(async move { store.take_login(&browser, LoginKey::Newest).await.unwrap() })
        });
        let mut taken = Vec::new();
        for taker in takers.collect::<Vec<_>>() {
            taken.extend(taker.await.unwrap().map(|taken| taken.login.state_digest));
        }
        assert_ne!(taken.len(), 0);
        // Who found the newest taken meanwhile may have gone away with nothing.
        while let Some(next) = place.store.take_login(&browser, LoginKey::Newest).await.unwrap() {
            taken.push(next.login.state_digest);
        }
        taken.sort();
        let all = taken.len();
        taken.dedup();
        assert_eq!((all, taken.len()), (12, 12), "each is taken once");
    }

    async fn login_begun_twice_is_one_login(place) {
        let store = &place.store;
        let begun = store.begin_login(&place.login("b", "s", 0), 5).await;
        assert!(begun.is_ok());
        let again = store.begin_login(&place.login("b", "s", 0), 5).await;
        assert!(again.is_ok());
        assert!(store.take_login(&place.name("b"), LoginKey::Newest).await.unwrap().is_some());
        assert!(store.take_login(&place.name("b"), LoginKey::Newest).await.unwrap().is_none());
    }

    async fn another_browser_takes_no_login(place) {
        let store = &place.store;
        store.begin_login(&place.login("b", "s", 0), 5).await.unwrap();
        assert_eq!(store.take_login(&place.name("c"), LoginKey::State(&place.name("s"))).await.unwrap(), None);
        assert_eq!(store.take_login(&place.name("c"), LoginKey::Newest).await.unwrap(), None);
        assert!(store.take_login(&place.name("b"), LoginKey::State(&place.name("s"))).await.unwrap().is_some());
    }

    async fn newest_login_is_the_last_begun_within_a_second(place) {
        let store = &place.store;
        for state in ["z", "a", "m"] {
            store.begin_login(&place.login("b", state, 0), 5).await.unwrap();
        }
        let newest = store.take_login(&place.name("b"), LoginKey::Newest).await.unwrap().unwrap();
        assert_eq!(newest.login.state_digest, place.name("m"));
    }

    async fn browser_keeps_its_newest_logins(place) {
        let store = &place.store;
        for (at, state) in ["1", "2", "3"].into_iter().enumerate() {
            store.begin_login(&place.login("b", state, i64::try_from(at).unwrap()), 2).await.unwrap();
        }
        store.begin_login(&place.login("c", "4", 0), 2).await.unwrap();
        assert_eq!(store.take_login(&place.name("b"), LoginKey::State(&place.name("1"))).await.unwrap(), None);
        for state in ["2", "3"] {
            assert!(store.take_login(&place.name("b"), LoginKey::State(&place.name(state))).await.unwrap().is_some());
        }
        assert!(store.take_login(&place.name("c"), LoginKey::State(&place.name("4"))).await.unwrap().is_some());
    }
}
