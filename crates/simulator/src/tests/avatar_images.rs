//! Avatar images behind signed URLs.

use super::harness::{Tiktok, start};
use crate::creators;

async fn avatar_url(tiktok: &Tiktok) -> String {
    let tokens = tiktok.login("public").await;
    let answer = tiktok.user_info(&tokens, "avatar_url").await;
    answer.1["data"]["user"]["avatar_url"].as_str().unwrap().to_owned()
}

async fn status(tiktok: &Tiktok, url: &str) -> u16 {
    tiktok.http.get(url).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn signed_avatar_url_returns_png() {
    let tiktok = start().await;
    let response = tiktok.http.get(avatar_url(&tiktok).await).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "image/png");
    assert!(response.bytes().await.unwrap().starts_with(b"\x89PNG\r\n"));
}

#[tokio::test]
async fn avatar_url_expires_after_two_hours() {
    let tiktok = start().await;
    let url = avatar_url(&tiktok).await;
    tiktok.advance(2 * 3600 - 30).await;
    assert_eq!(status(&tiktok, &url).await, 200);
    tiktok.advance(30).await;
    assert_eq!(status(&tiktok, &url).await, 403);
}

#[tokio::test]
async fn changed_avatar_url_is_refused() {
    let tiktok = start().await;
    let url = avatar_url(&tiktok).await;
    assert_eq!(status(&tiktok, &url.replace("public", "private")).await, 403);
    assert_eq!(status(&tiktok, &url.replace("x-expires=1", "x-expires=2")).await, 403);
    assert_eq!(status(&tiktok, url.split('?').next().unwrap()).await, 403);
}

#[test]
fn avatar_images_are_below_12_kb() {
    let pictures: Vec<_> = creators::all().iter().filter_map(|creator| creator.avatar).collect();
    assert_eq!(pictures.len(), 11);
    assert!(pictures.iter().all(|bytes| bytes.len() < 12_000));
}
