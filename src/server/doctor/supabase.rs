//! Checks of the Supabase project: address, key, schema, functions, clock.

use secrecy::ExposeSecret as _;
use url::Url;

use super::{
    Finding, anonymous_access,
    clock_skew::{self, Reading},
    key_claims::Claims,
    reachability,
};
use crate::{
    domain::Timestamp,
    server::{
        clock::Clock,
        config::SupabaseKey,
        store::{
            KeyUse,
            probe::{
                SCHEMA_VERSION,
                supabase::{Caller, Probe, READERS, Reply, Schema},
            },
        },
    },
};

const ADDRESS: &str = "Supabase address";
const KEY: &str = "Supabase key";
const SCHEMA: &str = "schema";
const FUNCTIONS: &str = "functions";
const CLOCK: &str = "database clock";

const KEY_REMEDY: &str = "Copy the secret key (sb_secret_…) or the service_role key from the project's settings, \
                          API keys, into SUPABASE_KEY.";
const URL_REMEDY: &str = "Copy the project URL from the project's settings into SUPABASE_URL; \
                          SUPABASE_REST_URL is for servers of your own.";
const APPLY: &str = "Apply it: `creator-connect schema` prints SQL for the SQL editor; or `supabase db push`. \
                     It may be run again.";

/// The settings of the project.
#[derive(Clone, Copy)]
pub(super) struct Project<'a> {
    pub(super) url: &'a Url,
    pub(super) key: &'a SupabaseKey,
    pub(super) rest_url: &'a Url,
}

/// Runs every check of the project and reads which keys its rows need. Checks that depend on a response are
/// not made without one.
pub(super) async fn check_project(
    project: &Project<'_>,
    public_key: Option<&str>,
    clock: &dyn Clock,
) -> (Vec<Finding>, Option<Vec<KeyUse>>) {
    let probe = match Probe::new(project.rest_url) {
        Ok(probe) => probe,
        Err(error) => {
            return (
                vec![reachability::unreachable(ADDRESS, project.rest_url, "SUPABASE_URL", &error)],
                None,
            );
        }
    };
    let before = clock.now();
    let response = probe.call("cc_schema_version", Caller::App(&project.key.secret)).await;
    let times = (before, clock.now());
    let mut findings = vec![check_address(project, response.as_ref()), check_key_kind(project, before)];
    let Ok(reply) = response else {
        let unchecked =
            [KEY, SCHEMA, FUNCTIONS, CLOCK, anonymous_access::NO_KEY, anonymous_access::PUBLIC_KEY];
        findings.extend(unchecked.map(|subject| Finding::not_checked(subject, "Supabase is unreachable")));
        return (findings, None);
    };
    findings.push(check_key_accepted(&reply));
    findings.push(check_schema(&reply));
    findings.push(check_functions(&probe, project.key, &reply).await);
    findings.push(check_clock(&reply, times));
    findings.extend(anonymous_access::check_access(&probe, public_key).await);
    (findings, probe.key_use(&project.key.secret).await)
}

fn check_address(project: &Project<'_>, response: Result<&Reply, &reqwest::Error>) -> Finding {
    let server = reachability::server(project.rest_url);
    match response {
        Err(error) => reachability::unreachable(ADDRESS, project.rest_url, "SUPABASE_URL", error),
        Ok(Reply::Strange { status: status @ 500.. }) => Finding::fail(
            ADDRESS,
            format!("{server} answers with an error of its own, {status}"),
            "Check the project in Supabase's dashboard: it may be paused, restarting or out of resources.",
        ),
        Ok(Reply::Strange { status }) => Finding::fail(
            ADDRESS,
            format!("{server} answers ({status}), but is no Supabase project"),
            URL_REMEDY,
        ),
        Ok(_) => Finding::ok(ADDRESS, format!("{server} answers")),
    }
}

