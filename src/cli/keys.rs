//! The `keys` command: makes, lists, rotates and revokes API keys.

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use creator_connect::{
    domain::{CreatorId, CreatorLimit, Label, Permission, Timestamp},
    server::{
        api_keys::{DEFAULT_REQUESTS, DEFAULT_TOKENS, KeyKind, NewKey},
        audit::{Action, Actor, Audit, AuditRecord},
        clock::{Clock, SystemClock, rfc3339},
        config::{Config, process_variable},
        entropy::SystemEntropy,
        startup::{self, Dependencies},
        store::{KeyEnd, Store, StoredApiKey},
    },
};
use ipnet::IpNet;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::duration::{self, Lifetime};

/// Makes, lists, rotates and revokes the API keys of your programs
#[derive(Args)]
pub(crate) struct Keys {
    #[command(subcommand)]
    action: KeysAction,
}

#[derive(Subcommand)]
enum KeysAction {
    /// Makes a key, and prints it once
    Create(Create),
    /// Lists keys, the newest first; never a secret
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Makes a key in place of another one, which goes on for a while
    Rotate(Rotate),
    /// Revokes a key: it is refused within ten seconds, on every replica
    Revoke {
        /// The key's id: the 12 characters after `cck_`
        id: String,
    },
    /// Prints a key for `API_KEYS_FILE`, and stores nothing
    Generate,
}

#[derive(Args)]
struct Create {
    /// A name, by which you and your creators know the program
    #[arg(long)]
    name: String,
    /// Permissions or presets (token, reader, publisher), comma-separated
    #[arg(long, value_parser = permissions)]
    allow: Permissions,
    /// Only for this creator, by our id; may be repeated
    #[arg(long = "creator", value_name = "ID", conflicts_with = "labels")]
    creators: Vec<CreatorId>,
    /// Only for creators with this label; may be repeated
    #[arg(long = "label", value_name = "LABEL")]
    labels: Vec<Label>,
    /// Only from this network, as 192.0.2.0/24; may be repeated
    #[arg(long = "address", value_name = "NETWORK", value_parser = network)]
    addresses: Vec<IpNet>,
    /// How long it is good: 30d, 12h, or never
    #[arg(long, default_value = "90d", value_parser = duration::lifetime)]
    expires: Lifetime,
    /// Requests in a minute
    #[arg(long, default_value_t = DEFAULT_REQUESTS, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    requests_per_minute: u32,
    /// Access tokens in a minute
    #[arg(long, default_value_t = DEFAULT_TOKENS, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    tokens_per_minute: u32,
}

#[derive(Args)]
struct Rotate {
    /// The id of the key that is replaced
    id: String,
    /// How long the old key goes on: 24h, 7d
    #[arg(long, default_value = "24h", value_parser = duration::lifetime)]
    overlap: Lifetime,
    /// How long the new key is good: 30d, 12h, or never
    #[arg(long, default_value = "90d", value_parser = duration::lifetime)]
    expires: Lifetime,
}

/// Clap would take a `Vec` for values that are given one by one.
#[derive(Clone, Debug)]
struct Permissions(Vec<Permission>);

fn permissions(text: &str) -> Result<Permissions, String> {
    Permission::parse_list(text).map(Permissions).map_err(|_| {
        let names = Permission::ALL.map(Permission::as_str).join(", ");
        format!("presets are token, reader and publisher; permissions are {names}")
    })
}

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    let address = || text.parse::<std::net::IpAddr>().map(IpNet::from);
    text.parse()
        .or_else(|_| address())
        .map_err(|_| "it is no network, as 192.0.2.0/24 or 2001:db8::/48".to_owned())
}

