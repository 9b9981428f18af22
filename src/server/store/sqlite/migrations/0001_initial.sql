-- Creators, grants, revocations, avatars, pending logins, browser sessions and events.
--
-- This is the first version of the schema, and there is none before it. Upgrades begin after this file: each later
-- version is a further file, which keeps every row.
--
-- Times are whole seconds since 1970, UTC. Sealed columns hold `v1.<key>.<data>`.

CREATE TABLE creators (
    id                          TEXT PRIMARY KEY,
    client_key                  TEXT NOT NULL,
    open_id                     TEXT NOT NULL,
    union_id                    TEXT,
    creator_avatar_url          TEXT,
    creator_avatar_url_known_at INTEGER,
    creator_username            TEXT,
    creator_nickname            TEXT,
    -- JSON: an array of TikTok's names; NULL until creator info was known once.
    privacy_level_options       TEXT,
    comment_disabled            INTEGER,
    duet_disabled               INTEGER,
    stitch_disabled             INTEGER,
    max_video_post_duration_sec INTEGER,
    user_info_outcome           TEXT NOT NULL DEFAULT 'not_asked',
    creator_info_outcome        TEXT NOT NULL DEFAULT 'not_asked',
    log_id                      TEXT,
    profile_known_at            INTEGER,
    -- The last call to TikTok about the creator, whatever its result.
    profile_asked_at            INTEGER,
    connected_at                INTEGER NOT NULL,
    -- When and by whom the last grant was ended; NULL while one is active.
    ended_at                    INTEGER,
    end_cause                   TEXT,
    -- What the operator notes about the creator: their own id of them, labels (a JSON array), a note.
    reference                   TEXT,
    labels                      TEXT NOT NULL DEFAULT '[]',
    note                        TEXT,
    -- Counts the changes of these notes.
    version                     INTEGER NOT NULL DEFAULT 0,
    annotated_at                INTEGER,
    UNIQUE (client_key, open_id),
    UNIQUE (client_key, reference)
) STRICT;

CREATE INDEX creators_connected_at ON creators (connected_at, id);

-- AUTOINCREMENT: the id of a deleted grant is never used again, for a late result of its refresh would be taken
-- for one of its successor.
CREATE TABLE tiktok_tokens (
    id                    INTEGER PRIMARY KEY AUTOINCREMENT,
    creator_id            TEXT NOT NULL REFERENCES creators (id) ON DELETE CASCADE,
    -- NULL once the grant is no longer active: tokens are erased, not kept.
    access_token          TEXT,
    refresh_token         TEXT,
    token_type            TEXT NOT NULL,
    scopes                TEXT NOT NULL,
    granted_at            INTEGER NOT NULL,
    refreshed_at          INTEGER NOT NULL,
    access_expires_at     INTEGER NOT NULL,
    refresh_expires_at    INTEGER,
    is_active             INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    -- Counts the claims.
    fence                 INTEGER NOT NULL DEFAULT 0,
    -- Counts the token pairs.
    generation            INTEGER NOT NULL DEFAULT 0,
    -- When the latest claim's lease expires; NULL once the claim was completed.
    lease_until           INTEGER,
    -- Whether the latest claim was never completed.
    claim_open            INTEGER NOT NULL DEFAULT 0 CHECK (claim_open IN (0, 1)),
    -- Whether TikTok may have received this refresh token in a request whose response was lost.
    unsure                INTEGER NOT NULL DEFAULT 0 CHECK (unsure IN (0, 1)),
    -- NULL: never.
    refresh_due_at        INTEGER,
    failing_since         INTEGER,
    needs_reconnect_since INTEGER,
    refresh_failure       TEXT,
    -- Since the last success.
    failures              INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
    failure_log_id        TEXT,
    CHECK (is_active = 1 OR (access_token IS NULL AND refresh_token IS NULL)),
    CHECK (is_active = 0 OR access_token IS NOT NULL)
) STRICT;

CREATE UNIQUE INDEX tiktok_tokens_one_active ON tiktok_tokens (creator_id) WHERE is_active = 1;
CREATE INDEX tiktok_tokens_ended ON tiktok_tokens (refreshed_at) WHERE is_active = 0;
CREATE INDEX tiktok_tokens_creator ON tiktok_tokens (creator_id);
CREATE INDEX tiktok_tokens_due ON tiktok_tokens (refresh_due_at)
    WHERE is_active = 1 AND refresh_token IS NOT NULL AND needs_reconnect_since IS NULL;

