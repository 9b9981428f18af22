//! Every route with every permission: the table of the routes says what a key needs, and nothing else opens it.

use creator_connect::{
    domain::{CreatorLimit, Permission},
    server::http::v1::{
        route::{Access, Recorded},
        table,
    },
};
use reqwest::Method;

use super::{Program, connected};
use crate::support::App;

/// The address of a route, about this creator.
fn address(path: &str, creator: &str) -> String {
    let path = path.replace("{creator}", creator).replace("{path}", "v2/user/info/");
    path.replace("{id}", "00000000-0000-4000-8000-00000000000f")
}

fn body(method: &str) -> Option<&'static str> {
    (method == "POST" || method == "PATCH").then_some("{}")
}

#[tokio::test]
async fn no_permission_opens_another_route() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    for permission in Permission::ALL {
        let program = Program::with(&app, |key| key.permissions = vec![permission]).await;
        for route in table() {
            let Access::Permission(needed) = route.access else { continue };
            if needed == permission {
                continue;
            }
            let method: Method = route.method.parse().unwrap();
            let answer =
                program.send(method, &address(&route.path, creator.as_str()), &[], body(&route.method)).await;
            let (status, code) = answer.problem();
            assert_eq!((status, code.as_str()), (403, "permission_missing"), "{permission}: {route:?}");
            let challenge = answer.header("www-authenticate");
            assert!(challenge.contains(&format!("scope=\"{needed}\"")), "{challenge}");
        }
    }
}

#[tokio::test]
async fn key_for_other_creators_reaches_none_of_them() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let nobody = "00000000-0000-4000-8000-00000000000e".parse().unwrap();
    let program = Program::with(&app, |key| key.creators = CreatorLimit::Ids(vec![nobody])).await;
    for route in table().iter().filter(|route| route.path.contains("{creator}")) {
        let method: Method = route.method.parse().unwrap();
        let headers = [("if-match", "*")];
        let body = match route.path.as_str() {
            "/creators/{creator}/access-token/rejected" => Some("{\"generation\":0}"),
            _ => body(&route.method),
        };
        let answer = program.send(method, &address(&route.path, creator.as_str()), &headers, body).await;
        assert_eq!(answer.problem(), (404, "not_found".to_owned()), "{route:?}: {}", answer.text);
    }
    assert_eq!(app.grants().await, 1);
}

#[tokio::test]
async fn nothing_but_documents_is_open_without_a_key() {
    let app = App::start().await;
    let nobody = Program::of(&app, "", "");
    for route in table() {
        let method: Method = route.method.parse().unwrap();
        let answer = nobody.send(method, &address(&route.path, "x"), &[], body(&route.method)).await;
        let is_document = ["/openapi.json", "/docs"].contains(&route.path.as_str());
        assert_eq!(route.access == Access::Public, is_document);
        assert_eq!(answer.status, if is_document { 200 } else { 401 }, "{route:?}");
    }
    for path in ["", "/", "/nothing", "/creators/x/y/z"] {
        assert_eq!(nobody.get(path).await.problem(), (404, "not_found".to_owned()), "{path}");
    }
    assert_eq!(nobody.send(Method::PUT, "/key", &[], None).await.problem().0, 405);
}

#[test]
fn every_route_that_hands_something_out_is_on_record() {
    let unrecorded: Vec<_> = table()
        .into_iter()
        .filter(|route| matches!(route.recorded, Recorded::NotAudited(_)) && route.method != "GET")
        .collect();
    assert!(unrecorded.is_empty(), "{unrecorded:?}");
}

#[tokio::test]
async fn creators_session_is_no_key() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    for path in ["/api/v1/key", "/api/v1/creators"] {
        assert_eq!(browser.get(path).await.status, 401, "{path}");
    }
}
