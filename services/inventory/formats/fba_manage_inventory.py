"""Reads FBA Manage Inventory (GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA): Amazon's stock per SKU at one moment."""

from dataclasses import dataclass
from decimal import Decimal

from shared.core.marketplaces import Marketplace, find_marketplace
from shared.files.cells import Cells
from shared.files.facts import AS_OF, MARKETPLACE
from shared.files.headers import Column
from shared.files.kind import TableKind, Totals, Variant
from shared.files.once import each_once

NAME = "fba_manage_inventory"


@dataclass(frozen=True, slots=True)
class FbaInventoryRow:
    """One SKU. Units are of the listing; None means the file does not say.

    `inbound_working_units` are drafts and not in transit; `is_balanced` is whether Amazon's own sum holds
    (total = warehouse + inbound), which India's Flex programme breaks.
    """

    line: int
    marketplace: Marketplace
    seller_sku: str
    fnsku: str | None
    asin: str | None
    product_name: str | None
    condition: str | None
    price: Decimal | None
    is_merchant_listed: bool | None
    is_amazon_listed: bool | None
    merchant_fulfillable_units: int | None
    warehouse_units: int | None
    fulfillable_units: int
    unsellable_units: int
    reserved_units: int
    researching_units: int
    total_units: int | None
    inbound_working_units: int
    inbound_shipped_units: int
    inbound_receiving_units: int
    reserved_future_supply_units: int | None
    future_supply_buyable_units: int | None
    unit_volume: Decimal | None
    volume_unit: str | None
    fulfillable_local_units: int | None
    fulfillable_remote_units: int | None
    fc_transfer_units: int | None
    buyable_on_hand_units: int | None

    @property
    def in_transit_units(self) -> int:
        """What has left for Amazon and is not yet sellable: shipped and receiving, not working."""
        return self.inbound_shipped_units + self.inbound_receiving_units

    @property
    def is_balanced(self) -> bool | None:
        """Whether total = warehouse + inbound working, shipped and receiving; None when not given."""
        if self.total_units is None or self.warehouse_units is None:
            return None
        return self.total_units == self.warehouse_units + self.inbound_working_units + self.in_transit_units


COLUMNS = (
    Column("seller_sku", ("sku", "seller-sku", "出品者SKU"), required=True),
    Column("fnsku"),
    Column("asin"),
    Column("product_name", ("product-name",)),
    Column("condition"),
    Column("price", ("your-price",)),
    Column("merchant_listed", ("mfn-listing-exists",)),
    Column("merchant_fulfillable", ("mfn-fulfillable-quantity",)),
    Column("amazon_listed", ("afn-listing-exists",)),
    Column("warehouse", ("afn-warehouse-quantity",), required=True),
    Column("fulfillable", ("afn-fulfillable-quantity",), required=True),
    Column("unsellable", ("afn-unsellable-quantity",), required=True),
    Column("reserved", ("afn-reserved-quantity",), required=True),
    Column("total", ("afn-total-quantity",)),
    Column("volume", ("per-unit-volume",)),
    Column("working", ("afn-inbound-working-quantity",), required=True),
    Column("shipped", ("afn-inbound-shipped-quantity",), required=True),
    Column("receiving", ("afn-inbound-receiving-quantity",), required=True),
    Column("researching", ("afn-researching-quantity",)),
    Column("reserved_future", ("afn-reserved-future-supply",)),
    Column("future_buyable", ("afn-future-supply-buyable",)),
    Column("store", ("store",)),
    Column("fulfillable_local", ("afn-fulfillable-quantity-local",)),
    Column("fulfillable_remote", ("afn-fulfillable-quantity-remote",)),
    Column("fc_transfer", ("afn-fc-transfer-quantity",)),
    Column("buyable", ("afn-onhand-buyable-quantity",)),
)

# The report names no unit. Cubic feet in the US and cubic centimetres in India were seen; elsewhere unknown.
_VOLUME_UNITS = {"US": "cubic_feet", "IN": "cubic_centimetres"}


def make_row(cells: Cells) -> FbaInventoryRow:
    """One row; a `store` that names a marketplace decides, else the sender's word."""
    store = cells.raw("store")
    marketplace = (find_marketplace(store) if store else None) or cells.facts.marketplace
    assert marketplace is not None, "needs() asks for the marketplace"
    volume = cells.amount_or_none("volume")
    return FbaInventoryRow(
        line=cells.line,
        marketplace=marketplace,
        seller_sku=cells.identifier("seller_sku"),
        fnsku=cells.identifier_or_none("fnsku"),
        asin=cells.identifier_or_none("asin"),
        product_name=cells.text_or_none("product_name"),
        condition=cells.text_or_none("condition"),
        price=cells.amount_or_none("price"),
        is_merchant_listed=cells.boolean_or_none("merchant_listed"),
        is_amazon_listed=cells.boolean_or_none("amazon_listed"),
        merchant_fulfillable_units=cells.integer_or_none("merchant_fulfillable"),
        warehouse_units=cells.integer_or_none("warehouse"),
        fulfillable_units=cells.integer("fulfillable"),
        unsellable_units=cells.integer("unsellable"),
        reserved_units=cells.integer("reserved"),
        researching_units=cells.integer_or_none("researching") or 0,
        total_units=cells.integer_or_none("total"),
        inbound_working_units=cells.integer("working"),
        inbound_shipped_units=cells.integer("shipped"),
        inbound_receiving_units=cells.integer("receiving"),
        reserved_future_supply_units=cells.integer_or_none("reserved_future"),
        future_supply_buyable_units=cells.integer_or_none("future_buyable"),
        unit_volume=volume,
        volume_unit=_VOLUME_UNITS.get(marketplace.country_code) if volume is not None else None,
        fulfillable_local_units=cells.integer_or_none("fulfillable_local"),
        fulfillable_remote_units=cells.integer_or_none("fulfillable_remote"),
        fc_transfer_units=cells.integer_or_none("fc_transfer"),
        buyable_on_hand_units=cells.integer_or_none("buyable"),
    )


_begin = each_once(make_row, lambda row: (row.marketplace.id, row.seller_sku), "SKU")

KIND: TableKind[FbaInventoryRow] = TableKind(
    name=NAME,
    columns=COLUMNS,
    begin=_begin,
    totals=Totals(
        sums={
            "total_units": lambda row: row.total_units or 0,
            "fulfillable_units": lambda row: row.fulfillable_units,
            "unsellable_units": lambda row: row.unsellable_units,
            "reserved_units": lambda row: row.reserved_units,
            "inbound_working_units": lambda row: row.inbound_working_units,
            "inbound_shipped_units": lambda row: row.inbound_shipped_units,
            "inbound_receiving_units": lambda row: row.inbound_receiving_units,
            "unbalanced_rows": lambda row: int(row.is_balanced is False),
        }
    ),
    needs=lambda glance: (MARKETPLACE, AS_OF),
    variants=(
        Variant("2026", "en", ("store", "afn-fc-transfer-quantity")),
        Variant("2026", "en", ("afn-fulfillable-quantity-local",)),
        Variant("2019", "en"),
    ),
)
