//! Strangers: whoever has no key, or the key that every browser may know, gets nowhere.

use super::Finding;
use crate::server::{
    config::KeyKind,
    store::probe::postgrest::{Caller, Probe, READERS, Reply, TABLES},
};

pub(super) const NO_KEY: &str = "without a key";
pub(super) const PUBLIC_KEY: &str = "with the public key";

const REMEDY: &str = "Run the SQL of `creator-connect schema` again: it takes every such right back. Then look who \
                      gave it.";
const GIVE_KEY: &str =
    "Put the publishable or anon key into the environment as SUPABASE_ANON_KEY to have this checked.";

/// Tries every table and every function that reads, without a key and with the public one.
pub(super) async fn examine(probe: &Probe, public_key: Option<&str>) -> [Finding; 2] {
    let nobody = attempt(NO_KEY, probe, Caller::Nobody).await;
    [nobody, with_public_key(probe, public_key).await]
}

async fn with_public_key(probe: &Probe, public_key: Option<&str>) -> Finding {
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

/// What one stranger got from all their tries.
#[derive(Default)]
struct Tries {
    open: Vec<String>,
    shut: usize,
    key_refused: usize,
    unknown: usize,
}

impl Tries {
    fn note(&mut self, what: String, reply: Result<Reply, reqwest::Error>) {
        match reply {
            Ok(Reply::Answered(_)) => self.open.push(what),
            Ok(Reply::Denied) => self.shut += 1,
            Ok(Reply::KeyRefused) => self.key_refused += 1,
            Ok(Reply::Missing | Reply::Strange { .. }) | Err(_) => self.unknown += 1,
        }
    }
}

async fn attempt(subject: &'static str, probe: &Probe, caller: Caller<'_>) -> Finding {
    let mut tries = Tries::default();
    for table in TABLES {
        tries.note(format!("table {table}"), probe.read(table, caller).await);
    }
    for function in READERS {
        tries.note(format!("function {function}"), probe.call(function, caller).await);
    }
    // Without a key the gateway may refuse before PostgREST is asked; with one that says nothing.
    let shut = tries.shut + if matches!(caller, Caller::Nobody) { tries.key_refused } else { 0 };
    judge(subject, &tries, shut)
}

fn judge(subject: &'static str, tries: &Tries, shut: usize) -> Finding {
    let all = TABLES.len() + READERS.len();
    match tries.open.as_slice() {
        [] if shut == all => Finding::ok(subject, format!("all {all} tables and functions are shut")),
        [] if tries.key_refused > shut => {
            Finding::not_checked(subject, "the project refuses SUPABASE_ANON_KEY").with_remedy(GIVE_KEY)
        }
        [] => {
            let text = format!("{} of {all} tries had no clear answer, no other got in", all - shut);
            Finding::not_checked(subject, text)
        }
        open => Finding::fail(subject, format!("strangers get in: {}", open.join(", ")), REMEDY),
    }
}
