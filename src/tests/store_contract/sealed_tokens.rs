//! Sealed tokens, as `rekey` sees them.

use creator_connect::{
    domain::CreatorId,
    server::store::{KeyUse, NewGrant, SealedCursor, SealedRow, SealedTable},
};

use super::{Place, ending, renewed, sealed};

const START: SealedCursor = SealedCursor { table: SealedTable::Grants, row: 0 };

impl Place {
    /// A sealed text whose key is this test's own.
    fn sealed_by(&self, key: &str) -> creator_connect::server::vault::Sealed {
        sealed(&format!("v1.{}.data of {key}", self.name(key)))
    }

    /// A creator whose tokens need these keys.
    async fn creator_sealed_by(&self, number: u32, access: &str, refresh: &str) -> CreatorId {
        let grant = NewGrant {
            access_token: self.sealed_by(access),
            refresh_token: Some(self.sealed_by(refresh)),
            ..self.grant(&number.to_string(), "")
        };
        self.store.save_grant(&grant, &self.id(number)).await.unwrap()
    }

    /// How many rows need the keys of this test.
    async fn key_use(&self) -> Vec<(String, u64)> {
        let ours = |key: &KeyUse| key.key_id.ends_with(&self.name(""));
        let used = self.store.key_use().await.unwrap().into_iter().filter(ours);
        used.map(|key| (key.key_id.replace(&self.name(""), ""), key.rows)).collect()
    }

    /// The sealed row of a creator's grant.
    async fn row(&self, creator: &CreatorId) -> SealedRow {
        let id = self.active(creator).await.grant.id;
        let before = SealedCursor { table: SealedTable::Grants, row: id - 1 };
        self.store.sealed_rows(before, 1).await.unwrap().remove(0)
    }

    /// Whether tokens of this test's wait to be revoked, and this access token is among them.
    pub(super) async fn has_revocation_of(&self, access: &str) -> bool {
        let mut at = SealedCursor { table: SealedTable::Revocations, row: 0 };
        loop {
            let page = self.store.sealed_rows(at, 500).await.unwrap();
            let Some(last) = page.last() else { return false };
            at = last.at;
            let is_it =
                |row: &SealedRow| row.client_key == self.name("app") && row.access_token == sealed(access);
            if page.iter().any(is_it) {
                return true;
            }
        }
    }

    /// The tokens of a revocation.
    pub(super) async fn revocation_tokens(&self, id: i64) -> (String, Option<String>) {
        let before = SealedCursor { table: SealedTable::Revocations, row: id - 1 };
        let row = self.store.sealed_rows(before, 1).await.unwrap().remove(0);
        (row.access_token.as_str().to_owned(), row.refresh_token.map(|token| token.as_str().to_owned()))
    }
}

