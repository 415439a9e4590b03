"""New identifiers: UUID version 7, made by the application so that any Postgres from 15 on will do."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """A time-ordered UUID (RFC 9562, version 7): rows made together lie together in every index."""
    return uuid_utils.compat.uuid7()