impl Keys {
    /// Runs the command over the store of the settings.
    pub(crate) async fn run(self) -> Result<()> {
        if matches!(self.action, KeysAction::Generate) {
            generate();
            return Ok(());
        }
        let config = Config::from_env()?;
        let store = startup::open_store(&config.store, &Dependencies::default()).await?;
        let audit = Audit::start(
            std::sync::Arc::clone(&store),
            config.journal_dir.join("audit"),
            std::sync::Arc::new(SystemClock),
            std::sync::Arc::new(SystemEntropy),
        );
        let done = match self.action {
            KeysAction::Create(create) => create.run(&*store, &audit).await,
            KeysAction::List { json } => list(&*store, json).await,
            KeysAction::Rotate(rotate) => rotate.run(&*store, &audit).await,
            KeysAction::Revoke { id } => revoke(&*store, &audit, &id).await,
            KeysAction::Generate => Ok(()),
        };
        store.close().await;
        done
    }
}

impl Create {
    async fn run(self, store: &dyn Store, audit: &Audit) -> Result<()> {
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
            bail!("--name has 1 to 100 characters");
        }
        let now = SystemClock.now();
        let creators = match (self.creators, self.labels) {
            (creators, _) if !creators.is_empty() => CreatorLimit::Ids(creators),
            (_, labels) if !labels.is_empty() => CreatorLimit::Labels(labels),
            _ => CreatorLimit::All,
        };
        let template = StoredApiKey {
            id: String::new(),
            digest: String::new(),
            name: name.to_owned(),
            permissions: self.allow.0,
            creators,
            addresses: self.addresses.iter().map(ToString::to_string).collect(),
            requests_per_minute: self.requests_per_minute,
            tokens_per_minute: self.tokens_per_minute,
            created_at: now,
            expires_at: self.expires.end(now),
            last_used_at: None,
            revoked_at: None,
        };
        let key = create(store, template).await?;
        record(audit, Action::KeyCreated, &key.id).await;
        print_new(&key);
        Ok(())
    }
}

impl Rotate {
    async fn run(self, store: &dyn Store, audit: &Audit) -> Result<()> {
        let old = store.api_key(&self.id).await?.with_context(|| unknown(&self.id))?;
        if old.revoked_at.is_some() {
            bail!("Key {} is revoked: make a new one with `keys create`.", self.id);
        }
        let now = SystemClock.now();
        let expires_at = self.expires.end(now);
        let template = StoredApiKey { created_at: now, expires_at, last_used_at: None, ..old };
        let key = create(store, template).await?;
        if let Some(end) = self.overlap.end(now) {
            store.end_api_key(&self.id, KeyEnd::Expires(end)).await?;
        }
        record(audit, Action::KeyRotated, &self.id).await;
        print_new(&key);
        match self.overlap.end(now) {
            Some(end) => println!("The old key, {}, goes on until {}.", self.id, rfc3339(end)),
            None => println!("The old key, {}, goes on.", self.id),
        }
        Ok(())
    }
}

/// Draws a key and stores it.
async fn create(store: &dyn Store, template: StoredApiKey) -> Result<NewKey> {
    let key = NewKey::draw(KeyKind::Real, &SystemEntropy);
    let stored = StoredApiKey { id: key.id.clone(), digest: key.digest.clone(), ..template };
    if !store.create_api_key(&stored).await? {
        bail!("The id that was drawn is taken: run the command again.");
    }
    Ok(key)
}

fn print_new(key: &NewKey) {
    println!("{}", key.text.expose_secret());
    eprintln!(
        "\nThis is key {}. It is shown this once: put it where your program keeps its secrets.",
        key.id
    );
}

fn generate() {
    let key = NewKey::draw(KeyKind::Real, &SystemEntropy);
    println!("{}", key.text.expose_secret());
    eprintln!(
        "\nA line of API_KEYS_FILE, without the secret:\n  cck_{}:{} NAME PERMISSIONS",
        key.id, key.digest
    );
}

/// A line of the demo's key file: a key that may do everything, and is good in a demo alone.
pub(super) fn demo_line() -> String {
    let key = NewKey::draw(KeyKind::Demo, &SystemEntropy);
    let permissions = Permission::ALL.map(Permission::as_str).join(",");
    format!("{} demo {permissions}", key.text.expose_secret())
}

