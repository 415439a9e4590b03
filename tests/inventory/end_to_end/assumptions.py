"""Everything that is assumed about the real seller, in one place: Amazon's reports say nothing of costs and lanes."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from services.inventory.formats.fba_manage_inventory import FbaInventoryRow

_CENT = Decimal("0.01")
_CM3_PER_CUBIC_FOOT = Decimal("28316.8")


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Round figures for home textiles that are made in China and sold in the US at 25 to 60 dollars."""

    yuan_per_dollar: Decimal = Decimal("7.00")
    unit_cost_share_of_price: Decimal = Decimal("0.20")
    referral_rate: Decimal = Decimal("0.15")
    fba_fee_base: Decimal = Decimal("3.50")
    fba_fee_per_cubic_foot: Decimal = Decimal("8.00")
    advertising_share_of_price: Decimal = Decimal("0.08")
    storage_per_cubic_foot_day: Decimal = Decimal("0.04")
    carton_units: int = 10
    moq_units: int = 100
    production_days: int = 30
    # Freight by volume, in the proportion 1 : 2.5 : 10; days from the warehouse's door until sellable.
    yuan_per_m3: tuple[tuple[str, Decimal], ...] = (
        ("slow_sea", Decimal("1300")),
        ("fast_sea", Decimal("3250")),
        ("air", Decimal("13000")),
    )
    transit_days: tuple[tuple[str, tuple[int, int, int]], ...] = (
        ("slow_sea", (38, 45, 60)),
        ("fast_sea", (24, 30, 40)),
        ("air", (7, 10, 15)),
    )
    # Enough of everything at home, so that the proposals show what is wanted and not what is scarce.
    domestic_units: int = 400

    def sentences(self) -> list[str]:
        """The same for a reader."""
        modes = [
            f"{mode} {cost} CNY/m3, {'/'.join(map(str, days))} days (10/50/90 %)"
            for (mode, cost), (_, days) in zip(self.yuan_per_m3, self.transit_days, strict=True)
        ]
        return [
            f"product cost {self.unit_cost_share_of_price:%} of the price, {self.yuan_per_dollar} CNY per USD",
            f"referral {self.referral_rate:%}, FBA fee {self.fba_fee_base} + {self.fba_fee_per_cubic_foot} USD per "
            f"cubic foot, advertising {self.advertising_share_of_price:%} of the price",
            f"storage {self.storage_per_cubic_foot_day} USD per cubic foot and day",
            f"cartons of {self.carton_units}, {self.domestic_units} units of each product at home",
            "lanes: " + "; ".join(modes),
        ]


def product_master(rows: Iterable[FbaInventoryRow], assumed: Assumptions) -> bytes:
    """Our template with one product per SKU of the inventory report."""
    header = (
        "product_code,product_name,unit_cost,unit_cost_currency,carton_units,moq_units,unit_volume_cm3,production_days,"
        "marketplace,seller_sku,units_per_listing,price,price_currency,referral_rate,fba_fee,ad_cost_per_unit,"
        "storage_cost_per_unit_day"
    )
    return _csv([header, *(",".join(_product_cells(row, assumed)) for row in rows)])


def _product_cells(row: FbaInventoryRow, assumed: Assumptions) -> list[str]:
    feet = row.unit_volume or Decimal(0)
    volume = (feet * _CM3_PER_CUBIC_FOOT).quantize(Decimal(1))
    cells = [row.seller_sku, row.seller_sku]
    if row.price is None:
        return [*cells, "", "", str(assumed.carton_units), str(assumed.moq_units), "", "", "US", row.seller_sku] + 7 * [
            ""
        ]
    cost = row.price * assumed.unit_cost_share_of_price * assumed.yuan_per_dollar
    fee = assumed.fba_fee_base + assumed.fba_fee_per_cubic_foot * feet
    return [
        *cells,
        _money(cost),
        "CNY",
        str(assumed.carton_units),
        str(assumed.moq_units),
        str(volume) if volume else "",
        str(assumed.production_days),
        "US",
        row.seller_sku,
        "1",
        _money(row.price),
        "USD",
        str(assumed.referral_rate),
        _money(fee),
        _money(row.price * assumed.advertising_share_of_price),
        str((feet * assumed.storage_per_cubic_foot_day).quantize(Decimal("0.0001"))),
    ]


def lanes(assumed: Assumptions) -> bytes:
    """Our template with the three lanes to the US."""
    days = dict(assumed.transit_days)
    rows = [
        f"US,{mode},{cost},CNY,{days[mode][0]},{days[mode][1]},{days[mode][2]}" for mode, cost in assumed.yuan_per_m3
    ]
    header = "marketplace,mode,cost_per_m3,currency,transit_days_p10,transit_days_p50,transit_days_p90"
    return _csv([header, *rows])


def domestic_stock(rows: Iterable[FbaInventoryRow], assumed: Assumptions, as_of_date: str) -> bytes:
    """Our template with the same stock of every product."""
    lines = [f"HOME,{row.seller_sku},{assumed.domestic_units},{as_of_date}" for row in rows]
    return _csv(["warehouse,product_code,on_hand_units,as_of_date", *lines])


def exchange_rates(assumed: Assumptions, rate_date: str) -> bytes:
    """Our template with one rate, from the first day of the history on."""
    return _csv(["rate_date,from_currency,to_currency,rate", f"{rate_date},USD,CNY,{assumed.yuan_per_dollar}"])


def _csv(lines: list[str]) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode()


def _money(amount: Decimal) -> str:
    return str(amount.quantize(_CENT, ROUND_HALF_UP))
