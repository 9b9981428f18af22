//! Events for programs.

use creator_connect::{domain::CreatorLimit, server::store::EventQuery};
use serde_json::Value;

use super::{Program, connected};
use crate::support::App;

fn types(page: &Value) -> Vec<String> {
    page["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["type"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn events_are_listed_from_the_first_on() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let page = program.get("/events").await.json();
    assert_eq!(types(&page), ["creator.connected"]);
    let event = &page["events"][0];
    assert_eq!(
        (&event["creator"], &event["data"]["creator"]),
        (&creator.as_str().into(), &creator.as_str().into())
    );
    let one = program.get(&format!("/events/{}", event["id"].as_str().unwrap())).await;
    assert_eq!(one.json(), *event);
    let after = page["next_after"].as_str().unwrap();
    let next = program.get(&format!("/events?after={after}")).await.json();
    assert_eq!((types(&next).len(), next["next_after"].as_str()), (0, Some(after)));
    assert_eq!(program.delete(&format!("/creators/{creator}/connection")).await.status, 202);
    let next = program
        .get(&format!("/events?after={after}&type=creator.disconnected&creator={creator}"))
        .await
        .json();
    assert_eq!(types(&next), ["creator.disconnected"]);
}

#[tokio::test]
async fn long_poll_answers_with_the_next_event() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let after = program.get("/events").await.json()["next_after"].as_str().unwrap().to_owned();
    let path = format!("/events?after={after}&wait=30");
    let disconnect = format!("/creators/{creator}/connection");
    let (page, ended) = tokio::join!(program.get(&path), program.delete(&disconnect));
    assert_eq!((types(&page.json())[0].as_str(), ended.status), ("creator.disconnected", 202));
}

#[tokio::test]
async fn key_for_some_creators_sees_their_events_alone() {
    let app = App::start().await;
    let (own, other) = (connected(&app, "public").await, connected(&app, "private").await);
    let program = Program::with(&app, |key| key.creators = CreatorLimit::Ids(vec![own.clone()])).await;
    let page = program.get("/events").await.json();
    assert_eq!(types(&page).len(), 1);
    assert_eq!(page["events"][0]["creator"], own.as_str());
    let events =
        app.state.store.events(&EventQuery { creator: Some(other), ..EventQuery::newest(1) }).await.unwrap();
    let answer = program.get(&format!("/events/{}", events[0].id)).await;
    assert_eq!(answer.problem(), (404, "not_found".to_owned()));
    assert_eq!(program.post(&format!("/events/{}/replay", events[0].id), Value::Null).await.problem().0, 404);
}

#[tokio::test]
async fn event_parameters_are_checked() {
    let app = App::start().await;
    let program = Program::new(&app).await;
    for (query, code) in [
        ("after=x", "bad_cursor"),
        ("wait=31", "unprocessable"),
        ("limit=0", "unprocessable"),
        ("creator=nobody", "not_found"),
        ("since=1", "unknown_field"),
    ] {
        assert_eq!(program.get(&format!("/events?{query}")).await.problem().1, code, "{query}");
    }
    for id in ["x", "00000000-0000-4000-8000-00000000000f"] {
        assert_eq!(program.get(&format!("/events/{id}")).await.problem().0, 404);
    }
}
