-- The five roles of a Tradewind installation. Safe to run again; run by a superuser or a role with CREATEROLE.
-- By hand: psql -v tw_owner_password=… -v tw_inventory_password=… (and so on) -f roles.sql
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['tw_owner', 'tw_inventory', 'tw_ads', 'tw_planning', 'tw_verify'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', name);
        END IF;
    END LOOP;
END
$$;

ALTER ROLE tw_owner PASSWORD :'tw_owner_password';
ALTER ROLE tw_inventory PASSWORD :'tw_inventory_password';
ALTER ROLE tw_ads PASSWORD :'tw_ads_password';
ALTER ROLE tw_planning PASSWORD :'tw_planning_password';
ALTER ROLE tw_verify PASSWORD :'tw_verify_password';

ALTER ROLE tw_verify SET default_transaction_read_only = on;

-- Whoever creates the schemas for tw_owner must be able to act as it.
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'tw_owner', 'MEMBER') THEN
        EXECUTE format('GRANT tw_owner TO %I', current_user);
    END IF;
END
$$;

-- Checks over all tenants in one statement need this; without it they go tenant by tenant.
DO $$
BEGIN
    ALTER ROLE tw_verify BYPASSRLS;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'tw_verify has no BYPASSRLS: checks will go tenant by tenant';
END
$$;
