-- creator-connect in Supabase, version 3: events, TikTok's and our own.
--
-- For an operator: this file goes after 20261123120000_refreshing.sql; 20261122120000_initial.sql says how to run
-- all of them. It may be run again at any time and keeps every row. A program of version 2 goes on working
-- with it.
--
-- An event of TikTok's is stored as it came, then handled, then forwarded if the operator wishes so. Our own
-- tell of a creator's connection; triggers write them, so that each is in the transaction of its change.
-- Whoever handles or forwards an event claims it for a while, by this database's clock; fence counts the
-- claims, and only the last one may say how it ended.
--
-- Locks are taken in one order, so that nobody waits in a circle: creators, tiktok_tokens, revocations,
-- webhook_events.

BEGIN;

DO $$
BEGIN
    IF to_regclass('public.revocations') IS NULL THEN
        RAISE EXCEPTION 'run 20261123120000_refreshing.sql first';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('creator-connect: schema', 0));
END
$$;

-- Table -------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS public.webhook_events (
    id               bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid              uuid        NOT NULL DEFAULT gen_random_uuid(),
    digest           text,
    creator_id       uuid        REFERENCES public.creators (id) ON DELETE CASCADE,
    client_key       text,
    open_id          text,
    name             text        NOT NULL,
    created_at       timestamptz NOT NULL,
    received_at      timestamptz NOT NULL,
    body             text        NOT NULL,
    status           text        NOT NULL DEFAULT 'waiting' CONSTRAINT webhook_events_status CHECK (status IN (
        'waiting', 'done', 'set_aside', 'forwarding', 'undelivered'
    )),
    due_at           timestamptz NOT NULL DEFAULT 'epoch',
    fence            bigint      NOT NULL DEFAULT 0,
    attempts         integer     NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    forward_attempts integer     NOT NULL DEFAULT 0 CHECK (forward_attempts >= 0),
    error            text
);

COMMENT ON TABLE public.webhook_events IS 'Events: TikTok''s, as they came, and our own, about the connections; in the order of storing.';
COMMENT ON COLUMN public.webhook_events.id IS 'Counts up; by it the operator shows and replays an event.';
COMMENT ON COLUMN public.webhook_events.uid IS 'Random: the event''s name towards the operator''s own programs (webhook-id).';
COMMENT ON COLUMN public.webhook_events.digest IS 'The ledger: SHA-256 of the body as it came, hex; of a consent the end of its sealed token, which no other sealing has. NULL once nothing repeats it any more.';
COMMENT ON COLUMN public.webhook_events.creator_id IS 'Who it is about; NULL for a creator whom we do not know, and for the last event of one who was forgotten.';
COMMENT ON COLUMN public.webhook_events.client_key IS 'The TikTok app that TikTok named; NULL for our own.';
COMMENT ON COLUMN public.webhook_events.open_id IS 'The creator that TikTok named, if it named one.';
COMMENT ON COLUMN public.webhook_events.name IS 'TikTok''s name of it, or ours (creator.…).';
COMMENT ON COLUMN public.webhook_events.created_at IS 'When it happened: TikTok''s create_time, or the moment of the change.';
COMMENT ON COLUMN public.webhook_events.received_at IS 'When it was stored.';
COMMENT ON COLUMN public.webhook_events.body IS 'TikTok''s body to the letter; of our own a JSON object.';
COMMENT ON COLUMN public.webhook_events.status IS 'waiting: not handled yet; set_aside: handling was given up; forwarding: handled, to be passed on; undelivered: passing on was given up; done.';
COMMENT ON COLUMN public.webhook_events.due_at IS 'When it is to be handled or passed on; a claim puts it off.';
COMMENT ON COLUMN public.webhook_events.fence IS 'Counts the claims; the last one may say how it ended.';
COMMENT ON COLUMN public.webhook_events.attempts IS 'Claims to handle it.';
COMMENT ON COLUMN public.webhook_events.forward_attempts IS 'Claims to pass it on.';
COMMENT ON COLUMN public.webhook_events.error IS 'What went wrong last.';

CREATE UNIQUE INDEX IF NOT EXISTS webhook_events_digest ON public.webhook_events (digest) WHERE digest IS NOT NULL;

CREATE INDEX IF NOT EXISTS webhook_events_due ON public.webhook_events (status, due_at, id)
WHERE status IN ('waiting', 'forwarding');

