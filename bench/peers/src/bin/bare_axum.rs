//! The limit: the same job by hand on axum, with pages as constants and no care taken.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use rusqlite::{Connection, params};
use serde::Deserialize;
use serde_json::Value;

struct App {
    database: Mutex<Connection>,
    client: reqwest::Client,
    tiktok: String,
    origin: String,
}

#[derive(Deserialize)]
struct Callback {
    code: String,
    state: String,
}

fn random() -> String {
    format!("{:032x}", rand::random::<u128>())
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies.split("; ").find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

async fn start(State(app): State<Arc<App>>) -> Response {
    let (state, browser) = (random(), random());
    let database = app.database.lock().expect("no task panicked");
    let sql = "INSERT INTO logins (state, browser) VALUES (?, ?)";
    database.prepare_cached(sql).and_then(|mut insert| insert.execute([&state, &browser])).expect("it is stored");
    let location = format!("{}/authorize?state={state}&redirect_uri={}/webhook", app.tiktok, app.origin);
    ([(header::SET_COOKIE, format!("login={browser}; HttpOnly; Path=/"))], Redirect::to(&location)).into_response()
}

async fn callback(
    State(app): State<Arc<App>>,
    Query(Callback { code, state }): Query<Callback>,
    headers: HeaderMap,
) -> Response {
    let browser = cookie(&headers, "login").unwrap_or_default().to_owned();
    let taken = {
        let database = app.database.lock().expect("no task panicked");
        let sql = "DELETE FROM logins WHERE state = ? AND browser = ?";
        database.prepare_cached(sql).and_then(|mut delete| delete.execute([&state, &browser])).expect("it is read")
    };
    if taken == 0 {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let form = [("grant_type", "authorization_code"), ("code", &code)];
    let token: Value = json(app.client.post(format!("{}/v2/oauth/token/", app.tiktok)).form(&form)).await;
    let access = token["access_token"].as_str().unwrap_or_default().to_owned();
    let info = app.client.post(format!("{}/v2/post/publish/creator_info/query/", app.tiktok)).bearer_auth(&access);
    let info: Value = json(info).await;
    let (session, open_id) = (random(), token["open_id"].as_str().unwrap_or_default());
    let database = app.database.lock().expect("no task panicked");
    let save = "INSERT OR REPLACE INTO creators (open_id, token, info) VALUES (?, ?, ?)";
    database.prepare_cached(save).and_then(|mut save| save.execute(params![open_id, access, info["data"].to_string()])).expect("it is stored");
    let sign_in = "INSERT INTO sessions (id, open_id) VALUES (?, ?)";
    database.prepare_cached(sign_in).and_then(|mut insert| insert.execute([&session, open_id])).expect("it is stored");
    ([(header::SET_COOKIE, format!("session={session}; HttpOnly; Path=/"))], Redirect::to("/profile")).into_response()
}

async fn json(request: reqwest::RequestBuilder) -> Value {
    request.send().await.expect("TikTok answers").json().await.expect("with JSON")
}

async fn profile(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let Some(session) = cookie(&headers, "session") else { return Redirect::to("/").into_response() };
    let database = app.database.lock().expect("no task panicked");
    let sql = "SELECT info FROM sessions JOIN creators USING (open_id) WHERE id = ?";
    let found = database.prepare_cached(sql).and_then(|mut find| find.query_row([session], |row| row.get::<_, String>(0)));
    match found.ok().and_then(|info| serde_json::from_str::<Value>(&info).ok()) {
        Some(info) => Html(format!("<h1>{}</h1>", info["creator_nickname"].as_str().unwrap_or_default())).into_response(),
        None => Redirect::to("/").into_response(),
    }
}

#[tokio::main]
async fn main() {
    let setting = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is set"));
    let database = Connection::open(setting("DATABASE")).expect("the file opens");
    let tables = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
        CREATE TABLE logins (state TEXT PRIMARY KEY, browser TEXT);
        CREATE TABLE sessions (id TEXT PRIMARY KEY, open_id TEXT);
        CREATE TABLE creators (open_id TEXT PRIMARY KEY, token TEXT, info TEXT)";
    database.execute_batch(tables).expect("the tables are made");
    let origin = format!("http://127.0.0.1:{}", setting("PORT"));
    let app = Arc::new(App { database: Mutex::new(database), client: reqwest::Client::new(), tiktok: setting("TIKTOK"), origin });
    let page = format!("<!doctype html><title>Connect</title><p>{}</p><a href=/oauth>Connect</a>", "x".repeat(6000));
    let page: &'static str = page.leak();
    let routes = Router::new()
        .route("/", get(move || async move { Html(page) }))
        .route("/oauth", get(start))
        .route("/webhook", get(callback))
        .route("/profile", get(profile))
        .with_state(app);
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{}", setting("PORT"))).await.expect("the port is free");
    axum::serve(listener, routes).await.expect("it serves");
}
