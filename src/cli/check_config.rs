//! The `check-config` command: checks all settings without starting the app.

use anyhow::Result;
use clap::Args;
use creator_connect::server::{
    clock::SystemClock,
    config::{Checked, Config, Fault, Faults, Source, TlsConfig, Warning},
    tls::{self, TlsError},
};
use serde_json::{Value, json};

/// Check all settings without starting the app
///
/// Reports every invalid setting, each with a remedy, also where a line of .env cannot be read; and names and scopes
/// that are probably mistyped.
#[derive(Args)]
pub(crate) struct CheckConfig {
    /// Print JSON: whether the settings are accepted, their values (a secret's is "set"), faults and warnings
    #[arg(long)]
    json: bool,
}

impl CheckConfig {
    /// Prints the settings in force, or all their faults.
    pub(crate) async fn run(self) -> Result<()> {
        let Checked { config, warnings } = Checked::from_env();
        let certificate = check_certificate(config.as_ref().ok()).await;
        if self.json {
            let report = report(config.as_ref(), certificate.as_ref().err(), &warnings);
            println!("{report:#}");
        } else {
            print(config.as_ref().ok(), &warnings);
        }
        config?;
        certificate?;
        if !self.json {
            println!("\nAll settings are accepted.");
        }
        Ok(())
    }
}

/// A configured certificate is only read here; a self-signed one is created at the start.
async fn check_certificate(config: Option<&Config>) -> Result<(), TlsError> {
    match config {
        Some(Config { tls: tls @ TlsConfig::Files { .. }, .. }) => {
            tls::certificate(tls, &SystemClock).await.map(drop)
        }
        _ => Ok(()),
    }
}

fn print(config: Option<&Config>, warnings: &[Warning]) {
    for (variable, value) in config.map(Config::summary).unwrap_or_default() {
        println!("{variable:22} {value}");
    }
    for Warning { variable, problem, remedy, source } in warnings {
        let source = source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
        println!("\nwarning: {variable} {problem}{source}.\n    {remedy}");
    }
}

fn report(config: Result<&Config, &Faults>, certificate: Option<&TlsError>, warnings: &[Warning]) -> Value {
    let settings: serde_json::Map<_, _> = config
        .map(Config::summary)
        .unwrap_or_default()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let mut faults: Vec<_> = config.err().into_iter().flat_map(Faults::iter).map(fault_entry).collect();
    faults.extend(certificate.map(|error| entry("TLS_CERT", &error.to_string(), "", None)));
    let warnings: Vec<_> = warnings.iter().map(warning_entry).collect();
    json!({ "accepted": faults.is_empty(), "settings": settings, "faults": faults, "warnings": warnings })
}

fn fault_entry(fault: &Fault) -> Value {
    entry(fault.variable, &fault.problem, &fault.remedy, fault.source.as_ref())
}

fn warning_entry(warning: &Warning) -> Value {
    entry(&warning.variable, &warning.problem, &warning.remedy, warning.source.as_ref())
}

fn entry(variable: &str, problem: &str, remedy: &str, source: Option<&Source>) -> Value {
    json!({ "variable": variable, "problem": problem, "remedy": remedy, "source": source.map(ToString::to_string) })
}
