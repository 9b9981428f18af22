//! The store that the replicas share: a SQLite file, or Supabase's stand-in behind a gateway of the harness's own.

use std::{
    collections::HashMap,
    fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use clap::ValueEnum;
use reqwest::Client;
use serde_json::{Value, json};

use crate::faulty_store::Outage;

/// Which backend a run is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// One file for all replicas
    Sqlite,
    /// PostgreSQL, a PostgREST and a gateway, as `scripts/supabase.sh` starts them
    Supabase,
}

/// A store that is there.
pub(crate) enum Backend {
    Sqlite { path: PathBuf },
    Supabase { settings: HashMap<String, String>, gateway: Gateway },
}

/// A gateway between the replicas and the stand-in; its faults do not reach the harness's own reads.
pub(crate) struct Gateway {
    port: u16,
    child: Child,
    client: Client,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Supabase => "supabase",
        }
    }
}

impl Backend {
    /// Makes an empty store. `stand_in` is the folder of the stand-in, which runs.
    pub(crate) fn start(kind: Kind, folder: &Path, stand_in: &Path) -> Result<Self> {
        match kind {
            Kind::Sqlite => Ok(Self::Sqlite { path: folder.join("store.db") }),
            Kind::Supabase => {
                let emptied = script("supabase.sh").arg("reset").arg(stand_in).status()?;
                ensure!(emptied.success(), "the stand-in in {} cannot be emptied", stand_in.display());
                let settings = stand_in_settings(stand_in)?;
                let gateway = Gateway::start(&settings)?;
                Ok(Self::Supabase { settings, gateway })
            }
        }
    }

    /// The settings of an app over it: of a replica, which meets faults, or of the harness.
    pub(crate) fn settings(&self, of_replica: bool) -> Result<Vec<(&'static str, String)>> {
        Ok(match self {
            Self::Sqlite { path } => {
                vec![("STORE", "sqlite".to_owned()), ("SQLITE_PATH", path.to_string_lossy().into_owned())]
            }
            Self::Supabase { settings, gateway } => {
                let port =
                    if of_replica { gateway.port.to_string() } else { setting(settings, "GATEWAY_PORT")? };
                vec![
                    ("STORE", "supabase".to_owned()),
                    ("SUPABASE_URL", format!("http://127.0.0.1:{port}")),
                    ("SUPABASE_KEY", setting(settings, "SECRET_KEY")?),
                ]
            }
        })
    }

    /// Lets the gateway fail as `outage` says. Over SQLite the replicas see to it themselves.
    pub(crate) async fn misbehave(&self, outage: Outage) -> Result<()> {
        let Self::Supabase { gateway, .. } = self else { return Ok(()) };
        gateway
            .order(match outage {
                Outage::None => json!({"fault": "off"}),
                Outage::Refuses => json!({"fault": "status", "status": 503}),
                Outage::LosesAnswers => json!({"fault": "drop", "after": true}),
                Outage::IsSlow => json!({"fault": "delay", "ms": 400}),
            })
            .await
    }

    /// Whether the replicas must play its outages themselves.
    pub(crate) const fn needs_actors(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }
}

impl Gateway {
    fn start(settings: &HashMap<String, String>) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new("node");
        command.arg("scripts/supabase-gateway.mjs").arg("serve").current_dir(repository());
        for name in ["ANON_KEY", "SERVICE_KEY", "PUBLISHABLE_KEY", "SECRET_KEY", "REST_PORT"] {
            command.env(name, setting(settings, name)?);
        }
        let mut child = command
            .env("GATEWAY_PORT", port.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .context("the gateway does not start")?;
        let mut told = String::new();
        BufReader::new(child.stdout.as_mut().context("the gateway is silent")?).read_line(&mut told)?;
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(10)).build()?;
        let gateway = Self { port, child, client };
        ensure!(told.starts_with("listening"), "the gateway did not start: {told}");
        Ok(gateway)
    }

    async fn order(&self, fault: Value) -> Result<()> {
        let url = format!("http://127.0.0.1:{}/__control", self.port);
        let response = self.client.post(url).body(fault.to_string()).send().await?;
        ensure!(response.status().is_success(), "the gateway refuses {fault}");
        Ok(())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// `NAME=value` pairs, as `scripts/supabase.sh` keeps them.
fn stand_in_settings(folder: &Path) -> Result<HashMap<String, String>> {
    let file = folder.join("settings");
    let text = fs::read_to_string(&file)
        .with_context(|| format!("{} cannot be read: run scripts/supabase.sh start", file.display()))?;
    let pairs = text.split_whitespace().filter_map(|pair| pair.split_once('='));
    Ok(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

fn setting(settings: &HashMap<String, String>, name: &str) -> Result<String> {
    settings.get(name).cloned().with_context(|| format!("the stand-in's settings lack {name}"))
}

fn script(name: &str) -> Command {
    let root = repository();
    let mut command = Command::new(root.join("scripts").join(name));
    command.current_dir(root);
    command
}

/// The root of the repository, two folders above this crate.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
