//! How many creators are in each state: what SQL counts is what the domain says of each.

use creator_connect::{
    domain::{ConnectionState, Connections, GrantStatus, RefreshFailure, Timestamp},
    server::store::{Ending, NewGrant, RefreshResult},
};

use super::{NOW, Place, ending, failed};

const DAY: i64 = 86_400;

/// Every standing that makes a difference, and some that make none.
fn grant_statuses() -> Vec<GrantStatus> {
    let mut grant_statuses = Vec::new();
    for consent in [None, Some(-1), Some(0), Some(1), Some(30 * DAY), Some(30 * DAY + 1), Some(200 * DAY)] {
        for failing_since in [None, Some(NOW)] {
            for needs_reconnect_since in [None, Some(NOW)] {
                for access in [-1, 7200] {
                    grant_statuses.push(GrantStatus {
                        access_expires_at: NOW.plus_seconds(access),
                        refresh_expires_at: consent.map(|seconds| NOW.plus_seconds(seconds)),
                        failing_since,
                        needs_reconnect_since,
                        refresh_failure: failing_since
                            .or(needs_reconnect_since)
                            .map(|_| RefreshFailure::Unavailable),
                    });
                }
            }
        }
    }
    grant_statuses
}

fn counted(grant_statuses: &[GrantStatus], disconnected: u64, now: Timestamp) -> Connections {
    let count =
        |state| grant_statuses.iter().filter(|grant_status| grant_status.state(now) == state).count() as u64;
    Connections {
        connected: count(ConnectionState::Connected),
        expiring: count(ConnectionState::Expiring),
        degraded: count(ConnectionState::Degraded),
        needs_reconnect: count(ConnectionState::NeedsReconnect),
        disconnected,
    }
}

async fn connections(place: &Place, now: Timestamp) -> Connections {
    place.store.connections(now).await.unwrap()
}

/// What came to be since `before`.
fn since(now: Connections, before: Connections) -> Connections {
    Connections {
        connected: now.connected - before.connected,
        expiring: now.expiring - before.expiring,
        degraded: now.degraded - before.degraded,
        needs_reconnect: now.needs_reconnect - before.needs_reconnect,
        disconnected: now.disconnected - before.disconnected,
    }
}

/// A creator whose grant stands so.
async fn stand(place: &Place, number: u32, grant_status: GrantStatus) {
    let grant = NewGrant { refresh_expires_at: None, ..place.grant(&number.to_string(), "t") };
    let creator = place.store.save_grant(&grant, &place.id(number)).await.unwrap();
    let claim = place.claim(&creator, 60).await;
    let refresh_result = RefreshResult { grant_status, ..failed(&claim, RefreshFailure::Unavailable) };
    assert!(place.store.complete_refresh(&refresh_result).await.unwrap());
    assert_eq!(place.active(&creator).await.grant_status, grant_status, "it is read back as it was written");
}

on_both_stores! {
    async fn connection_counts_match_the_domain(place) {
        let place = place.alone().await;
        let moments = [-31 * DAY, -DAY, -1, 0, 1, 2, DAY, 170 * DAY, 201 * DAY].map(|seconds| NOW.plus_seconds(seconds));
        let mut before = Vec::new();
        for now in moments {
            before.push(connections(&place, now).await);
        }
        let grant_statuses = grant_statuses();
        for (number, grant_status) in (100..).zip(&grant_statuses) {
            stand(&place, number, *grant_status).await;
        }
        for number in [1, 2, 3] {
            place.store.save_grant(&place.grant(&number.to_string(), "t"), &place.id(number)).await.unwrap();
            place.store.end_grant(&place.id(number), &ending(0)).await.unwrap();
        }
        for (now, before) in moments.into_iter().zip(before) {
            let found = since(connections(&place, now).await, before);
            assert_eq!(found, counted(&grant_statuses, 3, now), "at {now:?}");
            assert_eq!(found.grants(), grant_statuses.len() as u64);
        }
    }

    async fn creator_is_counted_once_in_every_state(place) {
        let place = place.alone().await;
        let before = connections(&place, NOW).await;
        let one = |state: fn(&mut Connections)| { let mut one = Connections::default(); state(&mut one); one };
        let creator = place.creator().await;
        assert_eq!(since(connections(&place, NOW).await, before), one(|states| states.expiring = 1));
        place.store.end_grant(&creator, &Ending { erase_profile: true, ..ending(0) }).await.unwrap();
        assert_eq!(since(connections(&place, NOW).await, before), one(|states| states.disconnected = 1));
        let endless = NewGrant { refresh_expires_at: None, ..place.grant("a", "t") };
        place.store.save_grant(&endless, &place.id(2)).await.unwrap();
        assert_eq!(since(connections(&place, NOW).await, before), one(|states| states.connected = 1));
        place.store.delete_creator(&creator, NOW).await.unwrap();
        assert_eq!(since(connections(&place, NOW).await, before), Connections::default());
    }
}
