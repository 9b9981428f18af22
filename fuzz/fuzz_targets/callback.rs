//! Fuzzes the query of TikTok's callback: it is a code with its state, a refusal, or malformed, and a form that is
//! posted leads to the same.

#![no_main]

use axum::{extract::Query, http::Uri};
use creator_connect::{
    domain::LoginFailure,
    server::tiktok::callback::{Callback, CallbackParameters, form_to_query},
};
use libfuzzer_sys::fuzz_target;
use secrecy::ExposeSecret as _;
use url::form_urlencoded;

/// A callback as values that can be compared.
#[derive(Debug, PartialEq)]
enum Parsed {
    Code { code: String, state: String },
    Refused { state: Option<String>, failure: LoginFailure, log_id: Option<String> },
    Malformed,
}

fuzz_target!(|query: &str| {
    let Ok(uri) = format!("/webhook?{query}").parse::<Uri>() else { return };
    let query = uri.query().unwrap_or_default();
    let parsed = parse(query);
    check(query, &parsed);
    match form_to_query(query.as_bytes()) {
        Some(redirect) => {
            assert!(
                redirect.bytes().all(|byte| byte.is_ascii_graphic()),
                "it fits into a header: {redirect}"
            );
            assert_eq!(parse(&redirect), parsed, "{redirect}");
        }
        None => assert_eq!(parsed, Parsed::Malformed, "only what is no callback is no form of one"),
    }
});

/// Parses a query as the server function does.
fn parse(query: &str) -> Parsed {
    let Ok(uri) = format!("/webhook?{query}").parse::<Uri>() else { return Parsed::Malformed };
    let parameters = Query::<CallbackParameters>::try_from_uri(&uri).map(|Query(parameters)| parameters);
    match parameters.unwrap_or_default().parse() {
        Callback::Code { code, state } => Parsed::Code { code: code.expose_secret().to_owned(), state },
        Callback::Refused { state, failure, log_id } => {
            Parsed::Refused { state, failure, log_id: log_id.map(String::from) }
        }
        Callback::Malformed => Parsed::Malformed,
    }
}

/// Every value comes from the parameter of its name, decoded once, and an error is never taken for a consent.
fn check(query: &str, parsed: &Parsed) {
    let value = |name: &str| {
        let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(found, _)| found == name);
        let value = values.next().map(|(_, value)| value.into_owned());
        assert!(values.next().is_none() || *parsed == Parsed::Malformed, "a repeated {name} is malformed");
        value.filter(|text| !text.is_empty())
    };
    let named = |names: [&str; 2]| names.map(&value).into_iter().flatten();
    let has_error = named(["error", "error_type"]).count() > 0
        || named(["errCode", "error_code"]).any(|number| number != "0");
    match parsed {
        Parsed::Code { code, state } => {
            assert!(!has_error, "an error precedes a code");
            assert_eq!((value("code").as_ref(), value("state").as_ref()), (Some(code), Some(state)));
        }
        Parsed::Refused { state, log_id, .. } => {
            assert!(has_error && *state == value("state"));
            let plain =
                |id: &String| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
            assert!(log_id.as_ref().is_none_or(plain), "{log_id:?} is shown on a page");
            assert!(log_id.is_none() || [value("log_id"), value("logid")].contains(log_id));
        }
        Parsed::Malformed => {}
    }
}
