use proptest::prelude::*;
use serde_json::json;

use super::*;

fn parse(body: &str) -> Result<WebhookEvent, Malformed> {
    WebhookEvent::parse(SignedBody::from_store(body))
}

fn event(name: &str, content: &str) -> WebhookEvent {
    let body = json!({ "client_key": "awx7", "event": name, "create_time": 7, "content": content });
    parse(&body.to_string()).unwrap()
}

#[test]
fn documented_event_is_parsed() {
    let event = parse(
        r#"{"client_key":"awx7","event":"authorization.removed","create_time":1893456000,
            "user_openid":"0f1e2d3c-1111-4222-8333-abcdefabcdef","content":"{\"reason\":1}"}"#,
    )
    .unwrap();
    assert_eq!((event.client_key.as_str(), event.name.as_str()), ("awx7", AUTHORIZATION_REMOVED));
    assert_eq!(event.created_at, Timestamp(1_893_456_000));
    assert_eq!(event.open_id, "0f1e2d3c-1111-4222-8333-abcdefabcdef".parse().ok());
    assert_eq!(event.removal(), Some(RemovalReason::ByCreator));
}

#[test]
fn test_event_of_the_portal_concerns_nobody() {
    let ping = parse(
        r#"{"client_key":"awx7","event":"tiktok.ping","create_time":1893456000123,
            "user_openid":"act.example12345Example12345Example","content":"{\"reason\":\"testing Webhook\"}"}"#,
    )
    .unwrap();
    assert_eq!(ping.created_at, Timestamp(1_893_456_000), "milliseconds");
    assert!(ping.open_id.is_some() && ping.concerns().is_none());
    assert_eq!(ping.removal(), None);
}

