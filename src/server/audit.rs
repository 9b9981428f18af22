//! The audit log: who did what with whose connection.
//!
//! One task of the process writes it: it takes what has arrived together, chains it by SHA-256 and appends it in one call
//! of the store. Where the store refuses, a line in a file of the journal's folder counts, flushed to the disk; it is
//! replayed into the table later. Whoever waits for a record learns whether either has it.

mod chain;
mod fallback;
mod verify;
mod writer;

use std::{net::IpAddr, path::PathBuf, sync::Arc};

use ipnet::IpNet;
use tokio::sync::{mpsc, oneshot};

pub use self::verify::{Broken, Verifier};
pub use self::writer::AuditUnavailable;
use self::writer::{Job, Writer};
use super::{
    clock::Clock,
    entropy::Entropy,
    store::{AuditEntry, Store},
};
use crate::domain::CreatorId;

/// Records that may wait for the writer.
const QUEUE: usize = 1024;

/// Records what happens; cheap to clone.
#[derive(Clone)]
pub struct Audit {
    jobs: mpsc::Sender<Job>,
    clock: Arc<dyn Clock>,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A program.
    Key {
        /// The id of its key.
        id: String,
        /// The key's name.
        name: String,
    },
    /// Somebody at the command line.
    Command {
        /// The user's name on that machine.
        user: String,
    },
    /// The creator.
    Creator,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// An access token was handed out.
    TokenRead,
    /// A program reported a token that TikTok refused.
    TokenRejected,
    /// TikTok was called for a program.
    ProxyCall,
    /// A creator's full record was read.
    CreatorRead,
    /// Reference, labels or note of a creator were changed.
    CreatorUpdated,
    /// A creator was disconnected.
    CreatorDisconnected,
    /// A creator's data was deleted.
    CreatorDeleted,
    /// An event was replayed.
    EventReplayed,
    /// A key was made.
    KeyCreated,
    /// A key was replaced by another one.
    KeyRotated,
    /// A key was revoked.
    KeyRevoked,
    /// The audit log was read.
    AuditExported,
}

impl Action {
    /// The name in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TokenRead => "token.read",
            Self::TokenRejected => "token.rejected",
            Self::ProxyCall => "proxy.call",
            Self::CreatorRead => "creator.read",
            Self::CreatorUpdated => "creator.updated",
            Self::CreatorDisconnected => "creator.disconnected",
            Self::CreatorDeleted => "creator.deleted",
            Self::EventReplayed => "event.replayed",
            Self::KeyCreated => "key.created",
            Self::KeyRotated => "key.rotated",
            Self::KeyRevoked => "key.revoked",
            Self::AuditExported => "audit.exported",
        }
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditOutcome {
    /// It was done.
    Ok,
    /// It was refused.
    Refused,
    /// It failed.
    Failed,
}

impl AuditOutcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// A record about to be written.
#[derive(Clone, Debug)]
pub struct AuditRecord {
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: Action,
    /// Whose connection.
    pub creator: Option<CreatorId>,
    /// What else it was done to.
    pub target: Option<String>,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// The code of the problem that was answered.
    pub code: Option<&'static str>,
    /// The generation of the token that was handed out.
    pub generation: Option<i64>,
    /// Where it came from; its network alone is kept.
    pub address: Option<IpAddr>,
    /// The id of the request.
    pub request_id: Option<String>,
}

impl AuditRecord {
    /// Something that was done.
    #[must_use]
    pub const fn done(actor: Actor, action: Action) -> Self {
        Self {
            actor,
            action,
            creator: None,
            target: None,
            outcome: AuditOutcome::Ok,
            code: None,
            generation: None,
            address: None,
            request_id: None,
        }
    }

    fn into_entry(self, clock: &dyn Clock) -> AuditEntry {
        let (kind, id, name) = match self.actor {
            Actor::Key { id, name } => ("key", Some(id), Some(name)),
            Actor::Command { user } => ("cli", Some(user), None),
            Actor::Creator => ("creator", self.creator.as_ref().map(|id| id.as_str().to_owned()), None),
        };
        AuditEntry {
            at: clock.now(),
            actor_kind: kind.to_owned(),
            actor_id: id,
            actor_name: name,
            action: self.action.as_str().to_owned(),
            creator: self.creator,
            target: self.target,
            outcome: self.outcome.as_str().to_owned(),
            code: self.code.map(str::to_owned),
            generation: self.generation,
            address: self.address.map(network),
            request_id: self.request_id,
        }
    }
}

/// The network of an address, as /24 or /48: enough to see where a key is used, and nobody's home.
fn network(address: IpAddr) -> String {
    let address = address.to_canonical();
    let prefix = if address.is_ipv4() { 24 } else { 48 };
    IpNet::new(address, prefix).map_or_else(|_| address.to_string(), |net| net.trunc().to_string())
}

impl Audit {
    /// Starts the writer. `folder` is that of the records that the store refuses. The writer ends with the last clone.
    #[must_use]
    pub fn start(
        store: Arc<dyn Store>,
        folder: PathBuf,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let (jobs, arriving) = mpsc::channel(QUEUE);
        tokio::spawn(Writer::new(store, folder, entropy).run(arriving));
        Self { jobs, clock }
    }

    /// Writes a record, and returns once it will not be lost.
    ///
    /// # Errors
    /// [`AuditUnavailable`]: what was to be recorded must not happen, or the operator must be told.
    pub async fn record(&self, record: AuditRecord) -> Result<(), AuditUnavailable> {
        let (done, written) = oneshot::channel();
        let entry = record.into_entry(&*self.clock);
        self.jobs.send(Job { entry, done }).await.map_err(|_| AuditUnavailable)?;
        written.await.unwrap_or(Err(AuditUnavailable))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_is_kept_as_its_network() {
        let network = |address: &str| network(address.parse().unwrap());
        assert_eq!(network("192.0.2.77"), "192.0.2.0/24");
        assert_eq!(network("::ffff:192.0.2.77"), "192.0.2.0/24");
        assert_eq!(network("2001:db8:1:2:3::4"), "2001:db8:1::/48");
    }
}
