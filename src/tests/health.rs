//! `/health`, `/livez` and `/readyz`.

use serde_json::{Value, json};

use crate::support::{App, Gateway, Page, supabase::Hold};

fn parsed(page: &Page) -> Value {
    serde_json::from_str(&page.text).unwrap()
}

#[tokio::test]
async fn stranger_sees_no_counts_and_no_debug_mode() {
    let app = App::start_with(&[("DEBUG", "true")]).await;
    app.signed_in("public").await;
    let page = app.browser().get("/health").await;
    let health = parsed(&page);
    assert_eq!((page.status.as_u16(), &health["status"]), (200, &json!("healthy")));
    assert_eq!(health["database"]["token_count"], Value::Null);
    for detail in ["connections", "debug_mode"] {
        assert!(health.get(detail).is_none(), "{detail}: {health}");
    }
}

#[tokio::test]
async fn public_details_show_counts_and_debug_mode() {
    let app = App::start_with(&[("HEALTH_DETAILS", "public")]).await;
    app.signed_in("public").await;
    let health = parsed(&app.browser().get("/health").await);
    assert_eq!((&health["database"]["token_count"], &health["debug_mode"]), (&json!(1), &json!(false)));
}

#[tokio::test]
async fn liveness_needs_no_store() {
    let _hold = Hold::alone().await;
    let gateway = Gateway::start();
    let app = App::start_over(&gateway).await;
    gateway.order(json!({ "fault": "status", "status": 503 })).await;
    app.later(60);
    let browser = app.browser();
    assert_eq!(browser.get("/livez").await.status, 200);
    assert_eq!(browser.get("/readyz").await.status, 503);
    assert_eq!(browser.get("/health").await.status, 503);
    gateway.clear_faults().await;
}

#[tokio::test]
async fn readiness_names_a_journal_that_takes_nothing() {
    let app = App::start().await;
    let journal = app.file("journal");
    std::fs::remove_dir_all(&journal).unwrap();
    std::fs::write(&journal, "no folder").unwrap();
    app.later(60);
    let page = app.browser().get("/readyz").await;
    assert_eq!(page.status, 503, "{}", page.text);
    assert!(parsed(&page)["failing"].to_string().contains("journal"), "{}", page.text);
}