-- Ended grants that are still to be revoked at TikTok. They outlive their creator, so they name them by
-- TikTok's ids, which the tokens are sealed for.
CREATE TABLE revocations (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    grant_id        INTEGER NOT NULL,
    generation      INTEGER NOT NULL,
    client_key      TEXT NOT NULL,
    open_id         TEXT NOT NULL,
    access_token    TEXT NOT NULL,
    refresh_token   TEXT,
    access_expires_at  INTEGER NOT NULL,
    refresh_expires_at INTEGER,
    ended_at        INTEGER NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_try_at     INTEGER NOT NULL,
    fence           INTEGER NOT NULL DEFAULT 0,
    lease_until     INTEGER
) STRICT;

CREATE UNIQUE INDEX revocations_grant ON revocations (grant_id);
CREATE INDEX revocations_identity ON revocations (client_key, open_id);
CREATE INDEX revocations_next_try_at ON revocations (next_try_at);

CREATE TABLE avatars (
    creator_id TEXT PRIMARY KEY REFERENCES creators (id) ON DELETE CASCADE,
    media_type TEXT NOT NULL,
    bytes      BLOB NOT NULL,
    fetched_at INTEGER NOT NULL
) STRICT;

CREATE TABLE pending_logins (
    state_digest  TEXT PRIMARY KEY,
    browser       TEXT NOT NULL,
    code_verifier TEXT,
    scopes        TEXT NOT NULL,
    popup         INTEGER NOT NULL,
    begun_at      INTEGER NOT NULL,
    -- When its callback arrived, and how it ended (JSON), for a callback that is loaded again.
    taken_at      INTEGER,
    outcome       TEXT,
    -- The creator whom it connected.
    creator_id    TEXT
) STRICT;

CREATE INDEX pending_logins_browser ON pending_logins (browser, begun_at);
CREATE INDEX pending_logins_begun_at ON pending_logins (begun_at);
CREATE INDEX pending_logins_creator ON pending_logins (creator_id) WHERE creator_id IS NOT NULL;

CREATE TABLE web_sessions (
    id         TEXT PRIMARY KEY,
    data       TEXT NOT NULL,
    -- The creator who is signed in, so that a creator's sessions can be ended in every browser.
    creator_id TEXT,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX web_sessions_expires_at ON web_sessions (expires_at);
CREATE INDEX web_sessions_creator ON web_sessions (creator_id) WHERE creator_id IS NOT NULL;

-- Events: TikTok's, as they came, and our own, about the connections. One table, in the order of storing.
-- Triggers write our own, so that each is in the transaction of the change that it describes.
CREATE TABLE webhook_events (
    -- AUTOINCREMENT: a row that was shown to the operator never becomes another one.
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    -- A random UUID: the event's name towards the operator.
    uid              TEXT NOT NULL DEFAULT (lower(
        hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)
        || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2)
        || '-' || hex(randomblob(6)))),
    -- The ledger: SHA-256 of the body as it came, hex; of a consent of ours the end of its sealed token, which
    -- no other sealing has. NULL once nothing repeats it any more.
    digest           TEXT,
    -- NULL for an unknown creator, and for the last event of a deleted one.
    creator_id       TEXT REFERENCES creators (id) ON DELETE CASCADE,
    -- The creator that TikTok named; both NULL for our own events.
    client_key       TEXT,
    open_id          TEXT,
    name             TEXT NOT NULL,
    created_at       INTEGER NOT NULL,
    received_at      INTEGER NOT NULL,
    body             TEXT NOT NULL,
    status           TEXT NOT NULL DEFAULT 'waiting'
        CHECK (status IN ('waiting', 'done', 'set_aside', 'forwarding', 'undelivered')),
    -- When it is to be handled or forwarded; a claim puts it off. 0: at once.
    due_at           INTEGER NOT NULL DEFAULT 0,
    -- Counts the claims.
    fence            INTEGER NOT NULL DEFAULT 0,
    attempts         INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    forward_attempts INTEGER NOT NULL DEFAULT 0 CHECK (forward_attempts >= 0),
    error            TEXT
) STRICT;

