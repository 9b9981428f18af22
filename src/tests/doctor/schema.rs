//! The schema in the database: missing, of another version, applied anew; and the SQL that `schema` prints.

use std::collections::HashMap;

use creator_connect::server::store::probe::MIGRATIONS;

use super::{
    installation::run,
    supabase_stand_in::{StandIn, schema},
};

#[tokio::test]
async fn missing_schema_fails_schema_check() {
    let mut stand_in = StandIn::get().await;
    stand_in.run("DROP FUNCTION cc_schema_version(jsonb)").await;
    let report = stand_in.installation().run_doctor().await;
    report.fails("schema", "missing");
    assert!(report.text.contains("creator-connect schema"), "{}", report.text);
}

#[tokio::test]
async fn schema_without_version_fails_schema_check() {
    let mut stand_in = StandIn::get().await;
    stand_in.run("DELETE FROM cc_schema_versions").await;
    stand_in.installation().run_doctor().await.fails("schema", "without a version");
}

#[tokio::test]
async fn newer_schema_warns() {
    let mut stand_in = StandIn::get().await;
    stand_in.run("INSERT INTO cc_schema_versions (version, name) VALUES (9, 'later')").await;
    stand_in.installation().run_doctor().await.warns("schema", "version 9 is newer");
}

#[tokio::test]
async fn older_schema_fails_schema_check() {
    let mut stand_in = StandIn::get().await;
    stand_in.run("DELETE FROM cc_schema_versions; INSERT INTO cc_schema_versions (version, name) VALUES (0, 'draft')").await;
    stand_in.installation().run_doctor().await.fails("schema", "without a version");
}

#[tokio::test]
async fn supabase_rows_with_missing_key_fail_key_check() {
    let mut stand_in = StandIn::get().await;
    stand_in.installation().run_doctor().await.is_ok("encryption keys", "nothing is stored yet");
    stand_in
        .run(
            "INSERT INTO revocations (grant_id, generation, client_key, open_id, access_token, refresh_token,
                 access_expires_at, ended_at, next_try_at)
             VALUES (1, 0, 'app', 'a', 'v1.gone.x', 'v1.test.x', now(), now(), now())",
        )
        .await;
    let report = stand_in.installation().run_doctor().await;
    stand_in.run("DELETE FROM revocations").await;
    report.fails("encryption keys", "keys that are missing: gone (1 rows)");
}

#[tokio::test]
async fn function_without_permission_fails_check() {
    let mut stand_in = StandIn::get().await;
    stand_in.run("REVOKE EXECUTE ON FUNCTION cc_avatar(jsonb) FROM service_role").await;
    stand_in.installation().run_doctor().await.fails("functions", "cc_avatar (not allowed)");
}

/// A newer version has replaced a function; the older file would put its own back.
#[tokio::test]
async fn older_migration_is_refused_over_newer_schema() {
    let mut stand_in = StandIn::get().await;
    let newer = "INSERT INTO cc_schema_versions (version, name) VALUES (9, 'later');
        COMMENT ON FUNCTION cc_creator(jsonb) IS 'newer'";
    stand_in.run(newer).await;
    let [(_, migration)] = MIGRATIONS;
    for script in [migration.to_owned(), schema()] {
        let printed = stand_in.refuses(script).await;
        assert!(printed.contains("version 9 here, and this file is of version 1"), "{printed}");
    }
    let kept = "DO $$ BEGIN
        IF obj_description('cc_creator(jsonb)'::regprocedure) <> 'newer' THEN RAISE 'put back'; END IF;
    END $$";
    stand_in.run(kept).await;
}

/// As `creator-connect schema` of a later version prints its files, one after the other.
#[tokio::test]
async fn migration_before_newer_ones_is_accepted() {
    let mut stand_in = StandIn::get().await;
    stand_in.run("INSERT INTO cc_schema_versions (version, name) VALUES (9, 'later')").await;
    let later = schema().replace("schema_version = 1;", "schema_version = 9;");
    stand_in.run(later.leak()).await;
}

#[test]
fn schema_prints_migrations_and_hint_separately() {
    let folder = tempfile::tempdir().unwrap();
    let report = run(folder.path(), &HashMap::new(), &["schema"]);
    assert_eq!(report.code, Some(0));
    let (sql, hint) = report.text.split_once("Apply it").unwrap();
    for (name, migration) in MIGRATIONS {
        assert!(sql.contains(name) && sql.contains(migration.trim_end()), "{name}");
    }
    for way in ["SQL editor", "supabase db push", "psql"] {
        assert!(hint.contains(way), "{way}");
    }
}
