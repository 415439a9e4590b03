"""Decides how a row becomes the body that is read: money from its two columns, ratios as numbers."""

from typing import Any, TypeVar

from pydantic import BaseModel

from services.inventory.tables import InventoryBase

Read = TypeVar("Read", bound=BaseModel)


def body_of(model: type[Read], row: InventoryBase, **more: Any) -> Read:
    """The body of a row; `more` are fields that the row does not hold."""
    return model.model_validate({name: _field(row, name) for name in model.model_fields if name not in more} | more)


def _field(row: InventoryBase, name: str) -> Any:
    if hasattr(row, name):
        value = getattr(row, name)
        return float(value) if name == "referral_rate" and value is not None else value
    amount = getattr(row, f"{name}_amount")
    return None if amount is None else {"amount": amount, "currency": getattr(row, f"{name}_currency")}
