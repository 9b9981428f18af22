//! Forgetting a creator: no row of theirs stays, but for what TikTok must still be told.

use creator_connect::{
    domain::CreatorId,
    server::store::{Ended, StoredSession, WhichRevocations},
};
use rusqlite::Connection;

use super::{NOW, Place, avatar, ending, profile, sealed};
use crate::support::supabase::query;

/// A creator with something in every table that can name one, signed in at two browsers.
async fn creator_with_everything(place: &Place) -> CreatorId {
    let creator = place.creator().await;
    place.store.save_grant(&place.grant("a", "newer"), &place.id(1)).await.unwrap();
    place.store.save_profile(&creator, &profile(Some("Nick"))).await.unwrap();
    place.store.save_avatar(&creator, &avatar(&[1])).await.unwrap();
    for browser in ["phone", "laptop"] {
        let data = format!("{{\"creator\":\"{creator}\"}}");
        let session = StoredSession { creator: Some(creator.clone()), ..place.session(browser, &data) };
        assert!(place.store.create_session(&session).await.unwrap());
    }
    creator
}

on_both_stores! {
    async fn deleted_creator_is_unknown_and_signed_out(place) {
        let store = &place.store;
        let creator = creator_with_everything(&place).await;
        let stranger = StoredSession { creator: Some(place.id(2)), ..place.session("stranger", "{}") };
        let nobody = StoredSession { creator: None, ..place.session("nobody", "{}") };
        for session in [&stranger, &nobody] {
            assert!(store.create_session(session).await.unwrap());
        }
        let ended = store.delete_creator(&creator, NOW.plus_seconds(3)).await.unwrap().unwrap();
        assert!(ended.was_active);
        assert!(store.creator(&creator).await.unwrap().is_none());
        assert!(store.active_grant(&creator).await.unwrap().is_none());
        assert!(store.avatar(&creator).await.unwrap().is_none());
        for browser in ["phone", "laptop"] {
            assert_eq!(store.session(&place.name(browser), NOW).await.unwrap(), None);
        }
        for session in [stranger, nobody] {
            assert_eq!(store.session(&session.id, NOW).await.unwrap(), Some(session));
        }
        let which = WhichRevocations::One(ended.revocation.unwrap());
        let left = store.claim_revocations(which, 60).await.unwrap().due.remove(0);
        assert_eq!((left.open_id.as_str(), left.access_token), ("a", sealed("newer")));
        assert_eq!(left.ended_at, NOW.plus_seconds(3));
        assert_eq!(store.delete_creator(&creator, NOW).await.unwrap(), None, "they are unknown");
    }

    async fn creator_without_grant_leaves_no_revocation(place) {
        let creator = creator_with_everything(&place).await;
        let removal = creator_connect::server::store::Ending { revoke: false, ..ending(0) };
        place.store.end_grant(&creator, &removal).await.unwrap();
        let ended = place.store.delete_creator(&creator, NOW).await.unwrap();
        assert_eq!(ended, Some(Ended { revocation: None, was_active: false }));
    }

    async fn returning_creator_gets_a_new_id(place) {
        let creator = creator_with_everything(&place).await;
        place.store.delete_creator(&creator, NOW).await.unwrap();
        let again = place.store.save_grant(&place.grant("a", "t"), &place.id(2)).await.unwrap();
        assert_eq!(again, place.id(2));
        assert_eq!(place.store.creator(&again).await.unwrap().unwrap().nickname, None);
    }

    async fn session_follows_the_signed_in_creator(place) {
        let (store, session) = (&place.store, place.session("s", "{}"));
        store.create_session(&session).await.unwrap();
        for creator in [None, Some(place.id(2)), Some(place.id(3))] {
            let saved = StoredSession { creator: creator.clone(), ..session.clone() };
            store.save_session(&saved).await.unwrap();
            assert_eq!(store.session(&session.id, NOW).await.unwrap().unwrap().creator, creator);
        }
        store.save_grant(&place.grant("b", "t"), &place.id(2)).await.unwrap();
        store.delete_creator(&place.id(2), NOW).await.unwrap();
        assert!(store.session(&session.id, NOW).await.unwrap().is_some(), "somebody else's by now");
    }
}

#[tokio::test]
async fn sqlite_file_has_no_row_of_a_deleted_creator() {
    let place = Place::sqlite().await;
    let creator = creator_with_everything(&place).await;
    let file = place.file.as_ref().unwrap().folder.path().join("store.db");
    assert!(everything_in(&file).matches(creator.as_str()).count() >= 5);
    place.store.delete_creator(&creator, NOW).await.unwrap();
    departure_is_forwarded(&file);
    let left = everything_in(&file);
    assert!(!left.contains(creator.as_str()) && !left.contains("Nick"), "{left}");
}

/// Their departure is forwarded to the operator, by our own id of them; then that goes too.
fn departure_is_forwarded(file: &std::path::Path) {
    let forwarded = "UPDATE webhook_events SET status = 'done' WHERE creator_id IS NULL";
    Connection::open(file).unwrap().execute(forwarded, []).unwrap();
}

/// Every row of every table, a line each.
fn everything_in(file: &std::path::Path) -> String {
    let connection = Connection::open(file).unwrap();
    let texts = |sql: &str| -> Vec<String> {
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let mut lines = Vec::new();
    for table in texts("SELECT name FROM sqlite_schema WHERE type = 'table'") {
        let columns = format!(
            "SELECT group_concat(format('quote(%s)', name), ' || ' ) FROM pragma_table_info('{table}')"
        );
        let columns = texts(&columns).remove(0);
        lines.extend(texts(&format!("SELECT {columns} FROM {table}")));
    }
    lines.join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn supabase_has_no_row_of_a_deleted_creator() {
    let place = Place::supabase().await;
    let creator = creator_with_everything(&place).await;
    let counted = tokio::task::spawn_blocking(move || rows_with(&creator)).await.unwrap();
    assert!(counted >= 5, "{counted} rows");
    place.store.delete_creator(&place.id(1), NOW).await.unwrap();
    let creator = place.id(1);
    let passed_on = format!("UPDATE webhook_events SET status = 'done' WHERE body LIKE '%{creator}%'");
    tokio::task::spawn_blocking(move || query(&passed_on)).await.unwrap();
    assert_eq!(tokio::task::spawn_blocking(move || rows_with(&creator)).await.unwrap(), 0);
}

/// How many rows of any table name the creator.
fn rows_with(creator: &CreatorId) -> usize {
    let tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
    let mut rows = 0;
    for table in query(tables).lines() {
        let sql =
            format!("SELECT count(*) FROM public.{table} AS whole WHERE whole::text LIKE '%{creator}%'");
        rows += query(&sql).trim().parse::<usize>().unwrap();
    }
    rows
}