CREATE INDEX webhook_events_uid ON webhook_events (uid);
CREATE UNIQUE INDEX webhook_events_digest ON webhook_events (digest) WHERE digest IS NOT NULL;
CREATE INDEX webhook_events_due ON webhook_events (status, due_at, id) WHERE status IN ('waiting', 'forwarding');
CREATE INDEX webhook_events_failed ON webhook_events (status, id) WHERE status IN ('set_aside', 'undelivered');
CREATE INDEX webhook_events_creator ON webhook_events (creator_id, id) WHERE creator_id IS NOT NULL;
-- The way from an event to the earlier ones of its creator that are not done.
CREATE INDEX webhook_events_unfinished ON webhook_events (creator_id, id)
    WHERE creator_id IS NOT NULL AND status IN ('waiting', 'forwarding');
CREATE INDEX webhook_events_unknown_creator ON webhook_events (client_key, open_id)
    WHERE creator_id IS NULL AND open_id IS NOT NULL;
-- Each row is in one of these two: the ledger is kept for hours, what is left of it for months.
CREATE INDEX webhook_events_ledger ON webhook_events (received_at) WHERE digest IS NOT NULL;
CREATE INDEX webhook_events_age ON webhook_events (received_at) WHERE digest IS NULL;

-- Events that came before their creator are theirs.
CREATE TRIGGER webhook_events_adopt AFTER INSERT ON creators
BEGIN
    UPDATE webhook_events SET creator_id = NEW.id
    WHERE creator_id IS NULL AND client_key = NEW.client_key AND open_id = NEW.open_id;
END;

-- A consent. The same one, saved again after an answer was lost, writes no second event. A sign-in with the scopes of a
-- grant that works, and that does not end within 30 days, is no event at all.
CREATE TRIGGER webhook_events_connected AFTER INSERT ON tiktok_tokens WHEN NEW.is_active = 1
BEGIN
    INSERT INTO webhook_events (digest, creator_id, name, created_at, received_at, body)
    SELECT 'grant ' || NEW.creator_id || ' ' || substr(NEW.access_token, -24), NEW.creator_id,
        CASE WHEN former.id IS NULL THEN 'creator.connected' ELSE 'creator.reconnected' END,
        NEW.granted_at, NEW.granted_at, json_object('creator', NEW.creator_id, 'scopes', NEW.scopes)
    FROM creators LEFT JOIN tiktok_tokens AS former ON former.id = (
        SELECT max(id) FROM tiktok_tokens WHERE creator_id = NEW.creator_id AND id < NEW.id)
    WHERE creators.id = NEW.creator_id
        AND (former.id IS NULL OR creators.ended_at IS NOT NULL OR former.scopes <> NEW.scopes
            OR former.failing_since IS NOT NULL OR former.needs_reconnect_since IS NOT NULL
            OR former.refresh_expires_at <= NEW.granted_at + 30 * 86400)
        AND NOT EXISTS (SELECT 1 FROM webhook_events
            WHERE digest = 'grant ' || NEW.creator_id || ' ' || substr(NEW.access_token, -24));
    -- The former grant's failure is over.
    INSERT INTO webhook_events (creator_id, name, created_at, received_at, body)
    SELECT NEW.creator_id, 'creator.recovered', NEW.granted_at, NEW.granted_at,
        json_object('creator', NEW.creator_id)
    FROM (SELECT * FROM tiktok_tokens WHERE creator_id = NEW.creator_id AND id < NEW.id
          ORDER BY id DESC LIMIT 1) AS former
    WHERE former.failing_since IS NOT NULL OR former.needs_reconnect_since IS NOT NULL;
END;

-- The creator must connect again.
CREATE TRIGGER webhook_events_needs_reconnect AFTER UPDATE OF needs_reconnect_since ON tiktok_tokens
WHEN NEW.is_active = 1 AND OLD.needs_reconnect_since IS NULL AND NEW.needs_reconnect_since IS NOT NULL
BEGIN
    INSERT INTO webhook_events (creator_id, name, created_at, received_at, body)
    VALUES (NEW.creator_id, 'creator.needs_reconnect', NEW.needs_reconnect_since, NEW.needs_reconnect_since,
        json_object('creator', NEW.creator_id, 'trouble', NEW.refresh_failure));
END;

