//! Failed calls: one table from statuses and codes to [`Failure`].
//!
//! Of an error response only the status and the code are kept. Its other texts may hold what was sent.

use serde::Deserialize;

use crate::server::store::StoreError;

/// Why a call returned no value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Nothing was done: the request did not arrive, or the database rolled it back.
    NotDone(String),
    /// The connection was lost; whether anything was done is not known.
    Unsure(String),
    /// No response in time; the work may still go on.
    Slow(String),
    /// The circuit is open: no request was sent.
    CircuitOpen,
    /// The key is not accepted.
    Key,
    /// The functions are not there.
    Schema,
    /// The server at that address is no REST API of Supabase.
    Address(String),
    /// An error response that no row of the table describes.
    Unexpected(String),
}

impl Failure {
    /// Whether Supabase is unavailable, rather than responding with an error.
    pub(super) const fn is_outage(&self) -> bool {
        matches!(self, Self::NotDone(_) | Self::Unsure(_) | Self::Slow(_))
    }

    /// The failure that an error response describes.
    pub(super) fn from_response(status: u16, body: &[u8]) -> Self {
        let complaint: Complaint = serde_json::from_slice(body).unwrap_or_default();
        let code = complaint.code.filter(|code| is_code(code)).unwrap_or_default();
        classify(status, &code)
    }
}

/// PostgREST's error (<https://docs.postgrest.org/en/stable/references/errors.html>), as far as we
/// read it.
#[derive(Default, Deserialize)]
struct Complaint {
    code: Option<String>,
}

/// Whether it may be shown: `PGRST301`, `42501` and the like.
fn is_code(code: &str) -> bool {
    (5..=8).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn classify(status: u16, code: &str) -> Failure {
    let cause =
        || if code.is_empty() { format!("status {status}") } else { format!("status {status}, {code}") };
    match (status, code) {
        // No such function, table or column.
        (_, "PGRST202" | "PGRST203" | "PGRST205" | "42883" | "42P01" | "42703") => Failure::Schema,
        (_, "PGRST300" | "PGRST301" | "PGRST302" | "PGRST303" | "42501") | (401 | 403, _) => Failure::Key,
        // PostgREST has no database; it is full, starts or stops; two transactions were in each other's
        // way and ours was taken back.
        (
            _,
            "PGRST000" | "PGRST001" | "PGRST002" | "40001" | "40P01" | "53300" | "57P01" | "57P02" | "57P03",
        ) => Failure::NotDone(cause()),
        // PostgREST waited for a connection to spare; the database gave up on a statement or on a lock.
        (_, "PGRST003" | "57014" | "55P03") | (408 | 504, _) => Failure::Slow(cause()),
        // A project may be paused (540), over its quota, or read-only because its disk is full (25006).
        (429 | 500..=599, _) | (_, "25006") => Failure::Unsure(cause()),
        (300..=399, _) | (404, "") => Failure::Address(cause()),
        _ => Failure::Unexpected(cause()),
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotDone(cause) | Failure::Unsure(cause) | Failure::Slow(cause) => {
                Self::Unavailable(format!("Supabase: {cause}"))
            }
            Failure::CircuitOpen => {
                Self::Unavailable("Supabase failed several times: its circuit is open".to_owned())
            }
            Failure::Key => Self::Unavailable(KEY.to_owned()),
            Failure::Schema => Self::Unavailable(SCHEMA.to_owned()),
            Failure::Address(cause) => Self::Unavailable(format!("{ADDRESS} ({cause})")),
            Failure::Unexpected(cause) => Self::Unreadable(format!("Supabase: {cause}")),
        }
    }
}

/// What to do about [`Failure::Key`].
pub(super) const KEY: &str = "Supabase does not accept SUPABASE_KEY: copy the secret key (sb_secret_…) or the \
     service_role key of this project from its settings, API keys, and restart. If it is the right one, run the \
     SQL that `creator-connect schema` prints: it gives that key its rights";

/// What to do about [`Failure::Schema`].
pub(super) const SCHEMA: &str = "Supabase lacks our tables or functions: run the SQL that `creator-connect schema` \
     prints in its SQL editor, or `supabase db push`";

/// What to do about [`Failure::Address`].
pub(super) const ADDRESS: &str = "SUPABASE_URL leads to no REST API of a Supabase project: copy the project URL from \
     Supabase's settings, and set SUPABASE_REST_URL only if it is not under /rest/v1";

#[cfg(test)]
mod tests {
    use super::*;

    fn name(failure: &Failure) -> String {
        let text = format!("{failure:?}");
        text.split('(').next().unwrap_or_default().to_owned()
    }

    /// Each row: what came, and what it means.
    #[test]
    fn status_and_code_decide_the_failure() {
        for (status, body, meaning) in [
            (404, r#"{"code":"PGRST202","message":"no function cc_x"}"#, "Schema"),
            (404, r#"{"code":"42883"}"#, "Schema"),
            (401, r#"{"message":"Invalid API key"}"#, "Key"),
            (401, r#"{"code":"PGRST301"}"#, "Key"),
            (403, r#"{"code":"42501","message":"permission denied for function cc_save_grant"}"#, "Key"),
            (401, "<html>", "Key"),
            (503, r#"{"code":"PGRST000"}"#, "NotDone"),
            (503, r#"{"code":"PGRST002"}"#, "NotDone"),
            (504, r#"{"code":"PGRST003"}"#, "Slow"),
            (500, r#"{"code":"40P01"}"#, "NotDone"),
            (500, r#"{"code":"57014"}"#, "Slow"),
            (504, "<html>", "Slow"),
            (500, r#"{"message":"An unexpected error occurred"}"#, "Unsure"),
            (502, "<html><body>cloudflare</body></html>", "Unsure"),
            (503, "", "Unsure"),
            (540, "project paused", "Unsure"),
            (429, "{}", "Unsure"),
            (405, r#"{"code":"25006"}"#, "Unsure"),
            (301, "", "Address"),
            (404, "<html>", "Address"),
            (400, r#"{"code":"22P05"}"#, "Unexpected"),
            (409, r#"{"code":"23505"}"#, "Unexpected"),
        ] {
            assert_eq!(name(&Failure::from_response(status, body.as_bytes())), meaning, "{status} {body}");
        }
    }

    #[test]
    fn error_text_has_only_the_code_of_a_body() {
        for body in [
            r#"{"code":"22P05","message":"CANARY","details":"CANARY","hint":"CANARY"}"#,
            r#"{"code":"CANARY CANARY"}"#,
            r#"{"code":"CANARY-CANARY"}"#,
            "CANARY",
        ] {
            for status in [301, 400, 401, 404, 409, 500, 502] {
                let text = StoreError::from(Failure::from_response(status, body.as_bytes())).to_string();
                assert!(!text.contains("CANARY"), "{text}");
            }
        }
    }

    #[test]
    fn operator_error_names_its_remedy() {
        for (failure, named) in [
            (Failure::Key, "SUPABASE_KEY"),
            (Failure::Schema, "creator-connect schema"),
            (Failure::Address("status 404".to_owned()), "SUPABASE_URL"),
        ] {
            let error = StoreError::from(failure);
            assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
            assert!(error.to_string().contains(named), "{error}");
        }
    }
}
