"""Sends files through the real import of inventory."""

from typing import Any

from services.inventory.actions.import_registry import IMPORTS
from shared.db.engine import Database
from tests.support.importing import Outcome, import_through
from tests.support.tenants import Tenant

__all__ = ["Outcome", "import_file"]


async def import_file(
    database: Database, tenant: Tenant, content: bytes, *, validate_only: bool = False, **facts: Any
) -> Outcome:
    """One undisturbed import; `facts` are what its sender says (`marketplace="US"`, `as_of="…"`)."""
    return await import_through(IMPORTS, database, tenant, content, validate_only=validate_only, **facts)
