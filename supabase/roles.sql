-- What a Supabase project has before the first migration: roles, privileges and default privileges.
--
-- For the stand-in of scripts/supabase.sh only; a Supabase project has all of this. It grants as much as Supabase
-- does, so that in a test only the migration denies access to anon and authenticated. Run it as the superuser
-- supabase_admin; it may be run again. The script sets the passwords.

DO $$
BEGIN
    IF to_regrole('anon') IS NULL THEN
        CREATE ROLE anon NOLOGIN NOINHERIT;
    END IF;
    IF to_regrole('authenticated') IS NULL THEN
        CREATE ROLE authenticated NOLOGIN NOINHERIT;
    END IF;
    IF to_regrole('service_role') IS NULL THEN
        CREATE ROLE service_role NOLOGIN NOINHERIT BYPASSRLS;
    END IF;
    IF to_regrole('authenticator') IS NULL THEN
        CREATE ROLE authenticator LOGIN NOINHERIT;
    END IF;
    -- Migrations run as this role; it is no superuser at Supabase either.
    IF to_regrole('postgres') IS NULL THEN
        CREATE ROLE postgres LOGIN CREATEDB CREATEROLE REPLICATION BYPASSRLS;
    END IF;
END
$$;

GRANT anon, authenticated, service_role TO authenticator;

GRANT anon, authenticated, service_role, pg_monitor, pg_signal_backend TO postgres;

ALTER ROLE anon SET statement_timeout = '3s';
ALTER ROLE authenticated SET statement_timeout = '8s';
ALTER ROLE authenticator SET statement_timeout = '8s';
ALTER ROLE authenticator SET lock_timeout = '8s';

ALTER DATABASE postgres OWNER TO postgres;

GRANT USAGE ON SCHEMA public TO postgres, anon, authenticated, service_role;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public
GRANT ALL ON TABLES TO postgres, anon, authenticated, service_role;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public
GRANT ALL ON FUNCTIONS TO postgres, anon, authenticated, service_role;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public
GRANT ALL ON SEQUENCES TO postgres, anon, authenticated, service_role;
