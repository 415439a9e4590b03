"""Each service's migrations lead, in one line without forks, to exactly the tables that its code declares."""

from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from deploy.database import has_migrations
from deploy.roles import DatabaseUrls
from shared.db import migrate

CHAINS = [chain for chain in migrate.CHAINS if has_migrations(chain)]


@pytest.mark.parametrize("chain", CHAINS)
def test_a_chain_has_one_beginning_and_one_head(chain: str) -> None:
    scripts = ScriptDirectory.from_config(migrate.chain_config(chain))
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


@pytest.mark.parametrize("chain", CHAINS)
def test_the_migrations_make_exactly_the_declared_tables(chain: str, database_urls: DatabaseUrls) -> None:
    command.check(migrate.chain_config(chain, database_urls.owner))


@pytest.mark.parametrize("chain", CHAINS)
def test_every_migration_gives_up_soon_when_it_cannot_lock_a_table(chain: str) -> None:
    for script in ScriptDirectory.from_config(migrate.chain_config(chain)).walk_revisions():
        source = Path(script.path).read_text()
        assert "lock_timeout" in source, script.path
