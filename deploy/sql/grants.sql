-- What the services may not do although the default privileges allow it; run by tw_owner after every migration.
-- Safe to run again. A service's own exceptions stand in its migrations.
REVOKE INSERT, UPDATE, DELETE ON platform.tenant, platform.principal, platform.api_key
    FROM tw_inventory, tw_ads, tw_planning;
GRANT UPDATE (last_used_at) ON platform.api_key TO tw_inventory, tw_ads, tw_planning;

DO $$
DECLARE
    version_table regclass;
BEGIN
    FOR version_table IN
        SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = 'alembic_version' AND n.nspname IN ('platform', 'inventory', 'ads', 'planning')
    LOOP
        EXECUTE format(
            'REVOKE INSERT, UPDATE, DELETE ON %s FROM tw_inventory, tw_ads, tw_planning', version_table
        );
    END LOOP;
END
$$;