async fn revoke(store: &dyn Store, audit: &Audit, id: &str) -> Result<()> {
    if !store.end_api_key(id, KeyEnd::Revoked(SystemClock.now())).await? {
        bail!("{} It may be revoked already.", unknown(id));
    }
    record(audit, Action::KeyRevoked, id).await;
    println!("Key {id} is revoked; within ten seconds every replica refuses it.");
    Ok(())
}

fn unknown(id: &str) -> String {
    format!("There is no key {id}: `keys list` shows the ids.")
}

/// Records what the user of this machine did. It has happened, whether or not that can be written.
async fn record(audit: &Audit, action: Action, key: &str) {
    let user = process_variable("SUDO_USER").or_else(|| process_variable("USER")).unwrap_or_default();
    let actor = Actor::Command { user };
    let record = AuditRecord { target: Some(format!("key {key}")), ..AuditRecord::done(actor, action) };
    if let Err(error) = audit.record(record).await {
        eprintln!("Warning: {error}; what was done is not on record.");
    }
}

async fn list(store: &dyn Store, as_json: bool) -> Result<()> {
    let (keys, now) = (store.api_keys().await?, SystemClock.now());
    for key in &keys {
        println!("{}", if as_json { to_json(key, now)? } else { line(key, now) });
    }
    if keys.is_empty() && !as_json {
        println!("There are no keys. Make one: creator-connect keys create --name n8n --allow token");
    }
    Ok(())
}

fn status(key: &StoredApiKey, now: Timestamp) -> &'static str {
    match (key.revoked_at, key.expires_at) {
        (Some(_), _) => "revoked",
        (None, Some(end)) if end <= now => "expired",
        _ => "good",
    }
}

fn line(key: &StoredApiKey, now: Timestamp) -> String {
    let permissions: Vec<_> = key.permissions.iter().map(|permission| permission.as_str()).collect();
    let expires = key.expires_at.map_or_else(|| "never".to_owned(), rfc3339);
    let used = key.last_used_at.map_or_else(|| "never".to_owned(), rfc3339);
    let creators = match &key.creators {
        CreatorLimit::All => "all creators".to_owned(),
        CreatorLimit::Ids(ids) => format!("{} creators", ids.len()),
        CreatorLimit::Labels(labels) => {
            let labels: Vec<_> = labels.iter().map(Label::as_str).collect();
            format!("label {}", labels.join(" or "))
        }
    };
    let status = status(key, now);
    format!(
        "{}  {status:7}  {}  {}  {creators}  expires {expires}  last used {used}",
        key.id,
        key.name,
        permissions.join(",")
    )
}

fn to_json(key: &StoredApiKey, now: Timestamp) -> Result<String> {
    let json = json!({
        "id": key.id, "name": key.name, "status": status(key, now), "permissions": key.permissions,
        "creators": key.creators, "addresses": key.addresses, "requests_per_minute": key.requests_per_minute,
        "tokens_per_minute": key.tokens_per_minute, "created_at": rfc3339(key.created_at),
        "expires_at": key.expires_at.map(rfc3339), "last_used_at": key.last_used_at.map(rfc3339),
        "revoked_at": key.revoked_at.map(rfc3339),
    });
    Ok(serde_json::to_string(&json)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_may_be_one_address() {
        assert_eq!(network("192.0.2.0/24").unwrap().to_string(), "192.0.2.0/24");
        assert_eq!(network("2001:db8::1").unwrap().to_string(), "2001:db8::1/128");
        assert!(network("example.com").is_err());
    }

    #[test]
    fn unknown_permission_is_answered_with_the_known_ones() {
        assert!(permissions("token").is_ok());
        assert!(permissions("everything").unwrap_err().contains("tokens:read"));
    }
}
