//! Fuzzes the reader of settings with a `.env` file: it is read, or refused with faults that show no value.

#![no_main]

use std::{collections::HashMap, path::Path};

use creator_connect::server::config::{self, Config, Problem, VARIABLES};
use creator_connect_fuzz::settings;
use libfuzzer_sys::fuzz_target;

/// A text that only secrets contain.
const CANARY: &str = "canary";

/// The secrets of any form.
const SECRETS: [&str; 3] = ["TIKTOK_CLIENT_SECRET", "TIKTOK_CLIENT_SECRET_PREVIOUS", "SUPABASE_KEY"];

fuzz_target!(|file: &str| {
    let written = config::dotenv(Ok(file.to_owned()));
    for problem in &written.problems {
        check_problem(file, problem);
    }
    check(&written.variables);
});

/// A mistake is reported by its line alone.
fn check_problem(file: &str, Problem { problem, .. }: &Problem) {
    let line = problem.strip_prefix("has a mistake in line ").and_then(|line| line.parse().ok());
    let line: usize = line.expect("the problem is a line number");
    assert!((1..=file.split('\n').count()).contains(&line), "line {line}");
}

/// Reads what is written, and what the operator has to set and did not write.
fn check(written: &HashMap<String, String>) {
    let needed = settings(Path::new("folder"));
    let value = |name: &str| written.get(name).or_else(|| needed.get(name)).map(|value| marked(name, value));
    match Config::read(&value) {
        Ok(config) => {
            let shown = format!("{config:?} {:?}", config.summary());
            assert!(!shown.contains(CANARY), "a secret is shown: {shown}");
        }
        Err(faults) => {
            let shown = format!("{faults} {faults:?}");
            assert!(!shown.contains(CANARY), "a fault shows a value: {shown}");
            assert!(
                !faults.is_empty() && faults.iter().all(|fault| VARIABLES.contains(&fault.variable)),
                "{shown}"
            );
        }
    }
    // With a mark in every value that is written, no fault shows a part of any.
    let everywhere = |name: &str| written.get(name).map(|value| format!("{value}{CANARY}"));
    if let Err(faults) = Config::read(&everywhere) {
        let shown = format!("{faults} {faults:?}");
        assert!(!shown.contains(CANARY), "a fault shows a value: {shown}");
    }
}

/// The value, with the mark at the end if it is a secret's and nowhere otherwise.
fn marked(name: &str, value: &str) -> String {
    let mut value = value.to_owned();
    while value.contains(CANARY) {
        value = value.replace(CANARY, "");
    }
    if SECRETS.contains(&name) && !value.trim().is_empty() {
        value.push_str(CANARY);
    }
    value
}
