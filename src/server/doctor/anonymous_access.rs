//! Checks that a caller without a key, or with the public key, can read nothing.

use super::Finding;
use crate::server::{
    config::KeyKind,
    store::probe::supabase::{Caller, Probe, READERS, Reply, TABLES},
};

pub(super) const NO_KEY: &str = "without a key";
pub(super) const PUBLIC_KEY: &str = "with the public key";

const REMEDY: &str = "Run the SQL of `creator-connect schema` again: it revokes every such right. Then find out who \
                      granted it.";
const GIVE_KEY: &str =
    "Put the publishable or anon key into the environment as SUPABASE_ANON_KEY to have this checked.";

/// Tries every table and every function that reads, without a key and with the public one.
pub(super) async fn check_access(probe: &Probe, public_key: Option<&str>) -> [Finding; 2] {
    let without_key = attempt(NO_KEY, probe, Caller::Anonymous).await;
    [without_key, check_public_key(probe, public_key).await]
}

async fn check_public_key(probe: &Probe, public_key: Option<&str>) -> Finding {
    let Some(key) = public_key else {
        return Finding::not_checked(PUBLIC_KEY, "there is no key to try it with").with_remedy(GIVE_KEY);
    };
    if KeyKind::of(key).is_for_servers() {
        return Finding::fail(
            PUBLIC_KEY,
            "SUPABASE_ANON_KEY is a key that may do everything",
            "Put the publishable (anon) key there, and replace the secret one if browsers have seen it.",
        );
    }
    attempt(PUBLIC_KEY, probe, Caller::Browser(key)).await
}

/// The results of all attempts of one unauthenticated caller.
#[derive(Default)]
struct Attempts {
    allowed: Vec<String>,
    denied: usize,
    key_refused: usize,
    unknown: usize,
}

impl Attempts {
    fn record(&mut self, what: String, reply: Result<Reply, reqwest::Error>) {
        match reply {
            Ok(Reply::Answered(_)) => self.allowed.push(what),
            Ok(Reply::Denied) => self.denied += 1,
            Ok(Reply::KeyRefused) => self.key_refused += 1,
            Ok(Reply::Missing | Reply::Strange { .. }) | Err(_) => self.unknown += 1,
        }
    }
}

async fn attempt(subject: &'static str, probe: &Probe, caller: Caller<'_>) -> Finding {
    let mut attempts = Attempts::default();
    for table in TABLES {
        attempts.record(format!("table {table}"), probe.read(table, caller).await);
    }
    for function in READERS {
        attempts.record(format!("function {function}"), probe.call(function, caller).await);
    }
    // Without a key the gateway may refuse before PostgREST gets the request; with a key that proves nothing.
    let denied = attempts.denied + if matches!(caller, Caller::Anonymous) { attempts.key_refused } else { 0 };
    evaluate(subject, &attempts, denied)
}

fn evaluate(subject: &'static str, attempts: &Attempts, denied: usize) -> Finding {
    let all = TABLES.len() + READERS.len();
    match attempts.allowed.as_slice() {
        [] if denied == all => Finding::ok(subject, format!("all {all} tables and functions are denied")),
        [] if attempts.key_refused > denied => {
            Finding::not_checked(subject, "the project refuses SUPABASE_ANON_KEY").with_remedy(GIVE_KEY)
        }
        [] => {
            let text =
                format!("{} of {all} attempts had no clear response, no other was allowed", all - denied);
            Finding::not_checked(subject, text)
        }
        allowed => Finding::fail(
            subject,
            format!("unauthenticated callers have access: {}", allowed.join(", ")),
            REMEDY,
        ),
    }
}