CREATE INDEX IF NOT EXISTS webhook_events_failed ON public.webhook_events (status, id)
WHERE status IN ('set_aside', 'undelivered');

CREATE INDEX IF NOT EXISTS webhook_events_creator ON public.webhook_events (creator_id, id);

-- The way from an event to the earlier ones of its creator that are not done.
CREATE INDEX IF NOT EXISTS webhook_events_unfinished ON public.webhook_events (creator_id, id)
WHERE status IN ('waiting', 'forwarding');

CREATE INDEX IF NOT EXISTS webhook_events_strangers ON public.webhook_events (client_key, open_id)
WHERE creator_id IS NULL AND open_id IS NOT NULL;

-- Each row is in one of these two: the ledger is kept for hours, what is left of it for months.
CREATE INDEX IF NOT EXISTS webhook_events_ledger ON public.webhook_events (received_at) WHERE digest IS NOT NULL;

CREATE INDEX IF NOT EXISTS webhook_events_age ON public.webhook_events (received_at) WHERE digest IS NULL;

-- Our own events ----------------------------------------------------------------------------------------

-- Events that came before their creator are theirs.
CREATE OR REPLACE FUNCTION public.cc_adopt_events()
RETURNS trigger
LANGUAGE plpgsql
SECURITY INVOKER
SET search_path = ''
AS $$
BEGIN
    UPDATE public.webhook_events
    SET creator_id = NEW.id
    WHERE creator_id IS NULL AND client_key = NEW.client_key AND open_id = NEW.open_id;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.cc_adopt_events() IS 'Gives a new creator the events of TikTok''s that came before them.';

CREATE OR REPLACE TRIGGER adopt_events
AFTER INSERT ON public.creators
FOR EACH ROW EXECUTE FUNCTION public.cc_adopt_events();

-- A consent. The same one, saved again after an answer was lost, is no second event.
CREATE OR REPLACE FUNCTION public.cc_tell_of_consent()
RETURNS trigger
LANGUAGE plpgsql
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    former record;
BEGIN
    SELECT failing_since, needs_reconnect_since INTO former
    FROM public.tiktok_tokens
    WHERE creator_id = NEW.creator_id AND id < NEW.id
    ORDER BY id DESC
    LIMIT 1;

    INSERT INTO public.webhook_events (digest, creator_id, name, created_at, received_at, body)
    VALUES (
        'grant ' || NEW.creator_id || ' ' || right(NEW.access_token, 24),
        NEW.creator_id,
        CASE WHEN FOUND THEN 'creator.reconnected' ELSE 'creator.connected' END,
        NEW.granted_at,
        clock_timestamp(),
        jsonb_build_object('creator', NEW.creator_id, 'scopes', NEW.scopes)::text
    )
    ON CONFLICT (digest) WHERE digest IS NOT NULL DO NOTHING;

    -- What was wrong with the grant before is over.
    IF former.failing_since IS NOT NULL OR former.needs_reconnect_since IS NOT NULL THEN
        INSERT INTO public.webhook_events (creator_id, name, created_at, received_at, body)
        VALUES (
            NEW.creator_id, 'creator.recovered', NEW.granted_at, clock_timestamp(),
            jsonb_build_object('creator', NEW.creator_id)::text
        );
    END IF;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.cc_tell_of_consent() IS 'Writes creator.connected or creator.reconnected, and creator.recovered where something was wrong.';

CREATE OR REPLACE TRIGGER tell_of_consent
AFTER INSERT ON public.tiktok_tokens
FOR EACH ROW WHEN (NEW.is_active) EXECUTE FUNCTION public.cc_tell_of_consent();

