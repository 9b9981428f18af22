//! The audit log.

use creator_connect::server::store::{AuditEntry, AuditQuery, AuditRow};

use super::{NOW, Place};

impl Place {
    /// A row of this test's chain about its first creator.
    fn audit_row(&self, seq: i64) -> AuditRow {
        AuditRow {
            chain: self.id(900).as_str().to_owned(),
            seq,
            prev: "00".repeat(32),
            digest: format!("{seq:064x}"),
            entry: AuditEntry {
                at: NOW.plus_seconds(seq),
                actor_kind: "key".to_owned(),
                actor_id: Some(self.name("key")),
                actor_name: Some("n8n".to_owned()),
                action: "token.read".to_owned(),
                creator: Some(self.id(1)),
                target: None,
                outcome: "ok".to_owned(),
                code: None,
                generation: Some(7),
                address: Some("192.0.2.0/24".to_owned()),
                request_id: Some("r-1".to_owned()),
            },
        }
    }

    fn of_creator(&self, limit: u32) -> AuditQuery {
        AuditQuery { creator: Some(self.id(1)), limit, ..AuditQuery::default() }
    }
}

on_both_stores! {
    async fn rows_are_read_as_they_were_appended(place) {
        let mut bare = place.audit_row(1);
        bare.entry = AuditEntry {
            actor_id: None, actor_name: None, generation: None, address: None, request_id: None,
            target: Some("key abc".to_owned()), code: Some("not_found".to_owned()), outcome: "refused".to_owned(),
            ..bare.entry
        };
        let rows = [place.audit_row(0), bare];
        place.store.append_audit(&rows).await.unwrap();
        let newest = place.store.audit(&place.of_creator(9)).await.unwrap();
        assert_eq!(newest.iter().map(|stored| &stored.row).collect::<Vec<_>>(), [&rows[1], &rows[0]]);
        let after = AuditQuery { after: Some(newest[1].id), ..place.of_creator(9) };
        let later: Vec<_> = place.store.audit(&after).await.unwrap();
        assert_eq!(later.iter().map(|stored| &stored.row).collect::<Vec<_>>(), [&rows[1]]);
    }

    async fn row_appended_twice_is_there_once(place) {
        let rows = [place.audit_row(0), place.audit_row(1)];
        place.store.append_audit(&rows[..1]).await.unwrap();
        place.store.append_audit(&rows).await.unwrap();
        place.store.append_audit(&[]).await.unwrap();
        assert_eq!(place.store.audit(&place.of_creator(9)).await.unwrap().len(), 2);
    }

    async fn rows_are_found_by_actor_action_and_place(place) {
        let rows: Vec<_> = (0..5).map(|seq| {
            let mut row = place.audit_row(seq);
            if seq == 3 { row.entry.action = String::from("proxy.call"); }
            row
        }).collect();
        place.store.append_audit(&rows).await.unwrap();
        let proxied = AuditQuery { action: Some("proxy.call".to_owned()), ..place.of_creator(9) };
        assert_eq!(place.store.audit(&proxied).await.unwrap()[0].row, rows[3]);
        let own = AuditQuery { actor_id: Some(place.name("key")), limit: 2, ..AuditQuery::default() };
        let page = place.store.audit(&own).await.unwrap();
        assert_eq!(page.iter().map(|stored| stored.row.seq).collect::<Vec<_>>(), [4, 3]);
        let next = AuditQuery { before: Some(page[1].id), ..own };
        assert_eq!(place.store.audit(&next).await.unwrap()[0].row.seq, 2);
    }

    async fn programs_are_counted_by_name(place) {
        let mut rows: Vec<_> = (0..4).map(|seq| place.audit_row(seq)).collect();
        rows[1].entry.actor_name = Some("scheduler".to_owned());
        rows[2].entry.outcome = String::from("refused");
        rows[3].entry.actor_kind = String::from("cli");
        place.store.append_audit(&rows).await.unwrap();
        let programs = place.store.programs(&place.id(1)).await.unwrap();
        let programs: Vec<_> = programs.iter().map(|one| (one.name.as_str(), one.count, one.last_at.0 - NOW.0)).collect();
        assert_eq!(programs, [("scheduler", 1, 1), ("n8n", 1, 0)]);
    }

    async fn purge_deletes_old_rows_of_the_log(place) {
        let place = place.alone().await;
        place.store.append_audit(&[place.audit_row(0), place.audit_row(100)]).await.unwrap();
        place.store.purge(NOW.plus_seconds(400 * 86_400 + 50), NOW).await.unwrap();
        let kept = place.store.audit(&place.of_creator(9)).await.unwrap();
        assert_eq!(kept.iter().map(|stored| stored.row.seq).collect::<Vec<_>>(), [100]);
    }
}
