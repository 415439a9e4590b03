"""Tables that all services share: who may call, what was asked once, what runs long, what was imported."""

from shared.db.platform.access import ApiKeyRow, PrincipalRow, TenantRow
from shared.db.platform.idempotency import IdempotencyKeyRow
from shared.db.platform.imports import (
    ImportChunkRow,
    ImportFileChunkRow,
    ImportFileRow,
    ImportRow,
    ImportRowErrorRow,
)
from shared.db.platform.operation import OperationRow

__all__ = [
    "ApiKeyRow",
    "IdempotencyKeyRow",
    "ImportChunkRow",
    "ImportFileChunkRow",
    "ImportFileRow",
    "ImportRow",
    "ImportRowErrorRow",
    "OperationRow",
    "PrincipalRow",
    "TenantRow",
]