-- A refresh succeeded again.
CREATE TRIGGER webhook_events_recovered AFTER UPDATE OF failing_since, needs_reconnect_since ON tiktok_tokens
WHEN OLD.is_active = 1 AND NEW.is_active = 1
    AND (OLD.failing_since IS NOT NULL OR OLD.needs_reconnect_since IS NOT NULL)
    AND NEW.failing_since IS NULL AND NEW.needs_reconnect_since IS NULL
BEGIN
    INSERT INTO webhook_events (creator_id, name, created_at, received_at, body)
    VALUES (NEW.creator_id, 'creator.recovered', NEW.refreshed_at, NEW.refreshed_at,
        json_object('creator', NEW.creator_id));
END;

-- An end, here or at TikTok. What was wrong with the grant is no longer, so that a later consent is no recovery.
CREATE TRIGGER webhook_events_disconnected AFTER UPDATE OF ended_at ON creators
WHEN OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL
BEGIN
    INSERT INTO webhook_events (creator_id, name, created_at, received_at, body)
    VALUES (NEW.id, 'creator.disconnected', NEW.ended_at, NEW.ended_at,
        json_object('creator', NEW.id, 'cause', NEW.end_cause));
    UPDATE tiktok_tokens SET failing_since = NULL, needs_reconnect_since = NULL
    WHERE creator_id = NEW.id AND is_active = 0
        AND (failing_since IS NOT NULL OR needs_reconnect_since IS NOT NULL);
END;

-- The last event of a deleted creator outlives them, and names them by our own id alone: it is written now,
-- or was written before and not forwarded yet.
CREATE TRIGGER webhook_events_keep_last BEFORE DELETE ON creators
BEGIN
    INSERT INTO webhook_events (name, created_at, received_at, body)
    SELECT 'creator.disconnected', unixepoch(), unixepoch(), json_object('creator', OLD.id, 'cause', 'here')
    WHERE EXISTS (SELECT 1 FROM tiktok_tokens WHERE creator_id = OLD.id AND is_active = 1);
    UPDATE webhook_events SET creator_id = NULL
    WHERE creator_id = OLD.id AND name = 'creator.disconnected' AND status IN ('waiting', 'forwarding');
END;

-- Of an unknown or deleted creator nothing is kept once an event is done, except that it came.
CREATE TRIGGER webhook_events_erase_unknown AFTER UPDATE OF status ON webhook_events
WHEN NEW.status = 'done' AND NEW.creator_id IS NULL
    AND (NEW.open_id IS NOT NULL OR NEW.name = 'creator.disconnected')
BEGIN
    UPDATE webhook_events SET open_id = NULL, body = '{}' WHERE id = NEW.id;
END;

-- API keys of the operator's programs. A key's secret is known to the program alone.
CREATE TABLE api_keys (
    id                  TEXT PRIMARY KEY,
    -- SHA-256 of the secret, hex.
    digest              TEXT NOT NULL,
    name                TEXT NOT NULL,
    -- JSON: an array of names, the creators that it is for, an array of networks.
    permissions         TEXT NOT NULL,
    creators            TEXT NOT NULL,
    addresses           TEXT NOT NULL,
    requests_per_minute INTEGER NOT NULL CHECK (requests_per_minute > 0),
    tokens_per_minute   INTEGER NOT NULL CHECK (tokens_per_minute > 0),
    created_at          INTEGER NOT NULL,
    -- NULL: never.
    expires_at          INTEGER,
    last_used_at        INTEGER,
    revoked_at          INTEGER
) STRICT;

-- Who did what with whose connection. Each row holds the digest of the one before in its chain; each process writes
-- a chain of its own. Rows outlive their creator, and name them by our own id alone.
CREATE TABLE audit_log (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    chain      TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    prev       TEXT NOT NULL,
    digest     TEXT NOT NULL,
    at         INTEGER NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('key', 'operator', 'cli', 'creator', 'engine')),
    actor_id   TEXT,
    actor_name TEXT,
    action     TEXT NOT NULL,
    creator_id TEXT,
    target     TEXT,
    outcome    TEXT NOT NULL CHECK (outcome IN ('ok', 'refused', 'failed')),
    code       TEXT,
    generation INTEGER,
    address    TEXT,
    request_id TEXT,
    UNIQUE (chain, seq)
) STRICT;

CREATE INDEX audit_log_creator ON audit_log (creator_id, id) WHERE creator_id IS NOT NULL;
CREATE INDEX audit_log_at ON audit_log (at);
