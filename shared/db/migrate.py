"""Migrations: one chain per schema, run as the owner of the tables, each with its own version table."""

import asyncio
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, make_url, pool
from sqlalchemy.ext.asyncio import create_async_engine

CHAINS = ("platform", "inventory", "ads", "planning")
_ROOT = Path(__file__).resolve().parents[2]


def chain_config(chain: str, owner_url: str | None = None) -> Config:
    """The alembic configuration of one chain."""
    folder = "shared/db/migrations" if chain == "platform" else f"services/{chain}/migrations"
    config = Config()
    config.set_main_option("script_location", str(_ROOT / folder))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    config.attributes["chain"] = chain
    if owner_url is not None:
        config.attributes["url"] = owner_url
    return config


def upgrade(owner_url: str, chain: str) -> None:
    """Brings one chain to its newest revision."""
    command.upgrade(chain_config(chain, owner_url), "head")


def head(chain: str) -> str | None:
    """The newest revision that the code knows."""
    return ScriptDirectory.from_config(chain_config(chain)).get_current_head()


def current(connection: Connection, chain: str) -> str | None:
    """The revision that the database is at."""
    return MigrationContext.configure(connection, opts={"version_table_schema": chain}).get_current_revision()


def run_environment(metadata: MetaData) -> None:
    """What each chain's env.py calls: runs its migrations in one transaction."""
    config = context.config
    chain: str = config.attributes["chain"]

    def run(connection: Connection) -> None:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            version_table_schema=chain,
            include_schemas=True,
            include_name=lambda name, kind, _parents: kind != "schema" or name == chain,
            include_object=lambda _object, name, kind, _reflected, _to: (
                not (kind == "table" and (name or "").startswith(("pgqueuer", "alembic_version")))
            ),
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()

    existing = config.attributes.get("connection")
    if existing is not None:
        run(existing)
        return

    async def connect() -> None:
        url = make_url(config.attributes["url"]).set(drivername="postgresql+asyncpg")
        engine = create_async_engine(url, poolclass=pool.NullPool)
        async with engine.connect() as connection:
            await connection.run_sync(run)
        await engine.dispose()

    asyncio.run(connect())