/// Checks the claims in the key, without a request. A key that is not for servers is a fault of the settings
/// and never reaches this check.
fn check_key_kind(project: &Project<'_>, now: Timestamp) -> Finding {
    const SUBJECT: &str = "kind of key";
    let claims = Claims::of(project.key.secret.expose_secret());
    let fail = |what: &str| Finding::fail(SUBJECT, format!("SUPABASE_KEY {what}"), KEY_REMEDY);
    if claims.ends_at.is_some_and(|end| end <= now) {
        return fail("has expired");
    }
    if claims.is_of_another_project(project.url) {
        return fail("is the key of another project than SUPABASE_URL's");
    }
    Finding::ok(SUBJECT, format!("SUPABASE_KEY is {}", project.key.kind))
}

fn check_key_accepted(reply: &Reply) -> Finding {
    match reply {
        Reply::KeyRefused => Finding::fail(
            KEY,
            "the project refuses SUPABASE_KEY",
            "Use the secret key of this project; a key that was replaced or disabled there is no longer valid.",
        ),
        Reply::Strange { .. } => Finding::not_checked(KEY, "no project answers"),
        _ => Finding::ok(KEY, "the project takes it"),
    }
}

fn check_schema(reply: &Reply) -> Finding {
    let (text, remedy) = match reply {
        Reply::Answered(answer) => match Schema::read(answer) {
            Some(schema) => return evaluate_version(schema.version, SCHEMA_VERSION.into()),
            None => ("cc_schema_version returns something unknown".to_owned(), APPLY),
        },
        Reply::Missing => ("creator-connect's tables and functions are missing".to_owned(), APPLY),
        Reply::Denied => ("SUPABASE_KEY may not call cc_schema_version".to_owned(), APPLY),
        Reply::KeyRefused | Reply::Strange { .. } => {
            return Finding::not_checked(SCHEMA, "it cannot be checked without an accepted key");
        }
    };
    Finding::fail(SCHEMA, text, remedy)
}

fn evaluate_version(version: u64, own: u64) -> Finding {
    match version {
        _ if version == own => Finding::ok(SCHEMA, format!("version {version} is there")),
        0 => Finding::fail(SCHEMA, "creator-connect's schema is there without a version", APPLY),
        _ if version < own => {
            Finding::fail(SCHEMA, format!("version {version} is older than this program's, {own}"), APPLY)
        }
        _ => Finding::warn(
            SCHEMA,
            format!("version {version} is newer than this program's, {own}"),
            "It keeps what this program needs; install the version of creator-connect that brought it.",
        ),
    }
}

/// Calls each function that only reads, with ids that no creator and no session has.
async fn check_functions(probe: &Probe, key: &SupabaseKey, first: &Reply) -> Finding {
    if matches!(first, Reply::KeyRefused | Reply::Strange { .. }) {
        return Finding::not_checked(FUNCTIONS, "they cannot be called without an accepted key");
    }
    let mut broken = Vec::new();
    for function in READERS {
        match probe.call(function, Caller::App(&key.secret)).await {
            Ok(Reply::Answered(_)) => {}
            Ok(Reply::Missing) => broken.push(format!("{function} (missing)")),
            Ok(Reply::Denied) => broken.push(format!("{function} (not allowed)")),
            Ok(Reply::KeyRefused) => broken.push(format!("{function} (key refused)")),
            Ok(Reply::Strange { status }) => broken.push(format!("{function} ({status})")),
            Err(_) => broken.push(format!("{function} (no response)")),
        }
    }
    match broken.len() {
        0 => Finding::ok(FUNCTIONS, format!("the {} that read answer", READERS.len())),
        _ => Finding::fail(FUNCTIONS, format!("these do not answer: {}", broken.join(", ")), APPLY),
    }
}

fn check_clock(reply: &Reply, (before, after): (Timestamp, Timestamp)) -> Finding {
    let schema = match reply {
        Reply::Answered(answer) => Schema::read(answer),
        _ => None,
    };
    match schema {
        Some(schema) => {
            let reading = Reading { theirs: schema.now, before, after };
            clock_skew::evaluate(CLOCK, "the database's", reading)
        }
        None => Finding::not_checked(CLOCK, "the database did not return its time"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::doctor::Verdict;

    #[test]
    fn earlier_schema_version_fails() {
        let finding = evaluate_version(1, 2);
        assert_eq!(finding.verdict, Verdict::Fail);
        assert!(finding.text.contains("version 1 is older"), "{}", finding.text);
    }
}