-- Only the creator can help now, or a refresh came through again. What fails and may pass is no event.
CREATE OR REPLACE FUNCTION public.cc_tell_of_refresh()
RETURNS trigger
LANGUAGE plpgsql
SECURITY INVOKER
SET search_path = ''
AS $$
BEGIN
    IF OLD.needs_reconnect_since IS NULL AND NEW.needs_reconnect_since IS NOT NULL THEN
        INSERT INTO public.webhook_events (creator_id, name, created_at, received_at, body)
        VALUES (
            NEW.creator_id, 'creator.needs_reconnect', NEW.needs_reconnect_since, clock_timestamp(),
            jsonb_build_object('creator', NEW.creator_id, 'refresh_failure', NEW.refresh_failure)::text
        );
    ELSIF NEW.failing_since IS NULL AND NEW.needs_reconnect_since IS NULL THEN
        INSERT INTO public.webhook_events (creator_id, name, created_at, received_at, body)
        VALUES (
            NEW.creator_id, 'creator.recovered', NEW.refreshed_at, clock_timestamp(),
            jsonb_build_object('creator', NEW.creator_id)::text
        );
    END IF;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.cc_tell_of_refresh() IS 'Writes creator.needs_reconnect and creator.recovered.';

CREATE OR REPLACE TRIGGER tell_of_refresh
AFTER UPDATE OF failing_since, needs_reconnect_since ON public.tiktok_tokens
FOR EACH ROW WHEN (
    OLD.is_active AND NEW.is_active
    AND (OLD.failing_since, OLD.needs_reconnect_since) IS DISTINCT FROM (NEW.failing_since, NEW.needs_reconnect_since)
)
EXECUTE FUNCTION public.cc_tell_of_refresh();

-- An end, here or at TikTok. What was wrong with the grant is no longer, so that a later consent is no recovery.
CREATE OR REPLACE FUNCTION public.cc_tell_of_end()
RETURNS trigger
LANGUAGE plpgsql
SECURITY INVOKER
SET search_path = ''
AS $$
BEGIN
    INSERT INTO public.webhook_events (creator_id, name, created_at, received_at, body)
    VALUES (
        NEW.id, 'creator.disconnected', NEW.ended_at, clock_timestamp(),
        jsonb_build_object('creator', NEW.id, 'cause', NEW.end_cause)::text
    );

    UPDATE public.tiktok_tokens
    SET failing_since = NULL, needs_reconnect_since = NULL
    WHERE creator_id = NEW.id AND NOT is_active AND (failing_since IS NOT NULL OR needs_reconnect_since IS NOT NULL);
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.cc_tell_of_end() IS 'Writes creator.disconnected.';

CREATE OR REPLACE TRIGGER tell_of_end
AFTER UPDATE OF ended_at ON public.creators
FOR EACH ROW WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION public.cc_tell_of_end();

-- The last word of a creator who is forgotten outlives them, and knows them by our own id alone: written now,
-- or a moment ago and not passed on yet.
CREATE OR REPLACE FUNCTION public.cc_tell_of_forgetting()
RETURNS trigger
LANGUAGE plpgsql
SECURITY INVOKER
SET search_path = ''
AS $$
BEGIN
    INSERT INTO public.webhook_events (name, created_at, received_at, body)
    SELECT
        'creator.disconnected', clock_timestamp(), clock_timestamp(),
        jsonb_build_object('creator', OLD.id, 'cause', 'here')::text
    WHERE EXISTS (SELECT FROM public.tiktok_tokens WHERE creator_id = OLD.id AND is_active);

    UPDATE public.webhook_events
    SET creator_id = NULL
    WHERE creator_id = OLD.id AND name = 'creator.disconnected' AND status IN ('waiting', 'forwarding');
    RETURN OLD;
END
$$;

COMMENT ON FUNCTION public.cc_tell_of_forgetting() IS 'Keeps the creator.disconnected of a creator who is forgotten, without naming them.';

CREATE OR REPLACE TRIGGER tell_of_forgetting
BEFORE DELETE ON public.creators
FOR EACH ROW EXECUTE FUNCTION public.cc_tell_of_forgetting();

-- Of whom we do not know, or no longer know, nothing is kept once an event is done but that it came.
CREATE OR REPLACE FUNCTION public.cc_forget_strangers()
RETURNS trigger
LANGUAGE plpgsql
SECURITY INVOKER
SET search_path = ''
AS $$
BEGIN
    NEW.open_id := NULL;
    NEW.body := '{}';
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION public.cc_forget_strangers() IS 'Erases what an event says of somebody we do not know, once it is done.';

CREATE OR REPLACE TRIGGER forget_strangers
BEFORE UPDATE OF status ON public.webhook_events
FOR EACH ROW
WHEN (
    NEW.status = 'done' AND NEW.creator_id IS NULL
    AND (NEW.open_id IS NOT NULL OR NEW.name = 'creator.disconnected')
)
EXECUTE FUNCTION public.cc_forget_strangers();


