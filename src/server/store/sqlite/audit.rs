//! The audit log in SQLite.

use async_trait::async_trait;
use rusqlite::{Connection, Row, named_params, params};

use super::{
    SqliteStore,
    statements::{all, execute},
};
use crate::{
    domain::{CreatorId, ProgramUse, Timestamp},
    server::store::{
        AuditEntry, AuditQuery, AuditRow, AuditStore, StoreError, StoredAuditRow, audit::COUNTED,
    },
};

#[async_trait]
impl AuditStore for SqliteStore {
    async fn append_audit(&self, rows: &[AuditRow]) -> Result<(), StoreError> {
        let rows = rows.to_vec();
        self.writer.write(move |connection, _| rows.iter().try_for_each(|row| append(connection, row))).await
    }

    async fn audit(&self, query: &AuditQuery) -> Result<Vec<StoredAuditRow>, StoreError> {
        let query = query.clone();
        self.readers.scan(move |connection| find(connection, &query)).await
    }

    async fn programs(&self, creator: &CreatorId) -> Result<Vec<ProgramUse>, StoreError> {
        self.readers.look_up(|connection| programs(connection, creator))
    }
}

/// The programs that used a creator's connection, the last first.
pub(super) fn programs(connection: &Connection, creator: &CreatorId) -> Result<Vec<ProgramUse>, StoreError> {
    let sql = "SELECT actor_name AS name, count(*) AS count, max(at) AS last_at FROM (
                   SELECT * FROM audit_log WHERE creator_id = ? ORDER BY id DESC LIMIT ?)
               WHERE actor_kind = 'key' AND outcome = 'ok' AND actor_name IS NOT NULL
               GROUP BY actor_name ORDER BY last_at DESC, name";
    all(connection, sql, params![creator, COUNTED], |row| {
        Ok(ProgramUse { name: row.get("name")?, count: row.get("count")?, last_at: row.get("last_at")? })
    })
}

fn append(connection: &Connection, row: &AuditRow) -> Result<(), StoreError> {
    let sql = "INSERT INTO audit_log (chain, seq, prev, digest, at, actor_kind, actor_id, actor_name, action,
             creator_id, target, outcome, code, generation, address, request_id)
         VALUES (:chain, :seq, :prev, :digest, :at, :actor_kind, :actor_id, :actor_name, :action,
             :creator, :target, :outcome, :code, :generation, :address, :request_id)
         ON CONFLICT (chain, seq) DO NOTHING";
    let AuditRow { chain, seq, prev, digest, entry } = row;
    let params = named_params! {
        ":chain": chain,
        ":seq": seq,
        ":prev": prev,
        ":digest": digest,
        ":at": entry.at,
        ":actor_kind": entry.actor_kind,
        ":actor_id": entry.actor_id,
        ":actor_name": entry.actor_name,
        ":action": entry.action,
        ":creator": entry.creator,
        ":target": entry.target,
        ":outcome": entry.outcome,
        ":code": entry.code,
        ":generation": entry.generation,
        ":address": entry.address,
        ":request_id": entry.request_id,
    };
    execute(connection, sql, params).map(drop)
}

fn find(connection: &Connection, query: &AuditQuery) -> Result<Vec<StoredAuditRow>, StoreError> {
    let order = if query.after.is_some() { "ASC" } else { "DESC" };
    let sql = format!(
        "SELECT * FROM audit_log
         WHERE id > COALESCE(:after, 0) AND id < COALESCE(:before, 9223372036854775807)
             AND (:creator IS NULL OR creator_id = :creator)
             AND (:actor_id IS NULL OR actor_id = :actor_id)
             AND (:action IS NULL OR action = :action)
         ORDER BY id {order} LIMIT :limit"
    );
    let params = named_params! {
        ":after": query.after,
        ":before": query.before,
        ":creator": query.creator,
        ":actor_id": query.actor_id,
        ":action": query.action,
        ":limit": query.limit,
    };
    all(connection, &sql, params, read)
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredAuditRow> {
    let entry = AuditEntry {
        at: row.get("at")?,
        actor_kind: row.get("actor_kind")?,
        actor_id: row.get("actor_id")?,
        actor_name: row.get("actor_name")?,
        action: row.get("action")?,
        creator: row.get("creator_id")?,
        target: row.get("target")?,
        outcome: row.get("outcome")?,
        code: row.get("code")?,
        generation: row.get("generation")?,
        address: row.get("address")?,
        request_id: row.get("request_id")?,
    };
    Ok(StoredAuditRow {
        id: row.get("id")?,
        row: AuditRow {
            chain: row.get("chain")?,
            seq: row.get("seq")?,
            prev: row.get("prev")?,
            digest: row.get("digest")?,
            entry,
        },
    })
}

/// Forgets rows of before a timestamp.
pub(super) fn purge(connection: &Connection, before: Timestamp) -> Result<usize, StoreError> {
    let sql = "DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log WHERE at < ? LIMIT 10000)";
    execute(connection, sql, [before])
}
