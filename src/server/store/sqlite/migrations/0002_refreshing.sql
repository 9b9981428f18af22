-- Refreshing, ending and re-sealing of grants.

-- Made anew with AUTOINCREMENT: the id of a grant that was forgotten must never come back, for a late
-- answer to it would be taken for one to its successor.
CREATE TABLE tiktok_tokens_2 (
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
    -- Until when the last claim holds; NULL once it was settled.
    lease_until           INTEGER,
    -- Whether the last claim was never settled.
    claim_open            INTEGER NOT NULL DEFAULT 0 CHECK (claim_open IN (0, 1)),
    -- Whether TikTok may have answered a question about this refresh token without our knowing.
    unsure                INTEGER NOT NULL DEFAULT 0 CHECK (unsure IN (0, 1)),
    -- NULL: never.
    refresh_due_at        INTEGER,
    failing_since         INTEGER,
    needs_reconnect_since INTEGER,
    refresh_failure               TEXT,
    -- Since the last success.
    failures              INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
    failure_log_id        TEXT,
    CHECK (is_active = 1 OR (access_token IS NULL AND refresh_token IS NULL)),
    CHECK (is_active = 0 OR access_token IS NOT NULL)
) STRICT;

-- An active grant of before is refreshed when a third of its token's life is left.
INSERT INTO tiktok_tokens_2 (id, creator_id, access_token, refresh_token, token_type, scopes, granted_at,
    refreshed_at, access_expires_at, refresh_expires_at, is_active, refresh_due_at)
SELECT id, creator_id, access_token, refresh_token, token_type, scopes, granted_at,
    refreshed_at, access_expires_at, refresh_expires_at, is_active,
    CASE WHEN is_active = 1 AND refresh_token IS NOT NULL
         THEN access_expires_at - (access_expires_at - refreshed_at) / 3 END
FROM tiktok_tokens;

DROP TABLE tiktok_tokens;
ALTER TABLE tiktok_tokens_2 RENAME TO tiktok_tokens;

CREATE UNIQUE INDEX tiktok_tokens_one_active ON tiktok_tokens (creator_id) WHERE is_active = 1;
CREATE INDEX tiktok_tokens_creator ON tiktok_tokens (creator_id);
CREATE INDEX tiktok_tokens_due ON tiktok_tokens (refresh_due_at)
    WHERE is_active = 1 AND refresh_token IS NOT NULL AND needs_reconnect_since IS NULL;

-- Grants that ended here and of which TikTok has yet to be told. They outlive their creator, so they
-- name them by TikTok's ids, which the tokens are sealed for.
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

-- When and by whom the last grant was ended; NULL while one is active.
ALTER TABLE creators ADD COLUMN ended_at INTEGER;
ALTER TABLE creators ADD COLUMN end_cause TEXT;
-- When TikTok was last asked about them, whatever it said.
ALTER TABLE creators ADD COLUMN profile_asked_at INTEGER;

-- Who is signed in, so that a creator's sessions can be ended in every browser.
ALTER TABLE web_sessions ADD COLUMN creator_id TEXT;
UPDATE web_sessions SET creator_id = json_extract(data, '$.creator') WHERE json_valid(data);
CREATE INDEX web_sessions_creator ON web_sessions (creator_id) WHERE creator_id IS NOT NULL;
