"""Reads our product master template: what is made and what it costs, and under which SKUs it is sold where."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from decimal import Decimal

from shared.core.marketplaces import Marketplace
from shared.files.cells import Cells
from shared.files.headers import Column
from shared.files.kind import TableKind, Totals

NAME = "product_master"


@dataclass(frozen=True, slots=True)
class ProductPart:
    """What is made and kept at home. Empty cells are None; `unit_cost` is in `unit_cost_currency`."""

    product_code: str
    product_name: str | None
    unit_cost: Decimal | None
    unit_cost_currency: str | None
    carton_units: int | None
    moq_units: int | None
    unit_weight_kg: Decimal | None
    unit_volume_cm3: Decimal | None
    carton_length_cm: Decimal | None
    carton_width_cm: Decimal | None
    carton_height_cm: Decimal | None
    carton_weight_kg: Decimal | None
    production_days: int | None

    @property
    def volume_per_unit_cm3(self) -> Decimal | None:
        """As given, else the carton's share; None when neither is known."""
        if self.unit_volume_cm3 is not None or not self.carton_units:
            return self.unit_volume_cm3
        if self.carton_length_cm is None or self.carton_width_cm is None or self.carton_height_cm is None:
            return None
        return self.carton_length_cm * self.carton_width_cm * self.carton_height_cm / self.carton_units

    @property
    def weight_per_unit_kg(self) -> Decimal | None:
        """As given, else the carton's share; None when neither is known."""
        if self.unit_weight_kg is not None or not self.carton_units or self.carton_weight_kg is None:
            return self.unit_weight_kg
        return self.carton_weight_kg / self.carton_units


@dataclass(frozen=True, slots=True)
class ListingPart:
    """Where a product is sold. Fees and advertising are per listing unit, in `price_currency`."""

    account: str | None
    marketplace: Marketplace
    seller_sku: str
    asin: str | None
    fnsku: str | None
    units_per_listing: int
    price: Decimal | None
    price_currency: str
    referral_rate: Decimal | None
    fba_fee: Decimal | None
    ad_cost_per_unit: Decimal | None
    storage_cost_per_unit_day: Decimal | None


@dataclass(frozen=True, slots=True)
class ProductMasterRow:
    """A product, and the listing the row names; `is_first_of_product` when the code was not seen before."""

    line: int
    product: ProductPart
    listing: ListingPart | None
    is_first_of_product: bool = True


COLUMNS = (
    Column("product_code", ("product_code",), required=True),
    Column("product_name", required=True),
    Column("unit_cost"),
    Column("unit_cost_currency"),
    Column("carton_units"),
    Column("moq_units"),
    Column("unit_weight_kg"),
    Column("unit_volume_cm3"),
    Column("carton_length_cm"),
    Column("carton_width_cm"),
    Column("carton_height_cm"),
    Column("carton_weight_kg"),
    Column("production_days"),
    Column("account"),
    Column("marketplace"),
    Column("seller_sku"),
    Column("asin"),
    Column("fnsku"),
    Column("units_per_listing"),
    Column("price"),
    Column("price_currency"),
    Column("referral_rate"),
    Column("fba_fee"),
    Column("ad_cost_per_unit"),
    Column("storage_cost_per_unit_day"),
)

_LISTING_COLUMNS = tuple(column.name for column in COLUMNS[13:])


def _product(cells: Cells) -> ProductPart:
    cost, currency = cells.amount_or_none("unit_cost"), cells.currency_or_none("unit_cost_currency")
    if cost is not None and currency is None and not cells.raw("unit_cost_currency"):
        cells.refuse("unit_cost_currency", "empty", "A cost needs its currency.")
    return ProductPart(
        product_code=cells.identifier("product_code"),
        product_name=cells.text_or_none("product_name", 500),
        unit_cost=cost,
        unit_cost_currency=currency,
        carton_units=cells.integer_or_none("carton_units", least=1),
        moq_units=cells.integer_or_none("moq_units"),
        unit_weight_kg=cells.amount_or_none("unit_weight_kg"),
        unit_volume_cm3=cells.amount_or_none("unit_volume_cm3"),
        carton_length_cm=cells.amount_or_none("carton_length_cm"),
        carton_width_cm=cells.amount_or_none("carton_width_cm"),
        carton_height_cm=cells.amount_or_none("carton_height_cm"),
        carton_weight_kg=cells.amount_or_none("carton_weight_kg"),
        production_days=cells.integer_or_none("production_days"),
    )


