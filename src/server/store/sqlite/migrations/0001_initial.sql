-- Creators, their grants, pending logins and browser sessions.
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
    connected_at                INTEGER NOT NULL,
    UNIQUE (client_key, open_id)
) STRICT;

CREATE TABLE tiktok_tokens (
    id                 INTEGER PRIMARY KEY,
    creator_id         TEXT NOT NULL REFERENCES creators (id) ON DELETE CASCADE,
    -- NULL once the grant is no longer active: tokens are erased, not kept.
    access_token       TEXT,
    refresh_token      TEXT,
    token_type         TEXT NOT NULL,
    scopes             TEXT NOT NULL,
    granted_at         INTEGER NOT NULL,
    refreshed_at       INTEGER NOT NULL,
    access_expires_at  INTEGER NOT NULL,
    refresh_expires_at INTEGER,
    is_active          INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    CHECK (is_active = 1 OR (access_token IS NULL AND refresh_token IS NULL)),
    CHECK (is_active = 0 OR access_token IS NOT NULL)
) STRICT;

CREATE UNIQUE INDEX tiktok_tokens_one_active ON tiktok_tokens (creator_id) WHERE is_active = 1;

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
    begun_at      INTEGER NOT NULL
) STRICT;

CREATE INDEX pending_logins_browser ON pending_logins (browser, begun_at);
CREATE INDEX pending_logins_begun_at ON pending_logins (begun_at);

CREATE TABLE web_sessions (
    id         TEXT PRIMARY KEY,
    data       TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX web_sessions_expires_at ON web_sessions (expires_at);