#[test]
fn create_time_must_be_digits() {
    let at = |time: &str| {
        let body = format!(r#"{{"client_key":"k","event":"e","create_time":{time}}}"#);
        parse(&body).map(|event| event.created_at.0)
    };
    assert_eq!(at("1893456000"), Ok(1_893_456_000));
    assert_eq!(at("\"1893456000\""), Ok(1_893_456_000));
    assert_eq!(at("1893456000123"), Ok(1_893_456_000));
    assert_eq!(at("\"1893456000123\""), Ok(1_893_456_000));
    for absurd in
        ["-1", "1.5", "1e9", "253402300800000", "99999999999999999999", "\"\"", "null", "[1]", "true"]
    {
        assert!(at(absurd).is_err(), "{absurd}");
    }
}

#[test]
fn event_without_required_fields_is_malformed() {
    for body in [
        "",
        "[]",
        "null",
        "{",
        r#"{"event":"e","create_time":1}"#,
        r#"{"client_key":"k","create_time":1}"#,
        r#"{"client_key":"k","event":"e"}"#,
        r#"{"client_key":"k","event":"","create_time":1}"#,
        r#"{"client_key":"k","event":"a\u0000b","create_time":1}"#,
        r#"{"client_key":7,"event":"e","create_time":1}"#,
        r#"{"client_key":"k","event":"e","event":"f","create_time":1}"#,
        r#"{"client_key":"k","event":"e","create_time":1} {}"#,
    ] {
        assert!(parse(body).is_err(), "{body}");
    }
    assert!(
        WebhookEvent::parse(SignedBody::from_store(&format!(
            "{}1{}",
            "[".repeat(60_000),
            "]".repeat(60_000)
        )))
        .is_err()
    );
}

#[test]
fn missing_or_malformed_user_is_none() {
    for user in ["", r#","user_openid":null"#, r#","user_openid":"""#, r#","user_openid":"two words""#] {
        let body = format!(r#"{{"client_key":"k","event":"e","create_time":1{user}}}"#);
        assert_eq!(parse(&body).unwrap().open_id, None, "{user}");
    }
}

#[test]
fn content_of_any_form_is_parsed() {
    let content = |written: &str| {
        let body = format!(r#"{{"client_key":"k","event":"e","create_time":1,"content":{written}}}"#);
        match parse(&body).unwrap().content {
            Content::Json(raw) => raw.get().to_owned(),
            Content::Text(text) => format!("text {text}"),
        }
    };
    assert_eq!(content(r#""{\"a\": 1}""#), r#"{"a": 1}"#);
    assert_eq!(content(r#"{"a": 1}"#), r#"{"a": 1}"#);
    assert_eq!(content(r#""not { json""#), "text not { json");
    assert_eq!(content(r#""""#), "text ");
    assert_eq!(content("null"), "text ");
    assert_eq!(content("7"), "7");
    assert_eq!(content("[]"), "[]");
}

#[test]
fn numbers_beyond_2_pow_53_keep_every_digit() {
    for number in ["9007199254740993", "18446744073709551616", "123456789012345678901234567890"] {
        let event = event("post.publish.publicly_available", &format!(r#"{{"post_id":{number}}}"#));
        assert_eq!(event.content.field("post_id").as_deref(), Some(number));
        assert_eq!(event.activity().reference.as_deref(), Some(number));
    }
}

#[test]
fn removal_reason_is_parsed() {
    for (content, reason) in [
        (r#"{"reason":0}"#, RemovalReason::Unknown),
        (r#"{"reason":1}"#, RemovalReason::ByCreator),
        (r#"{"reason":"2"}"#, RemovalReason::AccountDeleted),
        (r#"{"reason":3}"#, RemovalReason::AgeChanged),
        (r#"{"reason":4}"#, RemovalReason::AccountBanned),
        (r#"{"reason":5}"#, RemovalReason::ByDeveloper),
        (r#"{"reason":6}"#, RemovalReason::Unknown),
        (r#"{"reason":1.5}"#, RemovalReason::Unknown),
        (r#"{"reason":[1]}"#, RemovalReason::Unknown),
        ("{}", RemovalReason::Unknown),
        ("not json", RemovalReason::Unknown),
    ] {
        assert_eq!(event(AUTHORIZATION_REMOVED, content).removal(), Some(reason), "{content}");
    }
    assert_eq!(event("post.publish.failed", r#"{"reason":1}"#).removal(), None);
}

#[test]
fn documented_events_map_to_happenings() {
    for (name, what) in [
        (AUTHORIZATION_REMOVED, ActivityKind::Removed(RemovalReason::Unknown)),
        ("video.upload.failed", ActivityKind::UploadFailed),
        ("video.publish.completed", ActivityKind::VideoPublished),
        ("portability.download.ready", ActivityKind::DataReady),
        ("post.publish.failed", ActivityKind::PostFailed),
        ("post.publish.complete", ActivityKind::PostComplete),
        ("post.publish.inbox_delivered", ActivityKind::PostInInbox),
        ("post.publish.publicly_available", ActivityKind::PostPublic),
        ("post.publish.no_longer_publicaly_available", ActivityKind::PostHidden),
        ("simulator.unknown_event", ActivityKind::Other("simulator.unknown_event".to_owned())),
    ] {
        assert_eq!(event(name, "{}").activity().what, what, "{name}");
    }
}

#[test]
fn only_plain_ids_and_reasons_are_shown() {
    let plain = event("post.publish.failed", r#"{"publish_id":"v_pub_url~v2.1","reason":"spam_risk_text"}"#);
    assert_eq!(plain.activity().reference.as_deref(), Some("v_pub_url~v2.1"));
    assert_eq!(plain.activity().reason.as_deref(), Some("spam_risk_text"));
    let hostile = event("post.publish.failed", r#"{"publish_id":"<b>","reason":"\u202e"}"#).activity();
    assert_eq!((hostile.reference, hostile.reason), (None, None));
}

proptest! {
    #[test]
    fn arbitrary_body_never_panics(body in proptest::collection::vec(any::<u8>(), 0..400)) {
        let text = String::from_utf8_lossy(&body);
        drop(parse(&text).map(|event| event.activity()));
    }

    #[test]
    fn written_event_is_parsed_back(
        name in "[a-z._]{1,128}",
        time in 0..100_000_000_000_i64,
        open_id in proptest::option::of("[!-~]{1,256}"),
        content in any::<String>(),
        as_digits in any::<bool>(),
    ) {
        let time_value = if as_digits { json!(time.to_string()) } else { json!(time) };
        let mut body = json!({ "client_key": "awx7", "event": name, "create_time": time_value, "content": content });
        if let Some(open_id) = &open_id {
            body["user_openid"] = json!(open_id);
        }
        let event = parse(&body.to_string()).unwrap();
        prop_assert_eq!(&event.name, &name);
        prop_assert_eq!(event.created_at.0, time);
        prop_assert_eq!(event.open_id.as_ref().map(OpenId::as_str), open_id.as_deref());
        match &event.content {
            Content::Text(text) => prop_assert_eq!(text, &content),
            Content::Json(raw) => prop_assert_eq!(raw.get(), content.trim_matches([' ', '\t', '\n', '\r'])),
        }
        drop(event.activity());
    }
}
