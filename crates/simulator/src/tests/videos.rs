//! The Display API's lists of videos.

use serde_json::{Value, json};

use super::harness::Tiktok;
use super::posting::{self, PROCESSING_SECONDS, fetch_status, start_audited};

async fn list(tiktok: &Tiktok, tokens: &Value, fields: &str, body: Value) -> (u16, Value) {
    tiktok.post_json(tokens, &format!("/v2/video/list/?fields={fields}"), body).await
}

async fn query(tiktok: &Tiktok, tokens: &Value, ids: Value) -> (u16, Value) {
    let body = json!({"filters": {"video_ids": ids}});
    tiktok.post_json(tokens, "/v2/video/query/?fields=id,title", body).await
}

fn ids(answer: &(u16, Value)) -> Vec<String> {
    let videos = answer.1["data"]["videos"].as_array().unwrap();
    videos.iter().map(|video| video["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn list_gives_the_fields_that_are_asked_for() {
    let tiktok = start_audited().await;
    let tokens = posting::login(&tiktok, "public").await;
    let all = "id,create_time,cover_image_url,share_url,video_description,duration,height,width,title,embed_html,\
               embed_link,like_count,comment_count,share_count,view_count";
    let (status, answer) = list(&tiktok, &tokens, all, json!({"max_count": 1})).await;
    assert_eq!((status, &answer["error"]["code"]), (200, &json!("ok")));
    let video = &answer["data"]["videos"][0];
    assert_eq!(video.as_object().unwrap().len(), 15);
    assert!(video["id"].as_str().unwrap().parse::<u64>().unwrap() > 1 << 53);
    assert!(video["cover_image_url"].as_str().unwrap().starts_with(&tiktok.base));
    assert!(video["share_url"].as_str().unwrap().contains("/@elodie.cuisine/video/"));
}

#[tokio::test]
async fn list_pages_by_cursor_without_gap_or_repeat() {
    let tiktok = start_audited().await;
    let tokens = posting::login(&tiktok, "private").await;
    let empty = list(&tiktok, &tokens, "id", json!({})).await;
    assert_eq!((ids(&empty).len(), &empty.1["data"]["has_more"]), (0, &json!(false)), "a private account");
    let tokens = posting::login(&tiktok, "app-cap").await;
    let mut seen = Vec::new();
    let mut body = json!({"max_count": 20});
    loop {
        let page = list(&tiktok, &tokens, "id", body.clone()).await;
        seen.extend(ids(&page));
        if page.1["data"]["has_more"] == json!(false) {
            break;
        }
        body["cursor"] = page.1["data"]["cursor"].clone();
    }
    assert_eq!(seen.len(), 52);
    assert!(seen.is_sorted_by(|newer, older| newer > older));
}

#[tokio::test]
async fn list_has_10_videos_without_max_count() {
    let tiktok = start_audited().await;
    let tokens = posting::login(&tiktok, "public").await;
    assert_eq!(ids(&list(&tiktok, &tokens, "id", json!({})).await).len(), 10);
}

#[tokio::test]
async fn malformed_list_and_query_are_invalid_params() {
    let tiktok = start_audited().await;
    let tokens = posting::login(&tiktok, "public").await;
    let too_many: Vec<String> = (0..21).map(|number| number.to_string()).collect();
    for (status, answer) in [
        list(&tiktok, &tokens, "", json!({})).await,
        list(&tiktok, &tokens, "id,fps", json!({})).await,
        list(&tiktok, &tokens, "id", json!({"max_count": 21})).await,
        list(&tiktok, &tokens, "id", json!({"max_count": 0})).await,
        query(&tiktok, &tokens, json!(too_many)).await,
        query(&tiktok, &tokens, json!(null)).await,
    ] {
        assert_eq!((status, &answer["error"]["code"]), (400, &json!("invalid_params")));
    }
}

#[tokio::test]
async fn list_and_query_need_video_list() {
    let tiktok = start_audited().await;
    let tokens = tiktok.login_with("public", "user.info.basic,video.publish").await;
    for (status, answer) in
        [list(&tiktok, &tokens, "id", json!({})).await, query(&tiktok, &tokens, json!([])).await]
    {
        assert_eq!((status, &answer["error"]["code"]), (401, &json!("scope_not_authorized")));
    }
}

#[tokio::test]
async fn query_leaves_out_videos_of_others() {
    let tiktok = start_audited().await;
    let (tokens, other) = (posting::login(&tiktok, "public").await, posting::login(&tiktok, "app-cap").await);
    let own = ids(&list(&tiktok, &tokens, "id", json!({"max_count": 2})).await);
    let foreign = ids(&list(&tiktok, &other, "id", json!({"max_count": 1})).await);
    let answer = query(&tiktok, &tokens, json!([own[1], foreign[0], own[0], "x"])).await;
    assert_eq!(ids(&answer), [own[1].clone(), own[0].clone()]);
}

#[tokio::test]
async fn public_post_is_listed_first() {
    let tiktok = start_audited().await;
    let tokens = posting::login(&tiktok, "public").await;
    let body = posting::direct("PUBLIC_TO_EVERYONE", posting::url());
    let data = posting::init(&tiktok, &tokens, "video/init", body).await;
    tiktok.advance(PROCESSING_SECONDS).await;
    fetch_status(&tiktok, &tokens, &data["publish_id"]).await;
    tiktok.advance(PROCESSING_SECONDS).await;
    let (_, _, status) = fetch_status(&tiktok, &tokens, &data["publish_id"]).await;
    let post_id = status["publicaly_available_post_id"][0].to_string();
    let (_, answer) = list(&tiktok, &tokens, "id,title", json!({"max_count": 1})).await;
    assert_eq!(answer["data"]["videos"], json!([{"id": post_id, "title": "A day"}]));
}

#[tokio::test]
async fn list_fault_answers_in_the_envelope() {
    let tiktok = start_audited().await;
    let tokens = posting::login(&tiktok, "public").await;
    for (endpoint, path) in [("video_list", "list"), ("video_query", "query")] {
        tiktok.fault(endpoint, json!({"code": "internal_error"})).await;
        let (status, answer) = tiktok.post_json(&tokens, &format!("/v2/video/{path}/"), json!({})).await;
        assert_eq!((status, &answer["error"]["code"]), (500, &json!("internal_error")));
    }
}
