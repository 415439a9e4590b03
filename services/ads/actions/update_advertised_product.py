"""Changes what a company says of a product that it advertises."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.change_resource import lock_at_version, write_changes
from services.ads.schemas.advertised_products import AdvertisedProductPatch
from services.ads.tables import AdvertisedProductRow
from services.ads.tables.advertised_product import MONEY_INPUTS
from shared.core.errors import FieldProblem, Invalid

_MONEY = frozenset({*MONEY_INPUTS, "launch_budget"})


async def update_advertised_product(
    session: AsyncSession,
    tenant_id: UUID,
    product_id: UUID,
    patch: AdvertisedProductPatch,
    *,
    expected_version: int,
    now: datetime,
) -> AdvertisedProductRow:
    """The changed product; Invalid for money of another currency than its marketplace's."""
    row = await lock_at_version(session, AdvertisedProductRow, tenant_id, product_id, expected_version)
    await write_changes(session, row, _columns(row, patch.changes()), now)
    return row


def _columns(row: AdvertisedProductRow, changes: dict[str, Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name, value in changes.items():
        if name not in _MONEY:
            columns["target_acos" if name == "stated_target_acos" else name] = value
            continue
        if value is not None and value.currency != row.currency:
            detail = f"Money of this product is counted in {row.currency}."
            raise Invalid(
                "The currency is not that of the product's marketplace.",
                errors=[FieldProblem(f"#/{name}/currency", "other_currency", detail)],
            )
        columns[f"{name}_amount"] = None if value is None else value.amount
    return columns
