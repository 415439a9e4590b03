"""Lists every kind of file this service reads."""

from typing import Any

from services.inventory.formats import (
    all_orders,
    business_report_by_child,
    business_report_by_date,
    daily_sales,
    domestic_stock,
    exchange_rates,
    fba_manage_inventory,
    lanes,
    product_master,
    restock,
    sales_and_traffic,
)
from services.inventory.formats.kind import TableKind

ALL_ORDERS = all_orders.NAME
DAILY_SALES = daily_sales.NAME
SALES_AND_TRAFFIC = sales_and_traffic.NAME

KINDS: dict[str, TableKind[Any]] = {
    module.KIND.name: module.KIND
    for module in (
        fba_manage_inventory,
        all_orders,
        business_report_by_child,
        business_report_by_date,
        restock,
        product_master,
        lanes,
        domestic_stock,
        daily_sales,
        exchange_rates,
    )
}

KIND_NAMES: tuple[str, ...] = (*KINDS, SALES_AND_TRAFFIC)
TEMPLATES: tuple[str, ...] = tuple(name for name, kind in KINDS.items() if kind.own)


def template_columns(name: str) -> tuple[str, ...]:
    """The header of one of our own templates, in order."""
    kind = KINDS[name]
    if not kind.own:
        raise KeyError(name)
    return tuple(column.name for column in kind.columns)
