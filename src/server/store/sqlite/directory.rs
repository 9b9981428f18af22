//! Lists of creators in SQLite, and the operator's notes about them.

use async_trait::async_trait;
use rusqlite::{Connection, ErrorCode, Row, named_params};

use super::{SqliteStore, profiles, statements::all, values::Json};
use crate::{
    domain::{CreatorId, CreatorLimit, Timestamp},
    server::store::{
        Annotated, Annotations, CreatorQuery, CreatorSort, DirectoryStore, ListedCreator, StoreError,
    },
};

#[async_trait]
impl DirectoryStore for SqliteStore {
    async fn creators(&self, query: &CreatorQuery) -> Result<Vec<ListedCreator>, StoreError> {
        let query = query.clone();
        self.readers.scan(move |connection| list(connection, &query)).await
    }

    async fn annotate_creator(
        &self,
        creator: &CreatorId,
        version: i64,
        annotations: &Annotations,
    ) -> Result<Annotated, StoreError> {
        let (creator, annotations) = (creator.clone(), annotations.clone());
        self.writer
            .write(move |connection, now| annotate(connection, &creator, version, &annotations, now))
            .await
    }
}

/// An order: the value that is sorted by, as a number or text, and whether the greatest comes first. Risk is that of a
/// connection; who has none is in no danger.
const fn order(sort: CreatorSort) -> (&'static str, &'static str, bool) {
    match sort {
        CreatorSort::Newest => ("connected_at", "LEFT JOIN", true),
        CreatorSort::Risk => (
            "(CASE WHEN needs_reconnect_since IS NOT NULL THEN 0 WHEN failing_since IS NOT NULL THEN 1 ELSE 2 END)
                 * 1000000000000 + COALESCE(refresh_expires_at, 999999999999)",
            "JOIN",
            false,
        ),
        CreatorSort::Handle => ("lower(COALESCE(creator_username, ''))", "LEFT JOIN", false),
    }
}

fn list(connection: &Connection, query: &CreatorQuery) -> Result<Vec<ListedCreator>, StoreError> {
    let (sort_key, join, descends) = order(query.sort);
    let (follows, direction) = if descends { ("<", "DESC") } else { (">", "ASC") };
    let sql = format!(
        "WITH known AS (
             SELECT creators.*, scopes, refreshed_at, access_expires_at, refresh_expires_at, failing_since,
                 needs_reconnect_since, refresh_failure, refresh_due_at, failure_log_id,
                 CASE
                     WHEN access_expires_at IS NULL THEN 'disconnected'
                     WHEN needs_reconnect_since IS NOT NULL OR refresh_expires_at <= :now THEN 'needs_reconnect'
                     WHEN failing_since IS NOT NULL THEN 'degraded'
                     WHEN refresh_expires_at <= :now + :expiring THEN 'expiring'
                     ELSE 'connected' END AS state,
                 max(connected_at, COALESCE(refreshed_at, 0), COALESCE(ended_at, 0), COALESCE(profile_asked_at, 0),
                     COALESCE(annotated_at, 0), COALESCE(failing_since, 0), COALESCE(needs_reconnect_since, 0)
                 ) AS updated_at
             FROM creators {join} tiktok_tokens ON creator_id = creators.id AND is_active = 1
         ), sorted AS (SELECT *, {sort_key} AS sort_key FROM known)
         SELECT * FROM sorted
         WHERE (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))
             AND (:visible_labels IS NULL OR EXISTS (SELECT 1 FROM json_each(labels) AS own
                 WHERE own.value IN (SELECT value FROM json_each(:visible_labels))))
             AND (:open_id IS NULL OR open_id = :open_id)
             AND (:reference IS NULL OR reference = :reference)
             AND (:state IS NULL OR state = :state)
             AND (:label IS NULL OR EXISTS (SELECT 1 FROM json_each(labels) AS own WHERE own.value = :label))
             AND (:text IS NULL OR id = :text OR open_id = :text OR reference = :text
                 OR instr(lower(COALESCE(creator_username, '')), lower(:text)) > 0
                 OR instr(lower(COALESCE(creator_nickname, '')), lower(:text)) > 0)
             AND (:due_before IS NULL OR refresh_expires_at < :due_before)
             AND (:updated_since IS NULL OR updated_at >= :updated_since)
             AND (:after_key IS NULL OR (sort_key, id) {follows} (:after_key, :after_id))
         ORDER BY sort_key {direction}, id {direction} LIMIT :limit"
    );
    let (ids, labels) = match &query.visible {
        CreatorLimit::All => (None, None),
        CreatorLimit::Ids(ids) => (Some(Json(ids)), None),
        CreatorLimit::Labels(labels) => (None, Some(Json(labels))),
    };
    let params = named_params! {
        ":ids": ids,
        ":visible_labels": labels,
        ":open_id": query.open_id,
        ":reference": query.reference,
        ":state": query.state.map(crate::domain::ConnectionState::as_str),
        ":label": query.label.as_ref().map(crate::domain::Label::as_str),
        ":text": query.text,
        ":due_before": query.due_before,
        ":updated_since": query.updated_since,
        ":after_key": query.after.as_ref().map(|place| &place.key),
        ":after_id": query.after.as_ref().map(|place| &place.id),
        ":limit": query.limit,
        ":now": query.now,
        ":expiring": query.expiring_seconds,
    };
    all(connection, &sql, params, listed)
}

fn listed(row: &Row<'_>) -> rusqlite::Result<ListedCreator> {
    Ok(ListedCreator { sort_key: row.get("sort_key")?, creator: profiles::read(row)? })
}

fn annotate(
    connection: &Connection,
    creator: &CreatorId,
    version: i64,
    annotations: &Annotations,
    now: Timestamp,
) -> Result<Annotated, StoreError> {
    let sql =
        "UPDATE creators SET reference = :reference, labels = :labels, note = :note, version = version + 1,
                   annotated_at = :now
               WHERE id = :creator AND version = :version";
    let params = named_params! {
        ":reference": annotations.reference,
        ":labels": Json(&annotations.labels),
        ":note": annotations.note,
        ":now": now,
        ":creator": creator,
        ":version": version,
    };
    match connection.prepare_cached(sql)?.execute(params) {
        Ok(0) => Ok(Annotated::Changed),
        Ok(_) => Ok(Annotated::Saved),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            Ok(Annotated::ReferenceTaken)
        }
        Err(error) => Err(error.into()),
    }
}