def _listing(cells: Cells) -> ListingPart | None:
    """The listing, or None when the row has nothing in any of its columns."""
    if not any(cells.raw(column) for column in _LISTING_COLUMNS):
        return None
    marketplace = cells.marketplace_or_none("marketplace")
    if marketplace is None:
        if not cells.raw("marketplace"):
            cells.refuse("marketplace", "empty", "A listing needs its marketplace.")
        return None
    price_currency = cells.currency_or_none("price_currency") or marketplace.currency
    return ListingPart(
        account=cells.identifier_or_none("account"),
        marketplace=marketplace,
        seller_sku=cells.identifier("seller_sku"),
        asin=cells.identifier_or_none("asin"),
        fnsku=cells.identifier_or_none("fnsku"),
        units_per_listing=cells.integer_or_none("units_per_listing", least=1) or 1,
        price=cells.amount_or_none("price"),
        price_currency=price_currency,
        referral_rate=cells.ratio_or_none("referral_rate"),
        fba_fee=cells.amount_or_none("fba_fee"),
        ad_cost_per_unit=cells.amount_or_none("ad_cost_per_unit"),
        storage_cost_per_unit_day=cells.amount_or_none("storage_cost_per_unit_day"),
    )


def begin() -> Callable[[Cells], ProductMasterRow | None]:
    """The maker for one file: a product may stand on many rows, one per listing, but says one thing only.

    Cells left empty on a later row of the product are as before; other content is refused
    (`conflicting_product`), a listing named twice too (`duplicate_key`).
    """
    products: dict[str, tuple[int, ProductPart]] = {}
    listings: dict[tuple[str, str, str], int] = {}

    def make(cells: Cells) -> ProductMasterRow | None:
        product, listing = _product(cells), _listing(cells)
        if cells.errors:
            return None
        key = product.product_code.casefold()
        first_line, known = products.get(key, (cells.line, product))
        merged = _merged(known, product, cells, first_line)
        if listing is not None:
            name = (listing.account or "", listing.marketplace.id, listing.seller_sku.casefold())
            if name in listings:
                cells.refuse("seller_sku", "duplicate_key", f"Line {listings[name]} already has this listing.")
            else:
                listings[name] = cells.line
        elif key in products:
            cells.remark("product_code", "repeated_row", f"Line {first_line} already has this product.")
        if cells.errors:
            return None
        is_first = key not in products
        products[key] = (first_line, merged)
        return ProductMasterRow(cells.line, merged, listing, is_first)

    return make


def _merged(known: ProductPart, product: ProductPart, cells: Cells, first_line: int) -> ProductPart:
    """What is known of the product with this row's additions; contradictions are refused."""
    additions = {}
    for item in fields(ProductPart):
        before, now = getattr(known, item.name), getattr(product, item.name)
        if item.name == "product_code" or now is None or now == before:
            continue
        if before is None:
            additions[item.name] = now
        else:
            message = f"Line {first_line} says otherwise for this product."
            cells.refuse(item.name, "conflicting_product", message)
    return replace(known, **additions)


KIND: TableKind[ProductMasterRow] = TableKind(
    name=NAME,
    columns=COLUMNS,
    begin=begin,
    totals=Totals(
        sums={
            "products": lambda row: int(row.is_first_of_product),
            "listings": lambda row: int(row.listing is not None),
        }
    ),
    own=True,
)
