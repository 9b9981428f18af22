//! The consent page and the redirect after a decision.

use reqwest::Response;
use serde_json::json;

use super::harness::{BOTH, KEY, REDIRECT, Tiktok, callback, location, start};

async fn page(tiktok: &Tiktok, language: &str) -> String {
    let request = tiktok.http.get(tiktok.authorize_url(&[])).header("accept-language", language);
    request.send().await.unwrap().text().await.unwrap()
}

async fn approve_as(tiktok: &Tiktok, creator: &str) -> Response {
    tiktok.decide(&[], &[("creator", creator), ("decision", "approve"), ("scope", "video.publish")]).await
}

/// The authorize page as a browser with that cookie sees it.
async fn again(tiktok: &Tiktok, cookie: &str, changes: &[(&str, &str)]) -> Response {
    let request = tiktok.http.get(tiktok.authorize_url(changes)).header("cookie", cookie);
    request.send().await.unwrap()
}

fn cookie(response: &Response) -> String {
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn consent_page_has_the_inputs_of_browser_tests() {
    let page = page(&start().await, "en").await;
    for hook in [
        r#"type="radio" name="creator" value="public""#,
        r#"type="radio" name="creator" value="minimal""#,
        r#"type="checkbox" name="scope" value="video.publish" checked"#,
        r#"value="user.info.basic" checked disabled"#,
        r#"name="decision" value="approve""#,
        r#"name="decision" value="deny""#,
        "TikTok simulator",
        "<fieldset",
    ] {
        assert!(page.contains(hook), "{hook}");
    }
    assert!(!page.contains("<script"), "nothing needs JavaScript here, and hostile names are escaped");
}

#[tokio::test]
async fn consent_page_follows_the_browser_language() {
    let tiktok = start().await;
    assert!(page(&tiktok, "fr-CA,fr;q=0.9,en;q=0.8").await.contains("Autoriser"));
    assert!(page(&tiktok, "de").await.contains("Authorize"));
    let french = tiktok.http.get(tiktok.authorize_url(&[("lang", "fr")])).send().await.unwrap();
    assert!(french.text().await.unwrap().contains("Annuler"));
}

#[tokio::test]
async fn approval_redirects_with_code_scopes_and_state() {
    let back = start().await.approve("public").await;
    assert!(back.get("code").unwrap().ends_with("*1!6431.u1"));
    assert_eq!(back.get("scopes"), Some(BOTH));
    assert_eq!(back.get("state"), Some("s t&te"));
    assert_eq!(back.names().collect::<Vec<_>>(), ["code", "scopes", "state"]);
}

#[tokio::test]
async fn code_in_redirect_is_percent_encoded() {
    let response = approve_as(&start().await, "public").await;
    assert!(location(&response).contains("%2A1%216431.u1&"));
}

#[tokio::test]
async fn unticked_scopes_are_not_granted_except_basic() {
    let tiktok = start().await;
    let form = [("creator", "public"), ("decision", "approve"), ("scope", "video.list")];
    assert_eq!(callback(&tiktok.decide(&[], &form).await).get("scopes"), Some("user.info.basic"));
}

#[tokio::test]
async fn cancellation_redirects_with_access_denied() {
    let back = callback(&start().await.decide(&[], &[("creator", "public"), ("decision", "deny")]).await);
    assert_eq!(back.get("error"), Some("access_denied"));
    assert!(back.get("error_description").unwrap().starts_with("User cancelled"));
    assert_eq!(back.get("state"), Some("s t&te"));
    assert_eq!(back.get("error_type"), None);
}

#[tokio::test]
async fn outsider_is_refused_in_sandbox_alone() {
    let tiktok = start().await;
    let back = tiktok.approve("outsider").await;
    assert_eq!(back.get("error"), Some("access_denied"));
    assert_eq!(back.get("error_type"), Some("non_sandbox_target"));
    tiktok.order("settings", json!({"sandbox": false})).await;
    assert!(tiktok.approve("outsider").await.get("code").is_some());
}

#[tokio::test]
async fn ineligible_creator_is_refused_without_state() {
    let back = start().await.approve("ineligible").await;
    assert_eq!(back.get("error"), Some("access_denied"));
    assert!(back.get("error_description").unwrap().contains("not eligible"));
    assert_eq!(back.get("state"), None);
}

#[tokio::test]
async fn unknown_creator_sees_the_consent_page_again() {
    let response = approve_as(&start().await, "nobody").await;
    assert_eq!(response.status(), 200);
    assert!(response.text().await.unwrap().contains(r#"name="creator""#));
}

#[tokio::test]
async fn approval_sets_a_browser_cookie() {
    let response = approve_as(&start().await, "public").await;
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"));
}

#[tokio::test]
async fn known_browser_is_redirected_without_consent() {
    let tiktok = start().await;
    let cookie = cookie(&approve_as(&tiktok, "public").await);
    for changes in [&[][..], &[("disable_auto_auth", "0")], &[("scope", "user.info.basic")], &[]] {
        assert!(callback(&again(&tiktok, &cookie, changes).await).get("code").is_some());
    }
}

#[tokio::test]
async fn disable_auto_auth_preselects_the_known_creator() {
    let tiktok = start().await;
    let cookie = cookie(&approve_as(&tiktok, "private").await);
    let page = again(&tiktok, &cookie, &[("disable_auto_auth", "1")]).await;
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains(r#"value="private" required checked"#));
}

#[tokio::test]
async fn scope_beyond_consent_shows_consent() {
    let tiktok = start().await;
    let cookie = cookie(&approve_as(&tiktok, "public").await);
    let page = again(&tiktok, &cookie, &[("scope", "user.info.basic,user.info.stats")]).await;
    assert_eq!(page.status(), 200);
}

#[tokio::test]
async fn foreign_cookie_shows_consent() {
    let tiktok = start().await;
    approve_as(&tiktok, "public").await;
    assert_eq!(again(&tiktok, "tiktok_simulator_browser=guess", &[]).await.status(), 200);
}

#[tokio::test]
async fn callback_can_be_a_form_post() {
    let tiktok = start().await;
    tiktok.order("mode", json!({"callback": "post"})).await;
    let page = approve_as(&tiktok, "public").await;
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(page.contains(&format!(r#"<form method="post" action="{REDIRECT}""#)));
    assert!(page.contains(r#"name="state" value="s t&amp;te""#));
    assert!(page.contains("*1!6431.u1"), "a form field is encoded by the browser, not here");
    assert!(page.contains("<button>"), "it works without JavaScript");
    tiktok.order("mode", json!({"callback": "get"})).await;
    assert_eq!(approve_as(&tiktok, "public").await.status(), 303);
}

#[tokio::test]
async fn consent_page_names_the_app_and_not_its_key() {
    let tiktok = start().await;
    let shown = page(&tiktok, "en").await;
    assert!(shown.contains("<strong>Simulated app</strong>") && !shown.contains(&format!(">{KEY}<")));
    tiktok.order("settings", json!({"app_name": "Scheduler & Sons"})).await;
    assert!(page(&tiktok, "en").await.contains("<strong>Scheduler &amp; Sons</strong>"));
}
