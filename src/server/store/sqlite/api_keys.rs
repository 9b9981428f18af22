//! API keys in SQLite.

use async_trait::async_trait;
use rusqlite::{Connection, Row, named_params, params};

use super::{
    SqliteStore,
    statements::{all, execute, first},
    values::Json,
};
use crate::{
    domain::Timestamp,
    server::store::{ApiKeyStore, KeyEnd, StoreError, StoredApiKey},
};

#[async_trait]
impl ApiKeyStore for SqliteStore {
    async fn create_api_key(&self, key: &StoredApiKey) -> Result<bool, StoreError> {
        let key = key.clone();
        self.writer.write(move |connection, _| create(connection, &key)).await
    }

    async fn api_key(&self, id: &str) -> Result<Option<StoredApiKey>, StoreError> {
        self.readers
            .look_up(|connection| first(connection, "SELECT * FROM api_keys WHERE id = ?", [id], read))
    }

    async fn api_keys(&self) -> Result<Vec<StoredApiKey>, StoreError> {
        let sql = "SELECT * FROM api_keys ORDER BY created_at DESC, id";
        self.readers.scan(move |connection| all(connection, sql, [], read)).await
    }

    async fn end_api_key(&self, id: &str, end: KeyEnd) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.writer.write(move |connection, _| end_key(connection, &id, end)).await
    }

    async fn note_api_key_use(&self, id: &str, at: Timestamp) -> Result<(), StoreError> {
        let id = id.to_owned();
        let note = move |connection: &Connection, _| {
            let sql = "UPDATE api_keys SET last_used_at = max(?2, COALESCE(last_used_at, 0)) WHERE id = ?1";
            execute(connection, sql, params![id, at]).map(drop)
        };
        self.writer.write(note).await
    }
}

fn create(connection: &Connection, key: &StoredApiKey) -> Result<bool, StoreError> {
    let sql = "INSERT INTO api_keys (id, digest, name, permissions, creators, addresses, requests_per_minute,
             tokens_per_minute, created_at, expires_at)
         VALUES (:id, :digest, :name, :permissions, :creators, :addresses, :requests_per_minute,
             :tokens_per_minute, :created_at, :expires_at)
         ON CONFLICT (id) DO NOTHING";
    let params = named_params! {
        ":id": key.id,
        ":digest": key.digest,
        ":name": key.name,
        ":permissions": Json(&key.permissions),
        ":creators": Json(&key.creators),
        ":addresses": Json(&key.addresses),
        ":requests_per_minute": key.requests_per_minute,
        ":tokens_per_minute": key.tokens_per_minute,
        ":created_at": key.created_at,
        ":expires_at": key.expires_at,
    };
    Ok(execute(connection, sql, params)? == 1)
}

fn end_key(connection: &Connection, id: &str, end: KeyEnd) -> Result<bool, StoreError> {
    let (revoked_at, expires_at) = end.columns();
    let sql = "UPDATE api_keys SET revoked_at = ?2, expires_at = min(COALESCE(?3, expires_at), COALESCE(expires_at, ?3))
               WHERE id = ?1 AND revoked_at IS NULL";
    Ok(execute(connection, sql, params![id, revoked_at, expires_at])? == 1)
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredApiKey> {
    Ok(StoredApiKey {
        id: row.get("id")?,
        digest: row.get("digest")?,
        name: row.get("name")?,
        permissions: row.get::<_, Json<_>>("permissions")?.0,
        creators: row.get::<_, Json<_>>("creators")?.0,
        addresses: row.get::<_, Json<_>>("addresses")?.0,
        requests_per_minute: row.get("requests_per_minute")?,
        tokens_per_minute: row.get("tokens_per_minute")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        last_used_at: row.get("last_used_at")?,
        revoked_at: row.get("revoked_at")?,
    })
}