on_both_stores! {
    async fn row_counts_once_for_each_key_it_needs(place) {
        assert_eq!(place.key_use().await, []);
        place.creator_sealed_by(1, "old", "old").await;
        place.creator_sealed_by(2, "old", "new").await;
        let third = place.creator_sealed_by(3, "new", "new").await;
        assert_eq!(place.key_use().await, [("new".to_owned(), 2), ("old".to_owned(), 2)]);
        place.store.end_grant(&third, &ending(0)).await.unwrap();
        assert_eq!(place.key_use().await, [("new".to_owned(), 2), ("old".to_owned(), 2)], "it waits");
        place.store.delete_creator(&place.id(1), super::NOW).await.unwrap();
        assert_eq!(place.key_use().await, [("new".to_owned(), 2), ("old".to_owned(), 2)], "so does it");
        let removal = creator_connect::server::store::Ending { revoke: false, ..ending(0) };
        place.store.end_grant(&place.id(2), &removal).await.unwrap();
        assert_eq!(place.key_use().await, [("new".to_owned(), 1), ("old".to_owned(), 1)], "erased");
    }

    async fn grant_without_refresh_token_needs_one_key(place) {
        let bare = NewGrant { access_token: place.sealed_by("k"), refresh_token: None, ..place.grant("a", "") };
        let creator = place.store.save_grant(&bare, &place.id(1)).await.unwrap();
        assert_eq!(place.key_use().await, [("k".to_owned(), 1)]);
        let row = place.row(&creator).await;
        assert_eq!(row.refresh_token, None);
        let new = SealedRow { access_token: place.sealed_by("l"), ..row.clone() };
        assert!(place.store.reseal(&row, &new).await.unwrap());
        assert_eq!(place.key_use().await, [("l".to_owned(), 1)]);
    }

    async fn sealed_rows_lists_every_row_once(place) {
        let place = place.alone().await;
        for number in 1..=7 {
            place.creator_sealed_by(number, "k", "k").await;
        }
        for number in [2, 4, 5] {
            place.store.end_grant(&place.id(number), &ending(0)).await.unwrap();
        }
        let (mut at, mut ours, mut pages) = (START, Vec::new(), Vec::new());
        loop {
            let page = place.store.sealed_rows(at, 3).await.unwrap();
            let Some(last) = page.last() else { break };
            at = last.at;
            pages.push(page.len());
            ours.extend(page.into_iter().filter(|row| row.client_key == place.name("app")));
        }
        let full = pages.len() - 1;
        assert!(pages[..full].iter().all(|rows| *rows == 3), "a page is full but for the last: {pages:?}");
        let found: Vec<_> = ours.iter().map(|row| (row.at.table, row.open_id.as_str())).collect();
        let (grants, revocations) = (SealedTable::Grants, SealedTable::Revocations);
        let expected = ["1", "3", "6", "7"].map(|id| (grants, id)).into_iter();
        assert_eq!(found, expected.chain(["2", "4", "5"].map(|id| (revocations, id))).collect::<Vec<_>>());
        assert!(ours.iter().all(|row| row.access_token == place.sealed_by("k")));
        assert_eq!(place.store.sealed_rows(START, 0).await.unwrap(), []);
    }

    async fn resealed_tokens_are_read_back(place) {
        let creator = place.creator_sealed_by(1, "old", "old").await;
        let claim = place.claim(&creator, 0).await;
        let row = place.row(&creator).await;
        let new =
            SealedRow { access_token: place.sealed_by("new"), refresh_token: Some(place.sealed_by("new2")), ..row.clone() };
        for _ in 0..2 {
            assert!(place.store.reseal(&row, &new).await.unwrap(), "what is there already is done");
        }
        let stored = place.active(&creator).await;
        assert_eq!((stored.access_token, stored.refresh_token), (new.access_token, new.refresh_token));
        assert_eq!(stored.grant, claim.grant, "they are the same tokens");
        assert!(place.store.complete_refresh(&renewed(&claim, "1")).await.unwrap());
    }

    async fn reseal_does_not_overwrite_newer_tokens(place) {
        let creator = place.creator_sealed_by(1, "old", "old").await;
        let row = place.row(&creator).await;
        let new =
            SealedRow { access_token: place.sealed_by("new"), refresh_token: Some(place.sealed_by("new")), ..row.clone() };
        let claim = place.claim(&creator, 60).await;
        let mut newer = renewed(&claim, "1");
        newer.tokens.as_mut().unwrap().refresh_token = None;
        assert!(place.store.complete_refresh(&newer).await.unwrap());
        assert!(!place.store.reseal(&row, &new).await.unwrap(), "though the refresh token is the old one");
        place.store.end_grant(&creator, &creator_connect::server::store::Ending { revoke: false, ..ending(0) }).await.unwrap();
        assert!(!place.store.reseal(&row, &new).await.unwrap());
        assert!(place.store.active_grant(&creator).await.unwrap().is_none());
    }

    async fn revocation_is_resealed(place) {
        let creator = place.creator_sealed_by(1, "old", "old").await;
        let ended = place.store.end_grant(&creator, &ending(0)).await.unwrap().unwrap();
        let before = SealedCursor { table: SealedTable::Revocations, row: ended.revocation.unwrap() - 1 };
        let row = place.store.sealed_rows(before, 1).await.unwrap().remove(0);
        assert_eq!((row.at.row, row.open_id.as_str()), (ended.revocation.unwrap(), "1"));
        let new =
            SealedRow { access_token: place.sealed_by("new"), refresh_token: Some(place.sealed_by("new")), ..row.clone() };
        assert!(place.store.reseal(&row, &new).await.unwrap());
        assert_eq!(place.store.sealed_rows(before, 1).await.unwrap().remove(0), new);
        let other = SealedRow { access_token: place.sealed_by("other"), ..new.clone() };
        assert!(!place.store.reseal(&row, &other).await.unwrap());
        assert_eq!(place.key_use().await, [("new".to_owned(), 1)]);
    }
}
