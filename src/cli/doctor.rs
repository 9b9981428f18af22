//! The `doctor` command: runs diagnostics of the installation.

use anyhow::Result;
use creator_connect::server::{
    clock::SystemClock,
    config::{self, Config},
    doctor::{self, Finding, Verdict},
};

/// Some checks failed; the findings are printed already.
#[derive(Debug, thiserror::Error)]
#[error("{0} of {1} checks failed.")]
struct ChecksFailed(usize, usize);

/// Prints every finding on one line, with its remedy below.
pub(crate) async fn run() -> Result<()> {
    let config = Config::from_env()?;
    let public_key = config::public_key()?;
    let findings = doctor::run_checks(&config, public_key.as_deref(), &SystemClock).await;
    for finding in &findings {
        println!("{}", render(finding));
    }
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    match count(Verdict::Fail) {
        0 => println!("\n{}", summary(count(Verdict::Warn), count(Verdict::NotChecked))),
        failed => return Err(ChecksFailed(failed, findings.len()).into()),
    }
    Ok(())
}

fn render(finding: &Finding) -> String {
    let Finding { subject, verdict, text, remedy } = finding;
    let line = format!("{:4}  {subject:19} {text}", word(*verdict));
    remedy.as_ref().map_or_else(|| line.clone(), |remedy| format!("{line}\n      {remedy}"))
}

const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "ok",
        Verdict::Warn => "warn",
        Verdict::Fail => "FAIL",
        Verdict::NotChecked => "-",
    }
}

fn summary(warnings: usize, unchecked: usize) -> String {
    match (warnings, unchecked) {
        (0, 0) => "All checks passed.".to_owned(),
        (0, unchecked) => format!("Nothing failed; {unchecked} could not be checked (-)."),
        (warnings, 0) => format!("Nothing failed; {warnings} to look at (warn)."),
        _ => format!("Nothing failed; {warnings} to look at (warn), {unchecked} could not be checked (-)."),
    }
}