-- TikTok's events ---------------------------------------------------------------------------------------

-- Stores events of TikTok's whose digest is not in the ledger. Answers for each, in their order, whether it was
-- new: another is a repetition. Each has a uid of its own.
CREATE OR REPLACE FUNCTION public.cc_save_events(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH given AS (
        SELECT place, fields.*
        FROM jsonb_array_elements(request -> 'events') WITH ORDINALITY AS listed (event, place),
        jsonb_to_record(event) AS fields (
            uid uuid, digest text, client_key text, open_id text, name text, created_at bigint,
            received_at bigint, body text
        )
    ), saved AS (
        INSERT INTO public.webhook_events (
            uid, digest, creator_id, client_key, open_id, name, created_at, received_at, body
        )
        SELECT
            uid,
            digest,
            -- Held, so that nobody forgets them between this look and the row.
            (
                SELECT creators.id
                FROM public.creators
                WHERE creators.client_key = given.client_key AND creators.open_id = given.open_id
                FOR KEY SHARE
            ),
            client_key,
            open_id,
            name,
            to_timestamp(created_at),
            to_timestamp(received_at),
            body
        FROM given
        ORDER BY place
        ON CONFLICT (digest) WHERE digest IS NOT NULL DO NOTHING
        RETURNING uid
    )
    SELECT COALESCE(jsonb_agg(saved.uid IS NOT NULL ORDER BY given.place), '[]')
    FROM given
    LEFT JOIN saved ON saved.uid = given.uid
$$;

COMMENT ON FUNCTION public.cc_save_events(jsonb) IS 'Stores events of TikTok''s; answers for each whether it was new, for TikTok repeats them.';

-- Claims at most `limit` events for `lease_seconds`: those that wait to be handled, oldest first; with
-- `forward` those that wait to be passed on, and of each creator the oldest alone that is not done.
CREATE OR REPLACE FUNCTION public.cc_claim_events(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    moment  CONSTANT timestamptz := clock_timestamp();
    forward CONSTANT boolean := COALESCE((request ->> 'forward')::boolean, false);
    wanted  bigint[];
    claims  jsonb;
BEGIN
    IF forward THEN
        wanted := ARRAY(
            SELECT id
            FROM public.webhook_events AS this
            WHERE status = 'forwarding' AND due_at <= moment AND NOT EXISTS (
                SELECT
                FROM public.webhook_events AS earlier
                WHERE earlier.creator_id = this.creator_id AND earlier.id < this.id
                    AND earlier.status IN ('waiting', 'forwarding')
            )
            ORDER BY due_at, id
            LIMIT COALESCE((request ->> 'limit')::bigint, 0)
            FOR UPDATE SKIP LOCKED
        );
    ELSE
        wanted := ARRAY(
            SELECT id
            FROM public.webhook_events
            WHERE status = 'waiting' AND due_at <= moment
            ORDER BY due_at, id
            LIMIT COALESCE((request ->> 'limit')::bigint, 0)
            FOR UPDATE SKIP LOCKED
        );
    END IF;

    WITH claimed AS (
        UPDATE public.webhook_events
        SET fence = fence + 1,
            attempts = CASE WHEN forward THEN attempts ELSE attempts + 1 END,
            forward_attempts = CASE WHEN forward THEN forward_attempts + 1 ELSE forward_attempts END,
            due_at = moment + make_interval(secs => (request ->> 'lease_seconds')::double precision)
        WHERE id = ANY (wanted)
        RETURNING *
    )
    SELECT jsonb_agg(
        jsonb_build_object(
            'row', id,
            'fence', fence,
            'uid', uid,
            'creator_id', creator_id,
            'name', name,
            'created_at', floor(extract(epoch FROM created_at))::bigint,
            'received_at', floor(extract(epoch FROM received_at))::bigint,
            'body', body,
            'attempts', CASE WHEN forward THEN forward_attempts ELSE attempts END
        )
        ORDER BY id
    )
    INTO claims
    FROM claimed;

    RETURN COALESCE(claims, '[]');
END
$$;

COMMENT ON FUNCTION public.cc_claim_events(jsonb) IS 'Claims events to be handled, or to be passed on.';

-- Says how claimed events ended. `stage` is where each must stand: waiting or forwarding. Answers for each, in
-- their order, whether its claim was the last word.
CREATE OR REPLACE FUNCTION public.cc_complete_events(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH given AS (
        SELECT place, fields.*
        FROM jsonb_array_elements(request -> 'settled') WITH ORDINALITY AS listed (one, place),
        jsonb_to_record(one) AS fields (
            "row" bigint, fence bigint, stage text, status text, after bigint, error text
        )
    ), settled AS (
        UPDATE public.webhook_events AS known
        SET status = given.status,
            due_at = clock_timestamp() + make_interval(secs => given.after::double precision),
            error = given.error
        FROM given
        WHERE known.id = given."row" AND known.fence = given.fence AND known.status = given.stage
            -- Few rows of very many: by the key, whatever the planner thinks of a list's length.
            AND known.id = ANY (ARRAY(SELECT listed."row" FROM given AS listed))
        RETURNING known.id
    )
    SELECT COALESCE(jsonb_agg(settled.id IS NOT NULL ORDER BY given.place), '[]')
    FROM given
    LEFT JOIN settled ON settled.id = given."row"
$$;

COMMENT ON FUNCTION public.cc_complete_events(jsonb) IS 'Says how claimed events ended; answers for each whether it was written.';

-- At most `limit` events, newest first, before row `before`, in one `status` or in any. The plan depends on
-- the status, so it is made anew each time.
CREATE OR REPLACE FUNCTION public.cc_events(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    listed jsonb;
BEGIN
    EXECUTE format(
        $query$
            WITH found AS (
                SELECT *
                FROM public.webhook_events
                WHERE id < COALESCE($1, 9223372036854775807) %s
                ORDER BY id DESC
                LIMIT $2
            )
            SELECT jsonb_agg(
                jsonb_build_object(
                    'row', id,
                    'uid', uid,
                    'status', status,
                    'name', name,
                    'creator_id', creator_id,
                    'created_at', floor(extract(epoch FROM created_at))::bigint,
                    'received_at', floor(extract(epoch FROM received_at))::bigint,
                    'attempts', attempts,
                    'forward_attempts', forward_attempts,
                    'error', error,
                    'body', body
                )
                ORDER BY id DESC
            )
            FROM found
        $query$,
        CASE WHEN request ->> 'status' IS NULL THEN '' ELSE format('AND status = %L', request ->> 'status') END
    )
    INTO listed
    USING (request ->> 'before')::bigint, COALESCE((request ->> 'limit')::bigint, 0);

    RETURN COALESCE(listed, '[]');
END
$$;

COMMENT ON FUNCTION public.cc_events(jsonb) IS 'Stored events, newest first, page by page.';

-- Brings an event back to where it was given up; one that is done goes out again. Answers false when there is
-- none, or it is on its way.
CREATE OR REPLACE FUNCTION public.cc_replay_event(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH replayed AS (
        UPDATE public.webhook_events
        SET attempts = CASE status WHEN 'set_aside' THEN 0 ELSE attempts END,
            forward_attempts = CASE status WHEN 'set_aside' THEN forward_attempts ELSE 0 END,
            status = CASE status WHEN 'set_aside' THEN 'waiting' ELSE 'forwarding' END,
            fence = fence + 1,
            due_at = 'epoch',
            error = NULL
        WHERE id = (request ->> 'row')::bigint AND status IN ('set_aside', 'undelivered', 'done')
        RETURNING id
    )
    SELECT to_jsonb(EXISTS (SELECT FROM replayed))
$$;

COMMENT ON FUNCTION public.cc_replay_event(jsonb) IS 'Brings back an event that was given up, or passes one on again.';

-- What happened to a creator lately, newest first.
CREATE OR REPLACE FUNCTION public.cc_activity(request jsonb)
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH found AS (
        SELECT id, name, created_at, body
        FROM public.webhook_events
        WHERE creator_id = (request ->> 'creator_id')::uuid
        ORDER BY id DESC
        LIMIT COALESCE((request ->> 'limit')::bigint, 0)
    )
    SELECT COALESCE(
        jsonb_agg(
            jsonb_build_object(
                'name', name, 'created_at', floor(extract(epoch FROM created_at))::bigint, 'body', body
            )
            ORDER BY id DESC
        ),
        '[]'
    )
    FROM found
$$;

COMMENT ON FUNCTION public.cc_activity(jsonb) IS 'What happened to a creator lately.';

-- Takes deliveries of before `ledger_before` out of the ledger, and forgets events of before `events_before`,
-- and of each creator what is done and not among the newest `keep`. Only creators of whom there is something
-- new are looked at; what the ledger needs stays. Answers how many events went.
--
-- As with cc_purge: rows that another holds are left to it, and at most 10,000 of each go in one call.
CREATE OR REPLACE FUNCTION public.cc_purge_events(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    old     bigint;
    surplus bigint;
BEGIN
    UPDATE public.webhook_events
    SET digest = NULL
    WHERE id = ANY (ARRAY(
        SELECT id
        FROM public.webhook_events
        WHERE digest IS NOT NULL AND received_at < to_timestamp((request ->> 'ledger_before')::bigint)
        ORDER BY received_at
        LIMIT 10000
        FOR UPDATE SKIP LOCKED
    ));

    DELETE FROM public.webhook_events
    WHERE id = ANY (ARRAY(
        SELECT id
        FROM public.webhook_events
        WHERE digest IS NULL AND received_at < to_timestamp((request ->> 'events_before')::bigint)
        ORDER BY received_at
        LIMIT 10000
        FOR UPDATE SKIP LOCKED
    ));
    GET DIAGNOSTICS old = ROW_COUNT;

    DELETE FROM public.webhook_events
    WHERE id = ANY (ARRAY(
        SELECT surplus.id
        FROM (
            SELECT DISTINCT creator_id
            FROM (SELECT creator_id FROM public.webhook_events ORDER BY id DESC LIMIT 10000) AS newest
            WHERE creator_id IS NOT NULL
        ) AS lately
        CROSS JOIN LATERAL (
            SELECT id
            FROM public.webhook_events AS kept
            WHERE kept.creator_id = lately.creator_id
            ORDER BY id DESC
            OFFSET COALESCE((request ->> 'keep')::bigint, 0)
            LIMIT 1
        ) AS limits
        JOIN public.webhook_events AS surplus
            ON surplus.creator_id = lately.creator_id AND surplus.id <= limits.id
        WHERE surplus.status = 'done' AND surplus.digest IS NULL
        LIMIT 10000
        FOR UPDATE OF surplus SKIP LOCKED
    ));
    GET DIAGNOSTICS surplus = ROW_COUNT;

    RETURN to_jsonb(old + surplus);
END
$$;

COMMENT ON FUNCTION public.cc_purge_events(jsonb) IS 'Forgets events that are too old or too many; answers how many.';

-- Who may do what ---------------------------------------------------------------------------------------
--
-- Supabase's default privileges give anon and authenticated every new table and function in public. All of
-- that is taken back here; row level security without any policy is a second lock on the same door.

ALTER TABLE public.webhook_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE public.webhook_events FROM PUBLIC, anon, authenticated, service_role;

REVOKE ALL ON SEQUENCE public.webhook_events_id_seq FROM PUBLIC, anon, authenticated, service_role;

REVOKE ALL ON FUNCTION
    public.cc_adopt_events(), public.cc_tell_of_consent(), public.cc_tell_of_refresh(), public.cc_tell_of_end(),
    public.cc_tell_of_forgetting(), public.cc_forget_strangers(),
    public.cc_save_events(jsonb), public.cc_claim_events(jsonb), public.cc_complete_events(jsonb),
    public.cc_events(jsonb), public.cc_replay_event(jsonb), public.cc_activity(jsonb), public.cc_purge_events(jsonb)
FROM PUBLIC, anon, authenticated, service_role;

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.webhook_events TO service_role;

GRANT EXECUTE ON FUNCTION
    public.cc_save_events(jsonb), public.cc_claim_events(jsonb), public.cc_complete_events(jsonb),
    public.cc_events(jsonb), public.cc_replay_event(jsonb), public.cc_activity(jsonb), public.cc_purge_events(jsonb)
TO service_role;

INSERT INTO public.cc_schema_versions (version, name)
VALUES (3, 'events')
ON CONFLICT (version) DO NOTHING;

-- The REST server learns of the new functions at once.
NOTIFY pgrst, 'reload schema';

COMMIT;
