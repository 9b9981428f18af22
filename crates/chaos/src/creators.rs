//! The creators of a run: what they consented to, and which row and which of TikTok's grants belong together.

use std::time::Duration;

use anyhow::{Context as _, Result};
use creator_connect::{
    domain::{CreatorId, GrantStatus, OpenId},
    server::{
        clock::{Clock as _, SystemClock},
        entropy::{self, SystemEntropy},
        state::AppState,
        store::{NewGrant, StoreError},
        vault::{Place, TokenField},
    },
};
use secrecy::ExposeSecret as _;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::tiktok::{CLIENT_KEY, Consent, Tiktok};

/// How often a call to the store is made again.
const TRIES: u32 = 20;

/// Where one consent is kept: here and there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lineage {
    /// The store's row.
    pub(crate) row: i64,
    /// The row's generation when it was new.
    pub(crate) base: i64,
    /// TikTok's number of it.
    pub(crate) grant: usize,
}

/// A made-up creator.
#[derive(Clone, Debug)]
pub(crate) struct Creator {
    pub(crate) id: CreatorId,
    /// Their number at the simulator.
    pub(crate) number: u64,
    /// Their present consent.
    pub(crate) lineage: Lineage,
}

/// What the store holds of a grant.
#[derive(Clone, Debug)]
pub(crate) struct StoredState {
    pub(crate) row: i64,
    pub(crate) generation: i64,
    pub(crate) grant_status: GrantStatus,
    /// SHA-256 of its refresh token, hex; empty when it does not open.
    pub(crate) digest: String,
}

/// All creators, and the app's own store to look into.
pub(crate) struct Creators {
    app: AppState,
    pub(crate) all: Vec<Creator>,
    /// Every consent there was.
    pub(crate) lineages: Vec<Lineage>,
    /// When a fresh consent is refreshed first, in seconds.
    due_in: i64,
}

impl Creators {
    /// Lets `count` creators consent and keeps it, as a login does.
    pub(crate) async fn consent(app: AppState, tiktok: &Tiktok, count: u64, due_in: i64) -> Result<Self> {
        let mut creators = Self { app, all: Vec::new(), lineages: Vec::new(), due_in };
        for (number, consent) in (0..).zip(tiktok.consents(json!({"count": count})).await?) {
            let (id, lineage) = creators.keep(&consent, number).await?;
            creators.all.push(Creator { id, number, lineage });
        }
        Ok(creators)
    }

    /// A creator connects once more.
    pub(crate) async fn reconnect(&mut self, tiktok: &Tiktok, place: usize) -> Result<()> {
        let number = self.all.get(place).context("there is no such creator")?.number;
        let consents = tiktok.consents(json!({"count": 1, "first": number})).await?;
        let consent = consents.first().context("the simulator gave no consent")?;
        let (_, lineage) = self.keep(consent, number).await?;
        if let Some(creator) = self.all.get_mut(place) {
            creator.lineage = lineage;
        }
        Ok(())
    }

    async fn keep(&mut self, consent: &Consent, number: u64) -> Result<(CreatorId, Lineage)> {
        let spread = i64::try_from(number)? % self.due_in.max(1);
        let (grant, fallback) = (new_grant(&self.app, consent, 1 + spread)?, entropy::random(&SystemEntropy));
        let new_id = CreatorId::from_u128(u128::from_be_bytes(fallback));
        let store = &self.app.store;
        let id = with_retries(|| store.save_grant(&grant, &new_id)).await?;
        let stored = with_retries(|| store.active_grant(&id)).await?.context("a saved grant is not there")?;
        let lineage = Lineage {
            row: stored.grant.id,
            base: stored.grant.generation,
            grant: consent.grant().context("the simulator numbers no grant")?,
        };
        self.lineages.push(lineage);
        Ok((id, lineage))
    }

    /// What the store holds of a creator.
    pub(crate) async fn held(&self, creator: &Creator) -> Result<Option<StoredState>> {
        let read = with_retries(|| self.app.store.active_grant(&creator.id));
        let Some(stored) = read.await? else { return Ok(None) };
        let place = Place::token(&stored.client_key, &stored.open_id, TokenField::Refresh);
        let opened = stored.refresh_token.as_ref().and_then(|token| self.app.vault.open(token, &place).ok());
        let digest = opened.map(|token| hex::encode(Sha256::digest(token.expose_secret())));
        Ok(Some(StoredState {
            row: stored.grant.id,
            generation: stored.grant.generation,
            grant_status: stored.grant_status,
            digest: digest.unwrap_or_default(),
        }))
    }
}

/// The harness's own calls come to the store in the midst of it all: one that fails is made again.
async fn with_retries<T, F: Future<Output = Result<T, StoreError>>>(call: impl Fn() -> F) -> Result<T> {
    let mut failed = 0;
    loop {
        match call().await {
            Ok(done) => return Ok(done),
            Err(error) if failed == TRIES => return Err(error).context("the store is away for too long"),
            Err(_) => failed += 1,
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// A consent as a login would save it, refreshed first after `due_in` seconds.
pub(crate) fn new_grant(app: &AppState, consent: &Consent, due_in: i64) -> Result<NewGrant> {
    let text = |name| consent.text(name).with_context(|| format!("the simulator gave no {name}"));
    let seconds = |name| consent.seconds(name).with_context(|| format!("the simulator gave no {name}"));
    let open_id: OpenId = text("open_id")?.parse()?;
    let seal = |name, field| -> Result<_> {
        Ok(app.vault.seal(&text(name)?.into(), &Place::token(CLIENT_KEY, &open_id, field))?)
    };
    let now = SystemClock.now();
    Ok(NewGrant {
        client_key: CLIENT_KEY.to_owned(),
        access_token: seal("access_token", TokenField::Access)?,
        refresh_token: Some(seal("refresh_token", TokenField::Refresh)?),
        scopes: text("scope")?.parse()?,
        token_type: "Bearer".to_owned(),
        granted_at: now,
        access_expires_at: now.plus_seconds(seconds("access_seconds")?),
        refresh_expires_at: Some(now.plus_seconds(seconds("consent_seconds")?)),
        refresh_due_at: now.plus_seconds(due_in),
        open_id,
    })
}
