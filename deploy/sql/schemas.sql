-- What one database needs before its migrations: schemas of the owner, and grants on all that it will create in
-- them. Safe to run again; run by a superuser, or by the database's owner with membership in tw_owner.
DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format(
        'GRANT CONNECT, TEMPORARY ON DATABASE %I TO tw_owner, tw_inventory, tw_ads, tw_planning, tw_verify',
        current_database()
    );
END
$$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA IF NOT EXISTS platform AUTHORIZATION tw_owner;
CREATE SCHEMA IF NOT EXISTS inventory AUTHORIZATION tw_owner;
CREATE SCHEMA IF NOT EXISTS ads AUTHORIZATION tw_owner;
CREATE SCHEMA IF NOT EXISTS planning AUTHORIZATION tw_owner;

SET ROLE tw_owner;

GRANT USAGE ON SCHEMA platform TO tw_inventory, tw_ads, tw_planning, tw_verify;
GRANT USAGE ON SCHEMA inventory TO tw_inventory, tw_verify;
GRANT USAGE ON SCHEMA ads TO tw_ads, tw_verify;
GRANT USAGE ON SCHEMA planning TO tw_planning, tw_verify;

ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

ALTER DEFAULT PRIVILEGES IN SCHEMA platform
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tw_inventory, tw_ads, tw_planning;
ALTER DEFAULT PRIVILEGES IN SCHEMA platform GRANT USAGE, SELECT ON SEQUENCES TO tw_inventory, tw_ads, tw_planning;
ALTER DEFAULT PRIVILEGES IN SCHEMA platform GRANT EXECUTE ON FUNCTIONS TO tw_inventory, tw_ads, tw_planning;

ALTER DEFAULT PRIVILEGES IN SCHEMA inventory GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tw_inventory;
ALTER DEFAULT PRIVILEGES IN SCHEMA inventory GRANT USAGE, SELECT ON SEQUENCES TO tw_inventory;
ALTER DEFAULT PRIVILEGES IN SCHEMA inventory GRANT EXECUTE ON FUNCTIONS TO tw_inventory;

ALTER DEFAULT PRIVILEGES IN SCHEMA ads GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tw_ads;
ALTER DEFAULT PRIVILEGES IN SCHEMA ads GRANT USAGE, SELECT ON SEQUENCES TO tw_ads;
ALTER DEFAULT PRIVILEGES IN SCHEMA ads GRANT EXECUTE ON FUNCTIONS TO tw_ads;

ALTER DEFAULT PRIVILEGES IN SCHEMA planning GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tw_planning;
ALTER DEFAULT PRIVILEGES IN SCHEMA planning GRANT USAGE, SELECT ON SEQUENCES TO tw_planning;
ALTER DEFAULT PRIVILEGES IN SCHEMA planning GRANT EXECUTE ON FUNCTIONS TO tw_planning;

ALTER DEFAULT PRIVILEGES IN SCHEMA platform GRANT SELECT ON TABLES TO tw_verify;
ALTER DEFAULT PRIVILEGES IN SCHEMA inventory GRANT SELECT ON TABLES TO tw_verify;
ALTER DEFAULT PRIVILEGES IN SCHEMA ads GRANT SELECT ON TABLES TO tw_verify;
ALTER DEFAULT PRIVILEGES IN SCHEMA planning GRANT SELECT ON TABLES TO tw_verify;

RESET ROLE;

-- The check for corrupted pages and indexes (pg_amcheck) needs an extension that only a superuser may install.
DO $$
DECLARE
    function_ regprocedure;
BEGIN
    CREATE EXTENSION IF NOT EXISTS amcheck WITH SCHEMA pg_catalog;
    FOR function_ IN
        SELECT d.objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
        WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_proc'::regclass AND e.extname = 'amcheck'
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO tw_verify', function_);
    END LOOP;
EXCEPTION
    WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
        RAISE NOTICE 'amcheck is not available: pages and indexes will not be checked';
END
$$;
